"""The page that publishes a campaign: what it lists, refuses and does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.actions.signatures.sample_emails import REQUIRED_LINKS, SAMPLE_MAILS
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.timezones import datetime_here, local_input
from campaign_actions.publishing.forms import format_instant
from campaign_actions.publishing.publish import unpublish
from campaign_actions.publishing.scheduled.openings import stop_openings
from tests.support.approvers import entries
from tests.support.drafts import make_draft, opening_times, set_opening_time
from tests.support.factories import (
    LONG_AGO,
    ended,
    make_action,
    make_campaign,
    make_staff,
    set_count,
)
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of, send

HOUR = timedelta(hours=1)
LIFETIMES = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))
DAY = timedelta(days=1)
NEXT_YEAR = datetime(utc_now().year + 1, 3, 1, 9, tzinfo=UTC)
LAST_SUNDAY = max(  # of next year's October, when the clocks of Berlin go back from 3:00 to 2:00
    day
    for day in (date(NEXT_YEAR.year, 10, number) for number in range(25, 32))
    if day.weekday() == 6
)
TWICE = f"{LAST_SUNDAY}T02:30"

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def campaign(app):
    return make_draft()


@pytest.fixture
def staff(client):
    """A campaigner, logged in with the real form and a second factor."""
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    return client


def page_of(campaign) -> str:
    return f"/staff/campaigns/{campaign.id}/publish/"


def post(client, address: str, page: str = "", **fields):
    """Post a form below /staff/ with the token of a page."""
    shown = client.get(page or address)
    assert shown.status_code == 200, shown.status_code
    return client.post(address, data={"csrf_token": token_of(shown.text)} | fields)


def reopen(client, base: str):
    """Submit the form that reopens a campaign or takes it out of the archive."""
    address = f"{base}reopen/"
    return client.post(address, data=fields_of(client.get(address).text))


def action_ids() -> list[str]:
    ids = [str(number) for number in db.session.scalars(select(Action.id).order_by(Action.id))]
    db.session.rollback()
    return ids


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are executed in the block, in lower case."""
    executed: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        executed.append(statement.lower())

    event.listen(db.engine, "before_cursor_execute", listen)
    yield executed
    event.remove(db.engine, "before_cursor_execute", listen)


def test_the_page_lists_findings_and_offers_all_checks_and_publishing(staff, campaign):
    page = staff.get(page_of(campaign)).text

    assert "Nothing needs fixing in texts, links and times." in page
    assert "Run all checks" in page
    assert "When should it open?" in page


def test_the_sentences_of_the_summary_are_apart(staff, campaign):
    db.session.execute(update(CampaignText).values(body="See [this](https://www.un.org/x)."))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    assert re.search(r"texts, links and times\. \d items? to review\.<", page)


def test_a_visit_renders_no_email_and_makes_no_test_signature(staff, campaign):
    with statements() as executed:
        page = staff.get(page_of(campaign)).text

    assert not any("into signatures" in statement for statement in executed)
    assert "test entry passed" not in page
    assert "All emails can be created" not in page


def test_all_checks_run_on_request(staff, campaign):
    with statements() as executed:
        answer = post(staff, f"{page_of(campaign)}dry-run/", page_of(campaign))

    assert answer.status_code == 200
    assert any("into signatures" in statement for statement in executed)
    assert "A test entry passed every step and was then removed" in answer.text
    assert "Nothing needs fixing." in answer.text
    assert opening_times(campaign.id) == (None, [None])


def test_all_checks_find_what_a_visit_does_not(app, staff, campaign, monkeypatch):
    monkeypatch.setitem(SAMPLE_MAILS, "no-such-mail", "A mail without a template")
    monkeypatch.setitem(REQUIRED_LINKS, "no-such-mail", ())

    visit = staff.get(page_of(campaign)).text
    looked = post(staff, f"{page_of(campaign)}dry-run/", page_of(campaign)).text

    assert "A mail without a template" not in visit
    assert "These emails cannot be created: A mail without a template." in looked


def test_each_blocker_links_to_where_it_is_fixed(staff, campaign):
    db.session.execute(update(ActionText).filter_by(locale="ru").values(button=""))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    (action_id,) = action_ids()
    assert "1 problem to fix." in page
    assert f"/staff/campaigns/{campaign.id}/actions/{action_id}/edit/" in page


def test_publishing_now_makes_the_campaign_public(staff, campaign):
    before = staff.get("/en/campaigns/racism/hate-crimes/").status_code

    answer = post(staff, page_of(campaign), when="now", at="", seen="", actions=action_ids())

    after = staff.get("/en/campaigns/racism/hate-crimes/").status_code
    assert (before, answer.status_code, after) == (404, 303, 200)
    assert "Campaign published." in staff.get(answer.location).text


def test_opening_times_are_entered_in_the_organisations_time_zone(app, staff, campaign):
    app.config["TIMEZONE"] = "Asia/Tashkent"
    year = utc_now().year + 1

    answer = post(
        staff, page_of(campaign), when="at", at=f"{year}-03-01T09:00", actions=action_ids()
    )

    opens_at, actions = opening_times(campaign.id)
    assert answer.status_code == 303
    assert f"{opens_at:%d %H:%M}" == "01 04:00"
    assert actions == [opens_at]
    assert "09:00 (Tashkent)" in staff.get(answer.location).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"when": "at", "at": ""}, "Enter a date and time."),
        ({"when": "at", "at": "tomorrow"}, "Enter a date and time, for example"),
        ({"when": "at", "at": "9999-12-31T23:59"}, "Enter a date and time, for example"),
        ({"when": "at", "at": "2020-01-01T09:00"}, "This time has passed."),
        ({"when": "sometime", "at": ""}, "Choose an option."),
        ({"at": ""}, "Choose an option."),
        ({"when": "at", "at": "2027-03-28T02:30"}, "Choose 03:00 or later."),
        ({"when": "at", "at": TWICE}, "This time occurs twice"),
        ({"when": "at", "at": TWICE, "at_which": "7"}, "This time occurs twice"),
    ],
)
def test_an_impossible_time_is_refused_with_a_reason(app, staff, campaign, fields, said):
    app.config["TIMEZONE"] = "Europe/Berlin"

    answer = post(staff, page_of(campaign), actions=action_ids(), **fields)

    assert answer.status_code == 400
    summary = answer.text.partition('id="errors"')[2].partition("</ul>")[0]
    what = "published" if said == "Choose an option." else "scheduled"
    assert f"The campaign was not {what}" in summary
    assert said in visible_text(summary)
    assert f'href="#{"at" if said != "Choose an option." else "when"}"' in summary
    assert f'value="{fields["at"]}"' in answer.text
    assert opening_times(campaign.id) == (None, [None])


@pytest.mark.parametrize(("which", "utc"), [("0", "00:30"), ("1", "01:30")])
def test_for_a_time_that_occurs_twice_staff_choose_one(app, staff, campaign, which, utc):
    app.config["TIMEZONE"] = "Europe/Berlin"

    answer = post(staff, page_of(campaign), when="at", at=TWICE, at_which=which)

    assert answer.status_code == 303
    assert f"{opening_times(campaign.id)[0]:%H:%M}" == utc


def test_publishing_is_refused_while_there_is_a_blocker(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(headline=""))
    db.session.commit()

    answer = post(staff, page_of(campaign), when="now", actions=action_ids())

    assert answer.status_code == 400
    assert "The campaign was not published" in answer.text
    assert opening_times(campaign.id) == (None, [None])


def test_a_language_that_is_not_ticked_does_not_open_with_the_campaign(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(headline=""))
    db.session.commit()
    chosen = {"when": "now", "actions": action_ids(), "seen_public": ["en", "ru"]}

    refused = post(staff, page_of(campaign), **chosen, public=["en", "ru"])
    none = post(staff, page_of(campaign), **chosen)
    answer = post(staff, page_of(campaign), **chosen, public=["en"])

    assert [refused.status_code, none.status_code, answer.status_code] == [400, 400, 303]
    assert "No language is marked as public." in none.text
    assert 'value="en" checked' not in none.text, "what was ticked is kept"
    assert staff.get("/en/campaigns/racism/").status_code == 200
    assert staff.get("/ru/campaigns/racism/").status_code == 404


