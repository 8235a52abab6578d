"""Consent texts: a change is a new version, the old ones stay."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import ConsentText
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from tests.support.factories import make_action, make_campaign, make_staff
from tests.support.staff_client import log_in, post
from tests.support.staff_forms import send

ADDRESS = "/staff/consent/en/"


@pytest.fixture
def staff(app, client):
    """Where no second person has to approve; with one: tests/web/staff/translations/test_approvals.py."""
    app.config["LOCALE_NEEDS"] = []
    member = make_staff("campaigner", tf_primary_method="authenticator")
    log_in(client, member)
    return member


def test_a_new_text_is_a_new_version_for_all_who_sign_from_now_on(client, staff):
    make_action()

    answer = send(client, ADDRESS, body="We keep it for a year.")

    assert answer.status_code == 303
    versions = db.session.scalars(select(ConsentText.version).order_by(ConsentText.version)).all()
    assert versions == [1, 2]
    assert "We keep it for a year." in client.get("/en/campaigns/racism/hate-crimes/").text
    assert "We keep your data for this (en)." in client.get(ADDRESS).text


def test_it_stands_in_the_audit_log(client, staff):
    send(client, ADDRESS, body="We keep it for a year.")

    entry = db.session.scalars(select(AuditEntry).filter_by(event="consent-published")).one()
    assert (entry.actor, entry.details) == (staff.email, {"language": "en", "version": 1})


@pytest.mark.parametrize("body", ["", "a\u202eb", "x" * 2001])
def test_what_can_not_be_a_consent_text_is_refused(client, staff, body):
    assert send(client, ADDRESS, body=body).status_code == 400


def test_a_language_that_is_not_served_has_none(client, staff):
    assert client.get("/staff/consent/xx/").status_code == 404


def test_who_is_limited_to_campaigns_does_not_write_for_all(client):
    campaign = make_campaign()
    member = make_staff("campaigner", campaigns=(campaign.id,), tf_primary_method="authenticator")
    log_in(client, member)

    answer = post(client, ADDRESS, seen="/staff/", body="We keep it for ever.")

    assert answer.status_code == 403
