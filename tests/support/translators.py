"""Helpers for tests of the translators' workspace: a language, its translators, its messages."""

from campaign_actions.catalogs.languages import add_language
from campaign_actions.catalogs.store.repository import (
    INTERFACE,
    Catalog,
    find_catalog,
    interface_catalog,
    stored_translations,
)
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.core.i18n.message import Message
from campaign_actions.staff.models import StaffLanguage, StaffMember
from tests.support.factories import NOON, make_staff

SKIP = "Skip to main content"  # a message on every page, without placeholders
HELLO = (
    "%(organization)s runs this site and is responsible for your data under data protection law."
)
MANY = "%(num)d problem to fix"


def begin(tag: str = "uk", *, by: StaffMember | None = None) -> StaffMember:
    """Add a language; returns the member who added it."""
    by = by or make_staff("administrator")
    add_language(tag, by=by, now=NOON)
    locale_registry().refresh_now()
    return by


def make_translator(*tags: str, role: str = "translator", **values) -> StaffMember:
    """A translator into these languages only, or into all if none are given."""
    member = make_staff(role, **values)
    member.languages = [StaffLanguage(locale=tag) for tag in tags]
    db.session.commit()
    return member


def message(source: str) -> Message:
    return next(m for m in interface_catalog().messages if m.source == source)


def put(source: str, *forms: str, tag: str = "uk", by: StaffMember | None = None, now=NOON) -> str:
    """Translate a message of the program; returns its key."""
    key = message(source).key
    edits = {key: TranslationEdit(forms, now_of(source, tag=tag))}
    save_translations(
        interface_catalog(), tag, edits, how="web", staff_id=by.id if by else None, now=now
    )
    return key


def now_of(source: str, *, tag: str = "uk") -> tuple[str, ...]:
    """The current translation of a message of the program."""
    return forms_in(interface_catalog(), message(source).key, tag=tag)


def forms_in(catalog: Catalog, key: str, *, tag: str = "uk") -> tuple[str, ...]:
    from_rows = stored_in(catalog, tag).get(key)
    return from_rows.forms if from_rows else ()


def stored_in(catalog: Catalog, tag: str):
    db.session.rollback()
    db.session.expire_all()
    return stored_translations(catalog, tag)


def address(source: str, *, tag: str = "uk", rest: str = "") -> str:
    """The address of the page of a message of the program."""
    return f"/staff/translations/{tag}/{INTERFACE}/{message(source).key}/{rest}"


def copy_of(campaign_id: int) -> Catalog:
    found = find_catalog(f"campaign-{campaign_id}")
    assert found
    return found
