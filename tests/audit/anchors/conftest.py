"""What the tests of anchors share: a key, settings in a folder of their own, a time-stamping service."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from campaign_actions.audit.anchors.settings import AnchorSettings, anchor_settings, read_settings
from tests.support.timestamp_server import Authority, Service, make_authority, time_stamping_service


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authorities") / "ours")


@pytest.fixture(scope="session")
def other_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authorities") / "other")


@pytest.fixture
def service(authority: Authority) -> Iterator[Service]:
    with time_stamping_service(authority) as service:
        yield service


@pytest.fixture
def instance(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance folder of this test, with a key of its own."""
    folder = tmp_path / "instance"
    folder.mkdir()
    monkeypatch.setattr(app, "instance_path", str(folder))
    app.config["AUDIT_KEY"] = secrets.token_urlsafe(32)
    return folder


@pytest.fixture
def settings(app: Flask, instance: Path, monkeypatch: pytest.MonkeyPatch) -> AnchorSettings:
    """Only the file of our own; as the commands see them, too."""
    settings = read_settings(app.config, instance)
    monkeypatch.setitem(app.extensions, anchor_settings.key, settings)
    return settings
