"""The languages of a translator, one language, adding one, and the list of messages."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from sqlalchemy import delete, select, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import known_locales
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import NOON, make_action, make_campaign, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, post
from tests.support.translators import (
    HELLO,
    SKIP,
    address,
    begin,
    copy_of,
    make_translator,
    message,
    put,
    stored_in,
)


@pytest.mark.parametrize("query", ["Україн", "ukrainian", "uk"])
def test_a_language_is_found_by_name_and_added(client, query):
    log_in(client, make_staff("administrator"))

    found = client.get("/staff/translations/add/", query_string={"q": query}).text
    answer = post(client, "/staff/translations/add/", tag="uk")

    assert 'name="tag" value="uk"' in found
    assert answer.location == "/staff/translations/uk/"
    assert "uk" in known_locales()
    assert client.get("/uk/").status_code == 404


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("xx", "Language not found"),
        ("ru", "You already have this language"),
        ("", "Enter a language code"),
    ],
)
def test_an_invalid_language_is_refused_with_a_message(client, tag, words):
    log_in(client, make_staff("administrator"))

    answer = post(client, "/staff/translations/add/", tag=tag)

    assert answer.status_code in (400, 409)
    assert words in answer.text or "Enter a language code" in answer.text


def test_a_translator_sees_their_languages_and_what_is_pending(client, ada):
    make_action()

    page = client.get("/staff/translations/").text

    assert "Українська" in page
    assert "Русский" not in page
    assert 'href="/staff/translations/uk/interface/next/"' in page
    assert "strings to translate" in page


def test_an_empty_overview_says_what_to_do(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    log_in(client, make_translator("pt"))

    page = client.get("/staff/translations/").text

    assert "Nothing to translate yet" in page
    assert "An administrator can add a language." in page


def test_a_language_shows_what_is_missing_before_it_is_public(app, client, ada):
    app.config["LOCALE_NEEDS"] = ["form", "consent", "privacy", "approval"]
    publish_consent("pledge", "en", "We keep it.", now=NOON)
    put(HELLO, "Цей сайт веде %(organization)s.", by=ada)

    page = client.get("/staff/translations/uk/").text

    form = [m for m in interface_catalog().messages if m.area == "form"]
    assert f"Forms: {len(form)} of {len(form)} strings are not translated." in page
    assert "The consent text for pledges is missing in this language." in page
    assert "consent text for petitions" not in page, "there is none in any language"
    assert "Privacy page: 1 string is pending approval." in page
    assert "Error pages:" not in page, "it is not needed"


def test_a_translator_resumes_after_the_message_last_opened(client, ada):
    first, second, third = [m.source for m in interface_catalog().messages if m.area == "form"][:3]
    before = client.get("/staff/translations/uk/interface/next/").location
    client.get(address(second))

    after = client.get("/staff/translations/uk/interface/next/").location

    assert (before, after) == (f"{address(first)}?show=waiting", f"{address(third)}?show=waiting")


def test_the_only_message_left_is_opened_again(client, ada):
    only = next(m.source for m in interface_catalog().messages if m.area == "form")
    there = f"/staff/translations/uk/interface/next/?q={quote(only)}"
    first = client.get(there).location
    client.get(address(only))

    again = client.get(there).location
    after = client.get(f"{there}&after={message(only).key}").location

    assert again == first
    assert first.startswith(address(only))
    assert after == "/staff/translations/uk/interface/", "it was the last one"


def test_the_list_shows_pending_messages_and_is_searchable_in_both_languages(client, ada):
    put(SKIP, "До вмісту", by=ada)
    page = "/staff/translations/uk/interface/"

    waiting = client.get(page).text
    by_source = client.get(f"{page}?show=all&q=skip content").text
    by_words = client.get(f"{page}?show=done&q=ВМІСТУ").text
    nothing = client.get(f"{page}?q=nothing of the kind")

    assert address(SKIP) not in waiting
    assert address(SKIP) in by_source
    assert "До вмісту" in by_words
    assert (nothing.status_code, "No strings match your search" in nothing.text) == (200, True)


def test_doubtful_translations_can_be_listed(client, ada):
    doubtful = "Nothing you wrote has been lost."
    put(doubtful, "Усе, що ви напиcали, тут.", by=ada)  # a Latin c
    put(SKIP, "До вмісту", by=ada)

    page = client.get("/staff/translations/uk/interface/?show=warnings").text

    assert address(doubtful) in page
    assert address(SKIP) not in page


def test_a_translation_of_a_changed_source_is_offered_with_the_difference(client, ada):
    row = dict.fromkeys(("catalog", "locale"), "interface") | {"locale": "uk", "key": "0" * 64}
    former = Translation(
        **row, context="", source="Skip to our content", forms=["До нашого вмісту"], changed_at=NOON
    )
    db.session.add(former)
    db.session.commit()

    listed = client.get("/staff/translations/uk/interface/?show=stale").text
    page = client.get(address(SKIP)).text

    assert address(SKIP) in listed
    assert listed.count("<li>\n          <a ") == 1
    assert "<del>our</del>" in page
    assert "<ins>main</ins>" in page
    assert 'data-offer="До нашого вмісту"' in page


def test_translations_of_the_same_source_elsewhere_are_offered(client, ada):
    campaign = make_campaign(slug="own")
    row = {"catalog": f"campaign-{campaign.id}", "locale": "uk", "key": "1" * 64}
    db.session.add(Translation(**row, context="x", source=SKIP, forms=["Далі"], changed_at=NOON))
    db.session.commit()

    page = client.get(address(SKIP)).text

    assert 'data-offer="Далі"' in page
    assert "Title of own (en)" in page


@pytest.mark.parametrize("query", ["?show=x&area=x&q=%00", "?page=0", "?q=" + "x" * 5000])
def test_invalid_filters_are_ignored(client, ada, query):
    assert client.get(f"/staff/translations/uk/interface/{query}").status_code == 200


def test_campaign_copy_has_its_own_list(client, ada):
    campaign = make_campaign()
    page = f"/staff/translations/uk/campaign-{campaign.id}/"

    listed = client.get(page).text
    opened = client.get(client.get(f"{page}next/").location)

    assert "Headline of racism (en)" in listed
    assert opened.status_code == 200
    assert "Campaign texts" in opened.text


def test_a_campaign_is_not_translated_into_its_own_language(client):
    begin()
    log_in(client, make_translator())
    campaign = make_campaign(source_locale="uk", locales=("uk",))

    answers = [
        client.get(f"/staff/translations/{tag}/campaign-{campaign.id}/").status_code
        for tag in ("uk", "en", "ru")
    ]

    assert answers == [404, 200, 200]
    assert message(SKIP).source == SKIP


def test_the_list_of_a_draft_says_what_is_left_and_leads_on_to_the_next_step(app, client):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    campaign = make_draft()
    db.session.execute(delete(ActionText).filter_by(locale="ru"))
    db.session.commit()
    catalog = copy_of(campaign.id)
    page = f"/staff/translations/ru/{catalog.name}/?show=waiting"
    back = f'<a class="btn" href="/staff/campaigns/{campaign.id}/checklist/">Back to the checklist<'
    way_on = f'href="/staff/campaigns/{campaign.id}/appearance/">Next: add a picture<'
    log_in(client, make_staff("campaigner"))
    before = client.get(page).text

    _translate_all(catalog, "ru")
    after = client.get(page).text

    assert "Everything is translated." not in before
    assert "The campaign is not published yet." in before
    assert back in before, "the strings come first"
    assert "Everything is translated. The campaign is not published yet." in after
    assert f'<a class="btn main" {way_on}' in after
    set_opening_time(campaign.id, NOON)
    assert way_on not in client.get(page).text


def test_a_translator_who_has_finished_a_page_is_led_to_the_next_one(client):
    done, other = make_draft(slug="done"), make_draft(slug="other")
    _translate_all(copy_of(done.id), "ru")
    actions = select(Action.id).filter_by(campaign_id=other.id)
    texts = delete(ActionText).where(ActionText.locale == "ru", ActionText.action_id.in_(actions))
    db.session.execute(texts)
    db.session.commit()
    log_in(client, make_staff("translator"))

    page = client.get(f"/staff/translations/ru/campaign-{done.id}/").text

    address = f"/staff/translations/ru/campaign-{other.id}/next/?show=waiting"
    assert f'<a class="btn main" href="{address}">Next: Title of other (en), Russian<' in page
    assert page.count('class="btn main"') == 1


@pytest.mark.parametrize(
    ("opens_at", "words"),
    [
        (NOON, "This campaign is public in this language."),
        (
            datetime(2099, 12, 2, 9, tzinfo=UTC),
            "This campaign will be public in this language on 2 December 2099",
        ),
    ],
)
def test_the_list_says_whether_the_campaign_is_public_or_will_be(client, opens_at, words):
    campaign = make_draft(published_at=opens_at)
    log_in(client, make_staff("campaigner"))

    page = client.get(f"/staff/translations/ru/campaign-{campaign.id}/").text

    assert words in visible_text(page)


def _translate_all(catalog, tag: str) -> None:
    done = stored_in(catalog, tag)
    edits = {m.key: TranslationEdit(("Слова",), ()) for m in catalog.messages if m.key not in done}
    save_translations(catalog, tag, edits, how="web", staff_id=None, now=NOON)


def test_an_archived_campaign_is_only_offered_for_its_result(client, ada):
    make_campaign(slug="open")
    make_campaign(slug="old", archived_at=NOON)
    make_campaign(slug="lacking", archived_at=NOON, locales=("en", "uk"))
    db.session.execute(
        update(CampaignText).where(CampaignText.locale == "en").values(result="Won.")
    )
    db.session.commit()

    pages = [client.get(f"/staff/translations/{rest}").text for rest in ("", "uk/")]

    assert all("Title of open" in page for page in pages)
    assert all("Title of lacking" in page for page in pages), "its result is to be translated"
    assert not any("Title of old" in page for page in pages)
