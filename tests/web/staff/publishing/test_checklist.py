"""The pages from the checklist of a draft to a public campaign that is shared."""

import re

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText, Picture
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import LONG_AGO, NOON, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of

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
    assert "Skip to “Try the emails”" in page


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
    assert "fix the problems" in step
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
    assert "5 of 7 steps done" in shown
    assert "@example.org. Their links do not work, because you have not taken part" in shown


def test_problems_stand_below_the_name_of_their_language(staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(summary=""))
    db.session.commit()

    page = staff.get(page_of(campaign, "checklist/")).text

    assert re.search(r"<h4><span[^>]*>Русский</span></h4>\s*<ul class=\"prelist\">", page)
    assert "Next: fix the problems" in page


def test_publishing_leads_to_what_can_be_shared(staff, campaign):
    shown = staff.get(page_of(campaign, "publish/"))
    fields = {"csrf_token": token_of(shown.text), "when": "now", "actions": "1", "seen": ""}

    answer = staff.post(page_of(campaign, "publish/"), data=fields)

    assert (answer.status_code, answer.location) == (303, page_of(campaign, "share/"))
    page = staff.get(answer.location).text
    assert "<h1" in page
    assert "Published. Share it" in page


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
    assert f"Teaser of hate-crimes (en)\nSign the petition\n{address}" in page
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


def test_nothing_is_shared_before_it_is_public(staff, campaign):
    answer = staff.get(page_of(campaign, "share/"))

    assert (answer.status_code, answer.location) == (303, page_of(campaign, "checklist/"))
    assert staff.get(page_of(campaign, "share/1/en/poster.svg")).status_code == 404


@pytest.mark.parametrize("page", ["share/", "checklist/"])
def test_an_archived_campaign_is_not_shared(staff, campaign, page):
    set_opening_time(campaign.id, LONG_AGO)
    db.session.execute(update(Campaign).values(archived_at=LONG_AGO))
    db.session.commit()

    answer = staff.get(page_of(campaign, page), follow_redirects=True)

    assert answer.request.path == page_of(campaign, "")
    assert "Published. Share it" not in answer.text


def test_a_campaign_without_an_open_action_says_so(staff, campaign):
    set_opening_time(campaign.id, LONG_AGO)
    db.session.execute(update(Action).values(published_at=None))
    db.session.commit()

    page = staff.get(page_of(campaign, "share/")).text

    assert "there is nothing to share yet" in page
