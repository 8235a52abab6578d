"""Password hashing takes no capacity from signers, and reveals nothing about accounts."""

import re
from threading import Event, Thread

import pytest
from flask_security import Security
from passlib.context import CryptContext
from sqlalchemy import event, update

from campaign_actions import config
from campaign_actions.core import paths
from campaign_actions.core.db.session import db
from campaign_actions.staff.authentication.password_hashing import (
    MAX_QUEUE_LENGTH,
    RESERVED_FOR_KNOWN_DEVICES,
    PasswordHashing,
    parameters_of,
)
from campaign_actions.staff.authentication.password_reset import reset_token
from campaign_actions.staff.invitations import invitation_token
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.http.concurrency_limit import MAX_CONCURRENT_REQUESTS
from campaign_actions.web.staff.access.authentication import check_password, password_hashing
from tests.support.bulkheads import full
from tests.support.factories import PASSWORD, make_action, make_staff
from tests.support.servers import until
from tests.support.sign_form import ADA, hidden_inputs
from tests.support.staff_client import log_in, log_in_by_form, post, token_of

PAGE = "/en/campaigns/racism/hate-crimes/"
OTHER_PARAMETERS = {"argon2__memory_cost": 16, "argon2__time_cost": 2, "argon2__parallelism": 1}
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


class SlowContext:
    """A passlib context in which each hash waits for an event."""

    def __init__(self, context: CryptContext) -> None:
        self._context, self.began, self.may_go = context, [], Event()

    def __getattr__(self, name):
        return getattr(self._context, name)

    def verify(self, *given):
        self.began.append("verify")
        assert self.may_go.wait(30)
        return self._context.verify(*given)


@pytest.fixture
def slow(app):
    """An app in which every hash waits."""
    hashing = password_hashing()
    context = SlowContext(context_of(app))
    hashing._context = context
    yield context
    context.may_go.set()
    hashing._context = context_of(app)


def context_of(app) -> CryptContext:
    security: Security = app.extensions["security"]
    return security.pwd_context


def test_signing_works_while_password_hashing_is_overloaded(app, client, slow):
    """More log-ins than concurrent requests are allowed, none of them finished."""
    make_action()
    fields = hidden_inputs(client) | ADA
    forms = [
        open_log_in(app) for _number in range(MAX_QUEUE_LENGTH + 1 - RESERVED_FOR_KNOWN_DEVICES)
    ]
    assert len(forms) > MAX_CONCURRENT_REQUESTS
    bulkhead = password_hashing().bulkhead

    threads = [Thread(target=send_log_in, args=form) for form in forms]
    for thread in threads:
        thread.start()
    until(lambda: bulkhead._inside == len(forms))
    signed = [client.post(PAGE, data=fields | {"email": f"a{n}@example.org"}) for n in range(8)]
    hashes_begun = len(slow.began)
    slow.may_go.set()
    for thread in threads:
        thread.join(30)

    assert {answer.status_code for answer in signed} == {303}
    assert hashes_begun == 1
    assert bulkhead._inside == 0


@on_sqlite
@pytest.mark.parametrize("page", ["log-in", "again", "own password", "reset", "invitation"])
def test_a_full_queue_is_reported_without_repeating_the_password(app, client, page):
    member = make_staff("reviewer", email="grace@example.org")
    if page == "invitation":
        member = make_staff(password=None, name="")

    with full(password_hashing().bulkhead):
        answer = FORMS[page](client, member)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "very busy" in answer.text or "Nothing was changed" in answer.text
    assert "<form" in answer.text
    assert PASSWORD not in answer.text
    assert "another long password" not in answer.text


@on_sqlite
def test_the_address_that_was_typed_is_kept_when_the_queue_is_full(client):
    with full(password_hashing().bulkhead):
        answer = log_in_by_form(client, "grace@example.org")

    assert 'value="grace@example.org"' in answer.text


