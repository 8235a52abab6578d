"""The scheduled task that looks for suspicious clusters among the signatures of the last minutes."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from campaign_actions.actions.models import (
    COMPARED_FORMS,
    Action,
    Signature,
    SignatureCluster,
)
from campaign_actions.actions.personal_data.later_uses import covering_versions
from campaign_actions.actions.signatures.clusters.record import PAUSE, record_groups
from campaign_actions.actions.signatures.clusters.rules import (
    MINUTE,
    Cell,
    Group,
    Share,
    Thresholds,
    Usual,
    find_groups,
)
from campaign_actions.actions.signatures.clusters.scan import (
    Scan,
    count_comments,
    find_cells,
    find_texts,
    floor_to_minute,
)
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.keyset_pagination import EPOCH
from campaign_actions.core.db.session import db, release_connection

MAX_READ = 10_000  # signatures of a window
MAX_USUAL = 4000  # signatures before it, for what is usual
ENOUGH = 200  # with fewer of them, other actions say what is usual as well
MAX_OTHERS, MAX_OF_OTHER = 5, 200  # the newest actions, and signatures of each
MAX_TEXTS = 20  # in one window


def find_clusters(now: datetime, *, thresholds: Thresholds) -> int:
    """Store the clusters of the last minutes that are new, and extend those that go on.

    Returns how many are new. The number of rows that it reads is limited for each action.
    """
    if not thresholds.lowest:
        return 0
    since = floor_to_minute(now) - thresholds.window_minutes * MINUTE
    busy = _busy_actions(since, now, thresholds.lowest)
    release_connection()
    found = 0
    for action_id, kind in busy:
        groups = _groups_of(action_id, kind, since, now, thresholds)
        release_connection()
        found += record_groups(action_id, groups, now=now)
    return found


def _busy_actions(since: datetime, now: datetime, lowest: int) -> Sequence[tuple[int, str]]:
    """Actions with enough signatures for any rule, and their kinds."""
    recent = select(Signature.id).where(
        Signature.action_id == Action.id, Signature.signed_at >= since, Signature.signed_at <= now
    )
    counted = select(func.count()).select_from(recent.correlate(Action).limit(lowest).subquery())
    busy = select(Action.id, Action.kind).where(counted.scalar_subquery() >= lowest)
    return [(row.id, row.kind) for row in db.session.execute(busy.order_by(Action.id))]


def _groups_of(
    action_id: int, kind: str, since: datetime, now: datetime, thresholds: Thresholds
) -> list[Group]:
    connection = db.session.connection()
    versions = covering_versions(connection, COMPARED_FORMS, kind)
    since = max(since, _last_invalidated(connection, action_id))
    if not versions or since >= now:
        return []
    end = floor_to_minute(now) + MINUTE
    window = Scan(action_id, versions, since, end, MAX_READ)
    before = replace(
        window, since=EPOCH, until=_attack_began(connection, action_id, since), limit=MAX_USUAL
    )
    texts, groups = _text_groups(connection, window, before, thresholds)
    cells = find_cells(connection, window, without=texts)
    usual = _usual(connection, before)
    return [*groups, *find_groups(cells, usual, thresholds)]


def _text_groups(
    connection: Connection, window: Scan, before: Scan, thresholds: Thresholds
) -> tuple[Collection[str], list[Group]]:
    """The comments that unusually many have, and their clusters."""
    least = thresholds.text
    same = find_texts(connection, window, at_least=least) if least else ()
    if not same:
        return (), []
    total, total_before = (count_comments(connection, scan) for scan in (window, before))
    groups = {}
    for one in same[:MAX_TEXTS]:
        usual = Share(count_comments(connection, before, text=one.comment), total_before)
        if Share(one.number, total).is_unusual(usual, thresholds.odds):
            wanted = SignatureFilter(same_comment=one.sample)
            key = hashlib.sha256(one.comment.encode()).hexdigest()
            groups[one.comment] = Group(
                "text", wanted, one.since, one.until, one.number, common=key
            )
    return groups.keys(), list(groups.values())


def _usual(connection: Connection, before: Scan) -> Usual:
    """The action’s own, and that of others as well while it has few signatures."""
    own = find_cells(connection, before)
    minutes = _minutes(own, before.until)
    if sum(cell.number for cell in own) >= ENOUGH:
        return Usual(own, minutes)
    return Usual([*own, *_of_others(connection, before)], minutes)


def _of_others(connection: Connection, before: Scan) -> Iterator[Cell]:
    others = (
        select(Action.id, Action.kind)
        .where(Action.id != before.action_id, Action.published_at < before.until)
        .order_by(Action.id.desc())
        .limit(MAX_OTHERS)
    )
    for row in connection.execute(others).all():
        versions = covering_versions(connection, COMPARED_FORMS, row.kind)
        yield from find_cells(
            connection,
            replace(before, action_id=row.id, versions=versions, limit=MAX_OF_OTHER),
        )


def _minutes(cells: Sequence[Cell], until: datetime) -> float:
    first = min((cell.minute for cell in cells), default=until)
    return (until - first) / MINUTE


def _attack_began(connection: Connection, action_id: int, since: datetime) -> datetime:
    """Where to stop reading for what is usual: an attack that nobody has dismissed is not part of it."""
    going_on = _clusters(action_id, "open", SignatureCluster.until >= since - PAUSE)
    first = connection.scalar(select(func.min(SignatureCluster.since)).where(*going_on))
    return min(first, since) if first else since


def _last_invalidated(connection: Connection, action_id: int) -> datetime:
    """Signatures from before that are decided about, also those that are still pending."""
    decided = select(func.max(SignatureCluster.decided_at)).where(
        *_clusters(action_id, "invalidated", SignatureCluster.until >= EPOCH)
    )
    moment = connection.scalar(decided)
    return floor_to_minute(moment) + MINUTE if moment else EPOCH


def _clusters(
    action_id: int, state: str, period: ColumnElement[bool]
) -> tuple[ColumnElement[bool], ...]:
    return (SignatureCluster.action_id == action_id, SignatureCluster.state == state, period)
