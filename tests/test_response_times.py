"""No form that takes an email address reveals by its response time whether the address is known.

Other tests count statements and hashes to check that the work is the same; this one measures the time.
The result depends on the machine, so it is not part of `make test`.
"""

import ast
import gc
import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import pytest

import campaign_actions
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.one_press.links import make_link
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.mail.transports import FileTransport
from campaign_actions.outbox.deliver import Sender, deliver_due
from tests.support.factories import (
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
)
from tests.support.sign_form import ADA, PAGE, hidden_inputs
from tests.support.staff_client import token_of

ROUNDS = 250  # of each kind; the area under the curve is then accurate to about 0.026
MOST = 0.1  # distance from 0.5, which is pure chance; the leak of a look-up was 0.21 or more
KNOWN = "known@example.org"
# Forms with an email address; for those that are not measured, the reason why not.
FORMS = {
    "SignForm": "measured",
    "CodeForm": "measured",
    "LogInForm": "measured",
    "AddressForm": "measured",
    "InviteForm": "for who may manage staff, and sees them all; it says that an address is known",
    "EraseForm": "for who may erase signatures, and sees the one that it is about",
}
MAILS = signature_mails(timedelta(days=14))
Ask = Callable[[str], int]


def sign(client) -> Ask:
    action = make_action()
    make_signature(action, email=KNOWN)
    fields = hidden_inputs(client) | ADA

    return lambda email: client.post(PAGE, data=fields | {"email": email}).status_code


def log_in(client) -> Ask:
    make_staff("campaigner", email=KNOWN)
    token = token_of(client.get("/staff/login").text)
    fields = {"csrf_token": token, "password": "wrong password"}

    return lambda email: client.post("/staff/login", data=fields | {"email": email}).status_code


def reset(client) -> Ask:
    make_staff("campaigner", email=KNOWN)
    fields = {"csrf_token": token_of(client.get("/staff/reset/").text)}

    return lambda email: client.post("/staff/reset/", data=fields | {"email": email}).status_code


def type_code(client, *, is_confirmed: bool) -> Ask:
    signature = make_signature(make_action(), email=KNOWN, now=utc_now())
    sender = Sender(FileTransport(Path(client.application.instance_path) / "mail"), MAILS, 5)
    deliver_due(sender, utc_now)
    if is_confirmed:
        confirm(signature, now=utc_now())

    return lambda email: (
        client.post(f"{PAGE}thanks/", data={"email": email, "code": "222222"}).status_code
    )


def take_next(client) -> Ask:
    """A press by someone who had taken the action before, or by someone who had not."""
    signed, other = make_action(), make_action(slug="next", campaign=make_campaign(slug="next"))
    now, presses = utc_now(), {True: [], False: []}
    for is_known in [True, False] * (2 * ROUNDS + 1):
        signature = make_confirmed(signed, now=now)
        if is_known:
            make_confirmed(other, email=signature.email, now=now)
        presses[is_known].append(f"/en/next/{make_link(signature, other, now)}/")
    fields = hidden_inputs(client, presses[True][0])

    return lambda email: client.post(presses[email == KNOWN].pop(), data=fields).status_code


DOORS = {
    "sign": (sign, 303),
    "take next": (take_next, 303),
    "log in": (log_in, 400),
    "reset": (reset, 303),
    "wrong code": (partial(type_code, is_confirmed=False), 400),
    "used code": (partial(type_code, is_confirmed=True), 400),
}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("door", DOORS)
def test_the_response_time_reveals_nothing(client, door):
    make, status = DOORS[door]
    ask = make(client)
    assert {ask(KNOWN), ask("first@example.org")} == {status}

    area = measure(ask)
    if abs(area - 0.5) >= MOST:  # the machine may have been busy with something else
        area = measure(ask)

    assert abs(area - 0.5) < MOST, area


def test_each_form_with_an_email_address_is_measured_or_explained():
    package = Path(campaign_actions.__file__).parent
    found = {
        node.name
        for path in package.rglob("*forms.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and "email" in _fields(node)
    }

    assert found == set(FORMS)


def measure(ask: Ask) -> float:
    """How often the response for a known address took longer than for an unknown one, from 0 to 1."""
    known, unknown = [], []
    order = [True, False] * ROUNDS
    random.shuffle(order)
    gc.collect()
    gc.disable()
    try:
        for number, is_known in enumerate(order):
            email = KNOWN if is_known else f"nobody-{number}-{random.random()}@example.org"
            began = perf_counter()
            ask(email)
            (known if is_known else unknown).append(perf_counter() - began)
    finally:
        gc.enable()
    longer = sum((a > b) + (a == b) / 2 for a in known for b in unknown)
    return longer / (len(known) * len(unknown))


def _fields(form: ast.ClassDef) -> set[str]:
    return {
        target.id
        for statement in form.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
