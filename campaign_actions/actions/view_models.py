"""What the templates of public pages get: one way for the public, for previews, and for who writes.

A door adds what depends on the address: `alternates`, and the banner of a preview.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from campaign_actions.actions.comments.public import shown_comments
from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.queries import PublicAction, find_consent
from campaign_actions.campaigns.appearance import PUBLIC, Appearance, find_appearance
from campaign_actions.campaigns.queries import PublicCampaign, partners_of
from campaign_actions.core.ttl_cache import cached
from campaign_actions.outbox.queries import mail_delay

Context = dict[str, Any]
USUAL_MAIL_DELAY = timedelta(minutes=2)  # it is seconds; what takes longer is said on the pages


def campaign_page_context(
    campaign: PublicCampaign,
    actions: Sequence[PublicAction],
    *,
    locale: str,
    now: datetime,
    pictures: str = PUBLIC,
) -> Context:
    """For `campaigns/show.html`. `pictures`: where the files of its picture are."""
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
    """For `actions/<kind>.html`."""
    form.renew()
    locale, comments = action.locale, None
    if action.shows_comments:
        comments = cached(("comments on", action.id), lambda: shown_comments(action.id))
    return {
        "action": action,
        "appearance": cached_appearance(action.campaign_id, locale).at(pictures),
        "form": form,
        "consent": cached(("consent", locale), lambda: find_consent(locale)),
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
    """For `actions/thanks.html`. `actions`: of its campaign, itself among them."""
    return {
        "action": action,
        "appearance": cached_appearance(action.campaign_id, action.locale).at(pictures),
        "others": other_open_actions(action, actions),
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


def cached_appearance(campaign_id: int, locale: str) -> Appearance:
    key = ("appearance", campaign_id, locale)
    return cached(key, lambda: find_appearance(campaign_id, locale))


def other_open_actions(action: PublicAction, actions: Iterable[PublicAction]) -> list[PublicAction]:
    """What else one can do."""
    return [other for other in actions if other.id != action.id and other.is_open]


def mail_delay_minutes(now: datetime) -> int:
    """How long our mails take when they take longer than they should; else 0. For everybody alike."""
    delay = cached("mail_delay", lambda: mail_delay(now))
    return math.ceil(delay / timedelta(minutes=1)) if delay > USUAL_MAIL_DELAY else 0
