"""Signing an action: the only way a signature enters the database."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.db.group_commit import GroupCommit, Row, TableInsert
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import MAILS, new_mail

COLUMNS = tuple(column.name for column in Signature.__table__.columns if column.name != "id")
UNIQUE_KEY = ("email_key", "action_id")
KEPT_ON_RETURN = {"public_id", *UNIQUE_KEY}  # of a signature that was withdrawn


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
    remind_after: timedelta,
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
    rows = new_rows(
        action,
        email=email,
        locale=locale,
        now=now,
        remind_after=remind_after,
        channel=channel,
        **details,
    )
    SIGNATURE_INSERTS.insert(*rows)


def new_rows(
    action: PublicAction,
    *,
    email: str,
    locale: str,
    now: datetime,
    remind_after: timedelta,
    channel: str,
    **details: Any,
) -> tuple[Row, Row]:
    """The signature and the mail that `sign()` inserts. Raises ActionClosed."""
    if not action.is_open_at(now):
        raise ActionClosed
    key = email_key(email)
    signature = dict.fromkeys(COLUMNS) | {
        "public_id": new_public_id(),
        "action_id": action.id,
        "status": "pending",
        "email": email,
        "email_key": key,
        "locale": locale,
        "channel": channel,
        "show_name": False,
        "wants_updates": False,
        "answers": {},
        "signed_at": now,
        "updated_at": now,
        "due_at": now + remind_after,
        **details,
    }
    mail = new_mail("sign", to=email, email_key=key, locale=locale, about=action.id, now=now)
    return signature, mail


def _reopen_withdrawn(insert: Any) -> Any:
    """A signature that was withdrawn is pending again, with the details given now."""
    given = {column: insert.excluded[column] for column in COLUMNS if column not in KEPT_ON_RETURN}
    is_withdrawn = Signature.status == "withdrawn"
    return insert.on_conflict_do_update(index_elements=UNIQUE_KEY, set_=given, where=is_withdrawn)


SIGNATURE_INSERTS = GroupCommit(
    TableInsert(Signature, COLUMNS, UNIQUE_KEY, _reopen_withdrawn), MAILS
)


def new_public_id() -> str:
    """Opaque, 128 random bits as 26 letters and figures: no spreadsheet takes it for a number."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
