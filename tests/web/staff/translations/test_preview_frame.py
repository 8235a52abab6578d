"""A message in its place: every page and mail of the public, pages of staff, campaign copy."""

import re

import pytest

from campaign_actions.catalogs.preview.campaign import copy_preview
from campaign_actions.catalogs.preview.fixtures import nameless
from campaign_actions.catalogs.preview.highlight import Noting
from campaign_actions.catalogs.preview.render import rendered, scenes_with
from campaign_actions.catalogs.preview.scenes import scenes
from campaign_actions.catalogs.store.repository import interface
from campaign_actions.core.content.blocks import split
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import known_locales
from tests.support.factories import NOON, make_action, make_campaign, make_staff
from tests.support.staff_client import log_in, token_of
from tests.support.translators import HELLO, SKIP, address, begin, copy_of, make_translator, message

FOUND = 0.94  # of what the public reads: the rest is seen in states that no sample is in


def test_every_scene_can_be_shown(app):
    names = [scene.name for scene in scenes()]
    for scene in scenes():
        page = rendered(scene, "ar", Noting(), nameless(NOON))
        assert len(page) > 50, scene.name

    assert len(set(names)) == len(names)


def test_nearly_all_that_the_public_reads_is_found_on_a_page(app):
    public = [m for m in interface().messages if m.area not in {"staff", "form"}]

    missing = [m.source for m in public if not scenes_with(m)]

    assert len(missing) <= (1 - FOUND) * len(public), missing


def test_words_stand_marked_on_their_page_as_they_are_typed(client, ada):
    page = see(client, HELLO, form="%(organization)s веде цей сайт.")

    assert '<html lang="uk" dir="ltr">' in page.text
    assert '<mark id="seen">Human Rights Resource Centre веде цей сайт.</mark>' in page.text
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text


def test_words_of_a_mail_stand_in_the_mail_and_in_its_text(client, ada):
    words = "Tell us, and we delete what was entered."

    mail = see(client, words, form="Скажіть нам.", scene="mail-confirm")
    text = see(client, words, form="Скажіть нам.", scene="text-confirm")

    assert ">Скажіть нам.</mark>" in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert '<mark id="seen">Скажіть нам.</mark>' in text.text


def test_words_about_a_mistake_stand_in_the_form_that_has_it(client, ada):
    page = see(client, "Choose your country from the list.", form="Виберіть країну.")

    assert "Виберіть країну.</mark>" in page.text


def test_words_that_are_only_read_aloud_say_so(client, ada):
    page = see(client, "You are here", form="Ви тут")

    assert 'aria-label="Ви тут" data-marked' in page.text
    assert "read aloud to who does not see the page" in page.text


def test_words_of_the_workspace_stand_on_its_pages_for_who_may_open_them(app, client, ada):
    boss = app.test_client()
    log_in(boss, make_staff("administrator"))

    here = see(client, "Who works here, and what they may do.", form="Хто тут працює.")
    there = see(boss, "Who works here, and what they may do.", form="Хто тут працює.")

    assert "No preview" in here.text
    assert '<mark id="seen">Хто тут працює.</mark>' in there.text
    assert '<html lang="uk"' in there.text


def test_what_the_gate_refuses_does_nothing_on_the_page(client, ada):
    page = see(client, SKIP, form="<img src=x onerror=alert(1)><script>alert(1)</script>")

    assert "<img src=x" not in page.text
    assert "&lt;img src=x" in page.text


@pytest.mark.parametrize("form", ["%(nothing)s", "%", "%(organization)d", ""])
def test_a_translation_that_can_not_be_used_stops_no_preview(client, ada, form):
    assert see(client, HELLO, form=form).status_code == 200


def test_every_message_has_a_preview_or_a_word_why_not(client, ada):
    some = interface().messages[::60]

    answers = {m.source: client.get(f"{address(m.source)}seen/").status_code for m in some}

    assert set(answers.values()) == {200}


def test_nothing_of_a_preview_is_kept_for_who_comes_next(client, ada):
    see(client, HELLO, form="%(organization)s веде цей сайт.")

    assert "веде цей сайт" not in client.get("/en/privacy/").text
    assert "веде цей сайт" not in client.get(f"{address(HELLO)}seen/").text


