"""Anchors are found in every form of storage, and are valid only as they were signed."""

import secrets
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_actions.audit.anchors.document import (
    BEGIN,
    Anchor,
    BadAnchor,
    find_anchors,
    printable_site,
    read_anchor,
)
from campaign_actions.core.security.audit_key import signing_key
from tests.support.factories import NOON

KEY = signing_key(secrets.token_urlsafe(32))
ANCHOR = Anchor("https://actions.example.org", 1234, 1230, "ab" * 32, NOON, "").signed(KEY)


def as_email(text: str, encoding: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "The anchor"
    message.set_content(f"Привет\n\n{text}\n--\nBye", cte=encoding)
    message.add_alternative(f"<pre>{text}</pre>", subtype="html")
    return message.as_bytes()


def wrap(text: str) -> str:
    return "\n".join(
        line[at : at + 40] for line in text.splitlines() for at in range(0, len(line), 40)
    )


STORED_FORMS = {
    "as it is": ANCHOR.text.encode(),
    "with CRLF": ANCHOR.text.replace("\n", "\r\n").encode(),
    "with a mark": b"\xef\xbb\xbf" + ANCHOR.text.encode(),
    "quoted": "".join(f"> > {line}\n" for line in ANCHOR.text.splitlines()).encode(),
    "indented": "".join(f"   {line}   \n" for line in ANCHOR.text.splitlines()).encode(),
    "within other text": f"Dear Ada,\n\n{ANCHOR.text}\n\nBye".encode(),
    "an email, quoted-printable": as_email(ANCHOR.text, "quoted-printable"),
    "an email, base64": as_email(ANCHOR.text, "base64"),
    "an email, 8bit": as_email(ANCHOR.text, "8bit"),
}


@pytest.mark.parametrize("way", STORED_FORMS)
def test_an_anchor_is_found_in_every_form_of_storage(way):
    assert list(find_anchors(STORED_FORMS[way])) == [ANCHOR]
    assert next(iter(find_anchors(STORED_FORMS[way]))).is_signature_valid


def test_lines_are_short_and_plain():
    assert ANCHOR.text.isascii()
    assert max(map(len, ANCHOR.text.splitlines())) <= 76


def test_several_anchors_are_found_in_one_file():
    other = replace(ANCHOR, entry=1235).signed(KEY)

    assert list(find_anchors(f"{ANCHOR.text}\n{other.text}".encode())) == [ANCHOR, other]


@pytest.mark.parametrize(
    "change",
    [
        *({"entry": 1233}, {"entries": 1}, {"hash": "cd" * 32}, {"site": "https://other.example"}),
        *({"made_at": NOON.replace(hour=13)}, {"signature": "AAAA"}, {"public_key": "AAAA"}),
        {"public_key": "x"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_invalidates_the_signature(change):
    assert not replace(ANCHOR, **change).is_signature_valid


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Entry: 1234\n", "", "does not have Entry"),
        ("Entry: 1234", "Entry: many", "cannot be read"),
        ("Entry: 1234", "Entry: 1234\nEntry: 1", "two lines Entry"),
        ("Version: 1", "Version: 2", "version 2"),
        ("Hash: abab", "Hash: ab", "hash"),
        ("Time: 2026", "Time: x", "cannot be read"),
        ("Public-Key: ", "Public-Key: ?", "cannot be read"),
    ],
)
def test_a_text_that_is_not_an_anchor_is_refused_with_a_reason(old, new, reason):
    (found,) = find_anchors(ANCHOR.text.replace(old, new).encode())

    assert isinstance(found, BadAnchor)
    assert reason in str(found)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for body in (text, f"Entry: 1\n{text}"):
        with pytest.raises(BadAnchor):
            read_anchor(body)


@given(st.binary())
def test_any_file_can_be_searched(data):
    for content in (data, BEGIN.encode() + b"\n" + data, b"Subject: x\n\n" + data):
        assert all(isinstance(one, Anchor | BadAnchor) for one in find_anchors(content))


def test_a_site_is_one_line_of_plain_ascii():
    assert printable_site("https://пример.рф/\nHash: x") == (
        r"https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/Hash:x"
    )
