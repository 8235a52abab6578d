"""Two people open, close or archive the same: the second sees the page again, with what was typed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.core.content.block_names import BLOCKS
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.timezones import datetime_here, local_input
from campaign_actions.publishing.close import close_campaign
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import LONG_AGO, make_action, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of
from tests.support.translators import make_translator

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


def test_a_change_of_ones_own_is_said_to_be_ones_own(campaign, grace):
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = send_after(grace, address, lambda: send(grace, address, **THEIRS), **OURS)

    assert answer.status_code == 409
    assert "You changed something on" in visible_text(answer.text)


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
    assert "Your result was not published" in answer.text, "the campaign is archived"
    assert WHO in visible_text(answer.text)
    assert fields_of(answer.text)["result_en"].strip() == OURS["result_en"]
    assert THEIRS["result_en"] in answer.text, "both are on the page"
    assert after == set(THEIRS.values())
    assert again.status_code == 303, "having seen theirs, one can replace it"
    assert results() == set(OURS.values())


def test_the_public_result_and_ones_own_are_there_to_choose_from(campaign, grace, boris):
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = send_after(grace, address, lambda: send(boris, address, **THEIRS), **OURS)

    words = " ".join(visible_text(answer.text).split())
    assert f"Public result in English {THEIRS['result_en']} Your result in English" in words
    assert f"Public result in Russian {THEIRS['result_ru']} Your result in Russian" in words
    assert "choose which one people see" in words
    buttons = answer.text.partition('class="deeds"')[2].partition("</form>")[0]
    assert "Replace the public result with yours</button>" in buttons
    assert "Keep the public result</a>" in buttons
    assert "Archive campaign</button>" not in answer.text, "it is archived already"
    assert "btn main" not in buttons, "neither is proposed"
    wrong = grace.post(address, data=fields_of(answer.text) | OURS | {"result_en": "::: nothing"})
    assert wrong.status_code == 400
    assert THEIRS["result_en"] in wrong.text
    assert "Replace the public result with yours</button>" in wrong.text


def test_a_result_is_kept_when_the_campaign_was_unpublished_since(campaign, grace, boris):
    unpublish = f"/staff/campaigns/{campaign.id}/unpublish/"
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = send_after(grace, address, lambda: send(boris, unpublish), **OURS)

    assert answer.status_code == 409
    assert "Only a public campaign can be closed, archived or unpublished." in answer.text
    assert fields_of(answer.text)["result_en"].strip() == OURS["result_en"]
    assert results() == {""}


def test_closing_all_says_what_will_happen_to_each_action(app, campaign, grace):
    opens_at = utc_now() + timedelta(days=2)
    for slug, published_at, closes_at in (
        ("later", opens_at, None),
        ("never", None, None),
        ("over", LONG_AGO, LONG_AGO),
    ):
        its_id = make_action(campaign=campaign, slug=slug, closes_at=closes_at).id
        db.session.execute(update(Action).filter_by(id=its_id).values(published_at=published_at))
    db.session.commit()
    address = f"/staff/campaigns/{campaign.id}/close/"

    asked = " ".join(visible_text(grace.get(address).text).split())
    archiving = visible_text(grace.get(f"/staff/campaigns/{campaign.id}/archive/").text)
    answer = grace.post(address, data=fields_of(grace.get(address).text))

    assert "Title of hate-crimes (en) Will close now." in asked
    later = f"Will not open on {datetime_here(opens_at)}. It becomes a draft"
    assert f"Title of later (en) {later}" in asked
    assert "Title of never (en) Stays a draft." in asked
    assert "Title of over (en) Is already closed." in asked
    assert later in archiving
    assert "Will close now." not in archiving
    done = visible_text(grace.get(answer.location).text)
    assert "The opening of 1 action was cancelled. It is a draft now." in done


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
    assert [name for name in BLOCKS if f"<code>::: {name}<br>" not in page] == []


@pytest.mark.parametrize("when", ["now", "at"])
def test_the_second_of_two_who_publish_is_told_who_was_first(campaign, grace, boris, when):
    set_opening_time(campaign.id, None)
    address = f"/staff/campaigns/{campaign.id}/publish/"
    ids = [str(one) for one in db.session.scalars(select(Action.id))]
    db.session.rollback()
    typed = {"actions": ids, "at": local_input(utc_now() + timedelta(days=2))}
    first, second = ({"csrf_token": token_of(one.get(address).text)} for one in (boris, grace))

    published = boris.post(address, data={**first, **typed, "when": "now"})
    answer = grace.post(address, data={**second, **typed, "when": when})

    assert published.status_code == 303

    assert answer.status_code == 409
    notice = answer.text.partition('id="errors"')[2].partition('<div class="split')[0]
    words = visible_text(notice)
    assert "The campaign is already published" in words
    assert "Published by Boris. Public since" in words
    assert "Your choices on the page were not saved." in words
    assert f'href="/en/campaigns/{campaign.slug}/"' in notice
    assert f'href="/staff/campaigns/{campaign.id}/share/"' in notice
    assert "The campaign was not published" not in answer.text


def test_only_a_campaign_that_can_be_published_has_the_button_of_others(app, campaign, grace):
    reader = app.test_client()
    log_in(reader, make_translator("ru", name="Ada"))
    address = f"/staff/campaigns/{campaign.id}/publish/"

    public = reader.get(address).text
    set_opening_time(campaign.id, None)
    draft = reader.get(address).text

    assert "Ask Grace." in visible_text(draft)
    assert ">Publish campaign</button>" in draft
    assert ">Publish campaign</button>" not in public


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("close", "Boris has already closed all actions."),
        ("reopen", "Boris has already reopened the campaign. 1 action is open."),
    ],
)
def test_who_closes_or_reopens_second_is_told_who_was_first(campaign, grace, boris, part, said):
    base = f"/staff/campaigns/{campaign.id}/"
    if part == "reopen":
        send(grace, f"{base}close/")
    address = f"{base}{part}/"

    answer = send_after(grace, address, lambda: send(boris, address))
    page = visible_text(grace.get(answer.location).text)
    opened = visible_text(grace.get(address, follow_redirects=True).text)
    own = visible_text(boris.get(address, follow_redirects=True).text)

    assert answer.status_code == 303
    assert said in page.replace("\u2068", "").replace("\u2069", "")
    assert "archive, but" not in page
    assert "All actions closed" not in page
    assert said in opened.replace("\u2068", "").replace("\u2069", "")
    assert "Boris has" not in own.replace("\u2068", "").replace("\u2069", "")


def test_reopening_asks_nothing_if_each_action_was_closed_separately(campaign, grace):
    send(grace, close_address(campaign), when="now", sure="y")

    answers = [
        visible_text(
            grace.get(f"/staff/campaigns/{campaign.id}/{part}/", follow_redirects=True).text
        )
        for part in ("reopen", "close")
    ]

    assert "out of the archive?" not in answers[0]
    assert "This campaign is not archived. No action was closed with the campaign" in answers[0]
    assert "No action is open. There is nothing to close." in answers[1]


def test_closing_and_reopening_name_the_closing_time_of_each_action(campaign, grace):
    ahead, passed = (utc_now() + timedelta(days=days) for days in (3, -1))
    for slug, end in (("ahead", ahead), ("passed", passed), ("over", LONG_AGO)):
        make_action(campaign=campaign, slug=slug, closes_at=end)
    base = f"/staff/campaigns/{campaign.id}/"
    asked = " ".join(visible_text(grace.get(f"{base}close/").text).split())
    close_campaign(campaign.id, actor="grace@example.org", now=passed - timedelta(days=1))

    page = " ".join(visible_text(grace.get(f"{base}reopen/").text).split())

    at = datetime_here(ahead)
    assert "Title of hate-crimes (en) Will close now. " in asked
    assert f"Title of ahead (en) Will close now instead of on {at}." in asked
    assert f"Title of ahead (en) Will open again and close on {at}, as before." in page
    assert "Title of hate-crimes (en) Will open again, with no closing time. " in page
    gone = f"Will open again, with no closing time: {datetime_here(passed)} has passed."
    assert f"Title of passed (en) {gone}" in page
    assert "Title of over (en) Was closed separately and stays closed." in page


def test_a_result_can_be_added_after_someone_has_archived_without_one(campaign, grace, boris):
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = send_after(grace, address, lambda: send(boris, address, no_result="y"), **OURS)
    again = grace.post(address, data=fields_of(answer.text) | OURS)

    page = visible_text(answer.text)
    assert answer.status_code == 409
    assert "Your result was not published" in page
    assert "The campaign was not archived" not in page
    assert "The campaign is archived without a result. You can still publish yours." in page
    assert "Archive campaign</button>" not in answer.text
    assert again.status_code == 303
    assert results() == set(OURS.values())
    done = visible_text(grace.get(again.location).text)
    assert "Campaign archived" not in done
    assert "Result published" in done
