"""The clock steps a day in either direction: no valid link or form is refused for good, nothing is lost."""

import re
import shutil
import subprocess
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
import time_machine

from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core import ttl_cache
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security import rate_limit
from tests.support.factories import link_to, make_action, make_signature
from tests.support.faults.site import require
from tests.support.servers import until

DAY = timedelta(days=1)
PAGE = "/en/campaigns/racism/hate-crimes/"
ADA = {"given_name": "Ada", "email": "ada@example.org", "country": "RU", "consent_version": "1"}
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@contextmanager
def stepped(app, step):
    """Step the clock. The TTL cache is cleared, because its clock steps as well in a test."""
    ttl_cache.init_app(app)
    with time_machine.travel(utc_now() + step):
        yield
    ttl_cache.init_app(app)


@pytest.mark.parametrize("step", [DAY, -DAY])
def test_a_link_confirms_when_the_clock_steps_after_it_was_made(app, client, step):
    signature = make_signature(make_action(), now=utc_now())
    link = link_to("confirm", signature)

    with stepped(app, step):
        answer = client.post(link)

    db.session.refresh(signature)
    assert (answer.status_code, signature.status) == (303, "confirmed")


@pytest.mark.parametrize("step", [DAY, -DAY])
def test_a_link_confirms_when_the_clock_steps_between_signing_and_its_mail(app, client, step):
    signature = make_signature(make_action(), now=utc_now())
    with stepped(app, step):
        link = link_to("confirm", signature)

    answer = client.post(link)

    assert answer.status_code == 303


def test_a_link_of_a_withdrawn_signature_stays_invalid_when_the_clock_is_set_back(client):
    action = make_action()
    signature = make_signature(action, email="ada@example.org", now=utc_now())
    old = link_to("confirm", signature)
    confirm(signature, now=utc_now())
    withdraw(signature, now=utc_now())
    again = make_signature(action, email="ada@example.org", now=utc_now() - DAY)

    db.session.refresh(again)
    answers = [client.post(link).status_code for link in (old, link_to("confirm", again))]

    assert answers == [410, 303]


@pytest.mark.parametrize("step", [DAY, -DAY])
def test_a_form_is_accepted_when_the_clock_steps_while_it_is_open(app, client, step):
    app.config["MIN_FILL_SECONDS"] = 2
    make_action()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(PAGE).text)[1]

    with stepped(app, step):
        answer = client.post(PAGE, data=ADA | {"csrf_token": token})

    assert answer.status_code == 303


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_in_memory_a_limit_from_before_the_step_refuses_nobody_after_it(app):
    app.config["RATELIMIT_ENABLED"] = True
    with app.test_request_context("/"):
        refused = [rate_limit.seconds_to_wait("1 per hour", "memory") for _try in "12"][1]
        with stepped(app, -DAY):
            passed = rate_limit.seconds_to_wait("1 per hour", "memory")

    assert 0 < refused <= 7200
    assert passed == 0


@pytest.fixture
def store(app, tmp_path):
    """A Redis server for this test, as the storage of rate limits."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    require(program, "no Redis on this machine (Debian: apt-get install redis-server)")
    socket = tmp_path / "redis.sock"
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    until(socket.exists)
    limiter = rate_limit.rate_limiter.of(app)
    app.config["RATELIMIT_STORAGE_URI"] = f"redis+unix://{socket}"
    rate_limit.init_app(app)
    with redis.Redis(unix_socket_path=str(socket)) as client:
        yield client
    rate_limit.rate_limiter.provide(app, limiter)
    process.terminate()
    process.wait(10)


@pytest.mark.slow
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_in_redis_a_limit_that_outlives_its_time_by_a_day_refuses_nobody(app, store):
    app.config["RATELIMIT_ENABLED"] = True
    with app.test_request_context("/"):
        refused = [rate_limit.seconds_to_wait("1 per hour", "redis") for _try in "12"][1]
        # A step back has this effect: each key still expires at the planned time of the clock.
        for key in store.scan_iter():
            store.pexpire(key, store.pttl(key) + 24 * 3600 * 1000)
        passed = rate_limit.seconds_to_wait("1 per hour", "redis")
        counted = [rate_limit.seconds_to_wait("1 per hour", "redis") for _try in "12"]

    assert 0 < refused <= 7200
    assert passed == 0
    assert counted[0] == 0 < counted[1]
