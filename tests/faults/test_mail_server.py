"""A mail server accepts nothing: pages, `status` and /metrics report this until it recovers."""

import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from campaign_actions.core.db.session import utc_now
from tests.support.faults.signers import PAGE, Browser, form_of
from tests.support.faults.site import Site, assert_quiet, delivering, make_site, wait_for_mail
from tests.support.mail_server import OK, mail_server
from tests.support.metrics import figures
from tests.support.servers import PROGRAM, free_port, serving, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # mostly waiting
TOKEN = "a token for tests"
PEOPLE = 6
Recover = Callable[[], None]


@contextmanager
def down(port: int) -> Iterator[Recover]:
    """Nothing listens on the port before recovery."""
    servers = []

    def recover() -> None:
        servers.append(mail_server(port=port))
        servers[0].__enter__()

    try:
        yield recover
    finally:
        for server in servers:
            server.__exit__(None, None, None)


@contextmanager
def delays_everything(port: int) -> Iterator[Recover]:
    """A relay that answers "later" to each email."""
    with mail_server(port=port) as server:
        server.rcpt_answer = "451 4.3.0 later"

        def recover() -> None:
            server.rcpt_answer = OK

        yield recover


@pytest.mark.parametrize("fault", [down, delays_everything])
def test_a_mail_outage_is_reported_everywhere_until_it_is_over(
    database: str, tmp_path: Path, fault
):
    port = free_port()
    site = make_site(tmp_path, database, MAIL_URL=f"smtp://127.0.0.1:{port}", METRICS_TOKEN=TOKEN)
    with (
        fault(port) as recover,
        serving(site.environment, "--no-outbox", port=site.port, log=site.log) as server,
        closing(Browser(server.address)) as browser,
    ):
        hidden = form_of(server.address)
        sign(browser, hidden, "signer", PEOPLE)
        age_mails(site, timedelta(minutes=40))
        with delivering(site):
            until(lambda: are_all_delayed(site), 60)
            until(lambda: delay_shown_on(browser, PAGE))
            shown = delay_shown_on(browser, PAGE), delay_shown_on(browser, f"{PAGE}thanks/")
            code, output, errors = status(site)
            found = scrape(server.address)

            recover()
            sign(browser, hidden, "later", 1)  # sent at once; the others when they are due
            until(lambda: not delay_shown_on(browser, PAGE), 60)
            again = status(site)

            site.rows("update outbox_mails set due_at = queued_at where status = 'queued'")
            wait_for_mail(site)
            after = scrape(server.address)

    assert set(shown) <= {"41", "42"}, "begun minutes count"
    assert code == 1
    assert re.search(rf"0 due, {PEOPLE} delayed", output)
    assert re.search("Email delay: 4[01] min", output)
    assert re.search("Oldest email: 4[01] min", output)
    assert errors.startswith("Email is late.")
    assert found["mail_delay_seconds"] == pytest.approx(2400, abs=120)
    assert found["oldest_mail_seconds"] == pytest.approx(2400, abs=120)
    assert found["mails_sent_last_minute"] == 0
    assert again[0] == 0
    assert "Email delay: none" in again[1]
    assert (after["mail_delay_seconds"], after["oldest_mail_seconds"]) == (0, 0)
    assert_quiet(site.log)


def sign(browser: Browser, hidden: dict[str, str], name: str, number: int) -> None:
    answers = [browser.sign(f"{name}-{n}@example.org", hidden).status for n in range(number)]
    assert answers == [303] * number


def age_mails(site: Site, span: timedelta) -> None:
    """Make all emails look queued this long ago, with no worker running since."""
    before = f"'{(utc_now() - span).replace(tzinfo=None)}'"
    site.rows(f"update outbox_mails set queued_at = {before}, due_at = {before}")


def are_all_delayed(site: Site) -> bool:
    untried = "attempts = 0 or leased_until is not null"
    return not site.number(f"select count(*) from outbox_mails where {untried}")


def delay_shown_on(browser: Browser, path: str) -> str:
    """The email delay in minutes that a page shows; empty if it shows none."""
    page = " ".join(browser.ask("GET", path).body.split())
    found = re.search(r"Our emails are taking about (\d+) minutes to arrive", page)
    return found[1] if found else ""


def status(site: Site) -> tuple[int, str, str]:
    command = [*PROGRAM, "status"]
    done = subprocess.run(command, env=site.environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def scrape(address: str) -> dict[str, float]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    request = urllib.request.Request(f"{address}/metrics", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return figures(answer.read().decode())
