"""A faulty translation never breaks a page; pseudo-locales keep placeholders, tags and links."""

from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import g, render_template_string
from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from campaign_actions.core.i18n.catalog import GettextCatalog
from campaign_actions.core.i18n.locale import is_language, language_name, open_graph_locale
from campaign_actions.core.i18n.locale_registry import Languages, LocaleRegistry, locale_registry
from campaign_actions.core.i18n.pseudo import pseudo_localize

BAD = {
    ("", "Hello %(name)s"): ("Здравствуйте, %(somebody)s",),
    ("", "%(num)d day"): ("%(num)d день", "%(num)z"),
    ("menu", "Open"): ("Открыть",),
    ("", "Left"): ("",),
}


@dataclass(frozen=True)
class FixedSource:
    """A source of languages that never change."""

    languages: Languages

    def stamp(self):
        return 0

    def load(self):
        return self.languages

    shipped = load


@contextmanager
def serving_russian(app, translations):
    """A request in Russian to an app that has English and Russian, with these translations."""
    before = locale_registry.of(app)
    languages = Languages(("en", "ru"), ("en", "ru"), translations={"ru": translations})
    locale_registry.provide(app, LocaleRegistry(FixedSource(languages), seconds=60))
    try:
        with app.test_request_context("/ru/"):
            g.locale = "ru"
            yield
    finally:
        locale_registry.provide(app, before)


@pytest.fixture
def in_russian(app):
    """With translations that validation would reject."""
    with serving_russian(app, BAD):
        yield


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_translation_with_an_unknown_placeholder_falls_back_to_its_source(in_russian):
    text = gettext("Hello %(name)s", name="Ada")
    shown = render_template_string("{{ _('Hello %(name)s', name='<Ada>') }}")

    assert text == "Hello Ada"
    assert shown == "Hello &lt;Ada&gt;"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_missing_or_broken_plural_form_falls_back_to_its_source(in_russian):
    texts = [ngettext("%(num)d day", "%(num)d days", number) for number in (1, 2, 5)]
    shown = render_template_string("{{ ngettext('%(num)d day', '%(num)d days', 2) }}")

    assert texts == ["1 день", "2 days", "5 days"]
    assert shown == "2 days"


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en", "12,345 days"),
        ("fr", "12\u202f345 days"),
        ("es", "12.345 days"),
        ("ar", "12,345 days"),
    ],
)
def test_the_count_in_a_message_is_grouped_as_the_language_does_it(app, locale, shown):
    with app.test_request_context(f"/{locale}/"):
        texts = [
            ngettext("%(num)d day", "%(num)d days", 12345),
            render_template_string("{{ ngettext('%(num)d day', '%(num)d days', 12345) }}"),
        ]

    assert texts == [shown, shown]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_whole_number_in_a_message_is_grouped(app):
    with app.test_request_context("/en/"):
        texts = [
            gettext("%(page)d of %(pages)d", page=2, pages=1161),
            ngettext("%(num)d of %(all)d day", "%(num)d of %(all)d days", 5, all=1161),
            render_template_string("{{ _('%(name)s: %(all)d & more', name='<', all=1161) }}"),
        ]

    assert texts == ["2 of 1,161", "5 of 1,161 days", "&lt;: 1,161 &amp; more"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_equal_sources_are_distinguished_by_context(in_russian):
    shown = render_template_string("{{ pgettext('menu', 'Open') }} {{ _('Open') }} {{ _('Left') }}")

    assert shown == "Открыть Open Left"


def test_arabic_has_six_plural_forms():
    catalog = GettextCatalog("ar", {("", "one day"): ("0", "1", "2", "3-10", "11-99", "100")})

    shown = [catalog.ngettext("one day", "%d days", number) for number in (0, 1, 2, 5, 26, 100)]

    assert shown == ["0", "1", "2", "3-10", "11-99", "100"]


@pytest.mark.parametrize("tag", ["en-XA", "ar-XB"])
def test_pseudo_locales_keep_placeholders_tags_and_links(tag):
    source = "Hello <b>%(name)s</b>, 5%% of https://example.org/&amp;"

    text = pseudo_localize(source, tag)

    kept = ("<b>%(name)s</b>", "5%% ", "https://example.org/&amp;")
    assert "Hello" not in text
    assert [part in text for part in kept] == [True, True, True]


def test_the_accented_pseudo_locale_is_forty_per_cent_longer():
    source = "Sign this petition today, please"

    assert 1.4 <= len(pseudo_localize(source, "en-XA")) / len(source) < 1.5


def test_values_are_escaped_in_html_messages():
    source = "<b>By %(name)s</b>"
    catalog = GettextCatalog("ru", {("", source): ("<b>От %(name)s</b>",)})

    assert catalog.gettext(source) % {"name": "<i>"} == Markup("<b>От &lt;i&gt;</b>")


def test_translations_of_messages_without_html_are_escaped():
    evil = "<script>\"x\" & 'y'</script>"
    catalog = GettextCatalog(
        "ru", {("", "Hello"): (evil,), ("menu", "%(num)d day"): (evil, evil, evil)}
    )

    assert catalog.gettext_plain("Hello") == evil
    assert catalog.gettext("Hello") == escape(evil)
    assert catalog.ngettext("%(num)d day", "%(num)d days", 5, "menu") == escape(evil)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_messages_from_python_are_text_that_templates_escape_once(app):
    translations = {("", "Hello %(name)s"): ('Это «%(name)s» & "друг"',)}
    with serving_russian(app, translations):
        text = gettext("Hello %(name)s", name="<Ada>")
        shown = render_template_string("{{ _('Hello %(name)s', name='<Ada>') }}")
        again = render_template_string("{{ text }}", text=text)

    assert text == 'Это «<Ada>» & "друг"'
    assert shown == again == str(escape(text))


@pytest.mark.parametrize(
    ("tag", "named"),
    [
        *[("en", "en_GB"), ("ru", "ru_RU"), ("fr", "fr_FR"), ("ar", "ar_EG"), ("pt-BR", "pt_BR")],
        ("en-XA", "en_US"),
    ],
)
def test_open_graph_gets_a_language_with_a_country(tag, named):
    assert open_graph_locale(tag) == named


def test_a_language_is_named_in_itself():
    assert [language_name(tag) for tag in ("en", "ru", "ar")] == ["English", "Русский", "العربية"]


def test_only_languages_in_cldr_are_accepted():
    tags = ("uk", "pt-BR", "sr-Latn", "xx", "pt_BR", "UK", "", "../etc")

    assert [tag for tag in tags if is_language(tag)] == ["uk", "pt-BR", "sr-Latn"]
