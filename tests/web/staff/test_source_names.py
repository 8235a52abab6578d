"""The names of sources: the same in lists, filters, batches, exports and the audit log as in figures."""

import pytest
from sqlalchemy import insert, select

from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.models import ChannelName
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.db.session import db
from campaign_actions.publishing.sharing.channels import name_channel
from tests.support.batches import mark
from tests.support.factories import NOON, make_action, make_confirmed, make_staff
from tests.support.page_text import visible_text
from tests.support.signature_pages import address
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NAME = "Interview on the radio"
SOURCE = "radio-3"


@pytest.fixture
def action(client):
    """One with a person who came by a named channel, and someone who may see them."""
    log_in(client, make_staff("administrator", "campaigner", "exporter"))
    action = make_action()
    named = {"campaign_id": action.campaign_id, "source": SOURCE, "name": NAME}
    db.session.execute(insert(ChannelName).values(**named))
    db.session.commit()
    make_confirmed(action, given_name="Ada", source=SOURCE)
    make_confirmed(action, given_name="Grace", source="leaflet-2")
    return action


def test_the_list_and_the_page_of_a_person_name_their_source(client, action):
    there = address(action, "signatures")
    page = client.get(there).text
    person = make_confirmed(action, source=SOURCE)

    assert f"<bdi>{NAME}</bdi>" in page
    assert SOURCE not in page
    assert "<bdi>leaflet-2</bdi>" in page
    assert NAME in client.get(f"{there}{person.public_id}/").text


@pytest.mark.parametrize("typed", [SOURCE, NAME, NAME.lower()])
def test_the_list_is_filtered_by_a_source_or_its_name(client, action, typed):
    page = client.get(address(action, "signatures"), query_string={"source": typed}).text

    assert f'value="{NAME}"' in page
    assert "Ada" in page
    assert "Grace" not in page


def test_a_batch_and_the_audit_log_name_its_source(client, action):
    mark(action.id, SignatureFilter(source=SOURCE), now=NOON)
    client.get(address(action, "signatures"), query_string={"source": SOURCE})

    batches = client.get(address(action, "signatures/bulk-invalidate")).text
    log = visible_text(client.get("/staff/audit/").text)

    assert f"<bdi>{NAME}</bdi>" in batches
    assert f"Channel : {NAME}" in log
    assert SOURCE not in log


def test_the_audit_log_has_the_name_of_a_channel_that_was_named(client, action):
    name_channel(
        action.campaign_id, "Leaflet 2", campaign=action.campaign_slug, actor="ada", now=NOON
    )

    entry = db.session.scalars(select(AuditEntry).filter_by(event="channel-named")).one()

    assert entry.details["source"] == "leaflet-2"
    assert "Channel : Leaflet 2" in visible_text(client.get("/staff/audit/").text)


def test_a_form_for_an_export_and_for_an_update_offers_names(client, action):
    for page in ("updates/new", "export"):
        shown = client.get(address(action, page), query_string={"source": SOURCE})

        assert f'value="{NAME}"' in shown.text


def test_a_name_that_two_sources_have_does_not_hide_either(action):
    for source in ("one", "two"):
        named = {"campaign_id": action.campaign_id, "source": source, "name": "Same"}
        db.session.execute(insert(ChannelName).values(**named))
    names = SourceNames((action.campaign_id,))

    shown = {source: names.typed(source) for source in ("one", "two")}

    assert {names.find(typed) for typed in shown.values()} == {"one", "two"}


def test_a_network_that_staff_named_before_keeps_their_name(action):
    named = {"campaign_id": action.campaign_id, "source": "mastodon", "name": "Our Mastodon"}
    db.session.execute(insert(ChannelName).values(**named))

    names = SourceNames((action.campaign_id,))

    assert (names.name("mastodon"), names.name("instagram")) == ("Our Mastodon", "Instagram")
