"""What translators make on the web: translations by context and source, and who changed what.

A catalog is named `interface`, or `campaign-<id>`. A translation holds one form for each plural form
of its language, or one for a message without a plural.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId, Json

KEY_LENGTH = 64  # of Message.key, in hex


class AddedLocale(Base):
    """A language that somebody began on the web; those with a shipped catalog need no row."""

    __tablename__ = "added_locales"

    locale: Mapped[str] = mapped_column(String(20), primary_key=True)  # BCP 47
    added_at: Mapped[datetime]
    staff_id: Mapped[int | None]


class Translation(Base):
    """What a message of a catalog says in a language: over the shipped one, or of a campaign's copy.

    It stays when its source changes: nobody's message then, it is what the new one is made from.
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
    forms: Mapped[list[str]] = mapped_column(Json)  # empty: taken back
    approved: Mapped[list[str] | None] = mapped_column(Json)  # of the privacy page: what is shown
    changed_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # who wrote it; null: a command


class TranslationChange(Base):
    """What somebody did: the history, and the highest id of it is what processes look at for news."""

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
    how: Mapped[str] = mapped_column(String(20))  # web, upload, command, added, approved, …


class GlossaryTerm(Base):
    """How a language calls a thing, so that all its translators call it so."""

    __tablename__ = "glossary_terms"
    __table_args__ = (UniqueConstraint("locale", "term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(String(20))
    term: Mapped[str] = mapped_column(String(120))  # in the source language
    translation: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")


class StringVisit(Base):
    """Who has a string open, so that two people in one are told."""

    __tablename__ = "string_visits"

    catalog: Mapped[str] = mapped_column(String(40), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="cascade"), primary_key=True, autoincrement=False
    )
    seen_at: Mapped[datetime]


class ConsentDraft(Base):
    """A consent text that a second person has not approved yet; one of a language at most."""

    __tablename__ = "consent_drafts"

    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # who wrote it, and so can not approve it
