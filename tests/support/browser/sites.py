"""The demo on the real server for browser tests, with access to its database and emails."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit

import flask_migrate
from flask import Flask
from playwright.sync_api import BrowserContext

from campaign_actions import create_app
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db
from campaign_actions.staff.models import StaffMember
from tests.support.app import SETTINGS, Visitor
from tests.support.factories import make_staff
from tests.support.outbox import text_of
from tests.support.servers import free_port, serving, settings_as_environment, until
from tests.support.staff_client import cookie_of

DEMO = {
    "DEMO": True,
    "CACHE_SECONDS": 1,
    "ORGANIZATION_NAMES": ["ru=Ресурсный центр по правам человека"],
}


@dataclass(frozen=True)
class Place:
    """A running installation: its address, its settings, and access to its data."""

    address: str
    environment: Mapping[str, str]
    app: Flask
    folder: Path

    def do(self, *command: str) -> str:
        """Run one of our commands in this process, since a new one takes a second; returns its output."""
        with self.app.app_context():  # as Flask does when it parses a command
            done = self.app.test_cli_runner().invoke(args=command, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    def mails(self, to: str = "") -> list[EmailMessage]:
        """The emails sent, oldest first: all of them, or those to one address."""
        files = sorted((self.folder / "mail").glob("*.eml"))
        read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in read if to in ("", mail["To"])]

    def link(self, what: str, *, to: str) -> str:
        """The newest link of a kind in the emails to an address, once there is one."""
        until(lambda: bool(self._links(what, to)))
        return self._links(what, to)[-1]

    def log_in(self, context: BrowserContext, *roles: str, **values: Any) -> int:
        """Log a new member with these roles in to this browser; returns their id."""
        with self.app.app_context():
            values = {"tf_primary_method": "authenticator"} | values
            staff_id = make_staff(*roles, **values).id
        self.log_in_again(context, staff_id)
        return staff_id

    def log_in_again(self, context: BrowserContext, staff_id: int) -> None:
        """Log a member in to this browser, as in another tab."""
        with self.app.app_context():
            name, value = cookie_of(self.app, db.session.get_one(StaffMember, staff_id))
        host = urlsplit(self.address).hostname
        context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/staff"}])

    def set_language(self, staff_id: int, locale: str) -> None:
        """Show a member's pages in this language from now on."""
        with self.app.app_context():
            db.session.get_one(StaffMember, staff_id).locale = locale
            db.session.commit()

    def _links(self, what: str, to: str) -> list[str]:
        pattern = rf"{re.escape(self.address)}/\S*{what}/\S+"
        return [link for mail in self.mails(to) for link in re.findall(pattern, text_of(mail))]


@contextmanager
def served(folder: Path, *options: str, **changed: Any) -> Iterator[Place]:
    """The demo on SQLite, at an address where browsers allow passkeys. `changed`: settings.

    In a new folder that has this one's name: a worker that takes back tests of a module sets it up again.
    """
    folder = Path(mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    port = free_port()
    address = f"http://localhost:{port}"
    database = f"sqlite:///{folder}/site.sqlite"
    settings = SETTINGS | DEMO | {"SQLALCHEMY_DATABASE_URI": database}
    settings |= {"PUBLIC_URL": address, "MAIL_URL": f"file:{folder}/mail"}
    settings["CATALOG_SECONDS"] = 1  # what a test writes into the database is on pages at once
    settings |= changed
    app = create_app(settings)
    app.test_client_class = Visitor
    place = Place(address, _as_environment(settings, folder), app, folder)
    with app.app_context():
        flask_migrate.upgrade(init_migrate())
    place.do("demo", "load")
    with serving(place.environment, *options, port=port) as server:
        yield place
        assert server.stop() == 0
    with app.app_context():
        db.engine.dispose()


def _as_environment(settings: Mapping[str, Any], folder: Path) -> dict[str, str]:
    words = {name: ",".join(v) if isinstance(v, list) else v for name, v in settings.items()}
    return settings_as_environment(INSTANCE=folder, **words)
