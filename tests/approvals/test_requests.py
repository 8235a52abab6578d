"""What needs a second person, who that can be, and that it is done exactly once, as requested."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.approvals.decide import PersonNoLongerAllowed, TargetChanged, approve, decline
from campaign_actions.approvals.expire import expire_requests
from campaign_actions.approvals.lifetime import open_until
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.operations import operation_of
from campaign_actions.approvals.queries import approvers_of, find_request
from campaign_actions.approvals.request import (
    MAX_REQUESTS_A_DAY,
    AlreadyRequested,
    NoLongerAllowed,
    OwnRequest,
    RequestClosed,
    TooManyRequests,
    cancel,
    request_approval,
)
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import SecondPersonNeeded, SetDualControl, apply_alone
from campaign_actions.staff.invitations import Invite, InviteAgain, invite
from campaign_actions.staff.last_administrator import LastAdministrator
from campaign_actions.staff.manage_members import (
    AllowCodes,
    DisableMember,
    EnableMember,
    ResetSecondFactor,
    disable_member,
)
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member, find_member_by_id, grants_of
from tests.support.approvers import (
    LATER,
    People,
    entries,
    is_member_active,
    mails,
    make_people,
    requests,
    state_of,
)
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_campaign, make_staff
from tests.support.switches import off, pause

SOON = LATER + timedelta(minutes=5)
ADMINISTRATOR = {"administrator": None}


@pytest.fixture
def people(app) -> People:
    return make_people()


def ask(operation, by, *, reason="Left the organisation.", now=LATER) -> int:
    return request_approval(operation, by=by, reason=reason, now=now)


def invitation(email="new@example.org", roles=ADMINISTRATOR) -> Invite:
    return Invite.of(email, roles, None, locale="en")


def reload(member) -> StaffMember:
    db.session.rollback()
    db.session.expire_all()
    return find_member_by_id(member.id)


def guarded_operations(people: People) -> dict[str, object]:
    """Guarded operations on members, one of each kind."""
    gone = make_staff("administrator", active=False)
    new = make_staff("exporter", password=None)
    dan = make_staff("administrator")
    return {
        "a new administrator": invitation(),
        "a new exporter of some campaigns": invitation(
            roles={"exporter": frozenset({make_campaign().id})}
        ),
        "an invitation again": InviteAgain(new.id),
        "a role that can approve": ChangeRoles.of(people.cyd.id, ADMINISTRATOR, None),
        "taking such a role away": ChangeRoles.of(dan.id, {"reviewer": None}, None),
        "letting an administrator in again": EnableMember(gone.id),
        "removing a member": DisableMember(people.cyd.id),
        "second factor": ResetSecondFactor(people.cyd.id),
        "codes after too many wrong ones": AllowCodes(people.cyd.id),
        "the rule itself": SetDualControl("off"),
    }


GUARDED = (
    *("a new administrator", "a new exporter of some campaigns", "an invitation again"),
    *("a role that can approve", "taking such a role away", "letting an administrator in again"),
    *("removing a member", "second factor", "the rule itself"),
    "codes after too many wrong ones",
)


@pytest.mark.parametrize("what", GUARDED)
def test_with_three_members_nobody_does_a_guarded_operation_alone(people, what):
    operation = guarded_operations(people)[what]

    with pytest.raises(SecondPersonNeeded):
        apply_alone(operation, actor=people.ada.email, now=LATER)

    assert entries("staff-invited", "staff-changed", "staff-disabled", "dual-control-changed") == []


@pytest.mark.parametrize("what", GUARDED)
def test_a_second_person_approves_and_the_audit_entry_names_both(people, what):
    operation = guarded_operations(people)[what]

    request_id = ask(operation, people.ada)
    approve(request_id, by=people.bea, note="", now=SOON)

    done = entries("staff-invited", "staff-changed", "staff-disabled", "dual-control-changed")
    ((_event, actor, _subject, details),) = done
    assert (actor, details["approved_by"]) == ("ada@example.org", "bea@example.org")
    assert details["request"] == request_id
    assert state_of(request_id) == "done"


@pytest.mark.parametrize("what", GUARDED)
def test_a_command_never_needs_a_second_person(people, what):
    apply_alone(guarded_operations(people)[what], actor=COMMAND, now=LATER)

    assert requests() == []


@pytest.mark.parametrize(
    "what",
    ["a role that cannot approve", "an invitation without one", "one that was not accepted"],
)
def test_operations_that_give_no_right_to_approve_need_one_person(people, what):
    new = make_staff("administrator", password=None)
    operation = {
        "a role that cannot approve": ChangeRoles.of(people.cyd.id, {"translator": None}, None),
        "an invitation without one": invitation(roles={"translator": None}),
        "one that was not accepted": DisableMember(new.id),
    }[what]

    apply_alone(operation, actor=people.ada.email, now=LATER)

    assert requests() == []


@pytest.mark.parametrize(
    ("mode", "members", "is_needed"),
    [("auto", 2, False), ("auto", 3, True), ("on", 2, True), ("off", 3, False)],
)
def test_when_two_people_are_needed(app, mode, members, is_needed):
    people = [make_staff("administrator") for _ in range(members)]
    make_staff("administrator", password=None)  # members who have not joined do not count
    make_staff("administrator", active=False)
    apply_alone(SetDualControl(mode), actor=COMMAND, now=NOON)

    expected = pytest.raises(SecondPersonNeeded) if is_needed else contextlib.nullcontext()
    with expected:
        disable_member(people[0], actor=people[1].email, now=LATER)

    assert is_member_active(people[0]) == is_needed


def test_only_those_who_may_approve_are_emailed(people):
    make_staff("exporter", email="exporter@example.org")

    ask(DisableMember(people.cyd.id), people.ada)

    assert mails() == [("asked", "bea@example.org")]


def test_the_requester_is_emailed_every_decision(people):
    first, second = ask(DisableMember(people.cyd.id), people.ada), ask(invitation(), people.ada)

    decline(first, by=people.bea, note="Ask me first.", now=SOON)
    approve(second, by=people.bea, note="", now=SOON)

    assert mails()[2:] == [("decided", "ada@example.org")] * 2
    assert is_member_active(people.cyd)


def test_nobody_decides_their_own_request(people):
    request_id = ask(DisableMember(people.cyd.id), people.ada)

    with pytest.raises(OwnRequest):
        approve(request_id, by=people.ada, note="", now=SOON)
    with pytest.raises(OwnRequest):
        decline(request_id, by=people.ada, note="", now=SOON)

    assert state_of(request_id) == "pending"


def test_a_requester_with_a_new_address_is_still_the_requester(people):
    request_id = ask(DisableMember(people.cyd.id), people.ada)
    db.session.execute(update(StaffMember).filter_by(id=people.ada.id).values(email="new@x.org"))
    db.session.commit()

    with pytest.raises(OwnRequest):
        approve(request_id, by=reload(people.ada), note="", now=SOON)


def test_the_database_refuses_a_requester_who_decides(people):
    request_id = ask(DisableMember(people.cyd.id), people.ada)
    both = {"state": "done", "decided_at": SOON, "decided_by": people.ada.id}

    with pytest.raises(IntegrityError):
        db.session.execute(update(ApprovalRequest).filter_by(id=request_id).values(both))
    db.session.rollback()


@pytest.mark.parametrize(
    "values",
    [
        {"state": "done", "decided_at": SOON},
        {"state": "done"},
        {"state": "pending", "decided_at": SOON},
        {"state": "expired", "decided_at": SOON, "is_by_command": True},
    ],
    ids=["by nobody", "at no time", "not yet", "by a command and by nobody"],
)
def test_the_database_refuses_a_decision_without_a_decider(people, values):
    request_id = ask(DisableMember(people.cyd.id), people.ada)

    with pytest.raises(IntegrityError):
        db.session.execute(update(ApprovalRequest).filter_by(id=request_id).values(values))
    db.session.rollback()


def test_the_same_thing_can_be_requested_only_once_at_a_time(people):
    first = ask(DisableMember(people.cyd.id), people.ada)

    with pytest.raises(AlreadyRequested):
        ask(DisableMember(people.cyd.id), people.bea)
    db.session.rollback()
    cancel(first, by=people.ada, now=SOON)
    ask(DisableMember(people.cyd.id), people.bea)

    assert [one.state for one in requests()] == ["cancelled", "pending"]


def test_the_database_refuses_a_second_pending_request_for_the_same_target(people):
    request = find_request(ask(DisableMember(people.cyd.id), people.ada))
    columns = ApprovalRequest.__table__.columns
    row = {column.name: getattr(request, column.name) for column in columns if column.name != "id"}
    db.session.commit()

    with pytest.raises(IntegrityError):
        db.session.execute(insert(ApprovalRequest).values(row))
    db.session.rollback()


def test_requests_a_day_are_limited_so_that_they_flood_no_mailbox(people):
    for number in range(MAX_REQUESTS_A_DAY):
        ask(invitation(f"new-{number}@example.org"), people.ada)

    with pytest.raises(TooManyRequests):
        ask(invitation(), people.ada)
    ask(invitation(), people.ada, now=LATER + timedelta(days=1, minutes=1))


def test_a_request_can_be_decided_only_once(people):
    request_id = ask(DisableMember(people.cyd.id), people.ada)
    dan = make_staff("administrator")
    approve(request_id, by=people.bea, note="", now=SOON)

    for verb in (approve, decline):
        with pytest.raises(RequestClosed):
            verb(request_id, by=dan, note="", now=SOON)
    with pytest.raises(RequestClosed):
        cancel(request_id, by=people.ada, now=SOON)


def test_two_simultaneous_approvals_apply_the_operation_once(app, people):
    dan = make_staff("administrator")
    request_id = ask(invitation(), people.ada)
    ids = [people.bea.id, dan.id]

    def press() -> None:
        approve(request_id, by=find_member_by_id(ids.pop()), note="", now=SOON)

    answers = run_concurrently(app, press, press, refused=RequestClosed)

    assert [type(answer) for answer in answers if answer] == [RequestClosed]
    assert len(entries("staff-invited")) == 1


@pytest.mark.parametrize("who", ["ada", "bea"])
@pytest.mark.parametrize("change", ["disabled", "other roles"])
def test_both_people_must_still_have_the_right_on_approval(people, who, change):
    make_staff("administrator")
    request_id = ask(ResetSecondFactor(people.cyd.id), people.ada)
    member = getattr(people, who)
    if change == "disabled":
        disable_member(member, actor=COMMAND, now=SOON)
    else:
        apply_alone(ChangeRoles.of(member.id, {"reviewer": None}, None), actor=COMMAND, now=SOON)

    with pytest.raises((PersonNoLongerAllowed, NoLongerAllowed, NotFound)):
        approve(request_id, by=people.bea, note="", now=SOON)

    assert state_of(request_id) == "pending"
    assert reload(people.cyd).tf_primary_method == "authenticator"


def test_a_request_whose_target_has_changed_cannot_be_approved(people):
    request_id = ask(ChangeRoles.of(people.cyd.id, ADMINISTRATOR, None), people.ada)
    apply_alone(ChangeRoles.of(people.cyd.id, {"translator": None}, None), actor=COMMAND, now=SOON)

    with pytest.raises(TargetChanged):
        approve(request_id, by=people.bea, note="", now=SOON)

    assert grants_of(reload(people.cyd)) == {"translator": None}
    assert state_of(request_id) == "pending"


def test_an_invitation_accepted_in_the_meantime_is_not_sent_again(people):
    new = make_staff("exporter", password=None)
    request_id = ask(InviteAgain(new.id), people.ada)
    db.session.execute(update(StaffMember).filter_by(id=new.id).values(password="hash"))
    db.session.commit()

    with pytest.raises(TargetChanged):
        approve(request_id, by=people.bea, note="", now=SOON)
    decline(request_id, by=people.bea, note="", now=SOON)

    assert state_of(request_id) == "declined"


def test_a_request_that_cannot_be_done_stays_pending(people):
    request_id = ask(ChangeRoles.of(people.bea.id, {"reviewer": None}, None), people.ada)
    for other in (people.ada,):
        apply_alone(ChangeRoles.of(other.id, {"exporter": None}, None), actor=COMMAND, now=SOON)

    with pytest.raises(PersonNoLongerAllowed):
        approve(request_id, by=None, note="", now=SOON)
    with pytest.raises(LastAdministrator):
        apply_alone(
            ChangeRoles.of(people.bea.id, {"reviewer": None}, None), actor=COMMAND, now=SOON
        )

    assert state_of(request_id) == "pending"


def test_a_request_expires_after_three_days_and_its_requester_is_emailed(people):
    request_id = ask(DisableMember(people.cyd.id), people.ada)
    late = LATER + timedelta(hours=72)

    with pytest.raises(RequestClosed):
        approve(request_id, by=people.bea, note="", now=late)
    expire_requests(late - timedelta(seconds=1))
    before = state_of(request_id)
    expire_requests(late)

    assert (before, state_of(request_id)) == ("pending", "expired")
    assert mails()[-1] == ("decided", "ada@example.org")
    ((_event, actor, subject, _details),) = entries("approval-expired")
    assert (actor, subject) == ("command", "cyd@example.org")


def test_a_request_does_not_expire_while_nobody_can_be_told_of_it(people):
    request_id = ask(DisableMember(people.cyd.id), people.ada)
    pause(EMAIL, LATER, LATER + timedelta(hours=48))
    late = LATER + timedelta(hours=72 + 48)

    expire_requests(late - timedelta(seconds=1))
    before, until = state_of(request_id), open_until(find_request(request_id), late)
    expire_requests(late)

    assert (before, until) == ("pending", late)
    assert state_of(request_id) == "expired"


def test_a_request_can_be_approved_on_the_page_after_a_long_pause(people):
    request_id = ask(DisableMember(people.cyd.id), people.ada)
    off(EMAIL, LATER)

    approve(request_id, by=people.bea, note="", now=LATER + timedelta(days=30))

    assert state_of(request_id) == "done"


def test_a_request_after_a_pause_is_open_for_three_days_as_any(people):
    pause(EMAIL, NOON, NOON + timedelta(minutes=30))
    request_id = ask(DisableMember(people.cyd.id), people.ada)

    expire_requests(LATER + timedelta(hours=72))

    assert state_of(request_id) == "expired"


def test_an_expired_request_does_not_block_a_new_one(people):
    first = ask(DisableMember(people.cyd.id), people.ada)

    ask(DisableMember(people.cyd.id), people.ada, now=LATER + timedelta(hours=73))

    assert state_of(first) == "expired"


def test_requests_are_deleted_a_year_after_they_ended(people):
    cancel(ask(DisableMember(people.cyd.id), people.ada), by=people.ada, now=SOON)

    expire_requests(SOON + timedelta(days=366))

    assert requests() == []


def test_nobody_approves_what_they_would_gain_from(people):
    dora = make_staff("administrator", email="dora@example.org")
    gain = ask(ChangeRoles.of(dora.id, {"exporter": None, **ADMINISTRATOR}, None), people.ada)
    factor = ask(ResetSecondFactor(dora.id), people.ada)
    leave = ask(DisableMember(dora.id), people.ada)

    for request_id in (gain, factor):
        with pytest.raises(OwnRequest):
            approve(request_id, by=dora, note="", now=SOON)
    approve(leave, by=dora, note="", now=SOON)

    assert not is_member_active(dora)


@pytest.mark.parametrize("kind", ["removal", "other roles"])
def test_nobody_declines_a_request_about_themselves(people, kind):
    operation = {
        "removal": DisableMember(people.bea.id),
        "other roles": ChangeRoles.of(people.bea.id, {"reviewer": None}, None),
    }[kind]
    request_id = ask(operation, people.ada)

    with pytest.raises(OwnRequest):
        decline(request_id, by=people.bea, note="", now=SOON)
    before = state_of(request_id)
    decline(request_id, by=None, note="", now=SOON)

    assert (before, state_of(request_id)) == ("pending", "declined")


def test_nobody_blocks_others_with_a_request_about_themselves(people):
    with pytest.raises(OwnRequest):
        ask(ChangeRoles.of(people.bea.id, {"exporter": None, **ADMINISTRATOR}, None), people.bea)
    db.session.rollback()
    request_id = ask(ChangeRoles.of(people.bea.id, {"reviewer": None}, None), people.ada)

    assert [one.id for one in requests()] == [request_id]


def test_a_right_in_one_campaign_approves_nothing_in_another(people):
    own, other = make_campaign(slug="own"), make_campaign(slug="other")
    limited = make_staff("exporter", campaigns=(own.id,))
    request_id = ask(DisableMember(people.cyd.id), people.ada)

    operation = operation_of(find_request(request_id))
    assert limited.id not in [one.id for one in approvers_of(operation, people.ada.id)]
    with pytest.raises(NotFound):
        approve(request_id, by=limited, note="", now=SOON)
    assert other.id != own.id


def test_roles_given_by_one_person_are_marked_until_two_people_confirm_them(app):
    ada = make_staff("administrator", email="ada@example.org")
    cyd = make_staff("administrator")
    puppet_id = invite("puppet@example.org", ADMINISTRATOR, locale="en", actor=ada.email, now=NOON)
    before = reload(find_member("puppet@example.org")).roles_given_by
    make_staff("reviewer")

    request_id = ask(ChangeRoles.of(puppet_id, ADMINISTRATOR, None), ada)
    approve(request_id, by=cyd, note="", now=SOON)

    assert before == ada.id
    assert reload(find_member("puppet@example.org")).roles_given_by is None


def test_roles_given_by_a_command_or_two_people_are_not_marked(people):
    invite("a@example.org", ADMINISTRATOR, locale="en", actor=COMMAND, now=NOON)
    approve(ask(invitation("b@example.org"), people.ada), by=people.bea, note="", now=SOON)

    marks = [reload(find_member(f"{one}@example.org")).roles_given_by for one in "ab"]
    assert marks == [None, None]


def test_nobody_can_create_their_own_second_person(people):
    """Everything one administrator could try alone."""
    old = make_staff("administrator", password=None)
    gone = make_staff("exporter", active=False)
    attempts = [
        invitation("puppet@example.org"),
        invitation("puppet@example.org", {"exporter": None}),
        InviteAgain(old.id),
        EnableMember(gone.id),
        ChangeRoles.of(people.cyd.id, {"exporter": None}, None),
        SetDualControl("auto"),
        SetDualControl("off"),
        DisableMember(people.bea.id),
        DisableMember(people.cyd.id),
    ]

    for attempt in attempts:
        with pytest.raises(SecondPersonNeeded):
            apply_alone(attempt, actor=people.ada.email, now=LATER)


def test_a_member_who_lost_the_right_cannot_make_a_request(people):
    apply_alone(ChangeRoles.of(people.ada.id, {"reviewer": None}, None), actor=COMMAND, now=NOON)

    with pytest.raises(NoLongerAllowed):
        ask(DisableMember(people.cyd.id), people.ada)


def test_each_step_of_a_request_is_in_the_audit_log(people):
    first, second = ask(DisableMember(people.cyd.id), people.ada), ask(invitation(), people.ada)
    approve(first, by=people.bea, note="Spoke with Cyd.", now=SOON)
    cancel(second, by=people.ada, now=SOON)

    said = entries("approval-requested", "approval-given", "approval-cancelled")

    assert [(event, actor, subject) for event, actor, subject, _ in said] == [
        ("approval-requested", "ada@example.org", "cyd@example.org"),
        ("approval-requested", "ada@example.org", "new@example.org"),
        ("approval-given", "bea@example.org", "cyd@example.org"),
        ("approval-cancelled", "ada@example.org", "new@example.org"),
    ]
    assert said[0][3] == {
        "operation": "disable-member",
        "note": "Left the organisation.",
        "request": first,
    }
