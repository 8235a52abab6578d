"""Pages and emails say when data is deleted, by the settings and the end of the action."""

from datetime import timedelta

import pytest
from lxml import html

from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.sample_emails import sample_mail
from campaign_actions.core.db.session import utc_now
from tests.support.factories import NOON, link_to, make_action, make_signature

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PAGE = "/en/campaigns/racism/hate-crimes/"
NO_END = "No closing date is set yet. You can withdraw and delete your details at any time."
UNUSED = "If you don’t use it, we delete your details 21 days after the form was sent."
NOT_ME = "nothing is counted, and we delete the details 21 days after the form was sent."


def words_of(client, address: str) -> str:
    return " ".join(html.fromstring(client.get(address).text).text_content().split())


def test_the_form_says_that_an_action_has_no_end_since_its_data_is_kept_until_then(client):
    make_action()

    assert f"We keep your data for this (en). {NO_END} How we protect" in words_of(client, PAGE)


def test_the_form_of_an_action_with_an_end_says_only_when_it_is(client):
    make_action(closes_at=utc_now() + timedelta(days=30))

    assert NO_END not in words_of(client, PAGE)


@pytest.mark.parametrize("name", ["confirm", "remind"])
def test_emails_say_when_unconfirmed_data_is_deleted(app, name):
    app.config["ERASE_PENDING_DAYS"] = 21
    make_action()
    action = find_action("racism", "hate-crimes", locale="en", now=NOON)
    assert action is not None

    mail = sample_mail(action, name, days=14)

    assert "The link works for 14 days." in mail.text
    for part in (mail.text, html.fromstring(mail.html).text_content()):
        assert UNUSED in " ".join(part.split())


def test_the_thanks_and_confirm_pages_say_when_unconfirmed_data_is_deleted(app, client):
    app.config["ERASE_PENDING_DAYS"] = 21
    signature = make_signature(make_action())

    assert f"for 14 days. {UNUSED}" in words_of(client, f"{PAGE}thanks/")
    assert NOT_ME in words_of(client, link_to("confirm", signature))
