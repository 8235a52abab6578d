"""Telling translators that something new waits: at most one mail a day, and to nobody who wants none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, or_, select, update

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, Revision
from campaign_actions.catalogs.existing import catalog_of
from campaign_actions.catalogs.finding import INTERFACE, find_catalog
from campaign_actions.catalogs.models import AddedLocale
from campaign_actions.catalogs.workload import Work, work_in
from campaign_actions.core import paths
from campaign_actions.core.database import db, writing
from campaign_actions.core.languages import renewed
from campaign_actions.core.pseudo import PSEUDO_LOCALES
from campaign_actions.staff.inviting import queue
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
    renewed().look()
    return sum(_tell(staff_id, told_at, now) for staff_id, told_at in _to_ask(now))


def waiting_for(member: StaffMember) -> Waiting:
    """What waits in the languages and campaigns of a translator."""
    known = [tag for tag in renewed().now.known if tag not in PSEUDO_LOCALES]
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
    with writing() as connection:
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
