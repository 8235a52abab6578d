"""The staff workspace: people and roles, audit log, history, pictures, previews, comments, updates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column(
            "details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_audit_entries_rows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_entries_previous")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entries_actor_at", ["actor", "at"], unique=False)
        batch_op.create_index("ix_audit_entries_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_entries_event_at", ["event", "at"], unique=False)

    op.create_table(
        "revisions",
        sa.Column("subject", sa.String(length=8), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("subject in ('campaign', 'action')", name=op.f("ck_revisions_subject")),
        sa.CheckConstraint("number > 0", name=op.f("ck_revisions_number")),
        sa.PrimaryKeyConstraint("subject", "subject_id", "number", name=op.f("pk_revisions")),
    )
    op.create_table(
        "staff_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=True),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("totp_counter", sa.BigInteger(), nullable=True),
        sa.Column(
            "mf_recovery_codes",
            sa.UnicodeText(),
            nullable=True,
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_members_email")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_members")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_members_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_staff_members_fs_uniquifier")),
        sa.UniqueConstraint(
            "fs_webauthn_user_handle", name=op.f("uq_staff_members_fs_webauthn_user_handle")
        ),
    )
    op.create_table(
        "former_campaign_slugs",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_former_campaign_slugs_campaign_id")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_campaign_slugs")),
    )
    op.create_table(
        "partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_partners_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
    )
    with op.batch_alter_table("partners", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partners_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("focus", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("width > 0 and height > 0", name=op.f("ck_pictures_size")),
        sa.CheckConstraint("focus between 1 and 9", name=op.f("ck_pictures_focus")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_pictures_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("name", name=op.f("uq_pictures_name")),
    )
    with op.batch_alter_table("pictures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pictures_current",
            ["campaign_id"],
            unique=True,
            postgresql_where=sa.text("is_current"),
            sqlite_where=sa.text("is_current"),
        )

    op.create_table(
        "preview_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("last_opened_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_preview_links_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_links")),
    )
    with op.batch_alter_table("preview_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_preview_links_campaign_id"), ["campaign_id"], unique=False
        )

    op.create_table(
        "staff_passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.UnicodeText(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("create_datetime", sa.DateTime(), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_members.id"], name=op.f("fk_staff_passkeys_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkeys_credential_id")),
    )
    with op.batch_alter_table("staff_passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_passkeys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "staff_roles",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("is_limited", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role in ('administrator', 'campaigner', 'exporter', 'translator', 'reviewer')",
            name=op.f("ck_staff_roles_role"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_staff_roles_staff_id")
        ),
        sa.PrimaryKeyConstraint("staff_id", "role", name=op.f("pk_staff_roles")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_staff_sessions_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "former_action_slugs",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_former_action_slugs_action_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_former_action_slugs_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "slug", name=op.f("pk_former_action_slugs")),
    )
    op.create_table(
        "partner_texts",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["partners.id"],
            name=op.f("fk_partner_texts_partner_id"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("partner_id", "locale", name=op.f("pk_partner_texts")),
    )
    op.create_table(
        "picture_files",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("format in ('webp', 'jpeg')", name=op.f("ck_picture_files_format")),
        sa.ForeignKeyConstraint(
            ["picture_id"],
            ["pictures.id"],
            name=op.f("fk_picture_files_picture_id"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("picture_id", "width", "format", name=op.f("pk_picture_files")),
    )
    op.create_table(
        "staff_role_campaigns",
        sa.Column("staff_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_staff_role_campaigns_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id", "role"],
            ["staff_roles.staff_id", "staff_roles.role"],
            name=op.f("fk_staff_role_campaigns_staff_id_role"),
        ),
        sa.PrimaryKeyConstraint(
            "staff_id", "role", "campaign_id", name=op.f("pk_staff_role_campaigns")
        ),
    )
    op.create_table(
        "updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("cursor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'draft') = (started_at is null)", name=op.f("ck_updates_started_at")
        ),
        sa.CheckConstraint(
            "status in ('draft', 'sending', 'stopped', 'sent')", name=op.f("ck_updates_status")
        ),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_updates_action_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
    )
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_updates_action_id"), ["action_id"], unique=False)

    op.create_table(
        "comment_decisions",
        sa.Column(
            "signature_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_comment_decisions_action_id")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name=op.f("fk_comment_decisions_signature_id")
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_comment_decisions")),
    )
    with op.batch_alter_table("comment_decisions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_decisions_shown", ["action_id", "is_shown", "decided_at"], unique=False
        )

    op.create_table(
        "update_texts",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["update_id"],
            ["updates.id"],
            name=op.f("fk_update_texts_update_id"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("update_id", "locale", name=op.f("pk_update_texts")),
    )
    with op.batch_alter_table("action_texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("result", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("asks_family_name", sa.Boolean(), server_default="1", nullable=False)
        )
        batch_op.add_column(
            sa.Column("asks_show_name", sa.Boolean(), server_default="1", nullable=False)
        )
        batch_op.add_column(
            sa.Column("asks_updates", sa.Boolean(), server_default="1", nullable=False)
        )
        batch_op.add_column(
            sa.Column("shows_comments", sa.Boolean(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("campaign_texts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("picture_alt", sa.String(length=300), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("result", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("archived_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("accent", sa.String(length=7), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("update_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_bulk", sa.Boolean(), server_default="0", nullable=False))
        batch_op.drop_index("ix_outbox_mails_status_due_at")
        batch_op.create_index(
            "ix_outbox_mails_status_is_bulk_due_at", ["status", "is_bulk", "due_at"], unique=False
        )

    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_signatures_comments",
            ["action_id", "signed_at", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'confirmed' and comment is not null"),
            sqlite_where=sa.text("status = 'confirmed' and comment is not null"),
        )
        batch_op.create_index(
            "ix_signatures_updates",
            ["action_id", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'confirmed' and wants_updates"),
            sqlite_where=sa.text("status = 'confirmed' and wants_updates"),
        )
    keep_audit_entries()


def downgrade() -> None:
    release_audit_entries()
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_signatures_updates",
            postgresql_where=sa.text("status = 'confirmed' and wants_updates"),
            sqlite_where=sa.text("status = 'confirmed' and wants_updates"),
        )
        batch_op.drop_index(
            "ix_signatures_comments",
            postgresql_where=sa.text("status = 'confirmed' and comment is not null"),
            sqlite_where=sa.text("status = 'confirmed' and comment is not null"),
        )

    # The former program does not know what these are about.
    op.execute("delete from outbox_mails where update_id is not null")
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_mails_status_is_bulk_due_at")
        batch_op.create_index("ix_outbox_mails_status_due_at", ["status", "due_at"], unique=False)
    op.execute("alter table outbox_mails drop column is_bulk")
    op.execute("alter table outbox_mails drop column update_id")

    op.execute("alter table campaigns drop column version")
    op.execute("alter table campaigns drop column accent")
    op.execute("alter table campaigns drop column archived_at")

    op.execute("alter table campaign_texts drop column result")
    op.execute("alter table campaign_texts drop column picture_alt")

    op.execute("alter table actions drop column version")
    op.execute("alter table actions drop column shows_comments")
    op.execute("alter table actions drop column asks_updates")
    op.execute("alter table actions drop column asks_show_name")
    op.execute("alter table actions drop column asks_family_name")

    op.execute("alter table action_texts drop column result")

    op.drop_table("update_texts")
    with op.batch_alter_table("comment_decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_decisions_shown")

    op.drop_table("comment_decisions")
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_updates_action_id"))

    op.drop_table("updates")
    op.drop_table("staff_role_campaigns")
    op.drop_table("picture_files")
    op.drop_table("partner_texts")
    op.drop_table("former_action_slugs")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_staff_id"))

    op.drop_table("staff_sessions")
    op.drop_table("staff_roles")
    with op.batch_alter_table("staff_passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_passkeys_user_id"))

    op.drop_table("staff_passkeys")
    with op.batch_alter_table("preview_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preview_links_campaign_id"))

    op.drop_table("preview_links")
    with op.batch_alter_table("pictures", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pictures_current",
            postgresql_where=sa.text("is_current"),
            sqlite_where=sa.text("is_current"),
        )

    op.drop_table("pictures")
    with op.batch_alter_table("partners", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partners_campaign_id"))

    op.drop_table("partners")
    op.drop_table("former_campaign_slugs")
    op.drop_table("staff_members")
    op.drop_table("revisions")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_event_at")
        batch_op.drop_index("ix_audit_entries_at")
        batch_op.drop_index("ix_audit_entries_actor_at")

    op.drop_table("audit_entries")


def keep_audit_entries() -> None:
    """What was done is added to, never changed."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function refuse_audit_change() returns trigger language plpgsql as "
            "$$ begin raise exception 'audit entries are never changed'; end $$"
        )
        op.execute(
            "create trigger audit_entries_are_kept before update on audit_entries "
            "for each row execute function refuse_audit_change()"
        )
    else:
        op.execute(
            "create trigger audit_entries_are_kept before update on audit_entries "
            "begin select raise(abort, 'audit entries are never changed'); end"
        )


def release_audit_entries() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop trigger audit_entries_are_kept on audit_entries")
        op.execute("drop function refuse_audit_change()")
    else:
        op.execute("drop trigger audit_entries_are_kept")
