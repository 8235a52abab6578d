"""The translations of a copied campaign."""

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.edit import save_campaign
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.catalogs.workflow.progress import CatalogProgress, catalog_progress
from campaign_actions.core.db.session import db
from tests.support.drafts import make_draft
from tests.support.factories import NOON, make_staff

COPY = {"slug": "copy", "proposed": "copy", "titles": {}, "now": NOON}


def progress_of(campaign_id: int) -> CatalogProgress:
    db.session.rollback()
    catalog = campaign_catalog(campaign_id)
    assert catalog
    return catalog_progress(catalog, "ru")


@pytest.mark.parametrize("is_stale", [False, True])
def test_a_copy_is_translated_as_far_as_its_original(app, is_stale):
    campaign, grace = make_draft(), make_staff("campaigner")
    if is_stale:
        new = {"texts.en.summary": "A new summary"}
        save_campaign(campaign.id, new, opened_at=0, by=grace, now=NOON)
        action_id = db.session.scalar(select(Action.id))
        its = {"texts.en.button": "Another button"}
        save_changes(ACTION, action_id, its, opened_at=0, by=grace, now=NOON)

    copied = progress_of(copy_campaign(campaign.id, by=grace, **COPY))

    original = progress_of(campaign.id)
    assert (copied.share, copied.stale) == (original.share, original.stale)
    assert copied.stale == (2 if is_stale else 0)


def test_a_copy_does_not_get_the_translation_of_a_result(app):
    campaign, grace = make_draft(), make_staff("campaigner")
    texts = update(CampaignText).filter_by(campaign_id=campaign.id)
    for locale, result in (("en", "We won."), ("ru", "Мы победили.")):
        db.session.execute(texts.filter_by(locale=locale).values(result=result))
    db.session.commit()
    new = {"texts.en.result": "We have won."}
    save_campaign(campaign.id, new, opened_at=0, by=grace, now=NOON)
    copy_id = copy_campaign(campaign.id, by=grace, **COPY)

    save_campaign(copy_id, new, opened_at=0, by=grace, now=NOON)

    assert progress_of(copy_id).stale == 0
