"""Every public page and email, in every language and in two pseudo-locales."""

from email import message_from_bytes, policy

import pytest

from campaign_actions.catalogs.preview.mail_values import mail_values
from campaign_actions.catalogs.preview.render import render_scene
from campaign_actions.catalogs.preview.sample_campaign import placeholder_sample
from campaign_actions.catalogs.preview.scenes import Scene, scenes
from campaign_actions.core.i18n.locale import direction, known_locales
from campaign_actions.core.i18n.locale_registry import languages
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.core.mail.render import make_message, render_mail
from campaign_actions.core.sharing.links import CHANNELS
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
    *(str(channel.label) for channel in CHANNELS.values() if isinstance(channel.label, str)),
    *[
        "BEGIN",
        "CAMPAIGN",
        "ACTIONS",
        "AUDIT",
        "ANCHOR",
        "END",
    ],  # the first and last line of an anchor
    *["campaign", "actions", "audit", "check", "anchor", "FILE"],  # the command that checks one
}


@pytest.fixture
def tags(apps):
    """The tags of all languages and pseudo-locales."""
    with apps["sqlite"].app_context():
        yield (*known_locales(), *PSEUDO_LOCALES)


@pytest.mark.parametrize("name", SCENES)
def test_every_page_and_email_renders_in_every_language(tags, name):
    for tag in tags:
        page = show(SCENES[name], tag)

        if SCENES[name].kind != "text":
            assert f'<html lang="{tag}" dir="{direction(tag)}"' in page


@pytest.mark.parametrize("name", SCENES)
def test_every_text_comes_from_a_catalog(tags, name):
    page = show(SCENES[name], "ar-XB")

    words = plain_words if SCENES[name].kind == "text" else latin_words
    assert list(words(page, known=KNOWN)) == []


def test_an_email_names_its_language_and_direction(tags):
    values = mail_values(placeholder_sample(NOON))
    for tag in tags:
        rendered_mail = render_mail("confirm", locale=tag, values=values)
        message = make_message(rendered_mail, to="ada@example.org", message_id="<1@a>", now=NOON)

        mail = message_from_bytes(message.wire, policy=policy.default)
        assert mail["Content-Language"] == tag
        assert f'dir="{direction(tag)}"' in mail.get_body(("html",)).get_content()


def show(scene: Scene, tag: str) -> str:
    return render_scene(scene, tag, languages().catalog(tag), placeholder_sample(NOON))
