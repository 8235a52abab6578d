"""Where do the links lead? Our own must be pages; others are for a person to open, not for the server."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _

from campaign_actions.actions.queries import find_action
from campaign_actions.campaigns.queries import find_campaign
from campaign_actions.core.copy_parser import broken_links_in, links_in
from campaign_actions.core.i18n import locales
from campaign_actions.core.links import page_at, public_url
from campaign_actions.publishing.findings import Finding, edit_address, partners_address
from campaign_actions.publishing.queries import Plan, text_of

OUTSIDE = ("http://", "https://")


def look_at_links(plan: Plan, locale: str, at: datetime) -> Iterator[Finding]:
    """All links of a language, as they will be when the campaign opens, at `at`."""
    outside: dict[str, None] = {}
    count = 0
    for text, address, action_id in _markdown(plan, locale):
        for broken in broken_links_in(text):
            yield Finding(
                "mend",
                _("This looks like a link and is none: %(link)s", link=broken),
                _(
                    "Write it as [words](https://…), with an address that begins with http or https."
                ),
                address,
                action_id=action_id,
            )
        for link in links_in(text):
            count += 1
            if fault := _fault(plan, link, at):
                yield Finding("mend", *fault, address, action_id=action_id)
            elif _is_outside(link):
                outside[link] = None
    for partner in plan.campaign.partners:
        if partner.website and not partner.website.startswith(OUTSIDE):
            yield Finding(
                "mend",
                _("The website of a partner is no whole address: %(link)s", link=partner.website),
                _("Write it with https:// in front."),
                partners_address(plan.campaign.id),
            )
        elif partner.website:
            count += 1
            outside[partner.website] = None
    if outside:
        yield Finding(
            "warning",
            _("These links lead to other sites. The server asks none of them."),
            _("Open each of them once."),
            outside=tuple(outside),
        )
    if count:
        yield Finding("ok", _("Links that were looked at: %(count)d.", count=count))


def _markdown(plan: Plan, locale: str) -> Iterator[tuple[str, str, int | None]]:
    """Texts with links in them, where each is written, and the action it belongs to."""
    campaign, address = plan.texts[locale], edit_address(plan.campaign.id)
    yield campaign.body, address, None
    yield campaign.result, address, None
    for partner in plan.campaign.partners:
        for points in (text.points for text in partner.texts if text.locale == locale):
            yield points, partners_address(plan.campaign.id), None
    for action in plan.actions:
        if text := text_of(action, locale):
            for copy in (text.body, text.background, text.result):
                yield copy, edit_address(plan.campaign.id, action.id), action.id


def _fault(plan: Plan, link: str, at: datetime) -> tuple[str, str] | None:
    """What is wrong with a link, and what to do; None: nothing that a program can see."""
    if _is_outside(link) or link.startswith("#"):
        return None
    if urlsplit(link).scheme and not _is_ours(link):
        return (
            _("Pages do not lead there: %(link)s", link=link),
            _("Only addresses that begin with http or https become links."),
        )
    if not _is_ours(link):
        return (
            _("This address is not whole: %(link)s", link=link),
            _("Write it with https:// in front, or, for a page of this site, with a /."),
        )
    if not _is_page(plan, link, at):
        return (
            _("There is no such page here: %(link)s", link=link),
            _("Correct the address, or publish that page first."),
        )
    return None


def _is_ours(link: str) -> bool:
    is_path = link.startswith("/") and not link.startswith("//")
    return is_path or link == public_url("") or link.startswith(public_url("/"))


def _is_outside(link: str) -> bool:
    return link.startswith(("//", *OUTSIDE)) and not _is_ours(link)


def _is_page(plan: Plan, link: str, at: datetime) -> bool:
    """Whether an address of ours will be there: one of this campaign, or what is public by then."""
    endpoint, values = page_at(link) or ("", {})
    tag, campaign_slug = values.get("locale", ""), values.get("campaign_slug", "")
    if not endpoint or (tag and tag not in locales()):
        return False
    if not campaign_slug:
        return True
    action_slug = values.get("action_slug", "")
    if campaign_slug == plan.campaign.slug:
        return tag in plan.public_locales and (
            not action_slug or action_slug in {action.slug for action in plan.actions}
        )
    if not action_slug:
        return find_campaign(campaign_slug, locale=tag, now=at) is not None
    return find_action(campaign_slug, action_slug, locale=tag, now=at) is not None
