"""Every page, by its blueprint. A blueprint is named after the module that defines it."""

from campaign_actions.web.public.actions import bp as actions
from campaign_actions.web.public.brand import bp as brand
from campaign_actions.web.public.campaign_pictures import bp as campaign_pictures
from campaign_actions.web.public.campaigns import bp as campaigns
from campaign_actions.web.public.demo import bp as demo
from campaign_actions.web.public.monitoring import bp as monitoring
from campaign_actions.web.public.next_action import bp as next_action
from campaign_actions.web.public.sharing import bp as sharing
from campaign_actions.web.public.signature_links import bp as signature_links
from campaign_actions.web.public.site import bp as site
from campaign_actions.web.public.thanks import bp as thanks
from campaign_actions.web.public.translation_emails import bp as translation_emails
from campaign_actions.web.public.updates import bp as updates
from campaign_actions.web.staff.access.invitations import bp as staff_access_invitations
from campaign_actions.web.staff.access.login import bp as staff_access_login
from campaign_actions.web.staff.access.reauthenticate import bp as staff_access_reauthenticate
from campaign_actions.web.staff.account.account import bp as staff_account
from campaign_actions.web.staff.account.factors import bp as staff_account_factors
from campaign_actions.web.staff.actions.comments import bp as staff_actions_comments
from campaign_actions.web.staff.actions.create import bp as staff_actions_create
from campaign_actions.web.staff.actions.show import bp as staff_actions_show
from campaign_actions.web.staff.approvals.requests import bp as staff_approvals_requests
from campaign_actions.web.staff.audit import bp as staff_audit
from campaign_actions.web.staff.campaigns.appearance import bp as staff_campaigns_appearance
from campaign_actions.web.staff.campaigns.create import bp as staff_campaigns_create
from campaign_actions.web.staff.campaigns.edit import bp as staff_campaigns_edit
from campaign_actions.web.staff.campaigns.history import bp as staff_campaigns_history
from campaign_actions.web.staff.campaigns.index import bp as staff_campaigns_index
from campaign_actions.web.staff.campaigns.partners import bp as staff_campaigns_partners
from campaign_actions.web.staff.campaigns.tags import bp as staff_campaigns_tags
from campaign_actions.web.staff.dashboards.all_campaigns import bp as staff_dashboards_all_campaigns
from campaign_actions.web.staff.dashboards.campaign import bp as staff_dashboards_campaign
from campaign_actions.web.staff.exports.deletions import bp as staff_exports_deletions
from campaign_actions.web.staff.exports.exports import bp as staff_exports
from campaign_actions.web.staff.exports.make import bp as staff_exports_make
from campaign_actions.web.staff.failed_emails import bp as staff_failed_emails
from campaign_actions.web.staff.home import bp as staff_home
from campaign_actions.web.staff.organization.brand import bp as staff_organization_brand
from campaign_actions.web.staff.organization.brand_preview import (
    bp as staff_organization_brand_preview,
)
from campaign_actions.web.staff.organization.time_zone import bp as staff_organization_time_zone
from campaign_actions.web.staff.people.people import bp as staff_people
from campaign_actions.web.staff.previews.links import bp as staff_previews_links
from campaign_actions.web.staff.previews.live import bp as staff_previews_live
from campaign_actions.web.staff.previews.page import bp as staff_previews_page
from campaign_actions.web.staff.publishing.changes import bp as staff_publishing_changes
from campaign_actions.web.staff.publishing.checklist import bp as staff_publishing_checklist
from campaign_actions.web.staff.publishing.close import bp as staff_publishing_close
from campaign_actions.web.staff.publishing.close_action import bp as staff_publishing_close_action
from campaign_actions.web.staff.publishing.open_action import bp as staff_publishing_open_action
from campaign_actions.web.staff.publishing.publish import bp as staff_publishing_publish
from campaign_actions.web.staff.questions.questions import bp as staff_questions
from campaign_actions.web.staff.sharing.channels import bp as staff_sharing_channels
from campaign_actions.web.staff.sharing.files import bp as staff_sharing_files
from campaign_actions.web.staff.sharing.share import bp as staff_sharing_share
from campaign_actions.web.staff.signatures.bulk_invalidate import (
    bp as staff_signatures_bulk_invalidate,
)
from campaign_actions.web.staff.signatures.clusters import bp as staff_signatures_clusters
from campaign_actions.web.staff.signatures.signature_actions import (
    bp as staff_signatures_signature_actions,
)
from campaign_actions.web.staff.signatures.signatures import bp as staff_signatures
from campaign_actions.web.staff.status import bp as staff_status
from campaign_actions.web.staff.switches.robot_check import bp as staff_switches_robot_check
from campaign_actions.web.staff.switches.switches import bp as staff_switches
from campaign_actions.web.staff.translations.approvals import bp as staff_translations_approvals
from campaign_actions.web.staff.translations.consent import bp as staff_translations_consent
from campaign_actions.web.staff.translations.editor import bp as staff_translations_editor
from campaign_actions.web.staff.translations.files import bp as staff_translations_files
from campaign_actions.web.staff.translations.glossary import bp as staff_translations_glossary
from campaign_actions.web.staff.translations.history import bp as staff_translations_history
from campaign_actions.web.staff.translations.overview import bp as staff_translations_overview
from campaign_actions.web.staff.translations.preview_frame import (
    bp as staff_translations_preview_frame,
)
from campaign_actions.web.staff.translations.strings import bp as staff_translations_strings
from campaign_actions.web.staff.updates.edit import bp as staff_updates_edit
from campaign_actions.web.staff.updates.lists import bp as staff_updates_lists
from campaign_actions.web.staff.updates.preview import bp as staff_updates_preview
from campaign_actions.web.staff.updates.send import bp as staff_updates_send

