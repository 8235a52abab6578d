"""Subjects of audit entries have one spelling everywhere: racism, racism/hate-crimes."""

from datetime import timedelta

from sqlalchemy import select

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.actions.edit import ACTION, create_action, move_action
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.edit import move_campaign, new_campaign, save_campaign
from campaign_actions.campaigns.picture import choose_accent
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db
from campaign_actions.previews.links import revoke_preview, share_preview
from campaign_actions.publishing.archive import archive, reopen
from campaign_actions.publishing.close import close_action, close_campaign
from campaign_actions.publishing.languages import Languages, set_languages
from campaign_actions.publishing.publish import open_action, publish, unpublish
from campaign_actions.updates.draft import create_draft
from tests.support.drafts import set_opening_time
from tests.support.factories import LONG_AGO, NOON, make_action, make_campaign, make_staff

LATER = NOON + timedelta(days=1)


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_the_subject_of_a_change_is_the_name_of_its_campaign_or_action(app):
    by = make_staff("administrator")
    who = {"by": by, "now": NOON}
    campaign_id = new_campaign("racism", {"en": {"title": "Racism"}}, **who)
    new_campaign("last", {"en": {"title": "Last"}}, **who)
    action_id = create_action(
        campaign_id, "hate-crimes", {"en": {"title": "Stop"}}, **who, kind="petition", goal=9
    )
    create_action(campaign_id, "last", {"en": {"title": "L"}}, **who, kind="petition", goal=9)
    save_campaign(campaign_id, {"texts.en.summary": "Why"}, opened_at=1, **who)
    save_changes(ACTION, action_id, {"goal": 10}, opened_at=1, **who)
    move_campaign(campaign_id, 1, **who)
    move_action(action_id, 1, **who)
    do_what_needs_no_revision(campaign_id, action_id, actor=by.email, staff_id=by.id)

    found = [entry.subject for entry in entries()]
    assert set(found) == {"racism", "racism/hate-crimes", "last", "racism/last"}
    assert (found.count("racism"), found.count("racism/hate-crimes")) == (12, 6)


def do_what_needs_no_revision(campaign_id, action_id, *, actor, staff_id) -> None:
    done = {"actor": actor, "now": NOON}
    choose_accent(campaign_id, "plum", **done)
    link = share_preview(campaign_id, label="Elena", expires_at=LATER, staff_id=staff_id, **done)
    revoke_preview(campaign_id, link, **done)
    set_languages(campaign_id, Languages([], ["en"]), **done)
    publish(campaign_id, at=NOON, seen=None, action_ids=[], **done)
    open_action(campaign_id, action_id, at=NOON, seen=None, **done)
    close_action(campaign_id, action_id, at=LATER, **done)
    close_campaign(campaign_id, **done)
    archive(campaign_id, results=None, **done)
    reopen(campaign_id, **done)
    unpublish(campaign_id, seen=NOON, **done)
    texts = {"en": ("Subject", "Text")}
    create_draft(action_id, texts, name="racism/hate-crimes", staff_id=staff_id, **done)


def test_an_entry_about_a_new_name_has_the_former_name_and_the_id(app):
    who = {"by": make_staff("administrator"), "now": NOON}
    action = make_action()
    set_opening_time(action.campaign_id, None)

    save_campaign(action.campaign_id, {"slug": "hate"}, opened_at=0, **who)
    save_changes(ACTION, action.id, {"slug": "crimes"}, opened_at=0, **who)

    of_campaign, of_action = entries()
    assert of_campaign.subject == "hate"
    assert of_campaign.details["former"] == "racism"
    assert of_campaign.details["campaign_id"] == action.campaign_id
    assert of_action.subject == "hate/crimes"
    assert of_action.details["former"] == "hate/hate-crimes"
    assert of_action.details["action_id"] == action.id


def test_a_copy_names_what_it_is_a_copy_of(app):
    campaign = make_campaign(slug="racism")

    copy_campaign(
        campaign.id,
        slug=None,
        proposed="racism",
        titles={},
        by=make_staff("administrator"),
        now=NOON,
    )

    (entry,) = entries()
    assert (entry.subject, entry.details["copy_of"]) == ("racism-2", "racism")


def test_an_entry_about_a_consent_text_names_its_kind_and_language_and_no_campaign(app):
    publish_consent("pledge", "en", "We keep your data.", now=NOON, actor="grace@example.org")

    (entry,) = entries()
    assert (entry.subject, entry.details) == (
        "",
        {"kind": "pledge", "language": "en", "version": 1},
    )


def test_a_publication_names_the_actions_that_open_with_it(app):
    action = make_action()
    done = {"actor": "grace@example.org", "now": NOON}
    unpublish(action.campaign_id, seen=LONG_AGO, **done)

    publish(action.campaign_id, at=NOON, seen=None, action_ids=[action.id], **done)

    assert entries()[-1].details["actions"] == ["hate-crimes"]
