"""The first tables: one function for each feature, in the order of their foreign keys.

Constraints get their names from `NAMING_CONVENTION` in core/db/session.py. The models say what columns mean.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# Newest first, so that no foreign key is in the way when they are dropped.
TABLES = (
    "update_texts",
    "updates",
    "preview_links",
    "consent_drafts",
    "string_visits",
    "glossary_terms",
    "translation_changes",
    "translations",
    "added_locales",
    "approval_requests",
    "comment_decisions",
    "code_tries",
    "tallies",
    "tally_sources",
    "action_counts",
    "tally_ledger",
    "signatures",
    "invalidation_batches",
    "share_pictures",
    "picture_files",
    "pictures",
    "consent_texts",
    "former_action_slugs",
    "milestone_texts",
    "milestones",
    "action_texts",
    "actions",
    "revisions",
    "dual_control_setting",
    "login_failures",
    "staff_used_challenges",
    "staff_wrong_codes",
    "staff_sessions",
    "staff_passkeys",
    "staff_role_campaigns",
    "staff_roles",
    "staff_languages",
    "staff_members",
    "partner_texts",
    "partners",
    "former_campaign_slugs",
    "campaign_texts",
    "campaigns",
    "audit_anchor_deliveries",
    "audit_anchors",
    "audit_entries",
    "outbox_mails",
    "installation",
)


def upgrade() -> None:
    installation()
    outbox()
    audit_log()
    campaigns()
    staff()
    revisions()
    actions()
    pictures()
    signatures()
    counts()
    code_tries()
    comments()
    approvals()
    translations()
    previews()
    updates()


def downgrade() -> None:
    accept_updates("audit_entries")
    accept_updates("consent_texts")
    for table in TABLES:
        op.drop_table(table)


def installation() -> None:
    op.create_table(
        "installation",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
    )


def outbox() -> None:
    op.create_table(
        "outbox_mails",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("recipient", sa.String(254)),
        sa.Column("email_key", sa.String(40), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("about", sa.Integer()),
        sa.Column("update_id", sa.Integer()),
        sa.Column("lane", sa.String(6), nullable=False, server_default="signer"),
        sa.Column("status", sa.String(6), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("is_part", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("leased_until", sa.DateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime()),
        sa.Column("sent_at", sa.DateTime()),
        sa.Column("last_error", sa.String(200)),
        sa.CheckConstraint("status in ('queued', 'sent', 'dead')", name="status"),
        sa.CheckConstraint("(status = 'sent') = (sent_at is not null)", name="sent_at"),
        sa.CheckConstraint("status <> 'sent' or recipient is null", name="recipient"),
        sa.CheckConstraint("lane in ('staff', 'signer', 'notice', 'bulk')", name="lane"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
    )
    op.create_index("ix_outbox_mails_email_key_sent_at", "outbox_mails", ["email_key", "sent_at"])
    op.create_index(
        "ix_outbox_mails_status_lane_due_at", "outbox_mails", ["status", "lane", "due_at"]
    )
    # Taking the next email reads past all that were sent since the last vacuum. No fill factor:
    # on full pages 2,946 of 3,000 leases touched no index, with a fifth left free all of them.
    set_vacuum(
        "outbox_mails",
        autovacuum_vacuum_scale_factor="0.02",
        autovacuum_vacuum_threshold="10000",
        autovacuum_vacuum_cost_delay="0",
        vacuum_truncate="false",
    )


def audit_log() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(254), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("rows", sa.Integer()),
        sa.Column("details", JSON, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False, unique=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.CheckConstraint("rows >= 0", name="rows"),
    )
    op.create_index("ix_audit_entries_actor_at", "audit_entries", ["actor", "at"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_index("ix_audit_entries_event_at", "audit_entries", ["event", "at"])
    op.create_table(
        "audit_anchors",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), unique=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_audit_anchors_made_at", "audit_anchors", ["made_at"])
    op.create_table(
        "audit_anchor_deliveries",
        sa.Column(
            "anchor_id",
            sa.Integer(),
            sa.ForeignKey("audit_anchors.id", ondelete="cascade"),
            nullable=False,
        ),
        sa.Column("destination", sa.String(10), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("leased_until", sa.DateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(300)),
        sa.Column("done_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("anchor_id", "destination"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
    )
    op.create_index(
        "ix_audit_anchor_deliveries_done_at_due_at",
        "audit_anchor_deliveries",
        ["done_at", "due_at"],
    )
    refuse_updates("audit_entries")


def campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("slug", sa.String(60), nullable=False, unique=True),
        sa.Column("document_index", sa.String(40)),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime()),
        sa.Column("archived_at", sa.DateTime()),
        sa.Column("accent", sa.String(20), nullable=False, server_default="red"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("source_locale", sa.String(20), nullable=False, server_default="en"),
        sa.CheckConstraint("slug = lower(slug) and slug <> ''", name="slug"),
    )
    op.create_table(
        "campaign_texts",
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("headline", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("picture_alt", sa.String(300), nullable=False, server_default=""),
        sa.Column("picture_quote", sa.String(300), nullable=False, server_default=""),
        sa.Column("picture_person", sa.String(120), nullable=False, server_default=""),
        sa.Column("picture_place", sa.String(120), nullable=False, server_default=""),
        sa.Column("result", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("campaign_id", "locale"),
    )
    op.create_table(
        "former_campaign_slugs",
        sa.Column("slug", sa.String(60), primary_key=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
    )
    op.create_table(
        "partners",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("website", sa.String(300)),
    )
    op.create_index("ix_partners_campaign_id", "partners", ["campaign_id"])
    op.create_table(
        "partner_texts",
        sa.Column(
            "partner_id",
            sa.Integer(),
            sa.ForeignKey("partners.id", ondelete="cascade"),
            nullable=False,
        ),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "locale"),
    )


def staff() -> None:
    op.create_table(
        "staff_members",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("joined_at", sa.DateTime()),
        sa.Column("password", sa.String(255)),
        sa.Column("fs_uniquifier", sa.String(64), nullable=False, unique=True),
        sa.Column("fs_webauthn_user_handle", sa.String(64), unique=True),
        sa.Column("tf_primary_method", sa.String(64)),
        sa.Column("tf_totp_secret", sa.String(255)),
        sa.Column("totp_counter", sa.BigInteger()),
        sa.Column("mf_recovery_codes", sa.Text()),
        sa.Column("codes_blocked_until", sa.DateTime()),
        sa.Column("roles_given_by", sa.Integer()),
        sa.Column("wants_translation_mail", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("translation_mail_at", sa.DateTime()),
        sa.CheckConstraint("email = lower(email)", name="email"),
    )
    op.create_table(
        "staff_languages",
        sa.Column(
            "staff_id",
            sa.Integer(),
            sa.ForeignKey("staff_members.id", ondelete="cascade"),
            nullable=False,
        ),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "locale"),
    )
    op.create_table(
        "staff_roles",
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff_members.id"), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("is_limited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "role"),
        sa.CheckConstraint(
            "role in ('administrator', 'campaigner', 'exporter', 'translator', 'reviewer')",
            name="role",
        ),
    )
    op.create_table(
        "staff_role_campaigns",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "role", "campaign_id"),
        sa.ForeignKeyConstraint(["staff_id", "role"], ["staff_roles.staff_id", "staff_roles.role"]),
    )
    op.create_table(
        "staff_passkeys",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("staff_members.id"), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1024), nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.Text()),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(64), nullable=False),
        sa.Column("extensions", sa.String(255)),
        sa.Column("create_datetime", sa.DateTime(), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("usage", sa.String(64), nullable=False),
    )
    op.create_index("ix_staff_passkeys_user_id", "staff_passkeys", ["user_id"])
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff_members.id"), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("device", sa.String(120), nullable=False),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_table(
        "staff_wrong_codes",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column(
            "staff_id",
            sa.Integer(),
            sa.ForeignKey("staff_members.id", ondelete="cascade"),
            nullable=False,
        ),
        sa.Column("typed_at", sa.DateTime(), nullable=False),
    )
    op.create_index(
        "ix_staff_wrong_codes_staff_id_typed_at", "staff_wrong_codes", ["staff_id", "typed_at"]
    )
    op.create_table(
        "staff_used_challenges",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("used_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "login_failures",
        sa.Column("account", sa.String(254), nullable=False),
        sa.Column("via", sa.String(40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "via"),
        sa.CheckConstraint("failures > 0", name="failures"),
    )
    op.create_table(
        "dual_control_setting",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
        sa.CheckConstraint("mode in ('auto', 'on', 'off')", name="mode"),
    )


def revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("content", JSON, nullable=False),
        sa.PrimaryKeyConstraint("subject", "subject_id", "number"),
        sa.CheckConstraint("subject in ('campaign', 'action')", name="subject"),
        sa.CheckConstraint("number > 0", name="number"),
    )


def actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("asks_comment", sa.Boolean(), nullable=False),
        sa.Column("asks_family_name", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("asks_show_name", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("asks_updates", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("shows_comments", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("sends_receipt", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime()),
        sa.Column("closes_at", sa.DateTime()),
        sa.Column("retain_from", sa.DateTime()),
        sa.Column("closed_with_campaign", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.UniqueConstraint("campaign_id", "slug"),
        sa.UniqueConstraint("id", "kind"),
        sa.CheckConstraint("slug = lower(slug) and slug <> ''", name="slug"),
        sa.CheckConstraint("goal > 0", name="goal"),
        sa.CheckConstraint(
            "(closes_at is null) = (retain_from is null) and retain_from >= closes_at",
            name="retain_from",
        ),
        sa.CheckConstraint(
            "closes_at is not null or not closed_with_campaign", name="closed_with_campaign"
        ),
    )
    op.create_table(
        "action_texts",
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("addressee", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("teaser", sa.Text(), nullable=False),
        sa.Column("button", sa.String(60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.Column("share_text", sa.Text(), nullable=False),
        sa.Column("picture_alt", sa.String(300), nullable=False, server_default=""),
        sa.Column("picture_quote", sa.String(300), nullable=False, server_default=""),
        sa.Column("picture_person", sa.String(120), nullable=False, server_default=""),
        sa.Column("picture_place", sa.String(120), nullable=False, server_default=""),
        sa.Column("result", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("action_id", "locale"),
    )
    op.create_table(
        "milestones",
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "number"),
        sa.CheckConstraint("number between 1 and 8", name="number"),
        sa.CheckConstraint("count > 0", name="count"),
    )
    op.create_table(
        "milestone_texts",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("text", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "number", "locale"),
        sa.ForeignKeyConstraint(
            ["action_id", "number"],
            ["milestones.action_id", "milestones.number"],
            ondelete="cascade",
        ),
    )
    op.create_table(
        "former_action_slugs",
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "slug"),
    )
    op.create_table(
        "consent_texts",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "locale", "version"),
        sa.CheckConstraint("version > 0", name="version"),
    )
    refuse_updates("consent_texts")


def pictures() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(32), nullable=False, unique=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), unique=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("focus", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(120), nullable=False, server_default=""),
        sa.Column("licence", sa.String(20), nullable=False, server_default=""),
        sa.Column("quoted_on", sa.Date()),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("width > 0 and height > 0", name="size"),
        sa.CheckConstraint("focus between 1 and 9", name="focus"),
    )
    of_campaign = sa.text("action_id is null")
    op.create_index(
        "ix_pictures_campaign_id",
        "pictures",
        ["campaign_id"],
        unique=True,
        postgresql_where=of_campaign,
        sqlite_where=of_campaign,
    )
    op.create_table(
        "picture_files",
        sa.Column(
            "picture_id",
            sa.Integer(),
            sa.ForeignKey("pictures.id", ondelete="cascade"),
            nullable=False,
        ),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("picture_id", "width", "format"),
        sa.CheckConstraint("format in ('webp', 'jpeg')", name="format"),
    )
    op.create_table(
        "share_pictures",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("picture_id", sa.Integer(), sa.ForeignKey("pictures.id", ondelete="cascade")),
        sa.Column("content_hash", sa.String(32)),
        sa.Column("drawn_at", sa.DateTime()),
        sa.Column("leased_until", sa.DateTime()),
        sa.Column("png", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("action_id", "locale"),
        sa.ForeignKeyConstraint(
            ["action_id", "locale"],
            ["action_texts.action_id", "action_texts.locale"],
            ondelete="cascade",
        ),
        sa.CheckConstraint("png is null or content_hash is not null", name="content_hash"),
    )
    op.create_index("ix_share_pictures_picture_id", "share_pictures", ["picture_id"])


def signatures() -> None:
    """Every unique key includes the action, so that PostgreSQL can partition the table by action.

    SQLite generates ids only for a primary key of one column.
    """
    op.create_table(
        "invalidation_batches",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("country_code", sa.String(2), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("rows_marked", sa.Integer(), nullable=False),
        sa.Column("rows_undone", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime()),
        sa.Column("undone_by", sa.Integer()),
        sa.UniqueConstraint("action_id", "id"),
        sa.CheckConstraint(
            "rows_marked > 0 and rows_undone between 0 and rows_marked", name="rows"
        ),
        sa.CheckConstraint("(undone_at is null) = (rows_undone = 0)", name="undone"),
        sa.CheckConstraint("undone_at is not null or undone_by is null", name="undone_by"),
    )
    keys = [sa.PrimaryKeyConstraint("action_id", "id")]
    if is_sqlite():
        keys = [sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("action_id", "id")]
    op.create_table(
        "signatures",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("email_key", sa.String(40)),
        sa.Column("given_name", sa.String(200)),
        sa.Column("family_name", sa.String(200)),
        sa.Column("country_code", sa.String(2)),
        sa.Column("locale", sa.String(20)),
        sa.Column("comment", sa.Text()),
        sa.Column("show_comment", sa.Boolean(), nullable=False),
        sa.Column("show_name", sa.Boolean(), nullable=False),
        sa.Column("wants_updates", sa.Boolean(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("consent_version", sa.Integer()),
        sa.Column("source", sa.String(40)),
        sa.Column("channel", sa.String(10)),
        sa.Column("signed_at", sa.DateTime()),
        sa.Column("confirmed_at", sa.DateTime()),
        sa.Column("withdrawn_at", sa.DateTime()),
        sa.Column("invalidated_at", sa.DateTime()),
        sa.Column("invalidation_batch_id", sa.Integer()),
        sa.Column("next_action_id", sa.Integer(), sa.ForeignKey("actions.id")),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("reminded_at", sa.DateTime()),
        sa.Column("due_at", sa.DateTime()),
        *keys,
        sa.UniqueConstraint("email_key", "action_id"),
        sa.UniqueConstraint("public_id", "action_id"),
        sa.ForeignKeyConstraint(["action_id", "kind"], ["actions.id", "actions.kind"]),
        sa.ForeignKeyConstraint(
            ["kind", "locale", "consent_version"],
            ["consent_texts.kind", "consent_texts.locale", "consent_texts.version"],
        ),
        sa.ForeignKeyConstraint(
            ["action_id", "invalidation_batch_id"],
            ["invalidation_batches.action_id", "invalidation_batches.id"],
        ),
        sa.CheckConstraint(
            "status in ('pending', 'confirmed', 'withdrawn', 'invalid', 'suppressed', 'erased')",
            name="status",
        ),
        sa.CheckConstraint(
            "channel in ('page', 'command', 'embed', 'api', 'paper')", name="channel"
        ),
        sa.CheckConstraint("status <> 'pending' or confirmed_at is null", name="pending"),
        sa.CheckConstraint("status <> 'confirmed' or confirmed_at is not null", name="confirmed"),
        sa.CheckConstraint("status <> 'withdrawn' or withdrawn_at is not null", name="withdrawn"),
        sa.CheckConstraint(
            "case when status = 'erased' then email_key is null"
            " else email_key is not null or coalesce(channel, '') = 'paper' end",
            name="email_key",
        ),
        sa.CheckConstraint(
            "(email is null) = (email_key is null or status = 'suppressed')", name="email"
        ),
        sa.CheckConstraint("email is not null or not wants_updates", name="wants_updates"),
        sa.CheckConstraint("comment is not null or not show_comment", name="show_comment"),
        sa.CheckConstraint(
            "status not in ('erased', 'suppressed')"
            " or coalesce(given_name, family_name, country_code, comment, source) is null",
            name="erased",
        ),
        sa.CheckConstraint(
            "status <> 'suppressed' or (coalesce(locale, channel) is null"
            " and coalesce(signed_at, confirmed_at, withdrawn_at, reminded_at, due_at) is null"
            " and consent_version is null)",
            name="suppressed",
        ),
        sa.CheckConstraint(
            "(status in ('invalid', 'suppressed')) = (invalidated_at is not null)",
            name="invalidated",
        ),
        sa.CheckConstraint("invalidation_batch_id is null or status = 'invalid'", name="batch"),
    )
    op.create_index(
        "ix_signatures_batch",
        "signatures",
        ["action_id", "invalidation_batch_id", "id"],
        **only("invalidation_batch_id is not null"),
    )
    op.create_index(
        "ix_signatures_comments",
        "signatures",
        ["action_id", "signed_at", "id"],
        **only("status = 'confirmed' and show_comment"),
    )
    op.create_index("ix_signatures_export", "signatures", ["action_id", "signed_at", "id"])
    op.create_index(
        "ix_signatures_not_counted",
        "signatures",
        ["action_id", "status"],
        **only("status in ('withdrawn', 'invalid')"),
    )
    op.create_index(
        "ix_signatures_suppressed",
        "signatures",
        ["action_id", "invalidated_at"],
        **only("status = 'suppressed'"),
    )
    op.create_index(
        "ix_signatures_to_expire",
        "signatures",
        ["action_id", "due_at"],
        **only("due_at is not null and reminded_at is not null"),
    )
    op.create_index(
        "ix_signatures_to_remind",
        "signatures",
        ["action_id", "due_at"],
        **only("due_at is not null and reminded_at is null"),
    )
    op.create_index(
        "ix_signatures_updates",
        "signatures",
        ["action_id", "id"],
        **only("status = 'confirmed' and wants_updates"),
    )
    # A confirmation removes a row from the index that reminders read, past its dead entries.
    # No fill factor: a confirmation changes an index, and so is written to all of them anyway.
    set_vacuum("signatures", autovacuum_vacuum_scale_factor="0.05")


def counts() -> None:
    op.create_table(
        "tally_ledger",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country_code", sa.String(2)),
        sa.Column("locale", sa.String(20)),
        sa.Column("source", sa.String(40)),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("forgotten", sa.Integer(), nullable=False, server_default="0"),
        sa.CheckConstraint(
            "(change in (1, -1) and forgotten = 0) or (change = 0 and forgotten = 1)", name="change"
        ),
    )
    op.create_index("ix_tally_ledger_action", "tally_ledger", ["action_id", "written_at"])
    op.create_table(
        "action_counts",
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), primary_key=True),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("folded_to", sa.DateTime()),
    )
    op.create_table(
        "tally_sources",
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "day", "number"),
        sa.UniqueConstraint("action_id", "day", "source"),
        sa.CheckConstraint("number between 1 and 100", name="number"),
        sa.CheckConstraint("source not in ('', 'other')", name="source"),
    )
    op.create_table(
        "tallies",
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country_code", sa.String(2), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("forgotten", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("action_id", "day", "country_code", "locale", "source"),
    )
    # Every row is deleted about a second after it was written. By default, a vacuum starts when a
    # fifth of the rows are dead: too often for a short ledger, and much too late after a backlog.
    # Here it starts after 5,000 rows, unthrottled, because the table is small by then. It gives no
    # space back to the system, because that would lock the table against signers.
    set_vacuum(
        "tally_ledger",
        autovacuum_vacuum_scale_factor="0",
        autovacuum_vacuum_threshold="5000",
        autovacuum_vacuum_cost_delay="0",
        vacuum_truncate="false",
    )


def code_tries() -> None:
    op.create_table(
        "code_tries",
        sa.Column("email_key", sa.String(40), nullable=False),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("code_sent_at", sa.DateTime()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("email_key", "action_id"),
    )
    op.create_index("ix_code_tries_tried_at", "code_tries", ["tried_at"])


def comments() -> None:
    op.create_table(
        "comment_decisions",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", BIG_ID, nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.PrimaryKeyConstraint("action_id", "signature_id"),
        sa.ForeignKeyConstraint(
            ["action_id", "signature_id"], ["signatures.action_id", "signatures.id"]
        ),
    )
    op.create_index(
        "ix_comment_decisions_shown", "comment_decisions", ["action_id", "is_shown", "decided_at"]
    )


def approvals() -> None:
    op.create_table(
        "approval_requests",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("target", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(254), nullable=False),
        sa.Column("permission", sa.String(40), nullable=False),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id")),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("requested_by", sa.Integer(), sa.ForeignKey("staff_members.id"), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("staff_members.id")),
        sa.Column("is_by_command", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime()),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("usable_until", sa.DateTime()),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'approved', 'done', 'declined', 'cancelled', 'expired')",
            name="state",
        ),
        sa.CheckConstraint("decided_by <> requested_by", name="two_people"),
        sa.CheckConstraint("(state = 'pending') = (decided_at is null)", name="decided_at"),
        sa.CheckConstraint(
            "(state in ('approved', 'done', 'declined'))"
            " = (decided_by is not null or is_by_command)",
            name="decided_by",
        ),
        sa.CheckConstraint("decided_by is null or not is_by_command", name="one_decider"),
    )
    op.create_index(
        "ix_approval_requests_pending",
        "approval_requests",
        ["kind", "target"],
        unique=True,
        **only("state = 'pending'"),
    )
    op.create_index(
        "ix_approval_requests_requested_by_requested_at",
        "approval_requests",
        ["requested_by", "requested_at"],
    )
    op.create_index(
        "ix_approval_requests_state_expires_at", "approval_requests", ["state", "expires_at"]
    )


def translations() -> None:
    op.create_table(
        "added_locales",
        sa.Column("locale", sa.String(20), primary_key=True),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
    )
    op.create_table(
        "translations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("catalog", sa.String(40), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("plural", sa.Text()),
        sa.Column("forms", JSON, nullable=False),
        sa.Column("approved", JSON),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.UniqueConstraint("catalog", "locale", "key"),
    )
    op.create_table(
        "translation_changes",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("catalog", sa.String(40), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("how", sa.String(20), nullable=False),
    )
    op.create_index(
        "ix_translation_changes_catalog_locale_key_id",
        "translation_changes",
        ["catalog", "locale", "key", "id"],
    )
    op.create_table(
        "glossary_terms",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("term", sa.String(120), nullable=False),
        sa.Column("translation", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.UniqueConstraint("locale", "term"),
    )
    op.create_table(
        "string_visits",
        sa.Column("catalog", sa.String(40), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column(
            "staff_id",
            sa.Integer(),
            sa.ForeignKey("staff_members.id", ondelete="cascade"),
            nullable=False,
        ),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("catalog", "locale", "key", "staff_id"),
    )
    op.create_table(
        "consent_drafts",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.PrimaryKeyConstraint("kind", "locale"),
    )


def previews() -> None:
    op.create_table(
        "preview_links",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime()),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("last_opened_at", sa.DateTime()),
    )
    op.create_index("ix_preview_links_campaign_id", "preview_links", ["campaign_id"])


def updates() -> None:
    op.create_table(
        "updates",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("action_id", sa.Integer(), sa.ForeignKey("actions.id"), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("cursor", BIG_ID, nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.Integer()),
        sa.CheckConstraint("status in ('draft', 'sending', 'stopped', 'sent')", name="status"),
        sa.CheckConstraint("(status = 'draft') = (started_at is null)", name="started_at"),
    )
    op.create_index("ix_updates_action_id", "updates", ["action_id"])
    op.create_table(
        "update_texts",
        sa.Column(
            "update_id",
            sa.Integer(),
            sa.ForeignKey("updates.id", ondelete="cascade"),
            nullable=False,
        ),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", "locale"),
    )


def only(condition: str) -> dict[str, Any]:
    """The options of a partial index."""
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def refuse_updates(table: str) -> None:
    """Rows can be added and deleted, but not changed."""
    message = f"{table.replace('_', ' ')} are never changed"
    if is_sqlite():
        op.execute(
            f"create trigger {table}_are_kept before update on {table} "
            f"begin select raise(abort, '{message}'); end"
        )
    else:
        op.execute(
            f"create function refuse_{table}_updates() returns trigger language plpgsql as "
            f"$$ begin raise exception '{message}'; end $$"
        )
        op.execute(
            f"create trigger {table}_are_kept before update on {table} "
            f"for each row execute function refuse_{table}_updates()"
        )


def accept_updates(table: str) -> None:
    if is_sqlite():
        op.execute(f"drop trigger {table}_are_kept")
    else:
        op.execute(f"drop trigger {table}_are_kept on {table}")
        op.execute(f"drop function refuse_{table}_updates()")


def set_vacuum(table: str, **parameters: str) -> None:
    """PostgreSQL keeps a deleted or changed row, and its index entries, until a vacuum."""
    if not is_sqlite():
        given = ", ".join(f"{name} = {value}" for name, value in parameters.items())
        op.execute(f"alter table {table} set ({given})")


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