BLUEPRINTS = (
    actions,
    brand,
    campaigns,
    campaign_pictures,
    demo,
    monitoring,
    next_action,
    sharing,
    signature_links,
    site,
    thanks,
    translation_emails,
    updates,
    staff_access_invitations,
    staff_access_login,
    staff_access_reauthenticate,
    staff_account,
    staff_account_factors,
    staff_actions_comments,
    staff_actions_create,
    staff_actions_show,
    staff_dashboards_campaign,
    staff_dashboards_all_campaigns,
    staff_approvals_requests,
    staff_audit,
    staff_campaigns_appearance,
    staff_campaigns_create,
    staff_campaigns_edit,
    staff_campaigns_history,
    staff_campaigns_index,
    staff_campaigns_partners,
    staff_campaigns_tags,
    staff_exports,
    staff_exports_deletions,
    staff_exports_make,
    staff_home,
    staff_organization_brand,
    staff_organization_brand_preview,
    staff_organization_time_zone,
    staff_people,
    staff_previews_links,
    staff_previews_live,
    staff_previews_page,
    staff_publishing_changes,
    staff_publishing_checklist,
    staff_publishing_close,
    staff_publishing_close_action,
    staff_publishing_open_action,
    staff_publishing_publish,
    staff_sharing_channels,
    staff_sharing_files,
    staff_sharing_share,
    staff_questions,
    staff_signatures_bulk_invalidate,
    staff_signatures_clusters,
    staff_signatures_signature_actions,
    staff_signatures,
    staff_status,
    staff_failed_emails,
    staff_switches_robot_check,
    staff_switches,
    staff_translations_approvals,
    staff_translations_consent,
    staff_translations_editor,
    staff_translations_files,
    staff_translations_glossary,
    staff_translations_history,
    staff_translations_overview,
    staff_translations_preview_frame,
    staff_translations_strings,
    staff_updates_edit,
    staff_updates_lists,
    staff_updates_preview,
    staff_updates_send,
)
