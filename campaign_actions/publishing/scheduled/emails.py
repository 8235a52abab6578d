"""Emails when a set time is void, and again when it has passed and nothing was published.

They go to those who set the time; if none of them may publish the campaign any longer, to all who may.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, Row, and_, case, or_, select, update

from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.drafts import changed_campaigns
from campaign_actions.actions.newest.schedules import CHANGED, REASONS, REMEDIES, Publication
from campaign_actions.campaigns.models import Campaign, Revision, ScheduledDraft
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.catalogs.campaign_texts.publish import lock_campaign
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.render import Mail, MailMaker
from campaign_actions.core.security.email_address import email_key as key_of
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.core.urls import public_url_for
from campaign_actions.publishing.scheduled.changes import PERMISSION
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import members_who_may

MAIL_TEMPLATE = "staff-not-published"
_DRAFT = ScheduledDraft.__table__.c
_VERSION = case((_DRAFT.subject == "action", Action.version), else_=Campaign.version)
_IS_VOID = and_(_DRAFT.failed_at.is_(None), _DRAFT.told_at.is_(None), _DRAFT.number != _VERSION)
_HAS_FAILED = or_(
    and_(_DRAFT.failed_at.is_not(None), _DRAFT.told_at.is_(None)), _DRAFT.told_at < _DRAFT.failed_at
)
TO_TELL = (
    select(*_DRAFT)
    .join(Campaign, Campaign.id == _DRAFT.campaign_id)
    .outerjoin(Action, and_(_DRAFT.subject == "action", Action.id == _DRAFT.subject_id))
    .where(or_(_IS_VOID, _HAS_FAILED))
)


def tell_publishers(now: datetime) -> int:
    """Queue the emails about times that nobody has been told about. Returns how many."""
    if not has_rows(TO_TELL):
        return 0
    campaign_ids = set(db.session.scalars(TO_TELL.with_only_columns(_DRAFT.campaign_id)))
    return sum(_tell(campaign_id, now) for campaign_id in sorted(campaign_ids))


def _tell(campaign_id: int, now: datetime) -> int:
    with write_transaction() as connection:
        lock_campaign(connection, campaign_id)
        rows = connection.execute(TO_TELL.where(_DRAFT.campaign_id == campaign_id)).all()
        its = _DRAFT.campaign_id == campaign_id, _DRAFT.at.in_([row.at for row in rows])
        connection.execute(update(ScheduledDraft).where(*its).values(told_at=now))
        setters = {row.staff_id for row in rows if not _was_warned(connection, row)}
        members = _recipients(campaign_id, setters) if setters else []
        for member in members:
            enqueue_staff_mail(connection, MAIL_TEMPLATE, member, now, about=campaign_id)
    return len(members)


def _was_warned(connection: Connection, row: Row[*tuple[Any, ...]]) -> bool:
    """Whether those who set the time made it void themselves: saving warns of that."""
    next_one = {"subject": row.subject, "subject_id": row.subject_id, "number": row.number + 1}
    author = select(Revision.staff_id).filter_by(**next_one)
    return row.failed_at is None and connection.scalar(author) == row.staff_id


def _recipients(campaign_id: int, setters: Collection[int]) -> list[StaffMember]:
    allowed = members_who_may(PERMISSION, campaign_id)
    return [member for member in allowed if member.id in setters] or allowed


def schedule_mails() -> dict[str, MailMaker]:
    """The emails that tell_publishers() queues."""
    return {MAIL_TEMPLATE: _mail}


def _mail(about: int | None, email_key: str, locale: str, _now: datetime) -> Mail | None:
    """None if there is nothing to do any longer, or the recipient may not do it."""
    allowed = members_who_may(PERMISSION, about) if about else []
    member = next((one for one in allowed if key_of(one.email) == email_key), None)
    if about is None or member is None:
        return None
    with locale_context(locale):
        stopped = tuple(_stopped_changes(about))
        page = "staff_publishing_changes.show"
        if not stopped:
            stopped = tuple(_missed_opening(about))
            page = "staff_publishing_publish.show"
    if not stopped:
        return None
    title = campaign_titles((locale, *locales())).get(about, "")
    values = {"title": title, "stopped": stopped, "privacy_url": ""}
    links = {"publishing_url": public_url_for(page, campaign_id=about)}
    return Mail(MAIL_TEMPLATE, values, links, to=member.email)


def _stopped_changes(campaign_id: int) -> Iterator[tuple[str, str]]:
    """Each time at which nothing happens, and the reason with the next step."""
    for campaign in changed_campaigns([campaign_id]):
        for one in campaign.publications:
            if one.state != "planned":
                reason = one.reason or REASONS[CHANGED]
                remedy = one.remedy or REMEDIES[CHANGED]
                yield _what(one), f"{reason} {remedy}"


def _what(one: Publication) -> str:
    moment = datetime_here(one.at)
    if one.state == "changed" or one.is_early:
        return str(_("Nothing will be published on %(moment)s", moment=moment))
    return str(_("Nothing was published on %(moment)s", moment=moment))


def _missed_opening(campaign_id: int) -> Iterator[tuple[str, str]]:
    opening = (
        select(_DRAFT.at)
        .join(Campaign, Campaign.id == _DRAFT.subject_id)
        .where(_DRAFT.subject == "campaign", Campaign.published_at.is_(None))
    )
    for at in db.session.scalars(opening.where(Campaign.id == campaign_id)):
        words = _(
            "The campaign should have opened on %(moment)s. It did not, because the checks found"
            " problems. Fix them, then publish the campaign or choose another time.",
            moment=datetime_here(at),
        )
        yield "", str(words)
