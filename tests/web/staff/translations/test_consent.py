"""Consent texts: each change is a new version, and old versions are kept."""

import pytest
from sqlalchemy import delete, select

from campaign_actions.actions.consent import (
    find_model_consent,
    find_newest_consent,
    publish_consent,
)
from campaign_actions.actions.models import LATER_USES, ConsentText
from campaign_actions.actions.personal_data.later_uses import (
    covered_uses,
    set_covered,
    uses_covered_now,
)
from campaign_actions.audit.models import AuditEntry
from campaign_actions.catalogs.workflow.translation_approvals import (
    find_consent_draft,
    propose_consent,
)
from campaign_actions.core.db.session import db
from tests.support.drafts import make_draft
from tests.support.factories import NOON, make_action, make_campaign, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, post, token_of
from tests.support.staff_forms import send

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

ADDRESS = "/staff/consent/en/petition/"


KEY = (ConsentText.kind, ConsentText.version)


@pytest.fixture
def staff(app, client):
    """Without dual control; with it, see tests/web/staff/translations/test_approvals.py."""
    app.config["LOCALE_NEEDS"] = []
    member = make_staff("campaigner", tf_primary_method="authenticator")
    log_in(client, member)
    return member


def test_a_new_text_is_a_new_version_for_later_signatures(client, staff):
    make_action()

    answer = send(client, ADDRESS, body="We keep it for a year.")

    assert answer.status_code == 303
    versions = db.session.scalars(select(ConsentText.version).order_by(ConsentText.version)).all()
    assert versions == [1, 2]
    assert "We keep it for a year." in client.get("/en/campaigns/racism/hate-crimes/").text
    assert "We keep your data for this (en)." in client.get(ADDRESS).text


def test_publishing_a_consent_text_is_in_the_audit_log(client, staff):
    send(client, ADDRESS, body="We keep it for a year.")

    entry = db.session.scalars(select(AuditEntry).filter_by(event="consent-published")).one()
    assert (entry.actor, entry.details) == (
        staff.email,
        {"kind": "petition", "language": "en", "version": 1},
    )


def test_staff_say_which_version_first_mentions_a_later_use(client, staff):
    make_action()
    send(client, ADDRESS, body="We also load your data into our CRM.")

    answer = post(client, f"{ADDRESS}uses/", seen=ADDRESS, crm="2", code="")

    assert answer.status_code == 303
    assert uses_covered_now("petition", "en") == {"crm"}
    assert '<option value="2" selected>' in client.get(ADDRESS).text


@pytest.mark.parametrize("crm", ["3", "x", "-1", "9" * 30])
def test_a_version_that_does_not_exist_covers_nothing(client, staff, crm):
    make_action()

    answer = post(client, f"{ADDRESS}uses/", seen=ADDRESS, crm=crm)

    assert answer.status_code in (303, 404)
    assert uses_covered_now("petition", "en") == set()


@pytest.mark.parametrize(
    ("role", "words"), [("translator", "Change text"), ("exporter", ""), ("reviewer", "View text")]
)
def test_the_list_offers_what_the_reader_may_do(client, role, words):
    make_action()
    log_in(client, make_staff(role))

    page = client.get("/staff/consent/en/")

    buttons = ["Change text", "View text", "Review and approve"]
    assert [one for one in buttons if one in page.text] == [words] * bool(words)


@pytest.mark.parametrize("body", ["", "a\u202eb", "x" * 2001])
def test_an_invalid_consent_text_is_refused(client, staff, body):
    assert send(client, ADDRESS, body=body).status_code == 400


@pytest.mark.parametrize("address", ["xx/", "xx/petition/", "en/party/"])
def test_an_unserved_language_and_an_unknown_kind_have_no_consent_page(client, staff, address):
    assert client.get(f"/staff/consent/{address}").status_code == 404


