"""Batches of invalid signatures and updates have any filter, and the worker marks batches and undoes that."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UNFINISHED = sa.text("state in ('running', 'undoing')")
EPOCH = datetime(1970, 1, 1)
NEW_COLUMNS: dict[str, Any] = {
    "filter": JSON,
    "state": sa.String(9),
    "rows_matching": sa.Integer(),
    "cursor_at": sa.DateTime(),
    "cursor_id": BIG_ID,
    "ended_at": sa.DateTime(),
}
OLD_COLUMNS: dict[str, Any] = {
    "since": sa.DateTime(),
    "until": sa.DateTime(),
    "country_code": sa.String(2),
    "source": sa.String(40),
}
BATCHES = sa.table(
    "invalidation_batches",
    *(sa.column(name, kind) for name, kind in (NEW_COLUMNS | OLD_COLUMNS).items()),
    *(sa.column(name, sa.Integer()) for name in ("id", "rows_marked")),
    *(sa.column(name, sa.DateTime()) for name in ("marked_at", "undone_at")),
)
REQUESTS = sa.table(
    "approval_requests",
    sa.column("id", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("payload", sa.Text()),
)
CONDITION = ("since", "until", "country", "source")  # that requests to delete a batch had as well
OLD_ROWS = "rows_marked > 0 and rows_undone between 0 and rows_marked"
NEW_CHECKS = {
    "state": "state in ('running', 'done', 'cancelled', 'undoing', 'undone')",
    "rows": "rows_undone between 0 and rows_marked",
    "undone": "(state in ('undoing', 'undone')) = (undone_at is not null)",
    "ended_at": "(state = 'running') = (ended_at is null)",
    "cursor": "(cursor_at is null) = (cursor_id is null)",
}


def upgrade() -> None:
    op.add_column("updates", sa.Column("filter", JSON, nullable=False, server_default="{}"))
    for name, kind in NEW_COLUMNS.items():
        op.add_column("invalidation_batches", sa.Column(name, kind))
    for row in op.get_bind().execute(sa.select(BATCHES)).all():
        change = sa.update(BATCHES).where(BATCHES.c.id == row.id)
        op.execute(
            change.values(
                filter=_filter_of(row),
                state="undone" if row.undone_at else "done",
                ended_at=row.marked_at,
            )
        )
    with op.batch_alter_table("invalidation_batches", recreate=_recreate()) as table:
        for name in ("rows", "undone"):
            table.drop_constraint(op.f(f"ck_invalidation_batches_{name}"), type_="check")
        for name in OLD_COLUMNS:
            table.drop_column(name)
        for name in ("filter", "state"):
            table.alter_column(name, nullable=False)
        for name, condition in NEW_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_invalidation_batches_{name}"), condition)
    op.create_index(
        "ix_invalidation_batches_unfinished",
        "invalidation_batches",
        ["id"],
        postgresql_where=UNFINISHED,
        sqlite_where=UNFINISHED,
    )
    _change_requests(_with_filter)


def downgrade() -> None:
    """Filters lose the parts that the former version does not know. Batches without a row are deleted.

    Updates for some people end, and their drafts are deleted, because the former version would send them
    to everyone.
    """
    drafts = "select id from updates where status = 'draft' and filter <> '{}'"
    op.execute(f"delete from update_texts where update_id in ({drafts})")
    op.execute(f"delete from updates where id in ({drafts})")
    op.execute("update updates set status = 'sent' where filter <> '{}'")
    op.drop_column("updates", "filter")
    op.drop_index("ix_invalidation_batches_unfinished", "invalidation_batches")
    op.execute(sa.delete(BATCHES).where(BATCHES.c.rows_marked == 0))
    for name, kind in OLD_COLUMNS.items():
        op.add_column("invalidation_batches", sa.Column(name, kind))
    conditions = {}
    for row in op.get_bind().execute(sa.select(BATCHES)).all():
        conditions[row.id] = old = _condition_of(row)
        op.execute(sa.update(BATCHES).where(BATCHES.c.id == row.id).values(old))
    op.execute("update invalidation_batches set undone_at = null, undone_by = null where rows_undone = 0")
    with op.batch_alter_table("invalidation_batches", recreate=_recreate()) as table:
        for name in NEW_CHECKS:
            table.drop_constraint(op.f(f"ck_invalidation_batches_{name}"), type_="check")
        for name in NEW_COLUMNS:
            table.drop_column(name)
        for name in OLD_COLUMNS:
            table.alter_column(name, nullable=False)
        table.create_check_constraint(op.f("ck_invalidation_batches_rows"), OLD_ROWS)
        table.create_check_constraint(
            op.f("ck_invalidation_batches_undone"), "(undone_at is null) = (rows_undone = 0)"
        )
    _change_requests(lambda payload: _with_condition(payload, conditions.get(payload["batch"])))


def _filter_of(row: Any) -> dict[str, str]:
    given = {
        "since": _utc(row.since),
        "until": _utc(row.until),
        "country": row.country_code,
        "source": row.source,
    }
    return {name: value for name, value in given.items() if value}


def _condition_of(row: Any) -> dict[str, Any]:
    since, until = (row.filter.get(name) for name in ("since", "until"))
    return {
        "since": _naive(since) if since else EPOCH,
        "until": _naive(until) if until else row.marked_at,
        "country_code": row.filter.get("country", ""),
        "source": row.filter.get("source", ""),
    }


def _with_filter(payload: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in payload.items() if name not in CONDITION}
    return kept | {"filter": {name: payload[name] for name in CONDITION if payload.get(name)}}


def _with_condition(payload: dict[str, Any], condition: dict[str, Any] | None) -> dict[str, Any]:
    kept = {name: value for name, value in payload.items() if name != "filter"}
    if condition is None:
        return kept
    return kept | {
        "since": _utc(condition["since"]),
        "until": _utc(condition["until"]),
        "country": condition["country_code"],
        "source": condition["source"],
    }


def _change_requests(change: Any) -> None:
    rows = op.get_bind().execute(sa.select(REQUESTS).where(REQUESTS.c.kind == "erase-batch")).all()
    for row in rows:
        payload = change(json.loads(row.payload))
        text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        op.execute(sa.update(REQUESTS).where(REQUESTS.c.id == row.id).values(payload=text))


def _utc(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat()


def _naive(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _recreate() -> str:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
