"""Loads the demo campaigns from their files, with pictures drawn by code."""

import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import resvg_py
from sqlalchemy import select

from campaign_actions.actions.consent import model_consents, publish_consent
from campaign_actions.actions.models import Action, ActionText, Milestone, MilestoneText
from campaign_actions.actions.personal_data.later_uses import cover_with_model
from campaign_actions.actions.pictures import of_action
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText
from campaign_actions.campaigns.partners import give_sources
from campaign_actions.campaigns.picture import (
    PictureDetails,
    PictureOwner,
    add_picture,
    of_campaign,
)
from campaign_actions.core.content.images import process_image
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.demo.drawings import DRAWINGS

CONTENT = Path(__file__).parent / "content"
USUALLY_OPENED = 30  # days before the demo is loaded
PICTURE_WIDTH = 960  # pixels: sharp where pages show it, and quick to draw
CREDIT = PictureDetails({}, credit="Campaign Actions", licence="own")


def load_demo(*, now: datetime) -> list[str]:
    """Add the missing demo campaigns; returns their slugs. Existing ones are left alone."""
    opened_at = min(_first_opening(plan, now) for plan in plans())
    for locale, consents in model_consents().items():
        for kind, body in consents.items():
            version = publish_consent(kind, locale, body, now=opened_at)
            cover_with_model(kind, locale, version, now=opened_at)
    known = set(db.session.scalars(select(Campaign.slug)))
    missing = {place: plan for place, plan in enumerate(plans()) if plan["slug"] not in known}
    with write_transaction() as connection:
        for place, plan in missing.items():
            actions = _actions_of(plan, place, now)
            db.session.add_all(actions)
            db.session.flush()
            give_sources(connection, actions[0].campaign_id)
    return [plan["slug"] for plan in missing.values()]


def draw_pictures(slugs: Iterable[str], *, now: datetime) -> None:
    """Give new demo campaigns and their actions their pictures."""
    owners = {name: owner for name, owner in _owners(slugs).items() if name in DRAWINGS}
    made = {name: process_image(_drawn(DRAWINGS[name]())) for name in owners}
    with write_transaction() as connection:
        for name, owner in owners.items():
            add_picture(connection, owner, made[name], CREDIT, now=now)


def plans() -> list[dict[str, Any]]:
    """The demo campaigns without their texts."""
    found: list[dict[str, Any]] = tomllib.loads((CONTENT / "campaigns.toml").read_text())[
        "campaigns"
    ]
    return found


def open_period(action: dict[str, Any], now: datetime) -> tuple[datetime, datetime | None]:
    """When an action of campaigns.toml opened, and when it closed if it is closed."""
    opened_at = now - timedelta(days=action.get("opened", USUALLY_OPENED))
    return opened_at, now - timedelta(days=action["closed"]) if "closed" in action else None


def demo_files(name: str) -> dict[str, dict[str, Any]]:
    """The texts in `<name>.<locale>.toml`, by locale."""
    return {
        file.suffixes[0].removeprefix("."): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(CONTENT.glob(f"{name}.*.toml"))
    }


@cache
def demo_texts(slug: str, locale: str) -> dict[str, Any] | None:
    """The texts of a demo campaign in a language, as in its file."""
    file = CONTENT / f"{slug}.{locale}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _actions_of(plan: dict[str, Any], position: int, now: datetime) -> list[Action]:
    """The actions of a new campaign, each with the campaign and its texts."""
    texts = demo_files(plan["slug"])
    campaign = Campaign(
        slug=plan["slug"], position=position, published_at=_first_opening(plan, now)
    )
    campaign.texts = [
        CampaignText(locale=locale, **_without(text, "actions", "partners"))
        for locale, text in texts.items()
    ]
    campaign.partners = _partners(texts)
    return [
        _action(action, texts, campaign=campaign, position=place, now=now)
        for place, action in enumerate(plan["actions"])
    ]


def _action(
    plan: dict[str, Any],
    texts: dict[str, dict[str, Any]],
    *,
    campaign: Campaign,
    position: int,
    now: datetime,
) -> Action:
    opened_at, closed_at = open_period(plan, now)
    closes_at = now + timedelta(days=plan["closes"]) if "closes" in plan else closed_at
    return Action(
        **_without(plan, "opened", "closed", "closes", "milestones", "people"),
        campaign=campaign,
        position=position,
        published_at=opened_at,
        closes_at=closes_at,
        retain_from=closes_at and max(closes_at, now),  # as if its end had been set now
        texts=[
            ActionText(locale=locale, **_without(text["actions"][plan["slug"]], "milestones"))
            for locale, text in texts.items()
        ],
        milestones=[
            Milestone(number=number, count=count, texts=_milestone_texts(texts, plan, number))
            for number, count in enumerate(plan["milestones"], 1)
        ],
    )


def _first_opening(plan: dict[str, Any], now: datetime) -> datetime:
    """When the first action of a campaign opened."""
    return min(open_period(action, now)[0] for action in plan["actions"])


def _partners(texts: dict[str, dict[str, Any]]) -> list[Partner]:
    """The partners of a campaign. Each language has the same ones in the same order."""
    in_languages = zip(*(text["partners"] for text in texts.values()), strict=True)
    return [
        Partner(
            position=position,
            texts=[
                PartnerText(locale=locale, **text)
                for locale, text in zip(texts, partner, strict=True)
            ],
        )
        for position, partner in enumerate(in_languages)
    ]


def _milestone_texts(
    texts: dict[str, dict[str, Any]], action: dict[str, Any], number: int
) -> list[MilestoneText]:
    return [
        MilestoneText(locale=locale, text=text["actions"][action["slug"]]["milestones"][number - 1])
        for locale, text in texts.items()
    ]


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _owners(slugs: Iterable[str]) -> dict[str, PictureOwner]:
    """The campaigns and their actions by name, like racism and racism/hate-crimes."""
    columns = Campaign.id, Campaign.slug, Action.id, Action.slug
    rows = select(*columns).join(Action, Action.campaign_id == Campaign.id)
    owners = {}
    for campaign_id, slug, action_id, action_slug in db.session.execute(
        rows.where(Campaign.slug.in_(list(slugs)))
    ):
        owners[slug] = of_campaign(campaign_id)
        owners[f"{slug}/{action_slug}"] = of_action(campaign_id, action_id)
    return owners


def _drawn(svg: str) -> bytes:
    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, width=PICTURE_WIDTH)
