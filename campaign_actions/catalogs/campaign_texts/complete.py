"""A text that staff save takes over translations that were not in it yet.

A translator may translate one of two changed paragraphs: until the other is translated, the text stays as it
was. Staff who then write the other one complete the text.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.campaign_texts.alignment import (
    ExistingTranslation,
    Pair,
    SavedForms,
    aligned_blocks,
    normalised_text,
    saved_forms,
    translatable_units,
)
from campaign_actions.catalogs.campaign_texts.fields import CopyField
from campaign_actions.catalogs.campaign_texts.parts import TextPart
from campaign_actions.catalogs.campaign_texts.snapshot import take_snapshot
from campaign_actions.core.content.blocks import compose_blocks
from campaign_actions.core.i18n.message import Message


def complete_texts(
    connection: Connection, subject: Versioned, subject_id: int, before: Content, content: Content
) -> Content:
    """The completion hook of campaigns and actions. The texts that staff write now stay as they are."""
    former = take_snapshot(connection, subject, subject_id, before)
    snapshot = take_snapshot(connection, subject, subject_id, content)
    completed = {}
    for locale in snapshot.locales():
        saved = saved_forms(connection, snapshot.campaign_id, locale)
        unchanged = former.texts(locale)
        for part in snapshot.parts:
            for field in part.fields:
                source, text = part.text(field, snapshot.source), part.text(field, locale)
                pairs = aligned_blocks(source, text, is_markdown=field.is_markdown)
                if len(pairs) != len(translatable_units(source, is_markdown=field.is_markdown)):
                    continue
                blocks = [*_blocks(part, field, pairs, saved, unchanged)]
                if all(blocks) and blocks != [block for _source, block in pairs]:
                    made = compose_blocks(source, blocks) if field.is_markdown else blocks[0]
                    if made and len(made) <= field.max_length:
                        completed[part.content_name(field, locale)] = made
    return {**content, **completed}


def _blocks(
    part: TextPart,
    field: CopyField,
    pairs: list[Pair],
    saved: SavedForms,
    unchanged: set[tuple[str, str]],
) -> Iterator[str]:
    """Each block, new or with its newest translation; empty: it has only one of an earlier source."""
    context = part.context(field)
    known = {(source, normalised_text(text)) for source, text in pairs}
    for source, text in pairs:
        existing = ExistingTranslation(Message(context=context, source=source), text)
        form = next(iter(saved.forms.get(existing.key, ())), "")
        is_new = (context, normalised_text(text)) not in unchanged
        if is_new or saved.is_missing(existing) or (source, normalised_text(form)) in known:
            yield text
        else:
            yield form
