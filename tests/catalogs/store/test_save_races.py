"""Translators and editors who save at the same moment."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.versioning.errors import EditConflict
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.change_log import lock_translations
from campaign_actions.catalogs.store.repository import (
    campaign_catalog,
    interface_catalog,
    stored_translations,
)
from campaign_actions.catalogs.store.save import (
    TranslationConflict,
    TranslationEdit,
    save_translations,
)
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.staff.models import StaffMember
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action, make_staff
from tests.support.servers import until
from tests.support.translators import SKIP, begin, now_of, put

BY_WEB = {"how": "web", "staff_id": None, "now": NOON}


def run_concurrently(app, *functions):
    """Run all functions at the same moment; returns the errors they raised."""
    barrier, errors = Barrier(len(functions)), []

    def run(function):
        with app.app_context():
            barrier.wait()
            try:
                function()
            except Exception as error:
                errors.append(error)

    threads = [Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.commit()  # ends the transaction, so that a test sees what they wrote
    return errors


@pytest.fixture
def action(app):
    return make_action()


def edit_of(message):
    return {message.key: TranslationEdit((f"{message.source}!",), ())}


def test_of_two_who_save_the_last_two_texts_one_completes_the_language(app, action):
    catalog = campaign_catalog(action.campaign_id)
    *first, one, other = catalog.messages
    done = {key: edit for message in first for key, edit in edit_of(message).items()}
    save_translations(catalog, "uk", done, **BY_WEB)

    errors = run_concurrently(
        app,
        lambda: save_translations(catalog, "uk", edit_of(one), **BY_WEB),
        lambda: save_translations(catalog, "uk", edit_of(other), **BY_WEB),
    )

    publish_all()
    text = db.session.scalars(select(CampaignText).filter_by(locale="uk")).one()
    assert (errors, text.is_public) == ([], True)


def test_of_two_translations_of_one_message_only_one_is_saved(app, action):
    catalog = campaign_catalog(action.campaign_id)
    key = catalog.messages[0].key
    edits = [{key: TranslationEdit((text,), ())} for text in ("Тема", "Назва")]

    errors = run_concurrently(
        app, *(lambda e=e: save_translations(catalog, "uk", e, **BY_WEB) for e in edits)
    )

    assert [type(error) for error in errors] == [TranslationConflict]
    assert stored_translations(catalog, "uk")[key].forms in {("Тема",), ("Назва",)}


def test_editors_and_translators_never_deadlock(app):
    action = make_action(locales=("en", "uk"))
    catalog = campaign_catalog(action.campaign_id)
    member = make_staff("administrator").id
    buttons = [m for m in catalog.messages if m.context.endswith(("button", "thanks", "title"))]

    def save(number):
        by = db.session.get(StaffMember, member)
        changes = {f"texts.uk.{name}": f"{name} {number}" for name in ("button", "thanks", "title")}
        save_changes(ACTION, action.id, changes, opened_at=number, by=by, now=NOON)

    def translate(number):
        stored = {key: row.forms for key, row in stored_translations(catalog, "uk").items()}
        edits = {
            message.key: TranslationEdit((f"слова {number}",), stored.get(message.key, ()))
            for message in reversed(buttons)
        }
        save_translations(catalog, "uk", edits, **BY_WEB)

    for number in range(5):
        errors = run_concurrently(app, lambda n=number: save(n), lambda n=number: translate(n))

        assert {type(error) for error in errors} <= {TranslationConflict, EditConflict}


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_translator_waits_for_another_and_does_not_overwrite_them_unseen(app):
    """Only on PostgreSQL, because SQLite has one writer at a time."""
    begin()
    key, errors = put(SKIP, "До вмісту"), []
    late = Thread(target=translate_late, args=(app, key, errors))

    with write_transaction() as connection:
        lock_translations(connection)
        late.start()
        until(lambda: count_waiting(connection) == 1)
        theirs = update(Translation).filter_by(key=key).values(forms=["До змісту"])
        connection.execute(theirs)
    late.join()

    assert [type(error) for error in errors] == [TranslationConflict]
    assert now_of(SKIP) == ("До змісту",)


def translate_late(app, key, errors):
    with app.app_context():
        try:
            save_translations(
                interface_catalog(),
                "uk",
                {key: TranslationEdit(("Далі",), ("До вмісту",))},
                **BY_WEB,
            )
        except TranslationConflict as error:
            errors.append(error)


def count_waiting(connection) -> int:
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    return connection.scalar(text(waiting))
