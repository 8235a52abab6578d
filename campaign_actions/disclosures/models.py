"""The records of exports, and what has to be deleted in the files."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId, Json

RUNNING, COMPLETE, INTERRUPTED = STATES = ("running", "complete", "interrupted")
REASONS = ("withdrawn", "deleted", "unsubscribed")
RECIPIENT_LENGTH = 200
IS_OPEN = "done_at is null"
IS_HELD = "destroyed_at is null"


class ExportRecord(Base):
    """One file that was exported: who got it, what is in it, and whether they still have it.

    `running` until the last byte was taken. Rows, hash, cursor and manifest are known only then. They are
    null in a file that is not `complete`, and such a file is never the base of an increment. Its
    `contents` are known from the start, because even a part of a file holds names.
    """

    __tablename__ = "export_records"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("(state = 'running') = (ended_at is null)", name="ended_at"),
        CheckConstraint(
            "case when state = 'complete' then rows is not null and sha256 is not null"
            " and cursor is not null and manifest is not null"
            " else coalesce(rows, cursor) is null and coalesce(sha256, manifest) is null end",
            name="complete",
        ),
        Index(None, "campaign_id", "id"),
        Index(None, "staff_id", "id"),
        Index(
            "ix_export_records_held",
            "id",
            postgresql_where=text(IS_HELD),
            sqlite_where=text(IS_HELD),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)  # given by records.py, and never twice
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))  # null: a command
    state: Mapped[str] = mapped_column(String(11), default=RUNNING)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    purpose: Mapped[str] = mapped_column(String(20))  # a key of PURPOSES
    recipient: Mapped[str] = mapped_column(String(RECIPIENT_LENGTH))  # who gets it, in words
    selection: Mapped[str] = mapped_column(Text)  # JSON of a Selection, the same for equal ones
    preset: Mapped[str] = mapped_column(String(20))  # a key of PRESETS; "" for none
    format: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(200))
    columns: Mapped[list[str]] = mapped_column(Json)
    raw: Mapped[bool]  # in CSV, cells are as typed
    bom: Mapped[bool]
    # The language of headings and values in an XLSX file; "": the names of columns, and codes.
    words_in: Mapped[str] = mapped_column(String(35), default="", server_default="")
    public_key: Mapped[str] = mapped_column(Text)  # it is encrypted to; "" if it is not
    base_id: Mapped[int | None] = mapped_column(ForeignKey("export_records.id"))  # of an increment
    has_all_codes: Mapped[bool]  # whether each row can be found by its signature_id
    contents: Mapped[bytes] = mapped_column(
        deferred=True
    )  # the ids of the signatures in this file, as a bitmap
    # All that someone has who applied it to its base, as a bitmap; null if that is the contents.
    members: Mapped[bytes | None] = mapped_column(deferred=True)
    rows: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the file as it was sent
    cursor: Mapped[int | None] = mapped_column(BigInteger)  # the number of the last change in it
    # The ids of changes that are in it although they had no number yet, as a bitmap.
    unnumbered: Mapped[bytes] = mapped_column(deferred=True)
    manifest: Mapped[str | None] = mapped_column(Text)  # JSON
    # When the first answers in it have to be deleted that the form promised to delete early; null: none.
    answers_due_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # the last email about what is to be deleted in it
    destroyed_at: Mapped[datetime | None]  # when someone said that the file is deleted
    destroyed_by: Mapped[int | None]  # staff id

    def has_due_answers(self, now: datetime) -> bool:
        return self.answers_due_at is not None and self.answers_due_at <= now


class ExportedAction(Base):
    """An action whose signatures a file contains."""

    __tablename__ = "exported_actions"
    __table_args__ = (Index(None, "action_id", "export_id"),)

    export_id: Mapped[int] = mapped_column(
        ForeignKey("export_records.id", ondelete="cascade"), primary_key=True
    )
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)


class ExportDeletion(Base):
    """A signature that has to be deleted in a file, whose signer withdrew, was deleted or unsubscribed."""

    __tablename__ = "export_deletions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["action_id", "signature_id"], ["signatures.action_id", "signatures.id"]
        ),
        CheckConstraint(f"reason in {REASONS}", name="reason"),
        CheckConstraint("done_at is not null or done_by is null", name="done_by"),
        Index(
            "ix_export_deletions_open",
            "export_id",
            postgresql_where=text(IS_OPEN),
            sqlite_where=text(IS_OPEN),
        ),
        Index(None, "action_id", "signature_id"),
    )

    export_id: Mapped[int] = mapped_column(
        ForeignKey("export_records.id", ondelete="cascade"), primary_key=True
    )
    action_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signature_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(12))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None]  # staff id
