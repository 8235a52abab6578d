"""Who set a time hears by email that nothing will be, or was, published at it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import render_mail
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.publishing.close import close_campaign
from campaign_actions.publishing.schedule_changes import schedule_changes
from campaign_actions.publishing.scheduled.changes import publish_scheduled
from campaign_actions.publishing.scheduled.emails import (
    MAIL_TEMPLATE,
    schedule_mails,
    tell_publishers,
)
from campaign_actions.publishing.scheduled.openings import LEAD, stop_openings
from campaign_actions.staff.models import StaffMember
from tests.support.changes import seen_of
from tests.support.drafts import make_draft
from tests.support.factories import NOON, make_action, make_staff

HOUR = timedelta(hours=1)
MORNING = NOON + 21 * HOUR
LIFETIMES = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))


@pytest.fixture
def grace(app):
    return make_staff("campaigner", email="grace@example.org", locale="ru")


@pytest.fixture
def tariq(app):
    return make_staff("campaigner", email="tariq@example.org")


@pytest.fixture
def action(grace):
    """With a change of its text and one of its campaign's, which are to be published in the morning."""
    action = make_action(locales=("en", "ru"))
    save(ACTION, action.id, by=grace)
    save(CAMPAIGN, action.campaign_id, by=grace)
    set_time(action.campaign_id, by=grace)
    return action


def save(subject, subject_id, *, by, title="New"):
    changes = {"texts.en.title": title}
    save_changes(subject, subject_id, changes, opened_at=9, by=by, now=NOON)
    db.session.rollback()


def set_time(campaign_id, *, by):
    facts = {"actor": by.email, "staff_id": by.id, "now": NOON}
    schedule_changes(campaign_id, seen=seen_of(campaign_id), at=MORNING, **facts)
    db.session.rollback()


def told(*, at=NOON) -> list[str]:
    """The addresses that the worker tells at that time, and the next time it looks."""
    before = set(db.session.scalars(select(OutboxMail.id)))
    tell_publishers(at)
    tell_publishers(at + HOUR / 60)
    db.session.rollback()
    queued = select(OutboxMail).filter_by(template=MAIL_TEMPLATE, lane="staff")
    return [mail.recipient for mail in db.session.scalars(queued) if mail.id not in before]


def pass_time() -> None:
    publish_scheduled(MORNING, lifetimes=LIFETIMES)
    db.session.rollback()


def render(campaign_id, member, *, locale="en"):
    """The email as it would be delivered now, or None."""
    mail = schedule_mails()[MAIL_TEMPLATE](campaign_id, email_key(member.email), locale, NOON)
    if mail is None:
        return None
    return render_mail(mail.template, locale=locale, values=mail.values, links=mail.links)


def test_nobody_is_told_while_the_time_is_valid(action):
    assert told() == []


def test_who_set_the_time_is_told_once_that_someone_else_made_it_void(action, tariq):
    save(ACTION, action.id, by=tariq, title="Newer")
    first = told()
    save(CAMPAIGN, action.campaign_id, by=tariq, title="Newer")

    assert first == ["grace@example.org"]
    assert told() == [], "they are published together, so it was void already"
    assert set(db.session.scalars(select(OutboxMail.locale))) == {"ru"}


def test_who_made_it_void_was_warned_and_is_told_only_when_the_time_has_passed(action, grace):
    save(ACTION, action.id, by=grace, title="Newer")
    before = told()
    pass_time()

    assert before == []
    assert told(at=MORNING) == ["grace@example.org"]


def test_they_are_told_again_when_the_time_has_passed(action, tariq):
    save(ACTION, action.id, by=tariq, title="Newer")
    told()
    pass_time()

    assert told(at=MORNING) == ["grace@example.org"]


def test_nobody_is_told_what_was_published(action):
    pass_time()

    assert told(at=MORNING) == []


def test_others_who_may_publish_are_told_if_those_who_set_the_time_may_not(action, grace, tariq):
    save(ACTION, action.id, by=tariq, title="Newer")
    db.session.execute(update(StaffMember).filter_by(id=grace.id).values(active=False))
    db.session.commit()

    assert told() == ["tariq@example.org"]


@pytest.mark.parametrize("is_own", [True, False])
def test_who_closes_the_page_knows_it(action, grace, tariq, is_own):
    by = grace if is_own else tariq
    close_campaign(action.campaign_id, actor=by.email, staff_id=by.id, now=NOON)
    db.session.rollback()

    assert told() == ([] if is_own else ["grace@example.org"])


def test_the_email_says_what_happens_and_links_to_the_changes(action, grace, tariq):
    save(ACTION, action.id, by=tariq, title="Newer")
    early = render(action.campaign_id, grace)
    pass_time()
    late = render(action.campaign_id, grace)

    link = f"http://actions.example.org/staff/campaigns/{action.campaign_id}/changes/"
    for mail, words in (
        (early, "Nothing will be published on"),
        (late, "Nothing was published on"),
    ):
        assert mail.subject == "Publication stopped: Title of racism (en)"
        assert words in mail.text
        assert "The draft was changed after the time was set." in mail.text
        assert link in mail.text
        assert link in mail.html


def test_no_email_goes_out_once_the_time_is_set_again(action, grace, tariq):
    save(ACTION, action.id, by=tariq, title="Newer")
    set_time(action.campaign_id, by=tariq)

    assert render(action.campaign_id, grace) is None


def test_no_email_goes_to_people_who_may_not_publish(action, tariq):
    save(ACTION, action.id, by=tariq, title="Newer")

    assert render(action.campaign_id, make_staff("translator", email="lin@example.org")) is None


def test_a_campaign_that_did_not_open_is_told(grace):
    campaign = make_draft(published_at=MORNING, publisher_id=grace.id)
    db.session.execute(update(CampaignText).filter_by(locale="en").values(headline=""))
    db.session.commit()
    stop_openings(MORNING - LEAD / 2, lifetimes=LIFETIMES)
    db.session.rollback()

    assert told(at=MORNING) == ["grace@example.org"]
    mail = render(campaign.id, grace)
    assert "The campaign should have opened on" in mail.text
    assert f"/staff/campaigns/{campaign.id}/publish/" in mail.text
