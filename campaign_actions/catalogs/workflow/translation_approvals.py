"""Texts that a second person approves before the public sees them: the privacy page and consent texts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update

from campaign_actions.actions.consent import add_consent
from campaign_actions.actions.kinds import KINDS
from campaign_actions.audit.log import add_entry
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.models import ConsentDraft, Translation
from campaign_actions.catalogs.store.change_log import Change, lock_translations, record_changes
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import Conflict, NotFound
from campaign_actions.core.i18n.message import Message
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import languages_of, may_at, members_who_may, rights_of

PRIVACY = "privacy"  # the area of the messages on the privacy page
APPROVAL = "approval"  # in LOCALE_NEEDS: the two-person rule is on


class OwnTranslation(Conflict):
    title = _l("Someone else has to approve this")
    message = _l(
        "You wrote this text yourself, so nothing was approved. Ask someone else"
        " who can approve texts."
    )


class ChangedSinceRead(Conflict):
    """The approver read another version than the present one. Nothing was approved."""

    title = _l("This has changed since you opened the page")
    message = _l("Nothing was approved. Go back and read the current text.")


def propose_consent(
    kind: str, locale: str, body: str, *, by: StaffMember, now: datetime, actor: str = ""
) -> None:
    """Store a draft for a second person to approve, in place of a pending one.

    `actor`, here and below: the command that acts for `by`, if it is one.
    """
    with write_transaction() as connection:
        key = {"kind": kind, "locale": locale}
        connection.execute(delete(ConsentDraft).filter_by(**key))
        row = {**key, "body": body, "written_at": now, "staff_id": by.id}
        connection.execute(insert(ConsentDraft).values(row))
        who = _actor(by, actor)
        add_entry(connection, "consent-proposed", **who, now=now, kind=kind, language=locale)


def find_consent_draft(kind: str, locale: str) -> ConsentDraft | None:
    drafts = select(ConsentDraft).filter_by(kind=kind, locale=locale)
    return db.session.scalars(drafts).one_or_none()


def consent_drafts(locale: str) -> dict[str, ConsentDraft]:
    """The drafts of a language, by kind, in the order of KINDS."""
    drafts = {kind: find_consent_draft(kind, locale) for kind in KINDS}
    return {kind: draft for kind, draft in drafts.items() if draft}


def approve_consent(
    kind: str, locale: str, *, seen: str, by: StaffMember, now: datetime, actor: str = ""
) -> int:
    """Publish the draft and return its version. `seen`: the text that the approver has read.

    Where nobody else can approve, the author can. Raises OwnTranslation, ChangedSinceRead, NotFound.
    """
    with write_transaction() as connection:
        draft = find_consent_draft(kind, locale)
        if draft is None:
            raise NotFound
        if draft.staff_id == by.id and consent_approvers(locale, besides=by):
            raise OwnTranslation
        if draft.body != seen:
            raise ChangedSinceRead
        body = draft.body
        change = Change(after=(body,))
        record_changes(
            connection, INTERFACE, locale, [change], how="consent", staff_id=by.id, now=now
        )
        connection.execute(delete(ConsentDraft).filter_by(kind=kind, locale=locale))
        return add_consent(connection, kind, locale, body, **_actor(by, actor), now=now)


def consent_approvers(locale: str, *, besides: StaffMember) -> list[StaffMember]:
    """The other members who can approve consent texts in a language."""
    address = {"language": locale, "catalog": INTERFACE}
    return [
        member
        for member in members_who_may("review")
        if member.id != besides.id
        and may_at(rights_of(member), languages_of(member), "review", address)
    ]


def withdraw_consent_draft(kind: str, locale: str, *, by: StaffMember, now: datetime) -> None:
    with write_transaction() as connection:
        draft = delete(ConsentDraft).filter_by(kind=kind, locale=locale)
        if connection.execute(draft).rowcount:
            who = _actor(by, "")
            add_entry(connection, "consent-dropped", **who, now=now, kind=kind, language=locale)


def privacy_messages() -> Mapping[str, Message]:
    return {m.key: m for m in interface_messages() if m.area == PRIVACY}


def unapproved_translations(locale: str) -> list[Translation]:
    """Those of the privacy page, in its order."""
    return unapproved_by_locale([locale]).get(locale, [])


def unapproved_by_locale(locales: Collection[str]) -> dict[str, list[Translation]]:
    """The same for several languages, without those that have none."""
    keys = list(privacy_messages())
    rows = select(Translation).where(
        Translation.catalog == INTERFACE,
        Translation.locale.in_(locales),
        Translation.key.in_(keys),
    )
    found: dict[str, list[Translation]] = {}
    for row in sorted(db.session.scalars(rows), key=lambda row: keys.index(row.key)):
        if row.forms != (row.approved or []):
            found.setdefault(row.locale, []).append(row)
    return found


def all_consent_drafts(locales: Collection[str]) -> Sequence[ConsentDraft]:
    """Of these languages, oldest first."""
    drafts = select(ConsentDraft).where(ConsentDraft.locale.in_(locales))
    return db.session.scalars(drafts.order_by(ConsentDraft.written_at)).all()


def approve_privacy(
    locale: str,
    seen: Mapping[str, list[str]],
    *,
    by: StaffMember,
    now: datetime,
    actor: str = "",
) -> int:
    """Approve translations of the privacy page and return how many. `seen`: by key, the forms that were read.

    Raises OwnTranslation if any of them are by the approver, ChangedSinceRead.
    """
    with write_transaction() as connection:
        lock_translations(connection)
        rows = {row.key: row for row in unapproved_translations(locale)}
        if any(key not in rows or rows[key].forms != forms for key, forms in seen.items()):
            raise ChangedSinceRead
        if any(rows[key].staff_id == by.id for key in seen):
            raise OwnTranslation
        for key, forms in seen.items():
            row = update(Translation).where(Translation.id == rows[key].id)
            connection.execute(row.values(approved=forms))
        changes = [_change(rows[key], forms) for key, forms in seen.items()]
        record_changes(
            connection, INTERFACE, locale, changes, how="approved", staff_id=by.id, now=now
        )
        if seen:
            add_entry(
                connection,
                "privacy-approved",
                **_actor(by, actor),
                now=now,
                rows=len(seen),
                language=locale,
            )
    return len(seen)


def _change(row: Translation, forms: list[str]) -> Change:
    return Change(row.key, row.source, tuple(row.approved or ()), tuple(forms))


def _actor(by: StaffMember, actor: str) -> dict[str, Any]:
    """As the audit log names them: a command, and for whom it acted."""
    return {"actor": actor, "subject": by.email} if actor else {"actor": by.email}
