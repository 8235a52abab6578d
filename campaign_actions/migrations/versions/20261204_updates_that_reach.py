"""Updates to several actions or a campaign, at a time, and with the approval of a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD_STATUSES = "status in ('draft', 'sending', 'stopped', 'sent')"
NEW_STATUSES = "status in ('draft', 'scheduled', 'sending', 'stopped', 'sent')"
OLD_STARTED = "(status = 'draft') = (started_at is null)"
NEW_STARTED = "(status in ('draft', 'scheduled')) = (started_at is null)"
OLD_USES = "use in ('crm', 'code', 'compared')"
NEW_USES = "use in ('crm', 'code', 'compared', 'actions')"
NEW_COLUMNS = (
    *("scope", "saved_by", "send_at", "scheduled_by", "returned_at", "returned_why"),
    "cursor_action",
)
IS_SCHEDULED = sa.text("status = 'scheduled'")
REQUESTS = "from approval_requests where kind = 'send-update'"


def upgrade() -> None:
    change_updates()
    op.create_table(
        "update_actions",
        sa.Column(
            "update_id",
            sa.Integer(),
            sa.ForeignKey("updates.id", ondelete="cascade"),
            primary_key=True,
        ),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), primary_key=True),
    )
    op.create_index("ix_update_actions_action_id", "update_actions", ["action_id"])
    op.execute("insert into update_actions (update_id, action_id) select id, action_id from updates")
    op.create_table(
        "bulk_recipients",
        sa.Column("update_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("email_key", sa.String(40), primary_key=True),
        sa.Column("signature_id", BIG_ID, nullable=False),
        sa.Column("about", sa.Integer(), nullable=False),
    )
    op.create_index("ix_bulk_recipients_email_key", "bulk_recipients", ["email_key"])
    op.add_column(
        "dual_control_setting",
        sa.Column("for_updates", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    change_uses(NEW_USES)


def change_updates() -> None:
    op.add_column("updates", sa.Column("scope", sa.String(8), nullable=False, server_default="actions"))
    op.add_column("updates", sa.Column("saved_by", sa.Integer()))
    op.add_column("updates", sa.Column("send_at", sa.DateTime()))
    op.add_column("updates", sa.Column("scheduled_by", sa.Integer()))
    op.add_column("updates", sa.Column("returned_why", sa.String(10)))
    op.add_column("updates", sa.Column("returned_at", sa.DateTime()))
    op.add_column("updates", sa.Column("cursor_action", sa.Integer(), nullable=False, server_default="0"))
    op.execute("update updates set saved_by = staff_id")
    op.execute("update updates set cursor_action = action_id where status <> 'draft'")
    with op.batch_alter_table("updates", recreate=recreate()) as table:
        table.drop_constraint(op.f("ck_updates_status"), type_="check")
        table.drop_constraint(op.f("ck_updates_started_at"), type_="check")
        table.alter_column("status", type_=sa.String(10), existing_nullable=False)
        table.create_check_constraint(op.f("ck_updates_status"), NEW_STATUSES)
        table.create_check_constraint(op.f("ck_updates_started_at"), NEW_STARTED)
        table.create_check_constraint(op.f("ck_updates_scope"), "scope in ('actions', 'campaign')")
        table.create_check_constraint(
            op.f("ck_updates_send_at"), "status <> 'scheduled' or send_at is not null"
        )
    op.create_index(
        "ix_updates_scheduled",
        "updates",
        ["send_at"],
        postgresql_where=IS_SCHEDULED,
        sqlite_where=IS_SCHEDULED,
    )


def downgrade() -> None:
    """Scheduled updates become drafts. Updates that the former version would send to other people end,
    and their drafts are deleted.
    """
    wider = (
        "(scope = 'campaign' or cast(filter as text) like '%not_signed%' or id in (select update_id"
        " from update_actions group by update_id having count(*) > 1 or max(action_id) <> updates.action_id))"
    )
    op.execute("update updates set status = 'draft' where status = 'scheduled'")
    drafts = f"select id from updates where status = 'draft' and {wider}"
    op.execute(f"delete from update_texts where update_id in ({drafts})")
    op.execute(f"delete from update_actions where update_id in ({drafts})")
    op.execute(f"delete from updates where status = 'draft' and {wider}")
    op.execute(
        "update updates set status = 'sent', ended_at = coalesce(ended_at, started_at)"
        f" where status in ('sending', 'stopped') and {wider}"
    )
    op.execute(f"delete {REQUESTS}")
    op.execute("delete from consent_uses where use = 'actions'")
    change_uses(OLD_USES)
    op.drop_column("dual_control_setting", "for_updates")
    op.drop_table("bulk_recipients")
    op.drop_table("update_actions")
    op.drop_index("ix_updates_scheduled", "updates")
    with op.batch_alter_table("updates", recreate=recreate()) as table:
        for name in ("status", "started_at", "scope", "send_at"):
            table.drop_constraint(op.f(f"ck_updates_{name}"), type_="check")
        for name in NEW_COLUMNS:
            table.drop_column(name)
        table.alter_column("status", type_=sa.String(8), existing_nullable=False)
        table.create_check_constraint(op.f("ck_updates_status"), OLD_STATUSES)
        table.create_check_constraint(op.f("ck_updates_started_at"), OLD_STARTED)


def change_uses(condition: str) -> None:
    with op.batch_alter_table("consent_uses", recreate=recreate()) as table:
        table.drop_constraint(op.f("ck_consent_uses_use"), type_="check")
        table.create_check_constraint(op.f("ck_consent_uses_use"), condition)


def recreate() -> str:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