def test_each_kind_has_versions_and_pages_of_its_own(client, staff):
    make_action(slug="petition")
    make_action(campaign=make_campaign(slug="other"), slug="pledge", kind="pledge")

    send(client, "/staff/consent/en/pledge/", body="We pass on nothing.")

    rows = db.session.execute(select(ConsentText.kind, ConsentText.version).order_by(*KEY)).all()
    assert rows == [("petition", 1), ("pledge", 1), ("pledge", 2)]
    assert "We pass on nothing." in client.get("/en/campaigns/other/pledge/").text
    assert "We pass on nothing." not in client.get("/en/campaigns/racism/petition/").text
    assert "We pass on nothing." not in client.get(ADDRESS).text
    for overview in ("/staff/consent/", "/staff/consent/en/"):
        page = client.get(overview).text
        assert "We keep your data for this (en)." in page
        assert "We pass on nothing." in page


def test_a_role_limited_to_campaigns_cannot_change_consent_texts(client):
    campaign = make_campaign()
    member = make_staff("campaigner", campaigns=(campaign.id,), tf_primary_method="authenticator")
    log_in(client, member)

    answer = post(client, ADDRESS, seen="/staff/", body="We keep it for ever.")

    assert answer.status_code == 403


@pytest.mark.parametrize("other", ["translator", "exporter"])
def test_where_nobody_else_can_approve_the_author_decides_alone(client, other):
    make_staff(other)
    log_in(client, make_staff("administrator"))

    page = client.get(ADDRESS).text
    post(client, ADDRESS, body="We keep it for a year.")
    db.session.rollback()  # on SQLite, it still reads what was there before

    assert "so you decide alone" in page
    assert find_newest_consent("petition", "en").body == "We keep it for a year."
    assert find_consent_draft("petition", "en") is None


def test_an_approver_who_has_not_joined_is_named_with_their_invitation(client):
    invited = make_staff("campaigner", email="second@example.org", password=None)
    make_staff("exporter", email="third@example.org", password=None)
    log_in(client, make_staff("administrator"))

    page = client.get(ADDRESS).text

    assert "so you decide alone" in page
    assert "second@example.org has not joined yet." in page
    assert f'href="/staff/people/{invited.id}/">See invitation</a>' in page
    assert "third@example.org" not in page, "an exporter does not approve texts"
    assert "Invite someone who approves" not in page


def test_someone_who_may_not_invite_reads_who_has_not_joined(client):
    make_staff("reviewer", email="second@example.org", password=None)
    log_in(client, make_staff("translator"))

    page = client.get(ADDRESS).text

    assert "second@example.org has not joined yet." in page
    assert "See invitation" not in page


def test_a_writer_who_may_not_publish_never_decides_alone(client):
    log_in(client, make_staff("translator"))

    post(client, ADDRESS, body="We keep it for a year.")
    db.session.rollback()  # on SQLite, it still reads what was there before

    assert find_newest_consent("petition", "en") is None
    assert find_consent_draft("petition", "en").body == "We keep it for a year."
    assert "nobody else can do that yet" in client.get(ADDRESS).text


def test_a_second_person_approves_where_there_is_one(client):
    make_staff("reviewer", name="Bea")
    log_in(client, make_staff("administrator"))

    post(client, ADDRESS, body="We keep it for a year.")
    db.session.rollback()  # on SQLite, it still reads what was there before

    assert find_newest_consent("petition", "en") is None
    assert "before it applies: Bea." in client.get(ADDRESS).text


def test_the_model_text_covers_every_use(client):
    make_campaign(slug="draft", published_at=None)
    log_in(client, make_staff("administrator"))

    before = client.get(ADDRESS).text
    page = client.get(f"{ADDRESS}?begin=model").text
    post(client, ADDRESS, body=find_model_consent("petition", "en"))
    db.session.rollback()  # on SQLite, it still reads what was there before

    assert "Start with the model text" in before
    assert "This is the model text." in page
    assert uses_covered_now("petition", "en") == set(LATER_USES)
    assert "Title of draft" in client.get(ADDRESS).text