def test_a_block_of_a_campaign_stands_marked_on_its_page(client, ada):
    action = make_action()
    catalog = copy_of(action.campaign_id)
    block = next(m for m in catalog.messages if m.source == "Body (en)" and "campaign" in m.context)

    page = see_copy(client, catalog, block, form="Текст (uk)")

    assert '<mark id="seen">Текст (uk)</mark>' in page.text
    assert "Headline of racism (en)" in page.text, "what is not translated stands in its source"


@pytest.mark.parametrize(
    "place", ["campaign", "home", "action/hate-crimes", "confirmed/hate-crimes"]
)
def test_the_texts_of_a_campaign_are_seen_in_all_their_places(client, ada, place):
    action = make_action()
    catalog = copy_of(action.campaign_id)
    of_place = [m for m in catalog.messages if place in m.places]

    pages = [see_copy(client, catalog, one, form="Слова", scene=place) for one in of_place[:4]]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert any("Слова</mark>" in page.text for page in pages)


def test_the_demand_is_seen_in_the_mail(client, ada):
    action = make_action()
    catalog = copy_of(action.campaign_id)
    title = next(m for m in catalog.messages if m.source == action.title)

    page = see_copy(client, catalog, title, form="Вимога", scene="mail/confirm/hate-crimes")

    assert "Вимога</mark>" in page.text


def test_notes_are_english_on_words_of_the_program_and_as_the_page_on_copy(client, ada):
    """What programmers say is never translated; what is said of a campaign is, for who reads it."""
    ada.locale = "ru"
    campaign = make_campaign()
    campaign.texts[0].picture_alt = "A crowd"
    db.session.commit()
    alt = next(m for m in copy_of(campaign.id).messages if m.source == "A crowd")
    late = message("A little late")  # on a page that translators do not see
    there = f"/staff/translations/uk/campaign-{campaign.id}/{alt.key}/"

    of_copy = [client.get(f"{there}{rest}").text for rest in ("", "seen/")]
    of_program = [client.get(f"{address(late.source)}{rest}").text for rest in ("", "seen/")]

    said = "Описание изображения для тех, кто его не видит."
    assert [tag_of(page, said) for page in of_copy] == ['<p class="words">', "<li>"]
    assert [tag_of(page, late.notes[0]) for page in of_program] == [
        '<p class="words" lang="en" dir="ltr">',
        '<li lang="en" dir="ltr">',
    ]


def tag_of(page: str, words: str) -> str:
    """The tag that words stand in."""
    return re.search(rf"<[^<>]*>(?={re.escape(words)})", page)[0]


def test_a_preview_of_copy_holds_what_is_stored_and_the_rest_in_its_source(app):
    body = "## Why\n\n- **One** two\n- Three\n\n> Four"
    campaign = make_campaign()
    campaign.texts[0].body = body
    begin()
    catalog = copy_of(campaign.id)
    three = next(m for m in catalog.messages if m.source == "Three")

    preview = copy_preview(catalog, "uk", three, ("Три",), now=NOON)

    assert [unit.strip("⸨⸩") for unit in split(preview.campaign.body)] == [
        *("Why", "**One** two", "Три", "Four")
    ]


def test_a_message_that_is_not_there_is_a_404(client, ada):
    page = f"/staff/translations/uk/interface/{'0' * 64}/seen/"

    assert client.get(page).status_code == 404


def test_previews_speak_every_language_that_is_worked_on(client):
    begin()
    log_in(client, make_translator())

    pages = {tag: client.get(f"{address(SKIP, tag=tag)}seen/") for tag in known_locales()[1:]}

    assert {page.status_code for page in pages.values()} == {200}
    assert 'dir="rtl"' in pages["ar"].text
    assert message(SKIP).area == "pages"


def see(client, source: str, *, scene: str = "", tag: str = "uk", **fields):
    there = address(source, tag=tag)
    token = token_of(client.get(there).text)
    return client.post(f"{there}seen/?scene={scene}", data={"csrf_token": token, **fields})


def see_copy(client, catalog, block, *, scene: str = "", **fields):
    there = f"/staff/translations/uk/{catalog.name}/{block.key}/"
    token = token_of(client.get(there).text)
    return client.post(f"{there}seen/?scene={scene}", data={"csrf_token": token, **fields})
