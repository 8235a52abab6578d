"""Texts of a campaign in another language, put together from the translations of their messages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from campaign_actions.actions.models import Action
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.texts import name_of_campaign
from campaign_actions.campaigns.versioning.save import revising
from campaign_actions.campaigns.versioning.versioned import Subject
from campaign_actions.catalogs.campaign_copy.alignment import catalog_of, pairs, same_words
from campaign_actions.catalogs.campaign_copy.fields import CopyField
from campaign_actions.catalogs.campaign_copy.parts import Part, parts_of, source_locale_of
from campaign_actions.catalogs.store.change_log import Change, note_changes
from campaign_actions.core.content.blocks import compose_blocks, split
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.staff.queries import actor_of

Translations = Mapping[str, Forms]  # by the keys of messages


@dataclass
class Composed:
    """One campaign or action in a language. `changes`: fields that are whole, and are not so yet.

    They are named as in its content, so that they are saved as any others.
    """

    subject: Subject
    subject_id: int
    is_needed: bool  # before the language is public: the campaign, and what is published of it
    changes: dict[str, str] = field(default_factory=dict)
    lacking: int = 0  # texts that are not whole, or too long for the form of staff


def compose_rows(
    connection: Connection, campaign_id: int, locale: str, translations: Translations
) -> list[Composed]:
    """The campaign, with its partners, and each action, in the order in which their rows are held."""
    source = source_locale_of(connection, campaign_id) or ""
    found: dict[tuple[str, int], Composed] = {}
    for part in parts_of(connection, campaign_id):
        key = (part.subject.name, part.subject_id)
        empty = Composed(part.subject, part.subject_id, part.is_public)
        _add(found.setdefault(key, empty), part, (source, locale), translations)
    return sorted(found.values(), key=lambda one: (one.subject is not CAMPAIGN, one.subject_id))


def is_whole(rows: Iterable[Composed]) -> bool:
    """Whether the public may read a campaign in the language: its own texts and all published actions'."""
    return all(row.lacking == 0 for row in rows if row.is_needed)


def _add(
    composed: Composed, part: Part, languages: tuple[str, str], translations: Translations
) -> None:
    source, locale = languages
    for each in part.fields:
        there = part.text(each, locale)
        text = _composed(part, each, part.text(each, source), there, translations)
        if text is None or (text != there and len(text) > each.most):
            composed.lacking += 1  # blocks that fit alone may be too long together
        elif text != there:
            composed.changes[part.name_of(each, locale)] = text


def _composed(
    part: Part, each: CopyField, source: str, there: str, translations: Translations
) -> str | None:
    """One text; None if a part of it is missing. What is there stays where nothing else is wanted."""
    if not source.strip():
        return there
    units = split(source) if each.is_markdown else [source]
    context = part.context(each)
    keys = [Message(context=context, source=unit).key for unit in units]
    wanted = [(translations.get(key) or ("",))[0] for key in keys]
    if not all(words.strip() for words in wanted):
        return None
    if not each.is_markdown:
        return wanted[0]
    own = pairs(source, there, is_markdown=True)
    if len(own) != len(units):
        return compose_blocks(source, wanted)
    chosen = _chosen(own, wanted)
    return there if chosen == [words for _, words in own] else compose_blocks(source, chosen)


def _chosen(own: list[tuple[str, str]], wanted: list[str]) -> list[str]:
    """What is written there, where it says what is wanted: each time its own, if a source comes twice."""
    said = {(ours, same_words(theirs)) for ours, theirs in own}
    return [
        theirs if (ours, same_words(words)) in said else words
        for (ours, theirs), words in zip(own, wanted, strict=True)
    ]


def hold(connection: Connection, campaign_id: int) -> None:
    """Who else translates or saves it waits; who signs does not.

    So of two who write its last two texts one sees that it is whole. The rows are held before its
    translations are touched, as by staff who save: so no two wait for each other.
    """
    this = select(Campaign.id).where(Campaign.id == campaign_id)
    connection.execute(this.with_for_update(key_share=True))
    actions = select(Action.id).where(Action.campaign_id == campaign_id).order_by(Action.id)
    connection.execute(actions.with_for_update(key_share=True)).all()


def complete(
    connection: Connection,
    campaign_id: int,
    locale: str,
    translations: Translations,
    *,
    staff_id: int | None,
    now: datetime,
) -> bool:
    """Write each text that is whole, in the caller's transaction; whether the language is public by it.

    A language that the campaign does not have yet gets its texts once the campaign and what is
    published of its actions are whole in it, and is public with them. Whether the public sees one
    that it has is for who publishes to say.
    """
    rows = compose_rows(connection, campaign_id, locale, translations)
    is_new = not _has(connection, campaign_id, locale)
    if is_new and not is_whole(rows):
        return False
    for row in rows:
        if row.changes and not (is_new and row.lacking):
            _write(connection, row, staff_id, now)
    if is_new:
        _open(connection, campaign_id, locale, staff_id=staff_id, now=now)
    return is_new


def _has(connection: Connection, campaign_id: int, locale: str) -> bool:
    texts = select(func.count()).where(
        CampaignText.campaign_id == campaign_id, CampaignText.locale == locale
    )
    return bool(connection.scalar(texts))


def _write(connection: Connection, row: Composed, staff_id: int | None, now: datetime) -> None:
    with revising(connection, row.subject, row.subject_id, staff_id=staff_id, now=now):
        before = row.subject.read(connection, row.subject_id)
        after = {**before, **row.changes}
        row.subject.write(connection, row.subject_id, before, after, now)


def _open(
    connection: Connection,
    campaign_id: int,
    locale: str,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    this = (CampaignText.campaign_id == campaign_id, CampaignText.locale == locale)
    connection.execute(update(CampaignText).where(*this).values(is_public=True))
    catalog = catalog_of(campaign_id)
    note_changes(
        connection, catalog, locale, [Change()], how="complete", staff_id=staff_id, now=now
    )
    is_published = select(Campaign.published_at).where(Campaign.id == campaign_id)
    if connection.scalar(is_published):
        add_entry(
            connection,
            "language-opened",
            actor=actor_of(connection, staff_id),
            now=now,
            subject=name_of_campaign(connection, campaign_id),
            language=locale,
        )
