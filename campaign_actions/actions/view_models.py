"""Template contexts of public pages, shared by the public site, previews and editors.

The caller adds what depends on the address: `alternates`, and the banner of a preview.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from campaign_actions.actions.comments.public import CommentPage, shown_comments
from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.personal_data.purposes import HANDOVER, TEAM
from campaign_actions.actions.queries import PublicAction, find_consent
from campaign_actions.campaigns.appearance import PUBLIC, Appearance, find_appearance
from campaign_actions.campaigns.queries import PublicCampaign, partners_of
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.outbox.outcomes import KEEP_DEAD, KEEP_SENT
from campaign_actions.outbox.queries import mail_delay

Context = dict[str, object]
_COMMENTS = TtlCache[int, CommentPage]()  # by action
_CONSENT = TtlCache[tuple[str, str], str | None]()  # by kind and locale
_APPEARANCES = TtlCache[tuple[int, str], Appearance]()  # by campaign and locale
_MAIL_DELAY = TtlCache[None, timedelta]()
USUAL_MAIL_DELAY = timedelta(minutes=2)  # usually seconds; pages explain a longer delay


def campaign_page_context(
    campaign: PublicCampaign,
    actions: Sequence[PublicAction],
    *,
    locale: str,
    now: datetime,
    pictures: str = PUBLIC,
) -> Context:
    """For `campaigns/show.html`. `pictures`: the address below which its pictures are served."""
    return {
        "campaign": campaign,
        "appearance": find_appearance(campaign.id, locale).at(pictures),
        "partners": partners_of(campaign.id, locale),
        "actions": actions,
        "as_of": min((action.as_of for action in actions), default=now),
    }


def action_page_context(
    action: PublicAction, form: SignForm, *, mail_minutes: int = 0, pictures: str = PUBLIC
) -> Context:
    """For `actions/show.html`."""
    form.renew()
    kind, locale, comments = action.kind.name, action.locale, None
    if action.shows_comments:
        comments = _COMMENTS.get(action.id, lambda: shown_comments(action.id))
    return {
        "action": action,
        "appearance": cached_appearance(action.campaign_id, locale).at(pictures),
        "form": form,
        "consent": _CONSENT.get((kind, locale), lambda: find_consent(kind, locale)),
        "comments": comments,
        "mail_minutes": mail_minutes,
    }


def thanks_page_context(
    action: PublicAction,
    actions: Iterable[PublicAction],
    *,
    mail_minutes: int = 0,
    pictures: str = PUBLIC,
) -> Context:
    """For `actions/thanks.html`. `actions`: all of its campaign."""
    return {
        "action": action,
        "appearance": cached_appearance(action.campaign_id, action.locale).at(pictures),
        "others": other_open_actions(action, actions),
        "mail_minutes": mail_minutes,
    }


def privacy_page_context() -> Context:
    """For `site/privacy.html`: who gets what, and how long records of emails are kept."""
    return {
        "handover": HANDOVER,
        "team": TEAM,
        "sent_days": KEEP_SENT.days,
        "failed_days": KEEP_DEAD.days,
    }


def sign_form(action: PublicAction, sent: MultiDict[str, str] | None = None) -> SignForm:
    """The form of an action, filled with the submitted fields, if any."""
    form: SignForm = action.kind.form(sent)
    form.newest_consent = action.consent_version or 0
    form.ask_only(action.asks)
    return form


def cached_appearance(campaign_id: int, locale: str) -> Appearance:
    return _APPEARANCES.get((campaign_id, locale), lambda: find_appearance(campaign_id, locale))


def other_open_actions(action: PublicAction, actions: Iterable[PublicAction]) -> list[PublicAction]:
    """The open actions other than this one."""
    return [other for other in actions if other.id != action.id and other.is_open]


def mail_delay_minutes(now: datetime) -> int:
    """How many minutes emails take at present, if longer than usual; else 0. Same for everyone."""
    delay = _MAIL_DELAY.get(None, lambda: mail_delay(now))
    return math.ceil(delay / timedelta(minutes=1)) if delay > USUAL_MAIL_DELAY else 0
