"""Fixtures that write the files of the presets."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from campaign_actions.actions.models import Action, ConsentText, Signature
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from campaign_actions.disclosures.presets import PresetFile
from tests.support.factories import NOON
from tests.support.preset_files import csv_of


@pytest.fixture
def write_in_both(apps: dict[str, Flask]) -> Iterator[Callable[..., list[bytes]]]:
    """Writes a file of a preset from SQLite and from PostgreSQL, with the same signatures."""
    with ExitStack() as stack:
        worlds = [_world(app, stack) for app in apps.values()]
        yield lambda file, people: [_write(*world, file, people) for world in worlds]


def _world(app: Flask, stack: ExitStack) -> tuple[Session, Action]:
    """An action in a transaction that is rolled back."""
    with app.app_context():
        engine = db.engine
    isolation = "READ COMMITTED" if engine.dialect.name == "postgresql" else "SERIALIZABLE"
    connection = stack.enter_context(engine.connect().execution_options(isolation_level=isolation))
    session = stack.enter_context(Session(connection, expire_on_commit=False))
    action = Action(campaign=Campaign(slug="racism"), slug="hate-crimes", kind="petition", goal=9)
    text = ConsentText(kind="petition", locale="en", version=1, body="Yes", published_at=NOON)
    session.add_all([action, text])
    session.flush()
    return session, action


def _write(
    session: Session, action: Action, file: PresetFile, people: list[dict[str, Any]]
) -> bytes:
    session.execute(Signature.__table__.delete())
    every = {
        "action_id": action.id,
        "kind": "petition",
        "status": "confirmed",
        "locale": "en",
        "consent_version": 1,
        "wants_updates": True,
        "channel": "page",
        "signed_at": NOON,
        "confirmed_at": NOON,
        "updated_at": NOON,
    }
    session.execute(
        insert(Signature),
        [
            every
            | {
                "id": number,
                "public_id": f"{number:026}",
                "email": f"{number}@example.org",
                "email_key": str(number),
            }
            | person
            for number, person in enumerate(people, 1)
        ],
    )
    return csv_of(file, action, session.connection())
