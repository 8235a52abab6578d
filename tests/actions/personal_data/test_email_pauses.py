"""The privacy page says which periods are longer while emails are switched off."""

import re

import pytest
from lxml import html

from campaign_actions import config
from campaign_actions.core import paths

LONGER = "If we have to stop sending emails for a while, these periods are longer by that time."
COUNT_LONGER = "If we have to stop sending emails for a while, we keep it longer by that time."
CONFIRM, DELETE = "The link to confirm works for", "If you do not confirm, we delete your details"
RECORD, FAILED = "we keep a record that we sent you an email", "we delete it 30 days after the last"
TRIES = "We keep this count for a day after the last try"
# Where code runs by the clock of emails, and the sentences about signers' data that depend on it. A new place
# belongs here, and on the privacy page if data about signers is kept longer because of it.
PLACES = {
    "actions/signatures/sign.py": (DELETE,),
    "actions/signatures/reminders.py": (DELETE,),
    "actions/signatures/codes/tries.py": (TRIES,),
    "actions/signatures/codes/confirm_by_code.py": (),  # the page gives no time for a code
    "actions/personal_data/held_data.py": (),  # it shows the time that results
    "web/public/signature_links.py": (CONFIRM,),
    "outbox/cleanup.py": (RECORD, FAILED),
    "outbox/outcomes.py": (FAILED,),
    "staff/invitations.py": (),  # of staff, as are the next two
    "staff/attention.py": (),
    "approvals/lifetime.py": (),
    "updates/emails.py": (),  # the page gives no time for an update, as for the next two
    "updates/send.py": (),
    "updates/queue_batches.py": (),
}
NOTES = {CONFIRM: LONGER, DELETE: LONGER, RECORD: LONGER, FAILED: LONGER, TRIES: COUNT_LONGER}


def test_every_place_that_waits_for_emails_has_been_judged():
    found = {
        str(file.relative_to(paths.PACKAGE))
        for file in paths.PACKAGE.rglob("*.py")
        if re.search(r"\bemail_clock\(\)", file.read_text())
    }

    assert found - {"core/switches/state.py"} == PLACES.keys()
    assert {sentence for sentences in PLACES.values() for sentence in sentences} == NOTES.keys()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sentence", NOTES)
def test_the_page_says_it_beside_each_period(client, sentence):
    paragraphs = [
        " ".join(paragraph.text_content().split())
        for paragraph in html.fromstring(client.get("/en/privacy/").text).iter("p")
    ]

    (paragraph,) = [text for text in paragraphs if sentence in text]
    assert NOTES[sentence] in paragraph.partition(sentence)[2]


@pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])
def test_no_consent_text_promises_one_of_these_periods(locale):
    """They promise months after the end, which no pause makes longer."""
    text = (paths.PACKAGE / "actions/model_consents" / f"{locale}.toml").read_text()
    days = {str(config.CONFIRM_DAYS), str(config.ERASE_PENDING_DAYS)}

    assert days.isdisjoint(re.findall(r"\d+", text))
