"""Email providers: only large ones are named, only people who agreed are counted, and tallies stay exact."""

from datetime import timedelta
from random import Random

import flask_migrate
import pytest
from sqlalchemy import func, select, text, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.counts.states.check_providers import (
    BATCH_SIZE,
    CHECK_AFTER,
    check_providers,
)
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.counts.states.providers import PROVIDERS, provider_of
from campaign_actions.actions.counts.states.recount import recount_states
from campaign_actions.actions.models import (
    COUNTED_PROVIDERS,
    Action,
    ProviderCheck,
    Signature,
    StateDay,
)
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.one_press.take import take_next
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.batches import mark, undo
from tests.support.clusters import add
from tests.support.factories import NOON, ended, make_action, make_confirmed, make_signature

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DOMAINS = ("gmail.com", "mail.ru", "her-own-name.org")
LATER = NOON + CHECK_AFTER


def cover(version=1, *, kind="petition", locale="en"):
    """Say that a version of the text is the first to mention it; None for no version."""
    set_covered(kind, locale, {COUNTED_PROVIDERS: version}, now=NOON)


@pytest.fixture
def action(app):
    """One whose consent text covers it."""
    made = make_action()
    cover()
    return made


def campaign_of(action):
    return db.session.get(Campaign, action.campaign_id)


def tallied():
    """By provider, the numbers that are not zero, after folding."""
    fold_states(NOON)
    db.session.rollback()
    names = ("pending", "confirmed", "withdrawn", "invalid", "gone", "mailed", "kept")
    sums = [func.sum(getattr(StateDay, name)) for name in names]
    rows = db.session.execute(
        select(StateDay.value, *sums).where(StateDay.part == "provider").group_by(StateDay.value)
    )
    found = {
        row.value: {name: int(n) for name, n in zip(names, row[1:], strict=True) if n}
        for row in rows
    }
    return {value: numbers for value, numbers in found.items() if numbers}


def is_exact():
    return recount_states(NOON) == []


def mark_invalid(signature):
    invalidate(signature, action="a", reason="test", actor="grace@example.org", now=NOON)


def test_fifty_providers_at_most_have_a_name():
    assert len(PROVIDERS) <= 50
    assert all(len(name) <= 40 and name == name.lower() for name in PROVIDERS)


@pytest.mark.parametrize(
    ("email", "provider"),
    [
        ("ada@gmail.com", "gmail.com"),
        ("Ada@GMail.COM", "gmail.com"),
        ("ada@mail.ru", "mail.ru"),
        ("ada@lovelace.example", "other"),
        ("ada@sub.gmail.com", "other"),
        ("ada@почта.рф", "other"),
        ("other", "other"),
    ],
)
def test_only_public_providers_are_named(email, provider):
    assert provider_of(email) == provider


def test_nobody_is_counted_by_provider_before_a_text_says_so(app):
    make_confirmed(make_action(), email="ada@gmail.com")

    assert tallied() == {}
    assert db.session.scalars(select(Signature.email_provider)).all() == [None]


def test_people_who_agreed_to_an_earlier_text_or_in_another_language_are_left_out(app):
    action = make_action(locales=("en", "ru"))
    publish_consent("petition", "en", "We count addresses by provider.", now=NOON)
    cover(2)
    for name, (locale, version) in {"old": ("en", 1), "new": ("en", 2), "ru": ("ru", 1)}.items():
        make_confirmed(action, email=f"{name}@gmail.com", locale=locale, consent_version=version)

    assert tallied() == {"gmail.com": {"confirmed": 1}}
    assert is_exact()


def test_each_state_is_tallied_by_provider_and_own_domains_together(action):
    make_signature(action, email="a@gmail.com")
    make_confirmed(action, email="b@gmail.com")
    withdraw(make_confirmed(action, email="c@mail.ru"), now=NOON)
    mark_invalid(make_confirmed(action, email="d@mail.ru"))
    make_confirmed(action, email="e@her-own-name.org")
    make_confirmed(action, email="f@his-own-name.org")

    assert tallied() == {
        "gmail.com": {"pending": 1, "confirmed": 1},
        "mail.ru": {"withdrawn": 1, "invalid": 1},
        "other": {"confirmed": 2},
    }
    assert is_exact()


