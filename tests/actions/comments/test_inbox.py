"""The inbox: lists of comments, their numbers, and what was noticed about each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.comments import inbox
from campaign_actions.actions.comments.inbox import (
    CommentFilter,
    comments_matching,
    count_comments,
    count_repeats,
    find_comment,
    signings_matching,
)
from campaign_actions.actions.comments.moderation import decide_comments
from campaign_actions.actions.comments.undecided import count_undecided
from campaign_actions.actions.models import Comment
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)

COPIED = "This must stop today, not tomorrow"
FACTS = {"action": "racism/hate-crimes", "actor": "grace@example.org", "now": NOON}


def write(action, comment, *, minutes=0, **details):
    now = NOON + timedelta(minutes=minutes)
    return make_confirmed(action, comment=comment, show_comment=True, now=now, **details)


def decide(action, *signatures, is_shown=True) -> int:
    names = [signing_id(signature) for signature in signatures]
    decision = {"is_shown": is_shown, "read_as": "waiting", "staff_id": 7}
    return decide_comments(action.id, names, **decision, **FACTS).rows


def texts(action, state="waiting", **wanted) -> list[str]:
    found = comments_matching(action.id, CommentFilter(state, **wanted))
    return [row.comment for row in found.rows]


def test_each_list_has_its_number_and_the_newest_first(app):
    action = make_action()
    shown, hidden, _read, _spam = (
        write(action, text, minutes=minutes)
        for minutes, text in enumerate(("shown", "hidden", "new", "pills.example"))
    )
    decide(action, shown)
    decide(action, hidden, is_shown=False)

    assert count_comments(action.id) == {"waiting": 2, "flagged": 1, "shown": 1, "hidden": 1}
    assert count_undecided(action.id, limit=100) == 2
    assert texts(action) == ["pills.example", "new"]
    assert texts(action, "flagged") == ["pills.example"]
    assert texts(action, "shown") == ["shown"]
    assert texts(action, "hidden") == ["hidden"]


def test_numbers_are_counted_to_a_limit(app, monkeypatch):
    monkeypatch.setattr(inbox, "MAX_COUNTED", 2)
    action = make_action()
    for number in range(5):
        write(action, f"{number}")

    assert count_comments(action.id)["waiting"] == 3
    assert len(signings_matching(action.id, CommentFilter(), until=NOON)) == 3


def test_comments_that_may_not_be_shown_are_in_no_list(app):
    action = make_action()
    make_confirmed(action, comment="Only for the authority", show_comment=False)
    make_signature(action, comment="Not confirmed", show_comment=True)
    withdraw(write(action, "withdrawn"), now=NOON)
    invalid = write(action, "invalid")
    invalidate(invalid, reason="script", **FACTS)
    erase(write(action, "erased").email, now=NOON)

    assert set(count_comments(action.id).values()) == {0}
    assert texts(action) == []
    assert find_comment(action.id, invalid.public_id) is None
    assert list(db.session.scalars(select(Comment.signature_id))) == [invalid.id]


def test_pages_follow_one_another_without_gaps(app, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    action = make_action()
    for number in range(5):
        write(action, f"{number}", minutes=number // 2)  # some at the same time

    pages, older = [], ""
    while not pages or older:
        found = comments_matching(action.id, CommentFilter(), page=older)
        pages.append([row.comment for row in found.rows])
        older = found.older

    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_the_same_text_from_several_people_is_flagged_with_how_many_they_are(app):
    action = make_action()
    first = write(action, COPIED)
    alone = write(action, "Nobody else has written this sentence")
    before = texts(action, "flagged")
    for mark in ("!", "!!"):
        write(action, f"{COPIED.upper()}{mark}")

    found = comments_matching(action.id, CommentFilter("flagged")).rows

    assert (before, len(found)) == ([], 3)
    key = find_comment(action.id, first.public_id).text_key
    assert count_repeats(action.id, found) == {key: 3}
    assert find_comment(action.id, alone.public_id).is_repeated is False
    assert len(texts(action, same_as=key)) == 3


def test_a_text_is_repeated_only_within_its_action(app):
    action = make_action()
    write(action, COPIED)
    second = make_action(campaign=make_campaign(slug="other"))
    write(second, COPIED)

    assert texts(action, "flagged") == texts(second, "flagged") == []


def test_someone_who_signs_again_is_not_their_own_repetition(app):
    action = make_action()
    signature = write(action, COPIED, email="ada@example.org")
    withdraw(signature, now=NOON)
    write(action, COPIED, email="ada@example.org", minutes=1)

    assert texts(action, "flagged") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [("SAW", ["I saw it"]), ("it saw", ["I saw it"]), ("100%", ["100% true"]), ("nobody", [])],
)
def test_comments_are_found_by_their_words(app, words, found):
    action = make_action()
    for text in ("I saw it", "100% true", "1000 times"):
        write(action, text)

    assert texts(action, words=words) == found


def test_a_search_stops_at_its_limit_says_so_and_goes_on(app, monkeypatch):
    monkeypatch.setattr(inbox, "MAX_SCANNED", 3)
    action = make_action()
    for number in range(4):
        write(action, "found" if number == 0 else "other", minutes=number)

    first = comments_matching(action.id, CommentFilter(words="found"))
    second = comments_matching(action.id, CommentFilter(words="found"), page=first.older)

    assert (list(first.rows), first.searched) == ([], 3)
    assert ([row.comment for row in second.rows], second.searched) == (["found"], 0)


def test_all_that_match_are_those_that_had_arrived(app):
    action = make_action()
    early = write(action, "early")
    write(action, "late", minutes=5)

    names = signings_matching(action.id, CommentFilter(), until=NOON + timedelta(minutes=1))

    assert names == [signing_id(early)]


@pytest.mark.parametrize("page", ["x", "-", "0-0", "ffffffffffffffffffff-1", "5-ffffffffffffffff"])
def test_an_invalid_page_is_the_first(app, page):
    action = make_action()
    write(action, "I saw it")

    found = comments_matching(action.id, CommentFilter(), page=page)

    assert len(found.rows) == (0 if page == "0-0" else 1)
