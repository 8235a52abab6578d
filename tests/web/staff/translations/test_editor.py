"""The editor of one message: saving, faults, conflicts, and what is shown beside it."""

import html
import re
from datetime import timedelta

import pytest

from campaign_actions.campaigns.edit import save_campaign
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.catalogs.workflow.entries import entries
from campaign_actions.catalogs.workflow.glossary import save_term
from campaign_actions.catalogs.workflow.presence import MessageRef, record_visit
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.publishing.changes import discard_changes
from tests.support.changes import seen_of
from tests.support.drafts import make_draft
from tests.support.factories import NOON, make_campaign, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, post
from tests.support.translators import (
    HELLO,
    MANY,
    SKIP,
    address,
    copy_of,
    make_translator,
    message,
    now_of,
    put,
)

STILL_HERE = "Nothing you wrote has been lost."


def test_a_saved_translation_is_public_at_once(app, client, ada):
    answer = post(client, address(SKIP), form="До вмісту", then="stay")

    assert (answer.status_code, answer.location) == (303, address(SKIP))
    assert now_of(SKIP) == ("До вмісту",)
    catalog = locale_registry.of(app).current.catalog("uk")
    assert catalog.gettext(SKIP) == "До вмісту"


def test_saving_goes_on_to_the_next_untranslated_message(client, ada):
    first, second = [m.source for m in interface_catalog().messages if m.area == "form"][:2]

    answer = post(client, address(first) + "?show=waiting&area=form", form="", then="next")

    redirect = client.get(answer.location)
    assert redirect.location == address(second) + "?show=waiting&area=form"


def test_after_the_last_message_it_goes_back_to_the_list(client, ada):
    answer = post(
        client, address(SKIP) + "?show=waiting&q=Skip+to+main", form="До вмісту", then="next"
    )

    redirect = client.get(answer.location)
    assert redirect.location == "/staff/translations/uk/interface/"
    assert "That was the last string." in client.get(redirect.location).text


def test_a_fault_is_shown_beside_the_field_and_the_text_is_kept(client, ada):
    answer = post(client, address(HELLO), form="Цей сайт веде %(organisation)s.", then="next")

    assert answer.status_code == 400
    assert "%(organisation)s is not in the source" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Цей сайт веде %(organisation)s.</textarea>" in answer.text
    assert now_of(HELLO) == ()


def test_each_plural_form_has_a_field_with_example_numbers(client, ada):
    page = client.get(address(MANY)).text

    assert page.count('<textarea id="form-') == 3
    assert "Translation for 1, 21, 31, 41 …" in page
    assert page.count('lang="uk" dir="ltr" spellcheck') == 3


def test_all_plural_forms_are_saved_together(client, ada):
    forms = ["%(num)d річ", "%(num)d речі", "%(num)d речей"]

    refused = post(client, address(MANY), form=[*forms[:2], ""], then="stay")
    taken = post(client, address(MANY), form=forms, then="stay")

    assert "The translation for 0, 5, 6, 7 is empty" in refused.text
    assert (refused.status_code, taken.status_code) == (400, 303)
    assert now_of(MANY) == tuple(forms)


def test_a_doubtful_translation_is_saved_once_it_is_confirmed(client, ada):
    mixed = "Усе, що ви напиcали, тут."  # a Latin c

    asked = post(client, address(STILL_HERE), form=mixed, then="stay")
    before = now_of(STILL_HERE)
    answer = post(client, address(STILL_HERE), form=mixed, then="stay", anyway="yes")

    assert (asked.status_code, "Is this intentional?" in asked.text) == (400, True)
    assert (before, answer.status_code, now_of(STILL_HERE)) == ((), 303, (mixed,))


def test_the_source_is_never_saved_as_a_translation(client, ada):
    answer = post(client, address(STILL_HERE), form=STILL_HERE, then="stay", anyway="yes")
    asked = post(client, address(STILL_HERE), form=STILL_HERE, then="stay")

    assert (answer.status_code, asked.status_code, now_of(STILL_HERE)) == (400, 400, ())
    assert "The translation is the same as the source text." in asked.text
    assert "Is this intentional?" not in asked.text


