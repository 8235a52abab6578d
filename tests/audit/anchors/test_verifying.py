"""`audit check` against anchors: what an attacker with the database can do, and what is detected."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from campaign_actions.audit.anchors.create import create_anchor, create_daily_anchor
from campaign_actions.audit.anchors.deliver import deliver_anchors
from campaign_actions.audit.anchors.destinations import Delivery, deliver
from campaign_actions.audit.anchors.document import Anchor
from campaign_actions.audit.anchors.restore import set_aside
from campaign_actions.audit.anchors.settings import anchor_settings, read_certificates
from campaign_actions.audit.anchors.verify import read_copies
from campaign_actions.audit.log import hash_entry, record
from campaign_actions.audit.models import AuditAnchor, AuditEntry
from campaign_actions.audit.verify import check_chain
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security.audit_key import own_audit_public_key, signing_key
from tests.support.factories import NOON, make_staff
from tests.support.staff_client import log_in, token_of

DAY = timedelta(days=1)
TRIGGER = {
    "sqlite": ("drop trigger audit_entries_are_kept", None),
    "postgresql": (
        "alter table audit_entries disable trigger audit_entries_are_kept",
        "alter table audit_entries enable trigger audit_entries_are_kept",
    ),
}


@pytest.fixture
def without_trigger(app):
    """Switch the trigger off, as the owner of the database can."""
    off, on = TRIGGER[db.engine.dialect.name]
    named = text("select sql from sqlite_master where name = 'audit_entries_are_kept'")
    made = on or db.session.scalar(named)
    db.session.execute(text(off))
    db.session.commit()
    yield
    db.session.rollback()
    db.session.execute(text(made))
    db.session.commit()


@pytest.fixture
def anchored(app, settings) -> list[Anchor]:
    """Nine entries with anchors after the third, sixth and last."""
    for number in range(9):
        record("exported", actor="grace@example.org", now=NOON, subject=f"a/{number}", rows=number)
        if number % 3 == 2:
            create_daily_anchor(NOON + number * DAY, settings=settings)
            deliver_anchors(NOON + number * DAY, settings=settings)
    return [copy.anchor for copy in read_copies(settings.local_file)]


def entries() -> list[AuditEntry]:
    db.session.rollback()
    rows = select(AuditEntry).order_by(AuditEntry.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def check(app, *arguments: object):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["audit", "check", *map(str, arguments)])


def rewrite_from(place: int, *, until: int | None = None) -> None:
    """Replace entries from a position on, with valid hashes, so that the chain is unbroken."""
    before = entries()
    db.session.execute(delete(AuditEntry).where(AuditEntry.id >= before[place].id))
    previous = before[place].previous
    for entry in before[place:until]:
        names = ("id", "at", "actor", "event", "subject", "details")
        forged = {name: getattr(entry, name) for name in names} | {"rows": 0, "previous": previous}
        previous = hash_entry(forged)
        db.session.execute(insert(AuditEntry).values(**forged, hash=previous))
    db.session.commit()
    assert check_chain().is_whole, "nothing tells but the anchors"


def test_a_log_that_matches_its_anchors_passes(app, anchored):
    result = check(app)

    assert result.exit_code == 0, result.stderr
    assert "3 of 3 anchors match the log. Newest: 2026-11-28T12:00:00Z" in result.stdout
    assert result.stderr == ""


def test_entries_after_the_newest_anchor_are_accepted(app, anchored):
    record("login", actor="grace", now=NOON)

    assert check(app).exit_code == 0


def test_rewritten_entries_with_valid_hashes_are_found_and_located(app, anchored, without_trigger):
    rewrite_from(4)

    result = check(app)

    assert result.exit_code == 1
    assert f"entry {anchored[1].entry}" in result.stderr
    first, last = anchored[0].entry + 1, anchored[1].entry
    assert f"The first difference is in entries {first} to {last}." in result.stderr
    assert "1 of 3 anchors match the log" in result.stdout


def test_removal_of_the_newest_entries_is_found_by_an_anchor(app, anchored, without_trigger):
    db.session.execute(delete(AuditEntry).where(AuditEntry.id > anchored[1].entry + 1))
    db.session.commit()
    assert check_chain().is_whole

    result = check(app)

    assert result.exit_code == 1
    assert (
        f"does not contain this entry; it ends with entry {anchored[1].entry + 1}" in result.stderr
    )


def test_a_log_that_was_replaced_is_found(app, anchored, without_trigger):
    rewrite_from(0)

    result = check(app)

    assert result.exit_code == 1
    assert "0 of 3 anchors match the log" in result.stdout
    assert (
        f"difference is in entries 1 to {anchored[0].entry}" in result.stderr
        or "difference is at entry" in (result.stderr)
    )


def test_a_log_that_was_emptied_is_found(app, anchored, without_trigger):
    db.session.execute(delete(AuditEntry))
    db.session.commit()

    result = check(app)

    assert result.exit_code == 1
    assert "it ends with entry 0" in result.stderr


def test_anchors_in_the_database_or_a_copy_elsewhere_replace_the_local_file(
    app, anchored, settings, without_trigger, tmp_path
):
    copy = tmp_path / "saved.txt"
    copy.write_text(anchored[2].text)
    rewrite_from(4)
    settings.local_file.unlink()
    by_database = check(app)
    db.session.execute(delete(AuditAnchor))
    db.session.commit()

    alone, with_copy = check(app), check(app, "--anchor", copy)

    assert by_database.exit_code == 1
    assert (alone.exit_code, with_copy.exit_code) == (0, 1)
    assert "There are no anchors here. To check copies" in alone.stdout
    assert "the log has a different entry there or before it" in with_copy.stderr


def test_an_anchor_forged_with_another_key_is_found(app, anchored, settings, without_trigger):
    rewrite_from(4)
    eve = signing_key("E" * 43)
    head = entries()[-1]
    forged = replace(anchored[2], hash=head.hash, entry=head.id).signed(eve)
    settings.local_file.write_text(forged.text)
    db.session.execute(update(AuditAnchor).values(text=forged.text))
    db.session.commit()

    result = check(app)

    assert result.exit_code == 1
    assert f"it is signed with another key ({forged.public_key})" in result.stderr


def test_an_anchor_whose_text_was_changed_is_found(app, anchored, settings, without_trigger):
    rewrite_from(4)
    head = entries()[-1]
    changed = replace(anchored[2], hash=head.hash)
    settings.local_file.write_text(changed.text)
    db.session.execute(delete(AuditAnchor))
    db.session.commit()

    result = check(app)

    assert result.exit_code == 1
    assert "its signature is not valid" in result.stderr


def test_a_public_key_in_the_database_is_not_trusted(app, anchored, settings, without_trigger):
    rewrite_from(4)
    eve = signing_key("E" * 43)
    head = entries()[-1]
    forged = replace(anchored[2], hash=head.hash).signed(eve)
    settings.local_file.unlink()
    db.session.execute(delete(AuditAnchor))
    row = {"entry_id": head.id, "made_at": NOON, "text": forged.text}
    db.session.execute(AuditAnchor.__table__.insert().values(row))
    change = "update installation set value = :key where name = 'audit_public_key'"
    db.session.execute(text(change), {"key": forged.public_key})
    db.session.commit()

    assert check(app).exit_code == 1


def test_an_outsider_can_check_with_the_public_key(app, anchored, tmp_path):
    public = own_audit_public_key()
    app.config["AUDIT_KEY"] = ""
    copy = tmp_path / "saved.txt"
    copy.write_text(anchored[2].text)

    right = check(app, "--anchor", copy, "--public-key", public)
    wrong = check(app, "--anchor", copy, "--public-key", "A" * 43 + "=")

    assert right.exit_code == 0, right.stderr
    assert f"({copy}): it matches the log." in right.stdout
    assert wrong.exit_code == 1


def test_a_former_key_is_accepted_if_it_is_in_the_settings(app, anchored):
    former, app.config["AUDIT_KEY"] = own_audit_public_key(), secrets.token_urlsafe(32)

    alone = check(app)
    app.config["AUDIT_FORMER_PUBLIC_KEYS"] = [former]

    assert (alone.exit_code, check(app).exit_code) == (1, 0)


def test_a_file_without_an_anchor_is_refused(app, anchored, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Ada")

    result = check(app, "--anchor", tmp_path / "letter.txt")

    assert result.exit_code == 1
    assert "does not contain an anchor" in result.stderr


def test_the_noted_hash_stays_when_an_anchor_does_not_match(
    app, anchored, without_trigger, tmp_path
):
    noted = tmp_path / "audit_head"
    check(app, "--noted", noted)
    head = noted.read_text()
    rewrite_from(8)
    noted.unlink()

    assert check(app, "--noted", noted).exit_code == 1
    assert not noted.exists()
    assert head


@pytest.fixture
def stamped(app, settings, service):
    """Settings with a time-stamping service, and time stamps of yesterday's and today's anchors.

    The service uses the real time, so the anchors do as well: a fixed day would become too old.
    """
    certificates = read_certificates(service.authority.root)
    both = replace(settings, tsa_url=service.url, tsa_certificates=certificates)
    anchor_settings.provide(app, both)
    for made_at in (utc_now() - DAY, utc_now()):
        record("login", actor="grace@example.org", now=NOON)
        create_daily_anchor(made_at, settings=both)
        deliver_anchors(made_at, settings=both)
    return both


def test_time_stamps_are_checked(app, stamped):
    result = check(app)

    assert result.exit_code == 0, result.stderr
    assert "Time-stamped: 2." in result.stdout


def test_a_time_stamp_kept_elsewhere_reveals_that_its_anchor_was_replaced(
    app, stamped, without_trigger, tmp_path
):
    """Even if root on the server replaced it, using the key."""
    file = sorted(stamped.folder.glob("*.tsr"))[0]
    kept = tmp_path / "kept.tsr"
    kept.write_bytes(file.read_bytes())
    rewrite_from(0)
    for one in stamped.folder.iterdir():
        one.unlink()
    db.session.execute(delete(AuditAnchor))
    db.session.commit()
    create_anchor(utc_now(), settings=stamped)

    alone, with_stamp = check(app), check(app, "--anchor", kept)

    assert alone.exit_code == 0, "the key makes an anchor of anything"
    assert with_stamp.exit_code == 1
    assert "its anchor was not found" in with_stamp.stderr


def test_a_time_stamp_of_another_authority_is_found(app, stamped, other_authority):
    result = check(app, "--tsa-certificate", other_authority.root)

    assert result.exit_code == 1
    assert "cannot be trusted" in result.stderr


@pytest.mark.parametrize(
    ("days", "is_right"), [(400, False), (8, False), (6, True), (-0.5, True), (-2, False)]
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_time_stamp_contradicts_the_time_of_its_anchor(app, settings, service, days, is_right):
    """Someone with the key can backdate an anchor."""
    certificates = read_certificates(service.authority.root)
    both = replace(settings, tsa_url=service.url, tsa_certificates=certificates)
    anchor_settings.provide(app, both)
    record("login", actor="grace@example.org", now=NOON)
    made_at = utc_now() - timedelta(days=days)
    create_anchor(made_at, settings=both)
    (anchor,) = [copy.anchor for copy in read_copies(both.local_file)]
    deliver("tsa", Delivery(1, anchor, both, made_at))

    result = check(app)

    assert result.exit_code == (0 if is_right else 1)
    if not is_right:
        assert f"Anchor of {made_at:%Y-%m-%dT%H:%M:%SZ}, stamped at 20" in result.stderr
        assert "the two times are too far apart" in result.stderr


def test_time_stamps_of_lost_anchors_are_moved_with_them(app, stamped, without_trigger):
    lost = [copy.anchor for copy in read_copies(stamped.local_file)][1]
    db.session.execute(delete(AuditEntry).where(AuditEntry.id >= lost.entry))
    db.session.execute(delete(AuditAnchor).where(AuditAnchor.entry_id >= lost.entry))
    db.session.commit()
    assert check(app).exit_code == 1

    assert set_aside(NOON, settings=stamped) == [lost]

    result = check(app)
    assert result.exit_code == 0, result.stderr
    aside = stamped.folder / "before-restore-20261120T120000Z"
    assert sorted(one.suffix for one in aside.iterdir()) == [".tsr", ".txt"]
    assert aside.with_suffix(".txt").read_text() == f"{lost.text}\n"


def test_a_damaged_time_stamp_is_found(app, stamped):
    sorted(stamped.folder.glob("*.tsr"))[0].write_bytes(b"x")

    result = check(app)

    assert result.exit_code == 1
    assert "is not a time stamp" in result.stderr


def run(app, *arguments: object):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["audit", *map(str, arguments)])


def test_a_command_creates_an_anchor_at_any_time(app, anchored, settings):
    first = run(app, "anchor")
    record("login", actor="grace@example.org", now=NOON)
    second = run(app, "anchor")

    assert (first.exit_code, first.stdout) == (
        0,
        "Created an anchor of the audit log.\nlocal: delivered\n",
    )
    assert second.exit_code == 0
    assert "5 of 5 anchors match the log" in check(app).stdout


def test_the_command_says_where_an_anchor_did_not_arrive(app, anchored, settings, tmp_path):
    away = tmp_path / "away" / "anchors.txt"
    anchor_settings.provide(app, replace(settings, file=away, email="hook@example.net"))

    result = run(app, "anchor")

    assert result.exit_code == 1
    assert "local: delivered" in result.stdout
    assert "file: the file cannot be written: No such file or directory" in result.stdout
    assert "email: the email is in the outbox" in result.stdout


def test_the_command_refuses_to_anchor_an_empty_log(app, settings):
    result = run(app, "anchor")

    assert result.exit_code == 1
    assert "nothing to anchor" in result.stderr


def test_the_public_key_is_printed(app, settings):
    assert run(app, "public-key").stdout == f"{own_audit_public_key()}\n"


def test_a_new_key_is_used_on_request_and_recorded_in_the_log(app, anchored, instance):
    former, app.config["AUDIT_KEY"] = own_audit_public_key(), secrets.token_urlsafe(32)
    refused = app.test_cli_runner().invoke(args=["audit", "anchor"])

    result = run(app, "anchor", "--new-key")

    assert type(refused.exception).__name__ == "WrongAuditKey"
    assert result.exit_code == 0, result.output
    newest = entries()[-1]
    assert newest.event == "audit-key-changed"
    assert newest.details == {"public_key": own_audit_public_key(), "former_key": former}
    assert former in result.stdout
    assert run(app, "anchor", "--new-key").exit_code == 1, "it is that key already"


def test_an_exported_log_can_be_compared_with_an_anchor_without_our_program(app, client, anchored):
    log_in(client, make_staff("administrator", email="ada@example.org"))
    token = token_of(client.get("/staff/audit/export/").text)
    fields = {"csrf_token": token, "format": "jsonl"}
    lines = client.post("/staff/audit/export/", data=fields).text.splitlines()

    hashes = {line["entry"]: line["hash"] for line in map(json.loads, lines)}

    assert [hashes[anchor.entry] for anchor in anchored] == [anchor.hash for anchor in anchored]
