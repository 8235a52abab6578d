"""One source for each partner, in all languages. Those that its names gave it so far still count.

The new source is that of its name in the source language of the campaign.
"""

import sqlalchemy as sa
from alembic import op

from campaign_actions.campaigns.source_names import RESERVED, free_source, source_from

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NAMES = """
    select partners.id, partners.campaign_id, partner_texts.name
    from partners
    join campaigns on campaigns.id = partners.campaign_id
    join partner_texts on partner_texts.partner_id = partners.id
    order by partners.position, partners.id,
        case when partner_texts.locale = campaigns.source_locale then 0 else 1 end, partner_texts.locale
"""
UPDATE = "update partners set source = :source, former_sources = :former where id = :id"


def upgrade() -> None:
    op.add_column("partners", sa.Column("source", sa.String(40)))
    op.add_column(
        "partners", sa.Column("former_sources", sa.Text(), nullable=False, server_default="")
    )
    op.create_index("ix_partners_source", "partners", ["campaign_id", "source"], unique=True)
    names: dict[tuple[int, int], list[str]] = {}
    for partner_id, campaign_id, name in op.get_bind().execute(sa.text(NAMES)):
        names.setdefault((campaign_id, partner_id), []).append(name)
    taken: dict[int, set[str]] = {campaign_id: set(RESERVED) for campaign_id, _id in names}
    for (campaign_id, partner_id), its in names.items():
        made = dict.fromkeys(filter(None, map(source_from, its)))
        own = [source for source in made if source not in taken[campaign_id]]
        source, *former = own or [free_source(its[0], taken[campaign_id])]
        taken[campaign_id] |= {source, *former}
        row = {"id": partner_id, "source": source, "former": " ".join(former)}
        op.get_bind().execute(sa.text(UPDATE), row)


def downgrade() -> None:
    op.drop_index("ix_partners_source", "partners")
    op.drop_column("partners", "former_sources")
    op.drop_column("partners", "source")
