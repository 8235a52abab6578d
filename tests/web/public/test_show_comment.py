"""People decide themselves whether their comment is shown; forms ask only where comments are shown."""

import html

import pytest

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, link_to, make_action, make_signature
from tests.support.sign_form import PAGE, post

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

OPTIONS = [  # what the action asks for and shows, and the boxes in its form
    ({"asks_comment": False, "shows_comments": False}, []),
    ({"asks_comment": False, "shows_comments": True}, []),
    ({"asks_comment": True, "shows_comments": False}, []),
    ({"asks_comment": True, "shows_comments": True}, ["show_comment", "show_name"]),
    ({"asks_comment": True, "shows_comments": True, "asks_show_name": False}, ["show_comment"]),
]


def only_signature() -> Signature:
    db.session.rollback()
    return db.session.query(Signature).populate_existing().one()


def main_of(client, address: str = PAGE) -> str:
    return html.unescape(client.get(address).text.partition("<main")[2])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("options", "boxes"), OPTIONS)
def test_the_form_asks_what_may_be_shown_only_where_the_action_shows_comments(
    client, kind, options, boxes
):
    make_action(kind=kind, **options)

    page = main_of(client)

    assert [name for name in ("show_comment", "show_name") if f'name="{name}"' in page] == boxes
    assert " checked" not in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("options", "boxes"), OPTIONS)
def test_the_hint_and_the_line_about_everyone_say_the_same(client, kind, options, boxes):
    make_action(kind=kind, **options)

    page = main_of(client)
    lines = page.partition('<dl class="sees">')[2].partition("</dl>")[0]

    assert ("on our website with your country" in page.partition("<dl")[0]) == bool(boxes)
    assert ("nothing unless you allow it" in lines) == bool(boxes)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"comment": "I saw it"}, False),
        ({"comment": "I saw it", "show_comment": "y"}, True),
        ({"comment": "", "show_comment": "y"}, False),
        ({"show_comment": "y"}, False),
    ],
)
def test_a_comment_may_be_shown_only_if_it_was_ticked_and_there_is_one(client, sent, stored):
    make_action(asks_comment=True, shows_comments=True)

    assert post(client, **sent).status_code == 303

    assert only_signature().show_comment is stored


def test_a_tick_that_was_not_asked_for_is_not_stored(client):
    make_action(asks_comment=True, shows_comments=False)

    assert post(client, comment="I saw it", show_comment="y", show_name="y").status_code == 303

    signature = only_signature()
    assert (signature.comment, signature.show_comment, signature.show_name) == (
        "I saw it",
        False,
        False,
    )


@pytest.mark.parametrize("is_ticked", [True, False])
def test_the_tick_can_be_changed_when_confirming(client, is_ticked):
    action = make_action(asks_comment=True, shows_comments=True)
    signature = make_signature(action, comment="I saw it", show_comment=not is_ticked)
    link = link_to("confirm", signature)
    fields = {"given_name": "Ada", "country": "RU", "comment": "I saw it"}

    page = client.get(link).text
    client.post(link, data=fields | ({"show_comment": "y"} if is_ticked else {}))

    assert 'name="show_comment"' in page
    assert (" checked" in page) != is_ticked
    assert only_signature().show_comment is is_ticked


def test_confirming_without_the_comment_takes_the_tick_with_it(client):
    action = make_action(asks_comment=True, shows_comments=True)
    signature = make_signature(action, comment="I saw it", show_comment=True)

    fields = {"given_name": "Ada", "country": "RU", "comment": "", "show_comment": "y"}
    client.post(link_to("confirm", signature), data=fields)

    stored = only_signature()
    assert (stored.status, stored.comment, stored.show_comment) == ("confirmed", None, False)


def test_confirming_asks_about_showing_only_where_the_action_still_shows_comments(client):
    action = make_action(asks_comment=True, shows_comments=False)
    ticks = {"show_comment": True, "show_name": True}
    signature = make_signature(action, comment="I saw it", **ticks)
    link = link_to("confirm", signature)

    page = client.get(link).text
    client.post(link, data={"given_name": "Ada", "country": "RU", "comment": "I saw it"})

    assert "I saw it" in page
    assert 'name="show_comment"' not in page
    assert 'name="show_name"' not in page
    stored = only_signature()
    assert (stored.status, stored.comment) == ("confirmed", "I saw it")
    assert (stored.show_comment, stored.show_name) == (False, False)


def test_removing_a_comment_that_is_no_longer_shown_removes_its_tick(client):
    action = make_action(asks_comment=True, shows_comments=False)
    signature = make_signature(action, comment="I saw it", show_comment=True)

    fields = {"given_name": "Ada", "country": "RU", "comment": ""}
    client.post(link_to("confirm", signature), data=fields)

    stored = only_signature()
    assert (stored.status, stored.comment, stored.show_comment) == ("confirmed", None, False)


def test_someone_else_cannot_tick_the_box_of_a_pending_comment(client):
    action = make_action(asks_comment=True, shows_comments=True)
    make_signature(action, email="ada@example.org", comment="Only for you")

    post(client, email="ada@example.org", comment="Mine", show_comment="y")

    stored = only_signature()
    assert (stored.comment, stored.show_comment) == ("Only for you", False)


def test_someone_who_signs_again_after_withdrawing_decides_again(client):
    action = make_action(asks_comment=True, shows_comments=True)
    signature = make_signature(
        action, email="ada@example.org", comment="I saw it", show_comment=True
    )
    db.session.refresh(signature)
    client.post(link_to("confirm", signature))
    db.session.rollback()
    withdraw(signature, now=NOON)

    post(client, email="ada@example.org", comment="I saw it")

    stored = only_signature()
    assert (stored.status, stored.show_comment) == ("pending", False)
