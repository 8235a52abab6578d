"""The status page and the errors of the workspace, looked at in two languages on a phone and a desk."""

from datetime import timedelta

import pytest

from campaign_actions.core.database import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from tests.browser.test_keeping import end_sessions, log_in, look_at


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_pages_hold_what_wcag_asks(contexts, workplace, shots, locale):
    page, found = contexts(), []
    log_in(page.context, workplace, locale=locale)
    make_mail_late(workplace)

    for name, address in {
        "status": "/staff/status/",
        "not-found": "/staff/nowhere/",
        "not-allowed": "/staff/people/",
        "account": "/staff/account/",
    }.items():
        page.goto(address)
        found += look_at(page, shots, f"{name}-{locale}")
    end_sessions(workplace)
    page.locator("#name").fill("Ada Lovelace")
    page.locator("main form:has(#name) button").click()
    found += look_at(page, shots, f"kept-{locale}")

    assert found == []


def make_mail_late(workplace) -> None:
    with workplace.app.app_context():
        ago = utc_now() - timedelta(minutes=30)
        mail = {"status": "queued", "queued_at": ago, "due_at": ago, "locale": "en"}
        db.session.add(OutboxMail(template="confirm", email_key="x", **mail))
        db.session.commit()
