"""Scenes of sharing a public campaign."""

from collections.abc import Iterator
from functools import partial

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.counts.states.figures import States
from campaign_actions.campaigns.models import ChannelName
from campaign_actions.catalogs.preview.sample_campaign import (
    ADDRESS,
    COUNT,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.publishing.checks.language_shares import LanguageShare
from campaign_actions.publishing.sharing.channels import ChannelForm
from campaign_actions.publishing.sharing.share_kit import ChannelLink, Post, ShareKit
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
    for state in ("used", "unused", "removed"):
        yield staff_scene(
            f"channel-{state}", CHANNEL, "sharing/channel", partial(_channel, state=state)
        )


def _published(sample: SampleCampaign, *, is_new: bool = False) -> Values:
    campaign = make_campaign(sample, state="open")
    figures = States(confirmed=COUNT, pending=1)
    links = 4 * (
        ChannelLink("radio", PLACEHOLDER, ADDRESS, figures, is_own=True, is_new=True),
    )  # more than a phone shows at first
    sites = {"website": PLACEHOLDER, "partner": PLACEHOLDER}
    removed = [ChannelLink("stand", PLACEHOLDER, ADDRESS, figures)]
    post = Post(f"{PLACEHOLDER} ", ADDRESS)
    kit = ShareKit(sample.petition, ADDRESS, links, post, post, sites, removed=removed)
    return {
        "campaign": campaign,
        "action": None,
        "actions": campaign.actions,
        "chosen": campaign.actions[0],
        "languages": [SOURCE, OTHER_LOCALE],
        "locale": SOURCE,
        "form": ChannelForm(None),
        "kit": kit,
        "is_new": is_new,
        "site": "website",
        "snippet": PLACEHOLDER,
        "earlier": [(campaign.actions[0], COUNT), (campaign.actions[1], COUNT)],
        "unfinished": [LanguageShare(OTHER_LOCALE, 50, 5, "/")],
    }


def _wrong_channel(sample: SampleCampaign) -> Values:
    form = ChannelForm(MultiDict({"channel": "!!!"}))
    form.validate()
    return {**_published(sample), "form": form}


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
