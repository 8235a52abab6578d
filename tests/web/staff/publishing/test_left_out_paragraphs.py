"""A new paragraph is published in its language. Others leave it out until it is translated."""

import re

import pytest
from sqlalchemy import update

from campaign_actions.actions.edit import ACTION
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.catalogs.workflow.entries import entries, filter_entries
from campaign_actions.core.db.session import db
from tests.support.changes import publish_all
from tests.support.drafts import preflight_of
from tests.support.factories import NOON, make_action, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, post, token_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NEW = "UPDATE: the court will hear the case on Friday."
TRANSLATED = "НОВОЕ: суд рассмотрит дело в пятницу."
BODY = f"## Why racism\n\nBody (en)\n\n{NEW}"
LEFT_OUT = "1 new paragraph not translated"


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


@pytest.fixture
def grace(client, action):
    member = make_staff("campaigner", "translator", email="grace@example.org", name="Grace")
    log_in(client, member)
    return member


def save(subject, subject_id, *, by, locale="en", **texts):
    changes = {f"texts.{locale}.{name}": text for name, text in texts.items()}
    save_changes(subject, subject_id, changes, opened_at=99, by=by, now=NOON)
    db.session.rollback()


def found_in(action, locale="ru") -> list[tuple[str, str]]:
    """State and message of what the checks say about paragraphs without a translation."""
    result = preflight_of(action.campaign_id)
    return [
        (found.state, found.message)
        for section in result.sections
        if section.locale == locale
        for found in section.findings
        if "paragraph" in found.message
    ]


def publish(client, campaign_id):
    address = f"/staff/campaigns/{campaign_id}/changes/"
    page = client.get(address).text
    seen = list(dict.fromkeys(re.findall(r'name="seen" value="([^"]+)"', page)))
    sent = {"csrf_token": token_of(page), "seen": seen, "when": "now"}
    return page, client.post(f"{address}publish/", data=sent)


def test_the_other_language_leaves_it_out_until_it_is_translated(client, action, grace):
    save(CAMPAIGN, action.campaign_id, by=grace, body=BODY)

    page, answer = publish(client, action.campaign_id)
    english = client.get("/en/campaigns/racism/").text
    russian = client.get("/ru/campaigns/racism/").text
    key = next(m.key for m in campaign_catalog(action.campaign_id).messages if m.source == NEW)
    string = f"/staff/translations/ru/campaign-{action.campaign_id}/{key}/"
    post(client, string, form=TRANSLATED, then="stay")
    still = client.get("/ru/campaigns/racism/").text
    _page, published = publish(client, action.campaign_id)
    complete = client.get("/ru/campaigns/racism/").text

    assert LEFT_OUT in page
    assert "keeps its old text, without this paragraph, until it is translated." in page
    assert "Page text (Russian)" in page
    assert "Nothing needs fixing." in visible_text(page)
    assert (answer.status_code, published.status_code) == (303, 303)
    assert NEW in english
    for text in (russian, still):
        assert "Body (ru)" in text
        assert NEW not in text
        assert TRANSLATED not in text
    assert "Body (ru)" in complete
    assert TRANSLATED in complete


def test_the_paragraph_does_not_block_later_changes_either(action, grace):
    save(CAMPAIGN, action.campaign_id, by=grace, body=BODY)
    publish_all()
    save(CAMPAIGN, action.campaign_id, by=grace, locale="ru", body="## Почему\n\nТело")

    assert {state for state, _message in found_in(action)} == {"warning"}


def test_a_paragraph_that_loses_its_translation_is_still_needed(action, grace):
    save(CAMPAIGN, action.campaign_id, by=grace, locale="ru", body="## Почему racism")

    assert found_in(action) == [("blocker", "1 paragraph not translated")]


def test_a_language_that_is_not_public_must_be_complete(action, grace):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(is_public=False))
    db.session.commit()
    save(CAMPAIGN, action.campaign_id, by=grace, body=BODY)

    assert found_in(action) == [("blocker", "1 paragraph not translated")]


