"""A switch stops two servers with two processes each and two workers, which share nothing but the database,
and every cache.
"""

import ssl
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing

import pytest

from tests.support.faults.signers import PAGE, Browser, form_of
from tests.support.faults.site import assert_quiet, delivering, serving_pages, wait_for_mail
from tests.support.faults.switching import (
    has_form,
    page_of,
    seconds_until,
    switch,
)
from tests.support.proxy import NGINX, free_ports, proxying, require_program
from tests.support.servers import PROGRAM, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # mostly waiting
NOTICES = {
    "sign": "Taking part is paused",
    "racism/hate-crimes": "Taking part is paused",
    "en": "Our pages in this language are paused",
}
THANKS = f"{PAGE}thanks/"
# Switches that are off together, and what each changes: a page, a text, and whether the page has it then.
# Exports are missing, because nothing about them is on a page that may be cached.
CACHED = (
    {
        "sign": [(PAGE, NOTICES["sign"], True), ("/en/", "#sign", False)],
        "email": [(THANKS, "We’ll send yours as soon as we can", True)],
    },
    {"racism/hate-crimes": [(PAGE, NOTICES["racism/hate-crimes"], True)]},
    {"en": [(PAGE, NOTICES["en"], True), ("/en/", NOTICES["en"], True)]},
)
TRIES = 6  # requests to a server, of which each process gets some


@pytest.fixture
def machines(machine):
    """Two that serve pages, and one on which an administrator works."""
    return machine("first"), machine("second"), machine("third")


@pytest.mark.parametrize("name", NOTICES)
def test_forms_stop_and_go_on_again_on_both_servers(machines, name):
    first, second, third = machines
    with serving_pages(first, second, workers=2) as addresses:
        hidden, everywhere = form_of(addresses[0]), addresses * TRIES

        def statuses(who: str) -> set[int]:
            found = set()
            for address in everywhere:
                with closing(Browser(address)) as browser:
                    found.add(browser.sign(f"{who}@example.org", hidden).status)
            return found

        def shown(text: str) -> bool:
            return all(text in page_of(address, PAGE).body for address in everywhere)

        before = statuses("before")
        off_at = switch(third.environment, "off", name)
        seconds_until(lambda: statuses("during") == {503}, off_at)
        seconds_until(lambda: shown(NOTICES[name]), off_at)
        with closing(Browser(addresses[1])) as browser:
            refused = browser.sign("typed@example.org", hidden)
        stays = [page_of(address, PAGE).status for address in addresses]
        on_at = switch(third.environment, "on", name)
        seconds_until(lambda: all(has_form(page_of(one, PAGE)) for one in everywhere), on_at)
        after = statuses("after")

    assert before == after == {303}
    assert stays == [200, 200]
    assert refused.headers["retry-after"].isdigit()
    assert 'value="typed@example.org"' in refused.body
    emails = {email for (email,) in first.rows("select email from signatures")}
    assert "typed@example.org" not in emails
    assert {"before@example.org", "after@example.org"} <= emails
    for site in (first, second):
        assert_quiet(site.log)


def test_each_switch_passes_through_the_cache_of_the_proxy(machines):
    require_program("nginx", NGINX, "nginx-light")
    first, _second, third = machines
    with (
        serving_pages(first, workers=2) as (address,),
        proxying(address, free_ports()) as proxy,
    ):

        def see(page: str) -> str:
            return read(f"{proxy.address}{page}", proxy.trust)

        until(lambda: "#sign" in see("/en/") and "HIT" in proxy.raw_log())
        for switches in CACHED:
            turn_off_and_on(switches, third.environment, see)

    assert_quiet(first.log)


def turn_off_and_on(
    switches: Mapping[str, list[tuple[str, str, bool]]],
    environment: Mapping[str, str],
    see: Callable[[str], str],
) -> None:
    """The pages change in time, and back."""

    def are_changed() -> list[bool]:
        changes = [change for its in switches.values() for change in its]
        return [(text in see(page)) == is_there for page, text, is_there in changes]

    assert not any(are_changed())
    for name in switches:
        off_at = switch(environment, "off", name)
    seconds_until(lambda: all(are_changed()), off_at)
    for name in switches:
        on_at = switch(environment, "on", name)
    seconds_until(lambda: not any(are_changed()), on_at)


def read(address: str, trust: ssl.SSLContext) -> str:
    with urllib.request.urlopen(address, context=trust, timeout=10) as answer:
        return str(answer.read().decode())


def test_no_worker_sends_while_email_is_off_and_everyone_gets_it_later(machines, mail):
    first, second, third = machines
    with (
        serving_pages(first, second, workers=2) as addresses,
        delivering(third),
        delivering(second),
    ):
        hidden, signed = form_of(addresses[0]), []

        def sign() -> str:
            email = f"person-{len(signed)}@example.org"
            with closing(Browser(addresses[len(signed) % 2])) as browser:
                assert browser.sign(email, hidden).status == 303
            signed.append(email)
            return email

        def is_kept_back() -> bool:
            """Whether the next email stays where it is, although a worker looks for emails each second."""
            email, end = sign(), time.monotonic() + 4
            while time.monotonic() < end:
                if (
                    first.number(f"select count(*) from outbox_mails where recipient = '{email}'")
                    == 0
                ):
                    return False
                time.sleep(0.2)
            return True

        sign()
        wait_for_mail(first)
        off_at = switch(first.environment, "off", "email")
        seconds_until(is_kept_back, off_at)
        for _more in range(4):
            sign()
        told = page_of(addresses[0], f"{PAGE}thanks/").body
        arrived = len(mail.messages)
        on_at = switch(second.environment, "on", "email")
        seconds_until(lambda: len(mail.messages) > arrived, on_at)
        wait_for_mail(first)

    assert "We’ll send yours as soon as we can" in told
    assert Counter(str(message["To"]) for message in mail.messages) == Counter(signed)
    for site in (second, third):
        assert_quiet(site.log)


def test_an_export_by_command_is_refused_on_another_machine(machines, tmp_path):
    first, second, _third = machines
    command = ("signatures", "export", "racism/hate-crimes", "--output", str(tmp_path / "file"))
    switch(first.environment, "off", "export")

    done = subprocess.run(
        [*PROGRAM, *command], env=second.environment, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "Exports are switched off" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "file").exists()
