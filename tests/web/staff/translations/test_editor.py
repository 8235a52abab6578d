"""The page of one message: translating, what is in the way, two people, what stands beside it."""

import html
import re
from datetime import timedelta

import pytest

from campaign_actions.catalogs.store.repository import interface
from campaign_actions.catalogs.workflow.glossary import save_term
from campaign_actions.catalogs.workflow.presence import Spot, visit
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.registry import locale_registry
from tests.support.factories import NOON, make_staff
from tests.support.staff_client import log_in, post
from tests.support.translators import (
    HELLO,
    MANY,
    SKIP,
    address,
    make_translator,
    message,
    now_of,
    put,
)

STILL_HERE = "Everything you wrote is still here."


def test_a_translation_is_saved_and_public_pages_have_it_at_once(app, client, ada):
    answer = post(client, address(SKIP), form="До вмісту", then="stay")

    assert (answer.status_code, answer.location) == (303, address(SKIP))
    assert now_of(SKIP) == ("До вмісту",)
    words = locale_registry.of(app).current.catalog("uk")
    assert words.gettext(SKIP) == "До вмісту"


def test_saving_goes_on_to_the_next_that_waits(client, ada):
    first, second = [m.source for m in interface().messages if m.area == "form"][:2]

    answer = post(client, address(first) + "?show=waiting&area=form", form="", then="next")

    there = client.get(answer.location)
    assert there.location == address(second) + "?show=waiting&area=form"


def test_the_last_one_leads_back_to_the_list(client, ada):
    answer = post(client, address(SKIP) + "?show=waiting&q=Skip+to", form="До вмісту", then="next")

    there = client.get(answer.location)
    assert there.location == "/staff/translations/uk/interface/"
    assert "That was the last one." in client.get(there.location).text


def test_what_the_gate_refuses_is_said_beside_the_field_and_all_that_was_typed_stays(client, ada):
    answer = post(client, address(HELLO), form="Цей сайт веде %(organisation)s.", then="next")

    assert answer.status_code == 400
    assert "%(organisation)s is not in the source" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Цей сайт веде %(organisation)s.</textarea>" in answer.text
    assert now_of(HELLO) == ()


def test_each_plural_form_has_a_field_with_numbers_that_it_is_for(client, ada):
    page = client.get(address(MANY)).text

    assert page.count('<textarea id="form-') == 3
    assert "Translation for 1, 21, 31, 41 …" in page
    assert page.count('lang="uk" dir="ltr" spellcheck') == 3


def test_all_plural_forms_are_saved_together(client, ada):
    forms = ["%(num)d річ", "%(num)d речі", "%(num)d речей"]

    refused = post(client, address(MANY), form=[*forms[:2], ""], then="stay")
    taken = post(client, address(MANY), form=forms, then="stay")

    assert "The form for 0, 5, 6, 7 is empty" in refused.text
    assert (refused.status_code, taken.status_code) == (400, 303)
    assert now_of(MANY) == tuple(forms)


def test_what_looks_like_a_mistake_is_saved_once_somebody_says_that_it_is_meant(client, ada):
    mixed = "Усе, що ви напиcали, тут."  # a Latin c

    asked = post(client, address(STILL_HERE), form=mixed, then="stay")
    before = now_of(STILL_HERE)
    answer = post(client, address(STILL_HERE), form=mixed, then="stay", anyway="yes")

    assert (asked.status_code, "Is this meant so?" in asked.text) == (400, True)
    assert (before, answer.status_code, now_of(STILL_HERE)) == ((), 303, (mixed,))


def test_english_is_no_translation_of_the_program_whatever_somebody_says(client, ada):
    answer = post(client, address(STILL_HERE), form=STILL_HERE, then="stay", anyway="yes")
    asked = post(client, address(STILL_HERE), form=STILL_HERE, then="stay")

    assert (answer.status_code, asked.status_code, now_of(STILL_HERE)) == (400, 400, ())
    assert "It is the same as the source." in asked.text
    assert "Is this meant so?" not in asked.text


