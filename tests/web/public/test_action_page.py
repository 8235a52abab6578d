"""The page of an action: its order, its countries, foreign comments, and its address on paper."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.actions.models import Comment
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_confirmed, set_count
from tests.support.sign_form import PAGE, post

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_the_form_follows_demand_and_count_and_comes_before_the_reasons(client):
    make_action()

    page = client.get(PAGE).text

    places = [
        page.index(mark) for mark in ("<h1>", "data-count", 'id="sign"', '<div class="story">')
    ]
    assert places == sorted(places)
    assert page.count('<div class="meter">') == 1


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "<strong>Be one of the first</strong>"),
        (19, "<strong>Be one of the first</strong>"),
        (20, "<b>20</b> people"),
    ],
)
def test_below_twenty_people_there_is_no_number_but_always_the_mark_for_scripts(
    client, count, said
):
    set_count(make_action(), count)

    page = client.get(PAGE).text

    counted = re.findall(r"data-count>(.+?)</", page)
    assert counted
    assert all(said.startswith(found) for found in counted)
    assert said in page
    assert "<b>0</b>" not in page
    assert client.get(f"{PAGE}count.json").json["count"] == count


def test_countries_where_most_readers_live_come_first_and_one_is_chosen(client):
    make_action(locales=("en", "ru"))
    address = PAGE.replace("/en/", "/ru/")

    page = client.get(address).text
    again = post(client, address, country="RU", email="ada").text

    first, second = re.findall(r"<optgroup.*?</optgroup>", page, re.S)
    assert re.findall(r'value="(\w+)"', first)[:2] == ["RU", "UA"]
    assert len(re.findall("<option", second)) == 250
    assert re.findall(r'value="(\w+)" selected', again) == ["RU"]


def test_a_foreign_comment_has_language_and_direction_on_its_whole_figure(client):
    action = make_action(asks_comment=True, shows_comments=True, locales=("en", "ar"))
    for number, locale in enumerate(("en", "ar")):
        signature = make_confirmed(action, comment=f"In {locale}", show_comment=True, locale=locale)
        comment = update(Comment).filter_by(action_id=action.id, signature_id=signature.id)
        shown = {"is_shown": True, "decided_at": NOON + timedelta(minutes=number)}
        db.session.execute(comment.values(shown))
        db.session.commit()

    pages = {tag: client.get(PAGE.replace("/en/", f"/{tag}/")).text for tag in ("en", "ar")}

    assert '<figure lang="ar" dir="rtl">' in pages["en"]
    assert '<figure lang="en" dir="ltr">' in pages["ar"]
    assert [page.count("<figure>") for page in pages.values()] == [1, 1]


def test_the_page_on_paper_has_its_address(client):
    make_action()

    (online,) = re.findall(r'class="print-only online">(.*?)</p>', client.get(PAGE).text, re.S)

    assert f"http://actions.example.org{PAGE}" in online
