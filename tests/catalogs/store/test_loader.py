"""Languages as a process has them: shipped catalogs, and over them what was made on the web."""

import pytest
from sqlalchemy.exc import OperationalError

from campaign_actions.actions.consent import publish_consent
from campaign_actions.catalogs.files.interface import interface_messages
from campaign_actions.catalogs.models import AddedLocale, Translation, TranslationChange
from campaign_actions.catalogs.store.loader import Installed
from campaign_actions.catalogs.store.repository import interface, stored
from campaign_actions.config import WrongSetting
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import known_locales, locales
from campaign_actions.core.i18n.registry import (
    Languages,
    LocaleRegistry,
    languages,
    locale_registry,
)
from tests.support import translators
from tests.support.factories import NOON
from tests.support.translators import MANY

SHIPPED = ("en", "ar", "es", "fr", "ru")


@pytest.fixture
def look(app):
    return locale_registry.of(app).refresh_now


def test_a_local_translation_lies_over_the_shipped_one(app, client, look):
    write("ru", "Skip to the content", "Сразу к делу")

    look()

    page = client.get("/ru/").text
    assert "Сразу к делу" in page
    assert "Мы не" in page or "Петиции" in page, "all else stays as it ships"


def test_a_local_translation_of_a_source_that_is_no_more_is_left_alone(app, client, look):
    write("ru", "Skip to what is no more", "Сразу")

    look()

    assert client.get("/ru/").status_code == 200


def test_a_language_is_served_once_all_that_is_needed_is_there(app, client, look):
    db.session.add(AddedLocale(locale="uk", added_at=NOON))
    *most, last = [m for m in interface_messages() if m.area != "staff"]
    write_all("uk", most)
    look()
    before = (locales(), known_locales(), client.get("/uk/").status_code)

    write_all("uk", [last])
    look()

    assert before == (SHIPPED, (*SHIPPED, "uk"), 404)
    assert locales() == (*SHIPPED, "uk")
    assert client.get("/uk/").status_code == 200


def test_words_of_the_privacy_page_are_shown_once_they_are_approved(app, client, look):
    privacy = [m for m in interface_messages() if m.area == "privacy"]
    for message in privacy:
        write("ru", message.source, "Написано", approved=["Одобрено"])

    look()

    page = client.get("/ru/privacy/").text
    assert "Одобрено" in page
    assert "Написано" not in page


def test_a_language_without_a_consent_text_is_held_back(app):
    installed = Installed({**app.config, "LOCALE_NEEDS": ["consent"]})
    without_any = installed.load().served
    publish_consent("en", "We keep it.", now=NOON)

    with_english = installed.load().served
    publish_consent("ru", "Мы храним.", now=NOON)

    assert (without_any, with_english) == (SHIPPED, ("en",))
    assert installed.load().served == ("en", "ru")


def test_locales_holds_languages_back(app):
    installed = Installed({**app.config, "LOCALES": ["ru", "uk", "en"]})

    assert installed.load().served == ("ru", "en"), "those that are ready, in the order given"


def test_pseudo_locales_are_served_when_they_are_asked_for(app):
    installed = Installed({**app.config, "PSEUDO_LOCALES": True})

    assert installed.load().served == (*SHIPPED, "en-XA", "ar-XB")


def test_processes_look_again_when_the_stamp_has_moved_and_only_then(app):
    installed = Installed(app.config)
    renewed = LocaleRegistry(installed, seconds=0)
    first = renewed.current
    renewed.refresh()
    same = renewed.current

    write("ru", "Skip to the content", "Сразу к делу")
    renewed.refresh()

    assert same is first
    assert renewed.current.catalog("ru").gettext("Skip to the content") == "Сразу к делу"


def test_without_a_database_there_are_the_shipped_languages():
    renewed = LocaleRegistry(Broken(), seconds=0)

    renewed.refresh()

    assert renewed.current.served == ("en",)


class Broken:
    """A source whose database is away."""

    def stamp(self):
        raise OperationalError("select", {}, ConnectionError())

    load = stamp

    def shipped(self):
        return Languages(served=("en",), known=("en",), translations={})


def write(locale: str, source: str, text: str, *, approved=None) -> None:
    """A local translation, as the verb leaves it."""
    [message] = [m for m in interface_messages() if m.source == source] or [None]
    key = message.key if message else "0" * 64
    db.session.add(row(locale, key, source, text, approved))
    db.session.add(change(locale, key, source))
    db.session.commit()


def write_all(locale, messages) -> None:
    db.session.add_all(
        row(locale, m.key, m.source, "так", ["так"], m.context, m.plural) for m in messages
    )
    db.session.add(change(locale, "", ""))
    db.session.commit()


def row(locale, key, source, text, approved=None, context="", plural=None):
    return Translation(
        catalog="interface",
        locale=locale,
        key=key,
        context=context,
        source=source,
        plural=plural,
        forms=[text] * (3 if plural else 1),
        approved=approved,
        changed_at=NOON,
    )


def change(locale, key, source):
    return TranslationChange(
        catalog="interface",
        locale=locale,
        key=key,
        source=source,
        before=[],
        after=[],
        changed_at=NOON,
        how="web",
    )


def test_what_was_made_when_a_message_had_one_form_is_not_shown(app, look):
    key = translators.message(MANY).key
    db.session.add(row("ru", key, MANY, "одна вещь"))
    db.session.add(change("ru", key, MANY))
    db.session.commit()

    look()

    assert ("", MANY) in languages().translations["ru"], "what ships"
    assert languages().translations["ru"]["", MANY] != ("одна вещь",)
    assert stored(interface(), "ru")[key].forms != ("одна вещь",)


def test_a_need_that_there_is_not_is_named(app):
    with pytest.raises(WrongSetting, match="aproval"):
        Installed({"LOCALES": [], "LOCALE_NEEDS": ["form", "aproval"], "PSEUDO_LOCALES": False})
