"""Two servers and two workers, as if on four machines, share only PostgreSQL and Redis."""

import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from socket import create_connection, create_server

import pytest

from tests.support.faults.signers import Browser, form_of
from tests.support.faults.site import (
    assert_quiet,
    delivering,
    require,
    serving_pages,
    set_up_database,
    wait_for_mail,
)
from tests.support.servers import free_port, run, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # mostly waiting
PEOPLE = 30


@contextmanager
def redis_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    require(program, "no Redis on this machine (Debian: apt-get install redis-server)")
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        until(lambda: accepts(port))
        yield process
    finally:
        process.kill()
        process.wait()


def accepts(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def map_concurrently(work: Callable[[int], object], numbers: range) -> list[object]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(work, numbers))


def test_two_servers_and_two_workers_count_and_email_everyone_once(machine, mail):
    """They share rate limits, and what these refuse is neither counted nor emailed."""
    port = free_port()
    limits = {
        "RATELIMIT_ENABLED": 1,
        "RATELIMIT_STORAGE_URI": f"redis://127.0.0.1:{port}",
        "SIGN_LIMIT": f"{2 * PEOPLE} per hour",
    }
    first, second = machine("first", **limits), machine("second", **limits)
    with (
        redis_server(port),
        serving_pages(first, second) as addresses,
        delivering(first),
        delivering(second),
    ):
        hidden = form_of(addresses[0])

        def sign(number: int) -> int:
            with closing(Browser(addresses[number % 2])) as browser:
                return browser.sign(f"person-{number // 2}@example.org", hidden).status

        def confirm(number: int) -> int:
            with closing(Browser(addresses[number % 2])) as browser:
                return browser.ask("POST", links[number // 2], {}).status

        signed = map_concurrently(sign, range(2 * PEOPLE))
        refused = map_concurrently(sign, range(2 * PEOPLE, 3 * PEOPLE))
        wait_for_mail(first)
        links = confirm_links(mail)
        confirmed = map_concurrently(confirm, range(2 * PEOPLE))
        until(lambda: not first.number("select count(*) from tally_ledger"))

    assert Counter(signed) == {303: 2 * PEOPLE}
    assert Counter(refused) == {429: PEOPLE}
    assert set(confirmed) <= {303, 200}  # 200: already confirmed
    assert_one_email_per_signing(mail)
    rows = first.number("select count(*) from signatures where status = 'confirmed'")
    assert rows == first.number("select count(*) from signatures") == PEOPLE
    assert first.number("select sum(confirmed) from action_counts") == PEOPLE
    assert first.number("select sum(confirmed) from tallies") == PEOPLE
    assert_quiet(first.log)
    assert_quiet(second.log)


def confirm_links(mail) -> list[str]:
    """One link per person, from the confirmation emails."""
    links = {}
    for message in mail.messages:
        text = message.get_body(("plain",)).get_content()
        if found := re.search(r"http://[^/]+(/en/confirm/\S+)", text):
            links[str(message["To"])] = found[1]
    assert len(links) == PEOPLE
    return list(links.values())


def assert_one_email_per_signing(mail) -> None:
    """Everyone signed twice and has a receipt, so they may get three emails, but never one of them twice."""
    ids = Counter(str(message["Message-ID"]) for message in mail.messages)
    mailboxes = Counter(str(message["To"]) for message in mail.messages)
    assert max(ids.values()) == 1
    assert max(mailboxes.values()) <= 3


def test_a_rate_limit_is_shared_by_all_servers_and_applies_per_source(machine):
    port = free_port()
    limits = {
        "RATELIMIT_ENABLED": 1,
        "RATELIMIT_STORAGE_URI": f"redis://127.0.0.1:{port}",
        "SIGN_LIMIT": "10 per hour",
        "TRUSTED_PROXIES": 1,
    }
    with (
        redis_server(port),
        serving_pages(machine("first", **limits), machine("second", **limits)) as addresses,
    ):
        hidden = form_of(addresses[0])

        def sign(number: int, source: str = "192.0.2.1") -> int:
            with closing(Browser(addresses[number % 2], source=source)) as browser:
                return browser.sign(f"{source}-{number}@example.org", hidden).status

        from_one = map_concurrently(sign, range(40))
        from_others = map_concurrently(
            lambda number: sign(number, f"198.51.100.{number}"), range(40)
        )

    assert Counter(from_one) == {303: 10, 429: 30}
    assert Counter(from_others) == {303: 40}


def test_signing_works_without_redis_and_limits_return_with_it(machine):
    port = free_port()
    site = machine(
        "first",
        RATELIMIT_ENABLED=1,
        RATELIMIT_STORAGE_URI=f"redis://127.0.0.1:{port}",
        SIGN_LIMIT="5 per hour",
    )
    with serving_pages(site) as (address,), closing(Browser(address)) as browser:
        hidden = form_of(address)

        def statuses(name: str, times: int = 8) -> Counter[int]:
            answers = (browser.sign(f"{name}-{n}@example.org", hidden) for n in range(times))
            return Counter(answer.status for answer in answers)

        with redis_server(port):
            with_redis = statuses("there")
        without_redis = statuses("away")
        with redis_server(port):
            until(lambda: statuses("back", 1) == {429: 1}, 15)

    assert with_redis == {303: 5, 429: 3}
    assert without_redis == {303: 8}
    assert "rate_limits_unavailable" in site.log.read_text()
    assert_quiet(site.log)


def test_an_unresponsive_redis_delays_nobody_for_long(machine):
    with create_server(("127.0.0.1", 0)) as silent:  # accepts connections and never answers
        uri = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        site = machine("first", RATELIMIT_ENABLED=1, RATELIMIT_STORAGE_URI=uri)
        with serving_pages(site) as (address,), closing(Browser(address)) as browser:
            hidden = form_of(address)
            begin = time.monotonic()
            statuses = [browser.sign(f"p-{n}@example.org", hidden).status for n in range(20)]
            took = time.monotonic() - begin

    assert statuses == [303] * 20
    assert took < 8


def test_a_redis_that_stalls_and_recovers_is_used_again(machine):
    port = free_port()
    settings = {"RATELIMIT_ENABLED": 1, "RATELIMIT_STORAGE_URI": f"redis://127.0.0.1:{port}"}
    site = machine("first", SIGN_LIMIT="3 per hour", **settings)
    with (
        redis_server(port) as redis,
        serving_pages(site) as (address,),
        closing(Browser(address)) as browser,
    ):
        hidden = form_of(address)

        def status(name: str) -> int:
            return browser.sign(f"{name}@example.org", hidden).status

        before = [status(f"before-{n}") for n in range(4)]
        redis.send_signal(signal.SIGSTOP)
        stalled = [status(f"stalled-{n}") for n in range(4)]
        redis.send_signal(signal.SIGCONT)
        until(lambda: status("after") == 429, 15)

    assert before == [303, 303, 303, 429]
    assert stalled == [303] * 4


def test_a_translation_made_on_one_machine_reaches_all_in_five_seconds(machine, tmp_path):
    one, other = machine("one"), machine("other")
    set_up_database(one)
    catalog = str(tmp_path / "ru.po")
    run(one.environment, "translations", "export", "--locale", "ru", "--output", catalog)
    translate(Path(catalog), "Skip to main content", "Сразу к делу")

    with serving_pages(one, other) as addresses:
        before = [read(f"{address}/ru/") for address in addresses]
        run(one.environment, "translations", "import", catalog)
        until(lambda: all("Сразу к делу" in read(f"{address}/ru/") for address in addresses), 5)

    assert not any("Сразу к делу" in page for page in before)


def translate(catalog: Path, source: str, words: str) -> None:
    head, entry, rest = catalog.read_text(encoding="utf-8").partition(f'msgid "{source}"\n')
    _old, newline, rest = rest.partition("\n")
    catalog.write_text(f'{head}{entry}msgstr "{words}"{newline}{rest}', encoding="utf-8")


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return str(answer.read().decode())
