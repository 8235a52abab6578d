"""Translators are told before and after saving what happens to scheduled changes, and find their way back."""

from datetime import timedelta

import pytest

from campaign_actions.actions.edit import ACTION
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.schedule_changes import schedule_changes
from tests.support.changes import seen_of
from tests.support.factories import make_action, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, post
from tests.support.translators import make_translator

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
SUMMARY = "A summary in other words than before"
BEFORE = "If your translation completes a text, the draft changes."
AFTER = "Nothing will be published then unless someone checks them and sets the time again."


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


@pytest.fixture
def grace(action):
    """She has changed the summary of the campaign, and scheduled that."""
    member = make_staff("campaigner", email="grace@example.org", name="Grace")
    save(CAMPAIGN, action.campaign_id, member, summary=SUMMARY)
    now = utc_now()
    schedule_changes(
        action.campaign_id,
        seen=seen_of(action.campaign_id),
        at=now + timedelta(days=1),
        actor=member.email,
        staff_id=member.id,
        now=now,
    )
    return member


def save(subject, subject_id, by, **texts):
    changes = {f"texts.en.{name}": text for name, text in texts.items()}
    save_changes(subject, subject_id, changes, opened_at=99, by=by, now=utc_now())
    db.session.rollback()


def strings_of(action) -> str:
    return f"/staff/translations/ru/campaign-{action.campaign_id}/"


def string_of(action, source: str) -> str:
    messages = campaign_catalog(action.campaign_id).messages
    key = next(message.key for message in messages if message.source == source)
    db.session.rollback()
    return f"{strings_of(action)}{key}/"


def test_saving_a_translation_warns_before_and_says_afterwards_what_it_stopped(
    client, action, grace
):
    log_in(client, make_translator("ru", name="Ada"))
    address = string_of(action, SUMMARY)

    before = visible_text(client.get(address).text)
    listed = visible_text(client.get(strings_of(action)).text)
    saved = client.get(post(client, address, form="Другими словами", then="stay").location).text

    for page in (before, listed):
        assert "They will be published on" in page
        assert BEFORE in page
        assert "Time set by Grace." in page
    assert AFTER in visible_text(saved)
    assert 'role="alert"' in saved
    assert "but the draft has changed since" in visible_text(saved)


def test_a_string_of_another_page_or_without_effect_stops_nothing(client, action, grace):
    other = "The demand, in other words than before"
    save(ACTION, action.id, grace, summary=other)
    log_in(client, make_translator("ru", name="Ada"))
    address = string_of(action, other)

    before = visible_text(client.get(address).text)
    saved = client.get(post(client, address, form="Другое", then="stay").location).text

    assert BEFORE not in before
    assert AFTER not in visible_text(saved)
    assert "Saved" in visible_text(saved)


def test_from_the_check_to_the_only_string_and_back(client, action, grace):
    log_in(client, make_staff("campaigner", "translator", name="Ada"))
    changes = f"/staff/campaigns/{action.campaign_id}/changes/"
    address = f"{string_of(action, SUMMARY)}?show=stale"

    page = client.get(changes).text
    saved = post(client, address, form="Другими словами", then="next")
    listed = client.get(client.get(saved.location).location).text

    assert f'href="{address}"' in page
    assert "That was the last string." in listed
    assert f'href="{changes}">Back to the changes</a>' in listed
