"""Whoever writes, checks, sends or approves an update learns which of its translations are outdated."""

import re

import pytest

from campaign_actions.approvals.request import request_approval
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.updates.draft import create_draft, fingerprint, save_draft
from campaign_actions.updates.guarded_send import SendUpdate
from tests.support.factories import NOON, make_action, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in
from tests.support.staff_forms import fields_of
from tests.support.updates import WHO, make_recipients

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TO_REVIEW = "Russian: translated from an earlier text. Changed since then: See you in April."


@pytest.fixture
def member(client, app):
    found = make_staff("campaigner", tf_primary_method="authenticator")
    log_in(client, found)
    return found


@pytest.fixture
def address(member):
    """That of a draft whose English text has changed after it was translated."""
    action = make_action(locales=("en", "ru"))
    make_recipients(action, 1)
    texts = {"en": ("News", "See you in March."), "ru": ("Новости", "До встречи в марте.")}
    update_id = create_draft(action.id, texts, staff_id=member.id, now=NOON, **WHO)
    changed = {"en": ("News", "See you in April.")}
    save_draft(update_id, changed, seen=seen_of(update_id), now=NOON, **WHO)
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/updates/{update_id}/"


def seen_of(update_id):
    seen = fingerprint(db.session.connection(), update_id)
    db.session.rollback()
    return seen


@pytest.mark.parametrize("page", ["", "check/", "send/"])
def test_the_pages_on_the_way_say_so(client, address, page):
    assert TO_REVIEW in visible_text(client.get(address + page).text)


def test_the_check_leads_to_the_text(client, address):
    page = client.get(f"{address}check/").text

    assert re.search(rf'<a href="{address}">Back to the text</a>', page)


def test_the_second_person_learns_it_before_deciding(client, address, app, member):
    campaign_id, update_id = int(address.split("/")[3]), int(address.split("/")[7])
    operation = SendUpdate(campaign_id, "racism", update_id, seen_of(update_id), "", member.id)
    number = request_approval(operation, by=member, reason="News", now=utc_now())
    other = app.test_client()
    log_in(other, make_staff("campaigner", tf_primary_method="authenticator"))

    assert TO_REVIEW in visible_text(other.get(f"/staff/approvals/{number}/").text)


def test_the_writer_says_that_it_is_still_right(client, address):
    page = client.get(f"{address}?right=ru").text
    (tick,) = re.findall(r'name="still_right" value="([^"]+)"', page)

    saved = client.post(address, data={**fields_of(page), "still_right": tick})

    assert saved.status_code == 303
    assert "earlier text" not in visible_text(client.get(f"{address}check/").text)
