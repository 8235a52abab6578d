"""Nobody approves a text that they have written a part of, whoever saved it last."""

from dataclasses import fields

import pytest

from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.operations import OPERATIONS
from campaign_actions.approvals.queries import may_approve
from campaign_actions.approvals.request import request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.catalogs.workflow.translation_approvals import (
    OwnTranslation,
    approve_consent,
    approve_privacy,
    propose_consent,
)
from campaign_actions.core.db.session import db
from campaign_actions.staff.dual_control import SetDualControl, apply_alone
from campaign_actions.staff.queries import rights_of
from campaign_actions.updates.draft import create_draft, fingerprint, save_draft
from campaign_actions.updates.guarded_send import SendUpdate
from campaign_actions.updates.models import Update
from tests.support.factories import NOON, make_action, make_staff
from tests.support.translators import HELLO, begin, put
from tests.support.updates import WHO


@pytest.fixture
def people(app):
    """Three who write, one after another, and one who does not."""
    return [
        make_staff("administrator", "campaigner", email=f"{one}@example.org")
        for one in ("a", "b", "c", "d")
    ]


def may_approve_update(people) -> list[bool]:
    """The second one translates it."""
    action, texts = make_action(locales=("en", "ru")), {"en": ("It has passed", "Thank you.")}
    apply_alone(SetDualControl("on", for_updates=True), actor=COMMAND, now=NOON)
    update_id = create_draft(action.id, texts, staff_id=people[0].id, now=NOON, **WHO)
    catalog = campaign_catalog(action.campaign_id)
    edits = {
        one.key: TranslationEdit(
            ("Закон принят." if "Thank" in one.source else "Закон принят",), ()
        )
        for one in catalog.messages
        if one.context.startswith(f"update {update_id}: ")
    }
    save_translations(catalog, "ru", edits, how="web", staff_id=people[1].id, now=NOON)
    seen = fingerprint(db.session.connection(), update_id)
    db.session.commit()
    save_draft(update_id, texts, seen=seen, staff_id=people[2].id, now=NOON, **WHO)
    found = db.session.get_one(Update, update_id, populate_existing=True)
    operation = SendUpdate(
        campaign=action.campaign_id,
        action="racism/hate-crimes",
        update=update_id,
        seen_texts=fingerprint(db.session.connection(), update_id),
        at="",
        staff_id=make_staff("campaigner").id,
        author_ids=tuple(found.author_ids),
    )
    db.session.commit()
    by = make_staff("campaigner")
    asked = request_approval(operation, by=by, reason="News", now=NOON)
    request = db.session.get_one(ApprovalRequest, asked)
    return [may_approve(request, one, rights_of(one)) for one in people]


def may_approve_consent(people) -> list[bool]:
    begin()
    for number, by in enumerate(people[:3]):
        propose_consent("petition", "uk", f"Ми зберігаємо це {number}.", by=by, now=NOON)
    return [
        is_done(approve_consent, "petition", "uk", seen="Ми зберігаємо це 2.", by=by)
        for by in people
    ]


def may_approve_privacy(people) -> list[bool]:
    begin()
    for number, by in enumerate(people[:3]):
        text = f"Цей сайт веде %(organization)s {number}."
        key = put(HELLO, text, by=by)
    return [is_done(approve_privacy, "uk", {key: [text]}, by=by) for by in people]


def is_done(approve, *text, **details) -> bool:
    try:
        approve(*text, now=NOON, **details)
    except OwnTranslation:
        return False
    return True


def test_the_last_author_of_a_consent_text_never_approves_it_if_others_can(app):
    ada, bea = (make_staff("administrator", email=f"{one}@example.org") for one in ("ada", "bea"))
    begin(by=ada)
    for number, by in enumerate((ada, bea, ada)):
        propose_consent("petition", "uk", f"Ми зберігаємо це {number}.", by=by, now=NOON)

    done = [
        is_done(approve_consent, "petition", "uk", seen="Ми зберігаємо це 2.", by=by)
        for by in (ada, bea)
    ]

    assert done == [False, True]


@pytest.mark.parametrize("results", [may_approve_update, may_approve_consent, may_approve_privacy])
def test_no_author_approves_their_text(people, results):
    assert results(people) == [False, False, False, True]


def test_every_operation_about_a_text_knows_its_authors():
    with_text = {kind for kind, one in OPERATIONS.items() if "seen_texts" in names_of(one)}

    assert with_text == {"send-update"}
    assert all("author_ids" in names_of(OPERATIONS[kind]) for kind in with_text)


def names_of(operation) -> set[str]:
    return {field.name for field in fields(operation)}
