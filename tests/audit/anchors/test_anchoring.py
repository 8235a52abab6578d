"""Anchors are created once a day whatever happens, and delivered."""

import secrets
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select, text, update

from campaign_actions.audit.anchors import deliver as delivery
from campaign_actions.audit.anchors.create import create_anchor, create_daily_anchor
from campaign_actions.audit.anchors.deliver import RETRY_DELAYS, deliver_anchors
from campaign_actions.audit.anchors.document import Anchor, find_anchors, read_anchor
from campaign_actions.audit.anchors.health import anchor_health
from campaign_actions.audit.anchors.settings import read_certificates
from campaign_actions.audit.anchors.verify import read_copies
from campaign_actions.audit.log import record
from campaign_actions.audit.models import AnchorDelivery, AuditAnchor, AuditEntry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.core.security.audit_key import (
    ensure_audit_key,
    own_audit_public_key,
    replace_audit_key,
    signing_key,
)
from campaign_actions.core.security.secrets import WrongAuditKey
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import NOON
from tests.support.mail_server import mail_server

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
CREATE_SCRIPT = """
import sys
from datetime import datetime
from campaign_actions.app import create_app
from campaign_actions.audit.anchors.create import create_daily_anchor
from campaign_actions.audit.anchors.settings import anchor_settings
app = create_app({"SQLALCHEMY_DATABASE_URI": sys.argv[1], "SECRET_KEY": "x", "EMAIL_HASH_KEY": "x",
    "AUDIT_KEY": sys.argv[2]})
with app.app_context():
    create_daily_anchor(datetime.fromisoformat(sys.argv[3]), settings=anchor_settings.of(app))
"""


@pytest.fixture
def log(app, settings):
    """Three entries."""
    for number in range(3):
        record("exported", actor="grace@example.org", now=NOON, subject=f"a/{number}")
    return settings


def anchors() -> list[Anchor]:
    db.session.rollback()
    return [
        read_anchor(row)
        for row in db.session.scalars(select(AuditAnchor.text).order_by(AuditAnchor.id))
    ]


def deliveries(*, destination: str = "") -> list[AnchorDelivery]:
    db.session.rollback()
    rows = select(AnchorDelivery).order_by(AnchorDelivery.anchor_id, AnchorDelivery.destination)
    found = db.session.scalars(rows.execution_options(populate_existing=True)).all()
    return [row for row in found if destination in ("", row.destination)]


def test_an_anchor_states_the_head_of_the_log_and_is_signed_with_our_key(app, log):
    create_daily_anchor(NOON, settings=log)

    (anchor,) = anchors()
    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (anchor.entry, anchor.hash, anchor.entries) == (newest.id, newest.hash, 3)
    assert (anchor.made_at, anchor.site) == (NOON, "http://actions.example.org")
    assert anchor.public_key == own_audit_public_key()
    assert anchor.is_signature_valid


def test_an_empty_log_gets_neither_an_anchor_nor_a_key(app, settings, instance):
    app.config["AUDIT_KEY"] = ""

    assert create_daily_anchor(NOON, settings=settings) is None
    assert create_anchor(NOON, settings=settings) is None or not anchors()


def test_there_is_one_anchor_a_day_in_utc(app, log):
    midnight = NOON.replace(hour=0)
    moments = [NOON, NOON + MINUTE, midnight, midnight + DAY - MINUTE, midnight + DAY]

    made = [create_daily_anchor(moment, settings=log) is not None for moment in moments]

    assert made == [True, False, False, False, True]


def test_the_clock_may_be_set_back_and_forward(app, log):
    steps = (0, 400, 1, 0, -1, 400, 2)

    made = [create_daily_anchor(NOON + step * DAY, settings=log) is not None for step in steps]

    assert made == [True, True, True, False, True, False, True]


def test_simultaneous_workers_create_one_anchor(app, log):
    start, found = Barrier(6), []

    def work() -> None:
        with app.app_context():
            start.wait()
            found.append(create_daily_anchor(NOON, settings=log))

    ensure_audit_key()
    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(anchors()) == 1
    assert sum(one is not None for one in found) == 1


