"""Fixtures for anchors: a key, settings with their own folder, a time-stamping service."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from campaign_actions.audit.anchors.settings import (
    AnchorSettings,
    anchor_settings,
    read_anchor_settings,
)
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
    """An instance folder with its own audit key."""
    folder = tmp_path / "instance"
    folder.mkdir()
    monkeypatch.setattr(app, "instance_path", str(folder))
    app.config["AUDIT_KEY"] = secrets.token_urlsafe(32)
    return folder


@pytest.fixture
def settings(app: Flask, instance: Path) -> Iterator[AnchorSettings]:
    """Settings with the local file only, also for commands."""
    before = anchor_settings.of(app)
    anchor_settings.provide(app, read_anchor_settings(app.config, instance))
    yield anchor_settings.of(app)
    anchor_settings.provide(app, before)
