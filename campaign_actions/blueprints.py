"""Every page there is, by the doors that show it."""

from campaign_actions.actions.admin import batches as staff_batches
from campaign_actions.actions.admin import changes as staff_changes
from campaign_actions.actions.admin import comments as staff_comments
from campaign_actions.actions.admin import downloads as staff_export
from campaign_actions.actions.admin import showing as staff_actions
from campaign_actions.actions.admin import signatures as staff_signatures
from campaign_actions.actions.admin import writing as staff_actions_writing
from campaign_actions.actions.views import links as link_pages
from campaign_actions.actions.views import pages as action_pages
from campaign_actions.approvals import admin as staff_dual_control
from campaign_actions.audit import admin as staff_audit
from campaign_actions.campaigns import views as campaign_pages
from campaign_actions.campaigns.admin import editing as staff_editing
from campaign_actions.campaigns.admin import history as staff_history
from campaign_actions.campaigns.admin import listing as staff_campaigns
from campaign_actions.campaigns.admin import looks as staff_looks
from campaign_actions.campaigns.admin import partners as staff_partners
from campaign_actions.campaigns.admin import writing as staff_writing
from campaign_actions.catalogs import views as translation_mail_pages
from campaign_actions.catalogs.admin import approvals as staff_approvals
from campaign_actions.catalogs.admin import consent as staff_consent
from campaign_actions.catalogs.admin import editor as staff_string
from campaign_actions.catalogs.admin import files as staff_catalog_files
from campaign_actions.catalogs.admin import glossary as staff_glossary
from campaign_actions.catalogs.admin import history as staff_translation_history
from campaign_actions.catalogs.admin import listing as staff_strings
from campaign_actions.catalogs.admin import overview as staff_translations
from campaign_actions.catalogs.admin import seen as staff_seen
from campaign_actions.demo import views as demo_pages
from campaign_actions.monitoring import admin as monitoring_staff_pages
from campaign_actions.monitoring import views as monitoring_pages
from campaign_actions.pages import views as site_pages
from campaign_actions.previews import views as preview_pages
from campaign_actions.previews.admin import live as staff_live
from campaign_actions.previews.admin import sharing as staff_previews
from campaign_actions.publishing.admin import actions as action_times
from campaign_actions.publishing.admin import ending, opening
from campaign_actions.staff.admin import account as account_pages
from campaign_actions.staff.admin import factors as factor_pages
from campaign_actions.staff.admin import home as staff_pages
from campaign_actions.staff.admin import people as people_pages
from campaign_actions.staff.views import arriving as arriving_pages
from campaign_actions.staff.views import entering as entering_pages
from campaign_actions.staff.views import verifying as verifying_pages
from campaign_actions.updates import views as update_pages
from campaign_actions.updates.admin import looking as staff_update_mails
from campaign_actions.updates.admin import sending as staff_update_sending
from campaign_actions.updates.admin import writing as staff_updates

BLUEPRINTS = (
    site_pages.bp,
    campaign_pages.bp,
    campaign_pages.looks_bp,
    action_pages.bp,
    link_pages.bp,
    update_pages.bp,
    translation_mail_pages.bp,
    staff_updates.bp,
    staff_update_mails.bp,
    staff_update_sending.bp,
    monitoring_pages.bp,
    monitoring_staff_pages.bp,
    staff_pages.bp,
    entering_pages.bp,
    arriving_pages.bp,
    verifying_pages.bp,
    account_pages.bp,
    factor_pages.bp,
    people_pages.bp,
    staff_dual_control.bp,
    staff_campaigns.bp,
    preview_pages.bp,
    staff_previews.bp,
    staff_live.bp,
    opening.bp,
    ending.bp,
    action_times.bp,
    staff_signatures.bp,
    staff_changes.bp,
    staff_batches.bp,
    staff_comments.bp,
    staff_export.bp,
    staff_audit.bp,
    staff_looks.bp,
    staff_writing.bp,
    staff_editing.bp,
    staff_history.bp,
    staff_partners.bp,
    staff_actions.bp,
    staff_translations.bp,
    staff_strings.bp,
    staff_string.bp,
    staff_seen.bp,
    staff_glossary.bp,
    staff_translation_history.bp,
    staff_approvals.bp,
    staff_catalog_files.bp,
    staff_consent.bp,
    staff_actions_writing.bp,
    demo_pages.bp,
)
