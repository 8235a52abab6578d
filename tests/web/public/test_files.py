"""The page of exported files that an entry is in: its link has only the code of the entry."""

from datetime import timedelta

import pytest

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.signatures.email_links import FILES
from campaign_actions.actions.signatures.withdraw import erase, erase_withdrawn, withdraw
from campaign_actions.disclosures.deletions.follow import follow_changes
from campaign_actions.disclosures.deletions.reported import destroy, tick_off
from campaign_actions.disclosures.files import records
from campaign_actions.disclosures.models import ExportRecord
from tests.support.exports import export_file, make_export
from tests.support.factories import NOON, link_to, make_action, make_confirmed, make_staff

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

LATER = NOON + timedelta(days=1)
NOT_DELETED = "Not deleted yet."
TOLD = "The person in our team who is responsible for this file reported on"
UNCHECKED = "We cannot check the copy that the addressee has."


@pytest.fixture
def ada(app):
    """Someone whose entry was handed over and exported for the team, and who is in no other file."""
    action = make_action()
    export_file(make_export(action))
    signature = make_confirmed(action, email="ada@example.org", given_name="Augusta")
    for purpose in ("team", "handover"):
        export_file(make_export(action, purpose=purpose, recipient="Council of Perm"))
    return signature


def address(signature) -> str:
    return link_to("files", signature)


def follow() -> None:
    number_changes()
    follow_changes(NOON, keep_months=12)


def test_before_withdrawing_the_page_asks_for_nothing(client, ada):
    page = client.get(address(ada)).text

    assert page.count("Exported on 20 November 2026.") == 2
    assert NOT_DELETED not in page
    assert "You haven’t withdrawn, so your entry stays in them." in page


def test_days_are_those_of_the_organisations_time_zone(app, client, ada):
    app.config["TIMEZONE"] = "Pacific/Kiritimati"  # 14 hours ahead of UTC

    assert client.get(address(ada)).text.count("Exported on 21 November 2026.") == 2


@pytest.mark.parametrize("is_followed", [False, True])
def test_after_deletion_each_file_is_not_deleted_yet(client, ada, is_followed):
    """Whether or not the worker has seen the deletion already."""
    erase("ada@example.org", now=NOON)
    if is_followed:
        follow()

    page = client.get(address(ada)).text

    assert page.count(NOT_DELETED) == 2
    assert "Our team" in page
    assert "The authority or organisation that a petition is addressed to" in page


def test_what_is_ticked_off_is_shown_as_someone_s_word(client, ada):
    member = make_staff("exporter")
    _data, other = export_file(make_export(ada.action, recipient="Council"))
    erase("ada@example.org", now=NOON)
    follow()

    tick_off(other, None, until=NOON, by=member.id, actor=member.email, now=LATER)
    page = client.get(address(ada)).text

    assert page.count(f"{TOLD} 21 November 2026 that your entry was deleted.") == 1
    assert page.count(NOT_DELETED) == 2


def test_a_destroyed_file_counts_as_deleted_and_a_copy_at_the_addressee_as_unknown(client, ada):
    member = make_staff("exporter")
    erase("ada@example.org", now=NOON)
    follow()

    for record in records(ExportRecord.state == "complete", limit=9):
        destroy(record, by=member.id, actor=member.email, now=LATER)
    page = client.get(address(ada)).text

    assert page.count(TOLD) == 2
    assert "who are responsible for these files have reported that your entry was deleted." in page
    assert page.count(UNCHECKED) == 1


def test_someone_in_no_file_is_told_so(client, app):
    signature = make_confirmed(make_action())

    page = client.get(address(signature)).text

    assert "Your entry is in none of the files that our team exported." in page


def test_the_page_says_nothing_personal_and_is_private(client, ada):
    answer = client.get(address(ada))

    for word in ("Augusta", "ada@example.org", "Council of Perm"):
        assert word not in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert 'content="noindex"' in answer.text


def test_the_page_changes_nothing_and_its_link_withdraws_nothing(client, ada):
    token = FILES.make(ada.public_id)

    assert client.post(f"/en/files/{token}/").status_code == 405
    assert client.get(f"/en/withdraw/{token}/").status_code == 404


@pytest.mark.parametrize("subject", ["nobody", ""])
def test_a_code_that_does_not_exist_is_a_broken_link(client, app, subject):
    assert client.get(f"/en/files/{FILES.make(subject)}/").status_code == 404


def test_the_pages_after_withdrawing_and_deleting_link_to_it(client, ada):
    withdraw(ada, now=NOON)
    withdrawn = client.get(link_to("withdraw", ada)).text
    erase_withdrawn(ada, now=NOON)
    deleted = client.get(link_to("withdraw", ada)).text

    for page in (withdrawn, deleted):
        assert f"/en/files/{ada.public_id}." in page
