"""The pages from the checklist of a draft to a public campaign that is shared."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText, Picture
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.publishing.checklist.leave_out import leave_out_step
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.waiting.store import WaitingStore, waiting_store
from tests.support.drafts import make_draft, preflight_of, set_opening_time
from tests.support.factories import LONG_AGO, NOON, make_campaign, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, post, token_of
from tests.support.staff_forms import fields_of
from tests.support.translators import make_translator

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def campaign(app):
    return make_draft()


@pytest.fixture
def staff(client):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    return client


def page_of(campaign, page: str) -> str:
    return f"/staff/campaigns/{campaign.id}/{page}"


def open_to_the_public(campaign) -> None:
    set_opening_time(campaign.id, LONG_AGO)


def test_the_checklist_has_one_next_step(staff, campaign):
    page = staff.get(page_of(campaign, "checklist/")).text

    assert page.count('aria-current="step"') == 1
    assert "4 of 7 steps done" in page
    assert page.count('class="btn main"') == 1
    assert f'<a class="btn main" href="{page_of(campaign, "appearance/")}">Add a picture' in page
    assert "Skip this step" in page
    assert "Skipped" not in page


def next_of(client, campaign) -> str:
    page = visible_text(client.get(page_of(campaign, "checklist/")).text)
    return re.search(r"Next: (add a picture|try the emails|publish)", page)[1]


def skip(client, campaign, step: str):
    return post(
        client,
        page_of(campaign, "checklist/skip/"),
        seen=page_of(campaign, "checklist/"),
        step=step,
    )


def test_a_skipped_step_makes_way_for_the_one_after_it(staff, campaign):
    answer = skip(staff, campaign, "picture")

    assert (answer.status_code, answer.location) == (303, page_of(campaign, "checklist/"))
    assert next_of(staff, campaign) == "try the emails"
    onward = skip(staff, campaign, "emails")
    page = visible_text(staff.get(onward.location).text)
    assert (onward.status_code, onward.location) == (303, page_of(campaign, "publish/"))
    assert "Next: publish. " in page
    assert next_of(staff, campaign) == "publish"
    shown = visible_text(staff.get(page_of(campaign, "checklist/")).text)
    assert "4 of 5 steps done · Skipped: 2" in shown, "seven steps are numbered"
    assert "Picture Skipped. Without a picture" in shown
    assert "1 Step left in a draft" in visible_text(staff.get("/staff/").text)


@pytest.mark.parametrize("step", ["publish", "text", "other", ""])
def test_only_steps_that_can_wait_are_skipped(staff, campaign, step):
    assert skip(staff, campaign, step).status_code == 400
    assert next_of(staff, campaign) == "add a picture"


def test_what_one_person_skips_is_left_out_for_everyone(staff, campaign, app):
    other = app.test_client()
    log_in(other, make_staff("campaigner", tf_primary_method="authenticator"))

    skip(staff, campaign, "picture")

    assert next_of(other, campaign) == "try the emails"
    page = visible_text(other.get(page_of(campaign, "checklist/")).text)
    assert "Picture Skipped. Without a picture" in page


def test_a_skipped_step_that_is_done_after_all_counts_as_done(staff, campaign):
    skip(staff, campaign, "picture")
    skip(staff, campaign, "emails")
    details = {"width": 2, "height": 2, "focus": 5, "name": "0" * 32, "added_at": NOON}
    db.session.add(Picture(campaign_id=campaign.id, **details))
    db.session.execute(update(CampaignText).values(picture_alt="A crowd"))
    db.session.commit()

    page = visible_text(staff.get(page_of(campaign, "checklist/")).text)

    assert "5 of 6 steps done · Skipped: 1" in page


def test_steps_left_out_elsewhere_are_known_though_the_progress_is_kept(
    app, staff, campaign, monkeypatch
):
    monkeypatch.setitem(app.extensions, waiting_store.key, WaitingStore(is_kept=True))
    before = visible_text(staff.get("/staff/").text)
    leave_out_step(campaign.id, "picture")

    after = visible_text(staff.get("/staff/").text)

    assert "next: picture" in before
    assert "next: emails tried" in after


def test_a_copied_campaign_begins_with_every_step(staff, campaign):
    leave_out_step(campaign.id, "picture")

    by = db.session.scalars(select(StaffMember)).one()
    copy_id = copy_campaign(
        campaign.id, slug=None, proposed="copy", titles={}, by=by, now=utc_now()
    )

    copy = db.session.get(Campaign, copy_id)
    assert next_of(staff, copy) == "add a picture"


def test_once_someone_has_tried_the_emails_nobody_is_sent_back_to_the_picture(staff, campaign, app):
    other = app.test_client()
    log_in(other, make_staff("campaigner", tf_primary_method="authenticator"))

    post(staff, page_of(campaign, "try-emails/"), seen=page_of(campaign, "checklist/"))

    assert next_of(staff, campaign) == "publish"
    assert next_of(other, campaign) == "publish"


def test_the_overview_names_the_same_next_step_as_the_checklist(staff, campaign):
    assert "next: picture" in visible_text(staff.get("/staff/").text)

    skip(staff, campaign, "picture")

    assert "next: emails tried" in visible_text(staff.get("/staff/").text)


def ask_translators(client, campaign, locale: str):
    return post(
        client,
        page_of(campaign, "languages/ask-translators/"),
        seen=page_of(campaign, "checklist/"),
        locale=locale,
    )


def test_translators_are_asked_for_a_language_before_a_word_is_written_in_it(staff, campaign, app):
    translator = make_translator("fr", campaigns=(campaign.id,))
    theirs = app.test_client()
    log_in(theirs, translator)
    offered = staff.get(page_of(campaign, "checklist/")).text
    before = visible_text(theirs.get("/staff/").text)

    answer = ask_translators(staff, campaign, "fr")
    page = visible_text(staff.get(answer.location).text)
    after = theirs.get("/staff/").text

    assert 'aria-label="Ask translators: Français"' in offered
    assert (answer.status_code, answer.location) == (303, page_of(campaign, "checklist/"))
    assert "French added. These people see the texts to translate in their lists:" in page
    assert "Français 0%" in page
    assert "to translate: French" not in before
    assert "to translate: French" in visible_text(after)
    assert f"/staff/translations/fr/campaign-{campaign.id}/next/" in after


def test_a_language_without_a_word_is_left_out_or_blocks_and_is_never_public(staff, campaign):
    ask_translators(staff, campaign, "fr")
    db.session.rollback()

    result = preflight_of(campaign.id)

    assert result.blockers(locales=["fr"])
    assert all(finding.can_leave_out for finding in result.blockers(locales=["fr"]))
    assert result.blockers(locales=["en", "ru", ""]) == []
    assert result.can_open(without_actions=())


def test_a_campaigner_learns_that_nobody_else_translates_into_the_language(staff, campaign):
    make_translator("ar", campaigns=(campaign.id,))

    answer = ask_translators(staff, campaign, "fr")

    page = visible_text(staff.get(answer.location).text)
    assert "Nobody else can translate into French yet. Ask an administrator to invite" in page


@pytest.mark.parametrize("locale", ["en", "xx", ""])
def test_translators_are_only_asked_for_other_languages_of_the_site(staff, campaign, locale):
    assert ask_translators(staff, campaign, locale).status_code == 400


@pytest.mark.parametrize("then", ["next", "skip"])
def test_a_campaign_without_a_picture_goes_on_to_the_emails(staff, campaign, then):
    address = page_of(campaign, "appearance/")
    shown = staff.get(address).text

    answer = staff.post(address, data=fields_of(shown) | {"then": then})

    assert "Continue without a picture" in shown
    assert (answer.status_code, answer.location) == (303, page_of(campaign, "checklist/"))
    page = visible_text(staff.get(answer.location).text)
    assert "Next: try the emails. Send yourself" in page
    assert "No changes to save" not in page
    assert next_of(staff, campaign) == "try the emails"


def test_continuing_without_a_picture_leaves_what_was_typed_about_one(staff, campaign):
    address = page_of(campaign, "appearance/")
    fields = fields_of(staff.get(address).text) | {"alt-en": "A crowd", "accent": "teal"}

    answer = staff.post(address, data=fields | {"then": "skip"})

    assert answer.location == page_of(campaign, "checklist/")
    assert fields_of(staff.get(address).text)["accent"] == "teal"
    assert db.session.scalars(select(Picture)).all() == []


def test_the_checklist_lists_what_is_to_be_reviewed(staff, campaign):
    db.session.execute(update(Action).values(goal=1))
    db.session.commit()

    page = staff.get(page_of(campaign, "checklist/")).text

    folded = page.partition("<summary>1 item to review.</summary>")[2].partition("</details>")[0]
    assert "This goal is very low." in folded


def test_a_language_with_problems_can_be_left_out_from_the_next_step(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(headline=""))
    db.session.commit()

    page = staff.get(page_of(campaign, "checklist/")).text

    step = page.partition('<h2 id="next">')[2].partition("</section>")[0]
    assert "finish Russian" in step
    assert (
        f'<a href="{page_of(campaign, "publish/")}#languages">Choose public languages</a>' in step
    )


def test_no_language_is_left_out_when_each_has_problems(staff, campaign):
    db.session.execute(update(CampaignText).values(headline=""))
    db.session.commit()

    page = staff.get(page_of(campaign, "checklist/")).text

    step = page.partition('<h2 id="next">')[2].partition("</section>")[0]
    assert "Choose public languages" not in step


def test_a_reader_who_may_not_edit_sees_the_checklist_without_buttons(client, campaign):
    log_in(client, make_staff("reviewer"))

    page = client.get(page_of(campaign, "checklist/")).text

    assert "4 of 7 steps done" in page
    assert "btn main" not in page
    assert "Send me the emails" not in page


def test_saving_can_lead_to_the_next_step(staff, campaign):
    address = page_of(campaign, "edit/")
    fields = fields_of(staff.get(address).text)

    answer = staff.post(address, data=fields | {"texts.en.title": "New", "then": "next"})

    assert (answer.status_code, answer.location) == (303, page_of(campaign, "appearance/"))
    page = staff.get(answer.location).text
    assert "Next: add a picture. Without a picture" in page
    assert "Save and continue" in page


def test_a_next_step_on_the_checklist_does_not_scroll_the_message_away(staff, campaign):
    picture = {"width": 2, "height": 2, "focus": 5, "name": "0" * 32, "added_at": NOON}
    db.session.add(Picture(campaign_id=campaign.id, **picture))
    db.session.execute(update(CampaignText).values(picture_alt="A crowd"))
    db.session.commit()
    address = page_of(campaign, "edit/")

    answer = staff.post(address, data=fields_of(staff.get(address).text) | {"then": "next"})

    assert answer.location == page_of(campaign, "checklist/")
    assert "Next: try the emails" in staff.get(answer.location).text


def test_saving_with_fields_missing_names_them_calmly_and_leads_to_them(staff, campaign):
    address = page_of(campaign, "edit/")
    fields = fields_of(staff.get(address).text) | {"texts.en.headline": "", "texts.en.summary": ""}

    answer = staff.post(address, data=fields | {"then": "next"})

    assert answer.location == f"{address}#texts.en.headline"
    page = staff.get(answer.location).text
    message = page.partition('<div class="notice good" role="status">')[2]
    for name in ("headline", "summary"):
        assert f'<a href="{address}#texts.en.{name}">' in message
    assert re.search(r"<strong data-saved>Saved at \d\d:\d\d\.</strong>", page), "in view"
    assert f'href="{address}#texts.en.headline"' in staff.get(page_of(campaign, "checklist/")).text


def test_saving_with_a_problem_names_it_and_leads_to_its_field(staff, campaign):
    address = page_of(campaign, "edit/")
    body = "Read [the report](https://example.org/report)."
    fields = fields_of(staff.get(address).text) | {
        "texts.en.body": f"## Why\n\n{body}",
        "then": "next",
    }

    answer = staff.post(address, data=fields)

    page = staff.get(answer.location).text
    message = page.partition('<div class="notice attention" role="alert">')[2].partition("</div>")[
        0
    ]
    link = f'<a href="{address}?right=en&amp;line=3#texts.en.body">This link is only an example: https://'
    assert answer.location == f"{address}?right=en&line=3#texts.en.body"
    assert link in message
    assert "English: This link is only an example" in re.sub(
        r"[\u2066-\u2069]", "", visible_text(message)
    )
    assert "Replace it with the real address, or remove the link." in message


def test_saving_in_a_half_translated_campaign_leads_to_the_first_text_that_is_left(staff, campaign):
    lack_russian(campaign)
    address = page_of(campaign, "edit/")

    answer = staff.post(address, data=fields_of(staff.get(address).text) | {"then": "next"})

    assert answer.location == f"{address}?right=ru#texts.ru.summary"
    page = visible_text(staff.get(answer.location).text)
    assert "Next: finish Russian. A language can be public once all of it is translated." in page
    assert "Русский: The campaign is missing these texts: summary" in re.sub(
        r"[\u2066-\u2069]", "", page
    )


def test_a_message_names_five_problems_and_leads_to_the_others(staff, campaign):
    address = page_of(campaign, "edit/")
    links = " ".join(f"[report](https://example.org/{number})" for number in range(7))
    fields = fields_of(staff.get(address).text) | {
        "texts.en.body": f"## Why\n\n{links}",
        "then": "next",
    }

    page = staff.get(staff.post(address, data=fields).location).text

    message = page.partition('<div class="notice attention" role="alert">')[2].partition("</div>")[
        0
    ]
    assert message.count("only an example") == 5
    assert (
        f'<a href="{page_of(campaign, "checklist/")}#checks">2 more problems to fix</a>' in message
    )


def test_a_public_campaign_has_no_next_step(staff, campaign):
    open_to_the_public(campaign)

    assert "Save and continue" not in staff.get(page_of(campaign, "edit/")).text
    answer = staff.get(page_of(campaign, "checklist/"))
    assert (answer.status_code, answer.location) == (303, page_of(campaign, "share/"))


def test_a_scheduled_campaign_with_nothing_left_says_when_it_opens(staff, campaign):
    opens_at = utc_now() + timedelta(days=3)
    set_opening_time(campaign.id, opens_at)
    address = page_of(campaign, "edit/")

    page = staff.get(page_of(campaign, "checklist/")).text
    saved = staff.post(address, data=fields_of(staff.get(address).text) | {"then": "next"})

    assert "Scheduled opening" in page
    assert "Next:" not in visible_text(page)
    assert page_of(campaign, "share/") in page.partition("<main")[2].partition('id="plan"')[0]
    assert saved.location == page_of(campaign, "checklist/")


def test_a_campaign_without_an_action_is_led_to_one_from_its_share_page(staff, client):
    campaign = make_campaign(slug="blank")
    address = page_of(campaign, "share/")

    page = staff.get(address).text
    log_in(client, make_staff("reviewer"))
    other = client.get(address).text

    assert "Next: add an action" in visible_text(page)
    button = f'<a class="btn main" href="{page_of(campaign, "actions/new/")}">Add an action</a>'
    assert button in page
    assert "Go to publishing" not in page
    assert button not in other
    assert "Your roles do not include this." in other


def test_the_emails_are_sent_to_the_person_who_asks(staff, campaign):
    token = token_of(staff.get(page_of(campaign, "checklist/")).text)

    answer = staff.post(
        page_of(campaign, "try-emails/"), data={"csrf_token": token, "locale": "ru"}
    )
    refused = staff.post(
        page_of(campaign, "try-emails/"), data={"csrf_token": token, "locale": "xx"}
    )

    assert (answer.status_code, refused.status_code) == (303, 400)
    assert db.session.scalars(select(OutboxMail.locale)).all() == ["ru", "ru"]
    page = staff.get(page_of(campaign, "checklist/")).text
    assert "4 of 7 steps done" in page
    assert "Not sent in these languages yet: English." in page


def test_one_button_sends_the_emails_in_every_language(staff, campaign):
    page = staff.get(page_of(campaign, "checklist/")).text

    answer = staff.post(page_of(campaign, "try-emails/"), data={"csrf_token": token_of(page)})

    assert (answer.status_code, answer.location) == (303, page_of(campaign, "checklist/"))
    assert sorted(db.session.scalars(select(OutboxMail.locale))) == ["en", "en", "ru", "ru"]
    shown = staff.get(page_of(campaign, "checklist/")).text
    assert "5 of 6 steps done" in shown
    assert "@example.org. Their links do not work, because you have not taken part" in shown


def test_problems_stand_below_the_name_of_their_language(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(summary=""))
    db.session.commit()

    page = staff.get(page_of(campaign, "checklist/")).text

    assert re.search(r"<h4><span[^>]*>Русский</span></h4>\s*<ul class=\"prelist\">", page)
    assert "Next: finish Russian" in page


def test_publishing_leads_to_what_can_be_shared(staff, campaign):
    shown = staff.get(page_of(campaign, "publish/"))
    fields = {"csrf_token": token_of(shown.text), "when": "now", "actions": "1", "seen": ""}

    answer = staff.post(page_of(campaign, "publish/"), data=fields)

    assert (answer.status_code, answer.location) == (303, page_of(campaign, "share/"))
    page = staff.get(answer.location).text
    assert "<h1" in page
    assert "Published. Share it" in page
    link = f'<a href="{page_of(campaign, "actions/new/")}">Add an action</a>'
    assert f'{link} <span class="note">Optional.</span>' in page


def test_each_channel_has_a_link_a_qr_code_and_its_count(staff, campaign):
    name = PartnerText(locale="en", name="Memory House", points="")
    db.session.add(
        Partner(campaign_id=campaign.id, position=1, source="memory-house", texts=[name])
    )
    db.session.commit()
    open_to_the_public(campaign)

    page = staff.get(page_of(campaign, "share/?language=en")).text

    there = "http://actions.example.org/en/campaigns/racism/hate-crimes/"
    for source in ("newsletter", "telegram", "memory-house", "poster"):
        assert f">{there}?source={source}</output>" in page, source
    assert "Partner: Memory House" in page
    assert page.count('class="qr tiny hide-s"') == page.count("Link for ")
    address = f'<bdi dir="ltr">{there}</bdi></output>'
    assert f"Teaser of hate-crimes (en)\n\nSign the petition\n{address}" in page
    assert f"Teaser of hate-crimes (en) {address}" in page


def test_the_links_of_another_language_lead_to_its_page(staff, campaign):
    open_to_the_public(campaign)

    page = staff.get(page_of(campaign, "share/?language=ru")).text

    assert "/ru/campaigns/racism/hate-crimes/?source=telegram" in page
    assert "/en/campaigns/racism/hate-crimes/?source=telegram" not in page


def test_a_channel_of_ones_own_gets_a_link(staff, campaign):
    open_to_the_public(campaign)

    page = staff.get(page_of(campaign, "share/?language=en&channel=Radio <b>interview</b>")).text

    assert "?source=radio-b-interview-b" in page
    assert "Radio &lt;b&gt;interview" in page


def test_a_qr_code_is_a_file_to_download(staff, campaign):
    open_to_the_public(campaign)

    svg = staff.get(page_of(campaign, "share/1/en/poster.svg"))
    png = staff.get(page_of(campaign, "share/1/ru/poster.png"))

    assert svg.data.startswith(b"<?xml")
    assert svg.headers["Content-Disposition"] == 'attachment; filename="hate-crimes-en-poster.svg"'
    assert png.data.startswith(b"\x89PNG")


@pytest.mark.parametrize("file", ["2/en/poster.svg", "1/xx/poster.svg", "1/en/Bad%20one.svg"])
def test_there_is_no_qr_code_of_nothing(staff, campaign, file):
    open_to_the_public(campaign)

    assert staff.get(page_of(campaign, f"share/{file}")).status_code == 404


@pytest.mark.parametrize("page", ["share/", "checklist/"])
def test_an_archived_campaign_is_not_shared(staff, campaign, page):
    set_opening_time(campaign.id, LONG_AGO)
    db.session.execute(update(Campaign).values(archived_at=LONG_AGO))
    db.session.commit()

    answer = staff.get(page_of(campaign, page), follow_redirects=True)

    assert answer.request.path == page_of(campaign, "")
    assert "Published. Share it" not in answer.text


def test_a_campaign_without_a_public_language_says_so(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    db.session.execute(update(CampaignText).values(is_public=False))
    db.session.commit()

    page = staff.get(page_of(campaign, "share/")).text

    assert "there is nothing to share yet" in page


def test_without_email_no_emails_are_tried(app, staff, campaign):
    token = token_of(staff.get(page_of(campaign, "checklist/")).text)
    app.config["MAIL_URL"] = "file:outbox"

    answer = staff.post(page_of(campaign, "try-emails/"), data={"csrf_token": token})
    page = staff.get(answer.location).text

    assert answer.status_code == 303
    assert db.session.scalars(select(OutboxMail)).all() == []
    assert "Email is not set up, so none can be sent." in page
    assert "Send me the emails" not in page


def test_without_email_the_last_steps_lead_to_what_to_do_about_it(app, staff, campaign):
    app.config["MAIL_URL"] = "file:outbox"
    skip(staff, campaign, "picture")

    page = staff.get(page_of(campaign, "checklist/")).text
    overview = visible_text(staff.get("/staff/").text)
    log_in(staff, make_staff("reviewer", tf_primary_method="authenticator"))
    of_reviewer = staff.get(page_of(campaign, "checklist/")).text

    assert '<a class="btn main" href="/staff/status/#email-setup">Set up email' in page
    assert '<a href="/staff/status/#email-setup">Publish</a>' in page
    assert "Publish Pending until email is set up." in visible_text(page)
    assert "Emails tried Not possible yet. Email is not set up" in visible_text(page)
    assert page_of(campaign, "publish/") not in page.partition('<ol class="plan">')[2]
    assert "/staff/status/" not in of_reviewer
    assert "left in a draft" not in overview, "only the people who run the server can go on"


def test_a_draft_with_something_left_to_do_waits_though_email_is_missing(app, staff, campaign):
    app.config["MAIL_URL"] = "file:outbox"

    assert "Steps left in a draft" in visible_text(staff.get("/staff/").text)


def test_what_blocks_publishing_is_said_if_it_is_email(app, staff, campaign):
    app.config["MAIL_URL"] = "file:outbox"

    page = visible_text(staff.get(page_of(campaign, "publish/")).text)

    assert "A consent text is pending approval" not in page
    assert "Publishing checks Emails are saved as files and never sent" in page


def lack_russian(campaign) -> None:
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(summary=""))
    db.session.commit()


def test_others_are_told_who_does_the_next_step_and_get_no_link_to_it(client, campaign):
    make_staff("campaigner", name="Nino")
    lack_russian(campaign)
    log_in(client, make_staff("reviewer"))

    page = client.get(page_of(campaign, "checklist/")).text

    assert "Your roles do not include this. Ask Nino." in visible_text(page)
    assert "/edit/" not in page


def test_while_a_language_is_translated_one_goes_on_with_the_next_step(staff, campaign):
    make_staff("translator", name="Nino")
    lack_russian(campaign)

    page = staff.get(page_of(campaign, "checklist/")).text

    assert f'href="{page_of(campaign, "appearance/")}">In the meantime: add a picture</a>' in page
    assert "in their lists: Nino." in visible_text(page)


def test_a_translator_goes_on_with_what_is_missing_in_a_language(client, campaign):
    lack_russian(campaign)
    log_in(client, make_staff("translator"))

    page = client.get(page_of(campaign, "checklist/")).text

    strings = rf"/staff/translations/ru/campaign-{campaign.id}/"
    assert re.search(
        rf'<a class="btn main" href="{strings}\w+/\?show=waiting">Finish Russian', page
    )
    assert f'<a href="{strings}?show=waiting">1 string left</a>' in page
    assert "Translate into Russian" in page
    assert "/edit/" not in page


def test_a_public_address_that_opens_on_the_server_alone_stops_publishing(app, staff, campaign):
    app.config["PUBLIC_URL"] = "http://127.0.0.1:5000"

    page = staff.get(page_of(campaign, "publish/"))
    fields = {"csrf_token": token_of(page.text), "when": "now", "actions": "1", "seen": ""}
    answer = staff.post(page_of(campaign, "publish/"), data=fields)

    assert "Links in emails open on the server alone, so no one can confirm." in page.text
    assert "They begin with http://127.0.0.1:5000." in visible_text(page.text)
    assert answer.status_code == 400
    assert db.session.get(Campaign, campaign.id).published_at is None


@pytest.mark.parametrize(("action_id", "text"), [(None, CampaignText), (1, ActionText)])
def test_a_translator_goes_on_with_the_description_of_a_picture(client, campaign, action_id, text):
    details = {"width": 2, "height": 2, "focus": 5, "name": "0" * 32, "added_at": NOON}
    db.session.add(Picture(campaign_id=campaign.id, action_id=action_id, **details))
    db.session.execute(update(text).filter_by(locale="en").values(picture_alt="A crowd"))
    db.session.commit()
    log_in(client, make_staff("translator"))

    page = client.get(page_of(campaign, "checklist/")).text

    assert re.search(
        r'<a class="btn main" href="/staff/translations/ru/[^"]+">Finish Russian', page
    )
    assert "Ask " not in visible_text(page)