@pytest.mark.slow
def test_simultaneous_processes_create_one_anchor(app, log):
    address, key = app.config["SQLALCHEMY_DATABASE_URI"], app.config["AUDIT_KEY"]
    command = [sys.executable, "-c", CREATE_SCRIPT, address, key, NOON.isoformat()]

    processes = [subprocess.Popen(command) for _ in range(3)]

    assert [process.wait(100) for process in processes] == [0, 0, 0]
    assert len(anchors()) == 1


def test_forged_anchors_for_future_days_prevent_no_real_ones(app, log):
    eve = signing_key("E" * 43)
    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    forged = Anchor(log.site, newest.id, 3, newest.hash, NOON, "").signed(eve)
    create_daily_anchor(NOON - DAY, settings=log)
    (right,) = anchors()
    for day, words in ((0, forged.text), (1, right.text), (2, "nonsense")):
        row = {"day": (NOON + day * DAY).date(), "entry_id": 1, "made_at": NOON, "text": words}
        db.session.execute(AuditAnchor.__table__.insert().values(row))
    db.session.commit()

    made = [create_daily_anchor(NOON + day * DAY, settings=log) for day in (0, 1, 2, 2)]

    assert [one is not None for one in made] == [True, True, True, False]
    days = select(AuditAnchor.text).where(AuditAnchor.day.is_not(None))
    texts = db.session.scalars(days).all()
    assert {read_anchor(one).public_key for one in texts} == {own_audit_public_key()}
    assert len(texts) == 4


def test_the_local_file_is_only_appended_to_and_private(app, log):
    create_daily_anchor(NOON, settings=log)
    create_daily_anchor(NOON + DAY, settings=log)

    file = log.local_file
    assert [copy.anchor for copy in read_copies(file)] == anchors()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.folder.stat().st_mode) == 0o700
    assert deliveries() == []


def test_the_local_file_later_gets_anchors_it_missed(app, log):
    log.folder.write_text("in its place")
    create_daily_anchor(NOON, settings=log)
    log.folder.unlink()

    assert create_daily_anchor(NOON + MINUTE, settings=log) is None

    assert [copy.anchor for copy in read_copies(log.local_file)] == anchors()


def test_after_a_kill_anchors_are_neither_repeated_nor_joined_to_a_torn_line(app, log, tmp_path):
    log = replace(log, file=tmp_path / "elsewhere.txt")
    create_daily_anchor(NOON, settings=log)
    deliver_anchors(NOON, settings=log)
    db.session.execute(update(AnchorDelivery).values(done_at=None))
    db.session.commit()
    deliver_anchors(NOON, settings=log)
    file = log.file
    whole = file.read_text()
    with file.open("a") as torn:
        torn.write(whole[:100])
    create_daily_anchor(NOON + DAY, settings=log)
    deliver_anchors(NOON + DAY, settings=log)

    assert whole.count("BEGIN") == 1
    assert [one for one in find_anchors(file.read_bytes()) if one in anchors()] == anchors()


def test_a_file_elsewhere_gets_every_anchor_and_failures_are_retried(app, log, tmp_path):
    elsewhere = tmp_path / "mounted" / "anchors.txt"
    settings = replace(log, file=elsewhere)
    create_daily_anchor(NOON, settings=settings)

    moment, pauses = NOON, []
    for _ in range(7):
        deliver_anchors(moment, settings=settings)
        (row,) = deliveries(destination="file")
        assert "the file cannot be written: No such file or directory" in row.last_error
        deliver_anchors(row.due_at - timedelta(seconds=1), settings=settings)
        assert deliveries(destination="file")[0].attempts == row.attempts, "not before its time"
        pauses.append(row.due_at - moment)
        moment = row.due_at
    elsewhere.parent.mkdir()
    deliver_anchors(moment, settings=settings)

    assert pauses == [*RETRY_DELAYS, RETRY_DELAYS[-1], RETRY_DELAYS[-1]]
    assert [copy.anchor for copy in read_copies(elsewhere)] == anchors()
    assert all(row.done_at for row in deliveries())


@pytest.mark.parametrize("kind", ["folder", "pipe"])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_destination_that_is_not_a_regular_file_does_not_block(app, log, tmp_path, kind):
    place = tmp_path / "place"
    place.mkdir() if kind == "folder" else subprocess.run(["mkfifo", place], check=True)
    settings = replace(log, file=place)
    create_daily_anchor(NOON, settings=settings)

    deliver_anchors(NOON, settings=settings)

    assert "cannot be written" in deliveries(destination="file")[0].last_error
    assert [copy.anchor for copy in read_copies(log.local_file)] == anchors(), "ours has it"


