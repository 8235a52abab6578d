"""The glossary of a language: one translation for each term.

Terms that ship are overlaid by the entries of this installation, as shipped catalogs are by translations
made on the web. Removing such an entry brings back the term as it ships.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Insert, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import add_entry
from campaign_actions.catalogs.models import GlossaryTerm
from campaign_actions.catalogs.workflow.shipped_glossary import ShippedTerm, shipped_terms
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import Conflict, NotFound

ENDING = r"\w{0,5}\b"  # of “petitions”, “confirmation”; but “significant” is not “sign”


class TermExists(Conflict):
    title = _l("This term is already in the glossary")
    message = _l("Edit the existing entry instead.")


@dataclass(frozen=True)
class Term:
    term: str
    translation: str
    note: str = ""
    id: int | None = None  # of the entry of this installation; None: as it ships
    shipped: ShippedTerm | None = None  # the term that ships under this name


def terms(locale: str) -> Sequence[Term]:
    """In alphabetical order."""
    shipped = dict(shipped_terms(locale))
    rows = db.session.scalars(select(GlossaryTerm).filter_by(locale=locale)).all()
    own = [
        Term(row.term, row.translation, row.note, row.id, shipped.get(row.term.casefold()))
        for row in rows
    ]
    overlaid = {term.term.casefold() for term in own}
    rest = [
        Term(each.term, each.translation, each.note, shipped=each)
        for key, each in shipped.items()
        if key not in overlaid
    ]
    return sorted([*own, *rest], key=lambda term: term.term.casefold())


def find_term(locale: str, term_id: int) -> Term | None:
    """An entry of this installation."""
    return next((term for term in terms(locale) if term.id == term_id), None)


def find_term_by_name(locale: str, name: str) -> Term | None:
    """An entry of this installation, or a term as it ships."""
    return next((term for term in terms(locale) if term.term == name), None)


def terms_in(text: str, locale: str) -> list[Term]:
    """Terms that a source text contains, also with an ending: `petition` in “petitions”.

    Where one begins like another, the longer one counts: “consent text” rather than “consent”.
    """
    by_name = {term.term.casefold(): term for term in terms(locale)}
    if not by_name:
        return []
    names = "|".join(re.escape(name) for name in sorted(by_name, key=len, reverse=True))
    found = {match[1] for match in re.finditer(rf"\b({names}){ENDING}", text.casefold())}
    return [term for name, term in by_name.items() if name in found]


def save_term(
    locale: str,
    values: Mapping[str, str],
    *,
    term: Term | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Add an entry, or change `term`; a term that ships gets an entry, which takes its place.

    `values`: `term`, `translation` and `note`. Raises TermExists, NotFound.
    """
    name = values["term"].casefold()
    if name in shipped_terms(locale) and (term is None or term.term.casefold() != name):
        raise TermExists
    if term is None or term.id is None:
        change: Insert | Update = insert(GlossaryTerm).values(locale=locale, **values)
    else:
        change = update(GlossaryTerm).filter_by(id=term.id, locale=locale).values(**values)
    try:
        with write_transaction() as connection:
            if not connection.execute(change).rowcount:
                raise NotFound
            _log_change(connection, locale, values["term"], actor, now)
    except IntegrityError as error:
        raise TermExists from error


def remove_term(locale: str, term: Term, *, actor: str, now: datetime) -> None:
    """Remove an entry of this installation. A term that ships under its name is used again."""
    with write_transaction() as connection:
        connection.execute(delete(GlossaryTerm).where(GlossaryTerm.id == term.id))
        _log_change(connection, locale, term.term, actor, now)


def _log_change(connection: Connection, locale: str, term: str, actor: str, now: datetime) -> None:
    add_entry(connection, "glossary-changed", actor=actor, now=now, language=locale, name=term)
