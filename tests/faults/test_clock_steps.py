"""The clock of a running server and its worker jumps by days, forwards and backwards."""

import re
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.faults.signers import Browser, form_of
from tests.support.faults.site import Site, assert_quiet, require
from tests.support.outbox import text_of
from tests.support.servers import serving, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # mostly waiting
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
STEPS = ("+2d", "+3d", "+1d", "+2d")  # all after the campaigns were published


def test_signing_mailing_and_confirming_work_while_the_clock_jumps(site: Site, mail, tmp_path):
    require(LIBRARIES, "no libfaketime (Debian: apt-get install faketime)")
    clock = tmp_path / "clock"
    set_clock(clock, STEPS[0])
    settings = {"CAMPAIGN_ACTIONS_PUBLIC_URL": f"http://127.0.0.1:{site.port}"}
    environment = site.environment | settings | fake_clock_environment(clock)

    with (
        serving(environment, port=site.port, log=site.log) as server,
        closing(Browser(server.address)) as browser,
    ):
        for number, step in enumerate(STEPS):
            form, earlier = form_of(server.address), [*confirm_links(mail).values()][:1]
            set_clock(clock, step)
            time.sleep(0.1)  # libfaketime reads the file with the next clock call
            assert browser.sign_patiently(f"signer-{number}@example.org", form).status == 303
            until(lambda number=number: len(confirm_links(mail)) > number, 90)
            newest = [*confirm_links(mail).values()][-1]
            assert browser.ask("POST", newest, {"given_name": "Ada"}).status == 303
            for link in earlier:  # already confirmed, and still not expired
                assert browser.ask("POST", link, {"given_name": "Ada"}).status == 200
        until(lambda: not site.number("select count(*) from tally_ledger"), 90)

    assert [*confirm_links(mail)] == [
        f"signer-{number}@example.org" for number, _step in enumerate(STEPS)
    ]
    assert site.number("select count(*) from signatures where status = 'confirmed'") == len(STEPS)
    assert site.number("select sum(confirmed) from action_counts") == len(STEPS)
    assert_quiet(site.log)


def set_clock(clock: Path, step: str) -> None:
    """Set the offset atomically: a program that reads an empty file exits."""
    new = clock.with_suffix(".new")
    new.write_text(step)
    new.replace(clock)


def fake_clock_environment(clock: Path) -> dict[str, str]:
    return {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def confirm_links(mail) -> dict[str, str]:
    """By recipient, in the order of their emails. Receipts have none."""
    texts = [(str(message["To"]), text_of(message)) for message in mail.messages]
    links = re.compile(r"http://[^/]+(/en/confirm/\S+)")
    found = [(to, links.search(text)) for to, text in texts]
    return {to: link[1] for to, link in found if link}
