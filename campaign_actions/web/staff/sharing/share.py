"""The page that helps to share a public campaign: links with QR codes, texts, a snippet, the poster."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import ActionOverview, later_of
from campaign_actions.actions.campaign_overview import (
    CampaignOverview,
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.counts.source_limit import SOURCE_PATTERN
from campaign_actions.actions.queries import PublicAction, find_action
from campaign_actions.campaigns.appearance import find_appearance
from campaign_actions.campaigns.source_names import WEBSITE, SourceNames
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, locales
from campaign_actions.core.sharing.links import with_source
from campaign_actions.core.sharing.qr_code import qr_code_file
from campaign_actions.publishing.checks.language_shares import (
    LanguageShare,
    make_language_shares,
)
from campaign_actions.publishing.queries import get_plan
from campaign_actions.publishing.sharing.channels import ChannelForm, name_channel, named_channels
from campaign_actions.publishing.sharing.share_kit import ShareKit, address_of, make_share_kit
from campaign_actions.publishing.sharing.snippet import make_snippet, snippet_page
from campaign_actions.updates.queries import recipients_by_action
from campaign_actions.web.http.security_headers import allow_framing, framed_mail
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs

bp = Blueprint(
    "staff_sharing_share", __name__, url_prefix="/staff/campaigns/<int:campaign_id>/share"
)
NEW_FOR = timedelta(days=1)
MAX_TYPED = 500  # of a name that is too long, to be shown with the reason
MIMETYPES = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class Choice:
    """The action and the language that the address chooses, of those that can be shared."""

    actions: list[ActionOverview]
    action: ActionOverview | None
    languages: list[str]
    locale: str  # empty: none is public


@bp.get("/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """One public action in one language; `action`, `language` and `channel` in the address choose.

    `of`: the action whose page this is; without it, it is a page of the campaign. `post`: the channel
    whose link the texts to post have.
    """
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    if campaign.state in {"draft", "scheduled"}:
        return redirect(url_for("staff_publishing_checklist.show", campaign_id=campaign_id), 303)
    if campaign.state != "open":
        return redirect(url_for("staff_campaigns_index.show", campaign_id=campaign_id), 303)
    of, choice = request.args.get("of", 0, int), _choose(campaign, request.args.get("of", 0, int))
    form = _channel_form(campaign_id, request.args if "channel" in request.args else None)
    is_named = "channel" in request.args and form.validate()
    public = _public_of(campaign, choice)
    kit = None
    if public:
        kit = make_share_kit(
            public,
            new_channel=(form.channel.data or "") if is_named else "",
            new_source=request.args.get("new", ""),
            post_channel=request.args.get("post", ""),
        )
    site = _site_in(kit)
    page = render_template(
        "staff/sharing/share.html",
        campaign=campaign,
        action=choice.action if choice.action and choice.action.id == of else None,
        actions=choice.actions,
        chosen=choice.action,
        languages=choice.languages,
        locale=choice.locale,
        form=form,
        kit=kit,
        is_new=choice.action is not None and _is_new(campaign, choice.action),
        site=site,
        snippet=str(_snippet(public, site)) if public else "",
        earlier=_earlier(campaign) if public else [],
        unfinished=_unfinished(campaign_id),
    )
    return allow_framing(make_response(page, 400 if form.errors else 200))


@bp.post("/")
@needs("campaigns.edit")
def name(campaign_id: int) -> ResponseReturnValue:
    """Name a channel, which then has its link in the table. A name that is none is shown with the reason."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    form = _channel_form(campaign_id, request.form)
    back: dict[str, Any] = {
        key: request.form.get(key) for key in ("of", "action", "language", "post")
    }
    if form.validate():
        details: dict[str, Any] = {
            "campaign": campaign.slug,
            "actor": current_staff().email,
            "now": utc_now(),
        }
        back["new"] = name_channel(campaign_id, form.channel.data or "", **details)
    else:
        back["channel"] = (form.channel.data or "")[:MAX_TYPED]
    return redirect(url_for(".show", campaign_id=campaign_id, _anchor="all-links", **back), 303)


def _channel_form(campaign_id: int, sent: MultiDict[str, str] | None) -> ChannelForm:
    form = ChannelForm(sent)
    form.names, form.named = SourceNames((campaign_id,)), named_channels(campaign_id)
    return form


def _choose(campaign: CampaignOverview, of: int) -> Choice:
    actions = [action for action in campaign.actions if action.state == "open"]
    wanted = of or request.args.get("action", 0, int)
    chosen = next((one for one in actions if one.id == wanted), actions[0] if actions else None)
    tags = [tag for tag in locales() if tag in campaign.public_locales]
    tags = [tag for tag in tags if chosen is None or tag in chosen.locales]
    wishes = (request.args.get("language", ""), current_locale(), *tags)
    locale = next((tag for tag in wishes if tag in tags), "")
    return Choice(actions, chosen, tags, locale)


def _public_of(campaign: CampaignOverview, choice: Choice) -> PublicAction | None:
    if choice.action is None or not choice.locale:
        return None
    return find_action(campaign.slug, choice.action.slug, locale=choice.locale, now=utc_now())


def _site_in(kit: ShareKit | None) -> str:
    """The channel of the website that the address chooses for the snippet."""
    site = request.args.get("site", "")
    return site if kit and site in kit.sites else WEBSITE


def _unfinished(campaign_id: int) -> list[LanguageShare]:
    shares = make_language_shares(get_plan(campaign_id))
    return [share for share in shares if share.left and not share.is_source]


@bp.get("/<int:action_id>/<text_locale>/<source>.<any(svg,png):suffix>")
@needs("campaigns.view")
def qr_code(
    campaign_id: int, action_id: int, text_locale: str, source: str, suffix: str
) -> ResponseReturnValue:
    """The QR code of a link, as a file to download."""
    if not SOURCE_PATTERN.fullmatch(source):
        abort(404)
    action = _find_public(campaign_id, action_id, text_locale)
    data = qr_code_file(with_source(address_of(action), source), suffix)
    response = Response(data, mimetype=MIMETYPES[suffix])
    name = f"{action.slug}-{text_locale}-{source}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/<int:action_id>/<text_locale>/<source>/snippet/")
@needs("campaigns.view")
def snippet(campaign_id: int, action_id: int, text_locale: str, source: str) -> ResponseReturnValue:
    """The snippet for other sites as they will show it, for a frame."""
    if not SOURCE_PATTERN.fullmatch(source):
        abort(404)
    action = _find_public(campaign_id, action_id, text_locale)
    return framed_mail(snippet_page(action, _snippet(action, source)))


def _is_new(campaign: CampaignOverview, action: ActionOverview) -> bool:
    """Whether it has just been published, and nobody has taken part."""
    opened_at = later_of(campaign.published_at, action.published_at)
    return opened_at is not None and utc_now() - opened_at < NEW_FOR and not action.count


def _snippet(action: PublicAction, source: str) -> Markup:
    accent = find_appearance(action.campaign_id, action.locale).accent
    return make_snippet(action, accent, source=source)


def _earlier(campaign: CampaignOverview) -> list[tuple[ActionOverview, int]]:
    """The actions whose signers the member can tell, and how many asked for updates."""
    if not allows("updates.send", campaign.id):
        return []
    counts = recipients_by_action(action.id for action in campaign.actions)
    return [(action, counts[action.id]) for action in campaign.actions if action.id in counts]


def _find_public(campaign_id: int, action_id: int, locale: str) -> PublicAction:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    if locale not in locales():
        abort(404)
    return find_action(campaign.slug, action.slug, locale=locale, now=utc_now()) or abort(404)
