"""Links that share a page: the channels of each language, and nothing about the person."""

import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from campaign_actions import create_app
from campaign_actions.actions.counts.source_limit import SOURCE_PATTERN
from campaign_actions.config import SHARE_CHANNELS, WrongSetting
from campaign_actions.core.sharing.links import CHANNELS, share_links
from campaign_actions.core.templating.environment import locale_context
from tests.support.app import SETTINGS
from tests.support.factories import link_to, make_action, make_campaign, make_confirmed

ADDRESS = "https://actions.example.org/en/campaigns/racism/hate-crimes/"
PLACE = "campaigns/racism/hate-crimes/"
PLEA = "A “street brawl”?\nJoin me & others: 100% #now"


def links(locale: str = "en", *, text: str = PLEA) -> dict[str, str]:
    with locale_context(locale):
        return {link.label: link.address for link in share_links(ADDRESS, title="A?", text=text)}


def passed_on(address: str) -> list[str]:
    """The addresses of ours in the query of a link."""
    values = [value for values in parse_qs(urlsplit(address).query).values() for value in values]
    return [
        found
        for value in values
        for found in re.findall(r"https?://actions\.example\.org/\S*", value)
    ]


@pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])
def test_each_address_holds_its_channel_and_nothing_else(app, locale):
    found = links(locale)

    for address in found.values():
        (ours,) = passed_on(address)
        query = parse_qs(urlsplit(ours).query)
        assert query.keys() == {"source"}
        assert query["source"][0] in CHANNELS
        assert SOURCE_PATTERN.fullmatch(query["source"][0])
        assert ours.partition("?")[0] == ADDRESS


def test_texts_arrive_as_written(app):
    found = links()

    sent = {name: parse_qs(urlsplit(address).query) for name, address in found.items()}
    assert sent["WhatsApp"] == {"text": [f"{PLEA}\n{ADDRESS}?source=whatsapp"]}
    assert sent["Telegram"] == {"url": [f"{ADDRESS}?source=telegram"], "text": [PLEA]}
    assert sent["Facebook"] == {"u": [f"{ADDRESS}?source=facebook"]}
    assert sent["Email"] == {"subject": ["A?"], "body": [f"{PLEA}\n{ADDRESS}?source=email"]}
    assert found["Text message"].startswith("sms:?&body=A%20%E2%80%9C")


def test_each_language_has_the_channels_of_its_readers(app):
    english, russian = list(links("en")), list(links("ru"))

    assert english[:3] == ["WhatsApp", "Telegram", "Facebook"]
    assert russian[:2] == ["Telegram", "VK"]
    assert "Facebook" not in russian


def test_the_setting_chooses_channels_and_their_order():
    app = create_app(SETTINGS | {"SHARE_CHANNELS": ["ru=vk sms vk", "*=email"]})

    with app.app_context():
        assert list(links("en")) == ["Email"]
        assert [address.partition(":")[0] for address in links("ru").values()] == ["https", "sms"]


def test_every_channel_is_offered_where_nothing_is_set():
    app = create_app(SETTINGS | {"SHARE_CHANNELS": []})

    with app.app_context():
        assert len(links("en")) == len(CHANNELS)


@pytest.mark.parametrize(
    ("entry", "message"), [("en=whatsap", "whatsap"), ("telegram", "telegram"), ("xx!=vk", "xx!")]
)
def test_a_wrong_setting_is_refused_with_what_is_wrong(entry, message):
    with pytest.raises(WrongSetting, match=message):
        create_app(SETTINGS | {"SHARE_CHANNELS": [entry]})


def test_the_default_names_every_language_of_the_program():
    assert [entry.partition("=")[0] for entry in SHARE_CHANNELS] == [
        "en",
        "ru",
        "fr",
        "es",
        "ar",
        "*",
    ]


def shared_section(page: str) -> str:
    found = re.search(r'<section class="[a-z]+ share".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize("place", ["", "thanks/"])
def test_public_pages_share_the_action(client, place):
    make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))

    for locale in ("en", "ru"):
        section = shared_section(client.get(f"/{locale}/{PLACE}{place}").text)
        outside = re.findall(
            r'<a href="((?:https|viber|mailto|sms):[^"]+)" rel="noreferrer"', section
        )
        assert len(outside) == section.count("<li>") == len(links(locale))
        for address in map(unescape, outside):
            assert re.fullmatch(
                rf"http://actions.example.org/{locale}/{PLACE}\?source=\w+", *passed_on(address)
            )


def test_the_confirmed_page_shares_the_action_and_not_its_own_address(client):
    signature = make_confirmed(make_action(), given_name="Adriana", email="adriana@example.org")
    address = link_to("confirm", signature)

    section = shared_section(client.get(address).text)

    token = address.split("/")[3]
    assert "source=whatsapp" in unquote(section)
    for private in (token, "Adriana", "adriana", signature.public_id):
        assert private not in unquote(section)


def test_scripts_only_add_buttons(client):
    make_action()

    section = shared_section(client.get(f"/en/{PLACE}").text)

    buttons = re.findall(r"<button[^>]*>", section)
    assert len(buttons) == 2
    assert all(" hidden " in button for button in buttons)
    assert (
        'value="http://actions.example.org/en/campaigns/racism/hate-crimes/?source=link"' in section
    )
    assert '<svg aria-hidden="true"' in section


def test_an_email_passes_on_a_paragraph_and_links(app):
    html = (
        '{% from "mail/macros.html" import pass_on %}'
        '{{ pass_on("A?", "Look <here>", "https://actions.example.org/en/", "en") }}'
    )
    plain = (
        '{% from "mail/pass_on.txt" import pass_on %}'
        '{{ pass_on("Look <here>", "https://actions.example.org/en/") }}'
    )

    with locale_context("ru"):
        shown = app.jinja_env.from_string(html).render()
        text = app.jinja_env.from_string(plain).render()

    assert "Look &lt;here&gt;" in shown
    assert '<p class="ink quote" lang="en" dir="ltr">' in shown
    assert re.findall(r">(Telegram|VK|WhatsApp)<", shown) == ["Telegram", "VK", "WhatsApp"]
    assert "    Look <here>\n    https://actions.example.org/en/?source=email\n" in text
