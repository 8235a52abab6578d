"""Translations, their history, and what translators share.

The name of a catalog is `interface` or `campaign-<id>`. A translation has one form for each plural form
of its language, or a single one if the message has no plural.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId, Json

KEY_LENGTH = 64  # characters of Message.key
NOTE_LENGTH = 500


class AddedLocale(Base):
    """A language added on the web. Languages with a shipped catalog have no row."""

    __tablename__ = "added_locales"

    locale: Mapped[str] = mapped_column(String(20), primary_key=True)  # BCP 47
    added_at: Mapped[datetime]
    staff_id: Mapped[int | None]


class Translation(Base):
    """A translation of the interface, which overrides the shipped one, or of a campaign's copy.

    It is kept when its source changes: it is then the draft for translating the new source.
    """

    __tablename__ = "translations"
    __table_args__ = (UniqueConstraint("catalog", "locale", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    catalog: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # of context and source: Message.key
    context: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    plural: Mapped[str | None] = mapped_column(Text)  # the source's plural form
    forms: Mapped[list[str]] = mapped_column(Json)  # empty: deleted
    approved: Mapped[list[str] | None] = mapped_column(Json)  # of the privacy page: what is public
    changed_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # null: a command


class TranslationChange(Base):
    """An entry of the history. Processes compare the highest id to find out whether anything is new."""

    __tablename__ = "translation_changes"
    __table_args__ = (Index(None, "catalog", "locale", "key", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    catalog: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # empty: about the language as a whole
    source: Mapped[str] = mapped_column(Text)
    before: Mapped[list[str]] = mapped_column(Json)
    after: Mapped[list[str]] = mapped_column(Json)
    changed_at: Mapped[datetime]
    staff_id: Mapped[int | None]
    how: Mapped[str] = mapped_column(String(20))  # a ChangeOrigin


class GlossaryTerm(Base):
    """The agreed translation of a term."""

    __tablename__ = "glossary_terms"
    __table_args__ = (UniqueConstraint("locale", "term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(String(20))
    term: Mapped[str] = mapped_column(String(120))  # in the source language
    translation: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")


class StringVisit(Base):
    """Someone has a string open in the editor, so that others can be warned."""

    __tablename__ = "string_visits"

    catalog: Mapped[str] = mapped_column(String(40), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="cascade"), primary_key=True, autoincrement=False
    )
    seen_at: Mapped[datetime]


class ConsentDraft(Base):
    """A consent text that a second person still has to approve; at most one per kind and language.

    One that was sent back is not pending: its author goes on with it. `author_ids`: who wrote it and the
    drafts that it replaced, and so cannot approve it.
    """

    __tablename__ = "consent_drafts"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # who proposed it
    author_ids: Mapped[list[int]] = mapped_column(Json, default=list, server_default="[]")
    returned_at: Mapped[datetime | None]  # when it was sent back
    returned_by: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))  # why
