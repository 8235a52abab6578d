"""Switching off exports also ends those that are running."""

import pytest

from campaign_actions.core.db.session import db
from campaign_actions.core.switches.state import EXPORT
from campaign_actions.disclosures.export import ExportsAreOff
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.exports import streaming
from tests.support.exports import chunks_of, make_export
from tests.support.factories import make_action, make_confirmed
from tests.support.switches import off


def test_none_begins_and_nothing_is_recorded(app):
    action = make_action()
    make_confirmed(action)
    off(EXPORT)

    with pytest.raises(ExportsAreOff):
        list(chunks_of(make_export(action)))

    assert db.session.query(ExportRecord).count() == 0


def test_a_running_one_is_interrupted_and_recorded_as_such(app, monkeypatch):
    monkeypatch.setattr(streaming, "CHUNK_ROWS", 1)
    action = make_action()
    for number in range(5):
        make_confirmed(action, email=f"person-{number}@example.org")
    chunks = chunks_of(make_export(action, format="jsonl"))
    next(chunks)

    off(EXPORT)
    with pytest.raises(ExportsAreOff):
        list(chunks)

    db.session.rollback()
    record = db.session.query(ExportRecord).one()
    assert record.state == "interrupted"
