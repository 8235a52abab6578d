"""The daily limit on wrong authenticator codes for an account, across devices and sources."""

import contextlib
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from sqlalchemy import func, select

from campaign_actions.approvals.decide import TargetChanged, approve
from campaign_actions.approvals.request import request_approval
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.authentication.mfa_enrolment import make_recovery_codes
from campaign_actions.staff.authentication.mfa_verification import verify_app_code
from campaign_actions.staff.authentication.wrong_code_limit import (
    MAX_WRONG_CODES,
    MAX_WRONG_CODES_A_DAY,
    CodesBlocked,
    delete_old_wrong_codes,
)
from campaign_actions.staff.dual_control import SecondPersonNeeded
from campaign_actions.staff.manage_members import (
    AllowCodes,
    CodesAllowedToday,
    allow_codes,
    reset_second_factor,
)
from campaign_actions.staff.models import WrongCode
from campaign_actions.staff.queries import find_member_by_id
from tests.support.factories import PASSWORD, make_staff
from tests.support.passkey import Authenticator, add, show
from tests.support.staff_client import (
    SECOND,
    code_of,
    log_in,
    log_in_by_form,
    post,
    set_up_app,
    wrong_code,
)

REAUTHENTICATE = "/staff/reauthenticate/second-factor/"
DAY = timedelta(hours=24)


@pytest.fixture
def member(app):
    member = make_staff("campaigner")
    set_up_app(member)
    make_recovery_codes(member, now=utc_now())
    return member


def test_wrong_codes_are_limited_for_an_account_across_devices(app, member):
    wrong, right = wrong_code(member.tf_totp_secret), code_of(member.tf_totp_secret)

    statuses = []
    for _ in range(MAX_WRONG_CODES + 1):
        browser = app.test_client()
        log_in_by_form(browser, member.email)
        statuses.append(post(browser, SECOND, code=wrong).status_code)
    last = app.test_client()
    log_in_by_form(last, member.email)
    answer = post(last, SECOND, code=right)

    assert statuses == [400] * MAX_WRONG_CODES + [429]
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= DAY.total_seconds()


def test_only_wrong_codes_count(client, member):
    now = utc_now()
    for step in range(MAX_WRONG_CODES + 5):
        moment = now + timedelta(seconds=90 * step)
        assert verify_app_code(member, code_of(member.tf_totp_secret, moment), now=moment)

    assert count_wrong() == 0
    assert not is_blocked(member)


def test_log_in_and_reauthentication_share_the_limit(app, client, member):
    wrong = wrong_code(member.tf_totp_secret)
    guess(member, MAX_WRONG_CODES - 1)
    log_in(client, member)
    post(client, "/staff/reauthenticate", password=PASSWORD)

    last = post(client, REAUTHENTICATE, code=wrong)
    then = post(client, REAUTHENTICATE, code=code_of(member.tf_totp_secret))

    assert (last.status_code, then.status_code) == (400, 429)


def test_a_burst_gets_no_extra_attempts(app, member):
    wrong, staff_id = wrong_code(member.tf_totp_secret), member.id
    together, answers = Barrier(30), []
    db.session.rollback()

    def guess_at_once() -> None:
        with app.app_context():
            one = find_member_by_id(staff_id)
            db.session.rollback()
            together.wait(30)
            try:
                answers.append(verify_app_code(one, wrong, now=utc_now()))
            except CodesBlocked:
                answers.append("blocked")

    threads = [Thread(target=guess_at_once) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, answers)) == ["False"] * MAX_WRONG_CODES + ["blocked"] * 10
    assert mails() == 1


def test_codes_of_other_members_are_not_blocked(client, member):
    other = make_staff("campaigner")
    secret = set_up_app(other)

    guess(member, MAX_WRONG_CODES)

    assert verify_app_code(other, code_of(secret), now=utc_now())


@pytest.mark.parametrize(("hours", "is_right"), [(23.9, False), (24.1, True)])
def test_codes_are_blocked_for_a_day(client, member, hours, is_right):
    now = utc_now()
    guess(member, MAX_WRONG_CODES, now=now)
    later = now + timedelta(hours=hours)

    try:
        found = verify_app_code(member, code_of(member.tf_totp_secret, later), now=later)
    except CodesBlocked:
        found = False

    assert found is is_right


def test_wrong_codes_of_the_day_before_no_longer_count(client, member):
    now = utc_now()
    guess(member, MAX_WRONG_CODES - 1, now=now)

    guess(member, 1, now=now + DAY + timedelta(minutes=1))

    assert not is_blocked(member)
    assert count_wrong() == 1


