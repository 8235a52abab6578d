"""Partners of a joint campaign: named in their order, with what was agreed."""

import pytest
from sqlalchemy import select

from campaign_actions.campaigns.models import PartnerText
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
