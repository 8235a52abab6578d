"""Faults in texts that go into emails: unfinished places, HTML, and links that lead nowhere."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from campaign_actions.core.content.email_markdown import find_links
from campaign_actions.core.content.markdown_links import find_example_addresses

PLACEHOLDERS = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\$?\{[\w .-]+\}|%\(\w+\)s|\[\[.*?\]\]"
    r"|\[[A-ZА-ЯЁ][A-ZА-ЯЁ _-]+\](?!\()|\[[\u0590-\u08ff][\u0590-\u08ff _-]+\](?!\()"
    r"|\b(?:TODO|FIXME|TBD|XXX+)\b|(?i:lorem ipsum)"
)
HTML_TAGS = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)


def find_unfinished(text: str) -> list[str]:
    """Places that still need to be filled in, each once: placeholders, then addresses that are examples."""
    places = dict.fromkeys(match[0] for match in PLACEHOLDERS.finditer(text))
    addresses = dict.fromkeys(find_example_addresses(text))
    return [*places, *(one for one in addresses if not any(one in place for place in places))]


def find_html(text: str) -> list[str]:
    """Tags, which would be shown as text."""
    return list(dict.fromkeys(match[0] for match in HTML_TAGS.finditer(text)))


def find_relative_links(text: str) -> Iterator[str]:
    """Links that do not work in an email; "" for one without an address. Examples are unfinished instead."""
    links = (link for link in find_links(text) if not is_absolute(link))
    return (link for link in links if not is_example(link))


def is_example(link: str) -> bool:
    return any(find_example_addresses(link))


def is_absolute(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
