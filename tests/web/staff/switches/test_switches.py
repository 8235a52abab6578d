"""The page of the emergency switches, and what other pages of the workspace say while something is off."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.switches.state import EMAIL, EXPORT, SIGN, Switch, is_off
from campaign_actions.staff.permissions import ROLES
from campaign_actions.switches.models import SwitchPause
from campaign_actions.switches.names import UNPROVED
from tests.support.exports import export_file, make_export
from tests.support.factories import (
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
    make_update,
)
from tests.support.sign_form import Inputs
from tests.support.staff_client import log_in, post, token_of
from tests.support.switches import REASON, action_switch, off, on

PAGE = "/staff/switches/"
OFF, ON = f"{PAGE}off/", f"{PAGE}on/"


@pytest.fixture
def administrator(client):
    member = make_staff("administrator", email="grace@example.org")
    log_in(client, member)
    return member


def turn(client, address: str, name: str, *, reason: str = REASON, **more):
    panel = f"{'off' if address == OFF else 'on'}-{name}"
    return post(client, address, seen=PAGE, switch=name, reason=reason, **{"panel": panel} | more)


def pauses() -> list[SwitchPause]:
    db.session.rollback()
    return list(db.session.scalars(select(SwitchPause)))


@pytest.mark.parametrize("name", ["sign", "email", "export", "racism/hate-crimes", "ru"])
def test_everything_is_switched_off_and_on_with_a_reason(client, administrator, name):
    make_action()

    went_off = turn(client, OFF, name)
    shown = client.get(PAGE).text
    went_on = turn(client, ON, name)

    assert (went_off.status_code, went_on.status_code) == (303, 303)
    assert REASON in shown
    assert "grace@example.org" in shown
    (pause,) = pauses()
    assert pause.off_by == pause.on_by == "grace@example.org"
    assert client.get(PAGE).text.count(REASON) == 2


def test_an_action_with_the_longest_address_is_switched_off_and_on(client, administrator):
    campaign = make_campaign(slug="c" * 60)
    action = make_action(campaign=campaign, slug="a" * 60)
    name = f"{campaign.slug}/{action.slug}"

    answers = [turn(client, to, one) for one in (name, f"{UNPROVED}{name}") for to in (OFF, ON)]

    assert [answer.status_code for answer in answers] == [303] * 4


def test_the_pages_that_publish_and_share_an_action_say_that_it_is_off(client, administrator):
    action = make_action()
    turn(client, OFF, "racism/hate-crimes")
    base = f"/staff/campaigns/{action.campaign_id}/"

    pages = [client.get(f"{base}{page}").text for page in ("publish/", "share/")]

    assert ["Switched off" in page for page in pages] == [True, True]


def test_a_reason_is_required(client, administrator):
    answer = turn(client, OFF, "sign", reason=" ")

    assert answer.status_code == 400
    assert "Error:" in answer.text
    assert "Enter a reason" in answer.text
    assert not is_off(SIGN)


def test_the_error_has_the_focus_and_leads_to_its_field(client, administrator):
    page = turn(client, OFF, "sign", reason=" ").text

    notice = page.partition('id="errors"')[2].partition("</div>")[0]
    assert "autofocus" in notice
    assert '<a href="#off-sign-reason">Enter a reason' in notice


def test_what_is_off_is_listed_first(client, administrator):
    nothing = client.get(PAGE).text
    off(EMAIL, utc_now())

    page = client.get(PAGE).text

    assert "Nothing is switched off." in nothing
    assert "Nothing is switched off." not in page
    assert page.index('<a href="#on-email">Emails switched off</a>') < page.index("<section")


def test_the_history_says_that_the_robot_check_was_turned_on(client, administrator):
    off(Switch("unproved", str(make_action().id)), utc_now())

    history = client.get(PAGE).text.partition('id="history"')[2]

    assert "Robot check turned on: Title of hate-crimes (en)" in history
    assert "switched off" not in history


def test_the_action_that_was_chosen_is_kept_when_the_reason_is_missing(client, administrator):
    make_action()

    answer = turn(client, OFF, "racism/hate-crimes", reason="", panel="off-action")

    assert answer.status_code == 400
    assert '<option value="racism/hate-crimes" selected>' in answer.text


def test_the_reason_is_kept_when_nothing_was_chosen(client, administrator):
    make_action()

    answer = turn(client, OFF, "", panel="off-action")

    assert answer.status_code == 400
    assert "Choose what to switch off" in answer.text
    assert f'value="{REASON}"' in answer.text


@pytest.mark.parametrize("name", ["nothing", "racism/nothing", "xx", "x" * 300, "\0", "sign\u202e"])
def test_unknown_names_are_refused_and_nothing_is_lost(client, administrator, name):
    answer = turn(client, OFF, name)

    assert answer.status_code == 400
    assert REASON in answer.text
    assert pauses() == []


def test_two_people_at_once_see_that_it_is_done_already(client, administrator):
    token = token_of(client.get(PAGE).text)
    fields = {"csrf_token": token, "switch": "sign", "panel": "off-sign", "reason": "Mine"}
    off(SIGN, utc_now())

    twice = client.post(OFF, data=fields)
    on(SIGN, utc_now())
    on_twice = client.post(ON, data=fields | {"panel": "on-sign"})

    assert (twice.status_code, on_twice.status_code) == (409, 409)
    assert "already off" in twice.text
    assert re.search("The reason you typed: .?Mine", twice.text)
    assert "already on" in on_twice.text


def test_a_request_without_fields_is_refused(client, administrator):
    answer = post(client, OFF, seen=PAGE)

    assert answer.status_code == 400


@pytest.mark.parametrize("to", ["maybe", "OFF"])
def test_there_are_only_two_directions(client, administrator, to):
    assert post(client, f"{PAGE}{to}/", seen=PAGE, switch="sign", reason="x").status_code == 404


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"administrator"}))
def test_only_administrators_may_switch(client, role):
    log_in(client, make_staff(role))

    assert client.get(PAGE).status_code == 403
    assert post(client, OFF, seen="/staff/", switch="sign", reason="x").status_code == 403
    assert not is_off(SIGN)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_everyone_reads_on_the_overview_what_is_off_and_why(client, role):
    action = make_action()
    log_in(client, make_staff(role))
    before = client.get("/staff/").text
    off(EMAIL, utc_now())
    off(action_switch(action), utc_now())
    off(Switch("language", "ru"), utc_now())

    page = client.get("/staff/").text

    assert "switched off" not in before
    for what in (
        "Emails switched off",
        "Action switched off: Title of hate-crimes (en)",
        "Language switched off: Русский",
    ):
        assert what in page
    assert page.count(REASON) == 3
    assert (PAGE in page) == (role == "administrator")


def test_the_status_page_shows_it_and_takes_the_delay_of_emails_for_no_fault(client, administrator):
    make_confirmed(make_action(), now=utc_now().replace(year=2025))
    off(EMAIL, utc_now())

    page = client.get("/staff/status/").text

    assert "Emails switched off" in page
    assert "Emails are delayed" not in page
    assert "Everything is working" not in page


def test_it_says_who_when_a_command_did_it(app, client, administrator, monkeypatch):
    monkeypatch.setenv("SUDO_USER", "lena")
    app.test_cli_runner().invoke(args=["switch", "off", "export", "--reason", "Stolen laptop"])

    page = client.get("/staff/").text

    assert "<bdi>Command line: lena</bdi>" in page
    assert "Stolen laptop" in page


def test_what_was_typed_is_text(client, administrator):
    turn(client, OFF, "sign", reason="<b>&amp; {{ 7 * 7 }}")

    for page in (PAGE, "/staff/"):
        assert "&lt;b&gt;&amp;amp; {{ 7 * 7 }}" in client.get(page).text


class TestExports:
    """While exports are off."""

    @pytest.fixture
    def exporter(self, client):
        member = make_staff("exporter", email="lin@example.org")
        log_in(client, member)
        return member

    @pytest.fixture
    def action(self, app):
        action = make_action()
        make_confirmed(action)
        return action

    def test_the_page_says_so_and_keeps_the_choices(self, client, exporter, action):
        page = f"/staff/campaigns/{action.campaign_id}/export/"
        fields = {"format": "csv", "purpose": "team", "actions": action.id, "language": "ru"}
        off(EXPORT, utc_now())

        shown, refused = client.get(page), post(client, page, **fields)

        assert shown.status_code == 200
        assert "Exports are switched off" in shown.text
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "300"
        assert "Exports are switched off" in refused.text
        assert '<option value="ru" selected>' in refused.text
        assert re.search(r'value="csv" checked', refused.text)

    def test_changes_since_a_file_are_refused(self, client, exporter, action):
        _file, record = export_file(make_export(action, staff_id=exporter.id), now=utc_now())
        page = f"/staff/exports/{record.id}/changes/"
        off(EXPORT, utc_now())

        shown, refused = client.get(page), post(client, page, seen="/staff/exports/")

        assert (shown.status_code, refused.status_code) == (200, 503)
        assert refused.headers["Retry-After"] == "300"
        assert "Exports are switched off" in refused.text

    def test_lists_of_what_to_delete_never_stop(self, client, exporter, action):
        _file, record = export_file(make_export(action, staff_id=exporter.id), now=utc_now())
        off(EXPORT, utc_now())

        answer = post(client, f"/staff/exports/{record.id}/deletions/", seen="/staff/exports/")

        assert answer.status_code == 200


@pytest.mark.parametrize("is_email_off", [True, False])
def test_a_message_that_an_email_is_on_its_way_says_if_emails_are_off(client, is_email_off):
    update = make_update(action := make_action())
    log_in(client, make_staff("campaigner"))
    base = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/updates/{update.id}"
    page = f"{base}/preview/en/"
    if is_email_off:
        off(EMAIL, utc_now())

    sent = post(client, f"{page}test/", seen=page)

    shown = client.get(sent.location).text
    assert "is on its way" in shown
    assert ("Any email about this is kept and sent later" in shown) is is_email_off


class TestUpdates:
    """While emails are off."""

    @pytest.fixture
    def page(self, client, app):
        action = make_action()
        make_confirmed(action, wants_updates=True)
        update = make_update(action)
        log_in(client, make_staff("campaigner"))
        base = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/updates"
        return f"{base}/{update.id}/"

    def test_an_update_is_not_started(self, client, page):
        sending = _sending(client, page)
        off(EMAIL, utc_now())

        shown = client.get(f"{page}send/")
        refused = client.post(f"{page}send/", data=sending)

        assert shown.status_code == 200
        assert "Emails are switched off" in shown.text
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "300")

    def test_one_that_is_being_sent_says_why_it_does_not_go_on(self, client, page):
        started = client.post(f"{page}send/", data=_sending(client, page))
        off(EMAIL, utc_now())

        assert "Emails are switched off" in client.get(page).text
        assert started.status_code == 303


def _sending(client, page: str) -> dict[str, str]:
    """The fields of the form that starts sending."""
    return Inputs(client.get(f"{page}send/").text).hidden
