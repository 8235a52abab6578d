"""Pages for requesting, approving, declining and cancelling, and who may see them."""

import pytest
from flask.testing import FlaskClient

from campaign_actions.approvals.request import request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import SetDualControl, apply_alone, current_mode
from campaign_actions.staff.manage_members import DisableMember
from campaign_actions.staff.queries import find_member, grants_of
from tests.support.approvers import (
    People,
    entries,
    is_member_active,
    mails,
    make_batch,
    make_people,
    requests,
    state_of,
)
from tests.support.factories import make_action, make_staff
from tests.support.staff_client import log_in, post, token_of

REASON = "The person has left the organisation."


@pytest.fixture
def people(app) -> People:
    return make_people()


@pytest.fixture
def clients(app, people) -> dict[str, FlaskClient]:
    """A logged-in browser for each of them."""
    browsers = {name: app.test_client() for name in ("ada", "bea", "cyd")}
    for name, browser in browsers.items():
        log_in(browser, getattr(people, name))
    return browsers


def submit(client, page: str, **fields):
    """Submit a form with the form token."""
    return client.post(page, data={"csrf_token": token_of(client.get("/staff/").text), **fields})


def disable_page(people) -> str:
    return f"/staff/people/{people.cyd.id}/disable/"


def pending_request(people) -> int:
    operation = DisableMember(people.cyd.id)
    return request_approval(operation, by=people.ada, reason=REASON, now=utc_now())


def test_a_member_is_disabled_once_someone_else_approves(people, clients):
    first = submit(clients["ada"], disable_page(people))
    second = submit(clients["ada"], disable_page(people), approval_reason=REASON)
    page = clients["bea"].get(second.location).text
    was_active = is_member_active(people.cyd)
    answer = submit(clients["bea"], f"{second.location}approve/", note="")

    assert (first.status_code, "Someone else has to approve this" in first.text) == (200, True)
    assert second.status_code == 303
    assert all(words in page for words in ("Disable cyd@example.org", REASON, "Approve request"))
    assert (was_active, answer.status_code) == (True, 303)
    assert not is_member_active(people.cyd)


def test_a_request_needs_a_reason(people, clients):
    answer = submit(clients["ada"], disable_page(people), approval_reason=" ")

    assert answer.status_code == 400
    assert "Say why this is needed" in answer.text
    assert requests() == []


GUARDED = (
    *("invite", "roles", "disable", "enable", "again", "reset", "setting"),
    *("export", "delete"),
)


@pytest.mark.parametrize("door", GUARDED)
def test_no_page_lets_one_person_do_a_guarded_operation_alone(people, clients, door):
    """Each page asks for a reason, and then makes a request and changes nothing else."""
    action = make_action()
    batch = make_batch(action, signatures=2)
    gone, new = make_staff("administrator", active=False), make_staff("exporter", password=None)
    below = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    pages = {
        "invite": (
            "/staff/people/invite/",
            {"email": "puppet@example.org", "locale": "en", "role-administrator": "all"},
        ),
        "roles": (f"/staff/people/{people.cyd.id}/", {"role-exporter": "all"}),
        "disable": (disable_page(people), {}),
        "enable": (f"/staff/people/{gone.id}/enable/", {}),
        "again": (f"/staff/people/{new.id}/invite-again/", {}),
        "reset": (f"/staff/people/{people.cyd.id}/reset-second-factor/", {}),
        "setting": ("/staff/approvals/two-people/", {"mode": "off"}),
        "export": (
            f"/staff/campaigns/{action.campaign_id}/export/",
            {"format": "csv", "purpose": "team", "actions": str(action.id)},
        ),
        "delete": (f"{below}signatures/batches/{batch}/delete/", {}),
    }
    page, fields = pages[door]

    asks = submit(clients["ada"], page, **fields)
    sent = submit(clients["ada"], page, approval_reason=REASON, **fields)

    assert "Someone else has to approve this" in asks.text
    assert (sent.status_code, sent.location) == (303, f"/staff/approvals/{requests()[0].id}/")
    assert [one.state for one in requests()] == ["pending"]
    done = ("staff-invited", "staff-changed", "staff-disabled", "exported", "batch-erased")
    assert entries(*done, "dual-control-changed") == []


