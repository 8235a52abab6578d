"""Publishing and discarding the drafts of a campaign and its actions, all that a page showed at once.

A caller passes the drafts that its page showed as `seen`. If someone has changed one since, nothing happens.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.drafts import SubjectKey
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, ScheduledDraft
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.campaigns.versioning.drafts import (
    discard_draft,
    publish_draft,
    saving_revision,
)
from campaign_actions.campaigns.versioning.errors import SlugTaken
from campaign_actions.campaigns.versioning.public_times import end_public
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.campaign_texts.publish import lock_campaign
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.publishing.languages import choose_new_languages

SUBJECTS = {subject.name: subject for subject in (CAMPAIGN, ACTION)}
Seen = Mapping[SubjectKey, int]  # the newest revision of each draft that a page showed
Times = Mapping[SubjectKey, datetime]  # when they were to be published, those that had a time


class NoChanges(Conflict):
    title = _l("There is nothing to publish")
    message = _l("Someone else has published or discarded these changes.")


class TimeChanged(Conflict):
    title = _l("The time has changed")
    message = _l(
        "Since you opened the page, someone has set or cancelled a time for these changes. Nothing was"
        " published or changed. Go back, reload the page and check the time."
    )


class ChangesConflict(Conflict):
    title = _l("The draft has changed")
    message = _l(
        "Someone has saved something else since you opened the page. Nothing was published or"
        " discarded. Go back, reload the page and check the new changes."
    )


def publish_changes(
    campaign_id: int,
    *,
    seen: Seen,
    times: Times | None = None,
    new_languages: Collection[str] | None = None,
    actor: str,
    staff_id: int | None,
    now: datetime,
) -> None:
    """Let the public see these drafts, texts and translations together.

    `times` and `new_languages`: as in lock_to_publish().
    Raises NoChanges, ChangesConflict, TimeChanged, SlugTaken.
    """
    try:
        with write_transaction() as connection:
            drafts = lock_to_publish(
                connection,
                campaign_id,
                seen,
                times=times,
                new_languages=new_languages,
                actor=actor,
                now=now,
                staff_id=staff_id,
            )
            for subject, subject_id, number in drafts:
                names = publish_draft(connection, subject, subject_id, staff_id=staff_id, now=now)
                add_entry(
                    connection,
                    "published",
                    actor=actor,
                    now=now,
                    subject=subject.called(connection, subject_id),
                    did="changes",
                    revision=number,
                    fields=names,
                    **{f"{subject.name}_id": subject_id},
                )
    except IntegrityError as error:
        if "slug" in str(error.orig):
            raise SlugTaken from error
        raise


def discard_changes(
    campaign_id: int, *, seen: Seen, actor: str, staff_id: int | None, now: datetime
) -> None:
    """Make what the public sees the newest revision again. The history keeps the drafts.

    Raises NoChanges, ChangesConflict.
    """
    with write_transaction() as connection:
        for subject, subject_id in lock_seen(connection, campaign_id, seen):
            names = discard_draft(connection, subject, subject_id, staff_id=staff_id, now=now)
            add_entry(
                connection,
                subject.event,
                actor=actor,
                now=now,
                subject=subject.called(connection, subject_id),
                did="discarded",
                revision=seen[subject.name, subject_id],
                fields=names,
                **{f"{subject.name}_id": subject_id},
            )


def take_drafts(
    connection: Connection, campaign_id: int, *, staff_id: int | None, now: datetime
) -> None:
    """Write every draft before its page disappears: what is not public is itself the draft.

    An address that another page has by now is not taken.
    """
    _end_public(connection, campaign_id, now)
    for (name, subject_id), _number in _find_drafts(connection, campaign_id).items():
        subject = SUBJECTS[name]
        savepoint = connection.begin_nested()
        try:
            publish_draft(
                connection, subject, subject_id, staff_id=staff_id, now=now, is_hidden=True
            )
        except (IntegrityError, SlugTaken):
            savepoint.rollback()
            slug = {"slug": subject.read(connection, subject_id)["slug"]}
            with saving_revision(
                connection, subject, subject_id, staff_id=staff_id, now=now, also=slug
            ):
                pass
            publish_draft(
                connection, subject, subject_id, staff_id=staff_id, now=now, is_hidden=True
            )
        else:
            savepoint.commit()


def _end_public(connection: Connection, campaign_id: int, now: datetime) -> None:
    times = select(Campaign.published_at, Campaign.publisher_id).filter_by(id=campaign_id)
    campaign = connection.execute(times).one()
    opened_at, by = campaign.published_at or now, campaign.publisher_id
    end_public(connection, CAMPAIGN, campaign_id, now, opened_at=opened_at, by=by)
    columns = Action.id, Action.published_at, Action.publisher_id
    actions = select(*columns).filter_by(campaign_id=campaign_id).order_by(Action.id)
    for row in connection.execute(actions).all():
        if has_opened(now, row.published_at):
            is_later = row.published_at > opened_at
            its = (row.published_at, row.publisher_id) if is_later else (opened_at, by)
            end_public(connection, ACTION, row.id, now, opened_at=its[0], by=its[1])


def lock_seen(
    connection: Connection,
    campaign_id: int,
    seen: Seen,
    times: Times | None = None,
) -> list[tuple[Versioned, int]]:
    """Lock a campaign and return the drafts that were seen.

    `times`: None if they do not matter.
    Raises NoChanges, ChangesConflict, TimeChanged.
    """
    lock_campaign(connection, campaign_id)
    found = {
        key: number for key, number in _find_drafts(connection, campaign_id).items() if key in seen
    }
    if not found:
        raise NoChanges
    if found != seen:
        raise ChangesConflict
    if times is not None and _times_of(connection, campaign_id, seen) != times:
        raise TimeChanged
    return [(SUBJECTS[name], subject_id) for name, subject_id in found]


def lock_to_publish(
    connection: Connection,
    campaign_id: int,
    seen: Seen,
    *,
    times: Times | None,
    new_languages: Collection[str] | None,
    actor: str,
    now: datetime,
    staff_id: int | None,
) -> list[tuple[Versioned, int, int]]:
    """Lock the drafts that were seen, and mark which of their new languages become public with them.

    Returns each with the number of its revision. `times`: as in lock_seen(). `new_languages`: None leaves
    them as they are. Raises NoChanges, ChangesConflict, TimeChanged.
    """
    subjects = lock_seen(connection, campaign_id, seen, times)
    numbers = dict(seen)
    if new_languages is not None and (CAMPAIGN.name, campaign_id) in seen:
        choose_new_languages(
            connection, campaign_id, new_languages, actor=actor, now=now, staff_id=staff_id
        )
        numbers = _find_drafts(connection, campaign_id)
    return [(subject, its_id, numbers[subject.name, its_id]) for subject, its_id in subjects]


def _times_of(connection: Connection, campaign_id: int, seen: Seen) -> Times:
    columns = ScheduledDraft.subject, ScheduledDraft.subject_id, ScheduledDraft.at
    rows = connection.execute(select(*columns).filter_by(campaign_id=campaign_id))
    found = {(row.subject, row.subject_id): row.at for row in rows}
    return {key: at for key, at in found.items() if key in seen}


def _find_drafts(connection: Connection, campaign_id: int) -> dict[SubjectKey, int]:
    """The newest revisions of the drafts of a campaign and its actions, in the order of their locks."""
    found: dict[SubjectKey, int] = {}
    for subject, table, condition in (
        (CAMPAIGN, Campaign, Campaign.id == campaign_id),
        (ACTION, Action, Action.campaign_id == campaign_id),
    ):
        drafts = select(table.id, table.version).where(
            condition, table.published_version.is_not(None)
        )
        for row in connection.execute(drafts.order_by(table.id)):
            found[subject.name, row.id] = row.version
    return found