def test_a_reworded_model_text_leaves_out_nobody_who_agreed_to_an_earlier_one(client):
    publish_consent("petition", "en", "The former model text.", now=NOON)
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    log_in(client, make_staff("administrator"))

    post(client, ADDRESS, body=find_model_consent("petition", "en"))
    db.session.rollback()  # on SQLite, it still reads what was there before

    version = find_newest_consent("petition", "en").version
    covered = covered_uses(db.session.connection(), "petition", "en")
    assert version > 1
    assert covered == dict.fromkeys(LATER_USES, version) | {"crm": 1}


def way_on(page: str) -> str:
    """The main button of the page."""
    assert page.count('class="btn main"') == 1
    return visible_text(page.partition('class="btn main"')[2].partition(">")[2].partition("<")[0])


@pytest.fixture
def campaign(app):
    """A draft that lacks nothing but a picture."""
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    return make_draft(locales=("en",))


def without_texts() -> None:
    db.session.execute(delete(ConsentText))
    db.session.commit()


def test_a_text_written_for_a_draft_leads_to_its_next_step(client, staff, campaign):
    without_texts()

    answer = send(client, f"{ADDRESS}?campaign={campaign.id}", body="We keep it for a year.")

    assert (answer.status_code, answer.location) == (
        303,
        f"/staff/campaigns/{campaign.id}/appearance/",
    )
    page = visible_text(client.get(answer.location).text)
    assert "Version 1 is now in force." in page
    assert "Next: add a picture." in page


def test_a_text_in_force_offers_the_next_step_and_not_the_same_text_again(client, staff, campaign):

    page = client.get(f"{ADDRESS}?campaign={campaign.id}").text

    assert way_on(page) == "Next: add a picture"
    assert "Publish new version" in page


def test_a_proposed_text_leads_its_author_on_and_says_whom_it_waits_for(client, campaign):
    without_texts()
    make_staff("campaigner", name="Boris")
    log_in(client, make_staff("campaigner", name="Ana"))
    address = f"{ADDRESS}?campaign={campaign.id}"

    answer = send(client, address, body="We keep it for a year.")
    checklist = client.get(f"/staff/campaigns/{campaign.id}/checklist/").text

    assert answer.location == f"/staff/campaigns/{campaign.id}/appearance/"
    assert "Next: add a picture" in visible_text(checklist)
    assert "The consent text is pending approval by Boris." in visible_text(checklist)
    assert "To fix:" not in checklist
    assert way_on(client.get(address).text) == "Next: add a picture"
    publish = visible_text(client.get(f"/staff/campaigns/{campaign.id}/publish/").text)
    assert "The consent text is pending approval by Boris." in publish
    assert "missing" not in publish
    assert "problem to fix" not in publish


def test_an_approved_text_leads_on_from_the_draft_it_was_written_for(client, campaign):
    without_texts()
    ana = make_staff("campaigner", name="Ana")
    propose_consent("petition", "en", "We keep it.", by=ana, now=NOON)
    log_in(client, make_staff("campaigner", name="Boris"))

    page = client.get(f"{ADDRESS}?campaign={campaign.id}").text
    form = {"csrf_token": token_of(page), "seen": "We keep it."}
    answer = client.post(f"{ADDRESS}approve/?campaign={campaign.id}", data=form)

    assert way_on(page) == "Approve this text"
    assert f'action="{ADDRESS}approve/?campaign={campaign.id}"' in page
    assert answer.location == f"/staff/campaigns/{campaign.id}/appearance/"


@pytest.mark.parametrize("number", ["99", "x", ""])
def test_an_unknown_draft_leads_back_to_the_text(client, staff, number):
    answer = send(client, f"{ADDRESS}?campaign={number}", body="We keep it for a year.")

    assert answer.status_code == 303
    assert answer.location.startswith(ADDRESS)
