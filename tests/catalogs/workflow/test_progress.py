"""The progress that translators see agrees with what the public sees."""

from dataclasses import replace

import pytest

from campaign_actions.actions.consent import publish_consent
from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.catalogs.workflow.progress import (
    Share,
    campaign_readiness,
    has_consent,
    readiness,
    readiness_of,
)
from campaign_actions.core.i18n.locale_registry import locale_registry
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_campaign
from tests.support.po_editor import in_letters
from tests.support.translators import HELLO, begin, copy_of, make_translator, put

NEEDS = ("errors", "privacy", "consent", "approval")


@pytest.mark.parametrize("needs", [("errors",), ("privacy", "approval"), ("privacy",), NEEDS])
@pytest.mark.parametrize("done", ["nothing", "errors", "all"])
def test_readiness_agrees_with_the_languages_served(app, needs, done):
    begin()
    publish_consent("petition", "en", "We keep it.", now=NOON)
    areas = {"nothing": [], "errors": ["errors"], "all": ["errors", "privacy"]}[done]
    edits = {
        m.key: TranslationEdit(_forms_for(m), ())
        for m in interface_catalog().messages
        if m.area in areas
    }
    save_translations(interface_catalog(), "uk", edits, how="web", staff_id=None, now=NOON)

    found = LanguageLoader({**app.config, "LOCALE_NEEDS": needs}).load()
    found_readiness = readiness_of(
        found.translations["uk"], needs=needs, has_consent=has_consent("uk", ["en"])
    )

    assert found_readiness.is_ready == ("uk" in found.served)


def test_privacy_translations_count_once_they_are_approved(app):
    app.config["LOCALE_NEEDS"] = NEEDS
    begin()
    put(HELLO, "Цей сайт веде %(organization)s.", by=make_translator("uk"))
    locale_registry().refresh_now()

    share = readiness("uk", NEEDS).areas["privacy"]

    assert (share.done, share.left) == (0, share.all)


def _forms_for(message):
    """A translation with the placeholders and tags of its source."""
    return (in_letters(message.model),) * (3 if message.plural else 1)


def test_a_campaign_is_public_in_a_language_once_all_its_texts_are_translated(app):
    begin()
    campaign = make_campaign()
    catalog = copy_of(campaign.id)
    *most, last = catalog.messages

    _translate(catalog, most)
    before = campaign_readiness(catalog, "uk")
    _translate(catalog, [last])
    publish_all()
    after = campaign_readiness(catalog, "uk")

    assert (before.share.left, before.is_public, before.waits_for_texts) == (1, False, True)
    assert (after.share.left, after.is_public, after.waits_for_texts) == (0, True, False)
    hidden = replace(after, is_public=False, share=Share(1, 3))
    assert not hidden.waits_for_texts, "it has the language, so only its publishers show it again"


def _translate(catalog, messages) -> None:
    edits = {message.key: TranslationEdit(("Слова",), ()) for message in messages}
    save_translations(catalog, "uk", edits, how="web", staff_id=None, now=NOON)
