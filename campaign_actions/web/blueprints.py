"""Every page there is, by the doors that show it."""

from campaign_actions.web.public import actions as action_pages
from campaign_actions.web.public import campaigns as campaign_pages
from campaign_actions.web.public import demo as demo_pages
from campaign_actions.web.public import monitoring as monitoring_pages
from campaign_actions.web.public import signature_links as link_pages
from campaign_actions.web.public import site as site_pages
from campaign_actions.web.public import translation_emails as translation_mail_pages
from campaign_actions.web.public import updates as update_pages
from campaign_actions.web.staff import audit as staff_audit
from campaign_actions.web.staff import home as staff_pages
from campaign_actions.web.staff import status as monitoring_staff_pages
from campaign_actions.web.staff.access import invitations as arriving_pages
from campaign_actions.web.staff.access import login as entering_pages
from campaign_actions.web.staff.access import reauthenticate as verifying_pages
from campaign_actions.web.staff.account import account as account_pages
from campaign_actions.web.staff.account import factors as factor_pages
from campaign_actions.web.staff.actions import comments as staff_comments
from campaign_actions.web.staff.actions import create as staff_actions_writing
from campaign_actions.web.staff.actions import export as staff_export
from campaign_actions.web.staff.actions import show as staff_actions
from campaign_actions.web.staff.approvals import requests as staff_dual_control
from campaign_actions.web.staff.campaigns import appearance as staff_looks
from campaign_actions.web.staff.campaigns import create as staff_writing
from campaign_actions.web.staff.campaigns import edit as staff_editing
from campaign_actions.web.staff.campaigns import history as staff_history
from campaign_actions.web.staff.campaigns import index as staff_campaigns
from campaign_actions.web.staff.campaigns import partners as staff_partners
from campaign_actions.web.staff.people import people as people_pages
from campaign_actions.web.staff.previews import links as staff_previews
from campaign_actions.web.staff.previews import live as staff_live
from campaign_actions.web.staff.previews import page as preview_pages
from campaign_actions.web.staff.publishing import action_times, close, publish
from campaign_actions.web.staff.signatures import bulk_invalidate as staff_batches
from campaign_actions.web.staff.signatures import signature_actions as staff_changes
from campaign_actions.web.staff.signatures import signatures as staff_signatures
from campaign_actions.web.staff.translations import approvals as staff_approvals
from campaign_actions.web.staff.translations import consent as staff_consent
from campaign_actions.web.staff.translations import editor as staff_string
from campaign_actions.web.staff.translations import files as staff_catalog_files
from campaign_actions.web.staff.translations import glossary as staff_glossary
from campaign_actions.web.staff.translations import history as staff_translation_history
from campaign_actions.web.staff.translations import overview as staff_translations
from campaign_actions.web.staff.translations import preview_frame as staff_preview_frame
from campaign_actions.web.staff.translations import strings as staff_strings
from campaign_actions.web.staff.updates import edit as staff_updates
from campaign_actions.web.staff.updates import preview as staff_update_mails
from campaign_actions.web.staff.updates import send as staff_update_sending

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
    publish.bp,
    close.bp,
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
    staff_preview_frame.bp,
    staff_glossary.bp,
    staff_translation_history.bp,
    staff_approvals.bp,
    staff_catalog_files.bp,
    staff_consent.bp,
    staff_actions_writing.bp,
    demo_pages.bp,
)
