"""The glossary of a language: one translation for each term."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Insert, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import add_entry
from campaign_actions.catalogs.models import GlossaryTerm
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import Conflict, NotFound


class TermExists(Conflict):
    title = _l("This term is already in the glossary")
    message = _l("Edit the existing entry instead.")


def terms(locale: str) -> Sequence[GlossaryTerm]:
    """In alphabetical order."""
    found = db.session.scalars(select(GlossaryTerm).filter_by(locale=locale))
    return sorted(found, key=lambda term: term.term.casefold())


def find_term(locale: str, term_id: int) -> GlossaryTerm | None:
    of_language = select(GlossaryTerm).filter_by(locale=locale, id=term_id)
    return db.session.scalars(of_language).one_or_none()


def terms_in(text: str, locale: str) -> list[GlossaryTerm]:
    """Terms that a source text contains, also with an ending: `petition` in “petitions”."""
    found = []
    for term in terms(locale):
        stem = re.escape(term.term.casefold())
        if re.search(rf"\b{stem}", text.casefold()):
            found.append(term)
    return found


def save_term(
    locale: str, values: Mapping[str, str], *, term_id: int | None, actor: str, now: datetime
) -> None:
    """Add an entry, or change one. `values`: `term`, `translation` and `note`.

    Raises TermExists, NotFound.
    """
    if term_id is None:
        change: Insert | Update = insert(GlossaryTerm).values(locale=locale, **values)
    else:
        change = update(GlossaryTerm).filter_by(id=term_id, locale=locale).values(**values)
    try:
        with write_transaction() as connection:
            if not connection.execute(change).rowcount:
                raise NotFound
            _log_change(connection, locale, values["term"], actor, now)
    except IntegrityError as error:
        raise TermExists from error


def remove_term(term: GlossaryTerm, *, actor: str, now: datetime) -> None:
    with write_transaction() as connection:
        connection.execute(delete(GlossaryTerm).where(GlossaryTerm.id == term.id))
        _log_change(connection, term.locale, term.term, actor, now)


def _log_change(connection: Connection, locale: str, term: str, actor: str, now: datetime) -> None:
    add_entry(connection, "glossary-changed", actor=actor, now=now, language=locale, name=term)
