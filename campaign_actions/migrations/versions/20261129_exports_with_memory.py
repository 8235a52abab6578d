"""Memory for exports: the changes of signatures, the files, and the entries to delete in them."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATUSES = "('pending', 'confirmed', 'withdrawn', 'invalid', 'suppressed', 'erased')"
# Signing alone is not recorded: a signature that is not confirmed is in no file, and signers need not pay
# for a second row. Whatever changes an exported value sets `updated_at`.
TRIGGERS = {
    "signature_changes_after_insert": ("insert", "new.status <> 'pending'"),
    "signature_changes_after_update": ("update of status, updated_at", ""),
}
INSERT = (
    "insert into signature_changes (action_id, signature_id, status)"
    " values (new.action_id, new.id, new.status);"
)


def upgrade() -> None:
    signature_changes()
    triggers()
    consent_uses()
    export_records()
    approval_requests()


def downgrade() -> None:
    op.execute("delete from approval_requests where kind = 'export'")  # the former version cannot read them
    for table in ("export_deletions", "exported_actions", "export_records", "consent_uses"):
        op.drop_table(table)
    for trigger in TRIGGERS:
        op.execute(f"drop trigger {trigger}" + ("" if is_sqlite() else " on signatures"))
    if not is_sqlite():
        op.execute("drop function add_signature_change()")
    op.drop_table("signature_changes")


def signature_changes() -> None:
    op.create_table(
        "signature_changes",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.CheckConstraint(f"status in {STATUSES}", name="status"),
        sa.CheckConstraint("number > 0", name="number"),
    )
    numbered, new = only("number is not null"), only("number is null")
    op.create_index(
        "ix_signature_changes_number", "signature_changes", ["number"], unique=True, **numbered
    )
    op.create_index(
        "ix_signature_changes_of_action",
        "signature_changes",
        ["action_id", "number", "signature_id"],
        **numbered,
    )
    op.create_index("ix_signature_changes_new", "signature_changes", ["id"], **new)


def triggers() -> None:
    if not is_sqlite():
        op.execute(
            "create function add_signature_change() returns trigger language plpgsql as "
            f"$$ begin {INSERT} return null; end $$"
        )
    for trigger, (event, condition) in TRIGGERS.items():
        when = f" when ({condition})" if condition else ""
        run = f"begin {INSERT} end" if is_sqlite() else "execute function add_signature_change()"
        op.execute(
            f"create trigger {trigger} after {event} on signatures for each row{when} {run}"
        )


def consent_uses() -> None:
    op.create_table(
        "consent_uses",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("use", sa.String(20), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "locale", "use"),
        sa.ForeignKeyConstraint(
            ["kind", "locale", "from_version"],
            ["consent_texts.kind", "consent_texts.locale", "consent_texts.version"],
        ),
        sa.CheckConstraint("use in ('crm', 'code')", name="use"),
    )


def export_records() -> None:
    op.create_table(
        "export_records",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff_members.id")),
        sa.Column("state", sa.String(11), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("preset", sa.String(20), nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("raw", sa.Boolean(), nullable=False),
        sa.Column("bom", sa.Boolean(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("base_id", sa.Integer(), sa.ForeignKey("export_records.id")),
        sa.Column("has_all_codes", sa.Boolean(), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("members", sa.LargeBinary()),
        sa.Column("rows", sa.Integer()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("cursor", sa.BigInteger()),
        sa.Column("unnumbered", sa.LargeBinary(), nullable=False),
        sa.Column("manifest", sa.Text()),
        sa.Column("told_at", sa.DateTime()),
        sa.Column("destroyed_at", sa.DateTime()),
        sa.Column("destroyed_by", sa.Integer()),
        sa.CheckConstraint("state in ('running', 'complete', 'interrupted')", name="state"),
        sa.CheckConstraint("(state = 'running') = (ended_at is null)", name="ended_at"),
        sa.CheckConstraint(
            "case when state = 'complete' then rows is not null and sha256 is not null"
            " and cursor is not null and manifest is not null"
            " else coalesce(rows, cursor) is null and coalesce(sha256, manifest) is null end",
            name="complete",
        ),
    )
    op.create_index("ix_export_records_campaign_id_id", "export_records", ["campaign_id", "id"])
    op.create_index("ix_export_records_staff_id_id", "export_records", ["staff_id", "id"])
    op.create_index("ix_export_records_held", "export_records", ["id"], **only("destroyed_at is null"))
    export_id = sa.ForeignKey("export_records.id", ondelete="cascade")
    op.create_table(
        "exported_actions",
        sa.Column("export_id", sa.Integer(), export_id, nullable=False),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.PrimaryKeyConstraint("export_id", "action_id"),
    )
    op.create_index(
        "ix_exported_actions_action_id_export_id", "exported_actions", ["action_id", "export_id"]
    )
    op.create_table(
        "export_deletions",
        sa.Column("export_id", sa.Integer(), sa.ForeignKey("export_records.id", ondelete="cascade"), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(12), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime()),
        sa.Column("done_by", sa.Integer()),
        sa.PrimaryKeyConstraint("export_id", "action_id", "signature_id"),
        sa.ForeignKeyConstraint(
            ["action_id", "signature_id"], ["signatures.action_id", "signatures.id"]
        ),
        sa.CheckConstraint("reason in ('withdrawn', 'deleted', 'unsubscribed')", name="reason"),
        sa.CheckConstraint("done_at is not null or done_by is null", name="done_by"),
    )
    op.create_index(
        "ix_export_deletions_open", "export_deletions", ["export_id"], **only("done_at is null")
    )
    op.create_index(
        "ix_export_deletions_action_id_signature_id",
        "export_deletions",
        ["action_id", "signature_id"],
    )


def approval_requests() -> None:
    """Requests for exports have other choices now. Open ones can be carried out as they were asked for."""
    requests = sa.table(
        "approval_requests", sa.column("id"), sa.column("kind"), sa.column("payload", sa.Text())
    )
    connection = op.get_bind()
    for number, payload in connection.execute(
        sa.select(requests.c.id, requests.c.payload).where(requests.c.kind == "export")
    ).all():
        before = json.loads(payload)
        export = {
            **{name: before[name] for name in ("campaign", "staff_id", "format", "raw", "bom")},
            "purpose": before["purpose"],
            "recipient": before["note"],
            "selection": {"actions": [before["action_id"]]},
        }
        new = requests.update().where(requests.c.id == number)
        connection.execute(new.values(payload=json.dumps({"export": export})))


def only(condition: str) -> dict[str, sa.TextClause]:
    """The options of a partial index."""
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
