"""Comments that nobody has decided about are counted up to a limit."""

from datetime import timedelta

from campaign_actions.actions.comments.moderation import decide_comments
from campaign_actions.actions.comments.undecided import (
    Undecided,
    count_undecided,
    undecided_by_action,
)
from campaign_actions.actions.signatures.confirm import signing_id
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed
from tests.support.statements import recorded

MINUTE = timedelta(minutes=1)


def comment(action, *, minutes: int = 0, **values):
    details = {"comment": "I saw it", "show_comment": True} | values
    return make_confirmed(action, now=NOON + minutes * MINUTE, **details)


def decide(action, signature) -> None:
    decide_comments(
        action.id,
        [signing_id(signature)],
        is_shown=True,
        read_as="waiting",
        action=action.slug,
        staff_id=1,
        actor="grace@example.org",
        now=NOON,
    )


def undecided(campaign_ids=None, *, max_actions: int = 9, limit: int = 100):
    return undecided_by_action(campaign_ids, now=NOON, max_actions=max_actions, limit=limit)


def test_only_comments_without_a_decision_are_counted(app):
    action = make_action(shows_comments=True)
    decide(action, comment(action))
    comment(action, show_comment=False)
    oldest = comment(action, minutes=1)
    comment(action, minutes=2)

    assert count_undecided(action.id, limit=100) == 2
    assert undecided() == {action.id: Undecided(2, oldest.confirmed_at)}


def test_counting_stops_at_the_limit(app):
    action = make_action(shows_comments=True)
    for minutes in range(3):
        comment(action, minutes=minutes)

    assert count_undecided(action.id, limit=2) == 2
    assert undecided(limit=2) == {action.id: Undecided(2, NOON)}


def test_actions_that_show_no_comments_or_are_over_are_left_out(app):
    campaign, archived = make_campaign(), make_campaign(slug="old", archived_at=NOON)
    shown = make_action(campaign=campaign, shows_comments=True)
    make_action(campaign=campaign, slug="without", shows_comments=True)
    for action in (
        shown,
        make_action(campaign=campaign, slug="quiet"),
        make_action(campaign=archived, shows_comments=True),
    ):
        comment(action)

    assert list(undecided()) == [shown.id]
    assert undecided(campaign_ids=[archived.id]) == {}


def test_however_many_actions_there_are_the_database_is_asked_once(app):
    campaign = make_campaign()
    newest = [
        make_action(campaign=campaign, slug=f"action-{number}", shows_comments=True)
        for number in range(3)
    ][1:]
    for action in newest:
        comment(action)

    with recorded() as statements:
        found = undecided(max_actions=2)

    assert set(found) == {action.id for action in newest}
    assert len([one for one in statements if "comments" in one]) == 1
