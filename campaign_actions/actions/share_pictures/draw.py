"""Draws share pictures: a task of the worker, which any number of workers may run at once."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.models import Action, SharePicture
from campaign_actions.actions.share_pictures.subjects import Subject, find_photo, outdated_subjects
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import delete_rows, release_connection, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.sharing.picture import compose
from campaign_actions.core.sharing.render import draw
from campaign_actions.organization.load import find_picture_data

LEASE = timedelta(minutes=2)  # also how long a picture that could not be drawn is left alone
MAX_PICTURES = 20  # in one run of the task, so that a worker can stop
DRAFTS = (
    select(Action.id)
    .join(Campaign, Campaign.id == Action.campaign_id)
    .where(or_(Action.published_at.is_(None), Campaign.published_at.is_(None)))
)
log = structlog.get_logger()


def draw_share_pictures(now: datetime) -> int:
    """Draw those whose text changed, or whose count passed a step; returns how many.

    A picture that cannot be drawn is removed, since it shows what is no longer true, and tried again
    later. It never stops the others. Pictures of actions that are drafts again are deleted.
    """
    delete_rows(SharePicture, SharePicture.action_id.in_(DRAFTS))
    drawn = 0
    for subject in outdated_subjects(now):
        if drawn == MAX_PICTURES:
            break
        drawn += _take(subject, now) and _draw(subject, now)
    return drawn


def _draw(subject: Subject, now: datetime) -> bool:
    try:
        png = _picture(subject)
    except Exception as error:  # whatever the reason, the other pictures are drawn
        _store(subject, now, content_hash=None, png=None, picture_id=None)
        about = {"action_id": subject.action_id, "locale": subject.locale}
        log.error("share_picture_failed", kind=type(error).__name__, **about)
        return False
    return _store(
        subject,
        now,
        content_hash=subject.content_hash,
        png=png,
        picture_id=subject.picture_id,
        drawn_at=now,
        leased_until=None,
    )


def _picture(subject: Subject) -> bytes | None:
    if not subject.is_drawable:
        return None
    photo = find_photo(subject.picture_id) if subject.picture_id else None
    logo = find_picture_data(subject.card.logo) if subject.card.logo else None
    release_connection()
    return draw(compose(subject.card, photo, logo))


def _take(subject: Subject, now: datetime) -> bool:
    """Lease the picture; False if another worker has it or has drawn it, or its text was deleted.

    A lease that ends too late is ignored: it was made before the clock was set back.
    """
    key = {"action_id": subject.action_id, "locale": subject.locale}
    until = SharePicture.leased_until
    is_free = or_(until.is_(None), until <= now, until > now + 2 * LEASE)
    is_outdated = SharePicture.content_hash.is_distinct_from(subject.content_hash)
    try:
        with write_transaction() as connection:
            insert = dialect_insert(connection.dialect.name)(SharePicture)
            leased = insert.values(**key, leased_until=now + LEASE).on_conflict_do_update(
                index_elements=list(key),
                set_={"leased_until": now + LEASE},
                where=is_free & is_outdated,
            )
            return connection.scalar(leased.returning(SharePicture.action_id)) is not None
    except IntegrityError:
        return False


def _store(subject: Subject, now: datetime, **values: object) -> bool:
    """Write the result, if the lease is still ours and the photograph still there."""
    ours = (
        SharePicture.action_id == subject.action_id,
        SharePicture.locale == subject.locale,
        SharePicture.leased_until == now + LEASE,
    )
    try:
        with write_transaction() as connection:
            stored = connection.execute(update(SharePicture).where(*ours).values(values))
            return stored.rowcount > 0
    except IntegrityError:
        return False
