"""The recount: no mismatch whatever people do, and a report for each wrong number."""

from datetime import timedelta
from random import Random
from threading import Event, Thread

import pytest
from sqlalchemy import select, text, update

from campaign_actions.actions.counts.ledger import add_ledger_entry, fold
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.models import Action, Signature, Tally
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.commands.signatures import tallies
from campaign_actions.core.db.session import db, write_transaction
from tests.support.factories import (
    NOON,
    ended,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)

TOMORROW = NOON + timedelta(days=1)


def check(app):
    db.session.rollback()
    return app.test_cli_runner().invoke(tallies, ["check"])


def test_the_recount_finds_no_mismatch_whatever_happens_to_signatures(app):
    campaign = make_campaign()
    action, other = (make_action(campaign=campaign, slug=slug) for slug in ("one", "two"))
    make_confirmed(action, source="leaflet")
    make_confirmed(other, country_code="DE", now=TOMORROW)
    make_signature(action)
    withdraw(make_confirmed(action), now=TOMORROW)
    make_confirmed(action, email="erased@example.org")
    erase("erased@example.org", now=TOMORROW)
    withdraw(make_confirmed(action, email="again@example.org"), now=NOON)
    make_confirmed(action, email="again@example.org", source="letter", now=TOMORROW)
    invalid = make_confirmed(action)
    with write_transaction() as connection:
        add_ledger_entry(connection, invalid, -1, TOMORROW)
        connection.execute(
            update(Signature).filter_by(id=invalid.id).values(status="invalid", invalidated_at=NOON)
        )

    before = check(app)
    fold()
    after = check(app)

    assert before.output == after.output == "Checked 2 actions and 3 signatures: no mismatches.\n"
    assert (before.exit_code, after.exit_code) == (0, 0)


@pytest.mark.parametrize("is_folded", [True, False])
def test_signatures_erased_on_schedule_stay_counted_and_are_no_mismatch(app, is_folded):
    action = make_action()
    make_confirmed(action, source="leaflet")
    make_signature(action)
    withdraw(make_confirmed(action), now=NOON)
    if is_folded:
        fold()
    db.session.execute(update(Action).values(ended(TOMORROW)))
    db.session.commit()
    erase_closed(TOMORROW + timedelta(days=400), keep_months=12)

    before = check(app)
    fold()
    after = check(app)

    assert before.output == after.output == "Checked 1 action and 0 signatures: no mismatches.\n"
    (line,) = db.session.scalars(select(Tally).where(Tally.source == "leaflet"))
    assert (line.confirmed, line.forgotten) == (1, 1)


LINE = "racism/hate-crimes on 2026-11-20 (country RU, language en, source leaflet)"


@pytest.mark.parametrize(
    ("mistake", "report"),
    [
        (
            "update tallies set confirmed = confirmed + 1",
            [
                "racism/hate-crimes: the count is 2, but the tallies add up to 3.",
                f"{LINE}: 3 confirmed signatures, but the tally is 4.",
            ],
        ),
        (
            "update tallies set forgotten = 1",
            [f"{LINE}: 3 confirmed signatures, but the tally is 2."],
        ),
        (
            "update action_counts set confirmed = 7",
            ["racism/hate-crimes: the count is 7, but the tallies add up to 2."],
        ),
        (
            "delete from action_counts",
            ["racism/hate-crimes: the count is 0, but the tallies add up to 2."],
        ),
        ("delete from tally_ledger", [f"{LINE}: 3 confirmed signatures, but the tally is 2."]),
        (
            "update tally_ledger set change = -1",
            [f"{LINE}: 3 confirmed signatures, but the tally is 1."],
        ),
        (
            "update tally_ledger set country_code = 'DE'",
            [
                f"{LINE.replace('RU', 'DE')}: 0 confirmed signatures, but the tally is 1.",
                f"{LINE}: 3 confirmed signatures, but the tally is 2.",
            ],
        ),
        (
            "update signatures set status = 'withdrawn', withdrawn_at = signed_at where id ="
            " (select max(id) from signatures)",
            [f"{LINE}: 2 confirmed signatures, but the tally is 3."],
        ),
        (
            "delete from tally_sources",
            [
                f"{LINE}: 0 confirmed signatures, but the tally is 2.",
                f"{LINE.replace('leaflet', 'other')}: 3 confirmed signatures, but the tally is 1.",
            ],
        ),
    ],
)
def test_each_mismatch_is_reported(app, mistake, report):
    action = make_action()
    for _ in range(2):
        make_confirmed(action, source="leaflet")
    fold()
    make_confirmed(action, source="leaflet")
    db.session.execute(text(mistake))
    db.session.commit()

    result = check(app)

    assert result.exit_code == 1
    *lines, total = result.output.splitlines()
    assert lines == report
    assert total == f"Error: Found {len(report)} mismatch{'es' if len(report) > 1 else ''}."


def test_the_recount_is_exact_while_people_confirm_and_withdraw_and_workers_fold(app):
    action = make_action()
    signatures = [make_signature(action, source=f"leaflet-{n % 3}") for n in range(80)]
    over, errors = Event(), []

    def in_thread(work):
        with app.app_context():
            try:
                work()
            except Exception as error:
                errors.append(error)

    def come_and_go(share):
        choice = Random(share)
        for signature in signatures[share::4]:
            confirm(signature, now=NOON)
            if choice.random() < 0.4:
                withdraw(signature, now=TOMORROW)

    def keep_folding():
        while not over.is_set():
            fold()

    people = [
        Thread(target=in_thread, args=(lambda n=n: come_and_go(n),), daemon=True) for n in range(4)
    ]
    workers = [Thread(target=in_thread, args=(keep_folding,), daemon=True) for _ in range(2)]
    for thread in people + workers:
        thread.start()
    recounts = []
    while any(thread.is_alive() for thread in people):
        recounts.append(recount())
    over.set()
    for worker in workers:
        worker.join()

    assert errors == []
    assert [found.mismatches for found in recounts if found.mismatches] == []
    assert len({found.signatures for found in recounts}) > 3, (
        "recounts ran while signatures changed"
    )
    assert recount().signatures == 80 - len(
        db.session.scalars(select(Signature.id).filter_by(status="withdrawn")).all()
    )
