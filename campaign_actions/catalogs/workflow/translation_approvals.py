"""Texts that a second person approves before the public sees them: the privacy page and consent texts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update

from campaign_actions.actions.consent import ConsentKey, add_consent
from campaign_actions.actions.kinds import KINDS
from campaign_actions.audit.log import add_entry
from campaign_actions.catalogs.files.interface_messages import messages_in_area
from campaign_actions.catalogs.models import ConsentDraft, Translation, TranslationChange
from campaign_actions.catalogs.store.change_log import Change, lock_translations, record_changes
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import Conflict, NotFound
from campaign_actions.staff.dual_control import with_author
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import (
    find_member_by_id,
    languages_of,
    may_at,
    members_who_may,
    rights_of,
)

PRIVACY = "privacy"  # the area of the messages on the privacy page
RETURNED_MAIL = "staff-consent-returned"
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
    """Store a draft for a second person to approve, in place of one that is pending or was sent back.

    `actor`, here and below: the command that acts for `by`, if it is one.
    """
    with write_transaction() as connection:
        key = {"kind": kind, "locale": locale}
        its = select(ConsentDraft.author_ids).filter_by(**key)
        authors = with_author(connection.scalar(its) or (), by.id)
        connection.execute(delete(ConsentDraft).filter_by(**key))
        row = {**key, "body": body, "written_at": now, "staff_id": by.id, "author_ids": authors}
        connection.execute(insert(ConsentDraft).values(row))
        who = _actor(by, actor)
        add_entry(connection, "consent-proposed", **who, now=now, kind=kind, language=locale)


def find_consent_draft(kind: str, locale: str) -> ConsentDraft | None:
    """The one that is pending."""
    drafts = select(ConsentDraft).filter_by(kind=kind, locale=locale, returned_at=None)
    return db.session.scalars(drafts).one_or_none()


def find_returned_consent(kind: str, locale: str) -> ConsentDraft | None:
    """The draft that was sent back, until its author proposes another or discards it."""
    drafts = select(ConsentDraft).filter_by(kind=kind, locale=locale)
    return db.session.scalars(drafts.where(ConsentDraft.returned_at.is_not(None))).one_or_none()


def authors_of(draft: ConsentDraft) -> list[int]:
    """Those who cannot approve it: all who have written some of it or, if nobody else can, the last one."""
    if draft.staff_id and not consent_approvers(draft.locale, besides=draft.author_ids):
        return [draft.staff_id]
    return draft.author_ids


def consent_drafts(locale: str) -> dict[str, ConsentDraft]:
    """The pending drafts of a language, by kind, in the order of KINDS."""
    drafts = {kind: find_consent_draft(kind, locale) for kind in KINDS}
    return {kind: draft for kind, draft in drafts.items() if draft}


def approve_consent(
    kind: str, locale: str, *, seen: str, by: StaffMember, now: datetime, actor: str = ""
) -> int:
    """Publish the draft and return its version. `seen`: the text that the approver has read.

    Where nobody else can approve, the author can. Raises OwnTranslation, ChangedSinceRead, NotFound.
    """
    with write_transaction() as connection:
        draft = _pending_consent(kind, locale, seen)
        if by.id in authors_of(draft) and consent_approvers(locale, besides=[by.id]):
            raise OwnTranslation
        body = draft.body
        change = Change(after=(body,))
        record_changes(
            connection, INTERFACE, locale, [change], how="consent", staff_id=by.id, now=now
        )
        connection.execute(delete(ConsentDraft).filter_by(kind=kind, locale=locale))
        return add_consent(connection, kind, locale, body, **_actor(by, actor), now=now)


def send_back_consent(
    kind: str, locale: str, *, seen: str, note: str, by: StaffMember, now: datetime
) -> None:
    """Return the draft to its author, with a note about what to change.

    Raises OwnTranslation, ChangedSinceRead, NotFound.
    """
    with write_transaction() as connection:
        draft = _pending_consent(kind, locale, seen)
        if by.id in draft.author_ids:
            raise OwnTranslation
        row = update(ConsentDraft).filter_by(kind=kind, locale=locale)
        connection.execute(row.values(returned_at=now, returned_by=by.id, note=note))
        author = find_member_by_id(draft.staff_id) if draft.staff_id else None
        if author and author.active:
            enqueue_staff_mail(connection, RETURNED_MAIL, author, now)
        add_entry(
            connection,
            "consent-sent-back",
            actor=by.email,
            now=now,
            kind=kind,
            language=locale,
            note=note,
        )


def returned_consents(staff_id: int) -> Sequence[ConsentDraft]:
    """The drafts of a member that were sent back, oldest first."""
    drafts = select(ConsentDraft).where(
        ConsentDraft.staff_id == staff_id, ConsentDraft.returned_at.is_not(None)
    )
    return db.session.scalars(drafts.order_by(ConsentDraft.returned_at)).all()


def _pending_consent(kind: str, locale: str, seen: str) -> ConsentDraft:
    """The draft that a member decides about, if it is the one they have read."""
    draft = find_consent_draft(kind, locale)
    if draft is None:
        raise NotFound
    if draft.body != seen:
        raise ChangedSinceRead
    return draft


def consent_approvers(locale: str, *, besides: Collection[int]) -> list[StaffMember]:
    """The members who can approve consent texts in a language, without those with these ids."""
    address = {"language": locale, "catalog": INTERFACE}
    return [
        member
        for member in members_who_may("review")
        if member.id not in besides
        and may_at(rights_of(member), languages_of(member), "review", address)
    ]


def proposed_consents(locales: Collection[str]) -> dict[ConsentKey, list[StaffMember]]:
    """The texts that were proposed in these languages, each with those who can approve it."""
    return {
        (draft.kind, draft.locale): consent_approvers(draft.locale, besides=authors_of(draft))
        for draft in all_consent_drafts(locales)
    }


def withdraw_consent_draft(kind: str, locale: str, *, by: StaffMember, now: datetime) -> None:
    with write_transaction() as connection:
        draft = delete(ConsentDraft).filter_by(kind=kind, locale=locale)
        if connection.execute(draft).rowcount:
            who = _actor(by, "")
            add_entry(connection, "consent-dropped", **who, now=now, kind=kind, language=locale)


def authors_since_approval(locale: str, keys: Collection[str]) -> dict[str, set[int]]:
    """Those who have changed each of these translations of the interface since it was last approved."""
    authors: dict[str, set[int]] = {key: set() for key in keys}
    columns = TranslationChange.key, TranslationChange.how, TranslationChange.staff_id
    changes = select(*columns).filter_by(catalog=INTERFACE, locale=locale)
    its = changes.where(TranslationChange.key.in_(keys)).order_by(TranslationChange.id)
    for row in db.session.execute(its):
        if row.how == "approved":
            authors[row.key].clear()
        elif row.staff_id is not None:
            authors[row.key].add(row.staff_id)
    return authors


def unapproved_translations(locale: str) -> list[Translation]:
    """Those of the privacy page, in its order."""
    return unapproved_by_locale([locale]).get(locale, [])


def unapproved_by_locale(locales: Collection[str]) -> dict[str, list[Translation]]:
    """The same for several languages, without those that have none."""
    keys = list(messages_in_area(PRIVACY))
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
    """The pending ones of these languages, oldest first."""
    is_wanted = ConsentDraft.locale.in_(locales), ConsentDraft.returned_at.is_(None)
    drafts = select(ConsentDraft).where(*is_wanted)
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
        if any(by.id in authors for authors in authors_since_approval(locale, seen).values()):
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
