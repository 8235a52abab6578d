"""The emails of updates, written when they are delivered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from campaign_actions.actions.newest.last_public import find_signed_action
from campaign_actions.actions.signatures.email_links import UNSUBSCRIBE, WITHDRAW
from campaign_actions.core.content.email_markdown import mail_html, mail_text
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.mail.render import Mail, MailMaker, MailNotDue
from campaign_actions.core.switches.state import email_clock
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.core.urls import public_url_for
from campaign_actions.updates.audience import fallback_locale, find_recipient
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import (
    UpdateMail,
    find_update_text,
    texts_of,
)

RESUME_WITHIN = timedelta(days=7)  # after this the queued emails of a stopped update are dropped
# By update, action and locale.
_VALUES = TtlCache[tuple[int, int, str], dict[str, object] | None]()
WHOLE_CAMPAIGN = "campaign"  # part of the subject of a link to unsubscribe
TEST_SUBJECT = "test"  # in links of test emails, in place of a signature


def update_mail(about: int | None, email_key: str, locale: str, now: datetime) -> Mail | None:
    """None once the update is over or no longer wanted. Raises MailNotDue while it is stopped."""
    update = db.session.get(Update, about, populate_existing=True) if about else None
    found = find_recipient(update, email_key) if update else None
    if update is None or found is None:
        return None
    if may_resume(update, now):
        raise MailNotDue
    if update.status not in {"sending", "sent"}:
        return None
    key = update.id, found.action_id, locale
    values = _VALUES.get(key, lambda: _values_for_signer(update.id, found.action_id, locale, now))
    is_wide = bool(values and values["campaign_title"])
    links = links_of(found.public_id, locale, is_wide=is_wide)
    return _mail(values, links, to=found.email)


def may_resume(update: Update, now: datetime) -> bool:
    """Whether it is stopped and can go on. While email is off, it cannot, so that time does not count."""
    if update.status != "stopped" or update.ended_at is None:
        return False
    return email_clock().age(update.ended_at, now) < RESUME_WITHIN


def update_test(about: int | None, _email_key: str, locale: str, _now: datetime) -> Mail | None:
    """To its author, with the present text."""
    found = find_update_text(about, locale, locales=locales()) if about else None
    if found is None:
        return None
    return _mail(template_values(found, locale, is_test=True), links_of_test(locale))


def update_mails() -> dict[str, MailMaker]:
    """By the names under which they are queued."""
    return {"update": update_mail, "staff-update-test": update_test}


def links_of(public_id: str, locale: str, *, is_wide: bool = False) -> dict[str, str]:
    """`is_wide`: of an update to several actions. Its link unsubscribes from the whole campaign."""
    reach = (WHOLE_CAMPAIGN,) if is_wide else ()
    return {
        "unsubscribe_url": _unsubscribe_url(locale, public_id, *reach),
        "withdraw_url": public_url_for(
            "signature_links.withdraw", locale=locale, token=WITHDRAW.make(public_id)
        ),
    }


def links_of_test(locale: str) -> dict[str, str]:
    """Both lead to a page that explains that this was a test."""
    link = _unsubscribe_url(locale, TEST_SUBJECT)
    return {"unsubscribe_url": link, "withdraw_url": link}


def template_values(
    update: UpdateMail, locale: str, *, is_test: bool, text_locale: str | None = None
) -> dict[str, object]:
    """The values of `templates/mail/update.*`. `text_locale`: that of subject and body, if different."""
    return {
        "text_locale": text_locale or locale,
        "subject": update.subject,
        "body_html": mail_html(update.body),
        "body_text": mail_text(update.body),
        "action_title": update.action_title,
        "campaign_title": update.campaign_title,
        "kind": update.kind,
        "is_test": is_test,
        "privacy_url": public_url_for("site.privacy", locale=locale),
    }


def _values_for_signer(
    update_id: int, action_id: int, locale: str, now: datetime
) -> dict[str, object] | None:
    """If there is no text in the signer's language, another one, with what is around it in theirs.

    `action_id`: that of the signer. The titles are those that signers may see.
    """
    tag = fallback_locale(locale, texts_of(update_id), locales())
    found = find_update_text(update_id, tag, locales=locales()) if tag else None
    action = find_signed_action(action_id, locales=(locale, *locales()), now=now)
    if found is None or action is None:
        return None
    seen = replace(
        found,
        action_title=action.title,
        campaign_title=found.campaign_title and action.campaign_title,
        kind=action.kind,
    )
    return template_values(seen, locale, is_test=False, text_locale=tag)


def _mail(
    values: Mapping[str, object] | None, links: dict[str, str], to: str | None = None
) -> Mail:
    if values is None:
        raise LookupError("The update has no text in this language.")
    return Mail("update", values, links, to=to, unsubscribe=links["unsubscribe_url"])


def _unsubscribe_url(locale: str, *subject: str) -> str:
    return public_url_for("updates.unsubscribe", locale=locale, token=UNSUBSCRIBE.make(*subject))
