"""Recipients of updates, and their language: people of some actions who asked for updates, each once.

An update to several actions, or to people who have not taken part in another one, combines data of actions.
One with filters chooses people by their details. Each leaves out everyone whose consent text does not cover
that (`actions/personal_data/later_uses.py`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, union_all

from campaign_actions.actions.models import (
    UPDATES_BY_ACTIONS,
    UPDATES_TO_SOME,
    WANTS_UPDATES,
    Action,
    Signature,
    SignatureRow,
)
from campaign_actions.actions.personal_data.later_uses import covering_versions, is_covered
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.db.session import db
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.updates.models import Update, UpdateAction

EVERYONE = SignatureFilter()
Condition = ColumnElement[bool]
_RECIPIENTS = TtlCache[int, Condition]()  # those at delivery, by update


@dataclass(frozen=True)
class Audience:
    """The ids of the actions in order, and a filter without a name or an address."""

    actions: tuple[int, ...]
    filter: SignatureFilter = EVERYONE

    @property
    def is_combined(self) -> bool:
        """Whether it compares actions."""
        return len(self.actions) > 1 or bool(self.filter.not_signed)

    @property
    def is_segmented(self) -> bool:
        """Whether it chooses people by what is in `personal_data/purposes.CHOSEN_BY`, or one by one."""
        return not replace(self.filter, not_signed=0).is_empty

    @property
    def later_uses(self) -> tuple[str, ...]:
        """The later uses of data that the consent text of each recipient has to cover."""
        return (UPDATES_BY_ACTIONS,) * self.is_combined + (UPDATES_TO_SOME,) * self.is_segmented


@dataclass(frozen=True)
class Numbers:
    """How many people are left at each step."""

    asked: int  # signatures whose signers asked for updates
    agreed: int  # those of them whose consent text covers it
    matching: int  # those of them whom the filter leaves
    people: int  # the same, each person once


def audience_of(update: Update) -> Audience:
    """As it is now: a campaign may have more actions later."""
    return Audience(actions_of(update), SignatureFilter.from_json(update.filter))


def actions_of(update: Update) -> tuple[int, ...]:
    """The ids of the actions whose signers get an update, in order."""
    chosen = select(UpdateAction.action_id).where(UpdateAction.update_id == update.id)
    if update.scope == "campaign" and update.started_at is None:
        campaign = select(Action.campaign_id).where(Action.id == update.action_id)
        chosen = select(Action.id).where(Action.campaign_id == campaign.scalar_subquery())
    return tuple(sorted(db.session.scalars(chosen))) or (update.action_id,)


def is_for_several(update: Update) -> bool:
    """Whether it is of the campaign, and not of one of its actions."""
    return update.scope == "campaign" or len(actions_of(update)) > 1


def chosen_actions(update_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of the actions of each update for which some are noted, in order."""
    columns = UpdateAction.update_id, UpdateAction.action_id
    noted = select(*columns).where(UpdateAction.update_id.in_(list(update_ids)))
    found: dict[int, list[int]] = {}
    for row in db.session.execute(noted.order_by(*columns)):
        found.setdefault(row.update_id, []).append(row.action_id)
    return found


def wants_updates(action_id: int | ColumnElement[int]) -> tuple[Condition, ...]:
    """Confirmed and asked for updates, exactly as in ix_signatures_updates: or the index is not used."""
    return Signature.action_id == action_id, text(WANTS_UPDATES)  # type: ignore[return-value]


def recipients_in(audience: Audience, action_id: int) -> tuple[Condition, ...]:
    """The conditions for recipients in one of the actions."""
    return (*wants_updates(action_id), *_agreed(audience, action_id), *audience.filter.conditions())


def is_recipient(audience: Audience) -> Condition:
    """The condition for recipients in any of the actions."""
    return or_(*(and_(*recipients_in(audience, action_id)) for action_id in audience.actions))


def count_recipients(audience: Audience) -> dict[str, int]:
    """How many people get an update, by the language they signed in: in the first action, if several."""
    if len(audience.actions) == 1:
        people = _counted(*recipients_in(audience, audience.actions[0])).add_columns(
            Signature.locale
        )
        rows = db.session.execute(people.group_by(Signature.locale).order_by(Signature.locale))
        return {row.locale: row.number for row in rows}
    found = union_all(
        *(
            select(Signature.email_key, Signature.locale, Signature.action_id).where(*conditions)
            for _action_id, conditions in _each(audience)
        )
    ).subquery()
    turn = func.row_number().over(partition_by=found.c.email_key, order_by=found.c.action_id)
    first = select(found.c.locale, turn.label("turn")).subquery()
    by_locale = select(first.c.locale, func.count().label("number")).where(first.c.turn == 1)
    rows = db.session.execute(by_locale.group_by(first.c.locale).order_by(first.c.locale))
    return {row.locale: row.number for row in rows}


def count_people(audience: Audience) -> int:
    return sum(count_recipients(audience).values())


def count_steps(audience: Audience, people: int) -> Numbers:
    """`people`: what `count_people()` has found. Nothing is counted that is known without it."""
    is_one, is_all = len(audience.actions) == 1, audience.filter.is_empty
    if is_one and is_all:
        return Numbers(people, people, people, people)
    asked = sum(_count(*wants_updates(each)) for each in audience.actions)
    agreed = asked
    if audience.later_uses:
        agreed = sum(
            _count(*wants_updates(each), *_agreed(audience, each)) for each in audience.actions
        )
    matching = people if is_one else agreed
    if not is_one and not is_all:
        matching = sum(_count(*conditions) for _action_id, conditions in _each(audience))
    return Numbers(asked, agreed, matching, people)


def find_recipient(update: Update, email_key: str) -> SignatureRow | None:
    """The signature through which someone gets an update, while they still should."""
    still = _RECIPIENTS.get(update.id, lambda: _still_recipients(update))
    columns = Signature.action_id, Signature.public_id, Signature.email
    found = select(*columns).where(Signature.email_key == email_key, still)
    return db.session.execute(found.order_by(Signature.action_id).limit(1)).one_or_none()


def fallback_locale(wanted: str, written: Collection[str], served: Sequence[str]) -> str | None:
    """The wanted language, or else the first served one that has a text, or else any.

    None: there is no text at all.
    """
    for tag in (wanted, *served):
        if tag in written:
            return tag
    return min(written, default=None)


def _each(audience: Audience) -> Iterator[tuple[int, tuple[Condition, ...]]]:
    return ((action_id, recipients_in(audience, action_id)) for action_id in audience.actions)


def _counted(*conditions: Condition) -> Select[int]:
    """How many signatures."""
    return select(func.count().label("number")).select_from(Signature).where(*conditions)


def _agreed(audience: Audience, action_id: int) -> Sequence[Condition]:
    """That the consent text of a signature covers all that the audience needs."""
    if not audience.later_uses:
        return ()
    connection = db.session.connection()
    kind = connection.scalar(select(Action.kind).where(Action.id == action_id)) or ""
    return [is_covered(covering_versions(connection, use, kind)) for use in audience.later_uses]


def _count(*conditions: Condition) -> int:
    return db.session.scalar(_counted(*conditions)) or 0


def _still_recipients(update: Update) -> Condition:
    """The condition at delivery. People who have unsubscribed or withdrawn since do not meet it."""
    audience = audience_of(update)
    if audience.is_combined:
        return is_recipient(audience)
    (action_id,) = audience.actions
    return and_(*wants_updates(action_id), *_agreed(audience, action_id))
