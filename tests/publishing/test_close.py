"""Closed actions and campaigns: nobody can sign, the pages stay, and the result is shown."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.models import Campaign, CampaignText, PageDecision, Revision
from campaign_actions.campaigns.versioning.errors import EndsBeforeOpening, TimePassed
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.errors import NotFound
from campaign_actions.publishing.archive import (
    ResultMissing,
    archive,
    ends_before_closing,
    reopen,
)
from campaign_actions.publishing.close import close_action, close_campaign
from campaign_actions.publishing.conflicts import (
    AlreadyClosed,
    NothingToClose,
    NothingToReopen,
    NotOpenYet,
    ScheduleConflict,
)
from tests.support.approvers import entries
from tests.support.drafts import BOTH_LOCALES, make_draft
from tests.support.factories import (
    LONG_AGO,
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
)
from tests.support.sign_form import hidden_inputs

HOUR = timedelta(hours=1)
GRACE = {"actor": "grace@example.org", "now": NOON}
PAGE = "/en/campaigns/racism/hate-crimes/"
RESULTS = {"en": "The law is **changed**.", "ru": "Закон **изменён**."}


def ends() -> list:
    db.session.rollback()
    return list(db.session.scalars(select(Action.closes_at).order_by(Action.id)))


def state(campaign) -> tuple:
    db.session.rollback()
    archived_at = db.session.scalar(select(Campaign.archived_at).filter_by(id=campaign.id))
    texts = select(CampaignText.locale, CampaignText.result).filter_by(campaign_id=campaign.id)
    return archived_at, dict(map(tuple, db.session.execute(texts)))


def test_an_action_ends_at_a_time_and_can_be_reopened(app):
    campaign = make_draft(published_at=LONG_AGO)
    action_id = db.session.scalar(select(Action.id))

    close_action(campaign.id, action_id, at=NOON + HOUR, **GRACE)
    ended = ends()
    close_action(campaign.id, action_id, at=None, **GRACE)

    assert (ended, ends()) == ([NOON + HOUR], [None])
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.event, entry.subject) for entry in entries] == [
        ("closed", "racism/hate-crimes")
    ] * 2


def test_retention_starts_at_the_end_which_cannot_lie_in_the_past(app):
    campaign = make_draft(published_at=LONG_AGO)
    action_id = db.session.scalar(select(Action.id))
    both = select(Action.closes_at, Action.retain_from).filter_by(id=action_id)
    found = []

    for at in (NOON + HOUR, NOON, None):
        close_action(campaign.id, action_id, at=at, **GRACE)
        found.append(tuple(db.session.execute(both).one()))
    close_campaign(campaign.id, **GRACE)
    with pytest.raises(TimePassed):
        close_action(campaign.id, action_id, at=NOON - HOUR, **GRACE)

    assert found == [(NOON + HOUR, NOON + HOUR), (NOON, NOON), (None, None)]
    assert db.session.execute(both).one() == (NOON, NOON)


@pytest.mark.parametrize("end", [NOON - HOUR, NOON])
def test_a_closed_action_keeps_its_true_end(app, end):
    action = make_action(closes_at=end)

    with pytest.raises(AlreadyClosed):
        close_action(action.campaign_id, action.id, at=NOON, **GRACE)

    assert ends() == [end]
    assert entries("closed") == []


@pytest.mark.parametrize("opens_at", [None, NOON + HOUR])
def test_an_action_that_is_not_open_yet_cannot_be_closed_now(app, opens_at):
    campaign = make_draft(published_at=opens_at)
    action_id = db.session.scalar(select(Action.id))

    with pytest.raises(NotOpenYet):
        close_action(campaign.id, action_id, at=NOON, **GRACE)
    close_action(campaign.id, action_id, at=NOON + 2 * HOUR, **GRACE)

    assert ends() == [NOON + 2 * HOUR]


@pytest.mark.parametrize("is_with_campaign", [False, True])
def test_an_action_does_not_end_before_it_opens(app, is_with_campaign):
    campaign = make_draft(published_at=NOON + 2 * HOUR if is_with_campaign else LONG_AGO)
    action_id = db.session.scalar(select(Action.id))
    db.session.execute(update(Action).values(published_at=NOON + 2 * HOUR))
    db.session.commit()

    for at in (NOON + HOUR, NOON + 2 * HOUR):
        with pytest.raises(EndsBeforeOpening):
            close_action(campaign.id, action_id, at=at, **GRACE)
    close_action(campaign.id, action_id, at=NOON + 3 * HOUR, **GRACE)

    assert ends() == [NOON + 3 * HOUR]


def test_an_action_of_another_campaign_is_not_closed(app):
    make_draft(published_at=LONG_AGO)
    other = make_draft(slug="women")
    action_id = db.session.scalar(select(Action.id).order_by(Action.id))

    with pytest.raises(NotFound):
        close_action(other.id, action_id, at=NOON, **GRACE)

    assert ends() == [None, None]


def test_closing_a_campaign_closes_its_open_actions(app):
    campaign = make_campaign()
    for slug, end in (("a", None), ("b", NOON + HOUR), ("c", NOON - HOUR)):
        make_action(campaign=campaign, slug=slug, closes_at=end)

    closed = close_campaign(campaign.id, **GRACE)

    assert closed == 2
    assert ends() == [NOON, NOON, NOON - HOUR]


def test_closing_a_campaign_leaves_its_drafts_able_to_open(app):
    campaign = make_campaign()
    make_action(campaign=campaign, slug="open")
    draft_id = make_action(campaign=campaign, slug="draft").id
    db.session.execute(update(Action).filter_by(id=draft_id).values(published_at=None))
    db.session.commit()

    closed = close_campaign(campaign.id, **GRACE)

    assert closed == 1
    assert ends() == [NOON, None]


@pytest.mark.parametrize("is_archived", [False, True])
def test_an_action_that_opens_later_becomes_a_draft_when_its_campaign_is_closed(app, is_archived):
    campaign = make_campaign()
    make_action(campaign=campaign, slug="open")
    later_id = make_action(campaign=campaign, slug="later", closes_at=NOON + 3 * HOUR).id
    db.session.execute(update(Action).filter_by(id=later_id).values(published_at=NOON + HOUR))
    db.session.commit()

    if is_archived:
        archive(campaign.id, results=None, **GRACE)
    else:
        assert close_campaign(campaign.id, **GRACE) == 1
    reopen(campaign.id, **GRACE)

    db.session.rollback()
    columns = Action.published_at, Action.closes_at, Action.closed_with_campaign
    later = db.session.execute(select(*columns).filter_by(id=later_id)).one()
    assert later == (None, NOON + 3 * HOUR, False)


def test_a_campaign_is_archived_with_its_result_in_each_public_language(app):
    campaign = make_draft(published_at=LONG_AGO)

    archive(campaign.id, results=RESULTS, **GRACE)

    assert state(campaign) == (NOON, RESULTS)
    assert ends() == [NOON]


@pytest.mark.parametrize("results", [{}, {"en": "Changed."}, {"en": "Changed.", "ru": " "}])
def test_a_campaign_is_not_archived_without_a_result_in_each_public_language(app, results):
    campaign = make_draft(published_at=LONG_AGO)

    with pytest.raises(ResultMissing):
        archive(campaign.id, results=results, **GRACE)

    assert state(campaign) == (None, {"en": "", "ru": ""})
    assert ends() == [None]


def test_the_result_can_follow_later_in_one_language(app):
    campaign = make_draft(published_at=LONG_AGO)

    archive(campaign.id, results={"en": "Changed.", "ru": ""}, later=["ru"], **GRACE)

    assert state(campaign) == (NOON, {"en": "Changed.", "ru": ""})


def test_the_result_cannot_follow_later_in_every_language(app):
    campaign = make_draft(published_at=LONG_AGO)

    with pytest.raises(ResultMissing):
        archive(campaign.id, results={}, later=["en", "ru"], **GRACE)

    assert state(campaign) == (None, {"en": "", "ru": ""})


def test_a_hidden_language_needs_no_result(app):
    campaign = make_draft(published_at=LONG_AGO)
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(is_public=False))
    db.session.commit()

    archive(campaign.id, results={"en": "Changed."}, **GRACE)

    assert state(campaign) == (NOON, {"en": "Changed.", "ru": ""})


def test_the_result_is_a_revision_by_its_author(app):
    campaign = make_draft(published_at=LONG_AGO)

    archive(campaign.id, results=RESULTS, staff_id=7, **GRACE)

    of_campaign = select(Revision).filter_by(subject="campaign").order_by(Revision.number)
    revisions = db.session.scalars(of_campaign).all()
    assert [(revision.number, revision.staff_id) for revision in revisions] == [(1, None), (2, 7)]
    assert "The law is **changed**." in str(revisions[1].content)
    assert "The law is **changed**." not in str(revisions[0].content)


def test_a_campaign_can_be_archived_while_there_is_no_result_yet(app):
    campaign = make_draft(published_at=LONG_AGO)

    archive(campaign.id, results=None, **GRACE)

    assert state(campaign) == (NOON, {"en": "", "ru": ""})


def test_a_result_that_is_not_known_after_all_is_cleared_and_the_history_keeps_it(app, client):
    campaign = make_draft(published_at=LONG_AGO)
    archive(campaign.id, results=RESULTS, **GRACE)
    reopen(campaign.id, **GRACE)

    archive(campaign.id, results=None, **GRACE)

    assert state(campaign) == (NOON, {"en": "", "ru": ""})
    assert "don’t know the outcome yet" in client.get("/en/campaigns/racism/").text
    contents = db.session.scalars(select(Revision.content).filter_by(subject="campaign")).all()
    assert any(RESULTS["en"] in str(content) for content in contents)


def test_a_reopened_campaign_keeps_its_result(app):
    campaign = make_draft(published_at=LONG_AGO)
    archive(campaign.id, results=RESULTS, **GRACE)

    reopen(campaign.id, **GRACE)

    assert state(campaign) == (None, RESULTS)
    assert ends() == [None]
    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (newest.event, newest.subject) == ("reopened", "racism")


def test_actions_that_ended_before_their_campaign_stay_closed(app):
    campaign = make_campaign()
    make_action(campaign=campaign, slug="a", closes_at=NOON - 3 * HOUR)
    by_hand, _open, again = (
        make_action(campaign=campaign, slug=slug).id for slug in ("by-hand", "open", "again")
    )
    earlier = {"actor": "grace@example.org", "now": NOON - 2 * HOUR}
    close_action(campaign.id, by_hand, at=NOON - 2 * HOUR, **earlier)
    close_campaign(campaign.id, **earlier | {"now": NOON - HOUR})
    close_action(campaign.id, again, at=None, **GRACE)
    archive(campaign.id, results=None, **GRACE)

    reopen(campaign.id, **GRACE | {"now": NOON + HOUR})

    assert ends() == [NOON - 3 * HOUR, NOON - 2 * HOUR, NOON - HOUR, None]


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_campaign_that_was_closed_before_it_was_archived_is_closed_afterwards(app, is_replaced):
    campaign = make_draft(published_at=LONG_AGO)
    close_campaign(campaign.id, **GRACE | {"now": NOON - HOUR})
    archive(campaign.id, results=None, **GRACE)
    if is_replaced:
        archive(campaign.id, results=RESULTS, **GRACE | {"now": NOON + HOUR})

    out_of_archive = reopen(campaign.id, **GRACE | {"now": NOON + 2 * HOUR})
    closed = ends()
    reopened = reopen(campaign.id, **GRACE | {"now": NOON + 3 * HOUR})

    assert (out_of_archive, closed) == (0, [NOON - HOUR])
    assert (reopened, ends()) == (1, [None])


def test_replacing_the_result_of_an_archived_campaign_keeps_what_reopens(app):
    campaign = make_draft(published_at=LONG_AGO)
    archive(campaign.id, results=None, **GRACE)
    archive(campaign.id, results=RESULTS, **GRACE | {"now": NOON + HOUR})

    opened = reopen(campaign.id, **GRACE | {"now": NOON + 2 * HOUR})

    assert (opened, ends()) == (1, [None])


def test_an_action_opened_after_the_campaign_was_closed_is_the_only_one_to_reopen(app):
    campaign = make_campaign()
    make_action(campaign=campaign, slug="closed")
    close_campaign(campaign.id, **GRACE | {"now": NOON - HOUR})
    make_action(campaign=campaign, slug="late", closes_at=NOON + 9 * HOUR)
    archive(campaign.id, results=None, **GRACE)

    opened = reopen(campaign.id, **GRACE | {"now": NOON + HOUR})

    assert (opened, ends()) == (1, [NOON - HOUR, NOON + 9 * HOUR])


@pytest.mark.parametrize("seen", [(NOON,), (None,)])
def test_leaving_the_archive_is_refused_if_the_page_showed_something_else(app, seen):
    campaign = make_draft(published_at=LONG_AGO)
    close_campaign(campaign.id, **GRACE | {"now": NOON - HOUR})
    archive(campaign.id, results=None, **GRACE)
    if seen != (None,):
        reopen(campaign.id, **GRACE | {"now": NOON + HOUR}, seen=(NOON,))

    with pytest.raises(ScheduleConflict):
        reopen(campaign.id, **GRACE | {"now": NOON + HOUR}, seen=seen)

    assert ends() == [NOON - HOUR]


def test_an_action_given_its_own_end_is_not_reopened_with_the_campaign(app):
    campaign = make_campaign()
    action_id = make_action(campaign=campaign).id
    close_campaign(campaign.id, **GRACE)

    close_action(campaign.id, action_id, at=NOON + HOUR, **GRACE)
    with pytest.raises(NothingToReopen):
        reopen(campaign.id, **GRACE)

    assert ends() == [NOON + HOUR]


@pytest.mark.parametrize("is_archived", [False, True])
def test_reopening_gives_back_the_closing_times_that_lie_ahead(app, is_archived):
    campaign = make_campaign()
    first, second, third = (
        make_action(campaign=campaign, slug=slug, closes_at=end).id
        for slug, end in (("ahead", NOON + 9 * HOUR), ("passed", NOON + HOUR), ("none", None))
    )
    before = {first: NOON + 9 * HOUR, second: NOON + HOUR, third: None}
    if is_archived:
        archive(campaign.id, results=None, **GRACE)
    else:
        close_campaign(campaign.id, **GRACE)
    title = {"texts.en.title": "Saved while it was closed"}
    save_changes(ACTION, first, title, opened_at=2, by=make_staff("administrator"), now=NOON)

    found = ends_before_closing(db.session.connection(), campaign.id)
    db.session.rollback()
    reopen(campaign.id, **GRACE | {"now": NOON + 2 * HOUR})

    assert found == before
    assert ends() == [NOON + 9 * HOUR, None, None]
    kept = select(Action.retain_from, Action.closed_with_campaign).order_by(Action.id)
    assert db.session.execute(kept).all()[0] == (NOON + 9 * HOUR, False)


def test_closing_and_reopening_again_gives_back_the_last_closing_time(app):
    campaign = make_campaign()
    action_id = make_action(campaign=campaign, closes_at=NOON + 9 * HOUR).id
    close_campaign(campaign.id, **GRACE)
    reopen(campaign.id, **GRACE)
    close_action(campaign.id, action_id, at=None, **GRACE)

    close_campaign(campaign.id, **GRACE | {"now": NOON + HOUR})
    reopen(campaign.id, **GRACE | {"now": NOON + 2 * HOUR})

    assert ends() == [None]


def test_who_closes_or_reopens_second_changes_nothing(app):
    campaign = make_campaign()
    make_action(campaign=campaign)

    for do, refused in ((close_campaign, NothingToClose), (reopen, NothingToReopen)):
        do(campaign.id, **GRACE)
        with pytest.raises(refused):
            do(campaign.id, **GRACE)

    db.session.rollback()
    made = db.session.scalars(select(PageDecision.kind).order_by(PageDecision.id)).all()
    assert made == ["all-closed", "reopened"]
    assert [name for name, *_rest in entries("closed", "reopened")] == ["closed", "reopened"]


def test_the_database_refuses_an_open_action_marked_as_closed_with_its_campaign(app):
    make_action()

    with pytest.raises(IntegrityError):
        db.session.execute(update(Action).values(closed_with_campaign=True))
    db.session.rollback()


def test_home_lists_an_archived_campaign_as_achieved_and_its_pages_stay(app, client):
    campaign = make_draft(published_at=LONG_AGO)
    make_draft(slug="women", published_at=LONG_AGO)
    archive(campaign.id, results=RESULTS, **GRACE)

    home = client.get("/en/").text
    pages = [client.get(address).status_code for address in ("/en/campaigns/racism/", PAGE)]

    open_ones, achieved = home.split("Results so far")
    assert "Headline of women" in open_ones
    assert "Headline of racism" not in open_ones
    assert "Headline of racism (en)" in achieved
    assert pages == [200, 200]


def test_the_page_of_an_archived_campaign_says_when_it_ended(app, client):
    campaign = make_draft(published_at=LONG_AGO)

    before = client.get("/en/campaigns/racism/").text
    archive(campaign.id, results=None, **GRACE)
    after = client.get("/en/campaigns/racism/").text

    assert "This campaign ended" not in before
    assert "This campaign ended on 20 November 2026." in after
    assert "don’t know the outcome yet" in after


def test_signing_a_closed_action_answers_410_with_an_explanation(app, client):
    campaign = make_draft(published_at=LONG_AGO)
    fields = hidden_inputs(client, PAGE)

    close_campaign(campaign.id, actor="grace@example.org", now=utc_now())
    answer = client.post(PAGE, data=fields | {"given_name": "Ada"})

    assert answer.status_code == 410
    assert "This action is closed" in answer.text


def test_after_the_retention_period_signatures_are_erased(app):
    campaign = make_campaign(locales=BOTH_LOCALES)
    make_confirmed(make_action(campaign=campaign, locales=BOTH_LOCALES))
    archive(campaign.id, results=RESULTS, **GRACE)

    early = erase_closed(NOON + timedelta(days=364), keep_months=12)
    late = erase_closed(NOON + timedelta(days=366), keep_months=12)

    assert (early, late) == (0, 1)
    assert db.session.scalar(select(Signature.status)) == "erased"
