"""Telling translators that something new waits: at most one mail a day, and to nobody who wants none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, func, or_, select, update

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, Revision
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.catalogs.campaign_copy.alignment import catalog_of
from campaign_actions.catalogs.models import AddedLocale
from campaign_actions.catalogs.store.repository import INTERFACE, find_catalog
from campaign_actions.catalogs.workflow.language_search import name_in
from campaign_actions.catalogs.workflow.progress import Work, work_in
from campaign_actions.core import paths
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.core.i18n.registry import locale_registry
from campaign_actions.core.mail.render import Mail, MailMaker, locale_context
from campaign_actions.core.security.signed_tokens import make_token
from campaign_actions.core.urls import public_url_for
from campaign_actions.staff.invitations import queue
from campaign_actions.staff.models import StaffMember, StaffRole
from campaign_actions.staff.queries import find_member_by_id, languages_of, rights_of

ROLE = "translator"  # others who may translate have other things to do
TEMPLATE = "staff-translations"
ONCE_IN = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody: of each catalog, in each of their languages."""

    work: Sequence[Work]
    newest_at: datetime  # when something of it has changed last


def tell_translators(now: datetime) -> int:
    """Queue a mail for each translator for whom something new waits; how many."""
    locale_registry().refresh()
    return sum(_tell(staff_id, told_at, now) for staff_id, told_at in _to_ask(now))


def waiting_for(member: StaffMember) -> Waiting:
    """What waits in the languages and campaigns of a translator."""
    known = [tag for tag in locale_registry().current.known if tag not in PSEUDO_LOCALES]
    mine = languages_of(member)
    tags = [tag for tag in known if mine is None or tag in mine]
    names = list(_catalogs_of(member))
    catalogs = [catalog for name in names if (catalog := find_catalog(name))]
    work = [line for tag in tags for line in work_in(tag, catalogs) if line.share.left]
    changed = [_changed_at(line) for line in work]
    return Waiting(work, max(changed, default=datetime.min.replace(tzinfo=UTC)))


def _to_ask(now: datetime) -> list[tuple[int, datetime | None]]:
    """Translators who have had no mail for a day, and when they had the last one."""
    told = StaffMember.translation_mail_at
    translators = (
        select(StaffMember.id, told)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(
            StaffRole.role == ROLE,
            StaffMember.active,
            StaffMember.password.is_not(None),
            StaffMember.wants_translation_mail,
            or_(told.is_(None), told <= now - ONCE_IN),
        )
    )
    return [(row[0], row[1]) for row in db.session.execute(translators)]


def _tell(staff_id: int, told_at: datetime | None, now: datetime) -> bool:
    member = find_member_by_id(staff_id)
    if member is None:
        return False
    waiting = waiting_for(member)
    if not waiting.work or (told_at and waiting.newest_at <= told_at):
        return False
    with write_transaction() as connection:
        if not _note(connection, staff_id, told_at, now):
            return False
        queue(connection, TEMPLATE, staff_id, member.email, member.locale, now)
    return True


def _note(connection: Connection, staff_id: int, told_at: datetime | None, now: datetime) -> bool:
    """That they are told now; False: another worker was faster."""
    at = StaffMember.translation_mail_at
    still = at.is_(None) if told_at is None else at == told_at
    this = update(StaffMember).where(StaffMember.id == staff_id, still)
    return bool(connection.execute(this.values(translation_mail_at=now)).rowcount)


def _catalogs_of(member: StaffMember) -> Iterator[str]:
    ids = rights_of(member).get("translate", frozenset())
    if ids is None:
        yield INTERFACE
    every = select(Campaign.id).order_by(Campaign.position, Campaign.id)
    for campaign_id in db.session.scalars(every):
        if ids is None or campaign_id in ids:
            yield catalog_of(campaign_id)


def _changed_at(line: Work) -> datetime:
    """When what is translated from, or the wish for the language, has changed last."""
    begun = db.session.scalar(select(AddedLocale.added_at).filter_by(locale=line.locale))
    times = [_source_changed_at(line.catalog), *filter(None, [begun])]
    return max(times)


def _source_changed_at(catalog: str) -> datetime:
    """Of a campaign, its last revision; of the program, when this version was installed."""
    if catalog == INTERFACE:
        installed = (paths.TRANSLATIONS / "messages.pot").stat().st_mtime
        return datetime.fromtimestamp(installed, UTC)
    campaign_id = int(catalog.rpartition("-")[2])
    its_actions = select(Action.id).where(Action.campaign_id == campaign_id)
    newest = select(func.max(Revision.saved_at)).where(
        or_(
            (Revision.subject == "campaign") & (Revision.subject_id == campaign_id),
            (Revision.subject == "action") & Revision.subject_id.in_(its_actions),
        )
    )
    return db.session.scalar(newest) or datetime.min.replace(tzinfo=UTC)


PURPOSE = "translation mail"  # of the link that ends them
MOST_LINES = 20


def translation_mails() -> dict[str, MailMaker]:
    """What is queued by the task that tells translators."""
    return {TEMPLATE: _mail}


def _mail(about: int | None, _email_key: str, locale: str, _now: datetime) -> Mail | None:
    """Nothing where all is done meanwhile, or for who wants none any more."""
    member = find_member_by_id(about) if about else None
    if member is None or not member.active or not member.wants_translation_mail:
        return None
    waiting = waiting_for(member)
    if not waiting.work:
        return None
    with locale_context(locale):
        lines = tuple(_lines(waiting, locale))
    values: dict[str, Any] = {
        "lines": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
        "count": sum(line.share.left for line in waiting.work),
        "privacy_url": "",
    }
    address = public_url_for(
        "translation_mails.end", locale=locale, token=make_token(PURPOSE, str(member.id))
    )
    links = {
        "translations_url": public_url_for("staff_translations.index"),
        "unsubscribe_url": address,
    }
    return Mail(TEMPLATE, values, links, to=member.email, unsubscribe=address)


def _lines(waiting: Waiting, locale: str) -> Iterator[tuple[str, str, int]]:
    """Language, catalog, and how many wait."""
    titles = campaign_titles((locale, *locales()))
    for line in waiting.work:
        title = _("Words of the program")
        if line.catalog != INTERFACE:
            title = titles.get(int(line.catalog.rpartition("-")[2]), line.catalog)
        yield name_in(line.locale, locale), str(title), line.share.left
