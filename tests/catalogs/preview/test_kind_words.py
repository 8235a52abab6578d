"""No page or email about an action of one kind has the words of the other, in any language.

Every public page, every email to signers and every page of the workspace about one action is rendered in
all its states, once for petitions and once for pledges. The texts of the campaign are “…”, so every word
found is one of the program.

Exceptions, all of them stated here:

- a card or a link that leads to an action of the other kind: here all actions have one kind;
- the privacy page, which is about both, and the consent text, which is a text of its own for each kind;
- pages for staff about the organisation or a campaign, the forms in which the kind of an action is chosen,
  and emails to staff and translators;
- commands, which have one name for both kinds.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from campaign_actions.catalogs.preview.mail_values import mail_values
from campaign_actions.catalogs.preview.render import render_scene
from campaign_actions.catalogs.preview.sample_campaign import SampleCampaign, placeholder_sample
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene, scenes
from campaign_actions.core.i18n.locale_registry import languages
from campaign_actions.web.staff.translations.scenes.all_scenes import staff_scenes
from tests.support.factories import NOON
from tests.support.page_text import Reader

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

LOCALES = ("en", "ru", "fr", "es", "ar")
# Stems of words, as regular expressions. What follows in (?!…) belongs to other words.
WORDS = {
    "petition": {  # to sign, a signature
        "en": r"\bsign(?!al|ific|post|s of)",
        "ru": r"\bподпис(?!к|чик)",
        "fr": r"\bsign(?:er|é|ez|ons|ent|ature|ataire)",  # not «signes», which are characters
        "es": r"\bfirm",
        "ar": r"توقيع|تواقيع|وقّع",
    },
    "pledge": {  # to pledge, a pledge, a promise
        "en": r"\bpledg|\bpromis",
        "ru": r"обеща",
        "fr": r"\bengag|\bpromess|\bpromet",
        "es": r"\bcompromis|\bcompromet|\bpromes|\bpromet",
        "ar": r"تعهّد|تعهد|(?<!م)وعد(?!د)",
    },
}
OTHER = {"petition": "pledge", "pledge": "petition"}
NOT_ABOUT_ONE_ACTION = ("site/privacy.html", "translation_emails/", "staff-")
# Pages for staff that are about one action, except for the forms in which its kind is chosen.
STAFF_PAGES = ("staff/signatures/", "staff/actions/", "staff/updates/", "staff/approvals/")
WITH_A_CHOICE_OF_KIND = ("staff/actions/new", "staff/actions/edit")
COMMAND = re.compile(r"[“«]\s*campaign-actions [^”»]*[”»]")


def test_the_words_of_a_kind_are_found_in_each_language():
    texts = {
        "en": ("You signed.", "Your pledge"),
        "ru": ("Ваша подпись", "Ваше обещание"),
        "fr": ("Vous avez signé.", "Votre engagement"),
        "es": ("Su firma", "Su compromiso"),
        "ar": ("توقيعكم", "تعهّدكم"),
    }

    for locale, (of_petition, of_pledge) in texts.items():
        found = [
            [kind for kind in WORDS if re.search(WORDS[kind][locale], text, re.IGNORECASE)]
            for text in (of_petition, of_pledge)
        ]
        assert found == [["petition"], ["pledge"]]


@on_sqlite
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", OTHER)
def test_no_page_or_email_about_one_kind_has_the_words_of_the_other(app, kind, locale):
    catalog = languages().catalog(locale)
    words = re.compile(WORDS[OTHER[kind]][locale], re.IGNORECASE)

    found = {
        f"{scene.name}: {text}"
        for scene in scenes_about_actions()
        for text in texts_of(scene, render_scene(scene, locale, catalog, sample_of(kind)))
        if words.search(COMMAND.sub("", text))
    }

    assert not found, "\n".join(sorted(found))


@on_sqlite
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", OTHER)
def test_no_label_of_a_count_has_the_words_of_the_other_kind(app, kind, locale):
    action = getattr(placeholder_sample(NOON), kind)

    with app.test_request_context(f"/{locale}/"):
        labels = [action.kind.count_in_words(count) for count in (0, 1, 2, 5, 21, 100, 1_000_000)]

    assert [c for c in labels if re.search(WORDS[OTHER[kind]][locale], c.before + c.after)] == []


def sample_of(kind: str) -> SampleCampaign:
    """A campaign whose actions all have one kind: a card of the other kind would have its words."""
    sample = placeholder_sample(NOON)
    action = getattr(sample, kind)
    return replace(sample, petition=action, pledge=action)


def scenes_about_actions() -> Iterator[Scene]:
    for scene in scenes():
        if not scene.template.startswith(NOT_ABOUT_ONE_ACTION):
            yield scene
    for scene in staff_scenes():
        has_choice = scene.template.startswith(WITH_A_CHOICE_OF_KIND)
        if scene.template.startswith(STAFF_PAGES) and not has_choice:
            yield scene
    for kind in ("mail", "text"):
        yield Scene(f"{kind}-known-and-not-counted", "", "already-signed", _not_counted, kind)


def _not_counted(sample: SampleCampaign) -> Values:
    return {**mail_values(sample), "is_counted": False}


def texts_of(scene: Scene, rendered: str) -> list[str]:
    """All that people read or hear, title and description included."""
    if scene.kind == "text":
        return rendered.splitlines()
    reader = Reader()
    reader.feed(rendered)
    return reader.texts
