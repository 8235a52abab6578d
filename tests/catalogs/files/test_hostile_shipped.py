"""A hostile shipped catalog breaks no page and no email: the source is shown instead."""

from itertools import cycle

import pytest

from campaign_actions.actions.signatures.sample_emails import (
    REQUIRED_LINKS,
    SAMPLE_MAILS,
    sample_mail,
)
from campaign_actions.catalogs.files.compiler import COMPILED_HERE
from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.files.mo import write_mo
from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.catalogs.store.repository import shipped_by_key
from campaign_actions.catalogs.store.shipped_catalogs import shipped_locales, shipped_translations
from campaign_actions.core import paths
from campaign_actions.core.i18n.locale_registry import LocaleRegistry, locale_registry
from tests.support.factories import link_to, make_action, make_signature
from tests.support.sign_form import post

pytestmark = [
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),  # either will do
    pytest.mark.slow,  # each renders every page with a full hostile catalog
]
EVIL = (
    "%(evil)s",
    "100 % зла",
    "%",
    "%(title)d %(count)r %(num)",
    "<script>alert(1)</script>",
    "</main></body>",
    "{{ config }}",
    "\u202eзло",
    "https://evil.org",
    "зло" * 2000,
    "%(num)c %(count)c",
    "%(num)999999999999d",
)
ACTION = "/uk/campaigns/racism/hate-crimes/"


def evil_catalog(**headers: str) -> bytes:
    texts = cycle(EVIL)
    translated = [
        (message, tuple(next(texts) for _ in range(3 if message.plural else 1)))
        for message in interface_messages()
    ]
    return write_mo(headers_for("uk", **headers), translated)


@pytest.fixture(params=["as gettext makes it", "marked as ours", "broken"])
def evil(request, app, tmp_path, monkeypatch):
    """A Ukrainian catalog that is served although every translation in it is hostile."""
    data = evil_catalog(**(COMPILED_HERE if request.param == "marked as ours" else {}))
    file = tmp_path / "uk/LC_MESSAGES/messages.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(data[:5000] if request.param == "broken" else data)
    monkeypatch.setattr(paths, "TRANSLATIONS", tmp_path)
    needs_nothing = {**app.config, "LOCALE_NEEDS": [], "PSEUDO_LOCALES": False}
    _forget_shipped()
    monkeypatch.setitem(
        app.extensions, locale_registry.key, LocaleRegistry(LanguageLoader(needs_nothing), 0)
    )
    yield request.param
    _forget_shipped()


def _forget_shipped():
    shipped_by_key.cache_clear()
    shipped_translations.cache_clear()
    shipped_locales.cache_clear()


@pytest.fixture
def action(evil, app):
    return make_action(locales=("uk",), shows_comments=True)


def test_pages_show_the_source_instead(client, action, evil):
    signature = make_signature(action, locale="uk")
    pages = [
        "/uk/",
        "/uk/privacy/",
        "/uk/campaigns/racism/",
        ACTION,
        f"{ACTION}thanks/",
        f"{ACTION}comments/",
        f"{ACTION}count.json",
        link_to("confirm", signature, locale="uk"),
        link_to("withdraw", signature, locale="uk"),
    ]

    answers = {page: client.get(page) for page in pages}

    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(
        pages, 200
    )
    if evil != "marked as ours":
        assert "Skip to main content" in answers["/uk/"].text
        assert "evil.org" not in "".join(answer.text for answer in answers.values())


def test_error_pages_and_form_errors_still_work(client, action):
    statuses = {
        "nowhere": client.get("/uk/nowhere/").status_code,
        "no link": client.get("/uk/confirm/no-token/").status_code,
        "mistaken": post(client, ACTION, email="no address", given_name="").status_code,
        "right": post(client, ACTION).status_code,
    }

    assert statuses == {"nowhere": 404, "no link": 404, "mistaken": 400, "right": 303}


def test_emails_are_still_rendered(app, action):
    with app.test_request_context("/uk/"):
        mails = {name: sample_mail(action, name, days=30) for name in SAMPLE_MAILS}

    assert all(mail.subject for mail in mails.values())
    withdraw = "http://actions.example.org/uk/withdraw/preview/"
    expected = {name: "withdraw_url" in REQUIRED_LINKS[name] for name in SAMPLE_MAILS}
    assert {name: withdraw in mail.text for name, mail in mails.items()} == expected
