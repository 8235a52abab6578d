"""Signatures in each state: the ledger that triggers write, and the tallies folded from it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.actions.models.counts import NamedSource
from campaign_actions.core.db.session import Base, BigId

PARTS = ("all", "country", "locale", "source", "channel", "provider")
# States of signatures, then "gone" (erased or suppressed) and "mailed" (an email to confirm was accepted).
STATES = ("pending", "confirmed", "withdrawn", "invalid", "gone", "mailed")


class StateChange(Base):
    """A signature that left a state and came to another, at the place where it is tallied. Not folded yet.

    A trigger on `signatures` adds it in the transaction of the change, and one on `outbox_mails` when an
    email is sent. `slot` is that of signing, or of sending. It does not say whose it is.
    """

    __tablename__ = "state_ledger"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    action_id: Mapped[int]  # without a foreign key, as in SignatureChange
    slot: Mapped[int]  # quarters of an hour since 1970, in UTC
    country_code: Mapped[str | None] = mapped_column(String(2))
    locale: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(40))
    channel: Mapped[str | None] = mapped_column(String(20))
    email_provider: Mapped[str | None] = mapped_column(String(40))
    removed: Mapped[str | None] = mapped_column(String(10))  # the state that it left
    added: Mapped[str | None] = mapped_column(String(10))
    kept: Mapped[int] = mapped_column(
        server_default="0"
    )  # 1: erased on schedule, and stays counted


class StateCounts:
    """How many signatures are in each state. `kept`: of those confirmed, erased on schedule."""

    pending: Mapped[int] = mapped_column(server_default="0")
    confirmed: Mapped[int] = mapped_column(server_default="0")
    withdrawn: Mapped[int] = mapped_column(server_default="0")
    invalid: Mapped[int] = mapped_column(server_default="0")
    gone: Mapped[int] = mapped_column(server_default="0")
    mailed: Mapped[int] = mapped_column(server_default="0")
    kept: Mapped[int] = mapped_column(server_default="0")


class StateDay(StateCounts, Base):
    """Signatures of an action by day of signing, in UTC, and by one value of one part.

    Part "all" has one row for a day; part "country" one for each country, and so on. Unknown: "". Part
    "provider" has only people whose consent text covers that; see counts/states/providers.py.
    """

    __tablename__ = "state_days"
    __table_args__ = (CheckConstraint(f"part in {PARTS}", name="part"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)


class StateQuarter(StateCounts, Base):
    """The same by the quarter of an hour, for the last weeks, which adds up to the days of any zone.

    Where the organisation's zone is whole hours from UTC, only the first quarter of each hour is used.
    """

    __tablename__ = "state_quarters"
    __table_args__ = (CheckConstraint(f"part in {PARTS}", name="part"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)


class StateSourceLanguage(StateCounts, Base):
    """Signatures of an action of all time by source and language. Unknown: "".

    Sources have the names that they have by day in StateDay, so those beyond the cap are others.
    """

    __tablename__ = "state_source_languages"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)


class StateSource(NamedSource, Base):
    """Of signatures in any state. Anyone can invent pending ones."""

    __tablename__ = "state_sources"


class ProviderCheck(Base):
    """Signatures of a kind and language whose email provider has to be worked out again.

    A member changed which version of the consent text covers it. Signatures up to `action_id` and
    `signature_id` are done.
    """

    __tablename__ = "provider_checks"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    asked_at: Mapped[datetime]
    action_id: Mapped[int]
    signature_id: Mapped[int] = mapped_column(BigInteger)
