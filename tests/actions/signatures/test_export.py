"""The export: its columns and rows, and the commands about signatures."""

import csv
import io
import json
import os
import subprocess
import sys

import pytest
from openpyxl import load_workbook

from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.actions.personal_data.purposes import HANDOVER, TEAM, NotForThisKind
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.commands.signatures import signatures
from campaign_actions.exports import FORMATS
from tests.support.exports import export_signatures
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_signature
from tests.support.signature_pages import entries

COLUMNS = (
    "signature_id,campaign,campaign_ref,action,kind,status,email,given_name,family_name,"
    "country_code,language,comment,show_name,wants_updates,consent_version,signed_at,"
    "confirmed_at,withdrawn_at,updated_at,source,channel,show_comment"
)


def exported(action, format_name="csv", *, purpose=TEAM, **options) -> bytes:
    stored = find_action_by_name(action.campaign_slug, action.slug)
    return b"".join(export_signatures(stored, purpose, format_name, **options))


def test_the_columns_are_those_of_the_public_contract(app):
    petition = make_action(campaign=make_campaign())

    assert exported(petition).decode() == f"{COLUMNS}\n"


def test_the_answers_of_a_pledge_come_before_columns_that_were_added_later(app):
    pledge = make_action(kind="pledge")
    make_confirmed(pledge, answers={"promise": "=I will speak up"})

    rows = list(csv.DictReader(io.StringIO(exported(pledge).decode())))

    assert list(rows[0])[-3:] == ["channel", "answers.promise", "show_comment"]
    assert rows[0]["answers.promise"] == "'=I will speak up"


def test_a_row_has_all_exported_values_of_a_signature(app):
    action = make_action(campaign=make_campaign(document_index="EUR 46/039/2003"))
    signature = make_confirmed(
        action, email="ada@example.org", family_name="Л", show_name=True, source="leaflet"
    )

    (row,) = csv.DictReader(io.StringIO(exported(action).decode()))

    assert row == {
        "signature_id": signature.public_id,
        "campaign": "racism",
        "campaign_ref": "EUR 46/039/2003",
        "action": "hate-crimes",
        "kind": "petition",
        "status": "confirmed",
        "email": "ada@example.org",
        "given_name": "Ada",
        "family_name": "Л",
        "country_code": "RU",
        "language": "en",
        "comment": "",
        "show_name": "true",
        "wants_updates": "false",
        "consent_version": "1",
        "signed_at": "2026-11-20T12:00:00.000000Z",
        "confirmed_at": "2026-11-20T12:00:00.000000Z",
        "withdrawn_at": "",
        "updated_at": "2026-11-20T12:00:00.000000Z",
        "source": "leaflet",
        "channel": "page",
        "show_comment": "false",
    }


def test_an_export_says_whether_a_comment_may_be_shown(app):
    action = make_action()
    for comment, may_be_shown in (("Shown", True), ("Only for you", False)):
        make_confirmed(action, comment=comment, show_comment=may_be_shown)

    rows = csv.DictReader(io.StringIO(exported(action).decode()))

    assert {row["comment"]: row["show_comment"] for row in rows} == {
        "Shown": "true",
        "Only for you": "false",
    }


@pytest.mark.parametrize("moment", [NOON, NOON.replace(hour=23, minute=59, microsecond=123456)])
def test_a_handover_has_names_country_comment_and_the_day_of_signing(app, moment):
    action = make_action()
    make_confirmed(action, now=moment, family_name="=Л", comment='So,\n"that"', source="leaflet")
    make_confirmed(action, now=moment)

    text, lines = (exported(action, form, purpose=HANDOVER).decode() for form in ("csv", "jsonl"))

    assert text == (
        "given_name,family_name,country_code,comment,signed_on,signature_id\n"
        'Ada,\'=Л,RU,"So,\n""that""",2026-11-20,\n'
        "Ada,,RU,,2026-11-20,\n"
    )
    assert [json.loads(line) for line in lines.splitlines()] == [
        {
            "given_name": "Ada",
            "family_name": name,
            "country_code": "RU",
            "comment": comment,
            "signed_on": "2026-11-20",
            "signature_id": None,
        }
        for name, comment in (("=Л", 'So,\n"that"'), (None, None))
    ]


def test_the_sheet_of_a_handover_has_the_day_as_a_date(app):
    action = make_action()
    make_confirmed(action)

    sheet = load_workbook(io.BytesIO(exported(action, "xlsx", purpose=HANDOVER))).active
    names, values = ([cell.value for cell in row] for row in sheet.iter_rows())

    assert names == list(HANDOVER.columns_of("petition"))
    assert values == ["Ada", None, "RU", None, NOON.replace(hour=0, tzinfo=None), None]
    assert sheet["E2"].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("format_name", FORMATS)
def test_there_is_no_handover_of_pledges(app, format_name):
    pledge = make_action(kind="pledge")
    make_confirmed(pledge, answers={"promise": "I speak up."})

    with pytest.raises(NotForThisKind):
        exported(pledge, format_name, purpose=HANDOVER)