def test_a_retry_planned_before_the_clock_was_set_back_is_not_delayed(app, log, tmp_path):
    log = replace(log, file=tmp_path / "elsewhere.txt")
    create_daily_anchor(NOON, settings=log)
    far = NOON + 400 * DAY
    db.session.execute(update(AnchorDelivery).values(due_at=far, leased_until=far))
    db.session.commit()

    deliver_anchors(NOON, settings=log)

    assert [bool(row.done_at) for row in deliveries()] == [True]


def test_a_delivery_of_a_killed_worker_is_retried_when_its_lease_ends(app, log, tmp_path):
    log = replace(log, file=tmp_path / "elsewhere.txt")
    create_daily_anchor(NOON, settings=log)
    db.session.execute(update(AnchorDelivery).values(leased_until=NOON + delivery.LEASE))
    db.session.commit()

    assert deliver_anchors(NOON + MINUTE, settings=log) == []
    assert len(deliver_anchors(NOON + delivery.LEASE, settings=log)) == 1


def test_simultaneous_workers_deliver_each_anchor_once(app, log, tmp_path):
    log = replace(log, file=tmp_path / "elsewhere.txt")
    for day in range(5):
        create_daily_anchor(NOON + day * DAY, settings=log)
    found, start = [], Barrier(4)

    def work() -> None:
        with app.app_context():
            start.wait()
            found.extend(deliver_anchors(NOON + 5 * DAY, settings=log))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == len({one.anchor_id for one in found}) == 5
    assert log.file.read_text().count("BEGIN") == 5


def send_mails(app, server, now) -> None:
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
    transport = open_transport()
    deliver_due(Sender(transport, mail_makers.of(app), daily_limit=5), lambda: now)
    transport.close()


def test_an_email_contains_the_anchor_and_can_be_checked_as_saved(app, log, tmp_path):
    app.config["ORGANIZATION_NAME"] = "Центр «Права»"
    settings = replace(log, email="hook@example.net")
    create_daily_anchor(NOON, settings=settings)

    deliver_anchors(NOON, settings=settings)
    assert list(db.session.scalars(select(OutboxMail.lane))) == ["staff"]
    with mail_server() as server:
        send_mails(app, server, NOON)
        saved = tmp_path / "saved.eml"
        saved.write_bytes(server.envelopes[0].original_content)
    deliver_anchors(NOON + MINUTE, settings=settings)

    assert server.envelopes[0].rcpt_tos == ["hook@example.net"]
    assert server.messages[0]["Subject"] == "Signed copy of the audit log, 20 November 2026"
    assert [copy.anchor for copy in read_copies(saved)] == anchors()
    assert "audit check --anchor FILE" in server.messages[0].get_body(("plain",)).get_content()
    assert all(row.done_at for row in deliveries())


def test_retries_do_not_queue_a_second_email(app, log):
    settings = replace(log, email="hook@example.net")
    create_daily_anchor(NOON, settings=settings)

    for minutes in range(0, 600, 10):
        deliver_anchors(NOON + minutes * MINUTE, settings=settings)

    assert len(db.session.scalars(select(OutboxMail)).all()) == 1
    (row,) = deliveries(destination="email")
    assert (row.done_at, row.last_error) == (None, "the email is in the outbox")


def test_an_email_refused_by_the_server_is_reported(app, log):
    settings = replace(log, email="hook@example.net")
    create_daily_anchor(NOON, settings=settings)
    deliver_anchors(NOON, settings=settings)

    with mail_server() as server:
        server.rcpt_answer = "550 5.1.1 nobody"
        send_mails(app, server, NOON)
    deliver_anchors(NOON + MINUTE, settings=settings)

    (row,) = deliveries(destination="email")
    assert row.done_at is None
    assert "the email failed" in row.last_error
    assert "change_hook" not in row.last_error


