"""The consent text on the page of an action: that of its kind, and of no other."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import Signature
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_signature
from tests.support.sign_form import PAGE, post

HANDED_OVER, KEPT = "We hand over your name.", "We give nothing to anyone."


def test_the_consent_text_of_another_kind_does_not_make_an_action_public(client):
    make_action(kind="pledge")
    db.session.execute(text("delete from consent_texts"))
    db.session.commit()
    publish_consent("petition", "en", HANDED_OVER, now=NOON)

    before = client.get(PAGE).status_code
    publish_consent("pledge", "en", KEPT, now=NOON)
    page = client.get(PAGE)

    assert (before, page.status_code) == (404, 200)
    assert KEPT in page.text
    assert HANDED_OVER not in page.text


def test_a_form_cannot_name_a_version_that_only_another_kind_has(client):
    make_action(kind="pledge")
    for body in (HANDED_OVER, f"{HANDED_OVER} And your comment."):
        publish_consent("petition", "en", body, now=NOON)

    answer = post(client, promise="I speak up.", consent_version="2")

    assert answer.status_code == 400
    assert db.session.scalars(select(Signature)).all() == []


def test_the_database_refuses_a_consent_text_of_another_kind(app):
    pledge = make_action(kind="pledge")
    for body in (HANDED_OVER, f"{HANDED_OVER} And your comment."):
        publish_consent("petition", "en", body, now=NOON)
    make_signature(pledge)

    for change in (
        "consent_version = 2",
        "kind = 'petition'",
        "kind = 'petition', consent_version = 2",
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(text(f"update signatures set {change}"))
        db.session.rollback()


def test_the_kind_of_an_action_cannot_change_once_it_has_a_signature(app):
    make_signature(make_action())

    with pytest.raises(IntegrityError):
        db.session.execute(text("update actions set kind = 'pledge'"))
    db.session.rollback()
