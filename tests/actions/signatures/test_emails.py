"""What a mail about a signature says is decided when it is delivered."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import locale_context
from campaign_actions.core.security.email_address import email_key
from tests.support.factories import ADA, NOON, make_action, make_confirmed, make_signature

MAILS = signature_mails(timedelta(days=14))


def mail(name: str, action, *, locale: str = "en"):
    with locale_context(locale):
        return MAILS[name](action.id, email_key("ada@example.org"), locale, NOON)


def make(action, status: str) -> None:
    """Ada's signature in one of its states."""
    if status == "pending":
        make_signature(action, email="ada@example.org")
        return
    signature = make_confirmed(action, email="ada@example.org")
    if status == "withdrawn":
        withdraw(signature, now=NOON)
    elif status == "erased":
        erase("ada@example.org", now=NOON)
    elif status == "invalid":
        mark_invalid(signature)
    elif status == "suppressed":
        mark_invalid(signature)
        withdraw(signature, now=NOON)


def mark_invalid(signature) -> None:
    invalidate(signature, action="", reason="script", actor="grace@example.org", now=NOON)


@pytest.mark.parametrize(
    ("name", "status", "template"),
    [
        ("sign", "pending", "confirm"),
        ("sign", "confirmed", "already-signed"),
        ("sign", "invalid", "already-signed"),
        ("sign", "suppressed", "not-accepted"),
        ("sign", "withdrawn", None),
        ("sign", "erased", None),
        ("remind", "pending", "remind"),
        ("remind", "confirmed", None),
        ("remind", "withdrawn", None),
        ("remind", "erased", None),
        ("remind", "suppressed", None),
    ],
)
def test_what_a_mail_says_depends_on_where_the_signature_stands(app, name, status, template):
    action = make_action()
    make(action, status)

    found = mail(name, action)

    assert (found and found.template) == template


def test_it_goes_to_the_address_that_signed_not_to_the_spelling_typed_last(app):
    action = make_action()
    make(action, "pending")
    sign(action, **ADA | {"email": "ada+other@example.org", "locale": "en", "now": NOON})

    assert mail("sign", action).to == "ada@example.org"


@pytest.mark.parametrize("hidden", ["unpublished", "not public"])
def test_a_mail_names_the_demand_also_when_its_page_is_gone(app, hidden):
    action = make_action()
    make(action, "pending")
    if hidden == "unpublished":
        db.session.execute(update(Campaign).values(published_at=None))
    else:
        db.session.execute(update(CampaignText).values(is_public=False))
    db.session.commit()

    assert mail("sign", action, locale="ru").values["action_title"] == "Title of hate-crimes (en)"
