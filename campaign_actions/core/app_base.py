"""The app with settings, secrets and database: enough for commands that render no page and no email."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from campaign_actions import config
from campaign_actions.core import paths
from campaign_actions.core.db import engine, replica
from campaign_actions.core.observability import logging
from campaign_actions.core.security import secrets


def create_bare_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Settings, later ones winning: config.py, config.py in the instance folder, environment, `settings`."""
    app = Flask(
        "campaign_actions",
        instance_path=str(paths.instance_folder()),
        instance_relative_config=True,
        template_folder=str(paths.TEMPLATES),
        static_folder=None,
    )
    app.config.from_object(config)
    config.from_file(app.config, Path(app.instance_path) / "config.py")
    config.from_environment(app.config)
    app.config.from_mapping(settings or {})
    for part in (logging, secrets, replica, engine):
        part.init_app(app)
    return app
