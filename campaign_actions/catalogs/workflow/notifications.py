"""Emails to translators about new work, at most one a day and none to those who opted out; and to the
authors of consent texts that were sent back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Connection, func, or_, select, update

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, Revision
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.catalogs.campaign_texts.alignment import campaign_id_in, catalog_name
from campaign_actions.catalogs.files.catalog_folder import TEMPLATE
from campaign_actions.catalogs.models import AddedLocale
from campaign_actions.catalogs.store.repository import INTERFACE, find_catalog
from campaign_actions.catalogs.workflow.language_search import name_in
from campaign_actions.catalogs.workflow.progress import CatalogProgress, language_progress
from campaign_actions.catalogs.workflow.translation_approvals import (
    RETURNED_MAIL,
    returned_consents,
)
from campaign_actions.core import paths
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.core.mail.render import Mail, MailMaker
from campaign_actions.core.organization import organization_email
from campaign_actions.core.security.email_address import email_key as key_of
from campaign_actions.core.security.signed_tokens import TokenKind
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.core.urls import public_url_for
from campaign_actions.staff.models import StaffMember, StaffRole
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import find_member_by_id, languages_of, rights_of

ROLE = "translator"  # other roles that may translate get no emails
MAIL_TEMPLATE = "staff-translations"
MIN_INTERVAL = timedelta(days=1)
UNSUBSCRIBE = TokenKind("translation mail")
MAX_LINES = 20
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PendingWork:
    """The catalogs that someone has not translated completely, in each of their languages."""

    work: Sequence[CatalogProgress]
    newest_at: datetime  # when the sources of any of it last changed


def notify_translators(now: datetime) -> int:
    """Queue an email for each translator with new work. Returns how many."""
    locale_registry().refresh()
    due = _due_translators(now)
    return sum(_notify(staff_id, notified_at, now) for staff_id, notified_at in due)


def pending_work(member: StaffMember) -> PendingWork:
    """In the languages and campaigns of a translator."""
    known = [tag for tag in locale_registry().current.known if tag not in PSEUDO_LOCALES]
    own = languages_of(member)
    tags = [tag for tag in known if own is None or tag in own]
    catalogs = [catalog for name in _catalogs_of(member) if (catalog := find_catalog(name))]
    work = [line for tag in tags for line in language_progress(tag, catalogs) if line.share.left]
    changed = [_changed_at(line) for line in work]
    return PendingWork(work, max(changed, default=NEVER))


def _due_translators(now: datetime) -> list[tuple[int, datetime | None]]:
    """Ids of translators without an email for a day, and when they got the last one."""
    notified_at = StaffMember.translation_mail_at
    translators = (
        select(StaffMember.id, notified_at)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(
            StaffRole.role == ROLE,
            StaffMember.can_log_in,
            StaffMember.wants_translation_mail,
            or_(notified_at.is_(None), notified_at <= now - MIN_INTERVAL),
        )
    )
    return [(row[0], row[1]) for row in db.session.execute(translators)]


def _notify(staff_id: int, notified_at: datetime | None, now: datetime) -> bool:
    member = find_member_by_id(staff_id)
    if member is None:
        return False
    pending = pending_work(member)
    if not pending.work or (notified_at and pending.newest_at <= notified_at):
        return False
    with write_transaction() as connection:
        if not _record_notification(connection, staff_id, notified_at, now):
            return False
        enqueue_staff_mail(connection, MAIL_TEMPLATE, member, now)
    return True


def _record_notification(
    connection: Connection, staff_id: int, notified_at: datetime | None, now: datetime
) -> bool:
    """False if another worker has recorded one since."""
    column = StaffMember.translation_mail_at
    is_unchanged = column.is_(None) if notified_at is None else column == notified_at
    row = update(StaffMember).where(StaffMember.id == staff_id, is_unchanged)
    return bool(connection.execute(row.values(translation_mail_at=now)).rowcount)


def _catalogs_of(member: StaffMember) -> Iterator[str]:
    ids = rights_of(member).get("translate", frozenset())
    if ids is None:
        yield INTERFACE
    campaigns = select(Campaign.id).order_by(Campaign.position, Campaign.id)
    for campaign_id in db.session.scalars(campaigns):
        if ids is None or campaign_id in ids:
            yield catalog_name(campaign_id)


def _changed_at(line: CatalogProgress) -> datetime:
    """When the source last changed, or when the language was added."""
    added_at = db.session.scalar(select(AddedLocale.added_at).filter_by(locale=line.locale))
    return max(_source_changed_at(line.catalog), added_at or NEVER)


def _source_changed_at(catalog: str) -> datetime:
    """The last revision of a campaign; for the interface, when this version was installed."""
    campaign_id = campaign_id_in(catalog)
    if campaign_id is None:
        installed = (paths.TRANSLATIONS / TEMPLATE).stat().st_mtime
        return datetime.fromtimestamp(installed, UTC)
    its_actions = select(Action.id).where(Action.campaign_id == campaign_id)
    newest = select(func.max(Revision.saved_at)).where(
        or_(
            (Revision.subject == "campaign") & (Revision.subject_id == campaign_id),
            (Revision.subject == "action") & Revision.subject_id.in_(its_actions),
        )
    )
    return db.session.scalar(newest) or NEVER


def translation_mails() -> dict[str, MailMaker]:
    """By the names they are queued under."""
    return {MAIL_TEMPLATE: _mail, RETURNED_MAIL: _returned_mail}


def _mail(about: int | None, _email_key: str, locale: str, _now: datetime) -> Mail | None:
    """None if everything has been translated since, or the translator has opted out."""
    member = find_member_by_id(about) if about else None
    if member is None or not member.active or not member.wants_translation_mail:
        return None
    pending = pending_work(member)
    if not pending.work:
        return None
    with locale_context(locale):
        lines = tuple(_lines(pending, locale))
    values = {
        "lines": lines[:MAX_LINES],
        "more": max(0, len(lines) - MAX_LINES),
        "count": sum(line.share.left for line in pending.work),
        "privacy_url": "",
    }
    address = public_url_for(
        "translation_emails.unsubscribe",
        locale=locale,
        token=UNSUBSCRIBE.make(key_of(member.email)),
    )
    links = {
        "translations_url": public_url_for("staff_translations_overview.index"),
        "unsubscribe_url": address,
    }
    return Mail(MAIL_TEMPLATE, values, links, to=member.email, unsubscribe=address)


def _lines(pending: PendingWork, locale: str) -> Iterator[tuple[str, str, int]]:
    """Language, catalog, and how many messages are not translated."""
    titles = campaign_titles((locale, *locales()))
    for line in pending.work:
        title = _("Interface")
        if campaign_id := campaign_id_in(line.catalog):
            title = titles.get(campaign_id, line.catalog)
        yield name_in(line.locale, locale), str(title), line.share.left


def _returned_mail(about: int | None, _email_key: str, locale: str, _now: datetime) -> Mail | None:
    """It quotes neither text nor note. None if all were proposed again or discarded since."""
    member = find_member_by_id(about) if about else None
    returned = returned_consents(member.id) if member and member.active else ()
    if not returned:
        return None
    with locale_context(locale):
        texts = tuple(
            (
                str(KINDS[draft.kind].consent.title),
                name_in(draft.locale, locale),
                public_url_for(
                    "staff_translations_consent.edit", language=draft.locale, kind=draft.kind
                ),
            )
            for draft in returned
        )
    values = {"returned": texts, "privacy_url": "", "contact": organization_email(locale)}
    return Mail(RETURNED_MAIL, values, {})
