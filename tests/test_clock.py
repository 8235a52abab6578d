"""A clock that steps a day either way: no valid link or form is refused for good, nothing is lost."""

import os
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
import time_machine

from campaign_actions.actions.confirming import confirm
from campaign_actions.actions.withdrawing import withdraw
from campaign_actions.core import caching, throttling
from campaign_actions.core.database import db, utc_now
from tests.factories import link_to, make_action, make_signature
from tests.outbox.mail_server import mail_server
from tests.outbox.post_office import text_of
from tests.running import free_port, run, serving, settings_as_environment, until

DAY = timedelta(days=1)
PAGE = "/en/campaigns/racism/hate-crimes/"
ADA = {"given_name": "Ada", "email": "ada@example.org", "country": "RU", "consent_version": "1"}
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@contextmanager
def stepped(app, step):
    """The clock steps; what is kept for a second is dropped, since here its clock steps, too."""
    caching.init_app(app)
    with time_machine.travel(utc_now() + step):
        yield
    caching.init_app(app)


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


def test_a_link_of_a_signing_that_was_withdrawn_is_over_also_when_the_clock_was_put_back(client):
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
def test_a_form_is_taken_when_the_clock_steps_while_it_is_open(app, client, step):
    app.config["MIN_FILL_SECONDS"] = 2
    make_action()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(PAGE).text)[1]

    with stepped(app, step):
        answer = client.post(PAGE, data=ADA | {"csrf_token": token})

    assert answer.status_code == 303


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_in_memory_a_limit_of_before_the_step_refuses_nobody_after_it(app):
    app.config["RATELIMIT_ENABLED"] = True
    with app.test_request_context("/"):
        refused = [throttling.seconds_to_wait("1 per hour", "memory") for _try in "12"][1]
        with stepped(app, -DAY):
            passed = throttling.seconds_to_wait("1 per hour", "memory")

    assert 0 < refused <= 7200
    assert passed == 0


@pytest.fixture
def store(app, tmp_path):
    """A Redis of this test, as the store of the limits."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    need(program, "redis-server (Debian: apt-get install redis-server)")
    socket = tmp_path / "redis.sock"
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    until(socket.exists)
    kept = app.extensions["limiter"]
    app.config["RATELIMIT_STORAGE_URI"] = f"redis+unix://{socket}"
    throttling.init_app(app)
    with redis.Redis(unix_socket_path=str(socket)) as client:
        yield client
    app.extensions["limiter"] = kept
    process.terminate()
    process.wait(10)


@pytest.mark.slow
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_in_redis_a_limit_that_outlives_its_time_by_a_day_refuses_nobody(app, store):
    app.config["RATELIMIT_ENABLED"] = True
    with app.test_request_context("/"):
        refused = [throttling.seconds_to_wait("1 per hour", "redis") for _try in "12"][1]
        for (
            key
        ) in store.scan_iter():  # what a step back does: each ends when it was to end by the clock
            store.pexpire(key, store.pttl(key) + 24 * 3600 * 1000)
        passed = throttling.seconds_to_wait("1 per hour", "redis")
        counted = [throttling.seconds_to_wait("1 per hour", "redis") for _try in "12"]

    assert 0 < refused <= 7200
    assert passed == 0
    assert counted[0] == 0 < counted[1]


def need(found, what):
    """Skip a test for which this machine lacks something; in CI it must be there."""
    if not found and os.environ.get("CI"):
        pytest.fail(f"{what} is missing")
    if not found:
        pytest.skip(f"{what} is missing")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_signing_mailing_and_confirming_go_on_while_the_clock_steps(tmp_path):
    need(LIBRARIES, "libfaketime (Debian: apt-get install faketime)")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    port = free_port()
    with mail_server() as mails:
        env = settings_as_environment(
            INSTANCE=tmp_path / "instance",
            PUBLIC_URL=f"http://127.0.0.1:{port}",
            MAIL_URL=f"smtp://127.0.0.1:{mails.port}",
            MIN_FILL_SECONDS=0,
        )
        run(env, "db", "upgrade")
        clock.write_text("-2d")  # so that it is public on each of the days
        run(env | faked_by(clock), "demo", "load")
        clock.write_text("+0")
        with serving(env | faked_by(clock), port=port) as server:
            for number, step in enumerate(("+0", "+1d", "-1d", "+0")):
                form = form_of(server)
                link = next(iter(confirm_links(mails, since=0)), None)
                with stepping(clock, step):
                    sign(server, form, number)
                    until(lambda: len(mails.envelopes) > number, 90)  # noqa: B023
                    press(confirm_links(mails, since=number)[0])
                    if link:
                        press(link)
            until(lambda: b'"count":' in fetch(f"{server.address}{PAGE}count.json"))
        confirmed = run(env, "signatures", "export", "racism/hate-crimes", "--output", "-").count(
            "@example.org"
        )

    recipients = [envelope.rcpt_tos[0] for envelope in mails.envelopes]
    assert recipients == [f"signer-{number}@example.org" for number in range(4)]
    assert confirmed == 4


def faked_by(clock):
    return {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


@contextmanager
def stepping(clock, step):
    """The clock of the running programs steps, as of now."""
    clock.write_text(step)
    time.sleep(0.1)  # it is read with each look at the clock
    yield


def form_of(server):
    page = fetch(server.address + PAGE).decode()
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    return {
        re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
        for tag in hidden
    }


def sign(server, form, number):
    person = {"given_name": "Ada", "email": f"signer-{number}@example.org", "country": "RU"}
    fetch(server.address + PAGE, form | person)


def press(link):
    fetch(link, {"given_name": "Ada"})


def fetch(address, form=None):
    data = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(address, data, timeout=20) as answer:
        return answer.read()


def confirm_links(mails, *, since):
    texts = [text_of(message) for message in mails.messages[since:]]
    return [re.search(r"http://\S+/confirm/\S+", text)[0] for text in texts]
