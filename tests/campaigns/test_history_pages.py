"""History: who saved when, what differs, and the way back."""

import pytest
from sqlalchemy import select

from campaign_actions.campaigns.history import pieces
from campaign_actions.campaigns.models import CampaignText, Revision
from campaign_actions.core.database import db
from tests.factories import make_campaign, make_staff
from tests.staff.logging_in import log_in
from tests.staff.writing_pages import fields_of, send


@pytest.fixture
def address(client):
    log_in(client, make_staff("campaigner", name="Grace", tf_primary_method="authenticator"))
    campaign = make_campaign()
    return f"/staff/campaigns/{campaign.id}"


def titles():
    db.session.rollback()
    return db.session.scalars(select(CampaignText.title)).all()


def restore(client, address, number):
    token = fields_of(client.get("/staff/campaigns/new/").text)["csrf_token"]
    return client.post(f"{address}/history/{number}/restore/", data={"csrf_token": token})


def test_what_was_never_saved_has_an_empty_history_that_says_why(client, address):
    assert "Nothing was saved here yet" in client.get(f"{address}/history/").text


def test_each_save_says_who(client, address):
    send(client, f"{address}/edit/", texts__en__title="New")

    page = client.get(f"{address}/history/").text

    assert page.count('<th scope="row"') == 2
    assert "<td>Grace</td>" in page


def test_differences_are_marked_word_by_word(client, address):
    send(client, f"{address}/edit/", texts__en__title="Title of rights (en)")

    page = client.get(f"{address}/history/2/").text

    assert ">Topic, English</h3>" in page
    assert "</span>racism</del>" in page
    assert "</span>rights</ins>" in page


def test_any_two_revisions_can_be_compared(client, address):
    for title in ("One", "Two", "Three"):
        send(client, f"{address}/edit/", texts__en__title=title)

    page = client.get(f"{address}/history/4/?with=2").text

    assert "</span>One</del>" in page
    assert "</span>Three</ins>" in page


def test_an_old_revision_is_restored_as_a_new_one(client, address):
    send(client, f"{address}/edit/", texts__en__title="One")

    restore(client, address, 1)

    assert titles() == ["Title of racism (en)"]
    assert db.session.scalars(select(Revision.number).order_by(Revision.number)).all() == [1, 2, 3]


def test_a_revision_that_is_not_there_is_not_found(client, address):
    assert client.get(f"{address}/history/7/").status_code == 404
    assert restore(client, address, 7).status_code == 404


def test_an_action_has_its_own_history(client, address):
    campaign_id = int(address.rpartition("/")[2])
    token = {"kind": "petition", "title": "Do it", "goal": "100"}
    made = send(client, f"{address}/actions/new/", **token).location.split("/")[-3]
    send(client, f"{address}/actions/{made}/edit/", texts__en__title="Do it now")

    page = client.get(f"/staff/campaigns/{campaign_id}/actions/{made}/history/2/").text

    assert "now</ins>" in page


def test_long_texts_are_compared_in_time():
    old = "\n\n".join(f"paragraph {n} " + "word " * 20 for n in range(300))
    new = old.replace("paragraph 150", "chapter 150")

    found = [piece for piece in pieces(old, new) if piece[0] != "same"]

    assert found == [("gone", "paragraph"), ("new", "chapter")]
