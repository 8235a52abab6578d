"""The app with settings, secrets and database: enough for commands that render no page and no email."""

import os
from collections.abc import Mapping
from pathlib import Path

from flask import Config, Flask

from campaign_actions import config
from campaign_actions.core import paths, setting_names
from campaign_actions.core.db import engine, replica
from campaign_actions.core.observability import logging
from campaign_actions.core.security import secrets


def create_bare_app(settings: Mapping[str, object] | None = None) -> Flask:
    """Settings, later ones winning: config.py, config.py in the instance folder, environment, `settings`."""
    app = Flask(
        "campaign_actions",
        instance_path=str(paths.instance_folder()),
        instance_relative_config=True,
        template_folder=str(paths.TEMPLATES),
        static_folder=None,
    )
    app.config.from_object(config)
    file, own = Path(app.instance_path) / "config.py", Config(app.instance_path)
    config.from_file(own, file)
    app.config.from_mapping(setting_names.in_file(own, app.config, file=file))
    config.from_environment(app.config, setting_names.in_environment(os.environ, app.config))
    app.config.from_mapping(settings or {})
    for part in (logging, secrets, replica, engine):
        part.init_app(app)
    return app
