"""The pages behind the links: one button to confirm, the count at once, and deleting after withdrawing."""

import re
from datetime import timedelta

import pytest

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db, utc_now
from tests.support.factories import (
    NOON,
    link_to,
    make_action,
    make_confirmed,
    make_signature,
    set_count,
)
from tests.support.sign_form import post

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

SAID = re.compile(r"You’re one of <b>([\d,]+)</b> people")
HEADS = re.compile(r'<use [^>]*class="(.)"')


def main_of(client, address: str) -> str:
    return client.get(address).text.partition("<main")[2].partition("</main>")[0]


def stored() -> Signature:
    db.session.rollback()
    return db.session.query(Signature).populate_existing().one()


def test_the_button_comes_before_the_summary_and_the_form_is_folded(client):
    signature = make_signature(make_action(), given_name="Augusta", country_code="GB")

    page = main_of(client, link_to("confirm", signature))

    button, summary, fold_, field = (
        page.index(mark)
        for mark in ("<button", '<dl class="given">', "<details", 'name="given_name"')
    )
    assert button < summary < fold_ < field
    assert '<details class="fold">' in page
    assert page.count("Augusta") == 2
    assert "United Kingdom" in page[summary:fold_]


def test_a_mistake_opens_the_fold_below_its_explanation(client):
    link = link_to("confirm", make_signature(make_action()))

    page = client.post(link, data={"given_name": "", "country": "RU"}).text

    assert '<details class="fold" open>' in page
    assert page.index('id="errors"') < page.index('<details class="fold" open>')


def test_the_reader_is_counted_at_once_and_only_once(client):
    action = make_action(goal=20_000)
    set_count(action, 12_480)
    signature = make_signature(action, now=utc_now())
    link = link_to("confirm", signature)

    post(client, link)
    before = main_of(client, link)
    fold()
    after = main_of(client, link)

    assert SAID.findall(before) == SAID.findall(after) == ["12,481"]


def test_later_confirmations_are_counted_as_well(client):
    action = make_action(goal=500)
    set_count(action, 40)
    signature = make_confirmed(action, now=utc_now() - timedelta(minutes=1))
    fold()
    make_confirmed(action, now=utc_now())
    fold()

    assert SAID.findall(main_of(client, link_to("confirm", signature))) == ["42"]


def test_one_head_of_the_crowd_is_the_reader(client):
    action = make_action(goal=100)
    set_count(action, 50)

    page = main_of(client, link_to("confirm", make_confirmed(action, now=utc_now())))

    heads = HEADS.findall(page)
    assert (heads.count("m"), heads.count("y"), heads.count("s")) == (1, 0, 30)


def test_among_the_first_nobody_is_told_a_number(client):
    page = main_of(client, link_to("confirm", make_confirmed(make_action(), now=utc_now())))

    assert "You’re one of the first" in page
    assert "one of <b>" not in page
    assert HEADS.findall(page).count("m") == 1


def test_the_link_to_withdraw_is_in_plain_sight_and_works(client):
    signature = make_confirmed(make_action(), now=utc_now())

    page = main_of(client, link_to("confirm", signature))

    (link,) = re.findall(r'<a class="plain" href="([^"]+/withdraw/[^"]+)"', page)
    assert client.post(link).status_code == 303
    assert stored().status == "withdrawn"


def test_withdrawing_has_no_button_in_the_colour_of_taking_part(client):
    signature = make_confirmed(make_action())
    link = link_to("withdraw", signature)

    pages = [main_of(client, link)]
    client.post(link)
    pages.append(main_of(client, link))

    assert [re.findall(r'class="btn act', page) for page in pages] == [[], []]


def test_after_withdrawing_the_details_can_be_deleted_at_once(client):
    signature = make_confirmed(make_action(), comment="I saw it")
    link = link_to("withdraw", signature)
    client.post(link)

    offered = main_of(client, link)
    answer = client.post(link, data={"delete": "yes"}, follow_redirects=True)

    assert "We still have them" in offered
    assert 'name="delete"' in offered
    row = stored()
    assert (row.status, row.email, row.email_key, row.given_name, row.comment) == (
        *("erased", None, None, None, None),
    )
    assert "These details have been deleted" in answer.text
    assert "<form" not in answer.text


def test_deleting_needs_the_button_and_withdrawing_twice_deletes_nothing(client):
    link = link_to("withdraw", make_confirmed(make_action()))

    for _time in range(2):
        client.post(link)
    client.get(f"{link}?delete=yes")
    client.head(link)

    assert stored().status == "withdrawn"


@pytest.mark.parametrize("make", [make_confirmed, make_signature])
def test_the_button_to_delete_deletes_nothing_of_someone_who_takes_part(client, make):
    signature = make(make_action())
    status = stored().status

    answer = client.post(link_to("withdraw", signature), data={"delete": "yes"})

    assert answer.status_code == 303
    assert stored().status == status


def test_a_page_that_was_open_deletes_nothing_of_someone_who_signed_again(client):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    link = link_to("withdraw", signature)
    withdraw(signature, now=NOON)
    post(client, email="ada@example.org")

    client.post(link, data={"delete": "yes"})

    assert (stored().status, stored().email) == ("pending", "ada@example.org")
