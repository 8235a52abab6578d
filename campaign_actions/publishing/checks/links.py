"""Checks of links: our own must lead to pages; links to other sites are listed for a person to open."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from flask_babel import gettext as _

from campaign_actions.actions.queries import find_action
from campaign_actions.campaigns.queries import find_campaign
from campaign_actions.core.content.markdown_links import (
    EXAMPLE_ADDRESS,
    Links,
    find_example_addresses,
    find_links,
    is_malformed,
)
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.urls import find_page, public_url
from campaign_actions.publishing.checks.link_texts import (
    line_of,
    markdown_texts,
    partner_place,
    plain_texts,
)
from campaign_actions.publishing.findings import Finding, PreflightContext
from campaign_actions.publishing.queries import Plan, find_opening

EXTERNAL_PREFIXES = ("http://", "https://")
PATH_PARAMETERS = ("locale", "campaign_slug", "action_slug")
Problem = tuple[str, str]  # message and remedy


def check_links(plan: Plan, locale: str, context: PreflightContext) -> Iterator[Finding]:
    """All links of a language, as they will work when the campaign opens.

    The paragraphs of emails are left out: email_texts.py checks everything in them.
    """
    external: dict[str, None] = {}  # in their order, each once
    count = 0
    for text, finding in markdown_texts(plan, locale):
        links = find_links(text)
        count += len(links.addresses)
        external |= dict.fromkeys(filter(_is_external, links.addresses))
        yield from check_markdown_links(plan, text, links, finding, context)
    for text, finding in plain_texts(plan, locale):
        for address in dict.fromkeys(find_example_addresses(text)):
            yield finding("blocker", *_only_an_example(address))
    for partner in plan.partners:
        if problem := _problem_of_website(partner.website):
            yield partner_place(plan, partner, "website")("blocker", *problem)
        elif partner.website:
            count += 1
            external[partner.website] = None
    if to_open := [link for link in external if _is_to_open(link)]:
        yield Finding(
            "warning",
            _("These links lead to other sites and are not checked automatically."),
            _("Open each link to check that it works."),
            external_urls=tuple(to_open),
        )
    if count:
        yield Finding("ok", _("Links checked: %(count)d.", count=count))


def check_markdown_links(
    plan: Plan, text: str, links: Links, finding: partial[Finding], context: PreflightContext
) -> Iterator[Finding]:
    """The problems of one text, each link once. The checks of markup find malformed addresses."""
    for link, problem in _problems_of_links(plan, text, links, context):
        yield finding("blocker", *problem).at_line(line_of(text, link))


def _problems_of_links(
    plan: Plan, text: str, links: Links, context: PreflightContext
) -> Iterator[tuple[str, Problem]]:
    for broken in dict.fromkeys(links.broken):
        yield (
            broken,
            (
                _("This looks like a link but does not work as one: %(link)s", link=broken),
                _(
                    "Write it as [text](https://…), with an address that starts with"
                    " http:// or https://."
                ),
            ),
        )
    for link in dict.fromkeys(links.addresses):
        if problem := _problem(plan, link, context):
            yield link or "]()", problem
    for address in dict.fromkeys(find_example_addresses(text)):
        if not any(address in link for link in (*links.addresses, *links.broken)):
            yield address, _only_an_example(address)


def _problem(plan: Plan, link: str, context: PreflightContext) -> Problem | None:
    if not link:
        return (
            _("A link has no address."),
            _(
                "Write it as [text](https://…), with an address that starts with http:// or https://."
            ),
        )
    if _is_external(link):
        return _problem_of_external(link)
    if link.startswith("#"):
        return None
    if urlsplit(link).scheme and not _is_ours(link):
        return (
            _("This link will not work: %(link)s", link=link),
            _("Only addresses that start with http:// or https:// become links."),
        )
    if not _is_ours(link):
        return (
            _("This is not a full address: %(link)s", link=link),
            _("Start it with https://, or with / for a page on this site."),
        )
    return _problem_of_page(plan, link, context)


def _is_to_open(link: str) -> bool:
    return not is_malformed(link) and _problem_of_external(link) is None


def _is_ours(link: str) -> bool:
    is_path = link.startswith("/") and not link.startswith("//")
    return is_path or link == public_url("") or link.startswith(public_url("/"))


def _is_external(link: str) -> bool:
    return link.startswith(("//", *EXTERNAL_PREFIXES)) and not _is_ours(link)


def _problem_of_external(link: str) -> Problem | None:
    """Without opening it."""
    if re.match(EXAMPLE_ADDRESS, link, re.IGNORECASE):
        return _only_an_example(link)
    if not re.match(r"(?:https?:)?//[^/?#\s]", link):
        return (
            _("This link has no address yet: %(link)s", link=link),
            _("Replace it with the real address, or remove the link."),
        )
    return None


def _problem_of_website(link: str | None) -> Problem | None:
    """Of a partner’s website, which may be empty."""
    if link and (is_malformed(link) or not link.startswith(EXTERNAL_PREFIXES)):
        return (
            _("A partner’s website is not a full address: %(link)s", link=link),
            _("Start it with https://."),
        )
    return _problem_of_external(link) if link else None


def _only_an_example(link: str) -> Problem:
    return (
        _("This link is only an example: %(link)s", link=link),
        _("Replace it with the real address, or remove the link."),
    )


def _problem_of_page(plan: Plan, link: str, context: PreflightContext) -> Problem | None:
    """None if this site will have the page when the campaign opens."""
    endpoint, values = find_page(link) or ("", {})
    tag, slug, action_slug = (values.get(name, "") for name in PATH_PARAMETERS)
    if not endpoint or (tag and tag not in locales()):
        return _no_such_page(link)
    if not slug:
        return None
    if slug != plan.campaign.slug:
        return _problem_of_other_campaign(link, slug, action_slug, tag, context)
    exists = not action_slug or action_slug in {action.slug for action in plan.actions}
    return None if exists and tag in plan.public_locales else _no_such_page(link)


def _problem_of_other_campaign(
    link: str, slug: str, action_slug: str, tag: str, context: PreflightContext
) -> Problem | None:
    """Anyone who may not see the other campaign yet learns neither that it exists nor when it opens."""
    opening = find_opening(slug, action_slug)
    is_visible = opening is not None and context.may_see(opening.campaign_id)
    if _is_public(slug, action_slug, tag, context.opens_at if is_visible else context.now):
        return None
    if opening is None or not is_visible or opening.has_passed(context.opens_at):
        return _no_such_page(link)
    return (
        _("This page will not be public when the campaign opens: %(link)s", link=link),
        _(
            "That page opens on %(moment)s. Open this campaign later, or that page earlier.",
            moment=datetime_here(opening.at),
        )
        if opening.at
        else _("Publish that page first, or remove the link."),
    )


def _is_public(slug: str, action_slug: str, tag: str, at: datetime) -> bool:
    if action_slug:
        return find_action(slug, action_slug, locale=tag, now=at) is not None
    return find_campaign(slug, locale=tag, now=at) is not None


def _no_such_page(link: str) -> Problem:
    return (
        _("This page does not exist on this site: %(link)s", link=link),
        _("Correct the address, or publish that page first."),
    )
