"""Secrets are generated once, kept, and checked against the database."""

import stat
from pathlib import Path

import pytest

from campaign_actions.core.security import secrets
from campaign_actions.core.security.secrets import WrongEmailKey, ensure_email_key


@pytest.fixture
def instance(app, tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    return tmp_path


def test_a_new_database_gets_a_key_readable_by_its_owner_only(app, instance):
    app.config["EMAIL_HASH_KEY"] = ""

    ensure_email_key()

    file = instance / "email_hash_key"
    assert file.read_text().strip() == app.config["EMAIL_HASH_KEY"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_same_key_is_accepted_again(app, instance):
    ensure_email_key()

    ensure_email_key()

    assert app.config["EMAIL_HASH_KEY"] == "a key for tests"


def test_another_key_is_rejected(app, instance):
    ensure_email_key()
    app.config["EMAIL_HASH_KEY"] = "another key"

    with pytest.raises(WrongEmailKey, match="is not the key of this database"):
        ensure_email_key()


def test_no_key_is_generated_for_a_database_that_has_one(app, instance):
    ensure_email_key()
    app.config["EMAIL_HASH_KEY"] = ""

    with pytest.raises(WrongEmailKey, match="needs the EMAIL_HASH_KEY"):
        ensure_email_key()

    assert not (instance / "email_hash_key").exists()


def test_the_secret_key_is_generated_once(app, instance):
    app.config["SECRET_KEY"] = ""
    secrets.init_app(app)
    first = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = ""

    secrets.init_app(app)

    assert app.config["SECRET_KEY"] == first
    assert len(first) >= 40