def test_a_language_that_the_campaign_does_not_have_is_ignored(staff, campaign):
    answer = post(
        staff,
        page_of(campaign),
        when="now",
        actions=action_ids(),
        public=["en", "zz"],
        seen_public=["en", "ru"],
    )

    chosen = [details for *_who, details in entries("published") if details["did"] == "languages"]
    assert answer.status_code == 303
    assert [details["public"] for details in chosen] == [["en"]]


def test_without_a_language_that_is_not_ready_the_rest_can_be_published(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(headline=""))
    db.session.commit()
    address = f"{page_of(campaign)}languages/"

    left_out = post(staff, address, page_of(campaign), public=["en"], seen_public=["en", "ru"])
    answer = post(staff, page_of(campaign), when="now", actions=action_ids())

    assert (left_out.status_code, answer.status_code) == (303, 303)
    assert staff.get("/en/campaigns/racism/").status_code == 200
    assert staff.get("/ru/campaigns/racism/").status_code == 404


@pytest.mark.parametrize("at", [LONG_AGO, NEXT_YEAR])
def test_a_language_joins_a_scheduled_or_open_campaign_only_when_it_is_ready(staff, campaign, at):
    set_opening_time(campaign.id, at)
    db.session.execute(
        update(CampaignText).filter_by(locale="ru").values(headline="", is_public=False)
    )
    db.session.commit()
    address = f"{page_of(campaign)}languages/"

    refused = post(staff, address, page_of(campaign), public=["en", "ru"], seen_public=["en"])
    none = post(staff, address, page_of(campaign), seen_public=["en"])
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(headline="Вот"))
    db.session.commit()
    taken = post(staff, address, page_of(campaign), public=["en", "ru"], seen_public=["en"])

    assert [refused.status_code, none.status_code, taken.status_code] == [400, 400, 303]
    assert "The languages were not saved" in refused.text
    assert "or leave these languages out: Russian." in visible_text(refused.text)
    assert 'value="ru" checked' in refused.text, "what was ticked is kept"
    assert "Tick at least one language." in none.text
    shown = {LONG_AGO: 200, NEXT_YEAR: 404}[at]
    assert staff.get("/ru/campaigns/racism/").status_code == shown


def test_an_action_that_is_not_ticked_stays_hidden(staff, campaign):
    answer = post(staff, page_of(campaign), when="now", actions=[])

    assert answer.status_code == 303
    assert staff.get("/en/campaigns/racism/").status_code == 200
    assert staff.get("/en/campaigns/racism/hate-crimes/").status_code == 404


def test_an_opening_time_can_be_changed_and_cancelled(staff, campaign):
    first, second = (utc_now().replace(second=0, microsecond=0) + n * DAY for n in (1, 2))
    set_opening_time(campaign.id, first)
    seen = format_instant(first)

    moved = post(
        staff,
        page_of(campaign),
        when="at",
        at=local_input(second),
        seen=seen,
        actions=action_ids(),
    )
    opens_at = opening_times(campaign.id)
    conflict = post(staff, f"{page_of(campaign)}cancel/", page_of(campaign), seen=seen)
    cancelled = post(
        staff, f"{page_of(campaign)}cancel/", page_of(campaign), seen=format_instant(second)
    )

    assert opens_at == (second, [second])
    assert [moved.status_code, conflict.status_code, cancelled.status_code] == [303, 409, 303]
    assert "The scheduled opening was not cancelled" in conflict.text
    assert f'name="seen" value="{format_instant(second)}"' in conflict.text
    assert opening_times(campaign.id) == (None, [None])


