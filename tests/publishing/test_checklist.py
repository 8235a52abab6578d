"""The checklist of a draft is worked out from what exists, and names one step as the next."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.edit import create_action
from campaign_actions.actions.models import Action, ActionText, ConsentText
from campaign_actions.actions.signatures.try_emails import trial_mails, try_emails
from campaign_actions.campaigns.edit import CAMPAIGN, new_campaign, save_campaign
from campaign_actions.campaigns.models import Campaign, CampaignText, Picture
from campaign_actions.campaigns.save_form import add_language
from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.catalogs.workflow.translation_approvals import propose_consent
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.locale_registry import LocaleRegistry, locale_registry
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.publishing.checklist.checklist import make_checklist
from campaign_actions.publishing.findings import PreflightContext
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import get_plan
from tests.support.changes import publish_all
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import LONG_AGO, NOON, make_action, make_staff
from tests.support.outbox import FailingTransport
from tests.support.servers import CLOSED_PORT

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
    assert found.next.todo == "Finish the campaign’s text"
    assert found.next.url == f"/staff/campaigns/{campaign_id}/edit/#texts.en.headline"


def test_after_its_own_text_a_campaign_needs_an_action(app):
    by = make_staff("campaigner")
    texts = {"title": "Racism", "headline": "End it", "summary": "Now.", "body": "Because."}
    campaign_id = new_campaign("racism", {"en": texts}, by=by, now=NOON)

    assert checklist_of(campaign_id).next.url == f"/staff/campaigns/{campaign_id}/actions/new/"


def test_a_first_action_takes_no_step_back(app):
    by = make_staff("campaigner")
    text = {"title": "Racism", "headline": "End it", "summary": "Now.", "body": "Because."}
    campaign_id = new_campaign("racism", {"en": text, "ru": text}, by=by, now=NOON)
    add_picture(campaign_id)

    before = checklist_of(campaign_id)
    titles = {"en": {"title": "A"}, "ru": {"title": "B"}}
    create_action(campaign_id, "a", titles, by=by, now=NOON, kind="petition", goal=100)
    after = checklist_of(campaign_id)

    assert (before.done, after.done) == (1, 1)
    assert before.find("languages").is_pending
    assert before.find("checks").is_pending


def test_a_missing_text_of_an_action_is_named_with_its_page(app):
    campaign = make_draft()
    change(update(ActionText).filter_by(locale="en").values(thanks=" "))

    found = step(campaign.id, "text")

    assert not found.is_done
    assert [field.label for field in found.missing] == ["Thank-you message"]
    assert found.subject == "Title of hate-crimes (en)"
    assert found.todo == "Finish the action’s text"
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
    assert (
        found.reason
        == "These languages will be public, though not everything is translated: Russian."
    )
    assert found.url == f"/staff/translations/ru/campaign-{campaign.id}/next/?show=waiting"
    assert shares["ru"].url == f"/staff/translations/ru/campaign-{campaign.id}/?show=waiting"
    assert shares["fr"].url == f"/staff/campaigns/{campaign.id}/edit/?right=fr"


def test_the_share_of_the_source_leads_to_the_page_whose_texts_are_missing(app):
    campaign = make_draft()
    change(update(ActionText).filter_by(locale="en").values(summary=""))

    source = step(campaign.id, "languages").languages[0]

    assert source.left == 1
    assert source.url == f"/staff/campaigns/{campaign.id}/actions/1/edit/"


def test_a_language_that_will_be_public_comes_before_one_that_is_left_out(app):
    campaign, by = make_draft(locales=("en", "es", "ru")), make_staff("campaigner")
    save_campaign(campaign.id, {"texts.en.headline": "New"}, opened_at=0, by=by, now=NOON)
    change(update(CampaignText).filter_by(locale="es").values(is_public=False))

    found = step(campaign.id, "languages")

    assert found.todo == "Finish Russian"


def test_an_incomplete_language_that_will_be_public_is_left_out_only_by_those_who_skip_it(app):
    campaign, by = make_draft(), make_staff("campaigner")
    save_campaign(campaign.id, {"texts.en.headline": "New"}, opened_at=0, by=by, now=NOON)
    checklist = checklist_of(campaign.id)
    tried = replace(checklist.find("emails"), is_done=True)
    steps = [tried if one.name == "emails" else one for one in checklist.steps]
    passed = replace(checklist, steps=tuple(steps))
    skipped = replace(passed, skipped=frozenset({"languages"}))

    assert [one.name for one in passed.left_out if one.name == "languages"] == []
    assert [one.name for one in skipped.left_out if one.name == "languages"] == ["languages"]


def test_a_source_that_lacks_needed_texts_is_not_complete(app):
    by = make_staff("campaigner")
    campaign_id = new_campaign("racism", {"en": {"title": "Racism"}}, by=by, now=NOON)

    shares = {share.locale: share for share in step(campaign_id, "languages").languages}

    assert (shares["en"].percent, shares["en"].left) == (25, 3)
    assert shares["fr"].left == 4


def test_a_language_counts_as_begun_once_it_was_added_even_without_a_word(app):
    campaign, by = make_draft(locales=("en",)), make_staff("campaigner")
    before = step(campaign.id, "languages")

    add_language(CAMPAIGN, campaign.id, "ar", by=by, now=NOON)
    found = step(campaign.id, "languages")

    assert [share.locale for share in before.languages if share.is_begun] == ["en"]
    assert before.todo == "Add a language"
    arabic = next(share for share in found.languages if share.locale == "ar")
    assert (arabic.is_begun, arabic.percent) == (True, 0)
    assert arabic.url == f"/staff/translations/ar/campaign-{campaign.id}/?show=waiting"
    assert (found.is_done, found.todo, found.can_leave_out) == (False, "Finish Arabic", True)


def test_adding_a_language_again_leaves_its_texts(app):
    campaign, by = make_draft(), make_staff("campaigner")

    saved = add_language(CAMPAIGN, campaign.id, "ru", by=by, now=NOON)
    text = db.session.get(CampaignText, (campaign.id, "ru"))

    assert not saved.is_new
    assert text.headline


def test_a_language_added_to_a_public_campaign_is_a_draft_that_stays_hidden(app):
    campaign, by = make_draft(published_at=LONG_AGO), make_staff("campaigner")

    saved = add_language(CAMPAIGN, campaign.id, "fr", by=by, now=NOON)
    publish_all()

    text = db.session.get(CampaignText, (campaign.id, "fr"))
    assert saved.is_draft
    assert (text.title, text.is_public) == ("", False)


def test_languages_that_the_public_does_not_see_yet_can_be_added(app, monkeypatch):
    """A consent text in English alone leaves English alone to the public."""
    campaign = make_draft(locales=("en",))
    publish_consent("petition", "en", "We keep it.", now=NOON)
    needs = LanguageLoader({**app.config, "LOCALE_NEEDS": ["consent"]})
    monkeypatch.setitem(app.extensions, locale_registry.key, LocaleRegistry(needs, 0))

    assert locales() == ("en",)
    assert [share.locale for share in step(campaign.id, "languages").languages][1:], "others"


def test_what_blocks_publishing_comes_before_what_can_wait(app):
    campaign = make_draft()
    change(update(CampaignText).filter_by(locale="ru").values(headline=""))
    change(update(CampaignText).filter_by(locale="en").values(body="[here](https://example.org/)"))

    found = checklist_of(campaign.id)

    assert [each.name for each in found.open] == [
        *("languages", "checks", "picture", "emails", "publish")
    ]


def test_a_half_translated_language_is_a_problem_of_the_step_of_languages_alone(app):
    campaign = make_draft()
    change(update(CampaignText).filter_by(locale="ru").values(headline=""))

    found = checklist_of(campaign.id)

    assert (found.next.name, found.next.todo) == ("languages", "Finish Russian")
    assert found.next.url == f"/staff/campaigns/{campaign.id}/edit/?right=ru#texts.ru.headline"
    assert [section.locale for section in found.next.sections] == ["ru"]
    assert (found.next.can_wait, found.next.can_leave_out) == (False, True)
    assert found.after("languages").name == "picture"
    checks = found.find("checks")
    assert (checks.is_done, checks.sections) == (False, ())
    assert checks.reason == "Apart from the steps above, nothing needs fixing."


@pytest.mark.parametrize(
    ("table", "missing", "name"),
    [
        (CampaignText, "headline", "text"),
        (CampaignText, "picture_alt", "picture"),
        (ActionText, "addressee", "addressee"),
        (ActionText, "thanks", "text"),
    ],
)
def test_what_an_earlier_step_says_of_the_source_the_checks_do_not_repeat(
    app, table, missing, name
):
    campaign = make_draft(locales=("en",))
    add_picture(campaign.id)
    change(update(table).values({missing: ""}))

    found = checklist_of(campaign.id)

    assert found.next.name == name
    assert found.find("checks").reason == "Apart from the steps above, nothing needs fixing."
    assert [one.locale for one in found.blocked] == ["en"], "it is a problem all the same"


def test_what_no_other_step_says_is_said_by_the_checks(app):
    campaign = make_draft(published_at=LONG_AGO)
    make_action(campaign=campaign, slug="other", locales=("en", "ru"))
    set_opening_time(campaign.id, None)
    change(update(ActionText).filter_by(locale="en").values(thanks=""))

    found = checklist_of(campaign.id)

    assert found.next.subject == "Title of hate-crimes (en)"
    (section,) = found.find("checks").sections
    assert [one.subject for one in section.findings] == ["Title of other (en)"]


def test_a_campaign_in_one_language_is_offered_a_second_one(app):
    campaign = make_draft(locales=("en",))

    found = step(campaign.id, "languages")

    assert (found.is_done, found.todo) == (True, "Add a language"), "nothing is missing"
    assert found.url == f"/staff/campaigns/{campaign.id}/edit/", "none is chosen for the writer"


def test_the_emails_are_tried_once_each_action_was_sent_in_each_language(app):
    campaign, by = make_draft(), make_staff("campaigner")
    before = step(campaign.id, "emails")

    try_emails(1, "ru", by=by, now=NOON)
    between = step(campaign.id, "emails")
    try_emails(1, "en", by=by, now=NOON)
    after = step(campaign.id, "emails")

    assert (before.is_done, between.is_done, after.is_done, after.at) == (False, False, True, NOON)
    assert between.reason == "Not sent in these languages yet: English."
    assert after.reason == "The emails are on their way in these languages: English, Russian."


def test_emails_that_arrived_were_sent_and_those_of_a_server_that_is_away_were_not(app, post):
    campaign, by = make_draft(locales=("en",)), make_staff("campaigner")
    post.mails = trial_mails(timedelta(days=14))
    there = post.transport
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{CLOSED_PORT}"
    post.transport = open_transport()
    try_emails(1, "en", by=by, now=NOON)
    post.deliver(NOON)
    away = step(campaign.id, "emails")
    warnings = step(campaign.id, "checks").reviews
    post.transport = there

    post.deliver(NOON + timedelta(minutes=1))
    arrived = step(campaign.id, "emails")

    assert (away.is_done, away.is_pending, away.can_wait) == (False, True, True)
    assert away.reason == ("The emails could not be delivered. The mail server cannot be reached.")
    (finding,) = [
        each for of in warnings for each in of.findings if "sent at present" in each.message
    ]
    assert (finding.state, finding.permission) == ("warning", "system.watch")
    assert (arrived.is_done, arrived.reason) == (True, "The emails were sent in: English.")
    assert not any(
        "sent at present" in each.message
        for of in step(campaign.id, "checks").reviews
        for each in of.findings
    )


def test_a_later_trial_that_arrived_makes_an_earlier_failure_void(app, post):
    campaign, by = make_draft(locales=("en",)), make_staff("campaigner")
    post.mails = trial_mails(timedelta(days=14))
    there, post.transport = post.transport, FailingTransport(*[MailRefused("refused")] * 2)
    try_emails(1, "en", by=by, now=NOON)
    post.deliver(NOON)
    failed = step(campaign.id, "emails")
    post.transport = there

    try_emails(1, "en", by=by, now=NOON + timedelta(minutes=1))
    post.deliver(NOON + timedelta(minutes=1))

    assert (failed.is_done, step(campaign.id, "emails").is_done) == (False, True)


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


def test_a_campaign_with_a_time_to_open_lacks_only_what_publishing_needs(app):
    campaign = make_draft(published_at=NOON + timedelta(days=3))

    ready = checklist_of(campaign.id)
    change(update(ActionText).values(thanks=""))
    broken = checklist_of(campaign.id)

    assert ready.find("publish").is_done
    assert (ready.open, ready.next, ready.done, ready.count) == ([], None, 5, 5)
    assert not ready.find("picture").is_done
    assert broken.next.name == "text"


def propose_text(campaign) -> None:
    """Instead of the text in force."""
    ana = make_staff("campaigner", name="Ana")
    make_staff("campaigner", name="Boris")
    change(delete(ConsentText))
    propose_consent("petition", "en", "We keep it.", by=ana, now=NOON)


def test_a_consent_text_that_someone_else_has_to_approve_lets_the_author_go_on(app):
    campaign = make_draft(locales=("en",))
    propose_text(campaign)

    found = checklist_of(campaign.id)

    assert [each.name for each in found.open] == ["picture", "emails", "checks", "publish"]
    checks = found.find("checks")
    assert (checks.is_pending, checks.todo) == (True, "See proposal")
    assert checks.reason == "The consent text is pending approval by Boris."


def test_a_problem_beside_a_proposed_consent_text_is_fixed_first(app):
    campaign = make_draft(locales=("en",))
    propose_text(campaign)
    change(update(CampaignText).values(body="[here](https://example.org/)"))

    found = checklist_of(campaign.id).next

    assert (found.name, found.todo) == ("checks", "Fix the problems")
    assert found.reason == "1 problem to fix."
    assert found.url.endswith("#texts.en.body")


def test_a_proposed_consent_text_that_nobody_else_can_approve_is_a_problem(app):
    campaign = make_draft(locales=("en",))
    change(delete(ConsentText))
    propose_consent("petition", "en", "We keep it.", by=make_staff("campaigner"), now=NOON)

    found = checklist_of(campaign.id).next

    assert (found.name, found.is_pending) == ("checks", False)
    assert "nobody else can approve it yet" in found.sections[0].findings[0].message


def test_a_step_that_can_wait_can_be_skipped(app):
    campaign = make_draft()

    found = checklist_of(campaign.id)

    assert found.next.name == "picture"
    assert found.after("picture").name == "emails"
    assert found.after("publish") is None


def test_a_step_skipped_or_left_before_the_emails_were_tried_is_not_next_again(app):
    campaign = make_draft(locales=("en",))
    skipped = replace(checklist_of(campaign.id), skipped=frozenset({"picture", "text"}))
    action = db.session.scalars(select(Action)).one()
    try_emails(action.id, "en", by=make_staff("campaigner"), now=NOON)

    tried = checklist_of(campaign.id)

    assert [each.name for each in skipped.open] == ["emails", "publish"]
    assert [each.name for each in tried.open] == ["publish"]
    assert not tried.find("picture").is_done


def test_what_publishing_needs_is_next_though_the_emails_were_tried(app):
    campaign = make_draft(locales=("en",))
    action = db.session.scalars(select(Action)).one()
    try_emails(action.id, "en", by=make_staff("campaigner"), now=NOON)
    change(update(ActionText).values(thanks=""))

    found = replace(checklist_of(campaign.id), skipped=frozenset({"text"}))

    assert found.next.name == "text"


def test_a_campaign_without_its_source_language_still_has_a_checklist(app):
    campaign = make_draft(locales=("ru",))
    change(update(Campaign).values(source_locale="en"))

    assert step(campaign.id, "text").is_done
    change(delete(ActionText))
    change(delete(CampaignText))
    assert checklist_of(campaign.id).done == 0


def test_email_that_is_not_set_up_is_no_problem_for_editors_to_fix(app):
    app.config["MAIL_URL"] = "file:outbox"
    campaign = make_draft()

    found = step(campaign.id, "checks")

    assert found.is_pending
    assert (found.todo, found.url) == ("Set up email", "/staff/status/#email-setup")
    assert found.permission == "system.watch"
    assert found.reason.startswith("Emails are saved as files and never sent")


def test_publishing_waits_for_email_and_says_so_once_nothing_else_is_left(app):
    app.config["MAIL_URL"] = "file:outbox"
    campaign = make_draft()

    found = checklist_of(campaign.id)

    assert found.find("publish").reason == "Pending until email is set up."
    assert not found.awaits_email, "the picture is left to add"
    assert replace(found, skipped=frozenset({"picture"})).awaits_email
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    assert not replace(checklist_of(campaign.id), skipped=frozenset({"picture"})).awaits_email


def test_publishing_waits_for_email_before_there_is_an_action_as_well(app):
    app.config["MAIL_URL"] = "file:outbox"
    by = make_staff("campaigner")
    campaign_id = new_campaign("racism", {"en": {"title": "Racism"}}, by=by, now=NOON)

    found = checklist_of(campaign_id)

    assert found.find("publish").reason == "Pending until email is set up."
    assert found.next.name == "text"


def test_a_public_address_that_nobody_can_open_lets_the_author_go_on(app):
    app.config["PUBLIC_URL"] = "http://localhost:5000"
    campaign = make_draft()

    found = checklist_of(campaign.id)

    assert [each.name for each in found.open] == ["picture", "emails", "checks", "publish"]
    assert found.find("checks").reason == (
        "Links in emails open on the server alone, so no one can confirm."
    )


def test_the_demo_opens_on_one_machine(app):
    app.config.update(PUBLIC_URL="http://localhost:5000", DEMO=True)

    assert step(make_draft().id, "checks").is_done


def test_emails_that_reach_nobody_are_not_said_to_be_tried(app):
    campaign = make_draft()
    try_emails(1, "en", by=make_staff("campaigner"), now=NOON)
    app.config["MAIL_URL"] = "file:outbox"

    found = step(campaign.id, "emails")

    assert (found.is_done, found.is_pending, found.can_wait) == (False, True, True)
    assert found.reason.startswith("Not possible yet. Email is not set up")
    assert found.url == f"/staff/campaigns/{campaign.id}/checklist/#seen"
