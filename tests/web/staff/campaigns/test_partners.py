"""Partners of a joint campaign: named in their order, with what was agreed."""

import pytest
from sqlalchemy import select

from campaign_actions.campaigns.models import Partner, PartnerText
from campaign_actions.core.db.session import db
from tests.support.changes import publish_all
from tests.support.factories import make_campaign, make_staff
from tests.support.staff_client import log_in
from tests.support.staff_forms import fields_of, send

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def address(client):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    campaign = make_campaign(locales=("en", "ru"))
    return f"/staff/campaigns/{campaign.id}/partners/"


def add(client, address, name, **changes):
    fields = {"partners__new__en__name": name} | changes
    """Add a partner and publish it."""
    answer = send(client, f"{address}new/", **fields)
    assert answer.status_code == 303, answer.text
    publish_all()
    return db.session.scalars(select(PartnerText.partner_id).filter_by(name=name)).one()


def post(client, address, **data):
    token = fields_of(client.get("/staff/campaigns/new/").text)["csrf_token"]
    return client.post(address, data=data | {"csrf_token": token})


def test_a_partner_is_public_in_the_languages_in_which_it_has_a_name(client, address):
    add(
        client,
        address,
        "Memorial",
        partners__new__website="https://memorial.example.org/",
        partners__new__en__points="- Asks the prosecutors",
    )

    page = client.get("/en/campaigns/racism/").text

    assert "Our partners" in page
    assert '<a href="https://memorial.example.org/" rel="nofollow noopener">Memorial</a>' in page
    assert "<li>Asks the prosecutors</li>" in page
    assert "Memorial" not in client.get("/ru/campaigns/racism/").text


@pytest.mark.parametrize(
    "website",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "example.org",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org/ x",
        "ftp://example.org",
        'https://example.org/"onclick=',
        "https://[",
        "https://https://un.org",
    ],
)
def test_only_web_addresses_are_accepted(client, address, website):
    names = {"partners__new__en__name": "Memorial", "partners__new__website": website}

    answer = send(client, f"{address}new/", **names)

    assert answer.status_code == 400
    assert "Enter the full address" in answer.text
    assert "Memorial" in answer.text


def test_a_partner_needs_a_name(client, address):
    answer = send(client, f"{address}new/", partners__new__website="https://example.org")

    assert answer.status_code == 400
    assert "Enter the name in at least one language" in answer.text


def test_partners_can_be_reordered(client, address):
    add(client, address, "First")
    second = add(client, address, "Second")

    post(client, f"{address}{second}/move/", to="up")
    publish_all()

    page = client.get("/en/campaigns/racism/").text
    assert page.index(">Second") < page.index(">First")


def test_a_removed_partner_comes_back_with_a_revision(client, address):
    partner = add(client, address, "Memorial")

    assert post(client, f"{address}{partner}/remove/").status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(PartnerText.partner_id)).all() == []

    post(client, f"{address.replace('partners', 'history')}2/restore/")
    publish_all()
    assert "Memorial" in client.get("/en/campaigns/racism/").text


def test_a_partner_of_another_campaign_is_not_found(client, address):
    partner = add(client, address, "Memorial")
    other = make_campaign(slug="other")

    page = client.get(f"/staff/campaigns/{other.id}/partners/{partner}/")

    assert page.status_code == 404


def test_saving_a_partner_of_a_public_campaign_says_that_it_is_a_draft(client, address):
    page = client.get(f"{address}new/").text
    saved = send(client, f"{address}new/", partners__new__en__name="Memorial")

    assert "Your changes are a draft until you publish them." in page
    assert "Save draft" in page
    assert "Saved as a draft." in client.get(saved.location).text


def test_a_partner_can_be_saved_and_published(client, address):
    names = {"partners__new__en__name": "Memorial", "then": "publish"}

    saved = send(client, f"{address}new/", **names)

    assert saved.location == address.replace("partners", "changes")
    assert "Memorial" in client.get(saved.location).text


def test_reordering_says_that_it_is_a_draft(client, address):
    add(client, address, "First")
    second = add(client, address, "Second")

    moved = post(client, f"{address}{second}/move/", to="up")

    assert "Saved as a draft." in client.get(moved.location).text


def test_the_place_of_a_new_partner_is_not_a_change_of_its_own(client, address):
    add(client, address, "First")
    send(client, f"{address}new/", partners__new__en__name="Memorial")

    changes = client.get(address.replace("partners", "changes")).text

    assert "Memorial" in changes
    assert "Position" not in changes


def test_removing_a_partner_that_was_never_public_says_nothing_of_the_public_page(client, address):
    public = add(client, address, "First")
    send(client, f"{address}new/", partners__new__en__name="Memorial")
    of_draft = max(db.session.scalars(select(Partner.id)))

    pages = [client.get(f"{address}{key}/remove/").text for key in (public, of_draft)]

    assert ["from its public page at once" in page for page in pages] == [True, False]
