"""The organisation's time zone, and that of each member, in which they type and read times."""

import re
from datetime import UTC, datetime

import pytest

from campaign_actions.actions.models import Action
from campaign_actions.core.db.session import db
from campaign_actions.core.organization import organization
from campaign_actions.organization.edit import set_timezone
from tests.support.drafts import make_draft
from tests.support.factories import NOON, make_action, make_staff
from tests.support.staff_client import log_in, post

ADDRESS = "/staff/organization/time-zone/"
GRACE = {"actor": "grace@example.org", "now": NOON}


def member(client, role: str = "campaigner", *, timezone: str = ""):
    found = make_staff(role, email="lin@example.org")
    found.timezone = timezone
    db.session.commit()
    log_in(client, found)
    return client


def close_at(client, action, text: str, **more):
    page = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/close/"
    return post(client, page, when="at", at=text, seen=page, **more)


def end_of(action) -> datetime | None:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(Action, action.id).closes_at


def test_an_administrator_sets_the_time_zone(client):
    member(client, "administrator")

    answer = post(client, ADDRESS, timezone="Asia/Tbilisi")

    assert answer.status_code == 303
    assert organization().timezone == "Asia/Tbilisi"
    assert "(Tbilisi)" in client.get(ADDRESS).text


def test_after_one_of_the_first_steps_a_message_leads_to_the_next(client):
    member(client, "administrator")

    post(client, ADDRESS, timezone="Asia/Tbilisi")

    page = client.get(ADDRESS).text
    assert re.search('<a href="/staff/[^"]+">Next: [^<]+</a>', page)


def test_the_message_names_the_campaign_that_the_next_step_publishes(app, client):
    app.config["ORGANIZATION_EMAIL"] = "office@example.org"
    campaign = make_draft()
    log_in(client, make_staff("administrator", "campaigner"))

    post(client, ADDRESS, timezone="Asia/Tbilisi")

    there = f"/staff/campaigns/{campaign.id}/checklist/"
    words = "Next: Title of racism (en), publish your campaign"
    assert f'<a href="{there}">{words}</a>' in client.get(ADDRESS).text


def test_saving_the_preselected_utc_is_confirmed_and_completes_the_first_step(client):
    member(client, "administrator")
    before = client.get("/staff/").text

    post(client, ADDRESS, timezone="")

    page = client.get(ADDRESS).text
    assert "Time zone saved" in page
    assert '<option value="UTC" selected>UTC</option>' in page
    assert "Choose time zone" in before
    assert "Choose time zone" not in client.get("/staff/").text


def test_nothing_chosen_is_the_setting_of_the_server(client, app):
    app.config["TIMEZONE"] = "Europe/Berlin"
    set_timezone("Asia/Tbilisi", **GRACE)
    member(client, "administrator")

    assert "Berlin, from the settings of the server" in client.get(ADDRESS).text
    post(client, ADDRESS, timezone="")

    assert "(Berlin)" in client.get(ADDRESS).text


def test_a_zone_that_does_not_exist_is_refused(client):
    member(client, "administrator")

    answer = post(client, ADDRESS, timezone="../../etc/passwd")

    assert answer.status_code == 400
    assert "Choose a time zone from the list." in answer.text


@pytest.mark.parametrize(
    ("language", "country", "city"), [("en", "Germany", "Berlin"), ("ru", "Германия", "Берлин")]
)
def test_time_zones_are_chosen_by_their_cities_in_the_readers_language(
    client, language, country, city
):
    administrator = make_staff("administrator", locale=language)
    log_in(client, administrator)

    page = client.get(ADDRESS).text

    assert f'<optgroup label="{country}">' in page
    assert f'<option value="Europe/Berlin">{city}</option>' in page
    assert not re.search(r">[^<]*/[^<]*</option>", page)


def test_a_former_name_stays_chosen_and_is_a_city_as_well(client):
    member(client, timezone="Europe/Kiev")

    page = client.get("/staff/account/").text

    assert '<option value="Europe/Kiev" selected>Kyiv</option>' in page


def test_others_may_not_change_it(client):
    member(client)

    assert client.get(ADDRESS).status_code == 403


def test_a_member_chooses_a_time_zone_of_their_own(client):
    member(client)
    page = "/staff/account/"

    post(client, page, name="Lin", locale="en", timezone="Asia/Tokyo")

    assert '<option value="Asia/Tokyo" selected>' in client.get(page).text


def test_times_are_shown_in_the_own_zone_with_the_organisations_beside_them(client):
    set_timezone("Europe/Berlin", **GRACE)
    action = make_action(closes_at=datetime(2030, 7, 1, 20, tzinfo=UTC))
    member(client, timezone="Asia/Tbilisi")

    page = client.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/").text

    assert "2 July 2030, 00:00 (Tbilisi) · 1 Jul 2030, 22:00 (Berlin)" in page


def test_without_a_zone_of_their_own_people_see_one_time(client):
    set_timezone("Europe/Berlin", **GRACE)
    action = make_action(closes_at=datetime(2030, 7, 1, 20, tzinfo=UTC))
    member(client)

    page = client.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/").text

    assert "1 July 2030, 22:00 (Berlin)." in page


def test_a_time_is_read_in_the_zone_of_who_types_it(client):
    action = make_action()
    member(client, timezone="Asia/Tokyo")

    answer = close_at(client, action, "2030-07-01T09:00")

    assert answer.status_code == 303
    assert end_of(action) == datetime(2030, 7, 1, 0, tzinfo=UTC)


def test_a_time_is_read_in_the_zone_in_which_the_page_showed_it(client):
    """Someone changes their zone in another tab while the form is open."""
    action = make_action()
    member(client, timezone="Asia/Tokyo")

    close_at(client, action, "2030-07-01T09:00", at_zone="UTC")

    assert end_of(action) == datetime(2030, 7, 1, 9, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_explained_and_kept(client):
    action = make_action()
    member(client, timezone="Europe/Berlin")

    answer = close_at(client, action, "2030-03-31T02:30")

    assert answer.status_code == 400
    assert "This time does not exist in Berlin" in answer.text
    assert "Choose 03:00 or later." in answer.text
    assert 'value="2030-03-31T02:30"' in answer.text
    assert end_of(action) is None


def test_the_same_time_exists_where_the_clocks_do_not_change(client):
    set_timezone("Europe/Berlin", **GRACE)
    action = make_action()
    member(client, timezone="Asia/Tokyo")

    assert close_at(client, action, "2030-03-31T02:30").status_code == 303


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "/etc/passwd"])
def test_a_zone_that_is_not_one_leaves_that_of_the_member(client, zone):
    action = make_action()
    member(client, timezone="Asia/Tokyo")

    close_at(client, action, "2030-07-01T09:00", at_zone=zone)

    assert end_of(action) == datetime(2030, 7, 1, 0, tzinfo=UTC)
