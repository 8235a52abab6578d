"""Codes as signers get them: in an email that the outbox delivers."""

import re
from datetime import datetime
from pathlib import Path

from flask import current_app

from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.security.short_codes import read_code
from tests.support.factories import NOON
from tests.support.outbox import office, text_of

CODE_LINE = re.compile(r"\s+\u2066?(\w{3} \w{3})\u2069?")  # an isolate in right-to-left text


def delivered_codes(folder: Path, now: datetime = NOON, *, daily_limit: int = 5) -> list[str]:
    """Deliver what is due, and read the codes in all emails so far, oldest first."""
    post = office(folder)
    post.mails, post.daily_limit = dict(mail_makers.of(current_app)), daily_limit
    post.deliver(now)
    return [code for mail in post.arrived() for code in codes_in(text_of(mail))]


def codes_in(text: str) -> list[str]:
    """The codes in an email as plain text."""
    lines = map(CODE_LINE.fullmatch, text.splitlines())
    return [read_code(line[1]) for line in lines if line]


def wrong(code: str) -> str:
    """A code that differs from this one in its last character."""
    return code[:-1] + ("2" if code[-1] != "2" else "3")
