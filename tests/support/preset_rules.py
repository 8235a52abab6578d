"""The documented import rules of other programs, for the files of the presets.

docs/exports.md has the sources. `RULES[preset][file]` is a list of columns; `faults()` says what is wrong.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from campaign_actions.actions.kinds import KINDS
from campaign_actions.core.i18n.countries import country_codes

Rule = Callable[[str], bool]
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Heading:
    """A column: its heading, whether a cell may be empty, and what its cells must be."""

    name: str
    required: bool = False
    max_length: int | None = None  # characters
    rule: Rule | None = None


@dataclass(frozen=True)
class FileRules:
    headings: tuple[Heading, ...]
    max_bytes: int | None = None
    max_rows: int | None = None


def matches(pattern: str) -> Rule:
    return lambda cell: re.fullmatch(pattern, cell) is not None


def is_time_as(form: str) -> Rule:
    def is_time(cell: str) -> bool:
        try:
            return datetime.strptime(cell, form).strftime(form) == cell  # noqa: DTZ007 - a format
        except ValueError:
            return False

    return is_time


def is_country(cell: str) -> bool:
    """By ISO 3166-1 code."""
    return cell in country_codes()


SIGNATURE_ID = matches(r"[a-z2-7]{26}")
SECOND = is_time_as("%Y-%m-%dT%H:%M:%SZ")
MINUTE = is_time_as("%Y-%m-%d %H:%M")
EMAIL_ADDRESS = matches(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SLUG = matches(r"[a-z0-9-]+")
PATH = matches(r"[a-z0-9-]+/[a-z0-9-]+")

RULES: dict[str, dict[str, FileRules]] = {
    "action-network": {
        "activists.csv": FileRules(
            (
                Heading("email", required=True, rule=EMAIL_ADDRESS),
                Heading("first_name"),
                Heading("last_name"),
                Heading("country", rule=is_country),
                Heading("language", rule=matches(r"[a-z]{2,3}(-\w+)*")),
                Heading("can2_user_tags", rule=matches(r"[\w-]+(, [\w-]+)*")),
                Heading("can2_subscription_status", required=True, rule=matches("subscribed")),
                Heading("signature_id", required=True, rule=SIGNATURE_ID),
            )
        )
    },
    "civicrm": {
        "contacts.csv": FileRules(
            (
                Heading("External Identifier", required=True, max_length=64, rule=SIGNATURE_ID),
                Heading("First Name", max_length=64),
                Heading("Last Name", max_length=64),
                Heading("Email", required=True, max_length=254, rule=EMAIL_ADDRESS),
                Heading("Country", rule=is_country),
            )
        ),
        "activities.csv": FileRules(
            (
                Heading("External Identifier", required=True, max_length=64, rule=SIGNATURE_ID),
                Heading("Email", required=True, max_length=254, rule=EMAIL_ADDRESS),
                Heading(
                    "Activity Type",
                    required=True,
                    rule=matches("Petition Signature|Campaign Pledge"),
                ),
                Heading("Activity Date", required=True, rule=MINUTE),
                Heading("Subject", max_length=255, rule=PATH),
                Heading("Campaign", rule=SLUG),
                Heading("Details", required=True, rule=SIGNATURE_ID),
            )
        ),
    },
    "engaging-networks": {
        "supporters.csv": FileRules(
            (
                Heading("Email Address", required=True, rule=EMAIL_ADDRESS),
                Heading("First Name"),
                Heading("Last Name"),
                Heading("Country", rule=is_country),
                Heading("Email Updates", required=True, rule=matches("Y")),
                Heading("Signature ID", required=True, rule=SIGNATURE_ID),
            ),
            max_bytes=20_000_000,
        )
    },
    "salesforce": {
        "contacts.csv": FileRules(
            (
                Heading("FirstName", max_length=40),
                Heading("LastName", required=True, max_length=80),
                Heading("Email", required=True, max_length=80, rule=EMAIL_ADDRESS),
                Heading("MailingCountryCode", rule=is_country),
                Heading("Signature_ID__c", required=True, max_length=255, rule=SIGNATURE_ID),
                Heading("Action__c", max_length=255, rule=PATH),
                Heading("Signed_At__c", rule=SECOND),
                Heading("Wants_Updates__c", required=True, rule=matches("1")),
            ),
            max_rows=50_000,
        )
    },
    "proca": {
        "actions.csv": FileRules(
            (
                Heading("campaignName", required=True, rule=SLUG),
                Heading("actionPageName", required=True, rule=SLUG),
                Heading("actionType", required=True, rule=lambda cell: cell in KINDS),
                Heading("contact.first_name", required=True),
                Heading("contact.last_name"),
                Heading("contact.email", required=True, rule=EMAIL_ADDRESS),
                Heading("contact.country", rule=is_country),
                Heading("created", required=True, rule=SECOND),
                Heading("id", required=True, rule=SIGNATURE_ID),
                Heading("optIn", required=True, rule=matches("1")),
            )
        )
    },
}


def faults(data: bytes, rules: FileRules) -> list[str]:
    """What the other program would refuse or misread in a file, or in one part of it."""
    if data.startswith(BOM):
        return ["a byte order mark"]
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ["not UTF-8"]
    headings, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    if headings != [heading.name for heading in rules.headings]:
        return [f"headings: {headings}"]
    found = []
    if rules.max_bytes is not None and len(data) > rules.max_bytes:
        found.append(f"{len(data)} bytes")
    if rules.max_rows is not None and len(rows) > rules.max_rows:
        found.append(f"{len(rows)} rows")
    for row in rows:
        if len(row) != len(headings):
            found.append(f"{len(row)} cells")
        found += [
            f"{heading.name}: {reason}"
            for heading, cell in zip(rules.headings, row, strict=False)
            if (reason := _fault_of(cell, heading))
        ]
    return found


def _fault_of(cell: str, heading: Heading) -> str:
    if not cell:
        return "empty" if heading.required else ""
    if heading.max_length is not None and len(cell) > heading.max_length:
        return f"{len(cell)} characters"
    return "" if heading.rule is None or heading.rule(cell) else repr(cell)