def test_an_email_deleted_from_the_outbox_is_queued_again(app, log):
    settings = replace(log, email="hook@example.net")
    create_daily_anchor(NOON, settings=settings)
    deliver_anchors(NOON, settings=settings)
    db.session.execute(delete(OutboxMail))
    db.session.commit()

    deliver_anchors(NOON + MINUTE, settings=settings)

    assert len(db.session.scalars(select(OutboxMail)).all()) == 1


def test_a_time_stamp_is_stored_with_the_bytes_it_covers(app, log, service):
    certificates = read_certificates(service.authority.root)
    settings = replace(log, tsa_url=service.url, tsa_certificates=certificates)
    service.mode = "500"
    create_daily_anchor(NOON, settings=settings)
    deliver_anchors(NOON, settings=settings)
    (row,) = deliveries(destination="tsa")
    reason = row.last_error
    service.mode = "right"

    deliver_anchors(NOON + MINUTE, settings=settings)

    assert reason == "the time-stamping service: it answered with the status 500"
    (anchor,) = anchors()
    name = f"20261120T120000Z-{anchor.entry}"
    assert (log.folder / f"{name}.txt").read_text() == anchor.text
    assert (log.folder / f"{name}.tsr").exists()
    assert all(row.done_at for row in deliveries())


def test_destinations_no_longer_in_the_settings_are_ignored(app, log):
    create_daily_anchor(NOON, settings=replace(log, email="hook@example.net"))

    deliver_anchors(NOON, settings=log)

    assert db.session.scalars(select(OutboxMail)).all() == []
    health = anchor_health(NOON + 9 * DAY, settings=log, public_key=own_audit_public_key())
    assert health.failing == ()


def health_of(settings, now):
    return anchor_health(now, settings=settings, public_key=own_audit_public_key())


def test_two_days_without_an_anchor_are_reported(app, log):
    create_daily_anchor(NOON, settings=log)

    moments = (NOON, NOON + 2 * DAY, NOON + 2 * DAY + MINUTE)

    assert [health_of(log, moment).is_late for moment in moments] == [False, False, True]
    assert health_of(log, NOON).newest_at == NOON


def test_a_log_that_was_never_anchored_is_reported_after_two_days(app, log):
    assert not health_of(log, NOON + DAY).is_late
    assert health_of(log, NOON + 3 * DAY).is_late


def test_anchors_that_we_did_not_sign_do_not_count(app, log):
    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    made_at = NOON + 3 * DAY
    forged = Anchor(log.site, newest.id, 3, newest.hash, made_at, "").signed(signing_key("E" * 43))
    row = {"day": date(2026, 11, 23), "entry_id": 1, "made_at": made_at, "text": forged.text}
    db.session.execute(AuditAnchor.__table__.insert().values(row))
    db.session.commit()

    health = health_of(log, made_at)

    assert (health.newest_at, health.is_late) == (None, True)


def test_a_destination_that_fails_for_two_days_is_reported_with_the_reason(app, log, tmp_path):
    settings = replace(log, file=tmp_path / "away" / "anchors.txt")
    create_daily_anchor(NOON, settings=settings)
    deliver_anchors(NOON, settings=settings)

    assert health_of(settings, NOON + DAY).failing == ()
    (failing,) = health_of(settings, NOON + 3 * DAY).failing
    assert (failing.destination, failing.since) == ("file", NOON)
    assert "cannot be written" in failing.reason


CREATE_FORGING_TRIGGER = {
    "sqlite": [
        "create trigger forging after insert on audit_anchor_deliveries begin"
        " update audit_anchor_deliveries set done_at = new.due_at where anchor_id = new.anchor_id; end"
    ],
    "postgresql": [
        "create function forge() returns trigger language plpgsql as"
        " 'begin new.done_at = new.due_at; return new; end'",
        "create trigger forging before insert on audit_anchor_deliveries"
        " for each row execute function forge()",
    ],
}
DROP_FORGING_TRIGGER = {
    "sqlite": ["drop trigger forging"],
    "postgresql": ["drop trigger forging on audit_anchor_deliveries", "drop function forge"],
}


def run_all(statements) -> None:
    for statement in statements[db.engine.dialect.name]:
        db.session.execute(text(statement))
    db.session.commit()


@pytest.fixture
def forging(app):
    """A trigger marks every new delivery as done."""
    run_all(CREATE_FORGING_TRIGGER)
    yield
    db.session.rollback()
    run_all(DROP_FORGING_TRIGGER)


