"""The overview: what waits for a member, what is new, campaigns, and the first steps of a new site."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.approvals.request import request_approval
from campaign_actions.campaigns.edit import CAMPAIGN, new_campaign
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.workflow.translation_approvals import (
    propose_consent,
    send_back_consent,
)
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.retry import retry
from campaign_actions.publishing.checklist.leave_out import leave_out_step
from campaign_actions.publishing.close import close_action
from campaign_actions.publishing.scheduled.openings import stop_openings
from campaign_actions.staff.authentication.mfa_enrolment import make_recovery_codes
from campaign_actions.staff.dual_control import SetDualControl
from campaign_actions.staff.notifications import send_test_email
from campaign_actions.web.staff.waiting.store import WaitingStore, waiting_store
from tests.support.changes import publish_all
from tests.support.drafts import make_draft
from tests.support.factories import (
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
    make_update,
)
from tests.support.mail_server import mail_server
from tests.support.outbox import deliver_through
from tests.support.page_text import visible_text
from tests.support.servers import CLOSED_PORT
from tests.support.staff_client import log_in, post
from tests.support.translators import make_translator

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
LIFETIMES = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))


def overview(client, member, query: str = "") -> str:
    log_in(client, member)
    answer = client.get(f"/staff/{query}")
    assert answer.status_code == 200
    return answer.text


def waiting(page: str) -> str:
    """The text of the list, with the buttons and where they lead."""
    return page.partition('<ul class="todo">')[2].partition("</ul>")[0]


def make_comment(action, **values):
    details = {"comment": "I saw it", "show_comment": True} | values
    return make_confirmed(action, now=utc_now() - timedelta(hours=3), **details)


def add_failed_mail(**values) -> None:
    now = utc_now()
    facts = {"template": "sign", "email_key": "key", "locale": "en", "queued_at": now}
    facts |= {"status": "dead", "due_at": now + DAY, "lane": "signer", "recipient": "a@b.org"}
    db.session.add(OutboxMail(**facts | values))
    db.session.commit()


@pytest.fixture(autouse=True)
def real_email(app):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"


def test_nothing_waits_at_first(client):
    page = overview(client, make_staff("reviewer"))

    assert "You have nothing to do. New tasks appear here." in page
    assert waiting(page) == ""


def test_a_campaigner_is_told_about_comments(client):
    action = make_action(shows_comments=True)
    make_comment(action)
    make_comment(action)

    found = waiting(overview(client, make_staff("campaigner")))

    assert "2 Comments to read Title of hate-crimes (en) · the oldest is 3 hours old" in (
        visible_text(found)
    )
    assert f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/comments/" in found


def test_a_closed_action_without_a_result_waits_until_one_is_written(client):
    action = make_action()
    make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="open")
    by, now = make_staff("campaigner"), utc_now()
    before = overview(client, by)
    close_action(action.campaign_id, action.id, at=now, actor="a test", now=now)

    lines = [visible_text(waiting(overview(client, by)))]
    of_campaign = visible_text(client.get(f"/staff/campaigns/{action.campaign_id}/").text)
    page = client.get("/staff/").text
    changes = {"texts.en.result": "The law is changed."}
    save_changes(ACTION, action.id, changes, opened_at=0, by=by, now=utc_now())
    lines.append(visible_text(waiting(overview(client, by))))

    line = "Closed action without a result Title of hate-crimes (en)"
    assert line not in visible_text(before)
    assert [line in found for found in lines] == [True, False]
    assert line in of_campaign
    there = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/#texts.en.result"
    assert f'href="{there}"' in page


def test_a_closed_action_needs_no_result_where_its_campaign_shows_one(client):
    action = make_action()
    db.session.execute(update(CampaignText).values(result="The law is changed."))
    db.session.commit()
    now = utc_now()
    close_action(action.campaign_id, action.id, at=now, actor="a test", now=now)
    by = make_staff("campaigner")

    closed = waiting(overview(client, by))
    make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="open")
    beside_an_open_one = waiting(overview(client, by))

    assert "without a result" not in closed
    assert "without a result" in beside_an_open_one


def save_changes_of(action, *, by) -> None:
    for subject, subject_id in ((CAMPAIGN, action.campaign_id), (ACTION, action.id)):
        changes = {"texts.ru.title": "Название", "texts.en.summary": "Changed"}
        save_changes(subject, subject_id, changes, opened_at=0, by=by, now=utc_now())


def test_those_who_may_publish_are_told_about_changes(client):
    action = make_action()
    save_changes_of(action, by=make_staff("campaigner", name="Nino"))

    page = overview(client, make_staff("campaigner", email="ada@example.org"))

    assert "2 Changed pages to publish Title of racism (en) · changed by Nino" in (
        visible_text(waiting(page))
    )
    assert f"/staff/campaigns/{action.campaign_id}/changes/" in waiting(page)


def test_changes_wait_for_nobody_who_may_not_publish_them_or_once_they_are_public(client):
    action = make_action()
    save_changes_of(action, by=make_staff("campaigner"))
    reviewer = overview(client, make_staff("reviewer"))
    publish_all(now=utc_now())
    campaigner = overview(client, make_staff("campaigner", email="ada@example.org"))

    assert "Changed page" not in reviewer
    assert "Changed page" not in campaigner


def test_a_language_that_only_a_draft_has_waits_for_translators(client):
    action = make_action()
    save_changes_of(action, by=make_staff("campaigner"))

    page = overview(client, make_staff("translator"))

    line = visible_text(waiting(page)).partition("to translate: Russian")[2]
    assert "Title of racism (en)" in line


def test_long_lists_are_not_counted_to_the_end(client, monkeypatch):
    monkeypatch.setattr("campaign_actions.web.staff.waiting.comments.MAX_COUNTED", 1)
    monkeypatch.setattr("campaign_actions.web.staff.waiting.item.MAX_COUNTED", 1)
    action = make_action(shows_comments=True)
    for _number in range(3):
        make_comment(action)

    assert "1+ Comments to read" in visible_text(
        waiting(overview(client, make_staff("campaigner")))
    )


def test_a_translator_is_told_about_the_strings_of_their_languages(client):
    campaign = make_campaign(locales=("en", "ru"))
    translator = make_translator("ru", campaigns=(campaign.id,))

    found = visible_text(waiting(overview(client, translator)))

    assert "Strings to translate: Russian" not in found, "a campaign made by hand is complete"
    text = db.session.get(CampaignText, (campaign.id, "ru"))
    text.headline, campaign = "", db.session.merge(campaign)
    campaign.version += 1
    db.session.commit()
    found = waiting(overview(client, translator))
    assert "1 String to translate: Russian Title of racism (en)" in visible_text(found)
    assert f"/staff/translations/ru/campaign-{campaign.id}/next/?show=waiting" in found


def test_a_draft_waits_for_translators_once_their_language_was_chosen_for_it(client):
    by, now = make_staff("campaigner"), utc_now()
    draft = new_campaign(
        "racism", {"en": {"title": "Racism", "summary": "We act."}}, by=by, now=now
    )
    translator = make_translator("ru", campaigns=(draft,))
    before = waiting(overview(client, translator))

    changes = {"texts.ru.title": "Расизм"}
    save_changes(CAMPAIGN, draft, changes, opened_at=1, by=by, now=now)
    chosen = waiting(overview(client, translator))

    assert "to translate" not in before
    assert "to translate: Russian" in chosen


def test_a_public_campaign_waits_for_the_translators_of_every_language(client):
    campaign = make_campaign(locales=("en",))

    found = waiting(overview(client, make_translator("ru", campaigns=(campaign.id,))))

    assert "Strings to translate: Russian" in found


def make_archived(*, result_in: tuple[str, ...], **values) -> Campaign:
    """A campaign in English, Russian and French, archived with its result in some of them."""
    archived_at = utc_now() - DAY
    campaign = make_campaign(locales=("en", "ru", "fr"), archived_at=archived_at, **values)
    texts = update(CampaignText).where(CampaignText.campaign_id == campaign.id)
    db.session.execute(texts.where(CampaignText.locale.in_(result_in)).values(result="We won."))
    db.session.commit()
    return campaign


def test_a_result_that_follows_later_waits_for_those_who_publish(client):
    campaign = make_archived(result_in=("en", "fr"))
    make_archived(slug="done", result_in=("en", "ru", "fr"))
    make_archived(slug="unknown", result_in=())

    found = waiting(overview(client, make_staff("campaigner")))

    assert visible_text(found).count("without the result") == 1
    words = "1 Language without the result Title of racism (en) · Russian Add the result"
    assert words in visible_text(found)
    assert f"/staff/campaigns/{campaign.id}/edit/?right=ru#texts.ru.result" in found


def test_a_result_that_follows_later_waits_for_the_translators_of_its_language(client):
    campaign = make_archived(result_in=("en", "fr"))
    done = make_archived(slug="done", result_in=("en", "ru", "fr"))
    db.session.execute(update(CampaignText).where(CampaignText.locale == "fr").values(headline=""))
    db.session.commit()
    translator = make_translator("ru", "fr", campaigns=(campaign.id, done.id))

    found = visible_text(waiting(overview(client, translator)))

    assert "1 String to translate: Russian Title of racism (en)" in found


def test_the_strings_of_several_languages_are_one_line_with_a_link_each(client):
    campaign = make_campaign(locales=("en", "ru", "ar"))
    db.session.execute(update(CampaignText).where(CampaignText.locale != "en").values(headline=""))
    db.session.commit()

    found = waiting(overview(client, make_translator("ru", "ar", campaigns=(campaign.id,))))

    assert visible_text(found).count("to translate") == 1
    assert "2 Strings to translate Title of racism (en)" in visible_text(found)
    for tag, name in (("ru", "Russian"), ("ar", "Arabic")):
        there = f"/staff/translations/{tag}/campaign-{campaign.id}/next/?show=waiting"
        assert f'<a class="chip" href="{there}" aria-label="Translate: {name}">{name}</a>' in found


def test_the_figures_lead_to_what_they_count(client):
    make_action()

    page = overview(client, make_staff("campaigner"))

    figures = page.partition('<dl class="figs')[2].partition("</dl>")[0]
    dashboard, today = "/staff/dashboard/", utc_now().date()
    assert re.findall(r'href="([^"]+)"', figures) == [
        *(f"{dashboard}?range=own&amp;from={day}&amp;to={day}" for day in (today, today - DAY)),
        *("/staff/?sort=confirmed#campaigns", f"{dashboard}#actions"),
    ]
    assert "1 campaign, in the same order as on the public site." in page


def test_a_reviewer_is_told_about_texts_that_someone_else_wrote(client):
    writer = make_staff("campaigner", "reviewer", name="Nino")
    propose_consent("petition", "ru", "We keep your data.", by=writer, now=utc_now())

    theirs = visible_text(waiting(overview(client, make_staff("reviewer"))))
    own = visible_text(waiting(overview(client, writer)))

    line = "1 Text to approve Consent text · Petition · Russian · written by Nino"
    assert f"{line} Review text" in theirs
    assert "Text to approve" not in own


def test_a_draft_is_named_by_its_title_in_whatever_language_that_is(client):
    by = make_staff("campaigner")
    new_campaign("reki", {"uk": {"title": "Річки"}}, by=by, now=utc_now())

    page = visible_text(waiting(overview(client, by)))

    assert "Steps left in a draft" in page
    assert "Річки" in page
    assert "reki" not in page


def test_a_text_that_was_sent_back_waits_for_its_author(client):
    writer, reviewer = make_staff("translator"), make_staff("reviewer")
    propose_consent("petition", "ru", "We keep your data.", by=writer, now=utc_now())
    send_back_consent(
        "petition", "ru", seen="We keep your data.", note="How long?", by=reviewer, now=utc_now()
    )

    own = visible_text(waiting(overview(client, writer)))
    theirs = visible_text(waiting(overview(client, reviewer)))

    assert "1 Text sent back Consent text · Petition · Russian Read the note" in own
    assert "sent back" not in theirs


def test_a_text_to_approve_is_a_change_only_if_there_is_an_earlier_one(client):
    publish_consent("petition", "ru", "We keep it.", now=utc_now())
    writer = make_staff("campaigner", "reviewer")
    propose_consent("petition", "ru", "We keep your data.", by=writer, now=utc_now())

    page = visible_text(waiting(overview(client, make_staff("reviewer"))))

    assert "Review changes" in page


def test_an_administrator_is_told_about_people_requests_and_failed_emails(client):
    requester = make_staff("administrator", name="Elena")
    make_staff("campaigner", name="Karim", tf_primary_method=None)
    make_staff("reviewer", name="Late", password=None, invited_at=utc_now() - 8 * DAY)
    request_approval(SetDualControl("on"), by=requester, reason="Safety", now=utc_now())
    add_failed_mail()
    add_failed_mail(lane="bulk")

    found = visible_text(waiting(overview(client, make_staff("administrator"))))

    assert "1 Request to decide Change the two-person approval setting" in found
    assert "1 Invitation expired Late Invite again" in found
    assert "1 Person has no second factor Karim See person" in found
    assert "2 Emails failed To people taking part: 1 · Updates: 1" in found


def test_a_failed_email_to_staff_waits_for_those_who_manage_staff(client):
    add_failed_mail(lane="staff", template="staff-invite")

    administrator = visible_text(waiting(overview(client, make_staff("administrator"))))
    campaigner = visible_text(waiting(overview(client, make_staff("campaigner"))))

    assert "1 Email failed To staff: 1" in administrator
    assert "Email failed" not in campaigner


def test_a_campaigner_is_told_what_is_not_public_or_not_sent(client):
    campaigner = make_staff("campaigner")
    campaign = make_campaign(locales=("en", "ru"))
    db.session.get(CampaignText, (campaign.id, "ru")).is_public = False
    db.session.commit()
    action = make_action(campaign=campaign, closes_at=utc_now() + 2.5 * DAY, locales=("en", "ru"))
    make_update(action, staff_id=campaigner.id)
    make_update(action, status="stopped", started_at=utc_now(), ended_at=utc_now())
    make_campaign(slug="next", published_at=utc_now() + 4.5 * DAY)

    page = overview(client, campaigner)

    found = visible_text(waiting(page))
    assert "Days until" not in found, "a date is no task"
    assert "1 Language to publish Title of racism (en) · Russian" in found
    assert "1 Update was stopped before everyone got it The law has passed" in found
    assert "1 Update you have not sent The law has passed" in found
    assert page.count('class="tag sched">Opens<') == 1
    assert page.count('class="tag closed">Closes<') == 1


def test_a_language_waits_to_be_published_only_once_it_is_complete(client):
    campaign = make_campaign(locales=("en", "ru"))
    russian = db.session.get(CampaignText, (campaign.id, "ru"))
    russian.is_public, russian.summary = False, ""
    db.session.commit()

    page = visible_text(waiting(overview(client, make_staff("campaigner"))))

    assert "Language to publish" not in page


@pytest.mark.parametrize(("role", "times"), [("campaigner", 1), ("reviewer", 0)])
def test_an_update_that_is_sent_soon_is_named_to_those_who_may_send_it(client, role, times):
    action = make_action()
    for days in (3, 30):
        make_update(action, status="scheduled", send_at=utc_now() + days * DAY)

    page = visible_text(overview(client, make_staff(role)))

    assert page.count("Update: The law has passed Scheduled") == times


def test_a_campaign_that_opens_soon_waits_until_it_is_complete(client):
    now = utc_now()
    soon, later = (
        make_campaign(slug=slug, published_at=now + days * DAY)
        for slug, days in (("soon", 3), ("later", 30))
    )
    draft = make_draft(slug="torture")

    lines = waiting(overview(client, make_staff("campaigner"))).split("<li>")

    assert "Steps left before it opens Title of soon (en)" in visible_text(lines[1])
    assert f"/staff/campaigns/{soon.id}/checklist/" in lines[1]
    assert f"/staff/campaigns/{draft.id}/checklist/" in lines[2]
    assert f"/staff/campaigns/{later.id}/" not in "".join(lines)


def test_a_scheduled_campaign_that_lacks_nothing_needed_does_not_wait(client):
    campaign = make_draft(published_at=utc_now() + 3 * DAY)

    page = overview(client, make_staff("campaigner"))

    assert f"/staff/campaigns/{campaign.id}/" not in waiting(page)
    assert "steps done" not in visible_text(page.partition('<table class="table')[2])
    tabs = client.get(f"/staff/campaigns/{campaign.id}/").text.partition('<nav class="tabs"')[2]
    assert " left</span>" not in tabs.partition("</nav>")[0]


def test_a_public_campaign_without_an_action_waits_for_those_who_edit_it(client):
    campaign = make_campaign(slug="torture")
    make_campaign(slug="over", archived_at=utc_now() - DAY)
    make_action()

    page = overview(client, make_staff("campaigner"))
    reviewer = overview(client, make_staff("reviewer"))

    words = "1 Public campaign without an action Title of torture (en) Add an action"
    assert visible_text(waiting(page)).count("without an action") == 1
    assert words in visible_text(waiting(page))
    assert f"/staff/campaigns/{campaign.id}/actions/new/" in waiting(page)
    assert words not in visible_text(waiting(reviewer))


def test_a_draft_waits_for_those_who_may_edit_it_with_the_next_step(client):
    campaign = make_draft(slug="torture")
    other = make_draft(slug="other")
    address = f"/staff/campaigns/{campaign.id}/checklist/"

    page = overview(client, make_staff("campaigner", campaigns=(campaign.id,)))
    reviewer = overview(client, make_staff("reviewer"))

    words = "Title of torture (en) · 4 of 7 steps done · next: picture Open checklist"
    assert f"3 Steps left in a draft {words}" in visible_text(waiting(page))
    assert address in waiting(page)
    assert f"/staff/campaigns/{other.id}/" not in page
    assert "in a draft" not in reviewer
    assert "4 of 7 steps done" in visible_text(reviewer.partition('<table class="table')[2])


def test_problems_that_keep_a_campaign_from_opening_wait_for_those_who_publish(client):
    campaign = make_draft(published_at=utc_now() + DAY)
    make_draft(slug="ready", published_at=utc_now() + 30 * DAY)
    db.session.execute(
        update(CampaignText).filter_by(campaign_id=campaign.id, locale="en").values(headline="")
    )
    db.session.commit()

    page = overview(client, make_staff("campaigner"))

    (line,) = re.findall(r"<li>.*?</li>", waiting(page), re.DOTALL)[:1]
    words = "1 Problem keeps a campaign from opening Title of racism (en) · opens on"
    assert words in visible_text(line)
    assert f"/staff/campaigns/{campaign.id}/edit/?right=en#texts.en.headline" in line
    table = visible_text(page.partition('<table class="table')[2])
    assert table.count("1 problem to fix") == 1
    assert visible_text(waiting(page)).count("Title of racism (en)") == 1, "it is one task"


def test_a_campaign_that_did_not_open_waits_for_those_who_publish(client):
    campaign = make_draft(published_at=utc_now() + timedelta(seconds=30))
    db.session.execute(
        update(CampaignText).filter_by(campaign_id=campaign.id, locale="en").values(headline="")
    )
    db.session.commit()
    stop_openings(utc_now(), lifetimes=LIFETIMES)

    page = overview(client, make_staff("campaigner"))
    db.session.execute(update(CampaignText).values(headline="Fixed"))
    db.session.execute(update(Campaign).values(version=Campaign.version + 1))
    db.session.commit()
    fixed = overview(client, make_staff("campaigner", email="ada@example.org"))

    words = "1 Campaign did not open at its time Title of racism (en)"
    assert words in visible_text(waiting(page))
    assert "1 problem to fix Fix the problems" in visible_text(waiting(page))
    assert "Did not open on" in visible_text(page.partition('<table class="table')[2])
    assert words in visible_text(waiting(fixed))
    assert f"/staff/campaigns/{campaign.id}/publish/" in waiting(fixed)


def test_members_are_not_told_about_what_they_may_not_do(client):
    action = make_action(shows_comments=True, closes_at=utc_now() + DAY)
    make_comment(action)
    add_failed_mail()
    make_staff("campaigner", tf_primary_method=None)

    assert waiting(overview(client, make_staff("exporter"))) == ""


def test_the_list_is_filtered_by_campaign(client):
    first, second = (
        make_action(campaign=make_campaign(slug=slug), slug=slug, shows_comments=True)
        for slug in ("one", "two")
    )
    make_comment(first)
    make_comment(second)

    page = overview(client, make_staff("campaigner"), f"?campaign={first.campaign_id}")

    assert "Title of one (en)" in waiting(page)
    assert "Title of two (en)" not in waiting(page)


def test_strings_of_several_campaigns_are_among_the_lines_of_each(client):
    first, second = (make_campaign(slug=slug, locales=("en", "ru")) for slug in ("one", "two"))
    ids = first.id, second.id
    db.session.execute(update(CampaignText).where(CampaignText.locale == "ru").values(headline=""))
    db.session.commit()
    translator = make_translator("ru", campaigns=ids)

    for campaign_id in ids:
        page = overview(client, translator, f"?campaign={campaign_id}")
        assert "2 Strings to translate: Russian" in visible_text(waiting(page))


@pytest.mark.parametrize("role", ["translator", "reviewer"])
def test_the_page_of_a_campaign_leads_only_translators_to_its_strings(client, role):
    campaign = make_campaign(locales=("en", "ru"))
    db.session.execute(update(CampaignText).where(CampaignText.locale == "ru").values(headline=""))
    db.session.commit()
    log_in(client, make_staff(role))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    assert "String to translate: Russian" in visible_text(page)
    address = f'href="/staff/translations/ru/campaign-{campaign.id}/?show=waiting"'
    assert (address in page) == (role == "translator")


def test_the_count_for_the_menu_is_kept_until_the_member_does_something(app, client, monkeypatch):
    monkeypatch.setitem(app.extensions, waiting_store.key, WaitingStore(is_kept=True))
    member = make_staff("campaigner")
    make_update(make_action(), staff_id=member.id)
    overview(client, member)
    kept = waiting_store.of(app).lines

    assert kept[member.fs_uniquifier] == 1
    post(client, "/staff/account/translation-emails/", seen="/staff/account/")
    assert member.fs_uniquifier not in kept


def test_members_whose_days_begin_at_other_times_share_no_figures(app, client, monkeypatch):
    monkeypatch.setitem(app.extensions, waiting_store.key, WaitingStore(is_kept=True))
    make_action()

    overview(client, make_staff("campaigner", timezone="Asia/Tokyo"))
    overview(client, make_staff("campaigner", email="b@example.org", timezone="Europe/Paris"))

    assert len(waiting_store.of(app).figures) == 2


def test_new_participants_are_those_of_the_organisations_days(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "TIMEZONE", "Asia/Kathmandu")
    action = make_action()
    for _number in range(2):
        make_confirmed(action, now=utc_now())
    make_confirmed(action, now=utc_now() - DAY)
    fold()
    fold_states(utc_now())

    page = visible_text(overview(client, make_staff("reviewer")))

    assert "New today 2 " in page
    assert "New yesterday 1 " in page
    assert "Confirmation rate, 7 days 100% everyone has confirmed" in page
    assert "Confirmed in all 3 1 open action" in page


def test_a_new_site_shows_its_first_steps(client):
    add_sent_mail()
    page = overview(client, make_staff("administrator", "campaigner"))

    steps = page.partition('<ol class="plan">')[2].partition("</ol>")[0]
    assert steps.count("<li") == 8
    assert 'class="btn main" href="/staff/organization/brand/">Name and contact<' in steps
    assert 'class="btn" href="/staff/account/recovery-codes/">Create recovery codes<' in steps
    assert 'aria-current="step"' in steps
    assert "Publish your campaign" in steps
    assert "1 of 8 done" in visible_text(page)
    assert "Apart from the first steps above, you have nothing to do." in visible_text(page)


def test_email_waits_for_the_server_and_the_next_step_is_one_that_the_member_can_do(app, client):
    app.config["MAIL_URL"] = "file:outbox"

    page = overview(client, make_staff("administrator", "campaigner"))

    steps = page.partition('<ol class="plan">')[2].partition("</ol>")[0]
    following = steps.partition('aria-current="step"')[2].partition("</li>")[0]
    assert "Say who you are" in following
    assert "Waiting for the people who run the server. Emails are written" in visible_text(steps)
    assert 'class="btn" href="/staff/status/#email-setup">How to set it up<' in steps
    assert steps.count('class="btn main"') == 1


def put_off(client, step: str):
    return post(client, "/staff/first-steps/put-off/", seen="/staff/", step=step)


def test_email_is_set_up_once_a_mail_server_has_accepted_an_email(app, client):
    member = make_staff("administrator", "campaigner")
    untried = overview(client, member)
    send_test_email(member, now=utc_now())

    deliver_through(app, CLOSED_PORT, now=utc_now())
    away = overview(client, member)
    retry(now=utc_now())
    with mail_server() as server:
        deliver_through(app, server.port, now=utc_now())
    accepted = overview(client, member)

    assert 'class="btn main" href="/staff/status/#mail">Send a test email<' in untried
    assert "No mail server has accepted an email yet." in untried
    words = "Waiting for the people who run the server. The mail server cannot be reached."
    assert words in visible_text(away)
    assert "1 Emails cannot be sent The mail server cannot be reached." in (
        visible_text(waiting(away))
    )
    assert 'href="/staff/status/#not-sent"' in waiting(away)
    assert "1 of 8 done" in visible_text(accepted)
    assert "cannot be reached" not in accepted


def test_only_those_who_watch_the_system_are_told_that_emails_cannot_be_sent(app, client):
    make_action()
    send_test_email(make_staff("administrator"), now=utc_now())
    deliver_through(app, CLOSED_PORT, now=utc_now())

    told = waiting(overview(client, make_staff("campaigner")))
    others = waiting(overview(client, make_staff("reviewer")))

    assert "Emails cannot be sent" in told
    assert "Emails cannot be sent" not in others


def test_the_second_person_can_be_put_off(app, client):
    set_up(app)
    make_campaign()
    publish_consent("petition", "en", "We keep it.", now=utc_now())
    member = make_staff("administrator", "campaigner", tf_primary_method="authenticator")
    make_recovery_codes(member, now=utc_now())
    before = overview(client, member)

    answer = put_off(client, "invite")

    assert "Invite someone" in before
    assert (answer.status_code, answer.location) == (303, "/staff/")
    assert "First steps" not in client.get("/staff/").text
    log_in(client, member)
    assert "First steps" not in client.get("/staff/").text, "nor after the next log-in"


def test_a_step_of_an_account_is_left_out_by_its_member_and_one_of_the_site_for_all(app, client):
    set_up(app)
    first = make_staff("administrator", "campaigner")
    overview(client, first)

    put_off(client, "recovery")
    put_off(client, "invite")
    mine = visible_text(overview(client, first))
    db.session.rollback()
    first.active = False
    db.session.commit()
    theirs = visible_text(overview(client, make_staff("administrator", "campaigner")))

    assert "3 of 6 done · Skipped: 2" in mine
    assert "Protect your account Skipped. Your second factor is set up." in mine
    assert "3 of 7 done · Skipped: 1" in theirs
    assert "Not now: Protect your account" not in theirs


def test_recovery_codes_made_after_not_now_count_as_done(app, client):
    set_up(app)
    member = make_staff("administrator", "campaigner", tf_primary_method="authenticator")
    before = visible_text(overview(client, member))
    put_off(client, "recovery")
    left_out = visible_text(overview(client, member))
    make_recovery_codes(member, now=utc_now())

    after = visible_text(overview(client, member))

    assert "3 of 8 done" in before
    assert "3 of 7 done · Skipped: 1" in left_out
    assert "4 of 8 done" in after
    assert "Left out" not in after


def test_only_those_who_can_invite_leave_that_out_for_everyone(app, client):
    overview(client, make_staff("campaigner"))

    assert put_off(client, "invite").status_code == 400


def test_publishing_is_not_the_next_step_while_only_email_is_missing(app, client):
    set_up(app)
    campaign = make_draft()
    member = make_staff("administrator", "campaigner", tf_primary_method="authenticator")
    app.config["MAIL_URL"] = "file:outbox"
    before = first_steps_in(overview(client, member))
    leave_out_step(campaign.id, "picture")

    steps = first_steps_in(overview(client, member))

    assert 'class="btn main"' in step_of(before, "Publish your campaign"), "a picture can be added"
    publishing = step_of(steps, "Publish your campaign")
    assert "Pending until email is set up." in publishing
    assert publishing.count("href=") == publishing.count('href="/staff/status/#email-setup"') == 1
    assert "aria-current" not in publishing
    assert (
        "Create recovery codes" in steps.partition('aria-current="step"')[2].partition("</li>")[0]
    )


def first_steps_in(page: str) -> str:
    return page.partition('<ol class="plan">')[2].partition("</ol>")[0]


def step_of(steps: str, title: str) -> str:
    return next(one for one in steps.split("<li") if title in one)


def test_a_step_that_was_put_off_on_a_new_site_is_still_listed_and_not_next(app, client):
    set_up(app)
    make_campaign(published_at=None)
    publish_consent("petition", "en", "We keep it.", now=utc_now())
    member = make_staff("administrator", tf_primary_method="authenticator")
    overview(client, member)

    put_off(client, "recovery")
    page = client.get("/staff/").text

    assert page.count("Create recovery codes") == 1
    assert "Not now: Protect your account" not in page
    assert "Not now: Invite a second person" in page


@pytest.mark.parametrize("step", ["", "publish", "other"])
def test_only_optional_steps_are_put_off(client, step):
    overview(client, make_staff("administrator", "campaigner"))

    assert put_off(client, step).status_code == 400


def test_recovery_codes_tick_the_first_step(client):
    add_sent_mail()
    member = make_staff("administrator", "campaigner", tf_primary_method="authenticator")
    make_recovery_codes(member, now=utc_now())

    page = overview(client, member)

    assert "Create recovery codes" not in page
    assert "2 of 8 done" in visible_text(page)


def test_the_time_says_whose_it_is(app, client):
    app.config["TIMEZONE"] = "Europe/Berlin"
    member = make_staff("reviewer")
    same = visible_text(overview(client, member))
    member.timezone = "Asia/Tbilisi"
    db.session.commit()

    other = visible_text(overview(client, member))

    assert re.search(r"\d\d:\d\d in Berlin ", same)
    assert re.search(
        r"\d\d:\d\d in Tbilisi, your time .*\d\d:\d\d in Berlin, the organisation’s", other
    )


@pytest.mark.parametrize("days_ago", [0, 1])
def test_the_participants_of_a_day_lead_to_their_dashboard(client, days_ago):
    action, then = make_action(), utc_now() - days_ago * DAY
    confirm(make_signature(action, now=then), now=utc_now())
    fold_states(utc_now())

    page = overview(client, make_staff("reviewer"))

    day = then.date()
    address = f"/staff/dashboard/?range=own&from={day}&to={day}"
    assert f'href="{address.replace("&", "&amp;")}">1<' in page
    there = client.get(address).text.partition("Confirmed in this period</dt>")[2]
    assert re.search(r"<dd>(\d+)<", there)[1] == "1"


def test_the_dashboard_is_one_click_away(client):
    make_action()

    page = overview(client, make_staff("campaigner"))

    assert '<a class="btn" href="/staff/dashboard/">Dashboard</a>' in page


def add_sent_mail() -> None:
    add_failed_mail(status="sent", lane="staff", recipient=None, sent_at=utc_now())


def set_up(app) -> None:
    """Email, contact and time zone."""
    add_sent_mail()
    app.config.update(
        MAIL_URL="smtp://127.0.0.1:9", ORGANIZATION_EMAIL="a@b.org", TIMEZONE="Europe/Berlin"
    )


def test_a_first_administrator_without_the_role_can_take_it(app, client):
    member = make_staff("administrator")
    set_up(app)

    page = overview(client, member)

    assert f'class="btn main" href="/staff/people/{member.id}/">Change your roles<' in page


def test_the_first_steps_end_with_a_public_campaign_and_a_second_person(app, client):
    set_up(app)
    make_campaign()
    member = make_staff("administrator", "campaigner")
    assert "Invite someone" in overview(client, member)

    make_staff("campaigner")

    assert "First steps" not in overview(client, member)


def test_a_public_campaign_without_email_keeps_that_step(app, client):
    set_up(app)
    app.config["MAIL_URL"] = "file:"
    make_campaign()
    make_staff("campaigner")

    page = overview(client, make_staff("administrator"))

    assert "What is left to do" in page
    assert "Setting missing: email" in waiting(page)


def test_a_new_site_asks_for_email_once(app, client):
    app.config["MAIL_URL"] = "file:"

    page = overview(client, make_staff("administrator"))

    assert "Set up email" in page
    assert "Setting missing" not in page


def test_recovery_codes_are_asked_for_after_the_first_steps(app, client):
    set_up(app)
    make_campaign()
    make_staff("campaigner")
    member = make_staff("administrator", tf_primary_method="authenticator")

    before = overview(client, member)
    make_recovery_codes(member, now=utc_now())

    assert "First steps" not in before
    assert "/staff/account/recovery-codes/" in waiting(before)
    assert "recovery codes" not in waiting(overview(client, member))


def test_a_public_address_that_nobody_can_open_keeps_the_step_of_email(app, client):
    set_up(app)
    app.config["PUBLIC_URL"] = "http://localhost:5000"
    make_campaign()
    make_staff("campaigner")

    page = overview(client, make_staff("administrator"))

    assert "What is left to do" in page
    assert "Links in emails begin with http://localhost:5000" in visible_text(page)
    assert "Setting missing: public address" in waiting(page)


def test_a_proposed_consent_text_leads_its_approver_on_and_not_its_author(app, client):
    set_up(app)
    make_campaign(published_at=None)
    author, approver = (make_staff("administrator", "campaigner", name=name) for name in "AB")
    propose_consent("petition", "en", "We keep your data.", by=author, now=utc_now())

    of_author = visible_text(overview(client, author))
    of_approver = overview(client, approver)

    assert "You have proposed a text. It is pending approval by B." in of_author
    main = 'class="btn main" href="/staff/consent/en/petition/?campaign=1">Review and approve<'
    assert main in of_approver


def test_members_are_told_whom_to_ask_for_what_they_may_not_do(client):
    make_staff("administrator", name="Elena", email="elena@example.org")
    make_staff("campaigner", name="Nino")

    page = overview(client, make_staff("translator"))

    _before, fold, asked = page.partition('<details class="fold2">')
    assert fold, "what someone may not do is folded away"
    text = visible_text(asked)
    assert "Send updates to people who asked for them Nino" in text
    assert "Export participants nobody yet" in text
    assert "These administrators can change your roles: Elena." in text
    assert '<a href="mailto:elena@example.org"><bdi>Elena</bdi></a>' in asked
    assert "You are a translator: you translate texts." in visible_text(page)


def test_an_administrator_reads_what_others_do(client):
    make_staff("campaigner")

    page = visible_text(overview(client, make_staff("administrator")))

    assert "you invite people, assign roles, set up the site, approve texts and delete" in page
    assert "Other roles write and publish campaigns, moderate comments, send updates and" in page


def test_someone_with_all_roles_has_nobody_to_ask(client):
    roles = ("administrator", "campaigner", "exporter", "translator", "reviewer")

    assert "Whom to ask" not in overview(client, make_staff(*roles))
