"""Where staff are: one action of one campaign, found by the numbers in the address."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.database import db

MOST = 2**31 - 1  # what a number of a row may be


@dataclass(frozen=True)
class Place:
    """An action as pages about its signers name it."""

    campaign_id: int
    action_id: int
    campaign_slug: str
    slug: str
    kind: str
    campaign_title: str
    title: str
    shows_comments: bool

    @property
    def name(self) -> str:
        """As commands and the audit log call it."""
        return f"{self.campaign_slug}/{self.slug}"

    @property
    def ids(self) -> dict[str, Any]:
        """What addresses below it begin with."""
        return {"campaign_id": self.campaign_id, "action_id": self.action_id}

    @property
    def answer_fields(self) -> tuple[str, ...]:
        return KINDS[self.kind].form.answer_fields if self.kind in KINDS else ()


def find_place(campaign_id: int, action_id: int, *, locale: str) -> Place | None:
    """An action if it is of that campaign, published or not; texts in the language if there are any."""
    if max(campaign_id, action_id) > MOST:
        return None
    row = db.session.execute(
        select(
            Action.campaign_id,
            Action.id.label("action_id"),
            Campaign.slug.label("campaign_slug"),
            Action.slug,
            Action.kind,
            Action.shows_comments,
            _title(CampaignText, CampaignText.campaign_id == Campaign.id, locale),
            _title(ActionText, ActionText.action_id == Action.id, locale),
        )
        .join(Campaign, Campaign.id == Action.campaign_id)
        .where(Action.id == action_id, Action.campaign_id == campaign_id)
    ).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    values["campaign_title"] = values.pop("title_of_campaign_texts") or row.campaign_slug
    values["title"] = values.pop("title_of_action_texts") or row.slug
    return Place(**values)


def _title(texts: Any, are_its: Any, locale: str) -> Any:
    in_language = case((texts.locale == locale, 0), else_=1)
    title = select(texts.title).where(are_its).order_by(in_language, texts.locale).limit(1)
    return title.scalar_subquery().label(f"title_of_{texts.__tablename__}")
