"""Loads the demo campaigns from their files."""

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.db.session import db, write_transaction

CONTENT = Path(__file__).parent / "content"


def load_demo(*, now: datetime) -> list[str]:
    """Add the missing demo campaigns; returns their slugs. Existing ones are left alone."""
    for locale, consents in _texts("consent").items():
        for kind, body in consents.items():
            publish_consent(kind, locale, body, now=now)
    known = set(db.session.scalars(select(Campaign.slug)))
    plans = tomllib.loads((CONTENT / "campaigns.toml").read_text())["campaigns"]
    missing = {place: plan for place, plan in enumerate(plans) if plan["slug"] not in known}
    with write_transaction():
        for place, plan in missing.items():
            db.session.add_all(_actions_of(plan, place, now))
    return [plan["slug"] for plan in missing.values()]


@cache
def demo_texts(slug: str, locale: str) -> dict[str, Any] | None:
    """The texts of a demo campaign in a language, as in its file."""
    file = CONTENT / f"{slug}.{locale}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _actions_of(plan: dict[str, Any], position: int, now: datetime) -> list[Action]:
    """The actions of a new campaign, each with the campaign and its texts."""
    texts = _texts(plan["slug"])
    campaign = Campaign(slug=plan["slug"], position=position, published_at=now)
    campaign.texts = [
        CampaignText(locale=locale, **{k: v for k, v in text.items() if k != "actions"})
        for locale, text in texts.items()
    ]
    return [
        Action(
            **action,
            campaign=campaign,
            position=place,
            published_at=now,
            texts=[
                ActionText(locale=locale, **text["actions"][action["slug"]])
                for locale, text in texts.items()
            ],
        )
        for place, action in enumerate(plan["actions"])
    ]


def _texts(name: str) -> dict[str, dict[str, Any]]:
    """The texts in `<name>.<locale>.toml`, by locale."""
    return {
        file.suffixes[0].removeprefix("."): tomllib.loads(file.read_text())
        for file in sorted(CONTENT.glob(f"{name}.*.toml"))
    }
