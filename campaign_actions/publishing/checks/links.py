"""Where do the links lead? Our own must be pages; others are for a person to open, not for the server."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _

from campaign_actions.actions.queries import find_action
from campaign_actions.campaigns.queries import find_campaign
from campaign_actions.core.content.markdown_links import find_links
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.urls import find_page, public_url
from campaign_actions.publishing.queries import Plan, find_opening, text_of
from campaign_actions.publishing.result import Finding, Inspection, edit_address, partners_address

OUTSIDE = ("http://", "https://")
PARTS = ("locale", "campaign_slug", "action_slug")  # of an address
Fault = tuple[str, str]  # what is wrong, and what to do


def look_at_links(plan: Plan, locale: str, how: Inspection) -> Iterator[Finding]:
    """All links of a language, as they will be when the campaign opens."""
    outside: dict[str, None] = {}
    count = 0
    for text, address, action_id in _markdown(plan, locale):
        links = find_links(text)
        for broken in links.broken:
            yield Finding(
                "mend",
                _("This looks like a link and is none: %(link)s", link=broken),
                _(
                    "Write it as [words](https://…), with an address that begins with http or https."
                ),
                address,
                action_id=action_id,
            )
        for link in links.addresses:
            count += 1
            if fault := _fault(plan, link, how):
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


def _fault(plan: Plan, link: str, how: Inspection) -> Fault | None:
    """None: nothing is wrong that a program can see."""
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
    return _fault_of_page(plan, link, how)


def _is_ours(link: str) -> bool:
    is_path = link.startswith("/") and not link.startswith("//")
    return is_path or link == public_url("") or link.startswith(public_url("/"))


def _is_outside(link: str) -> bool:
    return link.startswith(("//", *OUTSIDE)) and not _is_ours(link)


def _fault_of_page(plan: Plan, link: str, how: Inspection) -> Fault | None:
    """What is wrong with an address of ours; nothing, if it will be there when the campaign opens."""
    endpoint, values = find_page(link) or ("", {})
    tag, slug, action_slug = (values.get(name, "") for name in PARTS)
    if not endpoint or (tag and tag not in locales()):
        return _no_such_page(link)
    if not slug:
        return None
    if slug != plan.campaign.slug:
        return _fault_elsewhere(link, slug, action_slug, tag, how)
    is_there = not action_slug or action_slug in {action.slug for action in plan.actions}
    return None if is_there and tag in plan.public_locales else _no_such_page(link)


def _fault_elsewhere(
    link: str, slug: str, action_slug: str, tag: str, how: Inspection
) -> Fault | None:
    """Of a campaign that somebody may not see before its time nothing is told but what all know.

    Neither that there is one nor when it opens: it may be a secret until then.
    """
    opening = find_opening(slug, action_slug)
    is_seen = opening is not None and how.may_see(opening.campaign_id)
    if _is_public(slug, action_slug, tag, how.at if is_seen else how.now):
        return None
    if opening is None or not is_seen or opening.has_come(how.at):
        return _no_such_page(link)
    return (
        _("This page is not public by then: %(link)s", link=link),
        _(
            "That page opens on %(moment)s: let this campaign open later, or that page before.",
            moment=datetime_here(opening.at),
        )
        if opening.at
        else _("Publish that page first, or take the link out."),
    )


def _is_public(slug: str, action_slug: str, tag: str, at: datetime) -> bool:
    if action_slug:
        return find_action(slug, action_slug, locale=tag, now=at) is not None
    return find_campaign(slug, locale=tag, now=at) is not None


def _no_such_page(link: str) -> Fault:
    return (
        _("There is no such page here: %(link)s", link=link),
        _("Correct the address, or publish that page first."),
    )
