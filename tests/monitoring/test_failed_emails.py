"""The reasons of the outbox are sorted into causes that people understand."""

import pytest

from campaign_actions.monitoring.failed_emails import find_cause


@pytest.mark.parametrize(
    ("reason", "cause", "code"),
    [
        ("not a valid email address", "address", ""),
        (
            "the mail server accepts only ASCII letters before the @ (no SMTPUTF8)",
            "letters",
            "",
        ),
        ("the mail server refused the recipient: 550 5.1.1", "mailbox", "550 5.1.1"),
        ("the mail server refused the recipient: 550", "mailbox", "550"),
        ("the mail server refused the recipient: 553 5.1.3", "mailbox", "553 5.1.3"),
        ("the mail server refused the recipient: 552 5.2.2", "full", "552 5.2.2"),
        ("the mail server refused the email: 552", "full", "552"),
        ("the mail server refused the email: 554 5.7.1", "refused", "554 5.7.1"),
        ("the mail server refused the recipient: 550 5.7.1", "refused", "550 5.7.1"),
        ("the mail server refused the sender: 554", "refused", "554"),
        ("the mail server deferred the recipient: 450 4.2.1", "late", "450 4.2.1"),
        ("the mail server cannot be reached (TimeoutError)", "late", ""),
        ("the mail server's reply was lost (ConnectionResetError)", "late", ""),
        ("the email could not be handed to the mail server (ValueError)", "other", ""),
        ("", "other", ""),
    ],
)
def test_each_reason_has_a_cause(reason, cause, code):
    assert find_cause(reason) == (cause, code)
