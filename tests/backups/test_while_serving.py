"""A restore drill with real servers and commands, while people sign over HTTP."""

import json
import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from tests.support.servers import run, serving, settings_as_environment, until
from tests.support.sign_form import Inputs

PETITION = "racism/hate-crimes"
EXPORT = ("signatures", "export", PETITION, "--output", "-")


def environment_of(folder: Path, database: str) -> Mapping[str, str]:
    """The environment of an installation with its own folder."""
    return settings_as_environment(
        INSTANCE=folder,
        SQLALCHEMY_DATABASE_URI=database,
        MIN_FILL_SECONDS=0,
        RATELIMIT_ENABLED=0,
        CACHE_SECONDS=0,
    )


def post(address: str, **fields: str) -> str:
    """Submit a form with its hidden inputs, as a browser does; returns the address it led to."""
    page = urlopen(address, timeout=30).read().decode()
    data = urlencode(Inputs(page).hidden | fields).encode()
    return urlopen(address, data, timeout=30).geturl()


def sign(server: str, email: str) -> None:
    place = f"{server}/en/campaigns/{PETITION}/"
    led_to = post(place, given_name="Жанна", email=email, country="RU", comment='"O\'Neil"')
    assert urlsplit(led_to).path.endswith("/thanks/")


def count_on(server: str) -> int:
    """The count on the page, which the worker updates."""
    with urlopen(f"{server}/en/campaigns/{PETITION}/count.json", timeout=30) as answer:
        return json.load(answer)["count"]


def count_in(told: str) -> int:
    """The number of signatures in the output of a command."""
    return int(told.split()[1].replace(",", ""))


def confirm_links(folder: Path) -> dict[str, str]:
    """The path of the link in each sent email, by recipient."""
    mails = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in folder.glob("mail/*.eml")
    ]
    found = {
        mail["To"]: re.search(r"/en/confirm/\S+/", mail.get_body(("plain",)).get_content())
        for mail in mails
        if "confirm" in mail["Subject"].lower()  # receipts have no such link
    }
    return {recipient: link[0] for recipient, link in found.items() if link}


@pytest.mark.slow
@pytest.mark.timeout(400)  # starts the program a dozen times
def test_a_site_moves_while_people_sign(empty_database, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    old = environment_of(here, empty_database("here"))
    new = environment_of(there, empty_database("there"))
    run(old, "db", "upgrade")
    run(old, "demo", "load")
    file, stop, sent = tmp_path / "backup.zip", Event(), []

    with serving(old, "--workers", "1") as server:
        sign(server.address, "first@example.org")
        until(lambda: "first@example.org" in confirm_links(here))
        post(server.address + confirm_links(here)["first@example.org"])

        def keep_signing() -> None:
            for number in count():
                if stop.wait(0.05):  # a moderate pace, since other tests share the machine
                    return
                sign(server.address, f"signer-{number}@example.org")
                sent.append(number)

        people = Thread(target=keep_signing)
        people.start()
        try:
            until(lambda: len(sent) > 5)
            stored = len(sent)
            told = run(old, "backup", "--with-keys", str(file))
        finally:
            stop.set()
            people.join()
        exported = run(old, *EXPORT)
        until(lambda: "signer-0@example.org" in confirm_links(here))

    restored = run(new, "restore", str(file))

    assert count_in(told) >= stored + 1
    assert count_in(restored) == count_in(told)
    assert run(new, *EXPORT) == exported
    with serving(new, "--workers", "1") as server:
        post(server.address + confirm_links(here)["signer-0@example.org"])
        sign(server.address, "later@example.org")
        until(lambda: count_on(server.address) == 2)

        run(new, "restore", "--replace", str(file))

        until(lambda: count_on(server.address) == 1)
        sign(server.address, "later@example.org")