def test_known_and_unknown_addresses_cost_the_same_hashes_and_statements(app):
    member = make_staff("reviewer")
    set_outdated_hash(make_staff("reviewer"))
    stored_password(member)

    costs = {is_known: cost_of(app, member if is_known else None) for is_known in (True, False)}

    assert costs[True] == costs[False]
    hashes, statements = costs[True]
    assert len(hashes) == 2  # one for each set of parameters in use
    assert len([statement for statement in statements if "BEGIN" not in statement]) == 1


def test_a_hash_with_other_parameters_is_renewed_by_the_right_password_and_by_no_other(app, client):
    member = make_staff("reviewer")
    set_outdated_hash(member)
    old = member.password

    log_in_by_form(client, member.email, "wrong password")
    after_wrong = stored_password(member)
    answer = log_in_by_form(client, member.email)
    renewed = stored_password(member)

    assert after_wrong == old
    assert answer.status_code == 302
    assert parameters_of(renewed) == password_hashing().parameters != parameters_of(old)
    assert log_in_by_form(app.test_client(), member.email).status_code == 302


def test_a_renewed_hash_ends_no_session(app, client):
    member = make_staff("reviewer")
    set_outdated_hash(member)
    log_in(client, member)

    log_in_by_form(app.test_client(), member.email)

    assert client.get("/staff/").status_code == 200


def test_the_cost_is_the_minimum_of_owasp():

    hashing = PasswordHashing(
        CryptContext(schemes=["argon2"], **config.SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS)
    )

    assert hashing.parameters == "$argon2id$v=19$m=19456,t=2,p=1$"


def test_nothing_else_hashes_passwords():
    from_library = re.compile(r"from flask_security import [^)]*?(?:hash|verify)\w*_password")

    found = {
        path.relative_to(paths.PACKAGE).as_posix()
        for path in paths.PACKAGE.rglob("*.py")
        if re.search(r"CryptContext|pwd_context", text := path.read_text())
        or from_library.search(text)
    }

    assert found == {
        "staff/authentication/password_hashing.py",
        "web/staff/access/authentication.py",
    }


def cost_of(app, member) -> tuple[list[str], list[str]]:
    """The hashes (by their parameters) and statements that one wrong password takes."""
    hashing, hashes, statements = password_hashing(), [], []

    class Counting(SlowContext):
        def verify(self, password, known):
            hashes.append(parameters_of(known))
            return self._context.verify(password, known)

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    hashing._context = Counting(context_of(app))
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with app.test_request_context("/staff/login"):
            assert not check_password(member, "wrong password")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        hashing._context = context_of(app)
    return hashes, statements


def stored_password(member) -> str:
    db.session.refresh(member)
    db.session.commit()
    return member.password


def set_outdated_hash(member) -> None:
    """Store a hash with other parameters."""
    old = CryptContext(schemes=["argon2"], **OTHER_PARAMETERS).hash(PASSWORD)
    this = update(StaffMember).where(StaffMember.id == member.id)
    db.session.execute(this.values(password=old))
    db.session.commit()
    stored_password(member)


def open_log_in(app):
    client = app.test_client()
    return client, token_of(client.get("/staff/login").text)


def send_log_in(client, token) -> None:
    fields = {"email": "nobody@example.org", "password": PASSWORD, "csrf_token": token}
    client.post("/staff/login", data=fields)


def send_again(client, member):
    log_in(client, member)
    return post(client, "/staff/reauthenticate", password=PASSWORD)


def send_own(client, member):
    log_in(client, member)
    page = "/staff/account/password/"
    return post(client, page, password=PASSWORD, new_password="another long password")


def send_reset(client, member):
    page = f"/staff/reset/{reset_token(member)}/"
    return post(client, page, new_password="another long password")


def send_invitation(client, member):
    page = f"/staff/invitation/{invitation_token(member)}/"
    answer = post(client, page, name="Ada", locale="en", new_password="another long password")
    assert 'value="Ada"' in answer.text
    return answer


FORMS = {
    "log-in": lambda client, member: log_in_by_form(client, member.email),
    "again": send_again,
    "own password": send_own,
    "reset": send_reset,
    "invitation": send_invitation,
}