@pytest.mark.parametrize("is_public", [True, False])
def test_an_action_that_is_not_public_must_be_complete(action, grace, is_public):
    other = make_action(
        campaign=db.session.get(CAMPAIGN.table, action.campaign_id),
        slug="other",
        locales=("en", "ru"),
    )
    if not is_public:
        db.session.execute(update(ACTION.table).filter_by(id=other.id).values(published_at=None))
        db.session.commit()
    save(ACTION, other.id, by=grace, body=f"## Why it matters\n\nBody (en)\n\n{NEW}")

    expected = ("warning", LEFT_OUT) if is_public else ("blocker", "1 paragraph not translated")
    assert found_in(action) == [expected]


@pytest.mark.parametrize("is_demand", [True, False])
def test_an_optional_text_that_is_new_can_be_translated_later_unless_it_has_demands(
    action, grace, is_demand
):
    for locale in ("en", "ru"):
        save(ACTION, action.id, by=grace, locale=locale, background="")
    publish_all()
    demands = "::: points\n1. **Count.** Each year.\n:::"
    save(ACTION, action.id, by=grace, background=demands if is_demand else "The courts.")

    result = preflight_of(action.campaign_id)

    messages = [one.message for one in result.blockers()]
    assert messages == ["This action is missing these texts: background."] * is_demand


def test_every_paragraph_of_a_text_that_was_rewritten_counts(action, grace):
    save(CAMPAIGN, action.campaign_id, by=grace, body="One.\n\nTwo.\n\nThree.")

    assert found_in(action) == [("warning", "3 new paragraphs not translated")]


def test_the_texts_of_an_action_without_an_opening_time_are_not_said_to_be_on_a_page(
    client, action, grace
):
    campaign = db.session.get(CAMPAIGN.table, action.campaign_id)
    other = make_action(campaign=campaign, slug="other", locales=("en", "ru"))
    db.session.execute(update(ACTION.table).filter_by(id=other.id).values(published_at=None))
    db.session.commit()
    save(ACTION, other.id, by=grace, summary="A new summary")

    result = preflight_of(action.campaign_id)

    found = [one.message for each in result.sections for one in each.findings]
    assert not [one for one in found if "older than its source text" in one]


def test_a_further_demand_must_be_translated(action, grace):
    demands = "## What we ask for\n\nBackground (en)\n\n::: points\n1. **Count.** Each year.\n:::"
    save(ACTION, action.id, by=grace, background=demands)

    assert found_in(action) == [("blocker", "1 paragraph not translated")]


@pytest.mark.parametrize("name", ["confirm_text", "receipt_text"])
def test_a_paragraph_of_an_email_must_be_translated(action, grace, name):
    save(ACTION, action.id, by=grace, **{name: "One."})
    save(ACTION, action.id, by=grace, locale="ru", **{name: "Один."})
    publish_all()
    save(ACTION, action.id, by=grace, **{name: f"One.\n\n{NEW}"})

    assert found_in(action) == [("blocker", "1 paragraph not translated")]


def test_translators_see_these_paragraphs_first(client, action, grace):
    save(ACTION, action.id, by=grace, locale="en", confirm_text="Please confirm.")
    save(CAMPAIGN, action.campaign_id, by=grace, summary="Another matter altogether, in new words")
    save(ACTION, action.id, by=grace, body=f"## Why it matters\n\nBody (en)\n\n{NEW}")
    listed = f"/staff/translations/ru/campaign-{action.campaign_id}/"

    waiting = filter_entries(entries(campaign_catalog(action.campaign_id), "ru"), show="waiting")
    opened = client.get(f"{listed}next/").location
    page = client.get(listed).text

    assert len(waiting) == 3
    assert waiting[0].message.source == NEW
    assert waiting[0].message.key in opened
    assert page.count(">New paragraph<") == 1
