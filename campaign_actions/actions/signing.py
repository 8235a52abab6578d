"""Signing an action: the only way a signature enters the database."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.database import upsert, writing
from campaign_actions.core.emails import email_key
from campaign_actions.core.errors import DomainError
from campaign_actions.outbox.queueing import queue_mail


class ActionClosed(DomainError):
    status = 410
    title = _l("This action is closed")
    message = _l("It takes no more signatures. Thank you for your interest.")


def sign(
    action: PublicAction,
    *,
    email: str,
    locale: str,
    now: datetime,
    remind_after: timedelta = timedelta(hours=48),
    channel: str = "page",
    **details: Any,
) -> None:
    """Record a pending signature and queue its mail, the same for a new and a repeated one.

    The unique constraint decides which of the two it is, not a query made before, so two
    requests at the same moment can not both pass. A signature that was withdrawn is pending
    again with the new details; any other that is known stays as it is, so that a stranger can
    not overwrite it. What the mail says is decided when it is delivered: both roads are equally
    long, and nobody can tell them apart.

    `details` are columns of Signature: given_name, family_name, country_code, comment,
    show_name, wants_updates, answers, consent_version, source. Raises ActionClosed.
    """
    if not action.is_open_at(now):
        raise ActionClosed
    key = email_key(email)
    given = {
        "status": "pending",
        "email": email,
        "locale": locale,
        "channel": channel,
        "signed_at": now,
        "updated_at": now,
        "confirmed_at": None,
        "withdrawn_at": None,
        "reminded_at": None,
        "due_at": now + remind_after,
        **details,
    }
    identity = {"public_id": new_public_id(), "action_id": action.id, "email_key": key}
    with writing() as connection:
        upsert(
            connection,
            Signature,
            identity | given,
            unique=["email_key", "action_id"],
            update=given,
            where=Signature.status == "withdrawn",
        )
        queue_mail(
            connection, "sign", to=email, email_key=key, locale=locale, about=action.id, now=now
        )


def new_public_id() -> str:
    """Opaque, 128 random bits as 26 letters and figures: no spreadsheet takes it for a number."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
