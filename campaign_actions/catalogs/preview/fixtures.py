"""What stands on a page that is shown for the sake of its words: a campaign that is nobody's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from campaign_actions.actions.comments.public import CommentPage, ShownComment
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.appearance import PLAIN
from campaign_actions.campaigns.queries import PublicCampaign, PublicPartner
from campaign_actions.core.i18n.message import SOURCE

SLUG = "sample"
ADDRESS = "https://actions.example.org/"
GOAL, COUNT = 500, 321
NAME = "Ada"


@dataclass(frozen=True)
class Sample:
    """A campaign with a petition and a pledge, as the public would see them."""

    locale: str  # of its texts
    now: datetime
    campaign: PublicCampaign
    petition: PublicAction
    pledge: PublicAction

    @property
    def plain(self) -> PublicAction:
        return _plain(self.petition)

    @property
    def plain_pledge(self) -> PublicAction:
        return _plain(self.pledge)

    @property
    def closed(self) -> PublicAction:
        return replace(self.petition, is_open=False, closes_at=self.now - timedelta(days=1))

    @property
    def achieved(self) -> PublicAction:
        return replace(self.closed, result="…")

    @property
    def late(self) -> PublicAction:
        return replace(self.petition, is_count_late=True)

    @property
    def partners(self) -> list[PublicPartner]:
        return [PublicPartner("Example", ADDRESS, "- One\n- Two")]

    @property
    def comments(self) -> CommentPage:
        named = ShownComment("…", self.locale, "RU", NAME, self.now)
        nameless = replace(named, name="")
        return CommentPage([named, nameless, replace(nameless, country_code=None)], older="x")

    @property
    def no_comments(self) -> CommentPage:
        return CommentPage([])

    @property
    def on_home(self) -> dict[str, Any]:
        return {**vars(self.campaign), "actions": [self.petition, self.pledge], "appearance": PLAIN}

    def signature(self, status: str) -> Signature:
        """Nobody's; it is in no database."""
        person: dict[str, Any] = {"given_name": NAME, "family_name": "", "country_code": "RU"}
        return Signature(
            **person, status=status, comment="", show_name=False, wants_updates=True, answers={}
        )


def nameless(now: datetime) -> Sample:
    """A sample whose texts say nothing."""
    texts = dict.fromkeys(("title", "headline", "summary", "body"), "…")
    actions = {name: dict.fromkeys(TEXTS, "…") for name in ("petition", "pledge")}
    return sample_of({**texts, "actions": actions}, locale=SOURCE, now=now)


def sample_of(texts: Mapping[str, Any], *, locale: str, now: datetime) -> Sample:
    """`texts`: of a campaign with two actions, as the files of the demo have them."""
    about = {name: texts[name] for name in ("title", "headline", "summary", "body")}
    campaign = PublicCampaign(
        id=0, slug=SLUG, document_index="EUR 46/039/2003", result="", archived_at=None, **about
    )
    of_actions = list(texts["actions"].values())
    petition, pledge = (
        _action(kind, words, locale=locale, title=campaign.title, now=now)
        for kind, words in zip(("petition", "pledge"), of_actions, strict=False)
    )
    return Sample(locale, now, campaign, petition, pledge)


def _plain(action: PublicAction) -> PublicAction:
    """It asks for nothing but what has to be asked for."""
    return replace(
        action,
        asks_family_name=False,
        asks_comment=False,
        asks_show_name=False,
        asks_updates=False,
        shows_comments=False,
        closes_at=None,
    )


def _action(
    kind: str, texts: Mapping[str, Any], *, locale: str, title: str, now: datetime
) -> PublicAction:
    facts: dict[str, Any] = {name: str(texts.get(name, "")) for name in TEXTS}
    facts |= {f"asks_{name}": True for name in ("family_name", "show_name", "updates", "comment")}
    return PublicAction(
        **facts,
        id=0,
        locale=locale,
        campaign_id=0,
        campaign_slug=SLUG,
        campaign_title=title,
        slug=SLUG,
        kind=KINDS[kind],
        result="",
        shows_comments=True,
        consent_version=1,
        closes_at=now + timedelta(days=30),
        count=COUNT,
        goal=GOAL,
        as_of=now,
        is_count_late=False,
        is_open=True,
        is_embargoed=False,
    )


TEXTS = (
    *("title", "addressee", "summary", "teaser", "button"),
    *("body", "background", "thanks", "share_text"),
)
