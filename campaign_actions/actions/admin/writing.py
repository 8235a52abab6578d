"""Writing an action: new, its texts side by side, a preview, its place."""

from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from campaign_actions.actions.at_work import ActionAtWork
from campaign_actions.actions.commenting import shown_comments
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.queries import PublicAction, find_consent
from campaign_actions.actions.workspace import CampaignAtWork, find_campaign_at_work
from campaign_actions.actions.writing import ACTION, ASKS, move_action, new_action, save_action
from campaign_actions.actions.writing_forms import (
    ActionForm,
    ActionTextForm,
    NewActionForm,
)
from campaign_actions.campaigns.forms import Sheet
from campaign_actions.campaigns.history import author_of, find_content, find_revision
from campaign_actions.campaigns.looks import find_look
from campaign_actions.campaigns.merging import Content
from campaign_actions.campaigns.revising import EditedMeanwhile, SlugTaken
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import locales, own_locales
from campaign_actions.core.security import in_frame, with_frame
from campaign_actions.core.slugs import slug_of
from campaign_actions.staff.guards import current_staff, needs

bp = Blueprint("staff_actions_writing", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.route("/actions/new/", methods=["GET", "POST"])
@needs("campaigns.edit")
def new(campaign_id: int) -> ResponseReturnValue:
    campaign = _campaign_or_404(campaign_id)
    form = NewActionForm()
    locale = (campaign.locales or own_locales())[0]
    if form.validate_on_submit() and (made := _make(campaign, form, locale)):
        flash(_("The action is there, as a draft: nobody sees it before it is published."))
        return redirect(url_for(".edit", campaign_id=campaign_id, action_id=made), 303)
    status = 400 if form.errors or form.form_errors else 200
    page = render_template("staff/actions/new.html", campaign=campaign, form=form, locale=locale)
    return page, status


@bp.route("/actions/<int:action_id>/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """All that an action consists of, two languages side by side."""
    campaign, action = _action_or_404(campaign_id, action_id)
    content, number = find_content(ACTION, action_id)
    tags = _chosen_languages(campaign, action)
    if request.method == "GET":
        return _page(campaign, action, _sheet(campaign, action, tags, content, filled=True), number)
    opened_at = _opened_at()
    sheet = _sheet(campaign, action, tags, content, filled=False)
    if not sheet.validate():
        return _page(campaign, action, sheet, opened_at, status=400)
    base = find_revision("action", action_id, max(1, opened_at)) or content
    changes = sheet.changes(base)
    _keep_seconds(changes, base)
    for name in request.form.getlist("take"):
        changes.pop(name, None)
    try:
        saved = save_action(
            action_id, changes, opened_at=opened_at, by=current_staff(), now=utc_now()
        )
    except SlugTaken as error:
        sheet.own["slug"].errors = [error.message]
        return _page(campaign, action, sheet, opened_at, status=400)
    except EditedMeanwhile as met:
        sheet.show(met.merged)
        return _page(campaign, action, sheet, met.number, status=409, met=met)
    flash(_("Saved.") if saved.is_new else _("Nothing was changed."))
    if saved.taken:
        flash(_("Somebody else saved other fields meanwhile: theirs are kept, too."))
    if "closes_at" in changes and sheet.own["closes_at"].comes_twice:
        flash(_("That night the clocks show this time twice. The earlier of the two is meant."))
    there: dict[str, Any] = {"campaign_id": campaign_id, "action_id": action_id}
    return redirect(url_for(".edit", **there, left=tags[0], right=tags[-1]), 303)


@bp.post("/actions/<int:action_id>/preview/<text_locale>/")
@needs("campaigns.edit")
def preview(campaign_id: int, action_id: int, text_locale: str) -> ResponseReturnValue:
    """The public page with what is in the form, saved or not."""
    campaign, action = _action_or_404(campaign_id, action_id)
    if text_locale not in locales():
        abort(404)
    shown = _as_typed(campaign, action, text_locale)
    form = shown.kind.form(None)
    form.ask_only(shown.asks)
    g.locale = text_locale
    refresh()
    page = render_template(
        "staff/actions/preview.html",
        action=shown,
        look=find_look(campaign_id, text_locale).at(f"/staff/campaigns/{campaign_id}/picture/"),
        form=form,
        consent=find_consent(text_locale),
        comments=shown_comments(action_id) if shown.shows_comments else None,
        mail_minutes=0,
        alternates={},
    )
    return in_frame(make_response(page))


@bp.route("/actions/<int:action_id>/languages/<text_locale>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_language(campaign_id: int, action_id: int, text_locale: str) -> ResponseReturnValue:
    """Take a language out that the public does not see; the history keeps its texts."""
    campaign, action = _action_or_404(campaign_id, action_id)
    if text_locale not in removable(campaign, action):
        abort(404)
    if request.method == "GET":
        return render_template(
            "staff/actions/remove_language.html", campaign=campaign, action=action, tag=text_locale
        )
    content, number = find_content(ACTION, action_id)
    gone = {name: None for name in content if name.startswith(f"texts.{text_locale}.")}
    save_action(action_id, gone, opened_at=number, by=current_staff(), now=utc_now())
    flash(_("The language is taken out. Its texts are in the history."))
    return redirect(url_for(".edit", campaign_id=campaign_id, action_id=action_id), 303)


@bp.post("/actions/<int:action_id>/move/")
@needs("campaigns.edit")
def move(campaign_id: int, action_id: int) -> ResponseReturnValue:
    _action_or_404(campaign_id, action_id)
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    move_action(action_id, step, by=current_staff(), now=utc_now())
    return redirect(url_for("staff_campaigns.show", campaign_id=campaign_id), 303)


def removable(campaign: CampaignAtWork, action: ActionAtWork) -> tuple[str, ...]:
    """The languages that can be taken out: one stays, and so does what the public may see."""
    is_seen = action.published_at and campaign.published_at
    kept = campaign.public_locales if is_seen else ()
    return tuple(tag for tag in action.locales if tag not in kept) if action.locales[1:] else ()


def _as_typed(campaign: CampaignAtWork, action: ActionAtWork, locale: str) -> PublicAction:
    own = ActionForm(request.form)
    texts = ActionTextForm(request.form, prefix=f"texts.{locale}.")
    now = utc_now()
    closes_at = datetime.fromisoformat(own.closes_at.data) if own.closes_at.data else None
    typed: dict[str, Any] = {field.short_name: field.data or "" for field in texts}
    typed |= {name: bool(own[name].data) for name in (*ASKS, "shows_comments")}
    return PublicAction(
        id=action.id,
        locale=locale,
        campaign_id=campaign.id,
        campaign_slug=campaign.slug,
        campaign_title=campaign.title,
        slug=action.slug,
        kind=KINDS.get(own.kind.data, action.kind),
        **typed,
        consent_version=1,
        closes_at=closes_at,
        count=action.count,
        goal=own.goal.data if isinstance(own.goal.data, int) and own.goal.data > 0 else action.goal,
        as_of=now,
        is_count_late=False,
        is_embargoed=False,
        is_open=closes_at is None or now < closes_at,
    )


def _make(campaign: CampaignAtWork, form: NewActionForm, locale: str) -> int | None:
    try:
        return new_action(
            campaign.id,
            form.slug.data or None,
            {locale: {"title": form.title.data}},
            proposed=slug_of(form.title.data, form.kind.data),
            by=current_staff(),
            now=utc_now(),
            kind=form.kind.data,
            goal=form.goal.data,
        )
    except SlugTaken as error:
        form.slug.errors = [error.message]
        return None


def _keep_seconds(changes: dict[str, Any], base: Content) -> None:
    """The field knows minutes: a time that shows the same minute was not changed."""
    sent, known = changes.get("closes_at"), base.get("closes_at")
    if sent and known and sent[:16] == known[:16]:
        del changes["closes_at"]


def _chosen_languages(campaign: CampaignAtWork, action: ActionAtWork) -> list[str]:
    """Left the language that is translated from, right another; one if there is no other."""
    own = action.locales or campaign.locales or own_locales()
    first = next((tag for tag in locales() if tag in own), own[0])
    left = request.values.get("left", "")
    left = left if left in own else first
    others = [tag for tag in (*own, *campaign.locales, *own_locales()) if tag != left]
    right = request.values.get("right", "")
    right = right if right in (*own, *locales()) and right != left else (others or [left])[0]
    return list(dict.fromkeys([left, right]))


def _sheet(
    campaign: CampaignAtWork,
    action: ActionAtWork,
    tags: list[str],
    content: Content,
    *,
    filled: bool,
) -> Sheet:
    """What the public sees must be whole, also in a language that comes new to the action."""
    sent = None if filled else request.form
    own = ActionForm(sent)
    if action.published_at:  # who has signed has answered this kind
        del own.kind
    texts = {tag: ActionTextForm(sent, prefix=f"texts.{tag}.") for tag in tags}
    sheet = Sheet(own, texts, content)
    if filled:
        sheet.show(content)
    if action.published_at and campaign.published_at:
        for tag in set(tags) & set(campaign.public_locales):
            texts[tag].insist()
    return sheet


def _page(
    campaign: CampaignAtWork,
    action: ActionAtWork,
    sheet: Sheet,
    number: int,
    *,
    status: int = 200,
    met: EditedMeanwhile | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "staff/actions/edit.html",
        campaign=campaign,
        action=action,
        sheet=sheet,
        number=number,
        removable=removable(campaign, action),
        tags=list(sheet.texts),
        met=met,
        author=author_of("action", action.id, met.number) if met else "",
    )
    return with_frame(make_response(page, status))


def _opened_at() -> int:
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _campaign_or_404(campaign_id: int) -> CampaignAtWork:
    found = find_campaign_at_work(campaign_id, locales=own_locales(), now=utc_now())
    return found or abort(404)


def _action_or_404(campaign_id: int, action_id: int) -> tuple[CampaignAtWork, ActionAtWork]:
    campaign = _campaign_or_404(campaign_id)
    action = next((one for one in campaign.actions if one.id == action_id), None)
    return campaign, action or abort(404)
