"""The texts of a campaign, an action or an update at one moment, to be compared with another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.versioning.drafts import read_newest
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.campaign_texts.alignment import (
    ExistingTranslation,
    normalised_text,
    translatable_units,
    translations_in,
)
from campaign_actions.catalogs.campaign_texts.fields import CopyField
from campaign_actions.catalogs.campaign_texts.parts import (
    TextPart,
    find_source_locale,
    parts_of,
)

# How many parts a name in a content has if it is that of a text in a language.
LOCALIZED = {"texts": 3, "partners": 4, "questions": 4}


@dataclass(frozen=True)
class Snapshot:
    """The texts of a campaign, an action or an update at one moment."""

    campaign_id: int
    source: str
    parts: Sequence[TextPart]

    def locales(self) -> set[str]:
        """The languages it is written in, without the source."""
        names = (name.split(".") for part in self.parts for name in part.content)
        found = {name[-2] for name in names if len(name) >= LOCALIZED.get(name[0], len(name) + 1)}
        return found - {self.source}

    def translations(self, locale: str) -> Iterator[ExistingTranslation]:
        return translations_in(self.parts, self.source, locale)

    def texts(self, locale: str) -> set[tuple[str, str]]:
        """Every unit in a language with its context, aligned with a source or not."""
        return {
            (part.context(field), unit)
            for part in self.parts
            for field in part.fields
            for unit in units_of(part, field, locale)
        }

    def incomplete(self, locale: str) -> set[str]:
        """The contexts of texts in a language that lack a block of their source."""
        aligned = {
            (each.message.context, each.message.source) for each in self.translations(locale)
        }
        return {
            part.context(field)
            for part in self.parts
            for field in part.fields
            for unit in translatable_units(
                part.text(field, self.source), is_markdown=field.is_markdown
            )
            if (part.context(field), unit) not in aligned
        }


def take_snapshot(
    connection: Connection, subject: Versioned, subject_id: int, content: Content | None = None
) -> Snapshot:
    """Of this content, or else of the newest."""
    campaign_id = subject_id
    if subject is ACTION:
        of_action = select(Action.campaign_id).where(Action.id == subject_id)
        campaign_id = connection.scalars(of_action).one()
    newest = content or read_newest(connection, subject, subject_id)
    source = find_source_locale(connection, campaign_id) or ""
    return Snapshot(campaign_id, source, [*parts_of(subject, subject_id, newest)])


def with_names_of(after: Snapshot, before: Snapshot) -> Snapshot:
    """Otherwise a text that nobody changed would look new under its new context, and not be stale."""
    names = {part.identity: part.name for part in after.parts}
    parts = [replace(part, name=names.get(part.identity, part.name)) for part in before.parts]
    return replace(before, parts=parts)


def units_of(part: TextPart, field: CopyField, locale: str) -> set[str]:
    text = part.text(field, locale)
    units = translatable_units(text, is_markdown=field.is_markdown)
    return {normalised_text(unit) for unit in units}
