"""The filters of the list of signatures reach the export page and the file, but no name does."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.core.db.session import db
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.selection import selection_from_text
from tests.support.factories import make_action, make_confirmed, make_signature, make_staff
from tests.support.page_text import visible_text
from tests.support.signature_pages import address
from tests.support.staff_client import log_in, token_of

GIVEN = {"format": "csv", "purpose": "team"}
LIST_LINK = r'href="([^"]+/export/[^"]*)"[^>]*>Export all of these…'


@pytest.fixture
def member(client):
    log_in(client, make_staff("exporter", email="grace@example.org"))


@pytest.fixture
def open_export(client, member):
    """Follows the link of the list, with these filters."""

    def open_export(action, **filters):
        listed = client.get(address(action, "signatures"), query_string=filters).text
        link = re.search(LIST_LINK, listed)[1].replace("&amp;", "&")
        return client.get(link, follow_redirects=True).text

    return open_export


def field(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]* value="([^"]*)"', page)
    return found[1] if found else ""


def download(client, action, page: str, *names: str) -> list[str]:
    """The addresses in the file that the page makes with its fields of these names."""
    fields = {name: field(page, name) for name in names}
    given = {"csrf_token": token_of(page), "actions": [str(action.id)], **GIVEN, **fields}
    answer = client.post(
        f"/staff/campaigns/{action.campaign_id}/export/", data=given, buffered=True
    )
    assert answer.status_code == 200
    return re.findall(r"[\w.-]+@[\w.]+", answer.text)


def stored_selection():
    db.session.rollback()
    return selection_from_text(db.session.scalars(select(ExportRecord.selection)).one())


def test_the_filters_of_the_list_are_those_of_the_file(client, open_export):
    action = make_action()
    make_confirmed(action, email="ada@bulk.example", source="leaflet")
    make_confirmed(action, email="bea@bulk.example")
    make_confirmed(action, email="cyd@example.org", source="leaflet")

    page = open_export(action, domain="bulk.example", source="leaflet", country="RU")
    found = download(client, action, page, "domain", "source")

    assert found == ["ada@bulk.example"]
    assert 'value="RU" selected' in page
    assert stored_selection().domain == "bulk.example"


def test_people_of_a_list_who_are_not_confirmed_are_left_out_in_words(client, open_export):
    action = make_action()
    make_confirmed(action, source="leaflet")
    make_confirmed(action)
    make_signature(action, source="leaflet")
    only = "Only confirmed participants are exported: 1 of 2."

    page = open_export(action, source="leaflet")
    given = {"csrf_token": token_of(page), "actions": [str(action.id)], **GIVEN}
    there = f"/staff/campaigns/{action.campaign_id}/export/preview/"
    shown = client.post(there, data={**given, "source": "leaflet", "status": "confirmed"}).text

    assert only in visible_text(page)
    assert "A file for “Work of our own team” can have those of another status" in page
    assert only in visible_text(shown)
    assert only not in open_export(action, source="leaflet", status="confirmed")
    pending = client.post(there, data={**given, "source": "leaflet", "status": "pending"}).text
    assert "Only confirmed participants" not in pending


def test_nothing_is_said_of_a_list_in_which_everyone_is_confirmed(open_export):
    action = make_action()
    make_confirmed(action, source="leaflet")
    make_signature(action)

    assert "Only confirmed participants" not in open_export(action, source="leaflet")


def test_every_filter_of_the_list_reaches_the_export_page(client, member):
    action = make_action()
    filters = {"language": "de", "channel": "page", "without": "source"}

    page = client.get(address(action, "export"), query_string=filters).text

    for value in ("de", "page", "source"):
        assert f'<option value="{value}" selected>' in page


def test_a_file_of_those_without_a_source_has_only_them(client, member):
    action = make_action()
    make_confirmed(action, email="ada@example.org")
    make_confirmed(action, email="bea@example.org", source="leaflet")
    page = client.get(address(action, "export")).text

    fields = {"csrf_token": token_of(page), "actions": [str(action.id)], **GIVEN}
    answer = client.post(
        f"/staff/campaigns/{action.campaign_id}/export/",
        data=fields | {"without": "source", "channel": "page"},
        buffered=True,
    )

    assert re.findall(r"[\w.-]+@[\w.]+", answer.text) == ["ada@example.org"]
    assert stored_selection().filter() == {"channel": "page", "without": "source"}


def test_selected_signatures_are_exported(client, member):
    action = make_action()
    chosen = [make_confirmed(action, email=f"{name}@example.org") for name in ("ada", "bea")]
    make_confirmed(action, email="cyd@example.org")
    ids = [one.public_id for one in chosen]

    page = client.get(address(action, "export"), query_string={"s": ids}).text
    found = download(client, action, page, "s")

    assert sorted(found) == ["ada@example.org", "bea@example.org"]
    assert "Selected: 2 participants" in page
    assert stored_selection().filter() == {"selected": 2}


def test_a_search_by_name_becomes_those_who_were_found(client, open_export):
    action = make_action()
    make_confirmed(action, family_name="Иванова", email="ada@example.org")
    make_confirmed(action, family_name="Петрова", email="bea@example.org")

    page = open_export(action, q="Ivanova")
    found = download(client, action, page, "s")

    assert found == ["ada@example.org"]
    assert "ivanova" not in db.session.scalars(select(ExportRecord.selection)).one().lower()


def test_a_name_that_too_many_have_is_not_exported(open_export, monkeypatch):
    monkeypatch.setattr("campaign_actions.actions.signatures.search.MAX_IDS", 1)
    action = make_action()
    for _number in range(2):
        make_confirmed(action, given_name="Ada")

    page = open_export(action, q="Ada")

    assert "Names are not kept." in page
    assert 'id="results"' in page, "the list"