def test_an_approved_invitation_is_sent_as_requested(people, clients):
    fields = {"email": "new@example.org", "locale": "en", "role-exporter": "all"}

    sent = submit(clients["ada"], "/staff/people/invite/", approval_reason=REASON, **fields)
    submit(clients["bea"], f"{sent.location}approve/", note="")

    db.session.rollback()
    assert grants_of(find_member("new@example.org")) == {"exporter": None}


def test_the_requester_cannot_approve_even_in_another_session(app, people, clients):
    request_id, other = pending_request(people), app.test_client()
    log_in(other, people.ada, device="another browser")

    page = other.get(f"/staff/approvals/{request_id}/").text
    answer = submit(other, f"/staff/approvals/{request_id}/approve/", note="")

    assert "Approve request" not in page
    assert answer.status_code == 409
    assert "You made this request" in answer.text
    assert state_of(request_id) == "pending"


@pytest.mark.parametrize("what", ["", "approve/", "decline/", "cancel/"])
def test_a_request_is_invisible_to_those_who_may_not_approve_it(people, clients, what):
    request_id = pending_request(people)
    page = f"/staff/approvals/{request_id}/{what}"

    answers = [
        clients["cyd"].get(one) if not what else submit(clients["cyd"], one, note="")
        for one in (page, page.replace(f"/{request_id}/", "/4711/"))
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert state_of(request_id) == "pending"


def test_only_the_requester_can_cancel(people, clients):
    request_id = pending_request(people)
    page = f"/staff/approvals/{request_id}/cancel/"

    answers = [submit(clients[who], page).status_code for who in ("bea", "ada")]

    assert answers == [404, 303]
    assert state_of(request_id) == "cancelled"


def test_deciding_needs_reauthentication(people, clients):
    request_id = pending_request(people)
    page = f"/staff/approvals/{request_id}/"
    with clients["bea"].session_transaction(path="/staff/") as session:
        session["fs_paa"] -= 31 * 60

    answers = [clients["bea"].get(page), submit(clients["bea"], f"{page}approve/", note="")]

    assert answers[0].location == f"/staff/reauthenticate?next={page}"
    assert answers[1].location.startswith("/staff/reauthenticate")
    assert state_of(request_id) == "pending"


def test_people_see_their_own_request_without_reauthentication(people, clients):
    request_id = pending_request(people)
    with clients["ada"].session_transaction(path="/staff/") as session:
        session["fs_paa"] -= 31 * 60

    page = clients["ada"].get(f"/staff/approvals/{request_id}/")

    assert page.status_code == 200
    assert REASON in page.text


def test_a_member_who_lost_the_right_after_opening_the_page_cannot_approve(people, clients):
    make_staff("administrator")
    request_id = pending_request(people)
    page = f"/staff/approvals/{request_id}/"
    opened = clients["bea"].get(page).status_code
    apply_alone(
        ChangeRoles.of(people.bea.id, {"campaigner": None}, None), actor=COMMAND, now=utc_now()
    )
    ended = clients["bea"].get(page).location
    log_in(clients["bea"], people.bea)

    answer = submit(clients["bea"], f"{page}approve/", note="")

    assert (opened, ended, answer.status_code) == (200, f"/staff/login?next={page}", 404)
    assert is_member_active(people.cyd)


def test_the_home_page_shows_the_number_of_pending_decisions(people, clients):
    pending_request(people)

    said = [words in clients[who].get("/staff/").text for who, words in PENDING_TEXTS.items()]

    assert said == [True, False, False]


PENDING_TEXTS = dict.fromkeys(("bea", "ada", "cyd"), "Request to decide")


def test_the_list_shows_own_requests_and_those_to_decide(people, clients):
    pending_request(people)

    pages = {who: browser.get("/staff/approvals/").text for who, browser in clients.items()}

    assert ["Disable cyd@example.org" in pages[who] for who in clients] == [True, True, False]


@pytest.mark.parametrize(("role", "has_trail"), [("exporter", True), ("administrator", False)])
def test_only_members_without_the_tabs_of_the_settings_have_breadcrumbs(client, role, has_trail):
    log_in(client, make_staff(role))

    page = client.get("/staff/approvals/").text

    assert ('<ol class="trail">' in page) is has_trail


def test_a_member_who_is_alone_with_a_right_is_told_about_the_command(app, client):
    boss = make_staff("administrator")
    other = make_staff("reviewer")
    make_staff("campaigner")
    log_in(client, boss)

    page = submit(client, f"/staff/people/{other.id}/disable/").text

    assert "Nobody else in the workspace can approve this" in page
    assert "campaign-actions staff approve" in page


def test_with_two_members_operations_are_done_immediately(client):
    boss, other = make_staff("administrator"), make_staff("reviewer")
    log_in(client, boss)

    answer = post(client, f"/staff/people/{other.id}/disable/")

    assert answer.status_code == 303
    assert not is_member_active(other)


def test_changing_the_setting_needs_two_people_while_it_applies(app, people, clients):
    page = "/staff/approvals/two-people/"
    sent = submit(clients["ada"], page, mode="off", approval_reason=REASON)
    submit(clients["bea"], f"{sent.location}approve/", note="")
    submit(clients["bea"], page, mode="on")

    said = [(actor, details.get("approved_by")) for _e, actor, _s, details in changes()]
    assert said == [("ada@example.org", "bea@example.org"), ("bea@example.org", None)]


def changes():
    return entries("dual-control-changed")


def test_an_invalid_setting_is_refused(people, clients):
    answer = submit(clients["ada"], "/staff/approvals/two-people/", mode="sometimes")

    assert answer.status_code == 400
    assert changes() == []


def test_saving_the_same_setting_needs_no_approval(app, people, clients):
    answer = submit(clients["ada"], "/staff/approvals/two-people/", mode="auto")

    assert (answer.status_code, requests(), current_mode(db.session.connection())) == (
        303,
        [],
        "auto",
    )


def test_roles_given_by_one_person_are_marked_for_others(app, client):
    ada = make_staff("administrator", name="Ada Alone")
    puppet = make_staff("administrator", roles_given_by=ada.id, name="Puppet")
    bea = make_staff("administrator")
    log_in(client, bea)

    pages = [client.get(page).text for page in ("/staff/people/", f"/staff/people/{puppet.id}/")]

    assert ["Assigned by" in pages[0], "assigned these roles alone" in pages[1]] == [True, True]


def test_an_approver_is_told_that_the_requester_alone_gave_them_their_roles(people, app, client):
    puppet = make_staff("administrator", roles_given_by=people.ada.id)
    request_id = pending_request(people)
    log_in(client, puppet)

    page = client.get(f"/staff/approvals/{request_id}/").text

    assert "The person who asked also assigned your roles, without a second person." in page


def test_the_warning_is_for_those_who_can_decide_while_they_can(people, clients):
    warning = "All their sessions will end"
    page = f"/staff/approvals/{pending_request(people)}/"

    requester, approver = clients["ada"].get(page).text, clients["bea"].get(page).text
    submit(clients["bea"], f"{page}decline/", note="")
    afterwards = clients["bea"].get(page).text

    assert warning in approver
    assert warning not in requester + afterwards


def test_a_request_is_emailed_to_those_who_may_approve_it(app, people, clients):
    submit(clients["ada"], disable_page(people), approval_reason="Nothing of this is in the mail.")

    app.test_cli_runner().invoke(args=["outbox", "deliver"])

    assert mails() == [("asked", None)]  # sent, so the address is deleted


def test_the_setting_always_applies_even_with_two_members(app, client):
    boss, other = make_staff("administrator"), make_staff("administrator")
    apply_alone(SetDualControl("on"), actor=COMMAND, now=utc_now())
    log_in(client, boss)

    page = submit(client, f"/staff/people/{other.id}/disable/").text

    assert "Someone else has to approve this" in page
    assert is_member_active(other)
