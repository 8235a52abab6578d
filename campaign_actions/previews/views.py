"""Previews: the public pages before their time, for staff and for who has a link.

They are the public templates with what the public queries give, in any language that is written.
Below `shared/` a token is the right: no cookie is looked at, and none is set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from campaign_actions.actions.commenting import shown_comments
from campaign_actions.actions.forms import comment_hint
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.queries import PublicAction, find_consent, written_actions
from campaign_actions.campaigns.looks import Look, find_file, find_look, find_picture
from campaign_actions.campaigns.models import Campaign, PreviewLink
from campaign_actions.campaigns.queries import (
    PublicCampaign,
    find_written_campaign,
    partners_of,
    written_locales,
)
from campaign_actions.core.database import db, utc_now
from campaign_actions.core.i18n import current_locale, locales
from campaign_actions.core.links import public_url
from campaign_actions.core.pictures import MIMETYPES, SUFFIXES
from campaign_actions.core.security import private
from campaign_actions.core.throttling import seconds_to_wait
from campaign_actions.previews.pages import Preview, relink
from campaign_actions.previews.queries import open_link
from campaign_actions.previews.sharing import note_opening
from campaign_actions.staff.guards import SHARED, changes_nothing, needs, opened_by_token

bp = Blueprint("previews", __name__, url_prefix="/staff/preview")
LIMIT = "120 per minute; 1200 per hour"  # pages by links, a source; as many pictures
STAFF = "/<locale>/<int:campaign_id>"
LINKED = "/shared/<token>/<locale>"
FILE = "<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>"


@bp.get(f"{STAFF}/")
@needs("campaigns.view")
def campaign(campaign_id: int) -> ResponseReturnValue:
    return _campaign_page(_for_staff(campaign_id))


@bp.route(f"{STAFF}/<int:action_id>/", methods=["GET", "POST"])
@changes_nothing
@needs("campaigns.view")
def action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The action and its form, which does nothing but say so."""
    return _action_page(_for_staff(campaign_id), action_id)


@bp.get(f"{STAFF}/<int:action_id>/thanks/")
@needs("campaigns.view")
def thanks(campaign_id: int, action_id: int) -> ResponseReturnValue:
    return _thanks_page(_for_staff(campaign_id), action_id)


@bp.get(f"{LINKED}/")
@opened_by_token
def shared_campaign(token: str) -> ResponseReturnValue:
    return _campaign_page(_for_reader(token))


@bp.route(f"{LINKED}/<int:action_id>/", methods=["GET", "POST"])
@changes_nothing
@opened_by_token
def shared_action(token: str, action_id: int) -> ResponseReturnValue:
    return _action_page(_for_reader(token), action_id)


@bp.get(f"{LINKED}/<int:action_id>/thanks/")
@opened_by_token
def shared_thanks(token: str, action_id: int) -> ResponseReturnValue:
    return _thanks_page(_for_reader(token), action_id)


@bp.get(f"/shared/<token>/pictures/{FILE}")
@opened_by_token
def shared_picture(token: str, name: str, width: int, suffix: str) -> ResponseReturnValue:
    """A file of the current picture of the campaign, for who reads the preview."""
    form = next(form for form, ending in SUFFIXES.items() if ending == suffix)
    link = _open(token, "preview-picture")
    picture = find_picture(link.campaign_id, name) or abort(404)
    data = find_file(picture.id, width, form) or abort(404)
    return Response(data, mimetype=MIMETYPES[form])


@bp.after_request
def keep_apart(response: Response) -> Response:
    """Kept and found by nobody, whatever the answer is; the address of a link is told to nobody."""
    if request.path.startswith(SHARED):
        response.headers["Referrer-Policy"] = "no-referrer"
    return private(response)


@dataclass(frozen=True)
class Reader:
    """Who sees a preview: of which campaign, and how addresses of its pages are made."""

    campaign: Campaign
    shown: PublicCampaign
    actions: list[PublicAction]
    address: Callable[..., str]  # of ("campaign"|"action"|"thanks", locale=…, action_id=…)
    look: Look
    back: str

    def find_action(self, action_id: int) -> PublicAction:
        found = (action for action in self.actions if action.id == action_id)
        return next(found, None) or abort(404)

    def alternates(self, page: str, **values: Any) -> dict[str, str]:
        written = set(written_locales(self.campaign.id))
        return {
            tag: public_url(self.address(page, locale=tag, **values))
            for tag in locales()
            if tag in written
        }