def test_only_confirmed_signatures_of_the_action_are_exported(app):
    campaign = make_campaign()
    action = make_action(campaign=campaign, slug="one")
    make_confirmed(make_action(campaign=campaign, slug="two"))
    make_signature(action)
    withdraw(make_confirmed(action), now=NOON)
    kept = make_confirmed(action)

    rows = [json.loads(line) for line in exported(action, "jsonl").splitlines()]

    assert [row["signature_id"] for row in rows] == [kept.public_id]


def invoke(app, *words: str):
    return app.test_cli_runner().invoke(signatures, words)


@pytest.mark.parametrize("format_name", ["csv", "jsonl", "xlsx"])
def test_the_command_writes_a_file_that_only_its_owner_can_read(app, tmp_path, format_name):
    make_confirmed(make_action())
    file = tmp_path / "out"
    words = ["export", "racism/hate-crimes", "--output", str(file), "--format", format_name]

    result = invoke(app, *words)

    assert result.exit_code == 0, result.output
    assert result.output.startswith("Exported 1 participant (")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_size > 100


def test_the_command_writes_to_standard_output(app):
    make_confirmed(make_action())

    result = invoke(app, "export", "racism/hate-crimes", "--bom", "--output", "-")

    assert result.stdout_bytes.startswith(b"\xef\xbb\xbfsignature_id,")
    assert result.stdout_bytes.count(b"\n") == 2
    assert "Exported 1 participant to standard output. Export" in result.stderr


def test_the_command_keeps_to_the_purpose_and_records_it(app):
    make_confirmed(make_action())
    words = ["export", "racism/hate-crimes", "--output", "-"]
    handover = ("--purpose", "handover", "--recipient", "City council")

    outputs = [invoke(app, *words, *more).stdout for more in ((), handover)]

    headers = [output.partition("\n")[0].split(",") for output in outputs]
    assert headers == [list(purpose.columns_of("petition")) for purpose in (TEAM, HANDOVER)]
    recorded = [entry.details["purpose"] for entry in entries("exported")]
    assert recorded == ["team", "handover"]


def test_the_command_refuses_a_handover_of_pledges(app, tmp_path):
    make_confirmed(make_action(kind="pledge"), answers={"promise": "I speak up."})
    words = ["export", "racism/hate-crimes", "--output", str(tmp_path / "out")]

    result = invoke(app, *words, "--purpose", "handover")
    other = invoke(app, *words, "--purpose", "checking")

    assert (result.exit_code, other.exit_code) == (2, 2)
    assert "'handover' is not allowed for a pledge. Allowed: crm, team." in result.output
    assert list(tmp_path.iterdir()) == []
    assert entries("exported") == []


def test_a_failed_write_reports_the_reason(app, tmp_path):
    make_action()

    result = invoke(app, "export", "racism/hate-crimes", "--output", f"{tmp_path}/no/out.csv")

    assert result.exit_code == 1
    assert "cannot be written" in result.output


@pytest.mark.parametrize("command", ["export", "count"])
def test_an_unknown_action_is_named(app, command):
    result = invoke(app, command, "racism/nothing")

    assert result.exit_code == 2
    assert "There is no action 'racism/nothing'" in result.output


def test_a_person_can_be_erased_by_command(app):
    action = make_action()
    make_confirmed(action, email="ada@example.org")
    make_confirmed(action)

    before = invoke(app, "count", "racism/hate-crimes").output
    erased = invoke(app, "erase", "Ada@example.org").output
    after = invoke(app, "count", "racism/hate-crimes").output

    assert (before, after) == ("2\n", "1\n")
    assert erased == "Deleted 1 signature and all emails queued for this address.\n"


def test_a_reader_that_closes_the_pipe_early_is_not_an_error(app):
    action = make_action()
    for _ in range(3):
        make_confirmed(action)
    environment = os.environ | {
        "CAMPAIGN_ACTIONS_SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
        "CAMPAIGN_ACTIONS_SECRET_KEY": "a secret for tests",
    }
    command = [sys.executable, "-m", "campaign_actions", "signatures", "export"]

    with subprocess.Popen(
        [*command, "racism/hate-crimes", "--output", "-"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        log = process.stderr.read()

    assert process.returncode == 0
    assert [json.loads(line)["event"] for line in log.splitlines()] == ["audit", "audit"]


def test_an_export_follows_a_symbolic_link_and_writes_to_a_pipe(app, tmp_path):
    make_confirmed(make_action())
    target, link, pipe = (tmp_path / name for name in ("target.csv", "link.csv", "pipe"))
    target.touch()
    link.symlink_to(target)
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    for output in (link, pipe):
        invoke(app, "export", "racism/hate-crimes", "--output", str(output))

    assert link.is_symlink()
    assert pipe.is_fifo()
    assert os.read(reader, 100_000) == target.read_bytes()
    os.close(reader)


@pytest.mark.parametrize("address", ["nonsense", ""])
def test_erasing_requires_an_email_address(app, address):
    result = invoke(app, "erase", address)

    assert result.exit_code == 2
    assert "is not an email address" in result.output
