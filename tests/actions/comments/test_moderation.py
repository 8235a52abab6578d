"""Comments are public once staff show them, and as long as their signature counts."""

from datetime import timedelta

from sqlalchemy import select

from campaign_actions.actions.comments import public
from campaign_actions.actions.comments.inbox import (
    CommentFilter,
    comments_matching,
    count_comments,
    find_batch,
    find_comment,
)
from campaign_actions.actions.comments.moderation import Decided, decide_comments, undo_batch
from campaign_actions.actions.comments.public import shown_comments
from campaign_actions.actions.models import Comment
from campaign_actions.actions.signatures.confirm import confirm, signing_id
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.keyset_pagination import decode_time
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from tests.support.factories import (
    NOON,
    find_signature_of,
    make_action,
    make_confirmed,
    make_signature,
)

DECISION = {"action": "racism/hate-crimes", "staff_id": 7, "actor": "grace@example.org"}
AUDIT_DETAILS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}


def decide(*signatures, is_shown=True, read_as="waiting", now=NOON, staff_id=7) -> Decided:
    names = [signing_id(signature) for signature in signatures]
    facts = DECISION | {"staff_id": staff_id, "now": now}
    return decide_comments(
        signatures[0].action_id, names, is_shown=is_shown, read_as=read_as, **facts
    )


def show(*signatures, **options) -> int:
    return decide(*signatures, **options).rows


def undo(action, batch_id):
    return undo_batch(action.id, batch_id, now=NOON, **AUDIT_DETAILS)


def shown_texts(action) -> list[str]:
    return [comment.text for comment in shown_comments(action.id).shown]


def texts_in_state(action, state) -> list[str]:
    return [row.comment for row in comments_matching(action.id, CommentFilter(state)).rows]


def test_a_comment_is_hidden_until_staff_decide_to_show_it(app):
    action = make_action()
    signature = make_confirmed(action, comment="I saw it", show_comment=True)
    make_confirmed(action, comment=None)
    make_signature(action, comment="Not confirmed", show_comment=True)

    before = shown_texts(action), texts_in_state(action, "waiting")
    show(signature)

    assert before == ([], ["I saw it"])
    assert shown_texts(action) == ["I saw it"]
    assert (texts_in_state(action, "waiting"), texts_in_state(action, "shown")) == (
        [],
        ["I saw it"],
    )


def test_a_decision_can_be_reversed(app):
    action = make_action()
    signature = make_confirmed(action, comment="I saw it", show_comment=True)

    show(signature, is_shown=False)
    hidden = shown_texts(action), texts_in_state(action, "hidden")
    show(signature, read_as="hidden")
    shown = shown_texts(action)
    show(signature, is_shown=False, read_as="shown")

    assert hidden == ([], ["I saw it"])
    assert shown == ["I saw it"]
    assert shown_texts(action) == []


def test_the_name_is_shown_only_if_the_signer_allowed_it(app):
    action = make_action()
    named = make_confirmed(
        action, comment="1", show_comment=True, show_name=True, family_name="Lovelace"
    )
    unnamed = make_confirmed(
        action, comment="2", show_comment=True, show_name=False, family_name="Lovelace"
    )
    show(named, unnamed)

    found = {comment.text: comment.name for comment in shown_comments(action.id).shown}

    assert found == {"1": "Ada Lovelace", "2": ""}


def test_a_decision_is_in_the_audit_log_without_the_text_of_the_comment(app):
    signature = make_confirmed(make_action(), comment="I saw it", show_comment=True)

    show(signature)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.event, entry.rows) == ("comment-decided", 1)
    assert entry.details == {"shown": True, "signatures": [signature.public_id]}


def test_a_decision_applies_only_to_comments_of_its_action(app):
    action = make_action()
    signature = make_confirmed(action, comment="I saw it", show_comment=True)

    facts = DECISION | {"is_shown": True, "read_as": "waiting", "now": NOON}
    done = decide_comments(action.id + 1, [signing_id(signature)], **facts)
    nonsense = decide_comments(action.id, ["", "x", "x-y-z"], **facts)

    assert (done.rows, done.gone, nonsense.rows, shown_texts(action)) == (0, 1, 0, [])


def test_a_comment_disappears_with_its_signature(app):
    action = make_action()
    changes = {
        "withdrawn": lambda signature: withdraw(signature, now=NOON),
        "erased": lambda signature: erase(signature.email, now=NOON),
        "invalid": lambda signature: invalidate(
            signature, reason="script", now=NOON, **AUDIT_DETAILS
        ),
    }
    signatures = {name: make_confirmed(action, comment=name, show_comment=True) for name in changes}
    kept = make_confirmed(action, comment="kept", show_comment=True)
    show(*signatures.values(), kept)

    for name, change in changes.items():
        change(signatures[name])

    assert shown_texts(action) == ["kept"]
    left = set(db.session.scalars(select(Comment.signature_id)))
    assert left == {signatures["invalid"].id, kept.id}
    validate(signatures["invalid"], now=NOON, **AUDIT_DETAILS)
    assert set(shown_texts(action)) == {"kept", "invalid"}


def test_comments_are_erased_with_the_signatures_of_a_closed_action(app):
    action = make_action(closes_at=NOON + timedelta(days=1))
    show(make_confirmed(action, comment="I saw it", show_comment=True))

    erase_closed(NOON + timedelta(days=90), keep_months=1)

    assert shown_texts(action) == []
    assert db.session.scalars(select(Comment)).all() == []


