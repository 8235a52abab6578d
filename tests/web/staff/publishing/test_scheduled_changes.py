"""The page of the changes sets the time at which they are published, and says what comes of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.schedules import (
    ADDRESS,
    CHANGED,
    CHECKS,
    CLOSED,
    REASONS,
    RIGHTS,
)
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import ScheduledDraft
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.archive import archive, reopen
from campaign_actions.publishing.close import close_action, close_campaign
from campaign_actions.publishing.scheduled.changes import publish_scheduled
from campaign_actions.staff.permissions import ROLES
from tests.support.factories import make_action, make_staff, set_count
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MORNING = datetime(2026, 12, 2, 9, tzinfo=UTC)
TYPED = {"when": "at", "at": "2026-12-02T13:00", "at_zone": "Asia/Tbilisi"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


@pytest.fixture
def nino(app):
    return make_staff("campaigner", email="nino@example.org", name="Nino", timezone="Asia/Tbilisi")


@pytest.fixture
def staff(client, nino):
    log_in(client, nino)
    return client


def page_of(action, part: str = "") -> str:
    return f"/staff/campaigns/{action.campaign_id}/changes/{part}"


def change(subject, subject_id, *, opened_at=0, **texts):
    changes = {f"texts.en.{name}": text for name, text in texts.items()}
    by = make_staff("campaigner", name="Ada")
    save_changes(subject, subject_id, changes, opened_at=opened_at, by=by, now=utc_now())
    db.session.rollback()


def post(client, action, part: str = "publish/", *, page: str = "", **fields):
    """Send a form of the page with the drafts that it shows."""
    shown = client.get(page or page_of(action)).text
    seen = list(dict.fromkeys(re.findall(r'name="seen" value="([^"]+)"', shown)))
    data = {"csrf_token": token_of(shown), "seen": seen} | fields
    answer = client.post(page_of(action, part), data=data)
    db.session.rollback()
    db.session.expire_all()
    return answer


def work(at=MORNING) -> None:
    lifetimes = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))
    publish_scheduled(at, lifetimes=lifetimes)
    db.session.rollback()


def times() -> list[datetime]:
    return list(db.session.scalars(select(ScheduledDraft.at)))


def test_a_time_is_typed_in_the_zone_of_the_person_and_shown_in_both(staff, action):
    change(ACTION, action.id, button="Sign now")

    answer = post(staff, action, **TYPED)

    assert answer.status_code == 303
    assert times() == [MORNING]
    page = visible_text(staff.get(answer.location).text)
    both = "2 December 2026, 13:00 (Tbilisi) · 09:00 (UTC)"
    assert f"Changes scheduled. They will be published on {both}." in page
    assert f"Scheduled for {both}" in page
    assert "Time set by Nino." in page
    assert "For the organisation: 09:00 (UTC)" in page
    assert "Sign now" not in staff.get("/en/campaigns/racism/hate-crimes/").text


def test_an_action_that_closes_before_its_changes_are_published_is_named(staff, action):
    change(ACTION, action.id, button="Sign now")
    ends = {"actor": "a test", "now": utc_now()}
    close_action(action.campaign_id, action.id, at=MORNING - timedelta(hours=1), **ends)

    answer = post(staff, action, **TYPED)

    page = visible_text(staff.get(answer.location).text)
    closing = "2 December 2026, 12:00 (Tbilisi) · 08:00 (UTC)"
    assert f"will have closed by then: it closes on {closing}." in page


def test_the_question_before_unpublishing_says_that_the_time_is_cancelled(staff, action):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)

    page = visible_text(staff.get(f"/staff/campaigns/{action.campaign_id}/unpublish/").text)

    assert "This also cancels the publishing set for 2 December 2026, 13:00 (Tbilisi)" in page


def test_the_button_says_what_each_choice_does(staff, action):
    change(ACTION, action.id, button="Sign now")

    page = staff.get(page_of(action)).text
    assert '<span class="if-now">Publish 1 change</span>' in page
    assert '<span class="if-later">Schedule 1 change</span>' in page
    assert (
        '<span class="if-later">Texts and their translations become public together, within' in page
    )

    post(staff, action, **TYPED)

    assert '<span class="if-later">Change the time</span>' in staff.get(page_of(action)).text


def test_the_public_sees_them_from_then_on(staff, action):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)

    work()

    assert "Sign now" in staff.get("/en/campaigns/racism/hate-crimes/").text
    assert staff.get(page_of(action)).status_code == 303


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-11-30T12:00", "This time has passed. Choose a later one."),
        ("2026-12-01T16:00", "This time has passed. Choose a later one."),
        ("2126-12-24T16:00", "This is more than ten years away. Check the year."),
        ("", "Enter a date and time."),
        ("tomorrow", "Enter a date and time, for example 2026-11-25 14:00."),
    ],
)
def test_a_time_that_cannot_be_is_explained_and_kept(staff, action, typed, words):
    change(ACTION, action.id, button="Sign now")

    answer = post(staff, action, when="at", at=typed, at_zone="Asia/Tbilisi")

    assert answer.status_code == 400
    assert words in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'value="at" checked' in answer.text
    assert 'href="#at"' in answer.text
    assert times() == []


def test_a_time_that_daylight_saving_skips_is_explained(staff, action):
    change(ACTION, action.id, button="Sign now")

    answer = post(staff, action, when="at", at="2027-03-28T02:30", at_zone="Europe/Berlin")

    assert answer.status_code == 400
    assert "This time does not exist in Berlin: the clocks go forward that day." in (answer.text)
    assert "Choose 03:00 or later." in answer.text


@pytest.mark.parametrize("end", [close_action, close_campaign, archive])
def test_changes_of_what_is_closed_can_be_scheduled(staff, action, end):
    facts = {
        close_action: {"action_id": action.id, "at": utc_now()},
        archive: {"results": None},
    }.get(end, {})
    end(action.campaign_id, **facts, actor="ada", now=utc_now())
    change(ACTION, action.id, result="We won.")

    answer = post(staff, action, **TYPED)

    assert answer.status_code == 303
    assert times() == [MORNING]
    work()
    assert "We won." in staff.get("/en/campaigns/racism/hate-crimes/").text


def test_a_closing_time_leaves_the_time_of_changes_and_says_so_before(staff, action):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/close/"

    before = staff.get(address).text
    asked = {"csrf_token": token_of(before), "when": "now"}
    asks = visible_text(staff.post(address, data=asked).text)
    saved = {**asked, "when": "at", "at": "2026-12-02T12:00", "at_zone": "Asia/Tbilisi"}
    page = visible_text(staff.get(staff.post(address, data=saved).location).text)

    moment = "2 December 2026, 13:00 (Tbilisi) · 09:00 (UTC)"
    words = f"Changes will be published on {moment}, even if the action has closed by then."
    assert words in visible_text(before)
    assert f"This also cancels the publishing set for {moment}." in asks
    assert "Closing time saved" in page
    assert f"They will be published on {moment}, unless the draft changes before then." in page
    work()
    assert db.session.scalar(select(Action.published_version)) is None


def test_changes_can_be_scheduled_for_after_a_closing_time(staff, action):
    closing = MORNING - timedelta(hours=1)
    close_action(action.campaign_id, action.id, at=closing, actor="ada", now=utc_now())
    change(ACTION, action.id, result="We won.")

    answer = post(staff, action, **TYPED)

    assert answer.status_code == 303
    work()
    assert staff.get(page_of(action)).status_code == 303, "no draft is left"


def test_nobody_takes_part_in_a_closed_demand_before_it_changes(staff, action):
    close_action(action.campaign_id, action.id, at=utc_now(), actor="ada", now=utc_now())
    change(ACTION, action.id, title="Something else")

    answer = post(staff, action, **TYPED)

    assert answer.status_code == 303, "so there is nothing to confirm"


@pytest.mark.parametrize("part", ["close", "archive"])
def test_closing_a_campaign_says_before_that_it_cancels_times(staff, action, part):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)

    page = visible_text(staff.get(f"/staff/campaigns/{action.campaign_id}/{part}/").text)

    assert "This also cancels the publishing set for 2 December 2026, 13:00" in page


def test_the_checks_run_before_a_time_is_set(staff, action):
    change(ACTION, action.id, button="Sign now")
    change(CAMPAIGN, action.campaign_id, body="[x](https://example.org/)")

    answer = post(staff, action, **TYPED)

    assert answer.status_code == 400
    assert "The changes were not scheduled" in answer.text
    assert "This link is only an example" in answer.text


@pytest.mark.parametrize("count", [0, 12])
def test_a_new_demand_must_be_confirmed_even_before_anyone_takes_part(staff, action, count):
    set_count(action, count)
    change(ACTION, action.id, title="Something else")

    refused = post(staff, action, **TYPED)
    scheduled = post(staff, action, **TYPED, same="yes")

    assert refused.status_code == 400
    assert "Confirm that the demand means the same as before" in refused.text
    assert scheduled.status_code == 303
    work()
    assert "Something else" in staff.get("/en/campaigns/racism/hate-crimes/").text


def test_a_change_after_the_time_was_set_is_shown_plainly_and_stops_it(staff, action):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)
    change(ACTION, action.id, opened_at=2, thanks="Thanks!")

    page = staff.get(page_of(action)).text
    text = visible_text(page)

    assert "Nothing will be published on 2 December 2026" in text
    assert page.count("Changed after the time was set") == 1
    overview = visible_text(staff.get("/staff/").text)
    assert "1 Changed page will not be published at its time" in overview
    assert "The draft was changed after the time was set." in overview
    action_page = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    assert "but the draft has changed since" in staff.get(action_page).text
    work()
    assert "Sign now" not in staff.get("/en/campaigns/racism/hate-crimes/").text
    assert "Nothing was published on 2 December 2026" in visible_text(
        staff.get(page_of(action)).text
    )


def test_one_press_sets_the_same_time_again(staff, action):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)
    change(ACTION, action.id, opened_at=2, thanks="Thanks!")
    page = staff.get(page_of(action)).text

    assert 'value="2026-12-02T13:00"' in page
    assert re.search(r'value="at" checked', page)
    assert post(staff, action, **TYPED).status_code == 303
    assert "Changed after the time was set" not in staff.get(page_of(action)).text


@pytest.mark.parametrize("end", [close_action, close_campaign, archive])
def test_closing_ends_the_time_and_says_so_at_once(staff, action, nino, end):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)
    facts = {
        close_action: {"action_id": action.id, "at": utc_now()},
        archive: {"results": None},
    }.get(end, {})
    end(action.campaign_id, **facts, actor="a", now=utc_now())

    overview = visible_text(staff.get("/staff/").text)
    page = visible_text(staff.get(page_of(action)).text)

    assert "1 Changed page will not be published at its time" in overview
    assert "Nothing will be published on 2 December 2026, 13:00" in page
    what = "campaign was archived" if end is archive else "campaign or action was closed"
    assert f"The {what} before that time. The draft has not been published." in page
    assert "The draft was last changed" not in page


def test_changes_that_archiving_cancelled_still_say_so_after_the_archive(staff, action, nino):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)
    archive(action.campaign_id, results=None, actor="a", now=utc_now())
    reopen(action.campaign_id, actor="a", now=utc_now())

    page = visible_text(staff.get(page_of(action)).text)

    assert "The campaign was archived before that time." in page


def test_the_people_who_publish_are_told_why_nothing_was_published(staff, action, nino):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)
    nino.active = False
    db.session.add(nino)
    db.session.commit()
    work()
    nino.active = True
    db.session.add(nino)
    db.session.commit()

    overview = visible_text(staff.get("/staff/").text)
    assert "1 Changed page was not published at its time" in overview
    page = visible_text(staff.get(page_of(action)).text)
    assert "Nothing was published on 2 December 2026, 13:00" in page
    assert "The draft has not been published." in page


@pytest.mark.parametrize(
    ("failure", "step"),
    [
        (CHANGED, "Check the changes, then set the time again or publish them now."),
        (CLOSED, "Check the changes, then set the time again or publish them now."),
        (CHECKS, "Fix the problems that the checks found"),
        (ADDRESS, "Choose another address"),
        (RIGHTS, "set the time yourself or publish them now."),
    ],
)
def test_a_failed_time_says_what_to_do_next(staff, action, failure, step):
    by = make_staff("campaigner")
    slug = {"slug": "elsewhere"}
    save_changes(ACTION, action.id, slug, opened_at=0, by=by, now=utc_now())
    db.session.rollback()
    post(staff, action, **TYPED)
    db.session.execute(update(ScheduledDraft).values(failed_at=MORNING, failure=failure))
    db.session.commit()

    page = staff.get(page_of(action)).text

    notice = page.partition('<div class="notice attention">')[2].partition("<form")[0]
    assert str(REASONS[failure]) in notice
    assert step in notice
    links = {CHECKS: "#checks-heading", ADDRESS: "#slug"}
    assert re.findall(r'href="[^"#]*(#[^"]+)"', notice) == [
        links[one] for one in [failure] if one in links
    ]


def test_scheduled_changes_are_a_date_and_no_task(staff, action):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)

    overview = visible_text(staff.get("/staff/").text)

    assert "Changed page to publish" not in overview
    assert "Title of hate-crimes (en) Changes 2 December 2026, 13:00" in overview


def test_a_time_can_be_cancelled(staff, action):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)

    answer = post(staff, action, "cancel/")

    assert answer.status_code == 303
    page = staff.get(answer.location).text
    assert "They stay a draft until someone publishes them." in page
    assert "Scheduled for" not in page
    assert times() == []


@pytest.mark.parametrize("part", ["publish/", "cancel/"])
def test_a_time_that_someone_else_has_set_since_is_left_alone(staff, action, part):
    change(ACTION, action.id, button="Sign now")
    shown = staff.get(page_of(action)).text
    seen = re.findall(r'name="seen" value="([^"]+)"', shown)
    post(staff, action, **TYPED)

    data = {"csrf_token": token_of(shown), "seen": seen, "when": "now"}
    answer = staff.post(page_of(action, part), data=data)

    assert answer.status_code == 409
    assert "someone has set or cancelled a time for these changes" in answer.text
    assert "Scheduled for 2 December 2026, 13:00" in visible_text(answer.text)
    assert times() == [MORNING]


@pytest.mark.parametrize("seen", ["action 1 2 x", "action 1 2 2026-12-02", "action 1 2 3 4"])
def test_a_tampered_time_changes_nothing(staff, action, seen):
    change(ACTION, action.id, button="Sign now")

    for part in ("publish/", "cancel/"):
        assert post(staff, action, part, **TYPED, seen=seen).status_code == 409


def test_only_people_who_may_publish_set_and_cancel_times(client, staff, action, monkeypatch):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, **TYPED)
    monkeypatch.setitem(ROLES, "campaigner", ROLES["campaigner"] - {"campaigns.publish"})

    page = client.get(page_of(action)).text

    assert "Scheduled for 2 December 2026" in visible_text(page)
    assert "Cancel scheduled publishing" not in page
    assert post(client, action, **TYPED).status_code == 403
    assert post(client, action, "cancel/").status_code == 403


def test_one_of_two_drafts_can_have_a_time(staff, action):
    change(ACTION, action.id, button="Sign now")
    change(CAMPAIGN, action.campaign_id, summary="New")

    page = f"{page_of(action)}?of={action.id}"
    post(staff, action, page=page, of=str(action.id), **TYPED)

    text = visible_text(staff.get(page_of(action)).text)
    assert "Scheduled for 2 December 2026" in text
    assert times() == [MORNING]
    work()
    assert "Sign now" in staff.get("/en/campaigns/racism/hate-crimes/").text
    assert ">New<" not in staff.get("/en/campaigns/racism/").text


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_change_of_another_page_is_not_in_the_schedule_and_marked(staff, action, is_stopped):
    change(CAMPAIGN, action.campaign_id, summary="New")
    post(staff, action, **TYPED)
    change(ACTION, action.id, button="Sign now")
    if is_stopped:
        change(CAMPAIGN, action.campaign_id, opened_at=2, headline="Newer")
        work()

    page = staff.get(page_of(action)).text

    notice = visible_text(page.partition("2 December 2026")[2].partition("</ul>")[0])
    assert "Only these pages are in the schedule. Other changes stay a draft." in notice
    assert "Title of racism (en)" in notice
    assert "Title of hate-crimes (en)" not in notice
    marked = page.partition("Not in the schedule")[2]
    assert "Button text" in marked
    assert "Summary" not in visible_text(marked).partition("Publishing checks")[0]
    assert page.count("Changed after the time was set") == is_stopped


def save_bar(client, address: str) -> str:
    return client.get(address).text.partition('<div class="savebar">')[2].partition("<button")[0]


def test_the_bar_to_save_says_what_saving_does_to_the_time_and_has_done(staff, action):
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/"
    change(ACTION, action.id, button="Sign now")
    without_time = save_bar(staff, address)
    post(staff, action, **TYPED)

    planned = visible_text(save_bar(staff, address))
    change(ACTION, action.id, opened_at=2, thanks="Thanks!")
    changed = save_bar(staff, address)

    assert "publishing set for" not in without_time
    assert "Saving cancels the publishing set for 2 December 2026, 13:00 (Tbilisi)" in planned
    words = "Nothing will be published on 2 December 2026, 13:00 (Tbilisi) · 09:00 (UTC) until"
    assert f"{words} someone checks the changes again." in visible_text(changed)
    assert f'<a href="{page_of(action)}?of={action.id}">' in changed
    assert words in visible_text(staff.get(address).text.partition('class="savebar"')[0])


def test_the_bar_to_save_says_that_someone_else_saved_other_fields(staff, action):
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/"
    fields = fields_of(staff.get(address).text)
    change(ACTION, action.id, button="Sign now")

    staff.post(address, data={**fields, "texts.en.thanks": "Thanks!"})

    words = "Other fields were saved while you were editing. Those changes are kept."
    assert words in visible_text(save_bar(staff, address))


def notice(client, address: str) -> str:
    return visible_text(client.get(address).text.partition('<div class="notice">')[2]).partition(
        "Publish changes"
    )[0]


def test_each_page_says_whether_its_own_changes_are_in_the_schedule(staff, action):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, page=f"{page_of(action)}?of={action.id}", of=str(action.id), **TYPED)
    change(CAMPAIGN, action.campaign_id, summary="New")
    campaign = f"/staff/campaigns/{action.campaign_id}/"

    of_all, of_texts = notice(staff, campaign), notice(staff, f"{campaign}edit/")
    of_action = notice(staff, f"{campaign}actions/{action.id}/")

    scheduled = "unless the draft changes before then: Title of hate-crimes (en)."
    assert scheduled in of_all
    assert "Not in the schedule: Title of racism (en)." in of_all
    assert "Not in the schedule" not in of_texts
    assert "To be published" not in of_texts
    assert "They will be published on 2 December 2026" in of_action
    assert "Not in the schedule" not in of_action


def test_publishing_now_says_that_a_scheduled_page_goes_with_it_and_offers_each_alone(
    staff, action
):
    change(ACTION, action.id, button="Sign now")
    post(staff, action, page=f"{page_of(action)}?of={action.id}", of=str(action.id), **TYPED)
    alone = staff.get(page_of(action)).text
    change(CAMPAIGN, action.campaign_id, summary="New")

    page = staff.get(page_of(action)).text
    own = staff.get(f"{page_of(action)}?of=campaign").text

    assert "This also publishes the page scheduled for 2 December 2026" in page
    assert f'href="{page_of(action)}?of=campaign"' in page
    assert f'href="{page_of(action)}?of={action.id}"' in page
    for text in (alone, own):
        assert "This also publishes" not in text
        assert "Publish only this page" not in text
    answer = post(staff, action, page=f"{page_of(action)}?of=campaign", of="campaign", when="now")
    assert answer.status_code == 303
    assert times() == [MORNING], "the action keeps its time"