def test_undoing_an_invalidation_or_a_batch_counts_again(action):
    one = make_confirmed(action, email="a@gmail.com")
    make_confirmed(action, email="b@mail.ru", source="bot")
    mark_invalid(one)
    validate(one, action="a", actor="grace@example.org", now=NOON)
    batch = mark(action.id, SignatureFilter(source="bot"), now=NOON + DAY)
    marked = tallied()
    undo(batch, now=NOON + DAY)

    assert marked == {"gmail.com": {"confirmed": 1}, "mail.ru": {"invalid": 1}}
    assert tallied() == {"gmail.com": {"confirmed": 1}, "mail.ru": {"confirmed": 1}}
    assert is_exact()


def test_someone_who_signs_again_with_another_spelling_moves_to_that_provider(action):
    withdraw(make_confirmed(action, email="ada@gmail.com"), now=NOON)
    make_signature(action, email="ada@googlemail.com", now=NOON + DAY)

    assert tallied() == {"googlemail.com": {"pending": 1}}
    assert is_exact()


def test_someone_who_withdrew_and_agrees_to_an_earlier_text_is_no_longer_counted(app):
    action = make_action()
    publish_consent("petition", "en", "We count addresses by provider.", now=NOON)
    cover(2)
    withdraw(make_confirmed(action, email="ada@gmail.com", consent_version=2), now=NOON)
    make_signature(action, email="ada@gmail.com", consent_version=1, now=NOON + DAY)

    assert tallied() == {}
    assert is_exact()


def test_deleted_people_leave_the_tallies(action):
    make_confirmed(action, email="a@gmail.com")
    make_signature(action, email="b@gmail.com")
    fold_states(NOON)
    for name in "ab":
        erase(f"{name}@gmail.com", now=NOON)

    assert tallied() == {}
    assert is_exact()


def test_people_deleted_on_schedule_stay_counted(action):
    make_confirmed(action, email="a@gmail.com")
    db.session.execute(update(Action).values(ended(NOON + DAY)))
    db.session.commit()
    erase_closed(NOON + timedelta(days=400), keep_months=12)

    assert tallied() == {"gmail.com": {"confirmed": 1, "kept": 1}}
    assert is_exact()


def test_an_action_taken_with_one_press_is_counted_by_provider(action):
    first = make_confirmed(action, email="ada@gmail.com")
    second = make_action(campaign=campaign_of(action), slug="second")
    details = {"given_name": "Ada", "country_code": "RU", "consent_version": 1}

    take_next(first, second, locale="en", now=NOON, remind_after=2 * DAY, **details)

    assert tallied() == {"gmail.com": {"confirmed": 2}}
    assert is_exact()


def test_emails_that_were_accepted_are_tallied_by_provider(action):
    make_signature(action, email="a@gmail.com")
    make_signature(action, email="b@her-own-name.org")
    make_signature(
        make_action(kind="pledge", slug="p", campaign=campaign_of(action)), email="c@gmail.com"
    )
    sent = {"status": "sent", "sent_at": NOON + HOUR, "recipient": None}
    db.session.execute(update(OutboxMail).values(sent))
    db.session.commit()

    assert tallied() == {
        "gmail.com": {"pending": 1, "mailed": 1},
        "other": {"pending": 1, "mailed": 1},
    }


def test_random_changes_never_leave_a_mismatch(action):
    random = Random(11)
    emails = [f"person-{number}@{DOMAINS[number % 3]}" for number in range(12)]
    for step in range(120):
        now, email = NOON + step * HOUR, random.choice(emails)
        if step % 15 == 0:
            cover(random.choice([1, None]))
            check_providers(NOON + CHECK_AFTER)
        change(random, action, email, now)
        if step % 10 == 0:
            assert recount_states(now) == []
            fold_states(now)

    assert recount_states(NOON + 120 * HOUR) == []


