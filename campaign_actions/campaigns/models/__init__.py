"""The tables of campaigns: their texts, partners, pictures, revisions and preview links."""

from campaign_actions.campaigns.models.campaigns import (
    Campaign,
    CampaignText,
    FormerCampaignSlug,
    Partner,
    PartnerText,
    PreviewLink,
)
from campaign_actions.campaigns.models.pictures import (
    DEFAULT_FOCUS,
    MAX_ALT_LENGTH,
    MAX_CREDIT_LENGTH,
    MAX_PERSON_LENGTH,
    MAX_QUOTE_LENGTH,
    OF_CAMPAIGN,
    PICTURE_FORMATS,
    DraftPicture,
    DraftPictureFile,
    Picture,
    PictureFile,
    PictureTexts,
)
from campaign_actions.campaigns.models.revisions import (
    REVISION_ORIGINS,
    SCHEDULE_FAILURES,
    VERSIONED_KINDS,
    Revision,
    ScheduledDraft,
)

__all__ = [
    "DEFAULT_FOCUS",
    "MAX_ALT_LENGTH",
    "MAX_CREDIT_LENGTH",
    "MAX_PERSON_LENGTH",
    "MAX_QUOTE_LENGTH",
    "OF_CAMPAIGN",
    "PICTURE_FORMATS",
    "REVISION_ORIGINS",
    "SCHEDULE_FAILURES",
    "VERSIONED_KINDS",
    "Campaign",
    "CampaignText",
    "DraftPicture",
    "DraftPictureFile",
    "FormerCampaignSlug",
    "Partner",
    "PartnerText",
    "Picture",
    "PictureFile",
    "PictureTexts",
    "PreviewLink",
    "Revision",
    "ScheduledDraft",
]
