"""The audit log is never read to decide: the program works without its entries."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import Action
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.batches import batches
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.edit import save_campaign
from campaign_actions.campaigns.picture import choose_accent
from campaign_actions.core.db.session import db
from campaign_actions.publishing.archive import archive
from campaign_actions.publishing.close import close_action
from tests.support.batches import mark, work
from tests.support.factories import NOON, make_action, make_confirmed, make_staff
from tests.support.staff_client import log_in, token_of

LATER = NOON + timedelta(hours=1)
BY = {"actor": "grace@example.org", "now": NOON}


@pytest.fixture
def staff(client):
    member = make_staff("administrator", "campaigner")
    log_in(client, member)
    return member


def delete_all_entries() -> None:
    """Delete all entries, as retention or the owner of the database could."""
    assert db.session.scalar(select(func.count(AuditEntry.id)))
    db.session.execute(delete(AuditEntry))
    db.session.commit()


def submit(client, page, **fields):
    token = token_of(client.get("/staff/").text)
    return client.post(page, data={"csrf_token": token, **fields})


def test_a_batch_is_listed_and_undone_without_the_log(client, staff):
    action = make_action()
    make_confirmed(action, source="bot")
    batch_id = mark(
        action.id, SignatureFilter(source="bot"), staff_id=staff.id, **BY | {"now": LATER}
    )
    below = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/signatures/"

    delete_all_entries()
    page = client.get(f"{below}bulk-invalidate/").text
    undone = submit(client, f"{below}batches/{batch_id}/validate/")

    assert all(
        words in page for words in ("Automated submission", "Grace", f"/{batch_id}/validate/")
    )
    work(batch_id, LATER)
    assert undone.status_code == 303
    assert count_signatures(action.id) == 1
    (batch,) = batches(action.id, offset=0, limit=9)
    assert (batch.rows_undone, batch.undone_by) == (1, "Grace")


def test_a_campaign_opens_again_with_its_actions_without_the_log(client, staff):
    open_one = make_action()
    campaign = db.session.get(Action, open_one.id).campaign
    ended_before = make_action(campaign=campaign, slug="ended-before")
    close_action(campaign.id, ended_before.id, at=NOON, **BY)
    archive(campaign.id, results=None, **BY)

    delete_all_entries()
    submit(client, f"/staff/campaigns/{campaign.id}/reopen/", seen=NOON.isoformat())

    db.session.rollback()
    ends = select(Action.slug, Action.closes_at)
    assert dict(map(tuple, db.session.execute(ends))) == {
        "hate-crimes": None,
        "ended-before": NOON,
    }, "both ended at the same instant, and only one with its campaign"


def test_the_history_shows_who_changed_what_without_the_log(client, staff):
    action = make_action()
    campaign_id = action.campaign_id
    saved = save_campaign(
        campaign_id, {"document_index": "EUR 46/001"}, opened_at=0, by=staff, now=NOON
    )
    choose_accent(campaign_id, "blue", staff_id=staff.id, **BY | {"now": LATER})
    history = f"/staff/campaigns/{campaign_id}/history/"

    delete_all_entries()
    page, compared = (client.get(f"{history}{below}").text for below in ("", f"{saved.number}/"))
    restored = submit(client, f"{history}1/restore/")

    assert page.count("<bdi>Grace</bdi>") == 2
    assert "The colour was changed to blue." in page
    assert f"{history}{saved.number}/" in page
    assert "EUR 46/001" in compared
    assert restored.status_code == 303
    assert "Revision 1 restored" in client.get(history).text
