"""Scenes of sharing a campaign."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import State
from campaign_actions.actions.counts.states.figures import States
from campaign_actions.campaigns.models import ChannelName
from campaign_actions.catalogs.preview.sample_campaign import (
    ADDRESS,
    COUNT,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values, on_poster
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.core.sharing.links import ShareLink
from campaign_actions.core.templating.environment import render_in
from campaign_actions.publishing.change_checks import OVER
from campaign_actions.publishing.checks.language_shares import LanguageShare
from campaign_actions.publishing.sharing.channels import ChannelForm
from campaign_actions.publishing.sharing.posts import Post
from campaign_actions.publishing.sharing.share_kit import ChannelLink, Counted, ShareKit
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    PAGE,
    make_campaign,
    staff_scene,
)

PUBLISHED = _l("Published. Share it")
SHARE = lazy_pgettext("a tab: pass it on", "Share")
CHANNEL = _l("Channel")


def sharing_scenes() -> Iterator[Scene]:
    yield staff_scene("published", PUBLISHED, "sharing/share", partial(_published, is_new=True))
    yield staff_scene("sharing", SHARE, "sharing/share", _published)
    yield staff_scene("sharing-wrong", SHARE, "sharing/share", _wrong_channel)
    yield staff_scene("sharing-nothing", SHARE, "sharing/share", _nothing_to_share)
    yield staff_scene("sharing-no-action", SHARE, "sharing/share", _no_action)
    yield Scene("staff-poster", SHARE, "actions/poster.html", _poster)
    for state in ("draft", "scheduled", "closed", "archived"):
        yield staff_scene(
            f"sharing-{state}", SHARE, "sharing/share", partial(_not_open, state=state)
        )
    for state in ("used", "unused", "removed"):
        yield staff_scene(
            f"channel-{state}", CHANNEL, "sharing/channel", partial(_channel, state=state)
        )


def _published(sample: SampleCampaign, *, is_new: bool = False) -> Values:
    campaign = make_campaign(sample, state="open")
    figures = States(confirmed=COUNT, pending=1)
    people = Counted(figures=figures, in_language=figures)
    links = 4 * (
        ChannelLink("radio", PLACEHOLDER, ADDRESS, figures=figures, is_own=True, is_new=True),
    )  # more than a phone shows at first
    sites = {"website": PLACEHOLDER, "partner": PLACEHOLDER}
    removed = [ChannelLink("stand", PLACEHOLDER, ADDRESS, figures=figures)]
    ways = [ShareLink(PLACEHOLDER, ADDRESS, takes_text) for takes_text in (True, False)]
    post = Post(f"{PLACEHOLDER} ", ADDRESS, ways)
    kit = ShareKit(
        sample.petition,
        ADDRESS,
        links,
        post,
        post,
        sites,
        removed=removed,
        total=people,
        unknown=people,
        others=people,
    )
    return {
        "campaign": campaign,
        "action": None,
        "actions": campaign.actions,
        "chosen": replace(campaign.actions[0], is_public=True),
        "opens_at": sample.now,
        "languages": [SOURCE, OTHER_LOCALE],
        "locale": SOURCE,
        "form": ChannelForm(None),
        "kit": kit,
        "is_new": is_new,
        "site": "website",
        "snippet": PLACEHOLDER,
        "poster": PAGE,
        "earlier": [(campaign.actions[0], COUNT), (campaign.actions[1], COUNT)],
        "unfinished": [LanguageShare(OTHER_LOCALE, 50, 5, "/")],
    }


def _poster(sample: SampleCampaign) -> Values:
    """Of an action that will open."""
    controls = render_in(
        "",
        "staff/sharing/poster_controls.html",
        language=SOURCE,
        languages={SOURCE: PAGE, OTHER_LOCALE: PAGE},
        share_page=PAGE,
        is_public=False,
        opens_at=sample.now,
    )
    return {**on_poster(sample), "controls": controls}


def _wrong_channel(sample: SampleCampaign) -> Values:
    form = ChannelForm(MultiDict({"channel": "!!!"}))
    form.validate()
    return {**_published(sample), "form": form}


def _not_open(sample: SampleCampaign, *, state: State) -> Values:
    """An action that will open, that is closed, or that an archived campaign never opened."""
    values, is_public, is_over = _published(sample), state == "closed", state in OVER
    campaign = make_campaign(sample, state=state, is_public=is_public)
    chosen = replace(campaign.actions[0], state=state, is_public=is_public)
    return {
        **values,
        "campaign": campaign,
        "chosen": replace(chosen, published_at=None) if state == "archived" else chosen,
        "kit": None if is_over else values["kit"],
        "opens_at": sample.now if state == "scheduled" else None,
    }


def _channel(sample: SampleCampaign, *, state: str) -> Values:
    removed_at = sample.now if state == "removed" else None
    return {
        "campaign": make_campaign(sample, state="open"),
        "action": None,
        "channel": ChannelName(source="radio", name=PLACEHOLDER, removed_at=removed_at),
        "form": ChannelForm(None),
        "can_be_renamed": True,
        "is_used": state == "used",
        "back": {},
        "share_page": PAGE,
    }


def _nothing_to_share(sample: SampleCampaign) -> Values:
    return {**_published(sample), "actions": (), "chosen": None, "kit": None}


def _no_action(sample: SampleCampaign) -> Values:
    campaign = make_campaign(sample, actions=())
    return {**_nothing_to_share(sample), "campaign": campaign}
