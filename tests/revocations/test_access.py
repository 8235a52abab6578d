"""Every column that can give access is revoked by a restore, or is known to be harmless."""

from campaign_actions.core.db.session import db
from campaign_actions.revocations.access import KINDS

ENDED = "ended by every restore"
# Columns that can give someone access: the kind of what a restore revokes.
HANDLED = {
    "staff_members": {
        "active": "member",
        "password": "password",
        "fs_uniquifier": ENDED,
        "tf_primary_method": "second factor",
        "tf_totp_secret": "second factor",
        "mf_recovery_codes": "recovery code",
    },
    "staff_passkeys": {"credential_id": "second factor", "public_key": "second factor"},
    "staff_roles": {"role": "role", "is_limited": "role"},
    "staff_role_campaigns": {"role": "role", "campaign_id": "role"},
    "staff_languages": {"locale": "role"},
    "staff_sessions": {"id": ENDED},
    "dual_control_setting": {"mode": "rule", "for_updates": "rule"},
    "preview_links": {"revoked_at": "preview link", "public_id": ENDED},
    "approval_requests": {"state": ENDED, "usable_until": ENDED},
    "switch_pauses": {"on_at": "switch"},
}
# Their other columns name, describe or count something, or only ever narrow what someone may do.
HARMLESS = {
    "staff_members": {
        *("id", "email", "name", "locale", "timezone", "invited_at", "joined_at"),
        "fs_webauthn_user_handle",  # says which passkeys to offer
        "totp_counter",  # a code older than this one is too old in any case
        "codes_blocked_until",  # the day's wrong codes are counted from the start
        *("roles_given_by", "second_locale", "left_out_steps", "wants_translation_mail"),
        *("translation_mail_at", "wants_cluster_mail"),
    },
    "staff_passkeys": {
        *("id", "user_id", "sign_count", "transports", "backup_state", "device_type"),
        *("extensions", "create_datetime", "lastuse_datetime", "name", "usage"),
    },
    "staff_roles": {"staff_id"},
    "staff_role_campaigns": {"staff_id"},
    "staff_languages": {"staff_id"},
    "staff_sessions": {"staff_id", "started_at", "seen_at", "device"},
    "dual_control_setting": {"id"},
    "preview_links": {
        *("id", "campaign_id", "label", "made_at", "staff_id", "expires_at"),
        *("opened", "last_opened_at"),
    },
    "approval_requests": {
        *("id", "kind", "target", "subject", "permission", "campaign_id", "payload", "seen"),
        *("reason", "requested_by", "requested_at", "expires_at", "decided_by"),
        *("is_by_command", "decided_at", "note", "rows_done"),
    },
    "switch_pauses": {
        *("id", "kind", "target", "off_at", "off_by", "off_reason", "on_by", "on_reason"),
    },
}
# Tables whose rows let nobody in: content, signatures, counts, emails, the log and bookkeeping.
WITHOUT_ACCESS = {
    *("action_counts", "action_texts", "actions", "added_locales", "answer_deletions"),
    *("audit_anchor_deliveries", "audit_anchors", "audit_entries", "bulk_recipients"),
    *("campaign_tags", "campaign_texts", "campaigns", "channel_names", "code_tries"),
    *("comment_batches", "comments", "consent_drafts", "consent_texts", "consent_uses"),
    *("draft_picture_files", "draft_pictures", "email_trials", "export_deletions"),
    *("export_records", "exported_actions", "former_action_slugs", "former_campaign_slugs"),
    *("glossary_terms", "installation", "invalidation_batches", "login_failures"),
    *("milestone_texts", "milestones", "organization_pictures", "organization_profile"),
    *("organization_texts", "outbox_mails", "page_decisions", "partner_texts", "partners"),
    *("picture_files", "pictures", "provider_checks", "quarter_counts", "recorded_access"),
    "revealed_addresses",
    *("revisions", "scheduled_drafts", "share_pictures", "signature_changes"),
    *("signature_clusters", "signatures", "staff_wrong_codes", "state_days", "state_ledger"),
    *("state_quarters", "state_source_languages", "state_sources", "string_visits", "tallies"),
    *("tally_ledger", "tally_sources", "translation_changes", "translations"),
    *("update_actions", "update_texts", "updates", "used_challenges"),
}


# What the public reads at a time, from columns of the tables above.
OF_THE_PUBLIC = {"opening", "change", "update"}


def test_every_table_and_column_that_can_give_access_is_known():
    columns = {
        table.name: {column.name for column in table.columns}
        for table in db.metadata.sorted_tables
        if table.name not in WITHOUT_ACCESS
    }

    assert columns == {name: {*HANDLED[name], *HARMLESS[name]} for name in HANDLED}


def test_every_kind_of_access_comes_from_a_column():
    found = {kind for columns in HANDLED.values() for kind in columns.values()}

    assert found | OF_THE_PUBLIC == {ENDED, *KINDS}
