"""Signing an action: the only way in which a signature enters the database, but for the demo’s examples."""

from datetime import datetime, timedelta
from typing import Unpack

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.counts.states.providers import provider_of
from campaign_actions.actions.models import COUNTED_PROVIDERS, Person, Signature
from campaign_actions.actions.personal_data.later_uses import is_covered_now
from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.db.group_commit import GroupCommit, Row, TableInsert
from campaign_actions.core.db.upsert import DialectInsert
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.public_ids import new_public_id
from campaign_actions.core.switches.state import email_clock
from campaign_actions.outbox.enqueue import MAIL_TABLE_INSERT, new_mail

COLUMNS = tuple(column.name for column in Signature.__table__.columns if column.name != "id")
UNIQUE_KEY = ("email_key", "action_id")
KEPT_ON_RETURN = {"public_id", *UNIQUE_KEY}  # when a withdrawn signature is signed again


class ActionClosed(DomainError):
    status = 410
    title = _l("This action is closed")
    message = _l("You can no longer take part. Thank you for your interest.")


def sign(
    action: PublicAction,
    *,
    email: str,
    locale: str,
    now: datetime,
    remind_after: timedelta,
    consent_version: int | None,
    source: str | None = None,
    channel: str = "page",
    fill_time: str | None = None,
    **person: Unpack[Person],
) -> None:
    """Insert a pending signature and queue its email. Raises ActionClosed.

    `fill_time`: one of FILL_TIMES, if it is known and the consent text covers that it is kept.

    The unique constraint detects a repeated signature, so simultaneous requests cannot create two.
    A withdrawn signature becomes pending again with the new details. Any other one is left
    unchanged, so that a stranger cannot overwrite it.

    A new and a repeated signature run the same statements, and the text of the email is chosen at
    delivery. So neither the answer nor its timing reveals whether someone has signed before.
    """
    rows = new_rows(
        action,
        email=email,
        locale=locale,
        now=now,
        remind_after=remind_after,
        consent_version=consent_version,
        source=source,
        channel=channel,
        fill_time=fill_time,
        counts_provider=is_covered_now(
            COUNTED_PROVIDERS, action.kind.name, locale, consent_version
        ),
        **person,
    )
    SIGNATURE_INSERTS.insert(*rows)


def new_rows(
    action: PublicAction,
    *,
    email: str,
    locale: str,
    now: datetime,
    remind_after: timedelta,
    consent_version: int | None,
    source: str | None,
    channel: str,
    fill_time: str | None = None,
    counts_provider: bool = False,
    **person: Unpack[Person],
) -> tuple[Row, Row]:
    """The signature and the email that `sign()` inserts. Raises ActionClosed.

    `counts_provider`: whether the consent text covers that; see is_covered_now() in later_uses.py.
    """
    if not action.is_open_at(now):
        raise ActionClosed
    key = email_key(email)
    signature = dict.fromkeys(COLUMNS) | {
        "public_id": new_public_id(),
        "action_id": action.id,
        "kind": action.kind.name,
        "status": "pending",
        "email": email,
        "email_key": key,
        "locale": locale,
        "consent_version": consent_version,
        "source": source,
        "channel": channel,
        "fill_time": fill_time,
        "email_provider": provider_of(email) if counts_provider else None,
        "show_comment": False,
        "show_name": False,
        "wants_updates": False,
        "answers": {},
        "signed_at": now,
        "updated_at": now,
        "due_at": email_clock().at(now) + remind_after,
        **person,
    }
    mail = new_mail("sign", to=email, email_key=key, locale=locale, about=action.id, now=now)
    return signature, mail


def _reopen_withdrawn(insert: DialectInsert) -> DialectInsert:
    """On conflict, a withdrawn signature becomes pending again with the new details."""
    new = {column: insert.excluded[column] for column in COLUMNS if column not in KEPT_ON_RETURN}
    is_withdrawn = Signature.status == "withdrawn"
    return insert.on_conflict_do_update(index_elements=UNIQUE_KEY, set_=new, where=is_withdrawn)


SIGNATURE_INSERTS = GroupCommit(
    TableInsert(Signature, COLUMNS, UNIQUE_KEY, _reopen_withdrawn), MAIL_TABLE_INSERT
)
