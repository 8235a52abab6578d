"""Adding a language: it can be translated at once, and is public once it is ready."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.catalogs.models import AddedLocale
from campaign_actions.catalogs.store.change_log import Change, record_changes
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.store.shipped_catalogs import shipped_locales
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict, DomainError
from campaign_actions.core.i18n.locale import is_language
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.models import StaffMember


class UnknownLanguage(DomainError):
    title = _l("Language not found")
    message = _l("Enter a language code, such as uk, pt-BR or sr-Latn.")


class LanguageExists(Conflict):
    title = _l("This language has already been added")
    message = _l("You already have this language. You can find it under Translations.")


def add_language(locale: str, *, by: StaffMember | None, now: datetime) -> None:
    """`locale`: a BCP 47 tag. `by` None: a command. Raises UnknownLanguage, LanguageExists."""
    if not is_language(locale):
        raise UnknownLanguage
    if locale == SOURCE or locale in shipped_locales():
        raise LanguageExists
    staff_id, actor = (by.id, by.email) if by else (None, COMMAND)
    row = {"locale": locale, "added_at": now, "staff_id": staff_id}
    try:
        with write_transaction() as connection:
            connection.execute(insert(AddedLocale).values(row))
            record_changes(
                connection, INTERFACE, locale, [Change()], how="added", staff_id=staff_id, now=now
            )
            add_entry(connection, "language-added", actor=actor, now=now, language=locale)
    except IntegrityError as error:
        raise LanguageExists from error
