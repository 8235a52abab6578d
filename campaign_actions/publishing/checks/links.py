"""Checks of links: our own must lead to pages; links to other sites are listed for a person to open."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from flask_babel import gettext as _

from campaign_actions.actions.goals import MILESTONES
from campaign_actions.actions.queries import find_action
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.queries import find_campaign
from campaign_actions.catalogs.campaign_texts.fields import (
    ACTION_FIELDS,
    CAMPAIGN_FIELDS,
    CopyField,
)
from campaign_actions.core.content.markdown_links import (
    EXAMPLE_ADDRESS,
    find_example_addresses,
    find_links,
)
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.urls import find_page, public_url
from campaign_actions.publishing.findings import (
    Finding,
    PreflightContext,
    edit_url,
    partners_url,
    picture_url,
)
from campaign_actions.publishing.queries import Plan, find_opening, text_of, title_of

EXTERNAL_PREFIXES = ("http://", "https://")
PATH_PARAMETERS = ("locale", "campaign_slug", "action_slug")
Problem = tuple[str, str]  # message and remedy


def _names(fields: Iterable[CopyField], *, is_markdown: bool) -> tuple[str, ...]:
    """Of the texts of a campaign or an action; those of its picture and milestones aside."""
    others = {*picture_content.TEXTS, *MILESTONES}
    return tuple(
        field.name
        for field in fields
        if field.is_markdown == is_markdown and field.name not in others
    )


MARKDOWN_CAMPAIGN_TEXTS = _names(CAMPAIGN_FIELDS, is_markdown=True)
MARKDOWN_ACTION_TEXTS = _names(ACTION_FIELDS, is_markdown=True)
PLAIN_CAMPAIGN_TEXTS = _names(CAMPAIGN_FIELDS, is_markdown=False)
PLAIN_ACTION_TEXTS = _names(ACTION_FIELDS, is_markdown=False)


def check_links(plan: Plan, locale: str, context: PreflightContext) -> Iterator[Finding]:
    """All links of a language, as they will work when the campaign opens."""
    external: dict[str, None] = {}  # in their order, each once
    count = 0
    for text, finding in _markdown(plan, locale):
        links = find_links(text)
        for broken in links.broken:
            yield finding(
                "blocker",
                _("This looks like a link but does not work as one: %(link)s", link=broken),
                _(
                    "Write it as [text](https://…), with an address that starts with"
                    " http:// or https://."
                ),
            )
        for link in links.addresses:
            count += 1
            if problem := _problem(plan, link, context):
                yield finding("blocker", *problem)
            elif _is_external(link):
                external[link] = None
        for address in find_example_addresses(text):
            if not any(address in link for link in (*links.addresses, *links.broken)):
                yield finding("blocker", *_only_an_example(address))
    for text, finding in _plain(plan, locale):
        for address in find_example_addresses(text):
            yield finding("blocker", *_only_an_example(address))
    for partner in plan.partners:
        if problem := _problem_of_website(partner.website):
            yield Finding("blocker", *problem, partners_url(plan.campaign.id))
        elif partner.website:
            count += 1
            external[partner.website] = None
    if external:
        yield Finding(
            "warning",
            _("These links lead to other sites and are not checked automatically."),
            _("Open each link to check that it works."),
            external_urls=tuple(external),
        )
    if count:
        yield Finding("ok", _("Links checked: %(count)d.", count=count))


def _markdown(plan: Plan, locale: str) -> Iterator[tuple[str, partial[Finding]]]:
    """Texts that may contain links, and what a finding about each says of its place."""
    campaign, at = plan.texts[locale], partial(edit_url, plan.campaign.id, locale=locale)
    for name in MARKDOWN_CAMPAIGN_TEXTS:
        yield getattr(campaign, name), partial(Finding, url=at(field=name))
    for partner in plan.partners:
        for points in (text.points for text in partner.texts if text.locale == locale):
            yield points, partial(Finding, url=partners_url(plan.campaign.id))
    for action in plan.actions:
        if text := text_of(action, locale):
            title, tag = title_of(action, locale, plan.campaign.source_locale)
            its = partial(Finding, subject=title, locale=tag, action_id=action.id)
            for name in MARKDOWN_ACTION_TEXTS:
                yield getattr(text, name), partial(its, url=at(action.id, field=name))


def _plain(plan: Plan, locale: str) -> Iterator[tuple[str, partial[Finding]]]:
    """Texts in which an address does not become a link, and where each is edited."""
    campaign = plan.texts[locale]
    for name in PLAIN_CAMPAIGN_TEXTS:
        url = edit_url(plan.campaign.id, locale=locale, field=name)
        yield getattr(campaign, name), partial(Finding, url=url)
    for name in picture_content.TEXTS:
        yield getattr(campaign, name), partial(Finding, url=picture_url(plan.campaign.id))
    for partner in plan.partners:
        for names in (text.name for text in partner.texts if text.locale == locale):
            yield names, partial(Finding, url=partners_url(plan.campaign.id))
    for action in plan.actions:
        if text := text_of(action, locale):
            title, tag = title_of(action, locale, plan.campaign.source_locale)
            its = partial(Finding, subject=title, locale=tag, action_id=action.id)
            at = partial(edit_url, plan.campaign.id, action.id, locale=locale)
            for name in PLAIN_ACTION_TEXTS:
                yield getattr(text, name), partial(its, url=at(field=name))
            for name in picture_content.TEXTS:
                yield (
                    getattr(text, name),
                    partial(its, url=picture_url(plan.campaign.id, action.id)),
                )
            for milestone in action.milestones:
                for words in (one.text for one in milestone.texts if one.locale == locale):
                    yield words, partial(its, url=at())


def _problem(plan: Plan, link: str, context: PreflightContext) -> Problem | None:
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
    if link and not link.startswith(EXTERNAL_PREFIXES):
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
