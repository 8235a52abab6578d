"""First tables: campaigns, actions, signatures, counts, outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("document_index", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("slug = lower(slug) and slug <> ''", name=op.f("ck_campaigns_slug")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )
    op.create_table(
        "consent_texts",
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_consent_texts_version")),
        sa.PrimaryKeyConstraint("locale", "version", name=op.f("pk_consent_texts")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "outbox_mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=True),
        sa.Column("email_key", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=6), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(status = 'sent') = (sent_at is not null)", name=op.f("ck_outbox_mails_sent_at")
        ),
        sa.CheckConstraint(
            "status <> 'sent' or recipient is null", name=op.f("ck_outbox_mails_recipient")
        ),
        sa.CheckConstraint(
            "status in ('queued', 'sent', 'dead')", name=op.f("ck_outbox_mails_status")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_mails_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mails")),
    )
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_mails_email_key_sent_at", ["email_key", "sent_at"], unique=False
        )
        batch_op.create_index("ix_outbox_mails_status_due_at", ["status", "due_at"], unique=False)

    op.create_table(
        "actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("asks_comment", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("slug = lower(slug) and slug <> ''", name=op.f("ck_actions_slug")),
        sa.CheckConstraint("goal > 0", name=op.f("ck_actions_goal")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_actions_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("campaign_id", "slug", name=op.f("uq_actions_campaign_id_slug")),
    )
    op.create_table(
        "campaign_texts",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_texts_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "locale", name=op.f("pk_campaign_texts")),
    )
    op.create_table(
        "action_counts",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_action_counts_action_id")
        ),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_action_counts")),
    )
    op.create_table(
        "action_texts",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("addressee", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("teaser", sa.Text(), nullable=False),
        sa.Column("button", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.Column("share_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_action_texts_action_id")
        ),
        sa.PrimaryKeyConstraint("action_id", "locale", name=op.f("pk_action_texts")),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_key", sa.String(length=40), nullable=True),
        sa.Column("given_name", sa.String(length=200), nullable=True),
        sa.Column("family_name", sa.String(length=200), nullable=True),
        sa.Column("country_code", sa.String(length=2), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("show_name", sa.Boolean(), nullable=False),
        sa.Column("wants_updates", sa.Boolean(), nullable=False),
        sa.Column(
            "answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("consent_version", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("referrer", sa.String(length=26), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(status = 'erased') = (email_key is null) and (email_key is null) = (email is null) and (email_key is not null or coalesce(given_name, family_name, country_code, comment, source) is null)",
            name=op.f("ck_signatures_erased"),
        ),
        sa.CheckConstraint(
            "channel in ('page', 'command', 'embed', 'api', 'paper')",
            name=op.f("ck_signatures_channel"),
        ),
        sa.CheckConstraint(
            "status <> 'confirmed' or confirmed_at is not null",
            name=op.f("ck_signatures_confirmed"),
        ),
        sa.CheckConstraint(
            "status <> 'pending' or confirmed_at is null", name=op.f("ck_signatures_pending")
        ),
        sa.CheckConstraint(
            "status <> 'withdrawn' or withdrawn_at is not null",
            name=op.f("ck_signatures_withdrawn"),
        ),
        sa.CheckConstraint(
            "status in ('pending', 'confirmed', 'withdrawn', 'invalid', 'erased')",
            name=op.f("ck_signatures_status"),
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_signatures_action_id")
        ),
        sa.ForeignKeyConstraint(
            ["locale", "consent_version"],
            ["consent_texts.locale", "consent_texts.version"],
            name=op.f("fk_signatures_locale_consent_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint(
            "email_key", "action_id", name=op.f("uq_signatures_email_key_action_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_signatures_public_id")),
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_signatures_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at is not null"),
            sqlite_where=sa.text("due_at is not null"),
        )
        batch_op.create_index(
            "ix_signatures_export", ["action_id", "signed_at", "id"], unique=False
        )

    op.create_table(
        "tallies",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_tallies_action_id")),
        sa.PrimaryKeyConstraint(
            "action_id", "day", "country_code", "locale", "source", name=op.f("pk_tallies")
        ),
    )
    op.create_table(
        "tally_ledger",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("change in (1, -1)", name=op.f("ck_tally_ledger_change")),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_tally_ledger_action_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_ledger")),
    )
    with op.batch_alter_table("tally_ledger", schema=None) as batch_op:
        batch_op.create_index("ix_tally_ledger_action", ["action_id", "written_at"], unique=False)

    keep_consent_texts()


def downgrade() -> None:
    release_consent_texts()
    with op.batch_alter_table("tally_ledger", schema=None) as batch_op:
        batch_op.drop_index("ix_tally_ledger_action")

    op.drop_table("tally_ledger")
    op.drop_table("tallies")
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_index("ix_signatures_export")
        batch_op.drop_index(
            "ix_signatures_due",
            postgresql_where=sa.text("due_at is not null"),
            sqlite_where=sa.text("due_at is not null"),
        )

    op.drop_table("signatures")
    op.drop_table("action_texts")
    op.drop_table("action_counts")
    op.drop_table("campaign_texts")
    op.drop_table("actions")
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_mails_status_due_at")
        batch_op.drop_index("ix_outbox_mails_email_key_sent_at")

    op.drop_table("outbox_mails")
    op.drop_table("installation")
    op.drop_table("consent_texts")
    op.drop_table("campaigns")


def keep_consent_texts() -> None:
    """A consent text says what people agreed to: it can be added to, never changed."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function refuse_change() returns trigger language plpgsql as "
            "$$ begin raise exception 'consent texts are never changed'; end $$"
        )
        op.execute(
            "create trigger consent_texts_are_kept before update on consent_texts "
            "for each row execute function refuse_change()"
        )
    else:
        op.execute(
            "create trigger consent_texts_are_kept before update on consent_texts "
            "begin select raise(abort, 'consent texts are never changed'); end"
        )


def release_consent_texts() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop trigger consent_texts_are_kept on consent_texts")
        op.execute("drop function refuse_change()")
    else:
        op.execute("drop trigger consent_texts_are_kept")
