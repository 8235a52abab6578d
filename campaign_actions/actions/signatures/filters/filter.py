"""One filter for lists, counts, batches marked invalid and exports of signatures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    ScalarSelect,
    and_,
    exists,
    func,
    select,
    type_coerce,
)

from campaign_actions.actions.models import (
    COUNTED,
    PENDING,
    UPDATES_BY_ACTIONS,
    Signature,
    StateSource,
)
from campaign_actions.actions.models.batches import NAMED, TIMED
from campaign_actions.actions.personal_data.later_uses import covering_text
from campaign_actions.core.db.name_search_sql import either_contains
from campaign_actions.core.i18n.bidi import ISOLATES
from campaign_actions.core.security.email_address import email_key

MAX_WORDS = 6
MAX_IDS = 100  # signatures that are selected one by one
WITHOUT_ISOLATES = dict.fromkeys(map(ord, ISOLATES))
SIGNATURES = Signature.__table__
WITHOUT = ("country", "language", "source", "named-source")
MARKABLE = "confirmed-or-pending"  # a status of filters: all that can be marked invalid
PERSONAL = ("name", "email")  # identifies a person: never logged, kept no longer than needed


@dataclass(frozen=True)
class SignatureFilter:
    """Values that signatures must have. Empty means any. All values are plain JSON.

    `since` (inclusive) and `until` (exclusive): when the form was sent, ISO 8601 in UTC. `email`: one
    address in any spelling; `domain`: the part after the @. `ids`: public ids. `without`: one of WITHOUT.
    `source`: one, or several of one partner with spaces between.
    `status`: one, or MARKABLE. `fill_time`: one of FILL_TIMES. `same_comment`: the public id of a signature
    with the same comment. `not_signed`: the id of an action in which the person has not confirmed. It
    compares actions: a signature there counts only if its consent text covers that, and the caller leaves
    out people whose own text does not (`personal_data/later_uses.py`). `countries`: several of which one
    is enough.
    """

    since: str = ""
    until: str = ""
    language: str = ""
    country: str = ""
    source: str = ""
    channel: str = ""
    without: str = ""
    status: str = ""
    domain: str = ""
    name: str = ""
    email: str = ""
    ids: tuple[str, ...] = ()
    fill_time: str = ""
    same_comment: str = ""
    not_signed: int = 0
    countries: tuple[str, ...] = ()

    @property
    def since_at(self) -> datetime | None:
        return datetime.fromisoformat(self.since) if self.since else None

    @property
    def until_at(self) -> datetime | None:
        return datetime.fromisoformat(self.until) if self.until else None

    @property
    def is_empty(self) -> bool:
        return not self.filter()

    @property
    def is_direct(self) -> bool:
        """Whether a unique key leads to the signatures, so that nothing needs to be scanned."""
        return bool(self.email or self.ids)

    @property
    def is_short_lived(self) -> bool:
        """Whether it finds nobody after a time, so that nothing that is kept for longer may use it."""
        return bool(self.fill_time or self.same_comment)

    @property
    def is_only_about_time(self) -> bool:
        """Whether every signature of the period matches."""
        return not self.filter().keys() - {"since", "until"}

    @property
    def statuses(self) -> tuple[str, ...]:
        """Those that its status names."""
        return (COUNTED, PENDING) if self.status == MARKABLE else (self.status,)

    def filter(self) -> dict[str, Any]:
        """The filter without empty values."""
        names = (field.name for field in fields(SignatureFilter))
        return {name: value for name in names if (value := getattr(self, name))}

    def without_person(self) -> Self:
        """The same without a name or an address."""
        return replace(self, name="", email="")

    def without_fill_time(self) -> Self:
        """The same without what is kept for a short time only."""
        return replace(self, fill_time="")

    def without_status(self) -> Self:
        return replace(self, status="")

    def audit_details(self) -> dict[str, Any]:
        """For the audit log: that a person was searched for, not whom; and how many were selected.

        It also outlives filling times, so it only says that they were used.
        """
        details = {name: value for name, value in self.filter().items() if name not in PERSONAL}
        if self.email or self.name:
            details["searched"] = "address" if self.email else "name"
        if self.fill_time:
            details["fill_time"] = True
        if ids := details.pop("ids", ()):
            details["selected"] = len(ids)
        return details

    def times(self) -> list[ColumnElement[bool]]:
        """The period, as conditions that use the index of action and time of signing."""
        conditions = []
        if self.since_at:
            conditions.append(Signature.signed_at >= self.since_at)
        if self.until_at:
            conditions.append(Signature.signed_at < self.until_at)
        return conditions

    def others(self, signatures: FromClause = SIGNATURES) -> list[ColumnElement[bool]]:
        """Everything but the period, as conditions on these rows."""
        columns = signatures.c
        conditions = [
            columns[name] == value
            for name, value in (
                ("status", self.status if self.status != MARKABLE else ""),
                ("country_code", self.country),
                ("locale", self.language),
                ("channel", self.channel),
                ("fill_time", self.fill_time),
            )
            if value
        ]
        if self.source:
            conditions.append(columns.source.in_(self.source.split()))
        if self.status == MARKABLE:
            conditions.append(columns.status.in_(self.statuses))
        if self.countries:
            conditions.append(columns.country_code.in_(self.countries))
        if self.without:
            conditions.append(_is_without(self.without, signatures))
        if self.domain:
            ending = f"@{self.domain.lower()}"
            conditions.append(func.lower(columns.email).endswith(ending, autoescape=True))
        if self.email:
            conditions.append(columns.email_key == email_key(self.email))
        if self.same_comment:
            conditions.append(columns.comment == _comment_of(self.same_comment))
        if self.ids:
            conditions.append(columns.public_id.in_(self.ids))
        if self.not_signed:
            conditions.append(~_has_signed(self.not_signed, signatures))
        return conditions + [
            either_contains(columns.given_name, columns.family_name, word) for word in self.words()
        ]

    def conditions(self) -> list[ColumnElement[bool]]:
        """The whole filter, as SQL."""
        return [*self.others(), *self.times()]

    def words(self) -> list[str]:
        """Each must occur in one of the names. Names copied from a page may contain isolates."""
        return self.name.translate(WITHOUT_ISOLATES).split()[:MAX_WORDS]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**{**values, **lists})

    @classmethod
    def of_batch(cls, stored: Mapping[str, Any]) -> Self:
        """From what a batch keeps, which may have marks of what was removed."""
        kept = {name: value for name, value in stored.items() if name not in (NAMED, TIMED)}
        return cls.from_json(kept)


def _comment_of(public_id: str) -> ScalarSelect[str]:
    """Looked up once for a statement. The action is not checked, since public ids cannot be guessed."""
    its = SIGNATURES.alias("its")
    return select(its.c.comment).where(its.c.public_id == public_id).limit(1).scalar_subquery()


def _is_without(what: str, signatures: FromClause) -> ColumnElement[bool]:
    """Those without such a value, or, for "named-source", with a source that dashboards count as "others"."""
    columns = {"country": "country_code", "language": "locale", "source": "source"}
    if what in columns:
        return signatures.c[columns[what]].is_(None)
    named = exists().where(
        StateSource.action_id == signatures.c.action_id,
        StateSource.day == type_coerce(func.date(signatures.c.signed_at), Date),
        StateSource.source == signatures.c.source,
    )
    return and_(signatures.c.source.is_not(None), ~named)


def _has_signed(action_id: int, signatures: FromClause) -> ColumnElement[bool]:
    """Whether the same person has confirmed in this action, as far as their consent there lets us ask."""
    other = SIGNATURES.alias("other")
    return (
        exists()
        .where(
            other.c.action_id == action_id,
            other.c.email_key == signatures.c.email_key,
            other.c.status == COUNTED,
            covering_text(other, UPDATES_BY_ACTIONS),
        )
        .correlate(signatures)
    )


def as_utc_text(moment: datetime | None) -> str:
    """A time of a form, as filters have it."""
    return moment.astimezone(UTC).isoformat() if moment else ""
