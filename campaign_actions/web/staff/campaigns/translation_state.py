"""How far the texts of an edit page are translated, and what has changed or is missing in them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from wtforms import Field

from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.forms import Markdown
from campaign_actions.campaigns.versioning.differences import diff_pieces
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.catalogs.campaign_texts.alignment import (
    aligned_blocks,
    find_unmatched,
    normalised_text,
    saved_forms,
    translatable_units,
)
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import Entry, entries
from campaign_actions.catalogs.workflow.progress import Share
from campaign_actions.core.db.session import db


@dataclass
class TranslationState:
    """`source`: the language that is translated.

    `stale`: by the name of a field, each change of the source since it was translated.

    `missing`: by the name of a field, the paragraphs of the source that its text may lack.
    `missing_counts`: by the name of a field, how many of them it lacks.
    `shares`: how much of the page each language has, without the source.
    `translated`: by the name of a field, the paragraphs of the source with a saved translation, and that.
    `waiting`: by the name of a field, saved translations that are not in its text yet.
    `stale_keys`: by the name of a field, the keys of its stale messages.
    `confirmed`: the fields whose translation is ticked as still right.
    """

    source: str = ""
    stale: dict[str, list[list[tuple[str, str]]]] = field(default_factory=lambda: defaultdict(list))
    missing: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    missing_counts: dict[str, int] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    translated: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    waiting: dict[str, list[str]] = field(default_factory=dict)
    stale_keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    confirmed: frozenset[str] = frozenset()

    def add(self, entry: Entry, tag: str, field_name: str) -> None:
        """Count a message of the page, and keep what has to be done about it."""
        name, share = f"texts.{tag}.{field_name}", self.shares.setdefault(tag, Share())
        share.all += 1
        share.done += not entry.is_untranslated
        if not entry.is_untranslated:
            self.translated[name][entry.message.source] = entry.forms[0]
        elif entry.is_stale and entry.earlier:
            pieces = diff_pieces(entry.earlier.source, entry.message.source)
            self.stale[name].append(list(pieces))
            self.stale_keys[name].append(entry.message.key)
        else:
            self.missing[name].append(entry.message.source)

    def lacks_picture_text(self, tag: str) -> bool:
        """Whether a text of the picture, which has a page of its own, is missing or stale in a language."""
        names = [f"texts.{tag}.{name}" for name in picture_content.TEXTS]
        return any(self.stale.get(name) or self.missing.get(name) for name in names)

    def update(self, typed: Field, source: str) -> None:
        """Take what is missing in a text that is not saved like this."""
        units = translatable_units(source, is_markdown=isinstance(typed, Markdown))
        done = self.translated[typed.name]
        self.missing[typed.name] = [unit for unit in units if unit not in done]

    def compare(self, typed: Field, source: str) -> None:
        """Keep the saved translations that are not in a text as it is saved."""
        pairs = aligned_blocks(source, typed.data or "", is_markdown=isinstance(typed, Markdown))
        shown, saved = (
            {normalised_text(text) for _source, text in pairs},
            self.translated[typed.name],
        )
        ready = (saved[unit] for unit, _text in pairs if unit in saved)
        self.waiting[typed.name] = [one for one in ready if normalised_text(one) not in shown]

    def match(self, typed: Field, source: str, known: Collection[str]) -> None:
        """Keep what a text may lack, and count how much of it that is, as before publishing."""
        is_markdown = isinstance(typed, Markdown)
        unmatched = find_unmatched(source, typed.data or "", is_markdown=is_markdown, known=known)
        missing = [unit for unit in self.missing[typed.name] if unit in unmatched.source_units]
        self.missing[typed.name] = missing
        self.missing_counts[typed.name] = unmatched.count_missing(missing)


def translation_state(
    catalog: Catalog | None, part: str, form: BilingualForm, content: Content
) -> TranslationState:
    """Of the texts in a form, saved or not.

    `part`: the name of the campaign, action or update in the contexts of its messages. `content`: as it
    is saved.
    """
    if catalog is None:
        return TranslationState()
    state = TranslationState(catalog.source)
    for tag in (tag for tag in form.shown if tag != catalog.source):
        for entry in entries(catalog, tag):
            name, _, field_name = entry.message.context.partition(": ")
            if name == part:
                state.add(entry, tag, field_name.replace(" ", "_"))
        known = saved_forms(db.session.connection(), catalog.campaign_id or 0, tag).texts
        _match_texts(state, form, tag, catalog.source, content, part, known)
    return state


def _match_texts(
    state: TranslationState,
    form: BilingualForm,
    tag: str,
    source: str,
    content: Content,
    part: str,
    known: Mapping[str, Collection[str]],
) -> None:
    """Match each text with its source; look again at those that differ from what is saved.

    `known`: saved translations by context.
    """
    typed = {field.name: field.data for field in form.texts.get(source, ())}
    for each in form.shown[tag]:
        name = f"texts.{source}.{each.short_name}"
        ours, saved = typed.get(name, content.get(name)) or "", content.get(name) or ""
        if (each.data or "", ours) != (content.get(each.name) or "", saved):
            state.update(each, ours)
        else:
            state.compare(each, ours)
        context = f"{part}: {each.short_name.replace('_', ' ')}"
        state.match(each, ours, known.get(context, ()))
