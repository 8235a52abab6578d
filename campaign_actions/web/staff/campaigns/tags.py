"""The page on which the tags of a campaign are changed."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.campaigns.tags.forms import TagsForm
from campaign_actions.campaigns.tags.queries import tags_by_campaign, tags_of
from campaign_actions.campaigns.tags.save import set_tags
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import campaigns_of, current_staff, needs
from campaign_actions.web.staff.responses import flash_and_redirect

bp = Blueprint(
    "staff_campaigns_tags", __name__, url_prefix="/staff/campaigns/<int:campaign_id>/tags"
)


@bp.route("/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    form = TagsForm(data={"tags": ", ".join(tags_of(campaign_id))})
    if form.is_submitted() and form.validate():
        set_tags(campaign_id, form.words, actor=current_staff().email, now=utc_now())
        there = url_for("staff_campaigns_index.show", campaign_id=campaign_id)
        return flash_and_redirect(_("Saved"), there)
    page = render_template(
        "staff/campaigns/tags.html", campaign=campaign, form=form, used=_used_tags()
    )
    return page, 400 if form.errors else 200


def _used_tags() -> list[str]:
    """Those of all campaigns that the member may see, each once."""
    ids = campaigns_of("campaigns.view")
    found = {
        tag.casefold(): tag
        for campaign_id, tags in tags_by_campaign().items()
        if ids is None or campaign_id in ids
        for tag in tags
    }
    return [found[key] for key in sorted(found)]
