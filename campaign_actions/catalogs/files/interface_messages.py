"""The messages of the interface, as listed in the template that ships."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from sys import intern

from campaign_actions.catalogs.files.areas import area_of
from campaign_actions.catalogs.files.catalog_folder import TEMPLATE
from campaign_actions.catalogs.files.po import read_po, sources_of
from campaign_actions.core import paths
from campaign_actions.core.i18n.message import Message


@cache
def interface_messages(template: Path = paths.TRANSLATIONS / TEMPLATE) -> tuple[Message, ...]:
    """In the order of the template, which each process reads once."""
    messages = []
    for unit in read_po(template.read_bytes()).units:
        source, plural = sources_of(unit)
        places = tuple(unit.getlocations())
        message = Message(
            context=intern(unit.getcontext()),
            source=intern(source),
            plural=plural,
            notes=tuple(unit.getnotes("developer").splitlines()),
            places=places,
            area=area_of(places),
        )
        messages.append(message)
    return tuple(messages)


def messages_in_area(area: str) -> Mapping[str, Message]:
    """By key, in the order of the template."""
    return {message.key: message for message in interface_messages() if message.area == area}
