"""Signed tokens: for one purpose, for a time, and never for the number of a row."""

from datetime import timedelta

import pytest
import time_machine

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.signed_tokens import LinkBroken, LinkExpired, TokenKind

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
SHORT = TokenKind("short", timedelta(hours=1))


@pytest.mark.parametrize("subject", [("7",), ("x" * 26, "12345678"), ("١٢",)])
def test_no_token_names_the_number_of_a_row(app, subject):
    with pytest.raises(ValueError, match="number of a row"):
        SHORT.make(*subject)


def test_a_token_is_for_one_purpose(app):
    with pytest.raises(LinkBroken):
        TokenKind("other").read(SHORT.make("ada"))


@pytest.mark.parametrize("kind", [SHORT, TokenKind("setting", "CONFIRM_DAYS")])
def test_a_token_ends_after_its_lifetime(app, kind):
    app.config["CONFIRM_DAYS"] = 1
    token = kind.make("ada", "grace")

    assert kind.read(token) == "ada~grace"
    with time_machine.travel(utc_now() + timedelta(days=2)), pytest.raises(LinkExpired):
        kind.read(token)