def test_an_attacker_with_the_database_cannot_stop_deliveries(app, log, forging, tmp_path):
    settings = replace(log, file=tmp_path / "elsewhere.txt", email="hook@example.net")

    for day in range(5):
        create_daily_anchor(NOON + day * DAY, settings=settings)
        deliver_anchors(NOON + day * DAY + 10 * MINUTE, settings=settings)

    assert [copy.anchor for copy in read_copies(log.local_file)] == anchors()
    assert [copy.anchor for copy in read_copies(settings.file)] == anchors()
    assert len(db.session.scalars(select(OutboxMail)).all()) == 5
    (failing,) = health_of(settings, NOON + 4 * DAY).failing
    assert (failing.destination, failing.since) == ("email", NOON)


def test_deleted_deliveries_are_reported(app, log, tmp_path):
    settings = replace(log, file=tmp_path / "elsewhere.txt")
    create_daily_anchor(NOON, settings=settings)
    db.session.execute(delete(AnchorDelivery))
    db.session.execute(delete(AuditAnchor))
    db.session.commit()

    assert create_daily_anchor(NOON + MINUTE, settings=settings) is None, "it is in our file"
    deliver_anchors(NOON + MINUTE, settings=settings)

    (failing,) = health_of(settings, NOON + 3 * DAY).failing
    assert (failing.destination, failing.since) == ("file", NOON)
    create_daily_anchor(NOON + 3 * DAY, settings=settings)
    deliver_anchors(NOON + 3 * DAY, settings=settings)
    assert health_of(settings, NOON + 3 * DAY).failing == (), "a newer one vouches for all before"


def test_anchors_that_are_only_in_the_database_do_not_count(app, log):
    create_daily_anchor(NOON, settings=log)
    log.local_file.unlink()

    assert health_of(log, NOON).newest_at is None
    assert health_of(log, NOON + 3 * DAY).is_late


def test_an_unreadable_folder_is_reported(app, log):
    create_daily_anchor(NOON, settings=log)
    log.local_file.unlink()
    log.local_file.mkdir()

    (failing,) = health_of(log, NOON).failing

    assert (failing.destination, failing.since) == ("local", None)
    assert failing.reason == "the folder audit_anchors cannot be read: Is a directory"
    result = app.test_cli_runner().invoke(args=["status"])
    assert "Anchors of the audit log cannot be checked: the folder" in result.stderr
    assert result.exit_code == 1


def test_a_change_of_key_keeps_the_anchor_of_the_day(app, log):
    create_daily_anchor(NOON, settings=log)
    (former,) = anchors()
    app.config["AUDIT_KEY"] = secrets.token_urlsafe(32)
    with write_transaction() as connection:
        replace_audit_key(connection)

    create_daily_anchor(NOON + MINUTE, settings=log)

    first, second = anchors()
    assert first == former
    assert second.public_key == own_audit_public_key() != former.public_key


def test_an_anchor_too_old_to_be_stamped_is_skipped(app, log, service):
    certificates = read_certificates(service.authority.root)
    settings = replace(log, tsa_url=service.url, tsa_certificates=certificates)
    create_daily_anchor(NOON, settings=settings)

    deliver_anchors(NOON + 6 * DAY + MINUTE, settings=settings)

    assert list(log.folder.glob("*.tsr")) == []
    assert all(row.done_at for row in deliveries())


def test_a_private_key_is_created_once_and_never_for_a_log_that_has_one(app, instance):
    app.config["AUDIT_KEY"] = ""
    first = ensure_audit_key().private_bytes_raw()
    file = instance / "audit_key"
    mode = stat.S_IMODE(file.stat().st_mode)
    again = ensure_audit_key().private_bytes_raw()
    file.unlink()
    app.config["AUDIT_KEY"] = ""

    with pytest.raises(WrongAuditKey, match="--new-key"):
        ensure_audit_key()

    assert (first, mode) == (again, 0o600)
    assert not file.exists()


def test_a_second_key_is_refused_so_that_two_machines_sign_with_one(app, instance):
    ensure_audit_key()
    app.config["AUDIT_KEY"] = "B" * 43

    with pytest.raises(WrongAuditKey, match="Copy the file audit_key"):
        ensure_audit_key()
