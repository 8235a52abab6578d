"""Details of pages and emails that differ by language: fonts, alternates, direction."""

import re

import pytest
from flask import g, render_template

from campaign_actions.actions.kinds import KINDS
from campaign_actions.core.content.email_markdown import mail_words
from campaign_actions.core.mail.render import render_mail

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
MAIL = {
    "kind": KINDS["petition"],
    "action_locale": "en",
    "action_title": "A demand",
    "days": 14,
    "code_hours": 24,
    "confirm_words": mail_words(""),
    "receipt_words": mail_words(""),
    "code_page_url": "https://actions.example.org/thanks/",
    "confirm_url": "https://actions.example.org/confirm/",
    "code": "K7M 4PX",
    "withdraw_url": "https://actions.example.org/withdraw/",
    "privacy_url": "",
}
ADDRESSES = {tag: f"https://actions.example.org/{tag}/" for tag in ("en", "ru", "ar")}


def render(app, template: str, locale: str, **values) -> str:
    with app.test_request_context("/"):
        g.locale = locale
        return render_template(template, **values)


@pytest.mark.parametrize(
    ("locale", "fonts"),
    [
        ("en", ["core"]),
        ("fr", ["core", "latin"]),
        ("pt-BR", ["core", "latin"]),
        ("ru", ["core", "cyrillic"]),
        ("uk", ["core", "cyrillic"]),
        ("sr-Latn", ["core", "latin"]),
        ("ar", ["core", "arabic"]),
        ("he", ["core", "hebrew"]),
        ("ka", ["core"]),
    ],
)
def test_only_the_fonts_of_the_language_are_preloaded(app, locale, fonts):
    head = render(app, "layout/fonts.html", locale)

    assert re.findall(r"rubik-([a-z]+)\.woff2", head) == fonts


@pytest.mark.parametrize("locale", ["en", "ru", "ar"])
def test_all_languages_of_a_page_have_the_same_x_default(app, locale):
    whole = render(app, "layout/translations.html", locale, alternates=ADDRESSES)
    without_source = {tag: ADDRESSES[tag] for tag in ("ru", "ar")}
    rest = render(app, "layout/translations.html", "ar", alternates=without_source)

    assert f'hreflang="x-default" href="{ADDRESSES["en"]}"' in whole
    assert f'hreflang="x-default" href="{ADDRESSES["ru"]}"' in rest


@pytest.mark.parametrize(("locale", "begins"), [("ar", True), ("ru", False)])
def test_the_text_of_an_email_begins_with_a_direction_mark(app, locale, begins):
    text = render_mail("confirm", locale=locale, values=MAIL).text

    assert text.startswith("\u200f") == begins


def test_a_latin_name_keeps_its_order_in_an_arabic_email(app):
    app.config["ORGANIZATION_NAME"] = "Rights (Now)"

    mail = render_mail("confirm", locale="ar", values=MAIL)

    assert "\u2066Rights (Now)\u2069" in mail.text
    assert "<bdi>Rights (Now)</bdi>" in mail.html
    assert re.search(r'<p[^>]* dir="ltr"[^>]* lang="en"[^>]*>A demand</p>', mail.html)


def test_headings_of_an_arabic_email_have_no_letter_spacing(app):
    html = render_mail("confirm", locale="ar", values=MAIL).html

    (heading,) = re.findall(r'<h1 class="ink" style="([^"]*)"', html)
    assert re.findall(r"letter-spacing: ?([^;]+)", heading)[-1].strip() == "0"
