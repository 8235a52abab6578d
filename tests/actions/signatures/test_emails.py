"""The template of an email about a signature is chosen at delivery."""

from datetime import timedelta

import pytest

from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.sample_emails import sample_mail
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.mail.render import render_mail
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.templating.environment import locale_context
from tests.support.drafts import hide
from tests.support.factories import (
    ADA,
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

MAILS = signature_mails(timedelta(days=14))


def render(name: str, action, *, locale: str = "en"):
    with locale_context(locale):
        return MAILS[name](action.id, email_key("ada@example.org"), locale, NOON)


def make_with_status(action, status: str) -> None:
    """A signature by Ada with a status."""
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
        ("receipt", "confirmed", "receipt"),
        ("receipt", "pending", None),
        ("receipt", "withdrawn", None),
        ("receipt", "invalid", None),
        ("receipt", "suppressed", None),
        ("receipt", "erased", None),
        ("next", "confirmed", "receipt"),
        ("next", "pending", "confirm"),
        ("next", "invalid", "already-signed"),
        ("next", "suppressed", "not-accepted"),
        ("next", "withdrawn", None),
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
def test_the_template_of_an_email_depends_on_the_status_of_the_signature(
    app, name, status, template
):
    action = make_action()
    make_with_status(action, status)

    found = render(name, action)

    assert (found and found.template) == template


def test_an_email_goes_to_the_address_of_the_signature_not_to_the_spelling_typed_last(app):
    action = make_action()
    make_with_status(action, "pending")
    sign(action, **ADA | {"email": "ada+other@example.org", "locale": "en", "now": NOON})

    assert render("sign", action).to == "ada@example.org"


@pytest.mark.parametrize("hidden", ["unpublished", "not public"])
def test_an_email_has_the_title_of_the_action_even_if_its_page_is_no_longer_public(app, hidden):
    action = make_action()
    make_with_status(action, "pending")
    hide(action.campaign_id, hidden)

    assert render("sign", action, locale="ru").values["action_title"] == "Title of hate-crimes (en)"


@pytest.mark.parametrize(
    ("kind", "status", "subject"),
    [
        ("petition", "pending", "Confirm your signature"),
        ("petition", "confirmed", "Your signature is already counted"),
        ("petition", "invalid", "We already have your signature"),
        ("petition", "suppressed", "We couldn’t use your email address"),
        ("pledge", "pending", "Confirm your pledge"),
        ("pledge", "confirmed", "Your pledge is already counted"),
        ("pledge", "invalid", "We already have your pledge"),
    ],
)
def test_a_subject_says_what_the_email_is_for_and_names_the_action(app, kind, status, subject):
    action = make_action(kind=kind)
    make_with_status(action, status)
    mail = render("sign", action)

    rendered = render_mail(mail.template, locale="en", values=mail.values, links=mail.links)

    assert rendered.subject == f"{subject}: Title of hate-crimes (en)"


def test_only_someone_who_is_counted_reads_that_they_are(app):
    texts = {}
    for status in ("confirmed", "invalid"):
        action = make_action(slug=status, campaign=make_campaign(slug=status))
        make_with_status(action, status)
        mail = render("sign", action)
        texts[status] = render_mail(
            mail.template, locale="en", values=mail.values, links=mail.links
        ).text

    assert {status: "counted" in text for status, text in texts.items()} == {
        "confirmed": True,
        "invalid": False,
    }


@pytest.mark.parametrize("name", ["confirm", "remind"])
def test_only_the_reminder_says_that_no_other_follows(app, name):
    mail = sample_mail(make_action(), name, days=14)

    assert ("only" in mail.text) == (name == "remind")
