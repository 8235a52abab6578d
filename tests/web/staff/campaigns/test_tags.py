"""The page on which the tags of a campaign are changed."""

import pytest

from campaign_actions.campaigns.tags.queries import tags_of
from campaign_actions.core.db.session import db
from tests.support.factories import make_campaign, make_staff
from tests.support.staff_client import log_in, post

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_tags_are_saved_and_lead_to_their_campaigns(client):
    campaign = make_campaign()
    log_in(client, make_staff("campaigner"))

    answer = post(client, f"/staff/campaigns/{campaign.id}/tags/", tags="justice, 2026")

    assert answer.status_code == 303
    db.session.rollback()  # to see what the request has written
    assert tags_of(campaign.id) == ("2026", "justice")
    assert 'href="/staff/campaigns/?tag=justice"' in client.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("x" * 31, "A tag can have 30 characters at most."),
        (",".join("abcdefghi"), "A campaign can have 8 tags at most."),
        ("a\u202eb", "hidden character"),
    ],
)
def test_tags_that_cannot_be_saved_are_kept_on_the_page(client, typed, words):
    campaign = make_campaign()
    log_in(client, make_staff("campaigner"))

    answer = post(client, f"/staff/campaigns/{campaign.id}/tags/", tags=typed)

    assert answer.status_code == 400
    assert words in answer.text
    assert f'value="{typed}"' in answer.text
    assert tags_of(campaign.id) == ()
