"""The page that helps to share a campaign: links with QR codes, texts, a snippet, the poster."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview, get_campaign_overview
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.source_names import POSTER, WEBSITE, SourceNames
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.publishing.checks.language_shares import (
    LanguageShare,
    make_language_shares,
)
from campaign_actions.publishing.queries import get_plan
from campaign_actions.publishing.sharing.channels import ChannelForm, name_channel, named_channels
from campaign_actions.publishing.sharing.share_kit import ShareKit, listed_sources, make_share_kit
from campaign_actions.publishing.sharing.shareable import (
    find_to_share,
    languages_to_share,
    opening_time,
)
from campaign_actions.publishing.sharing.snippet import make_snippet
from campaign_actions.updates.queries import recipients_by_action
from campaign_actions.web.http.security_headers import allow_framing
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs

bp = Blueprint(
    "staff_sharing_share", __name__, url_prefix="/staff/campaigns/<int:campaign_id>/share"
)
NEW_FOR = timedelta(days=1)
MAX_TYPED = 500  # of a name that is too long, to be shown with the reason


@dataclass(frozen=True)
class Choice:
    """The action and the language that the address chooses. `actions`: those that can be shared."""

    actions: list[ActionOverview]
    action: ActionOverview | None
    languages: list[str]
    locale: str  # empty: it has none that is or will be public


@bp.get("/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """One action in one language; `action`, `language` and `channel` in the address choose.

    `of`: the action whose page this is; without it, it is a page of the campaign. `post`: the channel
    whose link the texts to post have. `removed`: the channel that just has been.
    """
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    of = request.args.get("of", 0, int)
    wanted = of or request.args.get("action", 0, int)
    if not wanted and not campaign.actions_to_share and campaign.state in {"closed", "archived"}:
        return redirect(url_for("staff_campaigns_index.show", campaign_id=campaign_id), 303)
    choice = _choose(campaign, wanted)
    form = _channel_form(
        campaign_id, choice.locale, request.args if "channel" in request.args else None
    )
    is_named = "channel" in request.args and form.validate()
    shared, kit = _shared_of(campaign, choice), None
    if shared:
        kit = make_share_kit(
            shared,
            new_channel=(form.channel.data or "") if is_named and not form.known else "",
            new_source=form.known or request.args.get("new", ""),
            post_channel=request.args.get("post", ""),
        )
    site = _site_in(kit)
    chosen = choice.action
    page = render_template(
        "staff/sharing/share.html",
        campaign=campaign,
        action=chosen if chosen and chosen.id == of else None,
        actions=choice.actions,
        chosen=chosen,
        opens_at=opening_time(campaign, chosen) if chosen else None,
        languages=choice.languages,
        locale=choice.locale,
        form=form,
        kit=kit,
        is_new=chosen is not None and _is_new(campaign, chosen),
        site=site,
        snippet=str(make_snippet(shared, source=site)) if shared else "",
        poster=_poster_of(chosen, choice.locale) if kit and chosen else "",
        earlier=_earlier(campaign) if chosen and chosen.is_public and kit else [],
        unfinished=_unfinished(campaign_id),
    )
    return allow_framing(make_response(page, 400 if form.errors else 200))


@bp.post("/")
@needs("campaigns.edit")
def name(campaign_id: int) -> ResponseReturnValue:
    """Name a channel, which then has its link in the table. A name that is none is shown with the reason."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    form = _channel_form(campaign_id, request.form.get("language", ""), request.form)
    back: dict[str, Any] = {
        key: request.form.get(key) for key in ("of", "action", "language", "post")
    }
    if form.validate():
        label = form.names.name(form.known) or form.channel.data or ""
        details: dict[str, Any] = {
            "source": form.known,
            "campaign": campaign.slug,
            "actor": current_staff().email,
            "now": utc_now(),
        }
        back["new"] = name_channel(campaign_id, label, **details)
    else:
        back["channel"] = (form.channel.data or "")[:MAX_TYPED]
    return redirect(url_for(".show", campaign_id=campaign_id, _anchor="all-links", **back), 303)


def _channel_form(campaign_id: int, locale: str, sent: MultiDict[str, str] | None) -> ChannelForm:
    form = ChannelForm(sent)
    form.names, form.named = SourceNames((campaign_id,)), named_channels(campaign_id)
    form.listed = listed_sources(locale, form.names, form.named)
    return form


def _choose(campaign: CampaignOverview, wanted: int) -> Choice:
    """`wanted`: the id of an action, which may be closed; 0: the first that can be shared."""
    actions = campaign.actions_to_share
    chosen = next(iter(actions), None)
    if wanted:
        chosen = campaign.find_action(wanted) or abort(404)
    tags = languages_to_share(campaign, chosen) if chosen else []
    wishes = (request.args.get("language", ""), current_locale(), *tags)
    return Choice(actions, chosen, tags, next((tag for tag in wishes if tag in tags), ""))


def _shared_of(campaign: CampaignOverview, choice: Choice) -> PublicAction | None:
    if choice.action is None:
        return None
    return find_to_share(campaign, choice.action, locale=choice.locale, now=utc_now())


def _poster_of(action: ActionOverview, locale: str) -> str:
    """Its address. The code on it has the channel of posters, unless another is chosen there."""
    return url_for("staff_sharing_files.poster", locale=locale, source=POSTER, **action.ids)


def _site_in(kit: ShareKit | None) -> str:
    """The channel of the website that the address chooses for the snippet."""
    site = request.args.get("site", "")
    return site if kit and site in kit.sites else WEBSITE


def _unfinished(campaign_id: int) -> list[LanguageShare]:
    shares = make_language_shares(get_plan(campaign_id))
    return [share for share in shares if share.left and not share.is_source]


def _is_new(campaign: CampaignOverview, action: ActionOverview) -> bool:
    """Whether it has just been published, and nobody has taken part."""
    opened_at = opening_time(campaign, action)
    if opened_at is None or action.state != "open":
        return False
    return utc_now() - opened_at < NEW_FOR and not action.count


def _earlier(campaign: CampaignOverview) -> list[tuple[ActionOverview, int]]:
    """The actions whose signers the member can tell, and how many asked for updates."""
    if not allows("updates.send", campaign.id):
        return []
    counts = recipients_by_action(action.id for action in campaign.actions)
    return [(action, counts[action.id]) for action in campaign.actions if action.id in counts]
