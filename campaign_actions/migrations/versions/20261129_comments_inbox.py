"""Comments have a row from their confirmation on, with what was noticed about them and their last decision."""

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import Any

import regex
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OFFERED = "status in ('confirmed', 'invalid') and show_comment"
ROWS_AT_ONCE = 1000
# As in actions/comments/checks.py when this was written.
ENDINGS = r"(?:[a-z]{2,24}|xn--[a-z0-9-]+|рф|рус|бел|укр|қаз|срб)"
DOMAIN = rf"(?<![\p{{L}}\p{{N}}-])(?:(?=[\p{{N}}-]*\p{{L}})[\p{{L}}\p{{N}}-]{{2,}}+\.)+{ENDINGS}\b"
LINK = rf"(?i:https?:|www\.)|{DOMAIN}|\b\w\.{ENDINGS}/"
EMAIL = r"[^\s@]@[^\s@]+\.[^\s@]"
PHONE = r"(?<!\d)\+?\d(?:[ \u00a0()-]{0,3}\d){8,14}(?!\d)"
CONTACT = regex.compile(rf"{LINK}|{EMAIL}|{PHONE}")
NOT_LETTERS = regex.compile(r"\P{L}+")


def upgrade() -> None:
    batches()
    comments()
    add_comments()
    op.drop_table("comment_decisions")
    op.drop_index("ix_signatures_comments", "signatures")


def downgrade() -> None:
    decisions()
    op.execute(
        "insert into comment_decisions (action_id, signature_id, is_shown, decided_at, staff_id)"
        " select action_id, signature_id, is_shown, decided_at, staff_id from comments"
        " where is_shown is not null"
    )
    op.drop_table("comments")
    op.drop_table("comment_batches")
    op.create_index(
        "ix_signatures_comments",
        "signatures",
        ["action_id", "signed_at", "id"],
        **only("status = 'confirmed' and show_comment"),
    )


def batches() -> None:
    op.create_table(
        "comment_batches",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime()),
        sa.CheckConstraint("rows > 0", name="rows"),
    )


def comments() -> None:
    op.create_table(
        "comments",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", BIG_ID, nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.Column("text_key", sa.String(16)),
        sa.Column("has_contact", sa.Boolean(), nullable=False),
        sa.Column("is_repeated", sa.Boolean(), nullable=False),
        sa.Column("is_shown", sa.Boolean()),
        sa.Column("decided_at", sa.DateTime()),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("comment_batches.id")),
        sa.Column("was_shown", sa.Boolean()),
        sa.Column("was_decided_at", sa.DateTime()),
        sa.Column("was_decided_by", sa.Integer()),
        sa.PrimaryKeyConstraint("action_id", "signature_id"),
        sa.ForeignKeyConstraint(
            ["action_id", "signature_id"], ["signatures.action_id", "signatures.id"]
        ),
        sa.CheckConstraint("(is_shown is null) = (decided_at is null)", name="decided_at"),
    )
    indexes: dict[str, tuple[list[str], str]] = {
        "shown": (["action_id", "is_shown", "decided_at"], ""),
        "arrived": (["action_id", "is_shown", "arrived_at", "signature_id"], ""),
        "waiting": (["action_id", "arrived_at", "signature_id"], "is_shown is null"),
        "flagged": (
            ["action_id", "arrived_at", "signature_id"],
            "is_shown is null and (has_contact or is_repeated)",
        ),
        "text": (["action_id", "text_key"], "text_key is not null"),
        "batch": (["batch_id"], "batch_id is not null"),
    }
    for name, (columns, condition) in indexes.items():
        partial = only(condition) if condition else {}
        op.create_index(f"ix_comments_{name}", "comments", columns, **partial)


def add_comments() -> None:
    """One for each comment that may be shown, with the decision about it."""
    op.execute(
        "insert into comments (action_id, signature_id, arrived_at, has_contact, is_repeated,"
        " is_shown, decided_at, staff_id)"
        " select s.action_id, s.id, coalesce(s.confirmed_at, s.signed_at), false, false,"
        " d.is_shown, d.decided_at, d.staff_id from signatures s left join comment_decisions d"
        " on d.action_id = s.action_id and d.signature_id = s.id"
        f" where s.{OFFERED.replace(' and ', ' and s.')}"
    )
    connection = op.get_bind()
    checked = sa.text(
        "update comments set text_key = :key, has_contact = :has_contact"
        " where action_id = :action_id and signature_id = :id"
    )
    found = connection.execute(
        sa.text(f"select action_id, id, comment from signatures where {OFFERED}")
    ).all()
    for start in range(0, len(found), ROWS_AT_ONCE):
        connection.execute(checked, list(checks(found[start : start + ROWS_AT_ONCE])))
    op.execute(
        "update comments set is_repeated = true where text_key is not null and exists ("
        "select 1 from comments other where other.action_id = comments.action_id"
        " and other.text_key = comments.text_key and other.signature_id <> comments.signature_id)"
    )


def checks(found: Any) -> Iterator[dict[str, object]]:
    for action_id, number, comment in found:
        letters = NOT_LETTERS.sub("", unicodedata.normalize("NFKC", comment).casefold())[:120]
        key = hashlib.sha256(letters.encode()).hexdigest()[:16] if len(letters) >= 20 else None
        has_contact = CONTACT.search(unicodedata.normalize("NFKC", comment)) is not None
        yield {"action_id": action_id, "id": number, "key": key, "has_contact": has_contact}


def decisions() -> None:
    op.create_table(
        "comment_decisions",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", BIG_ID, nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.PrimaryKeyConstraint("action_id", "signature_id"),
        sa.ForeignKeyConstraint(
            ["action_id", "signature_id"], ["signatures.action_id", "signatures.id"]
        ),
    )
    op.create_index(
        "ix_comment_decisions_shown", "comment_decisions", ["action_id", "is_shown", "decided_at"]
    )


def only(condition: str) -> dict[str, sa.TextClause]:
    """The options of a partial index."""
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
