"""Which public revision a revision is the same as. Discarding a draft published nothing, so its times go."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

DISCARDED = """
    select subject, subject_id, number, public_from, public_until
    from revisions
    where origin = 'discarded' and public_from is not null
    order by number
"""
ITS = "where subject = :subject and subject_id = :subject_id"
FORMER = f"""
    select max(number) from revisions {ITS} and number < :number and public_until = :public_from
"""
STILL_PUBLIC = f"update revisions set public_until = :public_until {ITS} and number = :former"
NOT_PUBLISHED = f"""
    update revisions
    set same_as_number = :former, public_from = null, public_until = null, publisher_id = null
    {ITS} and number = :number
"""


def upgrade() -> None:
    """The oldest first: what was public before two discarded drafts ends when the second one did."""
    op.add_column("revisions", sa.Column("same_as_number", sa.Integer()))
    connection = op.get_bind()
    for discarded in connection.execute(sa.text(DISCARDED)).mappings().all():
        row = dict(discarded)
        row["former"] = connection.scalar(sa.text(FORMER), row)
        if row["former"]:
            connection.execute(sa.text(STILL_PUBLIC), row)
            connection.execute(sa.text(NOT_PUBLISHED), row)


def downgrade() -> None:
    op.drop_column("revisions", "same_as_number")
