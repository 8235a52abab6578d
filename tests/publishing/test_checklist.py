"""The checklist of a draft is worked out from what exists, and names one step as the next."""

import pytest
from sqlalchemy import delete, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import ActionText
from campaign_actions.actions.signatures.try_emails import try_emails
from campaign_actions.campaigns.edit import new_campaign, save_campaign
from campaign_actions.campaigns.models import Campaign, CampaignText, Picture
from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.locale_registry import LocaleRegistry, locale_registry
from campaign_actions.publishing.checklist import make_checklist
from campaign_actions.publishing.findings import PreflightContext
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import get_plan
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import LONG_AGO, NOON, make_action, make_staff

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def checklist_of(campaign_id: int):
    plan = get_plan(campaign_id)
    result = run_preflight(plan, PreflightContext(NOON, NOON, None))
    found = make_checklist(plan, result, now=NOON)
    db.session.commit()
    return found


def step(campaign_id: int, name: str):
    return next(each for each in checklist_of(campaign_id).steps if each.name == name)


def change(statement) -> None:
    db.session.execute(statement)
    db.session.commit()


def add_picture(campaign_id: int) -> None:
    details = {"width": 2, "height": 2, "focus": 5, "name": "0" * 32, "added_at": NOON}
    db.session.add(Picture(campaign_id=campaign_id, **details))
    change(update(CampaignText).values(picture_alt="A crowd"))


def test_a_blank_campaign_begins_with_its_text(app):
    by = make_staff("campaigner")
    campaign_id = new_campaign("racism", {"en": {"title": "Racism"}}, by=by, now=NOON)

    found = checklist_of(campaign_id)

    assert [each.name for each in found.steps] == [
        *("text", "picture", "addressee", "languages", "emails", "checks", "publish")
    ]
    assert found.done == 0
    assert found.next.name == "text"
    assert [field.label for field in found.next.missing] == ["Headline", "Summary", "Page text"]
    assert (found.next.subject, found.next.reason) == ("", "")
    assert found.next.url == f"/staff/campaigns/{campaign_id}/edit/#texts.en.headline"


def test_after_its_own_text_a_campaign_needs_an_action(app):
    by = make_staff("campaigner")
    texts = {"title": "Racism", "headline": "End it", "summary": "Now.", "body": "Because."}
    campaign_id = new_campaign("racism", {"en": texts}, by=by, now=NOON)

    assert checklist_of(campaign_id).next.url == f"/staff/campaigns/{campaign_id}/actions/new/"


def test_a_missing_text_of_an_action_is_named_with_its_page(app):
    campaign = make_draft()
    change(update(ActionText).filter_by(locale="en").values(thanks=" "))

    found = step(campaign.id, "text")

    assert not found.is_done
    assert [field.label for field in found.missing] == ["Thank-you message"]
    assert found.subject == "Title of hate-crimes (en)"
    assert found.url.endswith("/actions/1/edit/#texts.en.thanks")


def test_a_picture_can_wait_but_not_its_description(app):
    campaign = make_draft()
    without = step(campaign.id, "picture")
    add_picture(campaign.id)
    described = step(campaign.id, "picture")
    change(update(CampaignText).values(picture_alt=""))

    assert (without.is_done, without.can_wait) == (False, True)
    assert described.is_done
    assert (step(campaign.id, "picture").is_done, step(campaign.id, "picture").can_wait) == (
        False,
        False,
    )


def test_each_action_names_its_addressee(app):
    campaign = make_draft()
    before = step(campaign.id, "addressee")
    change(update(ActionText).filter_by(locale="en").values(addressee=""))

    assert (before.is_done, before.reason) == (True, "Petition to the office")
    assert before.url.endswith("/edit/#texts.en.addressee")
    assert "/actions/" in before.url
    assert not step(campaign.id, "addressee").is_done


def test_a_source_that_lacks_only_an_addressee_is_not_said_to_be_complete(app):
    campaign = make_draft()
    change(update(ActionText).filter_by(locale="en").values(addressee=""))

    found = step(campaign.id, "text")

    assert found.is_done, "naming the addressee is another step"
    assert found.reason == "Apart from the addressee, all texts are complete in English."


def test_the_line_above_a_pledge_is_one_of_its_texts_and_names_no_addressee(app):
    campaign = make_draft(kind="pledge")
    change(update(ActionText).filter_by(locale="en").values(addressee=""))

    found = step(campaign.id, "text")

    assert "addressee" not in [each.name for each in checklist_of(campaign.id).steps]
    assert [field.label for field in found.missing] == ["Line above the pledge"]
    assert found.url.endswith("/actions/1/edit/#texts.en.addressee")


def test_only_petitions_of_a_campaign_name_an_addressee(app):
    campaign = make_draft(published_at=LONG_AGO)
    pledge = make_action(campaign=campaign, kind="pledge", slug="16-days", locales=("en", "ru"))
    set_opening_time(campaign.id, None)
    lines = update(ActionText).filter_by(action_id=pledge.id)

    change(lines.values(addressee="A pledge for the 16 days"))
    named = step(campaign.id, "addressee")
    change(lines.values(addressee=""))

    assert (named.is_done, named.reason) == (True, "Petition to the office")
    assert step(campaign.id, "addressee").is_done
    assert not step(campaign.id, "text").is_done


