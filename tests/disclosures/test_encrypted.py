"""Encrypted exports: the same bytes for whoever has the key, and nothing readable for others."""

from hashlib import sha256

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from campaign_actions.disclosures.write import file_name_of, mimetype_of
from tests.support.exports import DAY, changes_since, export_file, make_export
from tests.support.factories import make_action, make_confirmed
from tests.support.ssh_keys import private_text, public_text

IDENTITY = pyrage.x25519.Identity.generate()
SSH = ed25519.Ed25519PrivateKey.generate()
KEYS = {
    str(IDENTITY.to_public()): IDENTITY,
    public_text(SSH): pyrage.ssh.Identity.from_buffer(private_text(SSH).encode()),
}


@pytest.mark.parametrize("key", KEYS, ids=["age", "ssh"])
@pytest.mark.parametrize("format_name", ["csv", "jsonl"])
def test_the_recipient_reads_what_would_have_been_sent_without_encryption(app, key, format_name):
    make_confirmed(action := make_action(), given_name="Мария")

    sealed, record = export_file(make_export(action, format=format_name, public_key=key))
    plain, _record = export_file(make_export(action, format=format_name))

    assert pyrage.decrypt(sealed, [KEYS[key]]) == plain
    assert "Мария".encode() not in sealed
    assert record.sha256 == sha256(sealed).hexdigest(), "the hash is that of the encrypted file"
    assert record.public_key == key
    assert f'"encrypted_to": "{key}"' in record.manifest
    assert record.file_name.endswith(f".{format_name}.age")


def test_an_archive_is_encrypted_as_a_whole(app):
    action, key = make_action(), next(iter(KEYS))

    sealed, record = export_file(
        make_export(action, purpose="crm", preset="civicrm", public_key=key)
    )

    assert pyrage.decrypt(sealed, [IDENTITY]).startswith(b"PK")
    assert record.file_name == "racism-hate-crimes-civicrm-2026-11-20.zip.age"


def test_an_encrypted_file_can_be_continued_and_stays_encrypted(app):
    action, key = make_action(), next(iter(KEYS))
    _sealed, record = export_file(make_export(action, public_key=key))
    signature = make_confirmed(action)

    sealed, increment = export_file(changes_since(record))

    assert increment.public_key == key
    assert signature.public_id in pyrage.decrypt(sealed, [IDENTITY]).decode()


@pytest.mark.parametrize(
    ("values", "name", "mimetype"),
    [
        ({}, "racism-hate-crimes-team-2026-11-20.csv", "text/csv; charset=utf-8"),
        ({"format": "jsonl"}, "racism-hate-crimes-team-2026-11-20.jsonl", "application/jsonl"),
        (
            {"purpose": "crm", "preset": "proca"},
            "racism-hate-crimes-proca-2026-11-20.csv",
            "text/csv; charset=utf-8",
        ),
        (
            {"purpose": "crm", "preset": "proca", "base": 1},
            "racism-hate-crimes-proca-2026-11-20-changes.zip",
            "application/zip",
        ),
        ({"base": 1}, "racism-hate-crimes-team-2026-11-20-changes.csv", "text/csv; charset=utf-8"),
        (
            {"public_key": next(iter(KEYS))},
            "racism-hate-crimes-team-2026-11-20.csv.age",
            "application/octet-stream",
        ),
    ],
)
def test_the_name_of_a_file_says_what_it_is(app, values, name, mimetype):
    export = make_export(make_action(), **values)

    assert file_name_of(export, day=DAY) == name
    assert mimetype_of(export) == mimetype
