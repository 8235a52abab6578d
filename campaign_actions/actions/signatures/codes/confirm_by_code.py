"""Confirming a signature with the code in its email.

A code belongs to one mailbox and action. It is derived from the moment of signing and the time of the
email, which the outbox keeps anyway, so it is stored nowhere.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from campaign_actions.actions.models import Person, Signature, SignatureRow
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.codes.tries import count_try
from campaign_actions.actions.signatures.confirm import (
    EPOCH,
    confirm_in_transaction,
    signing_id,
)
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.short_codes import in_groups, is_code, make_code
from campaign_actions.core.switches.state import email_clock
from campaign_actions.outbox.queries import find_last_sent

MAX_TRIES = (
    5  # an attacker guesses one of 16 million codes in five tries, and gets five emails a day
)
CODE_LIFE = timedelta(hours=24)  # while email is on; the outbox must keep sent emails as long
MAILS_WITH_CODE = ("sign", "remind", "next")
PURPOSE = "confirm"


def shown_code(signature: Signature | SignatureRow, sent_at: datetime) -> str:
    """The code in an email about a pending signature, by the time at which the outbox sends it."""
    return in_groups(make_code(PURPOSE, _subject(signature, sent_at)))


def confirm_by_code(
    action: PublicAction, *, email: str, code: str, now: datetime
) -> SignatureRow | None:
    """Confirm a pending signature as it was entered. Returns it if this call did it, else None.

    Only the code in the newest email works. A wrong or expired code, a signature that is not pending
    and an unknown mailbox run the same statements and hashes, and every try counts.
    """
    key, subject = email_key(email), ""
    with write_transaction() as connection:
        found = connection.execute(_LOCK_SIGNATURE, {"email_key": key, "action_id": action.id})
        signature: SignatureRow | None = found.one_or_none()
        since = email_clock().ago(CODE_LIFE, now)
        sent_at = find_last_sent(
            connection, key, about=action.id, templates=MAILS_WITH_CODE, since=since
        )
        tries = count_try(
            connection, email_key=key, action_id=action.id, code_sent_at=sent_at, now=now
        )
        if signature is not None and signature.status == "pending" and sent_at:
            subject = _subject(signature, sent_at)
        is_right = is_code(code, PURPOSE, subject) and bool(subject)
        if signature is None or not is_right or tries > MAX_TRIES:
            return None
        is_confirmed = confirm_in_transaction(
            connection, signature, now=now, **_ticks_to_remove(action)
        )
    return signature if is_confirmed else None


def _ticks_to_remove(action: PublicAction) -> Person:
    """Ticks about a comment that the action no longer asks for. Confirming by link removes them too."""
    ticks: Person = {}
    if not action.asks["show_comment"]:
        ticks["show_comment"] = False
    if not action.asks["show_name"]:
        ticks["show_name"] = False
    return ticks


def _subject(signature: Signature | SignatureRow, sent_at: datetime) -> str:
    moment = (sent_at - EPOCH) // timedelta(microseconds=1)
    return f"{signing_id(signature)}-{moment:x}"


_LOCK_SIGNATURE = (  # before the tries, in the order in which erasing a person locks both
    select(
        Signature.action_id,
        Signature.id,
        Signature.public_id,
        Signature.status,
        Signature.signed_at,
    )
    .where(
        Signature.email_key == bindparam("email_key"), Signature.action_id == bindparam("action_id")
    )
    .with_for_update()
)