def test_a_conflict_shows_both_translations(client, ada):
    page = address(SKIP)
    put(SKIP, "До суті", by=make_staff("translator"))

    answer = post(client, page, form="До вмісту", then="stay", read="")
    kept = now_of(SKIP)
    again = client.post(page, data=fields_of(answer.text) | {"then": "stay"})

    assert answer.status_code == 409
    assert "Someone else has changed this translation" in answer.text
    assert "До суті</p>" in answer.text
    assert "До вмісту</textarea>" in answer.text
    assert kept == ("До суті",)
    assert (again.status_code, now_of(SKIP)) == (303, ("До вмісту",))


def test_two_people_with_the_same_message_open_are_warned(client, ada):
    other, now = make_staff("translator", name="Bea"), utc_now()
    spot = MessageRef("interface", "uk", message(SKIP).key)
    record_visit(spot, staff_id=other.id, now=now)
    here = client.get(address(SKIP)).text

    record_visit(spot, staff_id=other.id, now=now - timedelta(minutes=11))
    later = client.get(address(SKIP)).text

    assert "Bea also has this string open" in here
    assert "also has this string open" not in later


def test_glossary_terms_in_the_source_are_shown(client, ada):
    said = {"term": "content", "translation": "вміст", "note": "Не «контент»."}
    save_term("uk", said, actor=ada.email, now=NOON)
    save_term("uk", said | {"term": "petition"}, actor=ada.email, now=NOON)

    page = client.get(address(SKIP)).text

    assert "Не «контент»." in page
    assert ">petition<" not in page


def test_another_language_can_be_shown_beside_the_source(client, ada):
    page = client.get(address(SKIP) + "?beside=ru").text
    next_page = client.get(address(HELLO)).text

    assert '<p class="words" lang="ru" dir="ltr">' in page
    assert '<p class="words" lang="ru" dir="ltr">' in next_page, "it is remembered"


def test_arabic_is_written_from_right_to_left(client):
    log_in(client, make_translator("ar"))

    page = client.get(address(MANY, tag="ar")).text

    assert page.count('<textarea id="form-') == 6
    assert page.count('lang="ar" dir="rtl" spellcheck') == 6


def test_an_earlier_translation_can_be_restored_from_the_history(client, ada):
    put(SKIP, "До суті", by=ada)
    put(SKIP, "До вмісту", by=ada)
    history = client.get(address(SKIP, rest="history/")).text
    change = history.split("?from=")[1].split('"')[0]

    page = client.get(address(SKIP) + f"?from={change}")
    answer = client.post(address(SKIP), data=fields_of(page.text) | {"then": "stay"})

    assert "До суті</textarea>" in page.text
    assert (answer.status_code, now_of(SKIP)) == (303, ("До суті",))


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "1"])
def test_an_invalid_change_in_the_address_is_ignored(client, ada, number):
    assert client.get(address(SKIP) + f"?from={number}").status_code == 200


def test_emptying_the_field_deletes_the_translation(client, ada):
    put(SKIP, "До суті", by=ada)

    answer = post(client, address(SKIP), form="", read="До суті", then="stay")

    assert (answer.status_code, now_of(SKIP)) == (303, ())


def test_malformed_fields_cause_no_error_page(client, ada):
    too_many = post(client, address(SKIP), form=["До"] * 20, then="stay")
    control = post(client, address(SKIP), form="До\x00 суті\u202e", then="stay")
    nothing = post(client, address(SKIP))

    assert [too_many.status_code, control.status_code, nothing.status_code] == [400, 400, 303]
    assert now_of(SKIP) == ()


def fields_of(page: str) -> dict:
    """What a browser would send of the form on the page."""
    form = page.split('id="writing"')[1].split("</form>")[0]
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    texts = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", form, re.DOTALL)
    fields: dict = {"form": [html.unescape(text) for text in texts]}
    for name, value in hidden:
        fields.setdefault(name, []).append(html.unescape(value))
    return fields


