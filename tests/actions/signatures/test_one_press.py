"""One press takes one more action, with the address that was proven by confirming."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import LedgerEntry, Signature
from campaign_actions.actions.personal_data.purposes import CARRIED_OVER
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.email_links import signing_id
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.one_press.links import (
    LIFE,
    find_obstacle,
    make_link,
    read_link,
)
from campaign_actions.actions.signatures.one_press.take import carried_over, take_next
from campaign_actions.actions.signatures.sign import ActionClosed, sign
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.core.security.email_address import email_key
from tests.support.concurrency import run_concurrently
from tests.support.factories import (
    ADA,
    NOON,
    find_signature_of,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)
from tests.support.mail_server import mail_server
from tests.support.outbox import rows, text_of

EMAIL = "ada@example.org"
LATER = NOON + timedelta(minutes=5)
PERSON = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "country_code": "RU",
    "answers": {"promise": "To listen"},
}


@pytest.fixture
def signed(app):
    return make_action(campaign=make_campaign(), slug="signed")


@pytest.fixture
def other(signed):
    return make_action(slug="other", kind="pledge", campaign=make_campaign(slug="other"))


@pytest.fixture
def ada(signed):
    return make_confirmed(signed, email=EMAIL, family_name="Lovelace")


def press(signature, action, **changes) -> bool:
    values = {
        "locale": "en",
        "now": LATER,
        "remind_after": timedelta(hours=48),
        "consent_version": 1,
    }
    return take_next(signature, action, **values | PERSON | changes)


def taken(action) -> Signature | None:
    db.session.expire_all()
    return find_signature_of(action.id, email_key(EMAIL))


def changes(action) -> list[int]:
    entries = select(LedgerEntry.change).where(LedgerEntry.action_id == action.id)
    return list(db.session.scalars(entries))


def mails(action) -> list[tuple[str, str]]:
    return [(row.template, row.recipient) for row in rows() if row.about == action.id]


def mark_invalid(signature) -> None:
    invalidate(signature, action="", reason="script", actor="grace@example.org", now=NOON)


def test_the_new_signature_is_confirmed_and_counted_and_its_receipt_queued(ada, other):
    is_counted = press(ada, other)

    found = taken(other)
    assert is_counted
    assert (found.status, found.email, found.answers) == (
        "confirmed",
        EMAIL,
        {"promise": "To listen"},
    )
    assert (found.signed_at, found.confirmed_at, found.due_at) == (LATER, LATER, None)
    assert (found.locale, found.consent_version, found.channel) == ("en", 1, "page")
    assert {found.wants_updates, found.show_name, found.show_comment} == {False}
    assert changes(other) == [1]
    assert mails(other) == [("next", EMAIL)]
    assert count_signatures(other.id) == 1


def test_the_receipt_is_sent_even_if_the_action_sends_none_after_confirming(signed, ada):
    quiet = make_action(slug="quiet", campaign=make_campaign(slug="q"), sends_receipt=False)

    press(ada, quiet, answers={})

    assert mails(quiet) == [("next", EMAIL)]


def test_the_receipt_says_what_was_taken_and_has_a_link_for_someone_else(
    app, client, monkeypatch, post, ada, other
):
    press(ada, other)
    post.mails = signature_mails(timedelta(days=14))

    with mail_server() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        post.transport = open_transport()
        post.deliver(LATER)
        post.transport.close()

    (receipt,) = (mail for mail in server.messages if "Title of other" in mail["Subject"])
    text = text_of(receipt)
    not_me = text.partition("This was not me:")[2].split()[0]
    assert receipt["Subject"] == "You’ve pledged: Title of other (en)"
    assert "You took part with one press" in " ".join(text.split())
    assert receipt["To"] == EMAIL
    assert client.post(not_me.removeprefix("http://actions.example.org")).status_code == 303
    assert taken(other).status == "withdrawn"
    assert changes(other) == [1, -1]


def test_a_confirmed_signature_can_take_one_more_action_only(ada, other):
    third = make_action(slug="third", campaign=make_campaign(slug="third"))
    press(ada, other)

    again = press(ada, other), press(ada, third, answers={})

    assert again == (False, False)
    assert changes(other) == [1]
    assert taken(third) is None
    assert mails(third) == []


def test_sixty_four_presses_at_once_count_once(app, ada, other):
    answers = run_concurrently(app, *[lambda: press(ada, other)] * 64)

    assert sorted(answers) == [False] * 63 + [True]
    assert changes(other) == [1]
    assert len(mails(other)) == 1


def test_presses_from_two_signatures_of_one_person_count_once(app, ada, other):
    second = make_confirmed(
        make_action(slug="second", campaign=make_campaign(slug="s")), email="ADA+x@example.org"
    )

    run_concurrently(app, *[lambda: press(ada, other), lambda: press(second, other)] * 8)

    assert changes(other) == [1]
    assert taken(other).status == "confirmed"


def test_a_press_and_a_withdrawal_at_once_leave_a_count_that_agrees(app, ada, signed, other):
    run_concurrently(app, *[lambda: press(ada, other)] * 8, *[lambda: withdraw(ada, now=LATER)] * 8)

    found = taken(other)
    assert changes(other) == ([1] if found else [])
    assert sum(changes(signed)) == 0


@pytest.mark.parametrize("status", ["confirmed", "invalid", "suppressed"])
def test_nothing_changes_for_an_action_that_was_taken_before(ada, other, status):
    before = make_confirmed(other, email=EMAIL, given_name="A.", answers={"promise": "Old"})
    if status != "confirmed":
        mark_invalid(before)
    if status == "suppressed":
        withdraw(before, now=NOON)
    ledger = changes(other)
    columns = dict(
        db.session.execute(select(Signature.__table__).filter_by(action_id=other.id)).one()._mapping
    )
    db.session.commit()

    is_counted = press(ada, other)

    found = dict(
        db.session.execute(select(Signature.__table__).filter_by(action_id=other.id)).one()._mapping
    )
    assert not is_counted
    assert found == columns
    assert found["status"] == status
    assert changes(other) == ledger
    assert mails(other)[-1] == ("next", EMAIL), "the email says what has happened"


def test_a_signature_that_is_still_pending_is_confirmed_with_the_new_details(ada, other):
    waiting = make_signature(
        other, email="ada+typo@example.org", given_name="Adaa", wants_updates=True, now=NOON
    )
    link = signing_id(waiting)

    is_counted = press(ada, other)

    found = taken(other)
    assert is_counted
    assert (found.status, found.given_name, found.email) == ("confirmed", "Ada", EMAIL)
    assert (found.wants_updates, found.due_at, found.confirmed_at) == (False, None, LATER)
    assert signing_id(found) == link, "the link in its email says that it is counted"
    assert changes(other) == [1]


def test_an_action_that_was_withdrawn_needs_the_email_again(ada, other):
    before = make_confirmed(other, email=EMAIL)
    withdraw(before, now=NOON)

    is_counted = press(ada, other)

    found = taken(other)
    assert not is_counted
    assert (found.status, found.confirmed_at, found.withdrawn_at) == ("pending", None, None)
    assert (found.due_at, found.signed_at) == (LATER + timedelta(hours=48), LATER)
    assert changes(other) == [1, -1]
    confirm(found, now=LATER)
    assert changes(other) == [1, -1, 1]


@pytest.mark.parametrize("end", ["withdrawn", "invalid", "suppressed", "erased"])
def test_a_signature_that_is_not_counted_takes_nothing(ada, other, end):
    if end in ("invalid", "suppressed"):
        mark_invalid(ada)
    if end in ("withdrawn", "suppressed"):
        withdraw(ada, now=NOON)
    if end == "erased":
        erase(EMAIL, now=NOON)

    assert not press(ada, other)

    assert taken(other) is None
    assert mails(other) == []


def test_people_who_agreed_to_an_earlier_text_confirm_by_email(ada, other):
    publish_consent("petition", "en", "We use your data in another way.", now=NOON)

    assert not press(ada, other)

    assert find_obstacle(taken_of(ada)) == "consent"
    assert taken(other) is None


def taken_of(signature) -> Signature:
    db.session.expire_all()
    return db.session.get(Signature, (signature.action_id, signature.id))


def test_a_text_in_another_language_changes_nothing(ada, other):
    publish_consent("petition", "ru", "Мы используем данные иначе.", now=NOON)

    assert press(ada, other)


def test_a_closed_action_cannot_be_taken(ada, signed):
    closed = make_action(slug="closed", campaign=make_campaign(slug="c"), closes_at=NOON)

    with pytest.raises(ActionClosed):
        press(ada, closed, answers={})

    assert taken_of(ada).next_action_id is None


def test_erasing_a_person_erases_what_they_took_and_that_they_did(ada, other):
    press(ada, other)

    erase(EMAIL, now=LATER)

    assert set(db.session.scalars(select(Signature.status))) == {"erased"}
    assert set(db.session.scalars(select(Signature.next_action_id))) == {None}
    assert rows() == []


def test_a_link_names_the_act_of_signing_and_the_action(ada, other):
    token = make_link(ada, other, LATER)

    signature, slugs, is_same = read_link(token)

    assert (signature.id, slugs, is_same) == (ada.id, (other.campaign_slug, other.slug), True)
    assert EMAIL not in token


def test_after_withdrawing_and_signing_again_the_link_is_void(ada, signed, other):
    token = make_link(ada, other, LATER)
    withdraw(ada, now=NOON)
    sign(signed, **ADA | {"email": EMAIL, "locale": "en", "now": LATER})
    confirm(taken(signed), now=LATER)

    _signature, _slugs, is_same = read_link(token)

    assert not is_same


def test_a_link_contains_nothing_that_was_entered(ada, other):
    token = make_link(ada, other, LATER)

    assert EMAIL not in token
    assert "Ada" not in token


@pytest.mark.parametrize("why", ["late", "used", "withdrawn"])
def test_there_is_a_link_only_where_one_press_is_enough(ada, other, why):
    if why == "used":
        press(ada, other)
    if why == "withdrawn":
        withdraw(ada, now=NOON)

    late = NOON + LIFE if why == "late" else LATER

    assert make_link(taken_of(ada), other, late) is None


def test_only_the_defined_details_are_carried_over(ada):
    db.session.execute(update(Signature).values(comment="Mine", wants_updates=True))
    db.session.commit()

    assert set(carried_over(ada)) == set(CARRIED_OVER)
    assert set(CARRIED_OVER) == {"email", "given_name", "family_name", "country_code"}
