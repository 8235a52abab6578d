"""Two people open, close or archive the same: the second sees the page again, with what was typed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.timezones import local_input
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import LONG_AGO, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of

OURS = {"result_en": "The law is changed.", "result_ru": "Закон изменён."}
THEIRS = {"result_en": "Parliament has voted.", "result_ru": "Парламент проголосовал."}
WHO = "Boris changed something on"


@pytest.fixture
def campaign(app):
    return make_draft(published_at=LONG_AGO)


@pytest.fixture
def grace(app):
    return log_in_as(app, "Grace")


@pytest.fixture
def boris(app):
    return log_in_as(app, "Boris")


def log_in_as(app, name: str):
    client = app.test_client()
    log_in(client, make_staff("campaigner", name=name))
    return client


def send_after(first, address: str, then, **typed):
    """Someone opens a page, someone else sends theirs (`then()`), and the first one sends what they typed."""
    opened = fields_of(first.get(address).text)
    then()
    return first.post(address, data=opened | typed)


def send(client, address: str, **typed) -> None:
    answer = client.post(address, data=fields_of(client.get(address).text) | typed)
    assert answer.status_code == 303, visible_text(answer.text)


def results() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(CampaignText.result)))


def close_address(campaign) -> str:
    action_id = db.session.scalar(select(Action.id).filter_by(campaign_id=campaign.id))
    db.session.rollback()
    return f"/staff/campaigns/{campaign.id}/actions/{action_id}/close/"


def test_a_result_does_not_replace_one_that_was_published_since(campaign, grace, boris):
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = send_after(grace, address, lambda: send(boris, address, **THEIRS), **OURS)
    after = results()
    again = grace.post(address, data=fields_of(answer.text) | OURS)

    assert answer.status_code == 409
    assert "The campaign was not archived" in answer.text
    assert WHO in visible_text(answer.text)
    assert fields_of(answer.text)["result_en"].strip() == OURS["result_en"]
    assert THEIRS["result_en"] in answer.text, "both are on the page"
    assert after == set(THEIRS.values())
    assert again.status_code == 303, "having seen theirs, one can replace it"
    assert results() == set(OURS.values())


def test_a_result_is_kept_when_the_campaign_was_unpublished_since(campaign, grace, boris):
    unpublish = f"/staff/campaigns/{campaign.id}/unpublish/"
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = send_after(grace, address, lambda: send(boris, unpublish), **OURS)

    assert answer.status_code == 409
    assert "Only a public campaign can be closed, archived or unpublished." in answer.text
    assert fields_of(answer.text)["result_en"].strip() == OURS["result_en"]
    assert results() == {""}


def test_what_is_not_public_is_neither_closed_nor_archived(campaign, grace):
    set_opening_time(campaign.id, None)

    for part in ("close", "archive", "unpublish"):
        answer = grace.get(f"/staff/campaigns/{campaign.id}/{part}/", follow_redirects=True)

        assert answer.request.path == f"/staff/campaigns/{campaign.id}/publish/"
        assert "This campaign is not public." in visible_text(answer.text)


def test_a_closing_time_does_not_replace_one_that_was_set_since(campaign, grace, boris):
    theirs, ours = (local_input(utc_now() + timedelta(days=days)) for days in (2, 5))
    address = close_address(campaign)

    answer = send_after(
        grace, address, lambda: send(boris, address, when="at", at=theirs), when="at", at=ours
    )
    again = grace.post(address, data=fields_of(answer.text) | {"when": "at", "at": ours})

    assert answer.status_code == 409
    assert "The closing time was not saved" in answer.text
    assert WHO in visible_text(answer.text)
    assert "Open until" in visible_text(answer.text)
    assert f'value="{ours}"' in answer.text
    assert again.status_code == 303


def test_no_time_is_set_in_a_campaign_that_was_archived_since(campaign, grace, boris):
    archive = f"/staff/campaigns/{campaign.id}/archive/"
    address = close_address(campaign)

    answer = send_after(grace, address, lambda: send(boris, archive, no_result="y"), when="now")

    assert answer.status_code == 303
    page = visible_text(grace.get(answer.location).text)
    assert "This campaign is archived. Its actions no longer open or close." in page


def test_who_unpublishes_second_is_told_where_the_campaign_is(campaign, grace, boris):
    address = f"/staff/campaigns/{campaign.id}/unpublish/"

    answer = send_after(grace, address, lambda: send(boris, address))

    assert answer.status_code == 303
    assert "This campaign is not public." in visible_text(grace.get(answer.location).text)


def test_a_campaign_that_was_published_again_is_asked_for_again(campaign, grace):
    address = f"/staff/campaigns/{campaign.id}/unpublish/"

    answer = send_after(grace, address, lambda: set_opening_time(campaign.id, utc_now()))
    again = grace.post(address, data=fields_of(answer.text))

    assert answer.status_code == 409
    assert "The campaign was not unpublished" in answer.text
    assert "Someone else has changed something" in answer.text, "nobody knows who"
    assert again.status_code == 303


def test_the_page_of_publishing_says_who_was_first(campaign, grace, boris):
    set_opening_time(campaign.id, None)
    address = f"/staff/campaigns/{campaign.id}/publish/"
    tomorrow = local_input(utc_now() + timedelta(days=1))
    token = {"csrf_token": token_of(grace.get("/staff/").text)}
    plan = {"when": "at", "at": tomorrow, "seen": ""}

    first = boris.post(address, data={"csrf_token": token_of(boris.get("/staff/").text)} | plan)
    second = grace.post(address, data=token | plan)

    assert [first.status_code, second.status_code] == [303, 409]
    assert WHO in visible_text(second.text)


def test_a_scheduled_campaign_that_has_opened_meanwhile_is_not_cancelled(campaign, grace):
    soon = utc_now() + timedelta(hours=1)
    set_opening_time(campaign.id, soon)
    address = f"/staff/campaigns/{campaign.id}/publish/"
    token = {"csrf_token": token_of(grace.get("/staff/").text)}
    set_opening_time(campaign.id, LONG_AGO)

    answer = grace.post(f"{address}cancel/", data=token | {"seen": LONG_AGO.isoformat()})

    assert answer.status_code == 409
    assert "The scheduled opening was not cancelled" in answer.text
    assert "To take it offline, unpublish the campaign." in answer.text


def test_an_archived_campaign_has_one_heading_and_the_time_below_it(campaign, grace):
    send(grace, f"/staff/campaigns/{campaign.id}/archive/", no_result="y")

    page = grace.get(f"/staff/campaigns/{campaign.id}/publish/").text

    assert ">This campaign is archived</h2>" in page
    assert "<p>Archived on" in page
    assert "<p>Since" not in page, "it would seem to be the time of archiving"


def test_the_result_is_written_with_the_same_help_as_other_texts(grace, campaign):
    page = grace.get(f"/staff/campaigns/{campaign.id}/archive/").text

    assert "Formatting help: headings, quotes, facts, timeline" in page
    assert "Markdown:" not in page