def test_attempts_in_any_24_hours_are_limited(client, member):
    """Counted over any 24 hours, not by calendar day."""
    now, tried = utc_now(), []
    for minute in range(0, 3 * 24 * 60, 5):
        moment = now + timedelta(minutes=minute)
        try:
            verify_app_code(member, "000000", now=moment)
            tried.append(moment)
        except CodesBlocked:
            pass

    most = max(sum(first <= at < first + DAY for at in tried) for first in tried)
    assert most <= MAX_WRONG_CODES


def test_a_block_is_emailed_once_and_recorded(app, client, member):
    guess(member, MAX_WRONG_CODES)
    log_in_by_form(client, member.email)
    for _ in range(3):
        post(client, SECOND, code=wrong_code(member.tf_totp_secret))

    assert mails() == 1
    entries = db.session.scalars(select(AuditEntry).filter_by(event="codes-blocked")).all()
    assert [entry.actor for entry in entries] == [member.email]


def test_a_recovery_code_works_while_codes_are_blocked(client, member):
    codes = make_recovery_codes(member, now=utc_now())
    guess(member, MAX_WRONG_CODES)
    log_in_by_form(client, member.email)

    page = client.get(SECOND)
    answer = post(client, SECOND, code=codes[0])

    assert "20 wrong codes" in page.text
    assert "Enter one of your recovery codes." in page.text
    assert answer.location == "/staff/"


def test_a_passkey_works_while_codes_are_blocked(app, client, member):
    passkey = Authenticator()
    log_in(client, member)
    assert add(client, passkey).status_code == 303
    guess(member, MAX_WRONG_CODES)
    browser = app.test_client()
    log_in_by_form(browser, member.email)

    answer, _sent = show(browser, passkey, SECOND)

    assert answer.location == "/staff/"


def test_the_page_asks_only_for_factors_that_work_during_a_block(client, member):
    member.mf_recovery_codes = None
    db.session.commit()
    guess(member, MAX_WRONG_CODES)
    log_in_by_form(client, member.email)

    page = client.get(SECOND).text

    assert "Ask an administrator to allow codes again." in page
    assert "Use a passkey or a recovery code" not in page
    assert 'name="code"' not in page


def test_wrong_recovery_codes_do_not_block_the_codes_of_the_app(client, member):
    log_in_by_form(client, member.email)

    for code in ("abcdef-abcdef-abcdef-abcdef", "12345", "1234567", "", "١٢٣٤٥٦"):
        post(client, SECOND, code=code)

    assert count_wrong() == 0


def test_an_administrator_allows_codes_again(app, client, member):
    guess(member, MAX_WRONG_CODES)
    boss = make_staff("administrator")
    log_in(client, boss)
    page = f"/staff/people/{member.id}/"
    assert "There have been too many wrong codes" in client.get(page).text

    answer = post(client, f"{page}allow-codes/", seen=page)

    assert answer.location == page
    assert not is_blocked(member)
    assert verify_app_code(member, code_of(member.tf_totp_secret), now=utc_now())
    changed = db.session.scalars(select(AuditEntry).filter_by(event="staff-changed")).one()
    assert (changed.actor, changed.subject) == (boss.email, member.email)
    assert changed.details == {"change": "codes allowed"}


def test_nobody_lifts_their_own_block(client):
    boss = make_staff("administrator")
    set_up_app(boss)
    guess(boss, MAX_WRONG_CODES)
    log_in(client, boss)

    answer = post(client, f"/staff/people/{boss.id}/allow-codes/", seen="/staff/account/")

    assert answer.status_code == 409
    assert is_blocked(boss)


def test_guesses_at_a_former_app_do_not_block_a_new_one(client, member):
    guess(member, MAX_WRONG_CODES)
    reset_second_factor(member, actor="boss@example.org", now=utc_now())

    secret = set_up_app(member)

    assert not is_blocked(member)
    assert verify_app_code(member, code_of(secret), now=utc_now())


def test_lifting_a_block_needs_two_people_under_dual_control(client, member):
    boss = make_staff("administrator")
    make_staff("administrator")
    guess(member, MAX_WRONG_CODES)
    log_in(client, boss)
    page = f"/staff/people/{member.id}/"

    asked = post(client, f"{page}allow-codes/", seen=page)

    assert (asked.status_code, is_blocked(member)) == (200, True)
    assert "Allow codes again: " in asked.text
    with pytest.raises(SecondPersonNeeded):
        allow_codes(member, actor=boss.email, now=utc_now())


