"""The sample campaign of previews: it belongs to nobody and is in no database."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from campaign_actions.actions.comments.public import CommentPage, ShownComment
from campaign_actions.actions.goals import PublicMilestone
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.view_models import HomeCampaign
from campaign_actions.campaigns.appearance import PLAIN
from campaign_actions.campaigns.queries import PublicCampaign, PublicPartner
from campaign_actions.catalogs.preview.sample_questions import SAMPLE_QUESTIONS
from campaign_actions.core.i18n.message import SOURCE

TEXTS = Path(__file__).parent / "sample"  # <locale>.toml
CAMPAIGN_TEXTS = ("title", "headline", "summary", "body")
ACTION_TEXTS = (
    *("title", "addressee", "summary", "teaser", "button"),
    *("body", "background", "thanks", "share_text"),
)
ID = 1
SLUG = "sample"
ADDRESS = "https://actions.example.org/"
EMAIL = "ada@example.org"
GOAL, COUNT = 500, 321
NAME = "Ada"
PLACEHOLDER = "…"
SAMPLE_MILESTONES = tuple(PublicMilestone(count, PLACEHOLDER) for count in (100, GOAL, 2 * GOAL))

VALID_FIELDS = {"given_name": NAME, "email": EMAIL, "country": "RU"}
INVALID_FIELDS = {
    "given_name": "\u202eAda",
    "family_name": "x" * 300,
    "email": "ada",
    "country": "XX",
    "comment": "x" * 3000,
    "promise": "x" * 600,
    "show_comment": "maybe",
    "show_name": "maybe",
    "website": "x",
}


@dataclass(frozen=True)
class SampleCampaign:
    """A campaign with a petition and a pledge, as the public would see them."""

    locale: str  # of its texts
    now: datetime
    campaign: PublicCampaign
    petition: PublicAction
    pledge: PublicAction

    @property
    def plain(self) -> PublicAction:
        return _without_options(self.petition)

    @property
    def plain_pledge(self) -> PublicAction:
        return _without_options(self.pledge)

    @property
    def asking(self) -> PublicAction:
        return replace(self.plain, questions=SAMPLE_QUESTIONS)

    @property
    def asking_nothing_else(self) -> PublicAction:
        """With one question that only we see."""
        return replace(self.plain, questions=SAMPLE_QUESTIONS[:1])

    @property
    def closed(self) -> PublicAction:
        return replace(self.petition, is_open=False, closes_at=self.now - timedelta(days=1))

    @property
    def achieved(self) -> PublicAction:
        return replace(self.closed, result=PLACEHOLDER)

    @property
    def starting(self) -> PublicAction:
        return replace(self.petition, count=0)

    @property
    def forgotten(self) -> PublicAction:
        """Closed before anyone took part."""
        return replace(self.closed, count=0)

    @property
    def late(self) -> PublicAction:
        return replace(self.petition, is_count_late=True)

    @property
    def partners(self) -> list[PublicPartner]:
        return [PublicPartner("Example", ADDRESS, "- One\n- Two")]

    @property
    def comments(self) -> CommentPage:
        named = ShownComment(PLACEHOLDER, self.locale, "RU", NAME, self.now)
        nameless = replace(named, name="")
        return CommentPage([named, nameless, replace(nameless, country_code=None)], older="x")

    @property
    def no_comments(self) -> CommentPage:
        return CommentPage([])

    @property
    def on_home(self) -> HomeCampaign:
        actions = [self.petition, self.pledge, self.achieved]
        return HomeCampaign(**vars(self.campaign), actions=actions, appearance=PLAIN)

    @property
    def ended_on_home(self) -> HomeCampaign:
        return replace(self.on_home, archived_at=self.now, actions=[self.closed])

    def signature(self, status: str) -> Signature:
        return Signature(
            action_id=ID,
            given_name=NAME,
            family_name="",
            country_code="RU",
            status=status,
            comment="",
            show_comment=False,
            show_name=False,
            wants_updates=True,
            answers={},
        )


def sample_in(locale: str, *, now: datetime) -> SampleCampaign:
    """With texts in this language, or in the source where there are none in it."""
    texts = _sample_texts(locale)
    if texts is None:
        return sample_in(SOURCE, now=now)
    return _sample(texts, locale=locale, now=now)


def placeholder_sample(now: datetime) -> SampleCampaign:
    """With … for each text: no word on a page comes from it."""
    texts = dict.fromkeys(CAMPAIGN_TEXTS, PLACEHOLDER)
    actions = {name: dict.fromkeys(ACTION_TEXTS, PLACEHOLDER) for name in ("petition", "pledge")}
    return _sample({**texts, **actions}, locale=SOURCE, now=now)


@cache
def _sample_texts(locale: str) -> Mapping[str, Any] | None:
    """`locale` is that of a catalog, so the path leads nowhere else."""
    file = TEXTS / f"{locale}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _sample(texts: Mapping[str, Any], *, locale: str, now: datetime) -> SampleCampaign:
    campaign = PublicCampaign(
        **{name: texts[name] for name in CAMPAIGN_TEXTS},
        id=ID,
        slug=SLUG,
        document_index="EUR 46/039/2003",
        result="",
        archived_at=None,
        has_result_elsewhere=False,
    )
    petition, pledge = (
        _action(kind, texts[kind], locale=locale, title=campaign.title, now=now)
        for kind in ("petition", "pledge")
    )
    return SampleCampaign(locale, now, campaign, petition, pledge)


def _without_options(action: PublicAction) -> PublicAction:
    """Its form asks only for what every form asks for."""
    return replace(
        action,
        asks_family_name=False,
        asks_comment=False,
        asks_show_name=False,
        asks_updates=False,
        shows_comments=False,
        sends_receipt=False,
        closes_at=None,
    )


def _action(
    kind: str, texts: Mapping[str, str], *, locale: str, title: str, now: datetime
) -> PublicAction:
    facts: dict[str, Any] = {name: texts[name] for name in ACTION_TEXTS}
    facts |= {f"asks_{name}": True for name in ("family_name", "show_name", "updates", "comment")}
    return PublicAction(
        **facts,
        id=ID,
        locale=locale,
        campaign_id=ID,
        campaign_slug=SLUG,
        campaign_title=title,
        slug=SLUG,
        kind=KINDS[kind],
        result="",
        shows_comments=True,
        sends_receipt=True,
        consent_version=1,
        closes_at=now + timedelta(days=30),
        count=COUNT,
        goal=GOAL,
        milestones=SAMPLE_MILESTONES,
        as_of=now,
        is_count_late=False,
        is_open=True,
        has_opened=True,
    )
