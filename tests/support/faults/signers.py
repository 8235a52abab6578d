"""Signers who use the real form during a fault, and a record of the responses that they got."""

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Event, Lock, Thread
from urllib.parse import urlencode, urlsplit

PAGE = "/en/campaigns/racism/hate-crimes/"
FORM = "application/x-www-form-urlencoded"
UNAVAILABLE_TEXT = "Sorry, we can’t save anything right now"  # of the 503 page
PAUSE_SECONDS = 0.1  # between a signer's requests: steady load, not the maximum
MOST_TRIES = 5
serial = count(1)


@dataclass(frozen=True)
class Answer:
    """A response. Status 0: the connection broke, so the outcome is unknown."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    at: float = 0  # time.monotonic()


@dataclass
class Record:
    """The responses to signers, by email address, and to readers."""

    signing: dict[str, Answer] = field(default_factory=dict)
    reading: list[Answer] = field(default_factory=list)

    @property
    def acknowledged(self) -> set[str]:
        return {email for email, answer in self.signing.copy().items() if answer.status == 303}

    @property
    def answers(self) -> list[Answer]:
        return [*self.signing.copy().values(), *list(self.reading)]

    @property
    def refused(self) -> list[Answer]:
        """Responses that are neither a success nor a broken connection."""
        return [answer for answer in self.answers if answer.status not in {0, 200, 303}]

    @property
    def unclear(self) -> list[Answer]:
        """Refusals other than the 503 page with its text and a Retry-After header."""
        return [
            answer
            for answer in self.refused
            if answer.status != 503
            or UNAVAILABLE_TEXT not in answer.body
            or not answer.headers.get("retry-after", "").isdigit()
        ]

    def since(self, begin: float) -> "Record":
        """The responses from this moment on."""
        signing = {e: a for e, a in self.signing.copy().items() if a.at >= begin}
        return Record(signing, [answer for answer in list(self.reading) if answer.at >= begin])


class Browser:
    """A persistent connection to a server, reopened after it breaks."""

    def __init__(self, address: str, *, source: str = "") -> None:
        self.connection = HTTPConnection(urlsplit(address).netloc, timeout=15)
        self.headers = {"X-Forwarded-For": source} if source else {}

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        body = urlencode(fields) if fields is not None else None
        headers = self.headers | ({"Content-Type": FORM} if body else {})
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException):
            self.connection.close()
            time.sleep(0.05)
            return Answer(0, at=time.monotonic())
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, names, text, time.monotonic())

    def close(self) -> None:
        self.connection.close()

    def sign(self, email: str, hidden: dict[str, str]) -> Answer:
        person = {"given_name": "Ada", "family_name": "Lovelace", "country": "RU", "email": email}
        return self.ask("POST", PAGE, hidden | person)

    def sign_patiently(self, email: str, hidden: dict[str, str]) -> Answer:
        """Sign, and again while the page for a busy database asks for that: disks may stall for seconds."""
        for _try in range(MOST_TRIES):
            answer = self.sign(email, hidden)
            record = Record(reading=[answer])
            if not record.refused or record.unclear:
                break
        return answer


@contextmanager
def signing(address: str, *, threads: int = 4, pause: float = PAUSE_SECONDS) -> Iterator[Record]:
    """New people sign, and sometimes read the page, until the block ends."""
    record, stop, lock = Record(), Event(), Lock()
    hidden = form_of(address)

    def sign() -> None:
        with closing(Browser(address)) as browser:
            for turn in count():
                if stop.wait(pause):
                    break
                email = f"signer-{next(serial)}@example.org"
                answer = browser.sign(email, hidden)
                with lock:
                    record.signing[email] = answer
                if turn % 5 == 0:
                    record.reading.append(browser.ask("GET", PAGE))

    people = [Thread(target=sign, daemon=True) for _number in range(threads)]
    for person in people:
        person.start()
    try:
        yield record
    finally:
        stop.set()
        for person in people:
            person.join(20)


def form_of(address: str) -> dict[str, str]:
    """The hidden fields of the form, as a browser would submit them."""
    with closing(Browser(address)) as browser:
        page = browser.ask("GET", PAGE).body
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    assert hidden, "the page has a form"
    return {
        re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
        for tag in hidden
    }
