"""`outbox deliver --watch` runs until it is asked to stop, whatever happens."""

import signal
import time

import pytest
from sqlalchemy.exc import OperationalError

from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.outbox import worker_loop
from campaign_actions.outbox.worker_loop import Stop, keep_doing
from tests.support.factories import make_action, make_confirmed, make_signature
from tests.support.mail_server import mail_server
from tests.support.outbox import rows
from tests.support.outbox_worker import wait_until

PROMPT_SECONDS = (
    10  # enough for any machine, but less than the longest pause of a worker, which is 15
)


def statuses():
    return [row.status for row in rows()]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_delivers_until_it_is_asked_to_stop(app, start, number):
    action = make_action()
    with mail_server() as server:
        worker = start(f"smtp://127.0.0.1:{server.port}")
        make_signature(action, now=utc_now())
        wait_until(lambda: statuses() == ["sent"])
        make_signature(action, now=utc_now())
        took = wait_until(lambda: statuses() == ["sent", "sent"])
        output, _errors, ending = worker.stop(number)

    assert took < PROMPT_SECONDS
    assert ending < PROMPT_SECONDS
    assert worker.process.returncode == 0
    assert output == "2 emails sent, 0 delayed, 0 failed permanently.\n"


@pytest.mark.slow
def test_counts_are_folded_while_the_mail_server_hangs(app, start):
    action = make_action()
    make_signature(action, now=utc_now())
    with mail_server() as server:
        server.hangs_in = "data"
        worker = start(f"smtp://127.0.0.1:{server.port}")
        wait_until(lambda: rows()[0].leased_until is not None)
        make_confirmed(action, now=utc_now())

        took = wait_until(lambda: not has_unfolded_counts())

        worker.kill()
    assert took < PROMPT_SECONDS
    assert rows()[0].status == "queued"


def has_unfolded_counts():
    db.session.rollback()
    return bool(db.session.execute(db.text("select 1 from tally_ledger limit 1")).first())


@pytest.mark.slow
def test_the_next_worker_delivers_a_killed_workers_email_when_the_lease_ends(app, start):
    make_signature(make_action(), now=utc_now())
    with mail_server() as server:
        server.hangs_in = "data"
        worker = start(f"smtp://127.0.0.1:{server.port}")
        wait_until(lambda: rows()[0].leased_until is not None)
        worker.kill()
        server.hangs_in = ""
        with write_transaction() as connection:
            connection.exec_driver_sql("update outbox_mails set leased_until = queued_at")

        start(f"smtp://127.0.0.1:{server.port}")

        wait_until(lambda: statuses() == ["sent"])
        assert len(server.envelopes) == 1


@pytest.mark.slow
def test_a_worker_survives_an_unavailable_database(app, start):
    action = make_action()
    with mail_server() as server:
        worker = start(f"smtp://127.0.0.1:{server.port}")
        make_signature(action, now=utc_now())
        wait_until(lambda: statuses() == ["sent"])
        rename("outbox_mails", "elsewhere")
        cut_connections()
        time.sleep(1.5)  # long enough for the worker to notice
        rename("elsewhere", "outbox_mails")
        make_signature(action, now=utc_now())

        wait_until(lambda: statuses() == ["sent", "sent"])
        _output, errors, _ending = worker.stop()

    assert "database_unavailable" in errors
    assert "Traceback" not in errors
    assert worker.process.returncode == 0


def cut_connections():
    """End all other connections, as a restart of the server does."""
    if db.engine.dialect.name == "postgresql":
        others = "datname = current_database() and pid <> pg_backend_pid()"
        with write_transaction() as connection:
            connection.exec_driver_sql(
                f"select pg_terminate_backend(pid) from pg_stat_activity where {others}"
            )
        db.session.remove()
        db.engine.dispose()


def rename(old, new):
    with write_transaction() as connection:
        connection.exec_driver_sql(f"alter table {old} rename to {new}")


class RecordingStop(Stop):
    """Records the pauses instead of waiting."""

    def __init__(self):
        super().__init__()
        self.pauses = []

    def wait(self, seconds):
        self.pauses.append(seconds)


def test_pauses_grow_with_failures_and_end_after_a_success(monkeypatch):
    monkeypatch.setattr(worker_loop, "STEP_INTERVAL_SECONDS", 0.001)
    stop = RecordingStop()
    failures = [OperationalError("", {}, Exception()), LookupError(), None, None]

    def step():
        failure = failures.pop(0)
        stop.is_asked = not failures
        if failure:
            raise failure
        return True

    keep_doing(step, stop)

    assert stop.pauses == [0.001, 0.002, 0.001, 0.001]


def test_no_pause_is_longer_than_fifteen_seconds():
    stop = RecordingStop()

    def step():
        stop.is_asked = len(stop.pauses) == 10
        return False

    keep_doing(step, stop)

    assert stop.pauses[:6] == [1, 2, 4, 8, 15, 15]
    assert max(stop.pauses) == 15


@pytest.mark.timeout(60)
def test_a_pause_ends_when_the_worker_is_asked_to_stop():
    stop = Stop()
    stop.is_asked = True

    stop.wait(3600)

    assert stop.is_asked, "and the wait is over, long before the time-out of this test"
