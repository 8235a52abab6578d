"""The live preview is the public page with the unsaved text of the form."""

import re

import pytest
from sqlalchemy import delete, select, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.core.content.html_document import parse_document
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.archive import archive
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import LONG_AGO, make_action, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in
from tests.support.staff_forms import fields_of
from tests.support.translators import begin

CHANGING = re.compile(r'<input[^>]*type="hidden"[^>]*>')  # when the page was made
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
LIVE = '<base target="_blank">'


@pytest.fixture
def campaign(app):
    found = make_draft()
    set_opening_time(found.id, LONG_AGO)
    db.session.execute(update(ActionText).values(result="What came of *it*."))
    db.session.commit()
    return found


@pytest.fixture
def staff(client):
    """A member whose own language is English."""
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    return client


def folder_of(campaign, kind: str) -> str:
    base = f"/staff/campaigns/{campaign.id}/"
    return base if kind == "campaign" else f"{base}actions/{db.session.scalar(select(Action.id))}/"


def live(staff, campaign, kind: str, locale: str, **typed: str) -> str:
    folder = folder_of(campaign, kind)
    fields = fields_of(staff.get(f"{folder}edit/").text)
    typed = {f"texts.{locale}.{name}": text for name, text in typed.items()}
    answer = staff.post(f"{folder}preview/{locale}/", data=fields | typed)
    assert answer.status_code == 200
    return answer.text


def bare(page: str) -> str:
    return " ".join(SCRIPT.sub("", CHANGING.sub("", page)).replace(LIVE, "").split())


def main_of(page: str) -> str:
    return bare(page.partition('<main id="main"')[2].partition("</main>")[0])


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize(
    ("kind", "place"), [("campaign", ""), ("petition", "hate-crimes/"), ("pledge", "hate-crimes/")]
)
def test_without_changes_it_is_the_public_page(staff, campaign, kind, place, locale):
    if kind != "campaign":
        db.session.execute(update(Action).values(kind=kind, asks_comment=True))
        db.session.commit()
        publish_consent(kind, locale, "We keep your data for this.", now=LONG_AGO)

    shown = live(staff, campaign, kind, locale)
    public = staff.get(f"/{locale}/campaigns/racism/{place}").text

    assert main_of(shown) == main_of(public)
    assert f'<html lang="{locale}"' in shown
    assert "<script" not in shown
    assert LIVE in shown, "its links lead nowhere: the frame may open no window"


def test_the_campaign_of_an_action_is_named_in_the_language_being_written(staff, campaign):
    shown = live(staff, campaign, "action", "ru", title="Требование")

    assert "Требование" in shown
    assert "Title of racism (ru)" in shown
    assert "Title of racism (en)" not in shown


def test_unsaved_text_is_shown_and_not_saved(staff, campaign):
    folder = folder_of(campaign, "action")
    fields = fields_of(staff.get(f"{folder}edit/").text) | {
        "texts.en.title": "A new demand",
        "asks_comment": "y",
        "goal": "2500",
    }
    shown = staff.post(f"{folder}preview/en/", data=fields).text
    half = staff.post(f"{folder}preview/en/", data=fields | {"goal": "", "texts.en.body": ""}).text

    assert "A new demand" in shown
    assert 'name="comment"' in shown
    assert "2,500" in shown
    assert "Body (en)" in shown
    assert "Body (en)" not in half
    assert 'name="comment"' not in staff.get("/en/campaigns/racism/hate-crimes/").text


@pytest.mark.parametrize("kind", ["campaign", "action"])
def test_a_new_language_shows_no_text_of_another(staff, campaign, kind):
    for table in (ActionText, CampaignText)[: 2 if kind == "campaign" else 1]:
        db.session.execute(delete(table).where(table.locale == "ru"))
    db.session.commit()

    shown = live(staff, campaign, kind, "ru", title="Новое")

    assert "Новое" in shown
    for text in ("Summary of", "Body", "We don’t know the outcome yet"):
        assert f"{text} " not in main_of(shown)


def test_it_can_only_be_framed_by_our_own_pages(staff, campaign):
    folder = folder_of(campaign, "campaign")
    token = fields_of(staff.get(f"{folder}edit/").text)["csrf_token"]

    answer = staff.post(f"{folder}preview/en/", data={"csrf_token": token})
    unknown = staff.post(f"{folder}preview/xx/", data={"csrf_token": token})

    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"
    assert unknown.status_code == 404


@pytest.mark.parametrize("kind", ["campaign", "action"])
def test_a_language_that_is_not_public_can_be_written_and_previewed(staff, campaign, kind):
    begin("uk")

    page = staff.get(f"{folder_of(campaign, kind)}edit/?right=uk").text
    shown = live(staff, campaign, kind, "uk", title="Вимога")

    assert 'name="texts.uk.title"' in page
    assert "Вимога" in main_of(shown)
    assert staff.get("/uk/").status_code == 404


def test_a_language_that_was_not_added_can_be_neither(staff, campaign):
    page = staff.get(f"{folder_of(campaign, 'campaign')}edit/?right=uk").text
    folder = folder_of(campaign, "campaign")
    answer = staff.post(f"{folder}preview/uk/", data=fields_of(page))

    assert 'name="texts.uk.title"' not in page
    assert answer.status_code == 404


def live_email(staff, campaign, name: str, locale: str = "en", **typed: str):
    folder = folder_of(campaign, "action")
    fields = fields_of(staff.get(f"{folder}edit/").text)
    typed = {f"texts.{locale}.{field}": text for field, text in typed.items()}
    return staff.post(f"{folder}preview/{locale}/emails/{name}/", data=fields | typed)


