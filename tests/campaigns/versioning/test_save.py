"""Every save is a revision, and concurrent saves lose nothing."""

import threading

import pytest
from sqlalchemy import func, select

from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.edit import new_campaign, save_campaign
from campaign_actions.campaigns.models import Campaign, CampaignText, FormerCampaignSlug, Revision
from campaign_actions.campaigns.versioning.errors import EditConflict, SlugTaken
from campaign_actions.core.db.session import db
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_campaign, make_staff


def title_of(campaign_id, locale="en"):
    return db.session.scalar(
        select(CampaignText.title).filter_by(campaign_id=campaign_id, locale=locale)
    )


def numbers_of(campaign_id):
    found = select(Revision.number).filter_by(subject="campaign", subject_id=campaign_id)
    return list(db.session.scalars(found.order_by(Revision.number)))


@pytest.fixture
def grace(app):
    return make_staff("campaigner")


@pytest.fixture
def campaign_id(grace):
    texts = {"en": {"title": "Racism", "headline": "No one", "body": "Why"}}
    return new_campaign("racism", texts, by=grace, now=NOON)


def test_a_new_campaign_is_a_draft_with_a_first_revision(app, campaign_id):
    campaign = db.session.get(Campaign, campaign_id)

    assert (campaign.published_at, campaign.version) == (None, 1)
    assert numbers_of(campaign_id) == [1]


def test_a_save_is_a_revision_and_an_audit_entry(app, grace, campaign_id):
    saved = save_campaign(campaign_id, {"texts.en.title": "New"}, opened_at=1, by=grace, now=NOON)

    assert (saved.number, title_of(campaign_id)) == (2, "New")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.event, entry.actor, entry.details["revision"]) == (
        "campaign-saved",
        grace.email,
        2,
    )


def test_a_save_without_changes_adds_no_revision(app, grace, campaign_id):
    same = {"texts.en.title": "Racism"}

    assert not save_campaign(campaign_id, same, opened_at=1, by=grace, now=NOON).is_new
    assert numbers_of(campaign_id) == [1]


def test_content_older_than_its_history_becomes_the_first_revision(app, grace):
    campaign = make_campaign()
    before = title_of(campaign.id)

    save_campaign(campaign.id, {"texts.en.title": "New"}, opened_at=0, by=grace, now=NOON)

    first = db.session.scalars(select(Revision).filter_by(number=1)).one()
    assert (first.content["texts.en.title"], first.staff_id) == (before, None)
    assert numbers_of(campaign.id) == [1, 2]


def test_changes_of_two_people_to_different_fields_are_merged(app, grace, campaign_id):
    save_campaign(campaign_id, {"texts.en.headline": "Theirs"}, opened_at=1, by=grace, now=NOON)

    mine = {"texts.en.title": "Mine", "texts.en.headline": "No one"}
    saved = save_campaign(campaign_id, mine, opened_at=1, by=grace, now=NOON)

    assert saved.taken == ("texts.en.headline",)
    content = db.session.get(Revision, ("campaign", campaign_id, 3)).content
    assert (content["texts.en.title"], content["texts.en.headline"]) == ("Mine", "Theirs")


def test_a_field_changed_by_two_people_is_a_conflict(app, grace, campaign_id):
    save_campaign(campaign_id, {"texts.en.title": "Theirs"}, opened_at=1, by=grace, now=NOON)

    with pytest.raises(EditConflict) as met:
        save_campaign(campaign_id, {"texts.en.title": "Mine"}, opened_at=1, by=grace, now=NOON)

    assert met.value.clashes == ("texts.en.title",)
    assert (met.value.theirs["texts.en.title"], met.value.number) == ("Theirs", 2)
    assert (title_of(campaign_id), numbers_of(campaign_id)) == ("Theirs", [1, 2])


def test_concurrent_saves_are_all_kept_under_different_numbers(app, grace, campaign_id):
    by = grace
    names = ("title", "headline", "summary", "body", "picture_alt", "result")

    def save(name):
        with app.app_context():
            change = {f"texts.en.{name}": f"by {name}"}
            save_campaign(campaign_id, change, opened_at=1, by=by, now=NOON)

    threads = [threading.Thread(target=save, args=(name,)) for name in names]
    db.session.commit()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    content = db.session.get(Revision, ("campaign", campaign_id, 7)).content
    assert {content[f"texts.en.{name}"] for name in names} == {f"by {name}" for name in names}
    assert numbers_of(campaign_id) == [1, 2, 3, 4, 5, 6, 7]


def test_a_new_language_of_a_published_campaign_is_not_public_yet(app, grace):
    campaign = make_campaign(published_at=NOON)

    save_campaign(campaign.id, {"texts.ru.title": "Расизм"}, opened_at=0, by=grace, now=NOON)
    publish_all()

    public = select(CampaignText.is_public).filter_by(campaign_id=campaign.id, locale="ru")
    assert db.session.scalar(public) is False


def test_a_former_public_slug_stays_reserved(app, grace):
    campaign = make_campaign(slug="racism", published_at=NOON)
    save_campaign(campaign.id, {"slug": "against-racism"}, opened_at=0, by=grace, now=NOON)
    publish_all()

    with pytest.raises(SlugTaken):
        new_campaign("racism", {}, by=grace, now=NOON)

    other = new_campaign(None, {}, proposed="racism", by=grace, now=NOON)
    assert db.session.get(Campaign, other).slug == "racism-2"


def test_a_slug_that_was_never_public_is_free_again(app, grace, campaign_id):
    save_campaign(campaign_id, {"slug": "against-racism"}, opened_at=1, by=grace, now=NOON)

    new_campaign("racism", {}, by=grace, now=NOON)

    assert db.session.scalar(select(func.count()).select_from(FormerCampaignSlug)) == 0


def test_a_campaign_can_go_back_to_its_former_slug(app, grace):
    campaign = make_campaign(slug="racism", published_at=NOON)
    save_campaign(campaign.id, {"slug": "against-racism"}, opened_at=0, by=grace, now=NOON)
    publish_all()

    save_campaign(campaign.id, {"slug": "racism"}, opened_at=2, by=grace, now=NOON)
    publish_all()

    assert list(db.session.scalars(select(FormerCampaignSlug.slug))) == ["against-racism"]


def test_the_slug_of_another_campaign_is_refused(app, grace, campaign_id):
    make_campaign(slug="other")

    with pytest.raises(SlugTaken):
        save_campaign(campaign_id, {"slug": "other"}, opened_at=1, by=grace, now=NOON)


def test_partners_are_part_of_the_content_and_history_of_a_campaign(app, grace, campaign_id):
    partner = {
        "partners.new.website": "https://memo.example.org",
        "partners.new.position": 0,
        "partners.new.en.name": "Memorial",
        "partners.new.en.points": "- Ask",
    }
    save_campaign(campaign_id, partner, opened_at=1, by=grace, now=NOON)

    content = db.session.get(Revision, ("campaign", campaign_id, 2)).content
    names = {name.split(".", 2)[2]: value for name, value in content.items() if "partners" in name}
    assert names == {
        "website": "https://memo.example.org",
        "position": 0,
        "en.name": "Memorial",
        "en.points": "- Ask",
    }