def test_an_open_campaign_is_taken_off_the_site_after_a_confirmation(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/unpublish/"

    question = staff.get(address).text
    answer = post(staff, address, seen=format_instant(LONG_AGO))

    assert "Unpublish this campaign?" in question
    assert answer.status_code == 303
    assert staff.get("/en/campaigns/racism/").status_code == 404


def test_unpublishing_says_before_and_after_that_the_changes_become_part_of_it(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    without = staff.get(f"{base}unpublish/").text
    send(staff, f"{base}edit/", texts__en__title="New")

    question = staff.get(f"{base}unpublish/").text
    answer = post(staff, f"{base}unpublish/", seen=format_instant(LONG_AGO))

    words = "The unpublished changes become part of the campaign."
    assert (words in without, words in question) == (False, True)
    assert "The unpublished changes are part of it now." in staff.get(answer.location).text


def test_unpublishing_names_the_languages_that_cannot_be_published_again_as_they_are(
    staff, campaign
):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    before = visible_text(staff.get(f"{base}unpublish/").text)
    send(staff, f"{base}edit/", texts__ru__summary="")

    question = visible_text(staff.get(f"{base}unpublish/").text)

    words = "Before you publish these languages again, you have to finish them: Russian."
    assert (words in before, words in question) == (False, True)


def test_a_closed_action_comes_back_with_its_campaign_and_stays_closed(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    (action_id,) = action_ids()
    close = post(staff, f"{base}actions/{action_id}/close/", when="now", sure="y")
    question = visible_text(staff.get(f"{base}unpublish/").text)
    unpublished = post(staff, f"{base}unpublish/", seen=format_instant(LONG_AGO))
    page = staff.get(unpublished.location).text
    head = visible_text(staff.get(f"{base}actions/{action_id}/edit/").text)
    published = post(staff, page_of(campaign), when="now")

    assert close.status_code == 303
    assert "racism/hate-crimes Closed on" in head
    assert "If you publish it again, actions that have closed stay closed." in question
    words = visible_text(page)
    assert "Its page returns with the campaign, and the action stays closed." in words
    assert "nobody could take part" not in words
    assert 'name="actions"' not in page, "it does not open"
    assert (published.status_code, published.location) == (303, page_of(campaign))
    assert "The campaign is closed" in visible_text(staff.get(published.location).text)
    assert "Closed on" in staff.get("/en/campaigns/racism/hate-crimes/").text


def test_a_closed_action_of_an_unpublished_campaign_can_only_be_reopened(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    own = f"{base}actions/{action_ids()[0]}/"
    post(staff, f"{own}close/", when="now", at="", sure="y")
    staff.post(f"{base}unpublish/", data=fields_of(staff.get(f"{base}unpublish/").text))

    page = staff.get(own).text
    asked = staff.get(f"{own}open/").text
    refused = post(staff, f"{own}open/", page=f"{own}close/", when="not", at="", seen="")
    question = visible_text(staff.get(f"{own}close/").text)
    seen = fields_of(staff.get(f"{own}close/").text)["seen"]
    answer = post(staff, f"{own}close/", when="never", at="", seen=seen)

    assert "Opening time" not in page
    assert f'<a href="{own}close/">Reopen action</a>' in page
    assert "Its page returns with the campaign, and the action stays closed." in asked
    assert refused.status_code == 409
    assert "This action is already closed" in visible_text(refused.text)
    assert "People will be able to take part again once the campaign is published." in question
    said = "The action will be open again once the campaign is published."
    assert said in visible_text(staff.get(answer.location).text)


def test_an_open_action_beside_a_closed_one_leads_to_the_page_that_shares_it(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    ended = make_action(campaign=campaign, slug="speak-up", locales=("en", "ru"))
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}actions/{ended.id}/close/", when="now", sure="y")
    post(staff, f"{base}unpublish/", seen=format_instant(LONG_AGO))
    published = post(staff, page_of(campaign), when="now", actions=action_ids())

    assert (published.status_code, published.location) == (303, f"{base}share/")
    assert "Closed on" in staff.get("/en/campaigns/racism/speak-up/").text
    assert "Closed on" not in staff.get("/en/campaigns/racism/hate-crimes/").text


def test_a_campaign_unpublished_from_the_archive_returns_to_it(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    archived = post(staff, f"{base}archive/", result_en="We won.", result_ru="Победа.")
    question = visible_text(staff.get(f"{base}unpublish/").text)
    unpublished = post(staff, f"{base}unpublish/", seen=format_instant(LONG_AGO))
    page = staff.get(unpublished.location).text
    published = post(staff, page_of(campaign), when="now")

    assert archived.status_code == 303
    assert "If you publish it again, it returns to the archive, with its result." in question
    assert "It returns to the archive if you publish it now and no action" in visible_text(page)
    assert published.status_code == 303
    assert "This campaign is archived" in visible_text(staff.get(published.location).text)
    assert "We won." in staff.get("/en/campaigns/racism/").text


def test_a_problem_of_a_language_leads_to_where_it_is_left_out(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(headline=""))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    assert f'<a href="{page_of(campaign)}#languages">Choose public languages</a>' in page
    assert 'id="languages"' in page


@pytest.mark.parametrize("body", ["See https://example.org/", ""])
def test_problems_of_a_scheduled_campaign_stop_it_and_its_pages_say_so(staff, campaign, body):
    set_opening_time(campaign.id, utc_now() + DAY)
    pages = page_of(campaign), f"/staff/campaigns/{campaign.id}/checklist/"
    words = "It will not open with the problems found by the checks."
    before = [words in staff.get(page).text for page in pages]
    text = update(CampaignText).filter_by(locale="en")
    db.session.execute(text.values(body=body))
    db.session.commit()

    after = [words in staff.get(page).text for page in pages]

    assert (before, after) == ([False, False], [True, True])


def test_a_campaign_that_did_not_open_says_so_until_it_is_published(staff, campaign):
    set_opening_time(campaign.id, utc_now() + timedelta(seconds=30))
    db.session.execute(update(CampaignText).filter_by(locale="en").values(headline=""))
    db.session.commit()
    stop_openings(utc_now(), lifetimes=LIFETIMES)
    words = "It did not, because the checks found problems."
    pages = page_of(campaign), f"/staff/campaigns/{campaign.id}/checklist/"

    before = [words in staff.get(page).text for page in pages]
    head = "Did not open on" in staff.get(f"/staff/campaigns/{campaign.id}/").text
    db.session.execute(update(CampaignText).filter_by(locale="en").values(headline="Fixed"))
    db.session.commit()
    tags = ["en", "ru"]
    chosen = {"when": "now", "actions": action_ids(), "public": tags, "seen_public": tags}
    post(staff, page_of(campaign), **chosen)

    assert (before, head) == ([True, True], True)
    assert "Did not open on" not in staff.get(f"/staff/campaigns/{campaign.id}/").text


def test_the_two_links_of_a_problem_are_apart(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(headline=""))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    assert "Go to the field Choose public languages" in " ".join(visible_text(page).split())


def test_the_problems_of_a_language_that_is_left_out_are_folded_away_with_the_right_remedy(
    staff, campaign
):
    not_ready = {"headline": "", "is_public": False}
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(**not_ready))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    folded = re.search(r"<summary>1 problem to fix before this .*?</details>", page, re.DOTALL)
    assert folded
    assert "Add the missing texts." in folded[0]
    assert "leave this language out" not in page


def test_the_only_public_language_is_never_to_be_left_out(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(is_public=False))
    db.session.execute(update(CampaignText).filter_by(locale="en").values(headline=""))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    assert "Add the missing texts." in page
    assert "Choose public languages" not in page
    assert "leave this language out" not in page


def test_a_refused_time_shows_the_checks_of_the_ticked_languages(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(headline=""))
    db.session.commit()

    answer = post(staff, page_of(campaign), when="at", at="", public="en", seen_public="ru")

    assert answer.status_code == 400
    assert "Enter a date and time." in answer.text
    assert "Nothing needs fixing in texts, links and times." in answer.text


@pytest.mark.parametrize("seen", ["nonsense", "2026-11-20", "2026-11-20T12:00"])
def test_a_time_that_no_page_has_shown_is_a_conflict(staff, campaign, seen):
    later = "2030-01-02T03:04"
    answer = post(staff, page_of(campaign), when="at", at=later, seen=seen)

    assert answer.status_code == 409
    assert "Someone else has changed something since you opened this page." in answer.text
    assert f'value="{later}"' in answer.text, "what was typed is kept"


def test_a_single_action_opens_later_than_its_campaign(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    later = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    db.session.execute(update(Action).filter_by(id=later.id).values(published_at=None))
    db.session.commit()
    address = f"/staff/campaigns/{campaign.id}/actions/{later.id}/open/"
    tomorrow = utc_now().replace(second=0, microsecond=0) + DAY

    answer = post(staff, address, when="at", at=local_input(tomorrow), seen="")

    assert answer.status_code == 303
    assert opening_times(campaign.id) == (LONG_AGO, [LONG_AGO, tomorrow])
    assert staff.get("/en/campaigns/racism/later/").status_code == 404


def test_an_opening_time_before_that_of_the_campaign_is_an_error(staff, campaign):
    tomorrow, later = (utc_now().replace(second=0, microsecond=0) + n * DAY for n in (1, 3))
    set_opening_time(campaign.id, later)
    (action_id,) = action_ids()
    address = f"/staff/campaigns/{campaign.id}/actions/{action_id}/open/"

    seen = format_instant(later)
    answer = post(staff, address, when="at", at=local_input(tomorrow), seen=seen)

    assert answer.status_code == 400
    assert f"The campaign opens on {datetime_here(later)}. Choose a later time." in answer.text
    assert f'value="{local_input(tomorrow)}"' in answer.text, "what was typed is kept"
    assert opening_times(campaign.id) == (later, [later])


def test_an_action_of_a_public_campaign_that_opens_now_is_public_and_can_be_shared(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    later = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    db.session.execute(update(Action).filter_by(id=later.id).values(published_at=None))
    db.session.commit()
    address = f"/staff/campaigns/{campaign.id}/actions/{later.id}/open/"

    before = staff.get(address).text
    answer = post(staff, address, when="now", seen="")
    after = staff.get(answer.location).text

    assert "<span>Now</span>" in before
    assert "With the campaign" not in before
    assert '<span class="if-now">Open action</span>' in before
    assert "Action opened. It will appear on the site within seconds." in after
    assert "Published. Share it" in after
    assert 'href="/en/campaigns/racism/later/"' in after
    assert staff.get("/en/campaigns/racism/later/").status_code == 200


def test_another_opening_time_that_is_refused_does_not_make_the_present_one_wrong(staff, campaign):
    first, ends_at, second = (utc_now() + days * DAY for days in (5, 10, 20))
    post(staff, page_of(campaign), when="at", at=local_input(first), actions=action_ids())
    closing = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/close/"
    post(staff, closing, when="at", at=local_input(ends_at))

    answer = post(staff, page_of(campaign), when="at", at=local_input(second), actions=action_ids())

    page = visible_text(answer.text)
    assert answer.status_code == 400
    assert "The opening time was not saved" in page
    assert "The campaign was not published" not in page
    assert "It will not open with the problems found by the checks." not in page


@pytest.mark.parametrize(("times", "chosen"), [((5, 5), "now"), ((5, 9), "at"), ((5, 0), "not")])
def test_the_opening_time_of_an_action_is_shown_as_it_was_chosen(staff, campaign, times, chosen):
    opens_at, own = (utc_now() + days * DAY if days else None for days in times)
    set_opening_time(campaign.id, opens_at)
    db.session.execute(
        update(Action).values(published_at=own if times[1] != times[0] else opens_at)
    )
    db.session.commit()

    page = staff.get(f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/open/").text

    assert re.search(rf'value="{chosen}" checked', page)


def test_a_closed_campaign_is_closed_since_its_last_action_that_was_open_closed(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    draft = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    base = f"/staff/campaigns/{campaign.id}/"
    unopened = update(Action).filter_by(id=draft.id)
    db.session.execute(unopened.values(published_at=None))
    db.session.commit()
    post(staff, f"{base}actions/{draft.id}/close/", when="at", at=local_input(NEXT_YEAR))

    post(staff, f"{base}close/")
    page = visible_text(staff.get(page_of(campaign)).text)
    opens_at = utc_now() + 9 * DAY
    post(staff, f"{base}actions/{draft.id}/open/", when="at", at=local_input(opens_at), seen="")
    scheduled = visible_text(staff.get(page_of(campaign)).text)

    today = f"closed since {datetime_here(utc_now()).partition(',')[0]}"
    assert today in page
    assert today in scheduled, "it is open again once the action opens"
    assert f"Opens on {datetime_here(opens_at)}. Closes on" in scheduled


def test_both_times_of_a_scheduled_action_are_on_its_pages(staff, campaign):
    opens_at = utc_now() + 5 * DAY
    set_opening_time(campaign.id, opens_at)
    base = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/"
    post(staff, f"{base}close/", when="at", at=local_input(NEXT_YEAR))
    times = f"Opens on {datetime_here(opens_at)}. Closes on {datetime_here(NEXT_YEAR)}."

    own = visible_text(staff.get(base).text)
    texts = visible_text(staff.get(f"{base}edit/").text)

    assert times in own
    assert times in visible_text(staff.get(page_of(campaign)).text)
    assert "Open until" not in texts


def test_the_opening_time_of_an_action_is_shown_while_its_campaign_has_none(staff, campaign):
    opens_at = utc_now() + 5 * DAY
    base = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/"

    post(staff, f"{base}open/", when="at", at=local_input(opens_at), seen="")

    said = f"Opens on {datetime_here(opens_at)}."
    assert said in visible_text(staff.get(base).text)
    box = staff.get(page_of(campaign)).text.partition('aria-labelledby="actions-heading"')[2]
    assert said in visible_text(box.partition("</section>")[0])


def test_a_closing_time_that_is_removed_is_not_said_to_be_saved(staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/close/"
    post(staff, address, when="at", at=local_input(NEXT_YEAR))
    seen = fields_of(staff.get(address).text)["seen"]

    answer = post(staff, address, when="never", at="", seen=seen)

    assert "Closing time removed" in staff.get(answer.location).text


def test_a_closing_time_that_stays_is_not_saved_again(staff, campaign):
    place = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/"
    address = f"{place}close/"
    post(staff, address, when="at", at=local_input(NEXT_YEAR))
    seen = fields_of(staff.get(address).text)["seen"]
    history = staff.get(f"{place}history/").text

    answer = post(staff, address, when="at", at=local_input(NEXT_YEAR), seen=seen)

    assert "No changes to save." in staff.get(answer.location).text
    assert visible_text(staff.get(f"{place}history/").text) == visible_text(history)


def test_reopening_offers_the_closing_time_that_the_action_had(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/close/"
    post(staff, address, when="at", at=local_input(NEXT_YEAR))
    post(staff, address, when="now", sure="y")

    page = staff.get(address).text

    assert 'value="at" checked>' in page
    assert f'value="{local_input(NEXT_YEAR)}"' in page


@pytest.mark.parametrize("owner", ["action", "campaign"])
def test_reopening_says_that_it_hides_the_result(staff, campaign, owner):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/close/"
    post(staff, address, when="now", sure="y")
    without = visible_text(staff.get(address).text)
    table = {"action": ActionText, "campaign": CampaignText}[owner]
    db.session.execute(update(table).values(result="The law was changed."))
    db.session.commit()

    page = visible_text(staff.get(address).text)

    words = "The result is kept, but hidden while {} action is open."
    assert words.format({"action": "the", "campaign": "an"}[owner]) in page
    assert "The result is kept" not in without


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_archive_does_not_promise_to_close_what_is_closed(staff, campaign, is_closed):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    if is_closed:
        post(staff, f"{base}close/")

    page = staff.get(f"{base}archive/").text

    assert ("Archiving closes all actions." in page) is not is_closed


def test_the_page_that_opens_an_action_has_its_checks(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    later = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    db.session.execute(update(Action).filter_by(id=later.id).values(published_at=None))
    lines = update(ActionText).filter_by(action_id=later.id)
    db.session.execute(lines.values(body="[Read more](#)", summary=""))
    db.session.commit()
    address = f"/staff/campaigns/{campaign.id}/actions/{later.id}/open/"

    page = visible_text(staff.get(address).text)
    refused = visible_text(post(staff, address, when="now", seen="").text)

    assert "1 problem to fix." in page, "in two languages"
    assert "This action is missing these texts: summary." in page
    assert "the link “Read more” leads nowhere." in page
    assert "The action was not opened" in refused
    assert refused.count("This action is missing these texts: summary.") == 1


def test_an_action_of_a_draft_opens_with_its_campaign(staff, campaign):
    action_id = action_ids()[0]

    page = staff.get(f"/staff/campaigns/{campaign.id}/actions/{action_id}/open/").text

    assert "<span>With the campaign</span>" in page
    assert "Open action" not in page


def test_an_opening_time_that_someone_else_has_set_since_is_shown_beside_what_was_typed(
    staff, campaign
):
    set_opening_time(campaign.id, LONG_AGO)
    later = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    first, second = (utc_now().replace(second=0, microsecond=0) + n * DAY for n in (1, 2))
    db.session.execute(update(Action).filter_by(id=later.id).values(published_at=first))
    db.session.commit()
    address = f"/staff/campaigns/{campaign.id}/actions/{later.id}/open/"

    answer = post(staff, address, when="at", at=local_input(second), seen="")

    assert answer.status_code == 409
    assert "The opening time was not saved" in answer.text
    assert f"Opens on {first.day} " in visible_text(answer.text)
    assert f'value="{local_input(second)}"' in answer.text
    assert opening_times(campaign.id)[1] == [LONG_AGO, first]


def test_a_single_action_with_a_fault_does_not_open(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    later = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    db.session.execute(update(Action).filter_by(id=later.id).values(published_at=None))
    db.session.execute(update(ActionText).filter_by(action_id=later.id).values(teaser=""))
    db.session.commit()

    address = f"/staff/campaigns/{campaign.id}/actions/{later.id}/open/"
    answer = post(staff, address, when="now", seen="")

    assert answer.status_code == 400
    assert "This action is missing these texts: teaser" in answer.text
    assert opening_times(campaign.id)[1] == [LONG_AGO, None]


def test_an_action_that_lacks_languages_leads_to_each_before_to_leaving_them_out(staff):
    campaign = make_draft(slug="women", locales=("en", "ru", "fr", "es"), published_at=LONG_AGO)
    later = make_action(campaign=campaign, slug="later", locales=("en",))
    db.session.execute(update(Action).filter_by(id=later.id).values(published_at=None))
    db.session.commit()
    base = f"/staff/campaigns/{campaign.id}/"

    page = post(staff, f"{base}actions/{later.id}/open/", when="now", seen="").text

    refusal = page.partition('id="errors"')[2].partition("</section>")[0]
    item = refusal.partition("This action is not available in this language.")[2]
    item = item.partition("</div>")[0]
    edit = f"{base}actions/{later.id}/edit/"
    ways = re.findall(r'<a href="([^"]+)"><span>([^<]+)</span></a>', item)
    assert sorted(ways) == [
        (f"{edit}?right={tag}", name)
        for tag, name in (("es", "Spanish"), ("fr", "French"), ("ru", "Russian"))
    ]
    assert item.count("Title of later (en)") == 1
    effect = "Leaving out a language takes all pages of the campaign off the site in that language."
    links = item.index(ways[-1][0]), item.index(effect), item.index("Choose public languages")
    assert links == tuple(sorted(links))


def test_an_action_of_another_campaign_is_not_found(staff, campaign):
    other = make_campaign(slug="women")
    (action_id,) = action_ids()

    for way in ("open", "close"):
        address = f"/staff/campaigns/{other.id}/actions/{action_id}/{way}/"
        assert staff.get(address).status_code == 404


def test_an_action_can_be_closed_and_reopened(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    (action_id,) = action_ids()
    address = f"/staff/campaigns/{campaign.id}/actions/{action_id}/close/"

    bad = post(staff, address, when="at", at="2020-01-01T09:00")
    closed = post(staff, address, when="now", sure="y")
    said = staff.get(closed.location).text
    page = staff.get("/en/campaigns/racism/hate-crimes/").text
    asked = staff.get(address).text
    edit_address = address.replace("/close/", "/edit/")
    edit, of_campaign = staff.get(edit_address).text, staff.get(page_of(campaign)).text
    again = post(staff, address, when="never", at="", seen=fields_of(asked)["seen"])
    reopened = staff.get(again.location).text

    assert [bad.status_code, closed.status_code, again.status_code] == [400, 303, 303]
    assert "Closed on" in visible_text(asked)
    assert "People will be able to take part again at once." in asked
    assert 'value="never" checked>' in asked, "so that it reopens with one button"
    assert '<button class="btn main" type="submit">Reopen action</button>' in asked
    assert f'href="{address}">Reopen action</a>' in edit
    assert f'href="{address}" aria-label="Reopen action: ' in of_campaign
    assert "Reopen action" not in staff.get(edit_address).text
    assert "The action is closed. To reopen it, choose “Reopen action”." in said
    assert f'href="{address}"' in said
    assert "Closed on" in page
    assert "The action is open again." in reopened
    assert "Closed on" not in staff.get("/en/campaigns/racism/hate-crimes/").text


def ends() -> list:
    db.session.rollback()
    return list(db.session.scalars(select(Action.closes_at).order_by(Action.id)))


def test_an_action_does_not_close_before_it_opens(staff, campaign):
    opens_at = utc_now().replace(second=0, microsecond=0) + 2 * DAY
    set_opening_time(campaign.id, opens_at)
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/close/"

    refused = post(staff, address, when="at", at=local_input(opens_at), seen="")
    unsaved = ends()
    saved = post(staff, address, when="at", at=local_input(opens_at + HOUR), seen="")

    assert (refused.status_code, saved.status_code) == (400, 303)
    assert f"It opens on {datetime_here(opens_at)}. Choose a later time." in refused.text
    assert 'href="#at"' in refused.text
    assert f'value="{local_input(opens_at)}"' in refused.text, "what was typed is kept"
    assert (unsaved, ends()) == ([None], [opens_at + HOUR])


def test_an_action_does_not_open_after_it_closes(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    later = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    ends_at = utc_now().replace(second=0, microsecond=0) + DAY
    times = {"published_at": None, "closes_at": ends_at, "retain_from": ends_at}
    db.session.execute(update(Action).filter_by(id=later.id).values(times))
    db.session.commit()
    address = f"/staff/campaigns/{campaign.id}/actions/{later.id}/open/"

    refused = post(staff, address, when="at", at=local_input(ends_at), seen="")
    opened = opening_times(campaign.id)
    saved = post(staff, address, when="at", at=local_input(ends_at - HOUR), seen="")

    assert (refused.status_code, saved.status_code) == (400, 303)
    assert f"It closes on {datetime_here(ends_at)}. Choose an earlier time." in refused.text
    assert 'href="#at"' in refused.text
    assert opened == (LONG_AGO, [LONG_AGO, None])


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("now", "The action would already be closed when the campaign opens."),
        ("at", "Choose a later time."),
    ],
)
def test_an_action_does_not_open_with_a_campaign_that_opens_after_it_closes(
    staff, campaign, when, words
):
    ends_at = utc_now().replace(second=0, microsecond=0) + DAY
    set_opening_time(campaign.id, ends_at + HOUR)
    times = {"published_at": None, "closes_at": ends_at, "retain_from": ends_at}
    db.session.execute(update(Action).values(times))
    db.session.commit()
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/open/"

    refused = post(staff, address, when=when, at=local_input(ends_at - HOUR), seen="")

    assert refused.status_code == 400
    assert words in refused.text
    assert opening_times(campaign.id) == (ends_at + HOUR, [None])


def test_a_closed_action_can_only_be_reopened(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/close/"
    stale = fields_of(post(staff, address, when="now").text)  # the question, open since then
    post(staff, address, when="now", sure="y")
    closed_at = ends()

    page = staff.get(address).text
    answers = [
        staff.post(address, data=stale | {"when": "now", "sure": "y"}),
        post(staff, address, when="now"),
    ]

    assert 'value="never"' in page
    assert 'value="now"' not in page
    for answer in answers:
        assert answer.status_code == 409
        assert "This action is already closed. Its closing time has not changed." in answer.text
        assert "Keep it open" not in answer.text
    assert ends() == closed_at


def test_a_closing_time_that_has_passed_counts_as_closed(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/close/"
    stale = fields_of(staff.get(address).text)
    end = utc_now() - HOUR
    db.session.execute(update(Action).values(closes_at=end, retain_from=end))
    db.session.commit()

    answer = staff.post(address, data=stale | {"when": "now", "sure": "y"})

    assert answer.status_code == 409
    assert "This action is already closed." in answer.text
    assert ends() == [end]


@pytest.mark.parametrize("opens_at", [None, NEXT_YEAR])
def test_an_action_that_is_not_open_yet_has_no_closing_now(staff, campaign, opens_at):
    set_opening_time(campaign.id, opens_at)
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/close/"

    page = staff.get(address).text
    answer = post(staff, address, when="now", sure="y")

    assert 'value="never" checked' in page
    assert 'value="now"' not in page
    assert answer.status_code == 409
    assert "Only an open action can be closed now. Nothing has changed." in answer.text
    assert "Open, with no closing time." not in answer.text
    assert ends() == [None]


def test_closing_an_action_leads_on_to_telling_people_what_happened(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    set_count(make_action(campaign=campaign, slug="other"), 3)
    second, first = action_ids()
    base = f"/staff/campaigns/{campaign.id}/"

    pages = []
    for action_id in (first, second):
        answer = post(staff, f"{base}actions/{action_id}/close/", when="now", sure="y")
        pages.append(staff.get(answer.location).text)

    writes = [f'href="{base}actions/{one}/edit/#texts.en.result">Write' for one in (first, second)]
    assert all(link in page for link, page in zip(writes, pages, strict=True))
    told, archived = f'href="{base}actions/{first}/updates/new/"', f'href="{base}archive/"'
    assert [told in page for page in pages] == [True, False], "nobody took part in the second"
    assert [archived in page for page in pages] == [False, True], "the first was not the last"


def test_a_time_that_is_not_chosen_does_not_matter(staff, campaign):
    (action_id,) = action_ids()
    pages = {"open": "now", "close": "never"}
    base = f"/staff/campaigns/{campaign.id}/actions/{action_id}"

    answers = {
        page: post(
            staff, f"{base}/{page}/", when=when, at="2190-03-28T02:30", at_zone="Europe/Berlin"
        )
        for page, when in pages.items()
    }

    assert {page: answer.status_code for page, answer in answers.items()} == {
        "open": 303,
        "close": 303,
    }


def test_an_action_closes_now_only_after_a_question(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    (action_id,) = action_ids()
    address = f"/staff/campaigns/{campaign.id}/actions/{action_id}/close/"

    page = staff.get(address).text
    asked = post(staff, address, when="now", at="")

    assert re.search(r'value="never" checked>', page)
    assert asked.status_code == 200
    assert "Close this petition now?" in asked.text
    assert "Until you publish a result, the page says that" in asked.text
    assert '<span class="if-now">Close the petition now…</span>' in page
    assert "Closed on" not in staff.get("/en/campaigns/racism/hate-crimes/").text


def test_archiving_needs_a_result_in_each_language_and_keeps_what_was_typed(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/archive/"

    half = post(staff, address, result_en="The law is changed.", result_ru="")
    whole = post(staff, address, result_en="The law is changed.", result_ru="Закон изменён.")

    assert half.status_code == 400
    assert "The law is changed." in half.text
    summary = half.text.partition('id="errors"')[2].partition("</ul>")[0]
    assert "The campaign was not archived" in summary
    assert '<a href="#result_ru">' in summary
    assert "#result_en" not in summary
    assert whole.status_code == 303
    assert "Results so far" in staff.get("/en/").text


def test_a_result_can_follow_later_in_a_language_whose_page_says_so(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = post(staff, address, result_en="The law is changed.", result_ru="", later_ru="y")

    assert "Add the result in Russian" in staff.get(answer.location).text
    words = "На этом языке итога пока нет."
    assert words in staff.get("/ru/campaigns/racism/").text
    assert words in staff.get("/ru/").text
    assert "not available in this language" not in staff.get("/en/campaigns/racism/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"later_en": "y", "later_ru": "y"}, "Describe the result, or tick “The result is not"),
        (
            {"result_en": "Won.", "result_ru": "Победа.", "later_ru": "y"},
            "There is a result here. Clear the tick below it, or delete the text.",
        ),
        (
            {"result_en": "Won."},
            "Describe the result, or tick “Russian will follow later”.",
        ),
        (
            {},
            "Describe the result, or tick “Russian will follow later”. If it is not known in any language,",
        ),
    ],
)
def test_a_result_that_follows_needs_one_that_is_written(staff, campaign, typed, said):
    set_opening_time(campaign.id, LONG_AGO)

    answer = post(staff, f"/staff/campaigns/{campaign.id}/archive/", **typed)

    assert answer.status_code == 400
    assert said in answer.text


def test_a_result_with_a_link_or_a_block_that_does_not_work_is_not_published(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = post(
        staff,
        address,
        result_en="We [won](https://example.com/y).",
        result_ru="[Победа](/ru/no-such-page/)\n\n:::nonsense\nx\n:::",
    )

    assert answer.status_code == 400
    summary = answer.text.partition('id="errors"')[2].partition("</ul>")[0]
    assert "This link is only an example: https://example.com/y. Replace it" in summary
    assert "This page does not exist on this site: /ru/no-such-page/" in summary
    assert "nonsense" in summary
    assert 'id="result_en-error"' in answer.text
    assert "We won" not in visible_text(staff.get("/en/campaigns/racism/").text)


def test_a_result_with_the_words_of_the_buttons_is_not_published(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/archive/"
    typed = "We won.\n\n::: points\n1. **Demand.** Details of the demand.\n:::"

    answer = post(staff, address, result_en=typed, later_ru="y")

    assert answer.status_code == 400
    summary = answer.text.partition('id="errors"')[2].partition("</ul>")[0]
    assert "Line 4: “Details of the demand.” still needs to be filled in." in summary
    assert 'id="result_en-error"' in answer.text
    assert "1. **Demand.** Details of the demand." in answer.text
    assert "We won." not in visible_text(staff.get("/en/campaigns/racism/").text)


def test_the_page_that_archives_shows_the_result_on_the_public_page(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/archive/"

    page = staff.get(base).text
    preview = post(staff, f"{base}preview/en/", base, result_en="The law is **changed**.")

    assert f'formaction="{base}preview/en/"' in page
    assert "This campaign ended on" in preview.text
    assert "The law is <strong>changed</strong>." in preview.text
    assert "Sign the petition" not in visible_text(preview.text)
    assert "The law is" not in visible_text(staff.get("/en/campaigns/racism/").text)


def test_results_that_are_not_published_are_not_checked(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/archive/"

    result = "[x](https://example.org/y)"
    db.session.execute(update(CampaignText).filter_by(locale="en").values(result=result))
    db.session.commit()

    answer = post(staff, address, result_en=result, no_result="y")

    assert answer.status_code == 303


def test_a_result_that_is_said_to_be_unknown_is_refused_and_kept(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    address = f"/staff/campaigns/{campaign.id}/archive/"

    answer = post(staff, address, result_en="The law is changed.", no_result="y")

    assert answer.status_code == 400
    summary = answer.text.partition('id="errors"')[2].partition("</ul>")[0]
    assert '<a href="#no_result">There is a result in the texts above.' in summary
    assert 'id="no_result-error"' in answer.text
    assert "The law is changed." in answer.text


def test_after_the_end_staff_can_tell_the_people_who_took_part(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    words = "Tell the people who took part"
    before = staff.get(page_of(campaign)).text

    closed = post(staff, f"/staff/campaigns/{campaign.id}/close/")
    without_anyone = staff.get(closed.location).text
    set_count(db.session.scalars(select(Action)).one(), 40)

    assert words not in before
    assert words not in without_anyone
    link = f'<a href="/staff/campaigns/{campaign.id}/updates/">{words}</a>'
    assert link in staff.get(closed.location).text


def test_a_result_is_hidden_while_the_campaign_is_open_again(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}archive/", result_en="The law is changed.", result_ru="Закон изменён.")
    archived = staff.get("/en/campaigns/racism/").text

    reopen(staff, base)
    reopened = staff.get("/en/campaigns/racism/").text

    assert "What this achieved" in archived
    assert "What this achieved" not in reopened
    assert "The law is changed." not in reopened


def test_closing_says_that_the_result_of_the_campaign_will_be_shown_and_its_actions_show_it(
    staff, campaign
):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    before = staff.get(f"{base}close/").text
    post(staff, f"{base}archive/", result_en="The law is changed.", result_ru="Закон изменён.")
    asked = visible_text(staff.get(f"{base}reopen/").text)
    reopen(staff, base)

    question = staff.get(f"{base}close/").text
    its_page = f"{base}actions/{action_ids()[0]}/close/"
    its_question = post(staff, its_page, when="now").text
    make_action(campaign=campaign, slug="other")
    not_the_last = post(staff, its_page, when="now").text
    post(staff, f"{base}close/")
    of_action = visible_text(staff.get("/en/campaigns/racism/hate-crimes/").text)

    words = "The campaign has a result, which its page will show."
    assert words not in before
    assert "The result is kept, but hidden while an action is open." in asked
    assert words in question
    assert words in its_question
    assert words not in not_the_last
    assert "The law is changed." in of_action
    assert "We don’t know the outcome yet" not in of_action


def test_the_result_of_an_archived_campaign_can_be_written_later(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    post(staff, f"/staff/campaigns/{campaign.id}/archive/", no_result="y")

    page = staff.get(page_of(campaign)).text

    link = re.search(r'href="([^"]+)">Write or change the result<', page)[1]
    assert link == f"/staff/campaigns/{campaign.id}/edit/#texts.en.result"
    assert 'id="texts.en.result"' in staff.get(link).text


@pytest.mark.parametrize(("part", "heading"), [("open", "opening"), ("close", "closing")])
def test_a_wrong_time_of_an_action_is_named_at_the_top(staff, campaign, part, heading):
    address = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/{part}/"

    answer = post(staff, address, when="at", at="2020-01-01T09:00")

    summary = answer.text.partition('id="errors"')[2].partition("</ul>")[0]
    assert f"The {heading} time was not saved" in summary
    assert '<a href="#at">This time has passed. Choose a later one.</a>' in summary


def test_a_campaign_is_closed_archived_and_reopened_after_a_confirmation(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"

    closed = post(staff, f"{base}close/")
    archived = post(staff, f"{base}archive/", no_result="y")
    reopened = [reopen(staff, base) for _time in range(2)]

    assert [one.status_code for one in (closed, archived, *reopened)] == [303] * 4
    assert "Closed on" not in staff.get("/en/campaigns/racism/hate-crimes/").text


@pytest.mark.parametrize("end", ["close", "archive"])
def test_a_campaign_can_be_reopened_while_an_action_that_closed_with_it_has_a_draft(
    staff, campaign, end
):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}{end}/", no_result="y")
    send(staff, f"{base}actions/{action_ids()[0]}/edit/", texts__en__teaser="A draft")

    page = staff.get(page_of(campaign)).text

    words = {"close": "Reopen campaign", "archive": "Take the campaign out of the archive"}[end]
    assert f'<a href="{base}reopen/">{words}</a>' in page


def test_an_archived_campaign_leads_to_its_result_instead_of_archiving_it_again(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}archive/", result_en="The law is changed.", result_ru="Закон изменён.")

    answer = staff.get(f"{base}archive/")
    page = staff.get(answer.location).text

    assert (answer.status_code, answer.location) == (303, page_of(campaign))
    assert "This campaign is archived. Its result is one of its texts" in page
    assert f'href="{base}edit/#texts.en.result">Write or change the result</a>' in page


def test_reopening_says_how_many_actions_are_open_again(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}actions/{action_ids()[0]}/close/", when="now", at="", sure="y")
    post(staff, f"{base}archive/", no_result="y")

    asked = visible_text(staff.get(f"{base}reopen/").text)
    reopened = reopen(staff, base)

    assert "Take this campaign out of the archive? No action was open when" in asked
    assert "The result" not in asked, "there is none"
    assert "Was closed separately and stays closed." in asked
    assert "You can reopen it afterwards" not in asked
    page = staff.get(reopened.location).text
    words = visible_text(page)
    assert (
        "The campaign has left the archive, but no action is open. 1 action had been closed"
        in words
    )
    assert "You can reopen an action on its own page." in words
    assert "reopened" not in words
    assert f"{base}reopen/" not in page, "it would open nothing"


@pytest.mark.parametrize("was_closed", [False, True])
def test_leaving_the_archive_says_whether_people_can_still_read_the_result(
    staff, campaign, was_closed
):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    if was_closed:
        post(staff, f"{base}close/")
    post(staff, f"{base}archive/", result_en="We won.", result_ru="Победа.")

    asked = visible_text(staff.get(f"{base}reopen/").text)
    reopen(staff, base)

    assert ("The result stays public until an action opens." in asked) == was_closed
    assert ("The result is kept, but hidden while" in asked) != was_closed
    assert ("We won." in staff.get("/en/campaigns/racism/").text) == was_closed


def test_a_campaign_closed_before_it_was_archived_can_be_reopened_after_the_archive(
    staff, campaign
):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}close/")
    post(staff, f"{base}archive/", no_result="y")

    asked = visible_text(staff.get(f"{base}reopen/").text)
    page = staff.get(reopen(staff, base).location).text
    reopened = visible_text(staff.get(reopen(staff, base).location).text)

    assert "The campaign stays closed. You can reopen it afterwards." in asked
    assert "Was closed with the campaign before it was archived, and stays closed." in asked
    assert "Reopen" not in asked
    said = visible_text(page)
    assert "but no action is open. 1 action had been closed with the campaign and stays" in said
    assert f'<a href="{base}reopen/">Reopen campaign</a>' in page
    assert "Campaign reopened. 1 action is open again." in reopened


def test_a_page_of_the_archive_sent_twice_does_not_reopen_the_campaign(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}close/")
    post(staff, f"{base}archive/", no_result="y")
    fields = fields_of(staff.get(f"{base}reopen/").text)

    answers = [staff.post(f"{base}reopen/", data=fields) for _time in range(2)]

    page = staff.get(answers[1].location).text
    assert "after you had opened this page. Check it" in visible_text(page)
    assert f'<a href="{base}reopen/">Reopen campaign</a>' in page


def test_an_archived_campaign_is_not_closed_and_gets_no_action(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    token = token_of(staff.get(f"{base}close/").text)
    post(staff, f"{base}archive/", no_result="y")
    typed = {"csrf_token": token, "title": "A new demand", "kind": "petition", "goal": "100"}

    closed = staff.post(f"{base}close/", data={"csrf_token": token})
    said = visible_text(staff.get(closed.location).text)
    made = staff.post(f"{base}actions/new/", data=typed)

    assert "This campaign is archived. Its actions no longer open or close." in said
    assert "All actions closed" not in said
    assert made.status_code == 409
    assert 'value="A new demand"' in made.text or ">A new demand</textarea>" in made.text.replace(
        "\n", ""
    )
    assert len(action_ids()) == 1
    asked = staff.get(f"{base}actions/new/")
    assert (asked.status_code, asked.location) == (303, base)
    assert "This campaign is archived." in visible_text(staff.get(base).text)


def test_reopening_names_the_actions_that_opened_with_the_campaign(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}close/")

    reopened = reopen(staff, base)

    page = visible_text(staff.get(reopened.location).text)
    assert "Campaign reopened. 1 action is open again." in page
    assert "stays closed" not in page


def test_a_campaign_with_an_open_action_is_not_reopened(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    make_action(campaign=campaign, slug="other")
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}close/")
    its_page = f"{base}actions/{action_ids()[0]}/close/"
    post(staff, its_page, when="never", seen=fields_of(staff.get(its_page).text)["seen"])

    answer = staff.get(f"{base}reopen/")

    assert answer.status_code == 303
    assert "The campaign is already open. 1 action is open." in staff.get(answer.location).text


def test_an_action_of_an_archived_campaign_that_was_never_open_says_so_and_is_not_counted(
    staff, campaign
):
    set_opening_time(campaign.id, LONG_AGO)
    make_action(campaign=campaign, slug="later")
    db.session.execute(update(Action).filter_by(slug="later").values(published_at=None))
    db.session.commit()
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}archive/", no_result="y")

    archived = visible_text(staff.get(base).text).partition("Title of later (en)")[2]
    publishing = visible_text(staff.get(f"{base}publish/").text).partition("Title of later (en)")[2]
    own = visible_text(staff.get(f"{base}actions/{action_ids()[1]}/").text)
    reopened = reopen(staff, base)

    assert archived.split()[0] == "Archived"
    assert publishing.split(".")[0].strip() == "It was never opened"
    assert "It was never opened." in own
    assert "Closed on" not in own
    assert "closes on" not in own
    assert "Opening time" not in own
    page = visible_text(staff.get(reopened.location).text)
    assert "The campaign has left the archive. 1 action is open again." in page


def test_the_opening_time_of_a_closed_action_says_that_it_is_closed(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/actions/{action_ids()[0]}/"
    post(staff, f"{base}close/", when="now", at="", sure="y")

    page = staff.get(f"{base}open/").text

    assert "The action is open." not in page
    assert "Closed on" in page.partition("ask-heading")[2]
    assert f'href="{base}close/"' in page.partition("ask-heading")[2]


def test_a_closed_action_of_a_campaign_off_the_site_does_not_open_with_it(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    post(staff, f"{base}actions/{action_ids()[0]}/close/", when="now", at="", sure="y")
    fields = fields_of(staff.get(f"{base}unpublish/").text)
    staff.post(f"{base}unpublish/", data=fields)

    page = staff.get(page_of(campaign)).text

    box = page.partition('id="actions-heading"')[2].partition("</section>")[0]
    assert "Closed on" in box
    assert "Opens with the campaign" not in box


def test_closing_all_actions_says_that_the_changes_stay_a_draft(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    base = f"/staff/campaigns/{campaign.id}/"
    before = staff.get(f"{base}close/").text
    send(staff, f"{base}edit/", texts__en__title="New")

    after = staff.get(f"{base}close/").text

    words = "The unpublished changes stay a draft"
    assert (words in before, words in after) == (False, True)


def test_a_reviewer_sees_the_findings_and_no_form(client, campaign):
    log_in(client, make_staff("reviewer"))

    page = client.get(page_of(campaign))
    token = token_of(client.get("/staff/").text)
    answer = client.post(page_of(campaign), data={"when": "now", "csrf_token": token})

    look = client.post(f"{page_of(campaign)}dry-run/", data={"csrf_token": token})

    assert "Nothing needs fixing in texts, links and times." in page.text
    assert "When should it open?" not in page.text
    assert "Run all checks" not in page.text
    assert [answer.status_code, look.status_code] == [403, 403]
    assert opening_times(campaign.id) == (None, [None])


def test_a_role_for_other_campaigns_does_not_open_the_page(client, campaign):
    other = make_campaign(slug="women")
    log_in(
        client,
        make_staff("campaigner", campaigns=(other.id,), tf_primary_method="authenticator"),
    )

    assert client.get(page_of(campaign)).status_code == 403
    assert client.get(page_of(other)).status_code == 200


@pytest.mark.parametrize(
    ("is_limited", "said"),
    [
        (True, "This page does not exist on this site"),
        (False, "This page will not be public when the campaign opens"),
    ],
)
def test_findings_about_links_reveal_only_campaigns_that_the_reader_may_see(
    client, campaign, is_limited, said
):
    set_opening_time(make_campaign(slug="women").id, None)
    body = "See [them](/en/campaigns/women/)"
    text = update(CampaignText).filter_by(campaign_id=campaign.id, locale="en")
    db.session.execute(text.values(body=body))
    db.session.commit()
    limits = (campaign.id,) if is_limited else ()
    log_in(client, make_staff("campaigner", campaigns=limits))

    assert said in client.get(page_of(campaign)).text


def test_a_missing_campaign_is_not_found(staff, campaign):
    answers = [
        staff.get(f"/staff/campaigns/999{way}").status_code
        for way in ("/publish/", "/unpublish/", "/close/", "/archive/", "/reopen/")
    ]

    assert answers == [404] * 5


@pytest.mark.parametrize(
    ("locales", "disabled", "said"),
    [(["en"], "", "1 problem"), (["en", "ru"], " disabled", "2 problems")],
)
def test_a_problem_in_each_language_disables_the_button_and_says_why(
    staff, campaign, locales, disabled, said
):
    faulty = CampaignText.locale.in_(locales)
    db.session.execute(update(CampaignText).where(faulty).values(summary=""))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    button = rf'<button class="btn wide" [^>]*aria-describedby="blocked"{disabled}>'
    assert re.search(button, page)
    assert re.search(rf'id="blocked">\s*<a href="#look">{said} to fix\.</a>', page)
    assert ("leave out the languages and actions" in page) is not bool(disabled)


def test_without_an_action_that_has_problems_a_campaign_can_be_published(staff, campaign):
    db.session.execute(update(ActionText).filter_by(locale="en").values(summary=""))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    assert re.search(r'<button class="btn wide" [^>]*aria-describedby="blocked">', page)
    assert "You can also leave out the languages and actions that have problems." in page


def test_a_finding_about_several_actions_is_one_row_with_a_link_to_each(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    other = make_action(campaign=campaign, slug="other", locales=("en", "ru"))
    set_opening_time(campaign.id, None)
    db.session.execute(update(ActionText).values(teaser=""))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    english = page.partition('<section class="checks-of"')[2].partition("</section>")[0]
    assert english.count("This action is missing these texts: teaser.") == 1
    links = re.findall(r'href="([^"]+)"[^>]*><span><cite[^>]*>(Title of [^<]+)</cite>', english)
    first = db.session.scalars(select(Action.id).order_by(Action.id)).first()
    for action_id, title in ((first, "hate-crimes"), (other.id, "other")):
        there = f"/staff/campaigns/{campaign.id}/actions/{action_id}/edit/?right=en"
        assert (f"{there}#texts.en.teaser", f"Title of {title} (en)") in links


def test_a_problem_of_a_link_names_its_field_and_leads_there(staff, campaign):
    db.session.execute(update(ActionText).filter_by(locale="ru").values(body="[a](b)"))
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    russian = page.partition("This is not a full address")[2].partition("</li>")[0]
    assert "</cite> · Why it matters (Russian)</p>" in russian
    assert re.search(r'#texts\.ru\.body" [^>]*>Go to the field</a>', russian)


def test_the_same_problem_in_two_fields_of_an_action_names_both(staff, campaign):
    both = update(ActionText).filter_by(locale="en").values(body="[a](b)", background="[a](b)")
    db.session.execute(both)
    db.session.commit()

    page = staff.get(page_of(campaign)).text

    places = page.partition('class="finding-places"')[2].partition("</ul>")[0]
    assert re.findall(r"<span>([^<]+)</span></a>", places) == [
        "Why it matters (English)",
        "Background (English)",
    ]


def test_nothing_that_passed_is_between_the_problems_and_the_button(staff, campaign):
    page = staff.get(page_of(campaign)).text

    problems, _button, rest = page.partition(">Publish campaign</span>")
    assert "checks passed" not in problems
    assert re.search(r"\d+ checks passed", rest)


def test_the_results_of_an_archived_campaign_have_the_buttons_for_markup(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)

    page = staff.get(f"/staff/campaigns/{campaign.id}/archive/").text

    assert page.count(" data-markup ") == 2
    assert '<template id="markup-tools">' in page
    assert "/markup_tools.js" in page


def test_languages_are_listed_from_the_source_language_on(staff):
    campaign = make_draft(locales=("ru", "ar", "en"), slug="many-languages")

    page = staff.get(page_of(campaign)).text

    assert re.findall(r'name="public" value="(\w+)"', page) == ["en", "ar", "ru"]
    head = page.partition("many-languages</bdi>")[2].partition("</p>")[0]
    assert re.findall(r'<bdi lang="(\w+)"', head) == ["en", "ar", "ru"]


def test_a_petition_that_comes_back_with_another_addressee_must_be_confirmed(staff):
    campaign = make_draft(published_at=LONG_AGO)
    set_count(campaign_action := db.session.scalars(select(Action)).one(), 3)
    unpublish(campaign.id, seen=LONG_AGO, actor="ada@example.org", now=utc_now())
    db.session.execute(update(ActionText).filter_by(locale="en").values(addressee="To the police"))
    db.session.commit()
    given = {"when": "now", "seen": "", "actions": [str(campaign_action.id)]}

    page = staff.get(page_of(campaign)).text
    refused = post(staff, page_of(campaign), **given)
    published = post(staff, page_of(campaign), **given, same_addressee="yes")

    assert "from “Petition to the office” to “To the police”. 3 people have signed" in page
    assert refused.status_code == 400
    assert "Nothing was changed. Confirm what the checks below ask" in refused.text
    assert published.status_code == 303


def test_a_form_without_languages_can_be_sent_again(staff, campaign):
    token = token_of(staff.get(page_of(campaign)).text)
    data = {"csrf_token": token, "when": "now", "seen_public": ["en", "ru"]}
    answer = staff.post(page_of(campaign), data=data | {"actions": action_ids()})

    button = re.search(r'<button class="btn[^>]*wide" type="submit"[^>]*>', answer.text)[0]
    assert answer.status_code == 400
    assert "disabled" not in button


@pytest.mark.parametrize(
    ("state", "button"),
    [("open", "Close all actions"), ("closed", "Archive the campaign and publish its result")],
)
def test_someone_who_cannot_publish_reads_whom_to_ask_to_close_or_archive(
    client, campaign, state, button
):
    set_opening_time(campaign.id, LONG_AGO)
    if state == "closed":
        db.session.execute(update(Action).values(ended(utc_now() - DAY)))
        db.session.commit()
    make_staff("campaigner", name="Ada", tf_primary_method="authenticator")
    log_in(client, make_staff("reviewer"))

    page = client.get(page_of(campaign)).text

    for words in (button, "Create preview link"):
        assert f'<button class="btn" type="button" disabled>{words}</button>' in page
    assert "Ask Ada." in visible_text(page)
