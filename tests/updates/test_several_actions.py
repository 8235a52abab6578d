"""An update to several actions or a campaign reaches each person once, whatever happens on the way."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign_actions.actions.models import UPDATES_BY_ACTIONS, Signature
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.withdraw import erase, erase_rows, withdraw
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.outbox.models import BulkRecipient, OutboxMail
from campaign_actions.updates import queue_batches, send
from campaign_actions.updates.audience import Audience, audience_of, count_people, count_steps
from campaign_actions.updates.emails import RESUME_WITHIN
from campaign_actions.updates.send import AnotherUpdateRunning, NotReady
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_update,
)
from tests.support.mail_server import mail_server
from tests.support.switches import pause
from tests.support.updates import (
    WHO,
    deliver,
    make_recipients,
    queue_all,
    queued_emails,
    reload_update,
    start_update,
)

MINUTE = timedelta(minutes=1)
WANTS = {"wants_updates": True}


@pytest.fixture
def server(app):
    with mail_server() as server:
        server.url = f"smtp://127.0.0.1:{server.port}"
        yield server


@pytest.fixture
def actions(app):
    """Two actions of one campaign, whose consent texts cover updates that compare actions."""
    campaign = make_campaign()
    first = make_action(campaign=campaign, slug="hate-crimes")
    second = make_action(campaign=campaign, slug="silence")
    cover()
    return first, second


def cover(version: int = 1) -> None:
    set_covered("petition", "en", {UPDATES_BY_ACTIONS: version}, now=NOON)


def make_people(*actions) -> None:
    """Ada and Bea took part in both, Cyd and Dan in one each."""
    first, second = actions
    for action, names in ((first, ("ada", "bea", "cyd")), (second, ("ada", "bea", "dan"))):
        for name in names:
            make_confirmed(action, email=f"{name}@example.org", **WANTS)
    db.session.execute(OutboxMail.__table__.delete())
    db.session.commit()


def receivers(server) -> Counter:
    return Counter(envelope.rcpt_tos[0] for envelope in server.envelopes)


def test_each_person_gets_one_email(app, actions, server):
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])

    assert start_update(update) == 4
    queue_all()
    deliver(app, server.url)
    queue_all()

    names = ("ada", "bea", "cyd", "dan")
    assert receivers(server) == {f"{name}@example.org": 1 for name in names}
    assert reload_update(update).status == "sent"


def test_another_spelling_of_an_address_is_the_same_person(app, actions):
    make_recipients(actions[0], 1, email="ada@example.org")
    make_recipients(actions[1], 1, email="Ada+news@Example.org")
    update = make_update(actions[0], others=[actions[1]])

    assert start_update(update) == 1
    queue_all()

    assert len(queued_emails(update)) == 1


def test_nobody_gets_it_twice_who_withdraws_from_one_action_on_the_way(app, actions, monkeypatch):
    monkeypatch.setattr(queue_batches, "BATCH_SIZE", 2)
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)

    queue_batches.queue_batch(update.id, NOON)
    first = db.session.execute(select(OutboxMail.email_key)).scalars().all()
    db.session.commit()
    for mail in queued_emails(update):
        mail.status, mail.sent_at, mail.recipient = "sent", NOON, None
    db.session.commit()
    for signature in signatures_of(actions[0]):
        if signature.email_key in first:
            withdraw(signature, now=NOON)
    queue_all()

    counted = select(OutboxMail.email_key, func.count()).group_by(OutboxMail.email_key)
    assert {number for _key, number in db.session.execute(counted)} == {1}
    assert len(queued_emails(update)) == 4


def signatures_of(action):
    return db.session.scalars(select(Signature).filter_by(action_id=action.id)).all()


def test_stopping_and_resuming_goes_on_after_the_last_action(app, actions, monkeypatch):
    monkeypatch.setattr(queue_batches, "BATCH_SIZE", 2)
    monkeypatch.setattr(queue_batches, "MAX_UNTRIED", 2)
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)
    queue_batches.queue_batch(update.id, NOON)

    send.stop(update.id, now=NOON, **WHO)
    assert queue_batches.queue_batch(update.id, NOON) == 0
    send.resume(update.id, now=NOON, **WHO)
    for _batch in range(4):
        queue_batches.queue_batch(update.id, NOON)

    keys = [mail.email_key for mail in queued_emails(update)]
    assert (len(keys), len(set(keys))) == (4, 4)


def test_the_whole_campaign_includes_an_action_that_is_added_before_it_is_sent(app, actions):
    make_people(*actions)
    update = make_update(actions[0], scope="campaign")
    campaign = db.session.get_one(type(update), update.id).action.campaign
    third = make_action(campaign=campaign, slug="third")
    make_recipients(third, 1, email="eve@example.org")

    assert start_update(update) == 5
    make_recipients(make_action(campaign=campaign, slug="fourth"), 1, email="fay@example.org")
    queue_all()

    assert len(queued_emails(update)) == 5


def test_people_who_took_part_in_another_action_are_left_out(app, actions):
    make_people(*actions)
    update = make_update(actions[0], filter=SignatureFilter(not_signed=actions[1].id).filter())

    assert start_update(update) == 1
    queue_all()

    assert [mail.recipient for mail in queued_emails(update)] == ["cyd@example.org"]


def test_people_who_only_began_the_other_action_are_not_left_out(app, actions):
    make_recipients(actions[0], 1, email="ada@example.org")
    make_signature(actions[1], email="ada@example.org")

    wanted = SignatureFilter(not_signed=actions[1].id)

    assert count_people(Audience((actions[0].id,), wanted)) == 1


def test_people_who_agreed_to_an_earlier_text_are_left_out(app):
    campaign = make_campaign()
    first = make_action(campaign=campaign, slug="hate-crimes")
    second = make_action(campaign=campaign, slug="silence")
    make_people(first, second)
    both = Audience((first.id, second.id))

    before = count_people(both)
    numbers = count_steps(both, before)
    cover()

    assert (before, numbers.asked, numbers.agreed) == (0, 6, 0)
    assert count_people(both) == 4
    assert count_people(Audience((first.id,))) == 3, "one action alone needs no such text"


def test_nobody_to_send_to_is_refused_and_said(app):
    campaign = make_campaign()
    first = make_action(campaign=campaign, slug="hate-crimes")
    second = make_action(campaign=campaign, slug="silence")
    make_people(first, second)

    with pytest.raises(NotReady):
        start_update(make_update(first, others=[second]))


def test_two_updates_to_the_same_people_do_not_run_at_once(app, actions):
    make_people(*actions)
    start_update(make_update(actions[0], others=[actions[1]]))

    with pytest.raises((AnotherUpdateRunning, NotReady)):
        start_update(make_update(actions[1]))


def test_the_link_in_it_unsubscribes_from_the_whole_campaign(app, actions, server, client):
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)
    queue_all()
    deliver(app, server.url)
    ada = next(m for m in server.messages if m["To"] == "ada@example.org")
    link = ada["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")

    shown = client.get(link[link.index("/en/") :])
    client.post(link[link.index("/en/") :], data={"List-Unsubscribe": "One-Click"})

    assert "everything in this campaign" in shown.text
    assert count_people(Audience((actions[0].id, actions[1].id))) == 3


def test_the_email_says_why_it_comes_and_names_the_action(app, actions, server):
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)
    queue_all()
    deliver(app, server.url)

    (text,) = {m.get_body(("plain",)).get_content() for m in server.messages if "dan" in m["To"]}

    assert "An update on a campaign you took part in:" in text
    assert "because you took part in this campaign" in text


def test_unsubscribing_drops_the_queued_email(app, actions, server):
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)
    queue_all()

    for signature in signatures_of(actions[0]):
        unsubscribe(signature, reach="campaign", now=NOON)
    deliver(app, server.url)

    assert receivers(server) == {"dan@example.org": 1}


def test_notes_of_who_got_it_are_deleted_at_the_end_and_with_the_person(app, actions):
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)
    queue_all()

    erase("ada@example.org", now=NOON)
    left = db.session.scalar(select(func.count()).select_from(BulkRecipient))
    db.session.execute(type(update).__table__.update().values(status="sent", ended_at=NOON))
    db.session.commit()
    queue_batches.forget_recipients(NOON)
    db.session.rollback()

    assert left == 3
    assert db.session.scalar(select(func.count()).select_from(BulkRecipient)) == 0


def test_notes_of_a_stopped_update_are_kept_as_long_as_it_can_be_resumed(app, actions):
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)
    queue_all()
    send.stop(update.id, now=NOON, **WHO)
    pause(EMAIL, NOON, NOON + RESUME_WITHIN)
    last = NOON + 2 * RESUME_WITHIN

    queue_batches.forget_recipients(last - MINUTE)
    kept = len(notes())
    queue_batches.forget_recipients(last)

    assert (kept, notes()) == (4, [])


def test_a_note_is_deleted_with_the_last_details_of_a_person_and_names_no_erased_action(
    app, actions
):
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)
    queue_all()
    first, second = actions

    erase_signatures(first, "ada", "cyd")
    after_one = notes()
    erase_signatures(second, "ada")

    assert after_one == [0, first.id, second.id], "Ada takes part in the second; Cyd is gone"
    assert notes() == [first.id, second.id]


def erase_signatures(action, *names: str) -> None:
    keys = [email_key(f"{name}@example.org") for name in names]
    its = select(Signature.__table__).where(Signature.action_id == action.id)
    with write_transaction() as connection:
        rows = connection.execute(its.where(Signature.email_key.in_(keys))).all()
        erase_rows(connection, rows, now=NOON)


def notes() -> list[int]:
    """The actions through which people get an update; 0: no longer noted."""
    db.session.rollback()
    return sorted(db.session.scalars(select(BulkRecipient.about)))


def test_someone_erased_from_one_action_still_gets_an_update_once(app, actions, server):
    make_people(*actions)
    update = make_update(actions[0], others=[actions[1]])
    start_update(update)
    queue_batches.queue_batch(update.id, NOON)  # the people of the first action
    deliver(app, server.url)
    erase_signatures(actions[0], "ada")

    queue_all()
    deliver(app, server.url)

    assert receivers(server)["ada@example.org"] == 1


def test_an_update_to_one_action_notes_nobody(app, actions):
    make_people(*actions)
    update = make_update(actions[0])
    start_update(update)
    queue_all()

    assert len(queued_emails(update)) == 3
    assert db.session.scalar(select(func.count()).select_from(BulkRecipient)) == 0
    assert audience_of(reload_update(update)).actions == (actions[0].id,)