def test_each_block_needs_its_own_approval(member):
    ada, bea = make_staff("administrator"), make_staff("administrator")
    guess(member, MAX_WRONG_CODES)
    now = utc_now()
    facts = {"by": ada, "reason": "Typed them on the wrong phone.", "now": now}
    approve(request_approval(AllowCodes(member.id), **facts), by=bea, note="", now=now)
    lifted = not is_blocked(member)
    second = request_approval(AllowCodes(member.id), **facts)
    guess(member, MAX_WRONG_CODES)

    with pytest.raises(CodesAllowedToday):
        approve(second, by=bea, note="", now=now)

    assert lifted
    assert is_blocked(member)


def test_an_approval_covers_only_the_block_it_was_requested_for(member):
    ada, bea = make_staff("administrator"), make_staff("administrator")
    now = utc_now()
    request_id = request_approval(AllowCodes(member.id), by=ada, reason="For later.", now=now)
    guess(member, MAX_WRONG_CODES)

    with pytest.raises(TargetChanged):
        approve(request_id, by=bea, note="", now=now)

    assert is_blocked(member)


def test_a_block_is_lifted_only_once_a_day(client, member):
    """With two members, no approval is needed."""
    boss = make_staff("administrator")
    guess(member, MAX_WRONG_CODES)
    log_in(client, boss)
    page = f"/staff/people/{member.id}/"

    for _ in range(3):
        post(client, f"{page}allow-codes/", seen=page)
    guess(member, MAX_WRONG_CODES)
    answer = post(client, f"{page}allow-codes/", seen=page)

    assert count_wrong() == MAX_WRONG_CODES_A_DAY
    assert (answer.status_code, is_blocked(member)) == (409, True)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("hours", [1, 7])
def test_the_daily_maximum_applies_even_when_blocks_are_lifted(member, hours):
    start, tried = utc_now(), []
    for step in range(0, 72, hours):
        now = start + timedelta(hours=step)
        with time_machine.travel(now, tick=False):
            wrong = wrong_code(member.tf_totp_secret)
            with contextlib.suppress(CodesBlocked):
                for _ in range(15):
                    verify_app_code(member, wrong, now=now)
                    tried.append(now)
            with contextlib.suppress(CodesAllowedToday):
                allow_codes(member, actor="boss@example.org", now=now)

    a_day = [sum(since <= one < since + DAY for one in tried) for since in tried]
    assert max(a_day) == MAX_WRONG_CODES_A_DAY


def test_after_a_second_block_a_command_still_allows_them(app, member):
    guess(member, MAX_WRONG_CODES)
    allow_codes(member, actor="boss@example.org", now=utc_now())
    guess(member, MAX_WRONG_CODES)

    app.test_cli_runner().invoke(args=["staff", "allow-codes", member.email])

    assert (is_blocked(member), count_wrong()) == (False, 0)


def test_a_command_allows_codes_again(app, member):
    guess(member, MAX_WRONG_CODES)

    told = app.test_cli_runner().invoke(args=["staff", "allow-codes", member.email])

    assert told.output == f"{member.email} can use codes from their authenticator app again.\n"
    assert not is_blocked(member)


def test_after_a_block_is_lifted_the_same_limit_and_email_apply(client, member):
    guess(member, MAX_WRONG_CODES)
    allow_codes(member, actor="boss@example.org", now=utc_now())

    guess(member, MAX_WRONG_CODES)

    assert is_blocked(member)
    assert mails() == 2


def test_wrong_codes_are_deleted_after_a_day(client, member):
    guess(member, 3)

    delete_old_wrong_codes(utc_now() + DAY + timedelta(minutes=1))

    assert count_wrong() == 0


def test_a_block_from_a_clock_that_was_wrong_does_not_last(client, member):
    with time_machine.travel(utc_now() + timedelta(days=3650), tick=False):
        guess(member, MAX_WRONG_CODES)

    assert verify_app_code(member, code_of(member.tf_totp_secret), now=utc_now())


def test_a_new_app_is_set_up_by_the_secret_on_the_page_and_counts_no_wrong_codes(client, member):
    """There is nothing to guess: the page shows the secret."""
    log_in(client, member)

    for _ in range(MAX_WRONG_CODES + 1):
        answer = post(client, "/staff/account/authenticator/", code="000000")

    assert answer.status_code == 400
    assert count_wrong() == 0


def guess(member, times: int, *, now=None) -> None:
    """Type wrong codes."""
    wrong = wrong_code(member.tf_totp_secret)
    for _ in range(times):
        assert not verify_app_code(member, wrong, now=now or utc_now())


def is_blocked(member) -> bool:
    db.session.rollback()
    db.session.refresh(member)
    return member.codes_blocked_until is not None


def count_wrong() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(WrongCode))


def mails() -> int:
    db.session.rollback()
    told = select(func.count()).select_from(OutboxMail)
    return db.session.scalar(told.filter_by(template="staff-codes-blocked"))
