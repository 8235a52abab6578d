"""What a file for translators says: messages, what each of them says in a language, and as of when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign_actions.catalogs.earlier import Earlier, earlier_translations
from campaign_actions.catalogs.finding import Catalog, stored
from campaign_actions.catalogs.versions import version_of
from campaign_actions.core.messages import Forms, Message


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """`forms` and `earlier`: by the keys of messages; a message is in one of them at most."""

    messages: Sequence[Message]
    source: str  # the language of the messages
    locale: str
    slug: str  # of the campaign; empty for the program's own words
    version: str
    forms: Mapping[str, Forms]
    earlier: Mapping[str, Earlier]


def outgoing(catalog: Catalog, locale: str) -> Outgoing:
    """A catalog as it is now."""
    version = str(version_of(catalog, locale))
    forms = {key: one.forms for key, one in stored(catalog, locale).items()}
    lacking = [message for message in catalog.messages if message.key not in forms]
    earlier = earlier_translations(catalog, locale, lacking)
    return Outgoing(
        messages=catalog.messages,
        source=catalog.source,
        locale=locale,
        slug=catalog.slug,
        version=version,
        forms=forms,
        earlier={key: one for key, one in earlier.items() if one.source},
    )