def test_each_language_is_shown_in_per_cent_with_the_way_to_what_is_left(app):
    campaign, by = make_draft(), make_staff("campaigner")
    complete = step(campaign.id, "languages")
    save_campaign(campaign.id, {"texts.en.headline": "New"}, opened_at=0, by=by, now=NOON)

    found = step(campaign.id, "languages")

    assert complete.is_done
    shares = {share.locale: share for share in found.languages}
    assert list(shares)[:2] == ["en", "ru"]
    assert (shares["en"].percent, shares["en"].left) == (100, 0)
    assert (shares["ru"].left, shares["fr"].percent) == (1, 0)
    assert (found.is_done, found.can_wait) == (False, True)
    assert found.url == f"/staff/translations/ru/campaign-{campaign.id}/?show=waiting"
    assert shares["fr"].url == f"/staff/campaigns/{campaign.id}/edit/?right=fr"


def test_a_source_that_lacks_needed_texts_is_not_complete(app):
    by = make_staff("campaigner")
    campaign_id = new_campaign("racism", {"en": {"title": "Racism"}}, by=by, now=NOON)

    shares = {share.locale: share for share in step(campaign_id, "languages").languages}

    assert (shares["en"].percent, shares["en"].left) == (25, 3)
    assert shares["fr"].left == 4


def test_a_language_counts_as_begun_with_its_first_text(app):
    campaign = make_draft(locales=("en",))
    blank = {"title": "", "headline": "", "summary": "", "body": ""}
    db.session.add(CampaignText(campaign_id=campaign.id, locale="ar", **blank))
    db.session.commit()

    found = step(campaign.id, "languages")

    assert [share.locale for share in found.languages if share.is_begun] == ["en"]
    assert found.todo == "Add a language"


def test_languages_that_the_public_does_not_see_yet_can_be_added(app, monkeypatch):
    """A consent text in English alone leaves English alone to the public."""
    campaign = make_draft(locales=("en",))
    publish_consent("petition", "en", "We keep it.", now=NOON)
    needs = LanguageLoader({**app.config, "LOCALE_NEEDS": ["consent"]})
    monkeypatch.setitem(app.extensions, locale_registry.key, LocaleRegistry(needs, 0))

    assert locales() == ("en",)
    assert "?right=" in step(campaign.id, "languages").url


def test_what_blocks_publishing_comes_before_what_can_wait(app):
    campaign = make_draft()
    change(update(CampaignText).filter_by(locale="ru").values(headline=""))

    found = checklist_of(campaign.id)

    assert found.next.name == "checks"
    assert [each.name for each in found.open] == [
        "checks",
        "picture",
        "languages",
        "emails",
        "publish",
    ]


def test_a_campaign_in_one_language_is_offered_a_second_one(app):
    campaign = make_draft(locales=("en",))

    found = step(campaign.id, "languages")

    assert (found.is_done, found.todo) == (True, "Add a language"), "nothing is missing"
    assert "?right=" in found.url


def test_the_emails_are_tried_once_each_action_was_sent_in_each_language(app):
    campaign, by = make_draft(), make_staff("campaigner")
    before = step(campaign.id, "emails")

    try_emails(1, "ru", by=by, now=NOON)
    between = step(campaign.id, "emails")
    try_emails(1, "en", by=by, now=NOON)
    after = step(campaign.id, "emails")

    assert (before.is_done, between.is_done, after.is_done, after.at) == (False, False, True, NOON)
    assert between.reason == "Not sent in these languages yet: English."
    assert "Russian" in after.reason


def test_the_checks_list_what_must_be_fixed(app):
    campaign = make_draft()
    body = "## Why\n\n[here](https://example.org/)"
    change(update(CampaignText).filter_by(locale="en").values(body=body))

    found = step(campaign.id, "checks")

    assert [(each.locale, [one.message for one in each.findings]) for each in found.sections] == [
        ("en", ["This link is only an example: https://example.org/"])
    ]
    there = f"/staff/campaigns/{campaign.id}/edit/?right=en&line=3#texts.en.body"
    assert found.url == there, "where it can be fixed"


def test_the_last_step_is_to_publish(app):
    campaign, by = make_draft(), make_staff("campaigner")
    add_picture(campaign.id)
    try_emails(1, "en", by=by, now=NOON)
    try_emails(1, "ru", by=by, now=NOON)

    ready = checklist_of(campaign.id)
    set_opening_time(campaign.id, LONG_AGO)

    assert (ready.done, ready.next.name) == (6, "publish")
    assert ready.next.url == f"/staff/campaigns/{campaign.id}/publish/"
    assert checklist_of(campaign.id).next is None


def test_a_step_that_can_wait_can_be_skipped(app):
    campaign = make_draft()

    found = checklist_of(campaign.id)

    assert found.next.name == "picture"
    assert found.after("picture").name == "emails"
    assert found.after("publish") is None


def test_a_campaign_without_its_source_language_still_has_a_checklist(app):
    campaign = make_draft(locales=("ru",))
    change(update(Campaign).values(source_locale="en"))

    assert step(campaign.id, "text").is_done
    change(delete(ActionText))
    change(delete(CampaignText))
    assert checklist_of(campaign.id).done == 0
