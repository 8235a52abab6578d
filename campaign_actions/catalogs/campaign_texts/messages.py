"""The messages of a campaign: all its texts, its partners' and its actions', in its source language."""

from collections.abc import Iterable, Iterator

from campaign_actions.catalogs.campaign_texts.fields import CopyField, notes_on
from campaign_actions.catalogs.campaign_texts.parts import TextPart
from campaign_actions.core.content.blocks import blocks
from campaign_actions.core.i18n.message import Message

AREA = "copy"


def messages_in(parts: Iterable[TextPart], source: str) -> list[Message]:
    """In reading order, each once."""
    found = (
        message
        for part in parts
        for field in part.fields
        for message in messages_of(part, field, source)
    )
    return list({message.key: message for message in found}.values())


def messages_of(part: TextPart, field: CopyField, locale: str) -> Iterator[Message]:
    """One for each block of a Markdown text, or one for a plain text."""
    text = part.text(field, locale)
    places = tuple(place.format(slug=part.slug) for place in field.places)
    context, about = part.context(field), part.about(field, locale)
    more = (about,) if about else ()
    if field.is_markdown:
        for block in blocks(text):
            yield Message(
                context=context,
                source=block.text,
                notes=(*notes_on(field, block), *more),
                places=places,
                area=AREA,
                markup="item" if block.kind == "item" else "markdown",
            )
    elif text.strip():
        yield Message(
            context=context,
            source=text,
            notes=(*notes_on(field), *more),
            places=places,
            area=AREA,
            max_length=field.max_length,
            markup="text",
        )