@pytest.mark.parametrize(
    ("name", "field"), [("confirm", "confirm_text"), ("receipt", "receipt_text")]
)
def test_an_email_shows_the_unsaved_paragraph(staff, campaign, name, field):
    answer = live_email(staff, campaign, name, **{field: "We meet the **minister**."})

    assert answer.status_code == 200
    assert "<strong>minister</strong>" in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    saved = db.session.scalars(select(getattr(ActionText, field))).all()
    assert set(saved) == {""}


def test_only_the_emails_with_paragraphs_have_a_live_preview(staff, campaign):
    assert live_email(staff, campaign, "already-signed").status_code == 404


def test_enter_in_a_field_saves_and_shows_no_preview(staff, campaign):
    """The first button of a form is the one that Enter presses."""
    page = staff.get(f"{folder_of(campaign, 'action')}edit/").text
    form = page[page.index('<form class="form" id="writing"') :]

    first = re.search(r"<button[^>]*>", form)[0]

    assert "formaction" not in first


@pytest.mark.parametrize("is_new", [True, False])
def test_a_question_is_shown_in_the_form_as_it_is_typed(staff, campaign, is_new):
    folder = f"{folder_of(campaign, 'action')}questions/"
    page = staff.get(f"{folder}new/text/").text
    key = fields_of(page)["key"]
    if not is_new:
        typed = {f"questions.{key}.en.label": "Before?"}
        staff.post(f"{folder}new/text/", data=fields_of(page) | typed)
        page = staff.get(f"{folder}{key}/").text
    there = re.search(r'formaction="([^"]+/preview/en/[^"]*)"', page)[1].replace("&amp;", "&")

    typed = {f"questions.{key}.en.label": "Why now?", f"questions.{key}.keep_days": "90"}
    shown = staff.post(there, data=fields_of(page) | typed)

    assert shown.status_code == 200
    assert "Why now?" in main_of(shown.text)
    assert "Before?" not in shown.text
    assert "We delete it 90 days after you take part." in shown.text


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ({"en.help": "Say how."}, None),
        ({"en.label": "How?"}, []),
        ({"en.label": "How?", "en.choice_1": "I saw it"}, ["I saw it"]),
        ({"en.label": "How?", "is_off": "y"}, None),
    ],
)
def test_a_choice_is_shown_as_soon_as_it_has_a_text(staff, campaign, typed, options):
    page = staff.get(f"{folder_of(campaign, 'action')}questions/new/choice/").text
    fields = fields_of(page)
    key = fields["key"]
    there = re.search(r'formaction="([^"]+/preview/en/[^"]*)"', page)[1].replace("&amp;", "&")

    sent = fields | {f"questions.{key}.{name}": value for name, value in typed.items()}
    shown = parse_document(staff.post(there, data=sent).text).xpath(f"//select[@name='{key}']")

    found = [[one.text for one in select.xpath("option[@value!='']")] for select in shown]
    assert found == ([] if options is None else [options])


def test_a_question_of_no_type_has_no_preview(staff, campaign):
    folder = f"{folder_of(campaign, 'action')}questions/"
    token = fields_of(staff.get(f"{folder}new/text/").text)["csrf_token"]

    for there in ("qabcdef/preview/en/?type=rank", "long-key/preview/en/?type=text"):
        assert staff.post(f"{folder}{there}", data={"csrf_token": token}).status_code == 404


def archived(staff, campaign, locale: str = "en", **typed: str) -> str:
    address = f"/staff/campaigns/{campaign.id}/archive/"
    fields = fields_of(staff.get(address).text)
    answer = staff.post(f"{address}preview/{locale}/", data=fields | typed)
    assert answer.status_code == 200
    return answer.text


def test_archiving_shows_the_page_of_each_public_action_with_the_result(staff, campaign):
    db.session.execute(update(ActionText).values(result=""))
    db.session.commit()
    (action_id,) = db.session.scalars(select(Action.id)).all()
    hidden = make_action(campaign=campaign, slug="hidden").id
    db.session.execute(update(Action).filter_by(id=hidden).values(published_at=None))
    db.session.commit()
    typed = {"result_en": "The **law** is changed.", "preview_of": str(action_id)}

    choice = staff.get(f"/staff/campaigns/{campaign.id}/archive/").text
    whole = archived(staff, campaign, **typed | {"preview_of": ""})
    page = archived(staff, campaign, **typed)
    russian = archived(staff, campaign, "ru", **typed)

    options = re.findall(r'<option value="(\d*)"', choice.partition('name="preview_of"')[2])
    assert options == ["", str(action_id)]
    assert "Title of hidden (en)" not in whole, "it is not public"
    assert "Closed on " in page
    assert "The law is changed." in visible_text(page)
    assert 'id="sign"' not in page
    assert "на другом языке" in visible_text(russian)


def test_the_preview_of_a_closed_action_has_the_result_of_its_campaign(client, staff, campaign):
    db.session.execute(update(ActionText).values(result=""))
    db.session.commit()
    results = {"en": "The law is changed.", "ru": "Закон изменён."}
    archive(campaign.id, results=results, actor="grace@example.org", now=utc_now())

    page = live(staff, campaign, "action", "en", title="New title")

    assert "The law is changed." in band_of(client.get("/en/campaigns/racism/hate-crimes/").text)
    assert "The law is changed." in band_of(page)


def band_of(page: str) -> str:
    return page.partition('class="band"')[2].partition("</section>")[0]
