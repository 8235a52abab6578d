"""The languages of an installation: shipped catalogs, overlaid with what was translated on the web."""

import pytest
from sqlalchemy.exc import OperationalError

from campaign_actions.actions.consent import publish_consent
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.models import AddedLocale, Translation, TranslationChange
from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.catalogs.store.repository import interface_catalog, stored_translations
from campaign_actions.config import WrongSetting
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import known_locales, locales
from campaign_actions.core.i18n.locale_registry import (
    Languages,
    LocaleRegistry,
    languages,
    locale_registry,
)
from tests.support import translators
from tests.support.factories import NOON
from tests.support.translators import MANY

SHIPPED = ("en", "ar", "es", "fr", "ru")
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def refresh(app):
    return locale_registry.of(app).refresh_now


def test_a_translation_from_the_web_overrides_the_shipped_one(app, client, refresh):
    add_translation("ru", "Skip to main content", "Сразу к делу")

    refresh()

    page = client.get("/ru/").text
    assert "Сразу к делу" in page
    assert "Напишите нам" in page, "the rest is as shipped"


def test_a_translation_of_a_source_that_no_longer_exists_is_ignored(app, client, refresh):
    add_translation("ru", "Skip to what is gone", "Сразу")

    refresh()

    assert client.get("/ru/").status_code == 200


def test_a_language_is_served_once_everything_needed_is_translated(app, client, refresh):
    db.session.add(AddedLocale(locale="uk", added_at=NOON))
    *most, last = [m for m in interface_messages() if m.area != "staff"]
    add_translations("uk", most)
    refresh()
    before = (locales(), known_locales(), client.get("/uk/").status_code)

    add_translations("uk", [last])
    refresh()

    assert before == (SHIPPED, (*SHIPPED, "uk"), 404)
    assert locales() == (*SHIPPED, "uk")
    assert client.get("/uk/").status_code == 200


def test_translations_of_the_privacy_page_are_shown_once_approved(app, client, refresh):
    privacy = [m for m in interface_messages() if m.area == "privacy"]
    for message in privacy:
        add_translation("ru", message.source, "Написано", approved=["Одобрено"])

    refresh()

    page = client.get("/ru/privacy/").text
    assert "Одобрено" in page
    assert "Написано" not in page


def test_a_language_without_a_consent_text_is_held_back(app):
    loader = LanguageLoader({**app.config, "LOCALE_NEEDS": ["consent"]})
    without_any = loader.load().served
    publish_consent("petition", "en", "We keep it.", now=NOON)

    with_english = loader.load().served
    publish_consent("petition", "ru", "Мы храним.", now=NOON)

    assert (without_any, with_english) == (SHIPPED, ("en",))
    assert loader.load().served == ("en", "ru")


def test_the_setting_locales_holds_languages_back(app):
    loader = LanguageLoader({**app.config, "LOCALES": ["ru", "uk", "en"]})

    assert loader.load().served == ("ru", "en"), "those that are ready, in the order of the setting"


def test_pseudo_locales_are_served_by_a_setting(app):
    loader = LanguageLoader({**app.config, "PSEUDO_LOCALES": True})

    assert loader.load().served == (*SHIPPED, "en-XA", "ar-XB")


def test_languages_are_loaded_again_only_after_the_stamp_has_changed(app):
    loader = LanguageLoader(app.config)
    registry = LocaleRegistry(loader, seconds=0)
    first = registry.current
    registry.refresh()
    same = registry.current

    add_translation("ru", "Skip to main content", "Сразу к делу")
    registry.refresh()

    assert same is first
    assert registry.current.catalog("ru").gettext("Skip to main content") == "Сразу к делу"


def test_a_change_in_one_language_keeps_the_catalogs_of_the_others(app, refresh):
    refresh()
    before = {tag: languages().catalog(tag) for tag in SHIPPED}

    add_translation("ru", "Skip to main content", "Сразу к делу")
    refresh()

    kept = {tag for tag in SHIPPED if languages().catalog(tag) is before[tag]}
    assert kept == {*SHIPPED} - {"ru"}


def test_without_a_database_the_shipped_languages_are_used(app):
    registry = LocaleRegistry(UnavailableLoader(), seconds=0)

    registry.refresh()

    assert registry.current.served == ("en",)


def test_a_translation_from_before_a_message_had_a_plural_is_ignored(app, refresh):
    key = translators.message(MANY).key
    db.session.add(make_row("ru", key, MANY, "одна вещь"))
    db.session.add(make_change("ru", key, MANY))
    db.session.commit()

    refresh()

    assert ("", MANY) in languages().translations["ru"], "the shipped one"
    assert languages().translations["ru"]["", MANY] != ("одна вещь",)
    assert stored_translations(interface_catalog(), "ru")[key].forms != ("одна вещь",)


def test_an_unknown_need_in_the_setting_is_named(app):
    with pytest.raises(WrongSetting, match="aproval"):
        LanguageLoader(
            {"LOCALES": [], "LOCALE_NEEDS": ["form", "aproval"], "PSEUDO_LOCALES": False}
        )


class UnavailableLoader:
    """A loader whose database is unavailable."""

    def stamp(self):
        raise OperationalError("select", {}, ConnectionError())

    load = stamp

    def shipped(self):
        return Languages(served=("en",), known=("en",), translations={})


def add_translation(locale: str, source: str, text: str, *, approved=None) -> None:
    """A translation with its entry in the history."""
    [message] = [m for m in interface_messages() if (m.source, m.context) == (source, "")] or [None]
    key = message.key if message else "0" * 64
    db.session.add(make_row(locale, key, source, text, approved))
    db.session.add(make_change(locale, key, source))
    db.session.commit()


def add_translations(locale, messages) -> None:
    db.session.add_all(
        make_row(locale, m.key, m.source, "так", ["так"], m.context, m.plural) for m in messages
    )
    db.session.add(make_change(locale, "", ""))
    db.session.commit()


def make_row(locale, key, source, text, approved=None, context="", plural=None):
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


def make_change(locale, key, source):
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
