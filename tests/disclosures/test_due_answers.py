"""Answers that the form promised to delete early are deleted in exported files as well."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import OWN_QUESTIONS
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.questions.retention import delete_old_answers
from campaign_actions.core.db.session import db
from campaign_actions.disclosures.deletions.reported import destroy, record_answers_deleted
from campaign_actions.disclosures.export import export_of
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.notify import files_needing_deletion, notify_holders
from tests.support.exports import changes_since, export_file, make_export
from tests.support.factories import NOON, make_action, make_confirmed, make_staff
from tests.support.questions import BORN, PHONE, WHY, ask
from tests.support.signature_pages import entries

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DUE = NOON + 90 * DAY
GRACE = "grace@example.org"
KEEP = {"keep_months": 12}


@pytest.fixture
def action(app):
    action = make_action()
    set_covered("petition", "en", {OWN_QUESTIONS: 1, "crm": 1}, now=NOON)
    ask(action, PHONE, type="phone", purpose="crm", keep_days=90, en__label="Your number")
    ask(action, WHY, en__label="Why?")
    return action


@pytest.fixture
def grace(app):
    return make_staff("exporter", email=GRACE)


def sign(action, *, now=NOON, key=PHONE, **values):
    return make_confirmed(action, now=now, answers={key: "12345"}, wants_updates=True, **values)


def make_file(action, grace, *, now=NOON, **values) -> ExportRecord:
    return export_file(make_export(action, staff_id=grace.id, **values), now=now)[1]


def due_of(record) -> object:
    db.session.commit()
    return db.session.scalar(select(ExportRecord.answers_due_at).filter_by(id=record.id))


def to_delete_from(grace, now) -> list[int]:
    db.session.commit()
    return [record.id for record in files_needing_deletion(grace, now, **KEEP)]


def mark(record, *, until) -> bool:
    return record_answers_deleted(record, until=until, actor=GRACE, now=until)


@pytest.mark.parametrize(
    ("purpose", "has_answers"), [("team", True), ("crm", True), ("handover", False)]
)
def test_files_with_answers_are_to_be_changed_when_the_time_of_the_first_is_over(
    action, grace, purpose, has_answers
):
    sign(action, now=NOON + DAY)
    sign(action)
    record = make_file(action, grace, now=NOON + DAY, purpose=purpose)

    before, then = (to_delete_from(grace, now) for now in (DUE - MINUTE, DUE))

    assert (before, then) == ([], [record.id] if has_answers else [])


def test_the_holder_is_told_once_the_time_is_over_as_the_answer_is_deleted_here(action, grace):
    sign(action)
    make_file(action, grace)

    counts = [notify_holders(now, **KEEP) for now in (DUE - MINUTE, DUE, DUE + DAY, DUE + 7 * DAY)]
    deleted = delete_old_answers(DUE)

    assert (counts, deleted) == ([0, 1, 0, 1], 1)


def test_an_answer_that_is_due_after_an_email_about_something_else_is_news(action, grace):
    sign(action)
    record = make_file(action, grace)
    ask(action, BORN, keep_days=30, en__label="How?")
    sign(action, key=BORN)
    other = make_file(action, grace)

    counts = [notify_holders(NOON + days * DAY, **KEEP) for days in (30, 88, 90)]

    assert (due_of(record), due_of(other)) == (DUE, NOON + 30 * DAY)
    assert counts == [1, 1, 1]


@pytest.mark.parametrize(
    "values",
    [{"country": "FR"}, {"purpose": "crm", "preset": "proca"}],
    ids=["without anyone who answered", "in a form without answers"],
)
def test_files_without_answers_are_kept(action, grace, values):
    sign(action)
    make_confirmed(action, country_code="FR", answers={WHY: "Because"})
    record = make_file(action, grace, **values)

    assert due_of(record) is None


def test_a_new_file_no_longer_has_the_answers_that_were_deleted(action, grace):
    sign(action)
    delete_old_answers(DUE)

    assert due_of(make_file(action, grace, now=DUE)) is None


def test_an_increment_is_a_file_of_its_own(action, grace):
    base = make_file(action, grace)
    sign(action, now=NOON + DAY)
    _data, increment = export_file(changes_since(base), now=NOON + DAY)

    assert (due_of(base), due_of(increment)) == (None, DUE + DAY)


def test_what_was_deleted_is_not_asked_for_again_and_later_answers_are(action, grace):
    for days in (0, 6, 7, 8):
        sign(action, now=NOON + days * DAY)
    record = make_file(action, grace, now=NOON + 8 * DAY)

    delete_old_answers(DUE)
    done = [mark(record, until=DUE) for _round in range(2)]

    assert done == [True, False]
    assert due_of(record) == DUE + 8 * DAY, "those of the coming week were deleted with the first"
    assert to_delete_from(grace, DUE) == []
    (entry,) = entries("export-deletions-done")
    assert (entry.actor, entry.details) == (GRACE, {"export": record.id, "question": PHONE})


def test_a_file_without_later_answers_is_not_asked_about_again(action, grace):
    sign(action)
    record = make_file(action, grace)

    mark(record, until=DUE)

    assert due_of(record) is None


def test_answers_that_are_not_due_cannot_be_marked(action, grace):
    sign(action)
    record = make_file(action, grace)

    assert not mark(record, until=DUE - MINUTE)
    assert due_of(record) == DUE


def test_a_file_that_was_deleted_is_not_asked_about(action, grace):
    sign(action)
    record = make_file(action, grace)

    destroy(record, by=grace.id, actor=GRACE, now=NOON)

    assert to_delete_from(grace, DUE) == []


def test_the_days_that_the_page_names_are_in_utc_and_include_the_coming_week(action, grace):
    sign(action)
    (question,) = export_of(make_file(action, grace)).expiring_questions()

    assert question.column == f"answers.{PHONE}"
    assert question.last_day(DUE) == date(2026, 11, 27) == (NOON + 7 * DAY).date()
