"""The language of an email: the whole email is in one language, and that language is served."""

import re

import pytest

from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.locale_registry import LocaleRegistry, locale_registry
from campaign_actions.core.mail.render import mail_makers
from tests.support.factories import make_action, make_signature
from tests.support.outbox import ADA, NOON, text_of
from tests.support.po_editor import in_letters
from tests.support.translators import begin

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def signer(app, post):
    """A signature in Ukrainian whose confirmation email is queued."""
    post.mails = mail_makers.of(app)
    begin("uk")
    return make_signature(make_action(locales=("en", "uk")), locale="uk", email=ADA)


def in_one_language(mail) -> str:
    """The language of an email; asserts that its header, its HTML and all its links have the same one."""
    html = mail.get_body(("html",)).get_content()
    tag = mail["Content-Language"]
    assert re.search("<html[^>]*>", html)[0].count(f'lang="{tag}"') == 1
    assert {*re.findall(r"actions\.example\.org/([^/]+)/", html + text_of(mail))} == {tag}
    return tag


def test_an_email_in_a_language_no_longer_served_is_in_another_with_its_links(client, post, signer):
    post.deliver()

    (mail,) = post.arrived()
    links = re.findall(r"http://actions\.example\.org(/\S+/)", text_of(mail))
    assert in_one_language(mail) == "en"
    assert "Title of hate-crimes (en)" in text_of(mail)
    assert [client.get(link).status_code for link in links] == [200] * len(links)


def test_emails_stop_using_a_language_as_soon_as_it_is_incomplete(app, post, signer, monkeypatch):
    needs = {**app.config, "LOCALE_NEEDS": ["errors"]}
    monkeypatch.setitem(
        app.extensions, locale_registry.key, LocaleRegistry(LanguageLoader(needs), 0)
    )
    translations = {m.key: _forms(m) for m in interface_catalog().messages if m.area == "errors"}
    _translate({key: TranslationEdit(forms, ()) for key, forms in translations.items()})
    locale_registry().refresh_now()
    assert "uk" in locales()
    key, forms = next(iter(translations.items()))

    _translate({key: TranslationEdit((), forms)})  # by another process
    post.deliver()

    assert in_one_language(post.arrived()[0]) == "en"


def test_a_digest_is_in_one_language(app, post):
    begin("uk")
    for about in range(7):
        post.queue(about=about, locale="uk" if about % 2 else "en")

    post.deliver()
    post.deliver(NOON.replace(day=NOON.day + 2))

    assert {mail["Content-Language"] for mail in post.arrived()} == {"en"}
    assert "Title 6" in text_of(post.arrived()[-1])


def _forms(message):
    return (in_letters(message.model),) * (3 if message.plural else 1)


def _translate(edits) -> None:
    save_translations(interface_catalog(), "uk", edits, how="web", staff_id=None, now=NOON)
