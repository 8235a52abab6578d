"""What the mails about a signature say, decided when they are delivered."""

from datetime import datetime
from typing import Any

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import find_signature_of, find_signed_action
from campaign_actions.core.links import public_url_for
from campaign_actions.core.mail import Mail
from campaign_actions.core.tokens import make_token


def sign_mail(about: int | None, email_key: str, locale: str, now: datetime) -> Mail | None:
    """For everyone who signs, new or not: what it says depends on where the signature stands.

    It goes to the address that stands under the signature, not to the spelling that was typed
    last: a link to confirm is for the person who signed. None: there is nothing to say.
    """
    return _mail(about, email_key, locale, now, pending="confirm", settled="already-signed")


def reminder(about: int | None, email_key: str, locale: str, now: datetime) -> Mail | None:
    """For those who had not confirmed; None once they have."""
    return _mail(about, email_key, locale, now, pending="remind", settled=None)


def _mail(
    about: int | None,
    email_key: str,
    locale: str,
    now: datetime,
    *,
    pending: str,
    settled: str | None,
) -> Mail | None:
    signature = find_signature_of(about, email_key) if about else None
    if signature is None or signature.status == "withdrawn":
        return None
    template = pending if signature.status == "pending" else settled
    if template is None:
        return None
    return Mail(template, _values(signature, locale, now), to=signature.email)


def _values(signature: Signature, locale: str, now: datetime) -> dict[str, Any]:
    action = find_signed_action(signature.action_id, locale=locale, now=now)
    title = action.title if action else ""
    return {
        "action_title": title,
        "confirm_url": _link("confirm", signature, locale),
        "withdraw_url": _link("withdraw", signature, locale),
        "privacy_url": public_url_for("pages.privacy", locale=locale),
    }


def _link(purpose: str, signature: Signature, locale: str) -> str:
    token = make_token(purpose, signature.public_id)
    return public_url_for(f"actions.{purpose}", locale=locale, token=token)
