"""A campaign has one of the accents of the house theme, by its key, instead of any colour."""

from colorsys import rgb_to_hls

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLOURS = {
    "red": "#b3181c",
    "brown": "#7a3b1d",
    "olive": "#4b5320",
    "teal": "#174b49",
    "blue": "#1f3f77",
    "violet": "#472d6b",
    "plum": "#6d2239",
}
GREY = 0.1  # saturation below which a colour has no hue to go by
CAMPAIGNS = sa.table("campaigns", sa.column("id", sa.Integer), sa.column("accent", sa.String))


def upgrade() -> None:
    for colour in op.get_bind().scalars(sa.select(CAMPAIGNS.c.accent).distinct()).all():
        _replace(colour, by=_nearest(colour) if colour else "red")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.alter_column(
            "accent",
            existing_type=sa.String(length=7),
            type_=sa.String(length=20),
            nullable=False,
            server_default="red",
        )


def downgrade() -> None:
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.alter_column(
            "accent",
            existing_type=sa.String(length=20),
            type_=sa.String(length=7),
            nullable=True,
            server_default=None,
        )
    _replace("red", by=None)
    for key, colour in COLOURS.items():
        _replace(key, by=colour)


def _replace(former: str | None, by: str | None) -> None:
    its = CAMPAIGNS.c.accent.is_(None) if former is None else CAMPAIGNS.c.accent == former
    op.execute(sa.update(CAMPAIGNS).where(its).values(accent=by))


def _nearest(colour: str) -> str:
    """The accent with the nearest hue; for a grey, that of the house."""
    hue, _lightness, saturation = _hls(colour)
    if saturation < GREY:
        return "red"
    return min(COLOURS, key=lambda key: abs((hue - _hls(COLOURS[key])[0] + 0.5) % 1 - 0.5))


def _hls(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return rgb_to_hls(red, green, blue)
