"""Rows of a campaign or an action as they will be with a draft, for checks. They are in no database."""

from datetime import datetime

from campaign_actions.actions.edit import FIELDS
from campaign_actions.actions.edit import TEXT_FIELDS as ACTION_TEXTS
from campaign_actions.actions.goals import MILESTONES, counts_in
from campaign_actions.actions.models import Action, ActionText, Milestone, MilestoneText
from campaign_actions.actions.questions.stored import settings_in, texts_in_locale
from campaign_actions.campaigns.edit import TEXT_FIELDS as CAMPAIGN_TEXTS
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText
from campaign_actions.campaigns.partners import partners_in, texts_of
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.three_way_merge import Content


def campaign_with_draft(campaign: Campaign, content: Content) -> Campaign:
    return Campaign(
        id=campaign.id,
        slug=content["slug"],
        document_index=content["document_index"],
        accent=content["accent"],
        published_at=campaign.published_at,
        archived_at=campaign.archived_at,
        source_locale=campaign.source_locale,
        left_out_steps=campaign.left_out_steps,
        texts=[
            CampaignText(
                locale=tag,
                is_public=bool(text.get("is_public")),
                **{name: text.get(name) or "" for name in CAMPAIGN_TEXTS},
            )
            for tag, text in texts_in(content).items()
        ],
        partners=[
            Partner(
                id=int(key) if key.isdecimal() else None,
                website=partner.get("website") or None,
                texts=[PartnerText(locale=tag, **text) for tag, text in texts_of(partner).items()],
            )
            for key, partner in partners_in(content).items()
        ],
    )


def action_with_draft(action: Action, content: Content) -> Action:
    closes_at = content["closes_at"] and datetime.fromisoformat(content["closes_at"])
    own = {name: content[name] for name in FIELDS}
    texts = texts_in(content)
    return Action(
        id=action.id,
        campaign_id=action.campaign_id,
        published_at=action.published_at,
        questions=settings_in(content),
        **own | {"closes_at": closes_at},
        texts=[
            ActionText(
                locale=tag,
                questions=texts_in_locale(content, tag),
                **{name: text.get(name) or "" for name in ACTION_TEXTS},
            )
            for tag, text in texts.items()
        ],
        milestones=[
            Milestone(
                number=MILESTONES[field],
                count=count,
                texts=[
                    MilestoneText(locale=tag, text=text[field])
                    for tag, text in texts.items()
                    if text.get(field)
                ],
            )
            for field, count in counts_in(content).items()
        ],
    )
