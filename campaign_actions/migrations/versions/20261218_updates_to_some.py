"""Updates to some people as a later use of data, and requests for approval by the clock of emails."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

PAUSES = sa.table(
    "switch_pauses",
    sa.column("kind"),
    sa.column("off_at", sa.DateTime()),
    sa.column("on_at", sa.DateTime()),
)
REQUESTS = sa.table(
    "approval_requests",
    sa.column("id"),
    sa.column("state"),
    sa.column("requested_at", sa.DateTime()),
    sa.column("expires_at", sa.DateTime()),
)
USES = ("crm", "code", "compared", "actions", "questions", "providers", "segments")


def upgrade() -> None:
    set_uses(USES)
    move_requests(-1)


def downgrade() -> None:
    move_requests(1)
    op.execute("delete from consent_uses where use = 'segments'")
    set_uses(USES[:-1])


def set_uses(uses: tuple[str, ...]) -> None:
    with op.batch_alter_table("consent_uses") as table:
        table.drop_constraint(op.f("ck_consent_uses_use"), type_="check")
        table.create_check_constraint(op.f("ck_consent_uses_use"), f"use in {uses}")


def move_requests(direction: int) -> None:
    """When a pending request expires: from real time to that of the clock, or back."""
    pause, request = PAUSES.c, REQUESTS.c
    connection = op.get_bind()
    pauses = connection.execute(sa.select(PAUSES).where(pause.kind == "email")).all()
    for one in connection.execute(sa.select(REQUESTS).where(request.state == "pending")).all():
        at = one.requested_at
        before = sum(
            (min(each.on_at or at, at) - each.off_at for each in pauses if each.off_at < at),
            timedelta(),
        )
        moved = sa.update(REQUESTS).where(request.id == one.id)
        connection.execute(moved.values(expires_at=one.expires_at + direction * before))