def test_a_save_over_newer_work_shows_both_and_asks(client, ada):
    page = address(SKIP)
    put(SKIP, "До суті", by=make_staff("translator"))

    answer = post(client, page, form="До вмісту", then="stay", read="")
    kept = now_of(SKIP)
    again = client.post(page, data=fields_of(answer.text) | {"then": "stay"})

    assert answer.status_code == 409
    assert "Somebody else has translated this, too" in answer.text
    assert "До суті</p>" in answer.text
    assert "До вмісту</textarea>" in answer.text
    assert kept == ("До суті",)
    assert (again.status_code, now_of(SKIP)) == (303, ("До вмісту",))


def test_two_people_in_one_message_are_told(client, ada):
    other, now = make_staff("translator", name="Bea"), utc_now()
    spot = Spot("interface", "uk", message(SKIP).key)
    visit(spot, staff_id=other.id, now=now)
    here = client.get(address(SKIP)).text

    visit(spot, staff_id=other.id, now=now - timedelta(minutes=11))
    later = client.get(address(SKIP)).text

    assert "Bea has this open, too" in here
    assert "has this open, too" not in later


def test_words_of_the_glossary_that_occur_stand_beside_it(client, ada):
    said = {"term": "content", "translation": "вміст", "note": "Не «контент»."}
    save_term("uk", said, term_id=None, actor=ada.email, now=NOON)
    save_term("uk", said | {"term": "petition"}, term_id=None, actor=ada.email, now=NOON)

    page = client.get(address(SKIP)).text

    assert "Не «контент»." in page
    assert ">petition<" not in page


def test_another_language_can_stand_beside_the_source(client, ada):
    page = client.get(address(SKIP) + "?beside=ru").text
    next_page = client.get(address(HELLO)).text

    assert '<p class="words" lang="ru" dir="ltr">' in page
    assert '<p class="words" lang="ru" dir="ltr">' in next_page, "it is remembered"


def test_arabic_is_written_from_right_to_left(client):
    log_in(client, make_translator("ar"))

    page = client.get(address(MANY, tag="ar")).text

    assert page.count('<textarea id="form-') == 6
    assert page.count('lang="ar" dir="rtl" spellcheck') == 6


def test_an_earlier_wording_is_put_back_through_the_same_door(client, ada):
    put(SKIP, "До суті", by=ada)
    put(SKIP, "До вмісту", by=ada)
    history = client.get(address(SKIP, rest="history/")).text
    way_back = history.split("?from=")[1].split('"')[0]

    page = client.get(address(SKIP) + f"?from={way_back}")
    answer = client.post(address(SKIP), data=fields_of(page.text) | {"then": "stay"})

    assert "До суті</textarea>" in page.text
    assert (answer.status_code, now_of(SKIP)) == (303, ("До суті",))


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "1"])
def test_a_made_up_change_is_no_beginning(client, ada, number):
    assert client.get(address(SKIP) + f"?from={number}").status_code == 200


def test_an_emptied_field_takes_a_translation_back(client, ada):
    put(SKIP, "До суті", by=ada)

    answer = post(client, address(SKIP), form="", read="До суті", then="stay")

    assert (answer.status_code, now_of(SKIP)) == (303, ())


def test_hostile_fields_are_answered_in_words(client, ada):
    too_many = post(client, address(SKIP), form=["До"] * 20, then="stay")
    control = post(client, address(SKIP), form="До\x00 суті\u202e", then="stay")
    nothing = post(client, address(SKIP))

    assert [too_many.status_code, control.status_code, nothing.status_code] == [400, 400, 303]
    assert now_of(SKIP) == ()


def fields_of(page: str) -> dict:
    """What a browser would send of the form on a page."""
    form = page.split('id="writing"')[1].split("</form>")[0]
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    texts = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", form, re.DOTALL)
    fields: dict = {"form": [html.unescape(text) for text in texts]}
    for name, value in hidden:
        fields.setdefault(name, []).append(html.unescape(value))
    return fields
