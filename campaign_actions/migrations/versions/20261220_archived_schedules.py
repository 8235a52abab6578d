"""Scheduled changes that a campaign’s archiving ended say so, also after it has left the archive."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

FAILURES = ("changed", "closed", "archived", "checks", "address", "rights")
ARCHIVED_WITH_CAMPAIGN = (
    "failure = 'closed' and failed_at ="
    " (select archived_at from campaigns where campaigns.id = scheduled_drafts.campaign_id)"
)


def upgrade() -> None:
    set_failures(FAILURES)
    op.execute(f"update scheduled_drafts set failure = 'archived' where {ARCHIVED_WITH_CAMPAIGN}")


def downgrade() -> None:
    op.execute("update scheduled_drafts set failure = 'closed' where failure = 'archived'")
    set_failures(tuple(one for one in FAILURES if one != "archived"))


def set_failures(failures: tuple[str, ...]) -> None:
    with op.batch_alter_table("scheduled_drafts") as table:
        table.drop_constraint(op.f("ck_scheduled_drafts_failure"), type_="check")
        table.create_check_constraint(
            op.f("ck_scheduled_drafts_failure"), f"failure in {failures}"
        )
