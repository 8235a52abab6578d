"""Every list in the workspace is paginated, and its last page has no link to a next one."""

import pytest
from sqlalchemy import insert

from campaign_actions.actions.models import ConsentText, InvalidationBatch
from campaign_actions.campaigns.models import PreviewLink
from campaign_actions.core.db.session import db
from campaign_actions.staff.models import StaffMember
from tests.support.factories import NOON, make_action, make_staff
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

MANY = 60


def make_people(_action) -> str:
    row = {"active": True, "locale": "en", "invited_at": NOON}
    names = [f"number-{number:02}" for number in range(MANY)]
    rows = [{**row, "email": name, "name": name, "fs_uniquifier": name} for name in names]
    db.session.execute(insert(StaffMember), rows)
    return "/staff/people/"


def make_links(action) -> str:
    link = {"campaign_id": action.campaign_id, "made_at": NOON, "expires_at": NOON, "opened": 0}
    rows = [{**link, "label": f"number-{number:02}"} for number in range(MANY)]
    db.session.execute(insert(PreviewLink), rows)
    return f"/staff/campaigns/{action.campaign_id}/publish/"


def make_consent_texts(_action) -> str:
    text = {"kind": "petition", "locale": "en", "published_at": NOON}
    rows = [{**text, "version": number, "body": f"number-{number:02}"} for number in range(2, MANY)]
    db.session.execute(insert(ConsentText), rows)
    return "/staff/consent/en/petition/"


def make_batches(action) -> str:
    batch = {"action_id": action.id, "marked_at": NOON, "reason": "script", "rows_marked": 1}
    batch |= {"state": "done", "ended_at": NOON}
    rows = [{**batch, "filter": {"source": f"number-{number:02}"}} for number in range(MANY)]
    db.session.execute(insert(InvalidationBatch), rows)
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/signatures/bulk-invalidate/"


@pytest.mark.parametrize("make_items", [make_people, make_links, make_consent_texts, make_batches])
def test_every_long_list_is_paginated(client, make_items):
    address = make_items(make_action())
    db.session.commit()
    log_in(client, make_staff("administrator", "campaigner"))

    first, second = (client.get(f"{address}?page={number}").text for number in (1, 2))
    behind = client.get(f"{address}?page=9")

    shown = [
        {number for number in range(MANY) if f"number-{number:02}" in page}
        for page in (first, second)
    ]
    assert all(shown)
    assert not shown[0] & (shown[1] - {MANY - 1}), "the current consent text is also in the form"
    assert "page=2" in first
    assert "page=1" in second
    assert behind.status_code == 404
