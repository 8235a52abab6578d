"""No form that takes an email address reveals by its response time whether the address is known.

Other tests count statements and hashes to check that the work is the same; this one measures the time.
The result depends on the machine, so it is not part of `make test`.
"""

import ast
import gc
import random
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

import campaign_actions
from tests.support.factories import make_action, make_signature, make_staff
from tests.support.sign_form import ADA, PAGE, hidden_inputs
from tests.support.staff_client import token_of

ROUNDS = 250  # of each kind; the area under the curve is then accurate to about 0.026
MOST = 0.1  # distance from 0.5, which is pure chance; the leak of a look-up was 0.21 or more
KNOWN = "known@example.org"
# Forms with an email address; for those that are not measured, the reason why not.
FORMS = {
    "SignForm": "measured",
    "LogInForm": "measured",
    "AddressForm": "measured",
    "InviteForm": "for who may manage staff, and sees them all; it says that an address is known",
    "EraseForm": "for who may erase signatures, and sees the one that it is about",
}
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


DOORS = {"sign": (sign, 303), "log in": (log_in, 400), "reset": (reset, 303)}


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
