"""Texts of a campaign in another language, composed from translations once they are complete.

Like what staff write, they are saved in a draft of what is public.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from campaign_actions.actions.models import Action
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.texts import campaign_name, texts_in
from campaign_actions.campaigns.versioning.drafts import find_draft, read_newest, store_newest
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.campaign_texts.alignment import (
    Pair,
    aligned_blocks,
    catalog_name,
    normalised_text,
)
from campaign_actions.catalogs.campaign_texts.fields import CopyField
from campaign_actions.catalogs.campaign_texts.parts import (
    Part,
    TextPart,
    campaign_parts,
    find_source_locale,
)
from campaign_actions.catalogs.store.change_log import Change, record_changes
from campaign_actions.core.content.blocks import compose_blocks, split
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.staff.queries import actor_of

Translations = Mapping[str, Forms]  # by the keys of messages


@dataclass
class ComposedTexts:
    """A campaign or an action in one language.

    `changes`: complete texts that differ from the stored ones, named as in the content of a revision.
    """

    subject: Versioned
    subject_id: int
    is_needed: bool  # before the language is public: the campaign and its published actions
    changes: dict[str, str | bool] = field(default_factory=dict)
    missing: int = 0  # texts that are incomplete, or too long for the form in which staff edit them


def compose_texts(
    connection: Connection, campaign_id: int, locale: str, translations: Translations
) -> list[ComposedTexts]:
    """The campaign with its partners, then each action, in the order in which rows are locked."""
    source = find_source_locale(connection, campaign_id) or ""
    found: dict[tuple[str, int], ComposedTexts] = {}
    for part in campaign_parts(connection, campaign_id):
        key = (part.subject.name, part.subject_id)
        empty = ComposedTexts(part.subject, part.subject_id, part.is_public)
        _add(found.setdefault(key, empty), part, (source, locale), translations)
    return sorted(found.values(), key=lambda each: (each.subject is not CAMPAIGN, each.subject_id))


def is_complete(composed: Iterable[ComposedTexts]) -> bool:
    """Whether everything is translated that the public needs in the language."""
    return all(each.missing == 0 for each in composed if each.is_needed)


def lock_campaign(connection: Connection, campaign_id: int) -> None:
    """Make others who translate or save the campaign wait; signers do not wait.

    So of two people who save its last two translations, one sees that it is complete. Lock it before
    reading its translations, as saving a campaign does: otherwise the two could deadlock.
    """
    this = select(Campaign.id).where(Campaign.id == campaign_id)
    connection.execute(this.with_for_update(key_share=True))
    actions = select(Action.id).where(Action.campaign_id == campaign_id).order_by(Action.id)
    connection.execute(actions.with_for_update(key_share=True)).all()


def write_complete_texts(
    connection: Connection,
    campaign_id: int,
    locale: str,
    translations: Translations,
    *,
    staff_id: int | None,
    now: datetime,
) -> bool:
    """Save each complete text, in the caller's transaction. True if the language is new and complete.

    A new language is saved once the campaign and its published actions are complete in it. It is then
    public with the campaign, or once its draft is published. Whether the public sees a language the
    campaign already has is not changed.
    """
    composed = compose_texts(connection, campaign_id, locale, translations)
    known = texts_in(read_newest(connection, CAMPAIGN, campaign_id))
    is_new = locale not in known
    if is_new and not is_complete(composed):
        return False
    for each in composed:
        if each.changes and not (is_new and each.missing):
            if is_new and each.subject is CAMPAIGN:
                each.changes[f"texts.{locale}.is_public"] = True
            _save(connection, each, staff_id, now)
    if is_new:
        catalog = catalog_name(campaign_id)
        record_changes(
            connection, catalog, locale, [Change()], how="complete", staff_id=staff_id, now=now
        )
        _log_opening(connection, campaign_id, locale, staff_id=staff_id, now=now)
    return is_new


def _add(
    composed: ComposedTexts, part: Part, languages: tuple[str, str], translations: Translations
) -> None:
    source, locale = languages
    for each in part.fields:
        stored = part.text(each, locale)
        text = compose_text(part, each, part.text(each, source), stored, translations)
        # Blocks that are short enough each may be too long together.
        if text is None or (text != stored and len(text) > each.max_length):
            composed.missing += 1
        elif text != stored:
            composed.changes[part.content_name(each, locale)] = text


def compose_text(
    part: TextPart, each: CopyField, source: str, stored: str, translations: Translations
) -> str | None:
    """One text, or None if a block is not translated. The stored text if it says the same."""
    if not source.strip():
        return stored
    units = split(source) if each.is_markdown else [source]
    context = part.context(each)
    keys = [Message(context=context, source=unit).key for unit in units]
    wanted = [(translations.get(key) or ("",))[0] for key in keys]
    if not all(text.strip() for text in wanted):
        return None
    if not each.is_markdown:
        return wanted[0]
    pairs = aligned_blocks(source, stored, is_markdown=True)
    if len(pairs) != len(units):
        return compose_blocks(source, wanted)
    chosen = _keep_stored(pairs, wanted)
    return stored if chosen == [text for _, text in pairs] else compose_blocks(source, chosen)


def _keep_stored(pairs: list[Pair], wanted: list[str]) -> list[str]:
    """The wanted blocks, each as stored if only its spacing or marks differ; a source may occur twice."""
    known = {(source, normalised_text(stored)) for source, stored in pairs}
    return [
        stored if (source, normalised_text(text)) in known else text
        for (source, stored), text in zip(pairs, wanted, strict=True)
    ]


def _save(
    connection: Connection, texts: ComposedTexts, staff_id: int | None, now: datetime
) -> None:
    subject, subject_id = texts.subject, texts.subject_id
    newest = {**read_newest(connection, subject, subject_id), **texts.changes}
    store_newest(connection, subject, subject_id, newest, staff_id=staff_id, now=now)


def _log_opening(
    connection: Connection, campaign_id: int, locale: str, *, staff_id: int | None, now: datetime
) -> None:
    """For a campaign that opens later. A draft opens a language when it is published."""
    published_at = select(Campaign.published_at).where(Campaign.id == campaign_id)
    is_draft = find_draft(connection, CAMPAIGN, campaign_id) is not None
    if connection.scalar(published_at) and not is_draft:
        add_entry(
            connection,
            "language-opened",
            actor=actor_of(connection, staff_id),
            now=now,
            subject=campaign_name(connection, campaign_id),
            language=locale,
        )