def open_stale(client) -> str:
    """The address of a title whose source changed after it was translated, for a logged-in reviewer."""
    campaign, grace = make_draft(), make_staff("campaigner")
    changes = {"texts.en.title": "Another title of racism"}
    save_campaign(campaign.id, changes, opened_at=0, by=grace, now=NOON)
    log_in(client, make_translator("ru"))
    (entry,) = [each for each in entries(copy_of(campaign.id), "ru") if each.is_stale]
    return f"/staff/translations/ru/campaign-{campaign.id}/{entry.message.key}/"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_stale_translation_opens_with_the_old_text_in_the_box(client):
    stale = open_stale(client)

    page = client.get(stale).text
    answer = client.post(stale, data=fields_of(page) | {"then": "stay"})

    assert "Title of racism (ru)</textarea>" in page
    assert "The source text has changed." in page
    assert answer.status_code == 303
    assert "The source text has changed." not in client.get(stale).text, "saving it confirms it"


def address_in_draft(campaign, source: str) -> str:
    key = next(each.key for each in copy_of(campaign.id).messages if each.source == source)
    db.session.rollback()
    return f"/staff/translations/ru/campaign-{campaign.id}/{key}/"


def reword(campaign, by, **texts):
    named = {f"texts.en.{name}": text for name, text in texts.items()}
    save_campaign(campaign.id, named, opened_at=99, by=by, now=NOON)
    db.session.rollback()


@pytest.fixture
def reworded(client):
    """A public campaign with a new title in its draft, whose string a translator has open."""
    campaign = make_campaign(locales=("en", "ru"))
    grace = make_staff("campaigner", name="Grace")
    reword(campaign, grace, title="Another title of racism")
    log_in(client, make_translator("ru"))
    address = address_in_draft(campaign, "Another title of racism")
    page = client.get(f"{address}?show=stale").text
    typed = fields_of(page) | {"form": "Другое название", "then": "next"}
    return campaign, grace, address, typed


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_translation_of_a_source_that_was_changed_goes_on_with_the_new_one(client, reworded):
    campaign, grace, address, typed = reworded
    reword(campaign, grace, title="A new title of racism")
    new = address_in_draft(campaign, "A new title of racism")

    answer = client.post(f"{address}?show=stale", data=typed)
    said = visible_text(answer.text)
    saved = client.post(new, data=fields_of(answer.text) | {"then": "stay"})

    assert answer.status_code == 409
    assert "The source text has changed since you opened this string" in said
    assert "Grace last saved the page on" in said
    assert "Another title of racism" in said
    assert "Другое название</textarea>" in answer.text
    assert f'action="{new}?show=stale"' in answer.text
    assert saved.status_code == 303
    assert "Другое название</textarea>" in client.get(new).text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_translation_of_a_discarded_draft_is_shown_beside_the_public_text(client, reworded):
    campaign, grace, address, typed = reworded
    seen = seen_of(campaign.id)
    discard_changes(campaign.id, seen=seen, actor=grace.email, staff_id=grace.id, now=NOON)
    db.session.rollback()

    answer = client.post(address, data=typed)
    said = visible_text(answer.text)

    assert answer.status_code == 409
    assert "Grace discarded the draft with the old text on" in said
    assert "The new source text already has this translation." in said
    assert "Title of racism (ru)" in said
    assert "Другое название</textarea>" in answer.text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_translation_of_a_text_that_was_removed_can_be_copied(client):
    campaign, grace = make_draft(), make_staff("campaigner", name="Grace")
    reword(campaign, grace, headline="Stand up")
    log_in(client, make_translator("ru"))
    address = address_in_draft(campaign, "Stand up")
    typed = fields_of(client.get(address).text) | {"form": "Вставайте", "then": "next"}
    reword(campaign, grace, headline="")

    answer = client.post(address, data=typed)
    said = visible_text(answer.text)

    assert answer.status_code == 409
    assert "This string no longer exists" in said
    assert "Stand up" in said
    assert "Вставайте" in said
    assert f'href="/staff/translations/ru/campaign-{campaign.id}/">Back to strings' in answer.text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_key_that_never_existed_is_not_found(client, reworded):
    _campaign, _grace, address, typed = reworded
    key = address.split("/")[-2]

    assert client.post(address.replace(key, "0" * 64), data=typed).status_code == 404
