"""Words that a second person approves before anybody sees them: the privacy page and consent texts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update

from campaign_actions.actions.consent import add_consent
from campaign_actions.audit.log import add_entry
from campaign_actions.catalogs.files.interface import interface_messages
from campaign_actions.catalogs.models import ConsentDraft, Translation
from campaign_actions.catalogs.store.change_log import Change, in_turn, note_changes
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import DomainError, NotFound
from campaign_actions.core.i18n.message import Message
from campaign_actions.staff.models import StaffMember

PRIVACY = "privacy"  # the area of the messages on the privacy page
APPROVAL = "approval"  # among LOCALE_NEEDS: these words need a second person


class OwnWords(DomainError):
    status = 409
    title = _l("A second person approves this")
    message = _l("You wrote it yourself. Somebody else who may approve texts has to read it.")


class ChangedMeanwhile(DomainError):
    """What was read is not what is there now. Nothing was approved."""

    status = 409
    title = _l("This has changed meanwhile")
    message = _l("Nothing was approved. Please read the text again as it is now.")


def propose_consent(
    locale: str, body: str, *, by: StaffMember, now: datetime, actor: str = ""
) -> None:
    """A text that a second person is to approve; it takes the place of one that still waits.

    `actor`, here and below: who does it in the name of `by`, a command.
    """
    with write_transaction() as connection:
        connection.execute(delete(ConsentDraft).filter_by(locale=locale))
        row = {"locale": locale, "body": body, "written_at": now, "staff_id": by.id}
        connection.execute(insert(ConsentDraft).values(row))
        who = _who(by, actor)
        add_entry(connection, "consent-proposed", **who, now=now, language=locale)


def find_draft(locale: str) -> ConsentDraft | None:
    """The text that waits to be approved."""
    return db.session.scalars(select(ConsentDraft).filter_by(locale=locale)).one_or_none()


def approve_consent(
    locale: str, *, seen: str, by: StaffMember, now: datetime, actor: str = ""
) -> int:
    """Make the text that waits what people agree to; its version. `seen`: the text that was read.

    Raises OwnWords, ChangedMeanwhile, NotFound.
    """
    with write_transaction() as connection:
        draft = find_draft(locale)
        if draft is None:
            raise NotFound
        if draft.staff_id == by.id:
            raise OwnWords
        if draft.body != seen:
            raise ChangedMeanwhile
        body = draft.body
        agreed = [Change(after=(body,))]
        note_changes(connection, INTERFACE, locale, agreed, how="consent", staff_id=by.id, now=now)
        connection.execute(delete(ConsentDraft).filter_by(locale=locale))
        return add_consent(connection, locale, body, **_who(by, actor), now=now)


def withdraw_consent_draft(locale: str, *, by: StaffMember, now: datetime) -> None:
    """Nobody is to approve it any more."""
    with write_transaction() as connection:
        if connection.execute(delete(ConsentDraft).filter_by(locale=locale)).rowcount:
            add_entry(connection, "consent-dropped", actor=by.email, now=now, language=locale)


def privacy_messages() -> Mapping[str, Message]:
    return {m.key: m for m in interface_messages() if m.area == PRIVACY}


def words_to_approve(locale: str) -> list[Translation]:
    """Words of the privacy page that nobody sees until they are approved, in the page's order."""
    order = list(privacy_messages())
    of_page = select(Translation).where(
        Translation.catalog == INTERFACE, Translation.locale == locale, Translation.key.in_(order)
    )
    waiting = [row for row in db.session.scalars(of_page) if row.forms != (row.approved or [])]
    return sorted(waiting, key=lambda row: order.index(row.key))


def approve_privacy(
    locale: str,
    seen: Mapping[str, list[str]],
    *,
    by: StaffMember,
    now: datetime,
    actor: str = "",
) -> int:
    """Let the public see words of the privacy page; how many. `seen`: forms by key, as they were read.

    Raises OwnWords if any of them are by who approves, ChangedMeanwhile.
    """
    with write_transaction() as connection:
        in_turn(connection)
        waiting = {row.key: row for row in words_to_approve(locale)}
        if any(key not in waiting or waiting[key].forms != forms for key, forms in seen.items()):
            raise ChangedMeanwhile
        if any(waiting[key].staff_id == by.id for key in seen):
            raise OwnWords
        for key, forms in seen.items():
            this = update(Translation).where(Translation.id == waiting[key].id)
            connection.execute(this.values(approved=forms))
        changes = [_change(waiting[key], forms) for key, forms in seen.items()]
        note_changes(
            connection, INTERFACE, locale, changes, how="approved", staff_id=by.id, now=now
        )
        if seen:
            add_entry(
                connection,
                "privacy-approved",
                **_who(by, actor),
                now=now,
                rows=len(seen),
                language=locale,
            )
    return len(seen)


def _change(row: Translation, forms: list[str]) -> Change:
    return Change(row.key, row.source, tuple(row.approved or ()), tuple(forms))


def _who(by: StaffMember, actor: str) -> dict[str, Any]:
    """As the audit log names them: a command, and whose name it was given."""
    return {"actor": actor, "subject": by.email} if actor else {"actor": by.email}
