"""Translators, and staff who write side by side, at one moment."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text, update

from campaign_actions.actions.edit import save_action
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.change_log import in_turn
from campaign_actions.catalogs.store.repository import campaign_catalog, interface, stored
from campaign_actions.catalogs.store.save import (
    TranslationConflict,
    TranslationEdit,
    save_translations,
)
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.staff.models import StaffMember
from tests.support.factories import NOON, make_action, make_staff
from tests.support.servers import until
from tests.support.translators import SKIP, begin, now_of, put

HOW = {"how": "web", "staff_id": None, "now": NOON}


def at_once(app, *work):
    """All of them at one moment; what went wrong."""
    together, wrong = Barrier(len(work)), []

    def run(one):
        with app.app_context():
            together.wait()
            try:
                one()
            except Exception as error:
                wrong.append(error)

    threads = [Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.commit()  # ends the reading, so that a test sees what they wrote
    return wrong


@pytest.fixture
def action(app):
    return make_action()


def wish_for(message):
    return {message.key: TranslationEdit((f"{message.source}!",), ())}


def test_of_two_who_write_the_last_two_texts_one_sees_that_it_is_whole(app, action):
    catalog = campaign_catalog(action.campaign_id)
    *first, one, other = catalog.messages
    done = {key: wish for message in first for key, wish in wish_for(message).items()}
    save_translations(catalog, "uk", done, **HOW)

    wrong = at_once(
        app,
        lambda: save_translations(catalog, "uk", wish_for(one), **HOW),
        lambda: save_translations(catalog, "uk", wish_for(other), **HOW),
    )

    text = db.session.scalars(select(CampaignText).filter_by(locale="uk")).one()
    assert (wrong, text.is_public) == ([], True)


def test_two_in_one_text_are_not_both_taken(app, action):
    catalog = campaign_catalog(action.campaign_id)
    key = catalog.messages[0].key
    wishes = [{key: TranslationEdit((words,), ())} for words in ("Тема", "Назва")]

    wrong = at_once(app, *(lambda w=w: save_translations(catalog, "uk", w, **HOW) for w in wishes))

    assert [type(error) for error in wrong] == [TranslationConflict]
    assert stored(catalog, "uk")[key].forms in {("Тема",), ("Назва",)}


def test_staff_who_save_and_translators_do_not_wait_for_each_other(app):
    action = make_action(locales=("en", "uk"))
    catalog = campaign_catalog(action.campaign_id)
    member = make_staff("administrator").id
    buttons = [m for m in catalog.messages if m.context.endswith(("button", "thanks", "title"))]

    def save(number):
        by = db.session.get(StaffMember, member)
        changes = {f"texts.uk.{name}": f"{name} {number}" for name in ("button", "thanks", "title")}
        save_action(action.id, changes, opened_at=number, by=by, now=NOON)

    def say(number):
        there = stored(catalog, "uk")
        wishes = {
            message.key: TranslationEdit((f"слова {number}",), there[message.key].forms)
            for message in reversed(buttons)
        }
        save_translations(catalog, "uk", wishes, **HOW)

    for number in range(5):
        wrong = at_once(app, lambda n=number: save(n), lambda n=number: say(n))

        assert {type(error).__name__ for error in wrong} <= {
            "TranslationConflict",
            "EditedMeanwhile",
        }


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_who_translates_the_program_waits_for_who_does_and_overwrites_nothing_unseen(app):
    """SQLite has one writer anyway."""
    begin()
    key, wrong = put(SKIP, "До вмісту"), []
    late = Thread(target=translate_late, args=(app, key, wrong))

    with write_transaction() as connection:
        in_turn(connection)
        late.start()
        until(lambda: count_waiting(connection) == 1)
        theirs = update(Translation).filter_by(key=key).values(forms=["До змісту"])
        connection.execute(theirs)
    late.join()

    assert [type(error) for error in wrong] == [TranslationConflict]
    assert now_of(SKIP) == ("До змісту",)


def translate_late(app, key, wrong):
    with app.app_context():
        try:
            save_translations(
                interface(), "uk", {key: TranslationEdit(("Далі",), ("До вмісту",))}, **HOW
            )
        except TranslationConflict as error:
            wrong.append(error)


def count_waiting(connection) -> int:
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    return connection.scalar(text(waiting))