def _for_staff(campaign_id: int) -> Reader:
    def address(page: str, **values: Any) -> str:
        return url_for(f".{page}", campaign_id=campaign_id, **values)

    back = url_for("staff_publishing.show", campaign_id=campaign_id)
    return _reader(campaign_id, address, f"/staff/campaigns/{campaign_id}/picture/", back)


def _for_reader(token: str) -> Reader:
    """Who has a link. Raises what `_open()` does."""
    link = _open(token, "preview")

    def address(page: str, **values: Any) -> str:
        return url_for(f".shared_{page}", token=token, **values)

    reader = _reader(link.campaign_id, address, f"{SHARED}{token}/pictures/")
    if request.method == "GET":
        note_opening(link.id, now=utc_now())
    return reader


def _open(token: str, what: str) -> PreviewLink:
    """Raises LinkBroken, PreviewOver, TooManyRequests."""
    if wait := seconds_to_wait(LIMIT, what):
        raise TooManyRequests(retry_after=wait)
    return open_link(token, now=utc_now())


def _reader(campaign_id: int, address: Callable[..., str], pictures: str, back: str = "") -> Reader:
    found = db.session.get(Campaign, campaign_id) or abort(404)
    shown = find_written_campaign(campaign_id, locale=current_locale()) or abort(404)
    actions = written_actions(campaign_id, locale=current_locale(), now=utc_now())
    look = find_look(campaign_id, current_locale()).at(pictures)
    return Reader(found, shown, actions, address, look, back)


def _campaign_page(reader: Reader) -> Response:
    actions, now = reader.actions, utc_now()
    return _page(
        reader,
        "campaigns/show.html",
        campaign=reader.shown,
        partners=partners_of(reader.shown.id, current_locale()),
        actions=actions,
        as_of=min((action.as_of for action in actions), default=now),
        alternates=reader.alternates("campaign"),
    )


def _action_page(reader: Reader, action_id: int) -> Response:
    found = reader.find_action(action_id)
    return _page(
        reader,
        f"actions/{found.kind.name}.html",
        action=found,
        form=_form(found),
        comments=shown_comments(action_id) if found.shows_comments else None,
        consent=find_consent(current_locale()),
        mail_minutes=0,
        alternates=reader.alternates("action", action_id=action_id),
    )


def _thanks_page(reader: Reader, action_id: int) -> Response:
    found = reader.find_action(action_id)
    return _page(
        reader,
        "actions/thanks.html",
        action=found,
        others=[other for other in reader.actions if other.id != action_id and other.is_open],
        subject=_("Please confirm your signature"),
        mail_minutes=0,
        alternates=reader.alternates("thanks", action_id=action_id),
    )


def _form(found: PublicAction) -> Any:
    kind: ActionKind = found.kind
    form = kind.form(None)
    form.newest_consent = found.consent_version or 0
    form.ask_only(found.asks)
    if found.asks_comment and found.shows_comments:
        form.comment.hint = comment_hint()
    form.renew()
    return form


def _page(reader: Reader, template: str, **values: Any) -> Response:
    page = render_template(template, preview=_banner(reader), look=reader.look, **values)
    return make_response(relink(page, _places(reader)))


def _banner(reader: Reader) -> Preview:
    opens_at, now = reader.campaign.published_at, utc_now()
    return Preview(
        opens_at=opens_at if opens_at and opens_at > now else None,
        is_public=bool(opens_at and opens_at <= now),
        back=reader.back,
        is_sent=request.method == "POST",
    )


def _places(reader: Reader) -> dict[str, str]:
    """The preview's addresses by the public ones, with and without the host."""
    places = {}
    slug = reader.campaign.slug
    for tag in written_locales(reader.campaign.id):
        public = url_for("campaigns.show", locale=tag, campaign_slug=slug)
        places[public] = reader.address("campaign", locale=tag)
        for found in reader.actions:
            names: dict[str, Any] = {
                "campaign_slug": slug,
                "action_slug": found.slug,
                "locale": tag,
            }
            values = {"locale": tag, "action_id": found.id}
            places[url_for("actions.show", **names)] = reader.address("action", **values)
            places[url_for("actions.thanks", **names)] = reader.address("thanks", **values)
    return places