def change(random, action, email, now):
    db.session.rollback()
    signature = db.session.scalars(select(Signature).filter_by(email=email)).one_or_none()
    if signature is None or random.random() < 0.3:
        make_signature(action, email=email, now=now)
        return
    random.choice(
        [
            lambda: confirm(signature, now=now, country_code="DE"),
            lambda: withdraw(signature, now=now),
            lambda: mark_invalid(signature),
            lambda: random.random() < 0.4 and erase(email, now=now),
        ]
    )()


def test_a_version_that_turns_out_not_to_cover_it_takes_its_people_out(app):
    action = make_action()
    publish_consent("petition", "en", "We count addresses by provider.", now=NOON)
    cover(1)
    make_confirmed(action, email="old@gmail.com", consent_version=1)
    make_confirmed(action, email="new@gmail.com", consent_version=2)
    fold_states(NOON)
    cover(2)
    too_early = check_providers(NOON)
    read = check_providers(LATER)

    assert (too_early, read) == (0, 2)
    assert tallied() == {"gmail.com": {"confirmed": 1}}
    assert is_exact()
    cover(None)
    check_providers(LATER)
    assert tallied() == {}
    assert is_exact()


def test_people_who_agreed_before_the_version_was_named_are_counted_later(app):
    action = make_action(locales=("en", "ru"))
    pledge = make_action(kind="pledge", slug="p", campaign=campaign_of(action))
    make_confirmed(action, email="a@gmail.com")
    make_confirmed(action, email="b@gmail.com", locale="ru")
    make_confirmed(pledge, email="c@gmail.com")
    cover(1)
    check_providers(LATER)

    assert tallied() == {"gmail.com": {"confirmed": 1}}
    assert is_exact()
    assert db.session.scalars(select(ProviderCheck)).all() == []


def test_saving_other_uses_or_the_same_version_starts_no_check(action):
    check_providers(LATER)
    before = db.session.scalars(select(ProviderCheck)).all()
    cover(1)
    set_covered("petition", "en", {"crm": 1, COUNTED_PROVIDERS: 1}, now=NOON)
    set_covered("petition", "en", {"crm": None}, now=NOON)

    db.session.rollback()
    assert before == db.session.scalars(select(ProviderCheck)).all() == []


def test_a_change_of_the_text_is_followed_in_batches(app):
    action = make_action()
    add(action, [{"now": NOON, "domain": DOMAINS[n % 3]} for n in range(BATCH_SIZE + 20)])
    cover(1)

    read = [check_providers(LATER) for _batch in range(3)]

    assert read == [BATCH_SIZE, 20, 0]
    assert sum(numbers["confirmed"] for numbers in tallied().values()) == BATCH_SIZE + 20
    assert is_exact()


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_signature_that_someone_is_changing_is_counted_afterwards(app):
    action = make_action()
    locked = make_confirmed(action, email="a@gmail.com")
    make_confirmed(action, email="b@gmail.com")
    cover(1)
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="READ COMMITTED")
        row = text("select 1 from signatures where id = :id for update")
        connection.execute(row, {"id": locked.id})
        check_providers(LATER)
        during = tallied()
    check_providers(LATER)

    assert during == {"gmail.com": {"confirmed": 1}}
    assert tallied() == {"gmail.com": {"confirmed": 2}}
    assert db.session.scalars(select(ProviderCheck)).all() == []


def test_the_program_before_forgets_providers_and_keeps_its_tallies_exact(action):
    make_confirmed(action, email="a@gmail.com")
    make_signature(action, email="b@her-own-name.org")
    fold_states(NOON)
    db.session.rollback()

    flask_migrate.downgrade(init_migrate(), revision="0016")
    flask_migrate.upgrade(init_migrate())

    assert tallied() == {}
    assert is_exact()
    make_confirmed(action, email="c@gmail.com")
    assert is_exact()
