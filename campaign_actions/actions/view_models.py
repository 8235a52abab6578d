"""What the templates of public pages get: one way for the public, for previews, and for who writes.

A door adds what depends on the address: `alternates`, and the banner of a preview.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from campaign_actions.actions.comments.public import Comments, shown_comments
from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.queries import PublicAction, find_consent
from campaign_actions.campaigns.appearance import PUBLIC, Look, find_look
from campaign_actions.campaigns.queries import PublicCampaign, partners_of
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.outbox.queries import mail_delay

Values = dict[str, Any]
_COMMENTS = TtlCache[int, Comments]()  # by action
_CONSENT = TtlCache[str, str | None]()  # by locale
_LOOKS = TtlCache[tuple[int, str], Look]()  # by campaign and locale
_MAIL_DELAY = TtlCache[None, timedelta]()
MAILED_WITHIN = timedelta(minutes=2)  # it is seconds; what takes longer is said on the pages


def campaign_page(
    campaign: PublicCampaign,
    actions: Sequence[PublicAction],
    *,
    locale: str,
    now: datetime,
    pictures: str = PUBLIC,
) -> Values:
    """For `campaigns/show.html`. `pictures`: where the files of its picture are."""
    return {
        "campaign": campaign,
        "look": find_look(campaign.id, locale).at(pictures),
        "partners": partners_of(campaign.id, locale),
        "actions": actions,
        "as_of": min((action.as_of for action in actions), default=now),
    }


def action_page(
    action: PublicAction, form: SignForm, *, mail_minutes: int = 0, pictures: str = PUBLIC
) -> Values:
    """For `actions/<kind>.html`."""
    form.renew()
    locale, comments = action.locale, None
    if action.shows_comments:
        comments = _COMMENTS.get(action.id, lambda: shown_comments(action.id))
    return {
        "action": action,
        "look": look_of(action.campaign_id, locale).at(pictures),
        "form": form,
        "consent": _CONSENT.get(locale, lambda: find_consent(locale)),
        "comments": comments,
        "mail_minutes": mail_minutes,
    }


def thanks_page(
    action: PublicAction,
    actions: Iterable[PublicAction],
    *,
    mail_minutes: int = 0,
    pictures: str = PUBLIC,
) -> Values:
    """For `actions/thanks.html`. `actions`: of its campaign, itself among them."""
    return {
        "action": action,
        "look": look_of(action.campaign_id, action.locale).at(pictures),
        "others": others_than(action, actions),
        "mail_minutes": mail_minutes,
    }


def sign_form(action: PublicAction, sent: MultiDict[str, str] | None = None) -> SignForm:
    """The action's form, filled with what was sent, if anything was."""
    form: SignForm = action.kind.form(sent)
    form.newest_consent = action.consent_version or 0
    form.ask_only(action.asks)
    if action.asks_comment and action.shows_comments:
        form.comment.hint = action.kind.words.comment_hint
    return form


def look_of(campaign_id: int, locale: str) -> Look:
    return _LOOKS.get((campaign_id, locale), lambda: find_look(campaign_id, locale))


def others_than(action: PublicAction, actions: Iterable[PublicAction]) -> list[PublicAction]:
    """What else one can do."""
    return [other for other in actions if other.id != action.id and other.is_open]


def minutes_of_mail(now: datetime) -> int:
    """How long our mails take when they take longer than they should; else 0. For everybody alike."""
    delay = _MAIL_DELAY.get(None, lambda: mail_delay(now))
    return math.ceil(delay / timedelta(minutes=1)) if delay > MAILED_WITHIN else 0
