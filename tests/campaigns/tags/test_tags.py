"""Tags: typed between commas, each once, copied with their campaign."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.tags.forms import read_tags
from campaign_actions.campaigns.tags.queries import tags_of
from campaign_actions.campaigns.tags.save import set_tags
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from tests.support.factories import NOON, make_campaign, make_staff

GRACE = {"actor": "grace@example.org", "now": NOON}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("justice, 2026", ["justice", "2026"]),
        (" two   words ,,", ["two words"]),
        ("Justice, JUSTICE", ["Justice"]),
        ("عدالة، نساء", ["عدالة", "نساء"]),
        ("", []),
    ],
)
def test_tags_are_the_words_between_commas(typed, words):
    assert read_tags(typed) == words


def test_tags_are_replaced_and_recorded(app):
    campaign = make_campaign()
    set_tags(campaign.id, ["justice", "2026"], **GRACE)

    set_tags(campaign.id, ["2026", "women"], **GRACE)
    set_tags(campaign.id, ["women", "2026"], **GRACE)  # the same again

    assert tags_of(campaign.id) == ("2026", "women")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.details["tags"] for entry in entries] == [["2026", "justice"], ["2026", "women"]]


def test_a_campaign_that_does_not_exist_has_no_tags(app):
    with pytest.raises(NotFound):
        set_tags(7, ["justice"], **GRACE)


def test_a_copy_has_the_tags_of_its_original(app):
    campaign = make_campaign()
    set_tags(campaign.id, ["justice"], **GRACE)

    copied = copy_campaign(
        campaign.id, slug=None, proposed="copy", titles={}, by=make_staff("campaigner"), now=NOON
    )

    assert tags_of(copied) == ("justice",)
