"""The messages of a campaign: every text of it, of its partners and actions, in its source language."""

from collections.abc import Iterator

from campaign_actions.catalogs.campaign_copy.fields import CopyField, notes_on
from campaign_actions.catalogs.campaign_copy.parts import Part, parts_of, source_locale_of
from campaign_actions.core.content.blocks import blocks
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Message

AREA = "copy"


def campaign_messages(campaign_id: int) -> list[Message]:
    """In the order in which one reads them, each once; none if there is no such campaign."""
    connection = db.session.connection()
    source = source_locale_of(connection, campaign_id)
    parts = parts_of(connection, campaign_id) if source else ()
    found = (
        message
        for part in parts
        for field in part.fields
        for message in messages_of(part, field, source or "")
    )
    return list({message.key: message for message in found}.values())


def messages_of(part: Part, field: CopyField, locale: str) -> Iterator[Message]:
    """A text in Markdown is a message for each of its blocks, another one is one as a whole."""
    text = part.text(field, locale)
    places = tuple(place.format(slug=part.slug) for place in field.places)
    context, about = part.context(field), part.about(locale)
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
            max_length=field.most,
            markup="text",
        )