def test_signing_again_makes_a_new_comment_that_needs_its_own_decision(app):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org", comment="Mild", show_comment=True)
    read = signing_id(signature)
    show(signature)
    withdraw(signature, now=NOON)
    later = NOON + timedelta(hours=1)
    make_signature(action, email="ada@example.org", comment="Wild", show_comment=True, now=later)
    again = find_signature_of(action.id, signature.email_key)
    confirm(again, now=later)
    db.session.commit()

    facts = DECISION | {"is_shown": True, "read_as": "waiting", "now": later}
    pressed_late = decide_comments(action.id, [read], **facts)

    assert (pressed_late.rows, pressed_late.gone, shown_texts(action)) == (0, 1, [])
    assert texts_in_state(action, "waiting") == ["Wild"]


def test_pages_of_comments_follow_one_another_without_gaps(app, monkeypatch):
    monkeypatch.setattr(public, "PAGE_SIZE", 2)
    action = make_action()
    signatures = [
        make_confirmed(action, comment=f"{number}", show_comment=True) for number in range(5)
    ]
    show(*signatures)  # all at one moment

    pages, older = [], None
    while older != "":
        before = {"before": decode_time(older)} if older else {}
        found = shown_comments(action.id, **before)
        pages.append([comment.text for comment in found.shown])
        older = found.older

    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_a_page_has_a_limited_number_of_characters(app):
    action = make_action()
    show(*[make_confirmed(action, comment="x" * 2000, show_comment=True) for _number in range(5)])

    found = shown_comments(action.id)

    assert len(found.shown) == 3
    assert found.older


def test_a_comment_that_its_writer_did_not_want_shown_is_not_listed_and_cannot_be_shown(app):
    action = make_action()
    signature = make_confirmed(action, comment="Only for the authority", show_comment=False)

    decided = show(signature)

    assert (decided, shown_texts(action)) == (0, [])
    assert [texts_in_state(action, state) for state in ("waiting", "shown", "hidden")] == [[]] * 3


def test_a_comment_whose_writer_no_longer_wants_it_shown_disappears(app):
    action = make_action()
    signature = make_confirmed(action, comment="I saw it", show_comment=True)
    show(signature)

    signature.show_comment = False
    db.session.commit()

    assert shown_texts(action) == []
    assert texts_in_state(action, "shown") == []


def test_a_decision_does_not_overwrite_that_of_someone_who_was_faster(app):
    action = make_action()
    signature, other = (
        make_confirmed(action, comment=f"{number}", show_comment=True) for number in range(2)
    )
    decide(signature, is_shown=False, staff_id=8)

    decided = decide(signature, other)
    again = decide(other)

    assert (decided.rows, decided.changed, decided.already) == (1, 1, 0)
    assert (again.rows, again.changed, again.already, again.batch_id) == (0, 0, 1, 0)
    assert shown_texts(action) == ["1"]


def test_undoing_gives_each_comment_its_former_state_and_place_back(app):
    action = make_action()
    first, second = (
        make_confirmed(action, comment=f"{number}", show_comment=True) for number in range(2)
    )
    show(first)
    show(second, now=NOON + timedelta(hours=1))
    before = shown_texts(action)
    batch_id = decide(first, is_shown=False, read_as="shown").batch_id

    undone = undo(action, batch_id)

    assert (undone.rows, undone.kept, undone.is_first) == (1, 0, True)
    assert shown_texts(action) == before == ["1", "0"]
    assert find_comment(action.id, first.public_id).staff_id == 7


def test_undoing_many_that_nobody_had_decided_about_makes_them_wait_again(app):
    action = make_action()
    many = [make_confirmed(action, comment=f"{n}", show_comment=True) for n in range(3)]
    batch_id = decide(*many).batch_id

    undo(action, batch_id)

    assert shown_texts(action) == []
    assert count_comments(action.id) == {"waiting": 3, "flagged": 0, "shown": 0, "hidden": 0}


def test_undoing_leaves_what_someone_else_has_decided_since_and_what_is_gone(app):
    action = make_action()
    changed, gone, same = (
        make_confirmed(action, comment=f"{number}", show_comment=True) for number in range(3)
    )
    batch_id = decide(changed, gone, same).batch_id
    decide(changed, is_shown=False, read_as="shown", staff_id=8)
    withdraw(gone, now=NOON)

    undone = undo(action, batch_id)

    assert (undone.rows, undone.kept) == (1, 2)
    assert texts_in_state(action, "hidden") == ["0"]
    assert texts_in_state(action, "waiting") == ["2"]


def test_undoing_twice_changes_nothing(app):
    action = make_action()
    signature = make_confirmed(action, comment="I saw it", show_comment=True)
    batch_id = decide(signature).batch_id
    undo(action, batch_id)
    show(signature)

    again = undo(action, batch_id)

    assert (again.rows, again.is_first) == (0, False)
    assert shown_texts(action) == ["I saw it"]


def test_a_decision_of_another_action_cannot_be_undone(app):
    action = make_action()
    batch_id = decide(make_confirmed(action, comment="I saw it", show_comment=True)).batch_id

    assert undo_batch(action.id + 1, batch_id, now=NOON, **AUDIT_DETAILS) is None
    assert undo(action, batch_id + 1) is None
    assert find_batch(action.id + 1, batch_id) is None
    assert shown_texts(action) == ["I saw it"]


def test_undoing_is_in_the_audit_log(app):
    action = make_action()
    signature = make_confirmed(action, comment="I saw it", show_comment=True)

    undo(action, decide(signature).batch_id)

    *_, entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (entry.event, entry.subject, entry.rows) == ("comment-undone", "racism/hate-crimes", 1)
    assert entry.details == {"shown": True, "signatures": [signature.public_id]}
