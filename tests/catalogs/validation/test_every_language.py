"""Every page and mail of the public, in every language there is and in two that nobody speaks."""

from email import message_from_bytes, policy

import pytest

from campaign_actions.catalogs.preview.fixtures import nameless
from campaign_actions.catalogs.preview.render import rendered
from campaign_actions.catalogs.preview.scene_values import of_mail
from campaign_actions.catalogs.preview.scenes import Scene, scenes
from campaign_actions.core.i18n.locale import direction, known_locales
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.core.i18n.registry import languages
from campaign_actions.core.mail.render import make_message, render_mail
from tests.support.factories import NOON
from tests.support.page_text import latin_words, plain_words

SCENES = {scene.name: scene for scene in scenes()}
KNOWN = {
    "Human Rights Resource Centre",
    "Ada",
    "Example",
    "EUR",
    "UTC",
    "One",
    "Two",
    "Campaign Actions",
    *["BEGIN", "CAMPAIGN", "ACTIONS", "AUDIT", "ANCHOR", "END"],  # how an anchor begins and ends
    *["campaign", "actions", "audit", "check", "anchor", "FILE"],  # the command that checks one
}


@pytest.fixture
def spoken(apps):
    """The app with all its languages."""
    with apps["sqlite"].app_context():
        yield (*known_locales(), *PSEUDO_LOCALES)


@pytest.mark.parametrize("name", SCENES)
def test_a_page_or_mail_can_be_shown_in_every_language(spoken, name):
    for tag in spoken:
        page = show(SCENES[name], tag)

        if SCENES[name].kind != "text":
            assert f'<html lang="{tag}" dir="{direction(tag)}"' in page


@pytest.mark.parametrize("name", SCENES)
def test_all_that_is_said_is_in_the_catalogs(spoken, name):
    page = show(SCENES[name], "ar-XB")

    words = plain_words if SCENES[name].kind == "text" else latin_words
    assert list(words(page, known=KNOWN)) == []


def test_a_mail_says_its_language_and_runs_in_its_direction(spoken):
    values = of_mail(nameless(NOON))
    for tag in spoken:
        rendered_mail = render_mail("confirm", locale=tag, values=values)
        message = make_message(rendered_mail, to="ada@example.org", message_id="<1@a>", now=NOON)

        mail = message_from_bytes(message.wire, policy=policy.default)
        assert mail["Content-Language"] == tag
        assert f'dir="{direction(tag)}"' in mail.get_body(("html",)).get_content()


def show(scene: Scene, tag: str) -> str:
    return rendered(scene, tag, languages().catalog(tag), nameless(NOON))
