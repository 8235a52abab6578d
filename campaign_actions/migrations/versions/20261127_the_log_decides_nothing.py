"""What was read from the audit log has columns: batches, actions closed with their campaign, looks.

What the log knows of them is taken over, once; of a campaign's looks only how they are now.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
IN_BATCH = sa.text("invalidation_batch_id is not null")
EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
TO_BATCH = "fk_signatures_action_id_invalidation_batch_id"
CLOSED_WITH_CAMPAIGN = (
    "update actions set closed_with_campaign = true where closes_at in"
    " (select at from audit_entries where event = 'closed' and {did} in ('closed', 'archived'))"
)
DID = {
    "postgresql": "details ->> 'did'",
    "sqlite": "case when json_valid(details) then json_extract(details, '$.did') end",
}
# An older version finds a batch by the instant that all of it bear.
ONE_INSTANT = (
    "update signatures set (invalidated_at, updated_at) = (select marked_at, marked_at"
    " from invalidation_batches where id = signatures.invalidation_batch_id)"
    " where invalidation_batch_id is not null"
)
WITHOUT_LOOKS = {
    "postgresql": "content - 'accent' - 'picture' - 'focus'",
    "sqlite": "json_remove(content, '$.accent', '$.picture', '$.focus')",
}


def upgrade() -> None:
    op.create_table(
        "invalidation_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("rows_marked", sa.Integer(), nullable=False),
        sa.Column("rows_undone", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "rows_marked > 0 and rows_undone between 0 and rows_marked",
            name=op.f("ck_invalidation_batches_rows"),
        ),
        sa.CheckConstraint(
            "(undone_at is null) = (rows_undone = 0)", name=op.f("ck_invalidation_batches_undone")
        ),
        sa.CheckConstraint(
            "undone_at is not null or undone_by is null",
            name=op.f("ck_invalidation_batches_undone_by"),
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_invalidation_batches_action_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invalidation_batches")),
        sa.UniqueConstraint("action_id", "id", name=op.f("uq_invalidation_batches_action_id_id")),
    )
    op.add_column("signatures", sa.Column("invalidation_batch_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_foreign_key(
            op.f(TO_BATCH),
            "invalidation_batches",
            ["action_id", "invalidation_batch_id"],
            ["action_id", "id"],
        )
        batch_op.create_check_constraint(
            op.f("ck_signatures_batch"),
            sa.text("invalidation_batch_id is null or status = 'invalid'"),
        )
    op.create_index(
        "ix_signatures_batch",
        "signatures",
        ["action_id", "invalidation_batch_id", "id"],
        unique=False,
        postgresql_where=IN_BATCH,
        sqlite_where=IN_BATCH,
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("closed_with_campaign", sa.Boolean(), server_default="0", nullable=False)
        )
        batch_op.create_check_constraint(
            op.f("ck_actions_closed_with_campaign"),
            sa.text("closes_at is not null or not closed_with_campaign"),
        )
    connection = op.get_bind()
    op.execute(CLOSED_WITH_CAMPAIGN.format(did=DID[connection.dialect.name]))
    _rename_in_requests(connection, _fill_batches(connection))
    _add_looks(connection)


def downgrade() -> None:
    connection = op.get_bind()
    op.execute(f"update revisions set content = {WITHOUT_LOOKS[connection.dialect.name]}")
    _restore_names_in_requests(connection)
    op.execute(ONE_INSTANT)
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_actions_closed_with_campaign"), type_="check")
        batch_op.drop_column("closed_with_campaign")
    op.drop_index("ix_signatures_batch", table_name="signatures")
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(TO_BATCH), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_signatures_batch"), type_="check")
        batch_op.drop_column("invalidation_batch_id")
    op.drop_table("invalidation_batches")


def _table(name: str, *columns: str, **types: Any) -> Any:
    plain = [sa.column(column) for column in columns]
    return sa.table(name, *plain, *(sa.column(column, kind) for column, kind in types.items()))


BATCHES = _table(
    "invalidation_batches",
    *("id", "action_id", "staff_id", "reason", "country_code", "source"),
    *("rows_marked", "rows_undone"),
    **dict.fromkeys(("marked_at", "since", "until"), sa.DateTime()),
)
SIGNATURES = _table(
    "signatures",
    *("action_id", "status", "country_code", "source", "invalidation_batch_id"),
    **dict.fromkeys(("signed_at", "invalidated_at"), sa.DateTime()),
)
REQUESTS = _table("approval_requests", "id", "kind", "target", "payload")
REVISIONS = _table("revisions", "subject", "subject_id", "number", content=JSON)


def _fill_batches(connection: sa.Connection) -> dict[tuple[int, str], int]:
    """Their ids, by the action and the name that the log has for them."""
    ids = {}
    for name, batch in _batches_of_log(connection).items():
        new = sa.insert(BATCHES).values(batch).returning(BATCHES.c.id)
        ids[name] = connection.execute(new).scalar_one()
        theirs = SIGNATURES.c
        same = {key: batch[key] for key in ("country_code", "source") if batch[key]}
        members = sa.update(SIGNATURES).where(
            theirs.action_id == batch["action_id"],
            theirs.signed_at >= batch["since"],
            theirs.signed_at < batch["until"],
            theirs.status == "invalid",
            theirs.invalidated_at == batch["marked_at"],
            *(theirs[key] == value for key, value in same.items()),
        )
        connection.execute(members.values(invalidation_batch_id=ids[name]))
    return ids


def _batches_of_log(connection: sa.Connection) -> dict[tuple[int, str], dict[str, Any]]:
    """One takes as many entries as it took transactions; the first tells all but the number."""
    entries = _table("audit_entries", "id", "actor", "event", "rows", "details").c
    found = sa.select(entries.actor, entries.rows, sa.cast(entries.details, sa.Text))
    found = found.where(entries.event == "invalidated").order_by(entries.id)
    staff = _table("staff_members", "id", "email").c
    members = {email: one for one, email in connection.execute(sa.select(staff.id, staff.email))}
    actions = set(connection.execute(sa.select(_table("actions", "id").c.id)).scalars())
    batches: dict[tuple[int, str], dict[str, Any]] = {}
    for actor, rows, details in connection.execute(found).all():
        try:
            said = json.loads(details)
            batch = _batch(said, members.get(actor))
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
            continue  # it does not say what was marked: there is nothing to take back by it
        if batch["action_id"] in actions:
            name = batch["action_id"], said["batch"]
            batches.setdefault(name, batch)["rows_marked"] += rows or 0
    return {name: batch for name, batch in batches.items() if batch["rows_marked"]}


def _batch(said: dict[str, Any], staff_id: int | None) -> dict[str, Any]:
    return {
        "action_id": int(said["action_id"]),
        "marked_at": EPOCH + int(said["batch"], 16) * MICROSECOND,
        "staff_id": staff_id,
        "reason": said["reason"],
        "since": _naive(said["since"]),
        "until": _naive(said["until"]),
        "country_code": said["country"],
        "source": said["source"],
        "rows_marked": 0,
        "rows_undone": 0,
    }


def _naive(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _requests(connection: sa.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """Those to delete a batch, whatever became of them."""
    theirs = sa.select(REQUESTS.c.id, REQUESTS.c.payload).where(REQUESTS.c.kind == "erase-batch")
    for request_id, payload in connection.execute(theirs).all():
        yield request_id, json.loads(payload)


def _change_request(connection: sa.Connection, request_id: int, said: dict[str, Any]) -> None:
    payload = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    target = f"action-{said['action_id']}-batch-{said['batch']}"
    this = sa.update(REQUESTS).where(REQUESTS.c.id == request_id)
    connection.execute(this.values(payload=payload, target=target))


def _rename_in_requests(connection: sa.Connection, ids: dict[tuple[int, str], int]) -> None:
    for request_id, said in _requests(connection):
        name = said["batch"]
        marked_at = (EPOCH + int(name, 16) * MICROSECOND).replace(tzinfo=UTC).isoformat()
        batch = ids.get((said["action_id"], name), -request_id)  # unknown: nothing is left of it
        said |= {"batch": batch, "marked_at": marked_at}
        _change_request(connection, request_id, said)


def _restore_names_in_requests(connection: sa.Connection) -> None:
    for request_id, said in _requests(connection):
        marked_at = _naive(said.pop("marked_at"))
        said["batch"] = f"{(marked_at - EPOCH) // MICROSECOND:x}"
        _change_request(connection, request_id, said)


def _add_looks(connection: sa.Connection) -> None:
    """How campaigns look belongs to their newest revisions, so that the next change has one before."""
    campaign = _table("campaigns", "id", "accent", "version").c
    picture = _table("pictures", "campaign_id", "name", "focus")
    its = REVISIONS.c
    newest = (
        sa.select(campaign.id, campaign.version, campaign.accent, picture.c.name, picture.c.focus)
        .add_columns(its.content)
        .join_from(
            campaign.id.table,
            REVISIONS,
            (its.subject == "campaign")
            & (its.subject_id == campaign.id)
            & (its.number == campaign.version),
        )
        .outerjoin(picture, picture.c.campaign_id == campaign.id)
    )
    for row in connection.execute(newest).all():
        look = {"accent": row.accent or "", "picture": row.name or "", "focus": row.focus or 0}
        this = its.subject == "campaign", its.subject_id == row.id, its.number == row.version
        content = {**row.content, **look}
        connection.execute(sa.update(REVISIONS).where(*this).values(content=content))
