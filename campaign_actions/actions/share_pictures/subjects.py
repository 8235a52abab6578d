"""The content of each share picture as of now, and a hash that tells whether the picture is out of date."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from campaign_actions.actions.goals import filled_heads, passed_step, shown_goal
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import (
    Action,
    ActionCount,
    ActionText,
    Milestone,
    SharePicture,
)
from campaign_actions.campaigns.appearance import find_file
from campaign_actions.campaigns.models import Campaign, Picture, PictureFile
from campaign_actions.core.content.drawings.crowd_meter import heads
from campaign_actions.core.db.session import db, release_connection
from campaign_actions.core.i18n.locale import direction, locales
from campaign_actions.core.organization import accent_colour, organization, organization_name
from campaign_actions.core.sharing.picture import MIDDLE, PHOTO_WIDTH, ShareCard
from campaign_actions.core.sharing.render import has_letters_of, without_unknown
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.core.theme import ACCENTS, DEFAULT_ACCENT

DRAWN_FORMATS = ("jpeg", "webp")
VERSION = 1  # of the drawing; a new one has all pictures drawn again
SubjectRow = Row[*tuple[Any, ...]]
Milestones = Mapping[int, Sequence[int]]  # the numbers of people, by action
_OWN, _SHARED = aliased(Picture), aliased(Picture)  # of the action, or else of its campaign
_SUBJECTS = (
    select(
        Action.id,
        ActionText.locale,
        ActionText.title,
        ActionText.addressee,
        Action.slug,
        Action.kind,
        Action.goal,
        Action.closes_at,
        func.coalesce(ActionCount.confirmed, 0).label("confirmed"),
        Campaign.slug.label("campaign_slug"),
        Campaign.accent,
        func.coalesce(_OWN.id, _SHARED.id).label("picture_id"),
        func.coalesce(_OWN.name, _SHARED.name).label("photo"),
        func.coalesce(_OWN.focus, _SHARED.focus).label("focus"),
        SharePicture.content_hash,
    )
    .join(Campaign, Campaign.id == Action.campaign_id)
    .join(ActionText, ActionText.action_id == Action.id)
    .outerjoin(ActionCount, ActionCount.action_id == Action.id)
    .outerjoin(_OWN, _OWN.action_id == Action.id)
    .outerjoin(_SHARED, (_SHARED.campaign_id == Campaign.id) & _SHARED.action_id.is_(None))
    .outerjoin(
        SharePicture,
        (SharePicture.action_id == Action.id) & (SharePicture.locale == ActionText.locale),
    )
    # Also before its opening time, so that the picture is ready then; only a public action shows it.
    .where(
        Action.kind.in_(KINDS), Action.published_at.is_not(None), Campaign.published_at.is_not(None)
    )
    .order_by(ActionText.locale, Action.id)
)


@dataclass(frozen=True)
class Subject:
    """An action in a language whose share picture is missing or shows something else."""

    action_id: int
    locale: str
    picture_id: int | None  # of its photograph
    content_hash: str
    card: ShareCard

    @property
    def is_drawable(self) -> bool:
        """Whether the fonts have every letter. If not, no picture is better than a wrong one."""
        return has_letters_of(self.card.title + self.card.addressee + self.card.sender)


def outdated_subjects(now: datetime) -> list[Subject]:
    """Those to be drawn, in the languages that the public sees."""
    rows = db.session.execute(_SUBJECTS.where(ActionText.locale.in_(locales()))).all()
    milestones: dict[int, list[int]] = defaultdict(list)
    for action_id, count in db.session.execute(select(Milestone.action_id, Milestone.count)):
        milestones[action_id].append(count)
    release_connection()
    return list(_outdated(rows, milestones, now))


def find_photo(picture_id: int) -> bytes | None:
    """The smallest file of a photograph that is sharp in the picture, or else the largest."""
    files = select(PictureFile.width, PictureFile.format).where(
        PictureFile.picture_id == picture_id, PictureFile.format.in_(DRAWN_FORMATS)
    )
    found = sorted((row.width, row.format) for row in db.session.execute(files))
    sharp = [file for file in found if file[0] >= 2 * PHOTO_WIDTH]
    return find_file(picture_id, *(sharp[0] if sharp else found[-1])) if found else None


def _outdated(
    rows: Sequence[SubjectRow], milestones: Milestones, now: datetime
) -> Iterator[Subject]:
    for locale, group in groupby(rows, key=lambda row: row.locale):
        with locale_context(locale):
            subjects = [(row.content_hash, _subject(row, milestones[row.id], now)) for row in group]
        for drawn, subject in subjects:
            if drawn != subject.content_hash:
                yield subject


def _subject(row: SubjectRow, milestones: Sequence[int], now: datetime) -> Subject:
    is_over = row.closes_at is not None and row.closes_at <= now
    step = row.confirmed if is_over else passed_step(row.confirmed, row.goal, milestones)
    seed = f"{row.campaign_slug}/{row.slug}"
    figure, words = _count_in_words(row.kind, step, is_over=is_over)
    logo = organization().logo
    card = ShareCard(
        direction=direction(),
        addressee=without_unknown(row.addressee),
        title=without_unknown(row.title),
        figure=figure,
        words=words,
        sender=without_unknown(organization_name()),
        pattern=row.campaign_slug,
        seed=seed,
        heads=heads(seed, filled_heads(step, shown_goal(row.goal, step, milestones))),
        accent=accent_colour(row.accent if row.accent in ACCENTS else DEFAULT_ACCENT),
        photo=row.photo or "",
        focus=row.focus or MIDDLE,
        logo=logo.name if logo else "",
        logo_shape=logo.shape if logo else 1,
        has_name_in_logo=logo.has_name if logo else False,
    )
    return Subject(row.id, row.locale, row.picture_id, _hash(card), card)


def _count_in_words(kind: str, step: int, *, is_over: bool) -> tuple[str, str]:
    """The figure, which is empty if it is not at the beginning, and the words.

    While people take part, there are at least as many as the figure says: the plus sign says so.
    """
    counted = KINDS[kind].count_in_words(step, is_over=is_over)
    figure = counted.figure if is_over else f"{counted.figure}+"
    if not counted.figure or counted.before.strip():
        return "", f"{counted.before}{counted.figure and figure}{counted.after}"
    return figure, counted.after.strip()


def _hash(card: ShareCard) -> str:
    return hashlib.blake2b(repr((VERSION, card)).encode(), digest_size=12).hexdigest()
