"""Translations made on the web, their history, glossary and approvals; who translates which languages.

A campaign gets a language that it is translated from: English where it has that, else one of its own.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "added_locales",
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("locale", name=op.f("pk_added_locales")),
    )
    op.create_table(
        "translations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("catalog", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("plural", sa.Text(), nullable=True),
        sa.Column("forms", JSON, nullable=False),
        sa.Column("approved", JSON, nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translations")),
        sa.UniqueConstraint(
            "catalog", "locale", "key", name=op.f("uq_translations_catalog_locale_key")
        ),
    )
    op.create_table(
        "translation_changes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("catalog", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_changes")),
    )
    with op.batch_alter_table("translation_changes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_translation_changes_catalog_locale_key_id",
            ["catalog", "locale", "key", "id"],
            unique=False,
        )
    op.create_table(
        "glossary_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("term", sa.String(length=120), nullable=False),
        sa.Column("translation", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_terms")),
        sa.UniqueConstraint("locale", "term", name=op.f("uq_glossary_terms_locale_term")),
    )
    op.create_table(
        "string_visits",
        sa.Column("catalog", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_members.id"],
            name=op.f("fk_string_visits_staff_id"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint(
            "catalog", "locale", "key", "staff_id", name=op.f("pk_string_visits")
        ),
    )
    op.create_table(
        "consent_drafts",
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("locale", name=op.f("pk_consent_drafts")),
    )
    op.create_table(
        "staff_languages",
        sa.Column("staff_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_members.id"],
            name=op.f("fk_staff_languages_staff_id"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("staff_id", "locale", name=op.f("pk_staff_languages")),
    )
    op.add_column(
        "staff_members",
        sa.Column("wants_translation_mail", sa.Boolean(), server_default="1", nullable=False),
    )
    op.add_column("staff_members", sa.Column("translation_mail_at", sa.DateTime(), nullable=True))
    op.add_column(
        "campaigns",
        sa.Column("source_locale", sa.String(length=20), server_default="en", nullable=False),
    )
    op.execute(
        "update campaigns set source_locale = (select min(locale) from campaign_texts"
        " where campaign_id = campaigns.id) where id in (select campaign_id from campaign_texts)"
        " and id not in (select campaign_id from campaign_texts where locale = 'en')"
    )


def downgrade() -> None:
    op.drop_column("campaigns", "source_locale")
    op.drop_column("staff_members", "translation_mail_at")
    op.drop_column("staff_members", "wants_translation_mail")
    for table in (
        "staff_languages",
        "consent_drafts",
        "string_visits",
        "glossary_terms",
        "translation_changes",
        "translations",
        "added_locales",
    ):
        op.drop_table(table)
