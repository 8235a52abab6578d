"""The bad day on two servers and two workers, as if on four machines: proofs, and marking in bulk."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import select, text

from campaign_actions import create_app
from campaign_actions.actions.counts.ledger import add_ledger_entries
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation import jobs
from campaign_actions.core.db.session import db, utc_now, write_transaction
from tests.support.batches import WHO
from tests.support.faults.signers import PAGE, Answer, Browser, form_of
from tests.support.faults.site import Site, assert_quiet, delivering, serving_pages
from tests.support.faults.switching import page_of, seconds_until, switch
from tests.support.proofs import solve
from tests.support.servers import run, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # mostly waiting
FAKES = 6000
MAKE_FAKES = text(
    """
insert into signatures (public_id, action_id, kind, status, email, email_key, given_name, family_name,
 country_code, locale, show_comment, show_name, wants_updates, answers, consent_version, channel,
 source, signed_at, confirmed_at, updated_at)
select 'fake-' || n, actions.id, 'petition', 'confirmed', n || '@bulk.example', md5(n::text) || '00000000',
 'Ada', 'Lovelace', 'RU', 'en', false, false, false, '{}', 1, 'page', 'bot',
 :now - n * interval '1 second', :now - n * interval '1 second', :now
from generate_series(1, :fakes) as numbers (n), actions where actions.slug = 'hate-crimes'
"""
)
# In one statement, so from one snapshot.
CONFIRMED = "select count(*) from signatures where status = 'confirmed'"
COUNTED = """
select (select sum(confirmed) from action_counts) + (select coalesce(sum(change), 0) from tally_ledger)
"""


@pytest.fixture
def machines(machine):
    return machine("first"), machine("second")


def challenge_of(address: str) -> Answer:
    return page_of(address, f"{PAGE}challenge.json")


def test_a_proof_is_accepted_once_whichever_server_it_reaches(machines):
    first, second = machines
    with serving_pages(first, second) as addresses:
        off_at = switch(second.environment, "off", "unproved:racism/hate-crimes")
        seconds_until(lambda: all(challenge_of(one).status == 200 for one in addresses), off_at)
        hidden = form_of(addresses[0])

        def sign(number: int, proof: str) -> Answer:
            with closing(Browser(addresses[number % 2])) as browser:
                return browser.sign(f"person-{number}@example.org", hidden | {"proof": proof})

        moved = sign(1, solve(json.loads(challenge_of(addresses[0]).body)))
        proof = solve(json.loads(challenge_of(addresses[0]).body))
        with ThreadPoolExecutor(8) as pool:
            at_once = list(pool.map(lambda number: sign(number, proof), range(2, 10)))
        replayed = [sign(number, proof) for number in (10, 11)]

    assert moved.status == 303
    assert Counter(answer.status for answer in at_once)[303] == 1
    refused = [answer for answer in (*at_once, *replayed) if answer.status != 303]
    assert len(refused) == 9
    assert all("The check of this form has expired" in answer.body for answer in refused)
    assert all('value="Lovelace"' in answer.body for answer in refused)
    assert first.number("select count(*) from signatures where email like 'person-%'") == 2
    for site in machines:
        assert_quiet(site.log)


@contextmanager
def program_on(site: Site) -> Iterator[None]:
    settings = {"SQLALCHEMY_DATABASE_URI": site.database, "SECRET_KEY": "of no use here"}
    with create_app(settings).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def make_fakes() -> int:
    """Confirmed and counted like any others. Returns the id of their action."""
    now = utc_now()
    with write_transaction() as connection:
        connection.execute(MAKE_FAKES, {"now": now, "fakes": FAKES})
        rows = connection.execute(select(Signature.__table__).filter_by(source="bot")).all()
        add_ledger_entries(connection, rows, +1, now)
    return int(rows[0].action_id)


def test_two_workers_mark_and_undo_each_signature_once_though_one_is_killed(machines):
    first, second = machines
    marked = "select rows_marked from invalidation_batches"
    state = "select state from invalidation_batches"
    with program_on(first):
        action_id = make_fakes()
        before = first.number(CONFIRMED)
        wanted = SignatureFilter(domain="bulk.example")
        batch = jobs.start(action_id, wanted, reason="script", now=utc_now(), **WHO)
        with delivering(second):
            with delivering(first) as victim:
                until(lambda: first.number(marked) > 0, 90)
                victim.kill()
            until(lambda: first.rows(state) == [("done",)], 90)
            during = first.number(CONFIRMED), first.number(COUNTED)
            jobs.start_undo(batch, now=utc_now(), **WHO)
            with delivering(first):
                until(lambda: first.rows(state) == [("undone",)], 90)
                until(lambda: not first.number("select count(*) from tally_ledger"), 90)

    assert during == (before - FAKES, before - FAKES)
    assert first.rows("select rows_marked, rows_undone from invalidation_batches") == [
        (FAKES, FAKES)
    ]
    assert first.number(CONFIRMED) == first.number(COUNTED) == before
    run(first.environment, "tallies", "check")
    for site in machines:
        assert_quiet(site.log)
