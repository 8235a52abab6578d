"""The command `signatures export`: its options, increments, previews, and what it says when it fails."""

import csv
import io
import json
import signal
import subprocess
from datetime import timedelta
from zipfile import ZipFile

import pyrage
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ed25519
from openpyxl import load_workbook
from sqlalchemy import select

from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.personal_data.purposes import TEAM
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.cli import _bare_app, group
from campaign_actions.commands.signatures import signatures
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.timezones import organization_zone
from campaign_actions.disclosures.export import (
    BaseDiffers,
    BaseNotComplete,
    BaseNotYours,
    PresetNotForPurpose,
    StatusNotForPurpose,
    WordsNotForFormat,
)
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.selection import selection_from_text
from campaign_actions.organization.edit import set_timezone
from tests.support.changes import publish_addressee
from tests.support.exports import chunks_of, export_file, make_export
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
)
from tests.support.servers import PROGRAM, settings_as_environment
from tests.support.signature_pages import entries
from tests.support.ssh_keys import public_text

ACTION = "racism/hate-crimes"
IDENTITY = pyrage.x25519.Identity.generate()
SSH_KEY = public_text(ed25519.Ed25519PrivateKey.generate())
KEY = str(IDENTITY.to_public())


@pytest.fixture
def export(app):
    """Runs the command, which writes to standard output unless an output is given."""

    def export(*words: str, of: tuple[str, ...] = (ACTION,), output: str = "-"):
        given = ["export", *of, *words, "--output", output]
        result = app.test_cli_runner().invoke(signatures, given)
        expected = (SystemExit, DomainError)
        assert result.exception is None or isinstance(result.exception, expected), result.exception
        return result

    return export


def records() -> list[ExportRecord]:
    db.session.commit()  # ends the snapshot that the test reads in
    return list(db.session.scalars(select(ExportRecord).order_by(ExportRecord.id)))


def codes(result) -> list[str]:
    return [row["signature_id"] for row in csv.DictReader(io.StringIO(result.stdout))]


def test_an_export_by_a_command_has_a_record_without_a_holder(export):
    signature = make_confirmed(make_action())

    result = export("--recipient", "Backup of the office")

    (record,) = records()
    assert result.exit_code == 0
    assert codes(result) == [signature.public_id]
    assert (record.staff_id, record.recipient, record.state) == (
        None,
        "Backup of the office",
        "complete",
    )
    assert f"Exported 1 participant to standard output. Export {record.id}." in result.stderr
    assert [entry.actor for entry in entries("exported")] == ["command"]
    assert entries("export-ended")[0].details["bytes"] == len(result.stdout_bytes)


def test_a_file_is_recorded_with_its_bytes(export, tmp_path):
    make_confirmed(make_action())
    file = tmp_path / "out.csv"

    result = export(output=str(file))

    (record,) = records()
    size = file.stat().st_size
    assert result.stdout.splitlines()[-1] == (
        f"Exported 1 participant ({size:,} bytes) to {file}. Export {record.id}."
    )


@pytest.mark.parametrize("format_name", ["csv", "jsonl", "xlsx"])
def test_an_action_that_nobody_has_signed_can_be_exported(export, tmp_path, format_name):
    make_action()
    file = tmp_path / "out"

    result = export("--format", format_name, output=str(file))

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Exported 0 participants (")
    assert file.exists()
    assert [record.state for record in records()] == ["complete"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ["early", "noon", "late"]),
        (("--from", "2026-11-20"), ["noon", "late"]),
        (("--until", "2026-11-20"), ["early", "noon"]),
        (("--from", "2026-11-20", "--until", "2026-11-20"), ["noon"]),
        (("--language", "ru"), ["late"]),
        (("--country", "FR"), ["early"]),
        (("--source", "leaflet"), ["noon"]),
        (("--status", "pending"), ["pending"]),
        (("--status", "confirmed", "--country", "DE"), []),
    ],
)
def test_each_filter_has_an_option(export, words, expected):
    action = make_action(locales=("en", "ru"))
    made = {
        "early": make_confirmed(action, now=NOON - timedelta(days=1), country_code="FR"),
        "noon": make_confirmed(action, source="leaflet"),
        "late": make_confirmed(action, now=NOON + timedelta(days=1), locale="ru"),
        "pending": make_signature(action),
    }

    assert codes(export(*words)) == [made[name].public_id for name in expected]


def test_days_are_those_of_the_organisation(app, export):
    app.config["TIMEZONE"] = "Europe/Moscow"
    action = make_action()
    in_moscow = NOON.replace(hour=21)  # midnight there
    before, after = [
        make_confirmed(action, now=at) for at in (in_moscow - timedelta(seconds=1), in_moscow)
    ]

    assert codes(export("--until", "2026-11-20")) == [before.public_id]
    assert codes(export("--from", "2026-11-21")) == [after.public_id]


def test_a_whole_campaign_is_exported_with_the_actions_of_the_purpose(export):
    campaign = make_campaign()
    petition = make_action(campaign=campaign, slug="one")
    pledge = make_action(campaign=campaign, slug="two", kind="pledge")
    signed = make_confirmed(petition)
    pledged = make_confirmed(pledge, answers={"promise": "I speak up."})

    whole = export(of=("racism",))
    handover = export("--purpose", "handover", "--recipient", "Council", of=("racism",))

    assert codes(whole) == [signed.public_id, pledged.public_id]
    assert len(codes(handover)) == 1
    assert [selection_from_text(record.selection).actions for record in records()] == [
        (petition.id, pledge.id),
        (petition.id,),
    ]


def test_several_actions_are_exported_into_one_file(export):
    campaign = make_campaign()
    made = [
        make_confirmed(make_action(campaign=campaign, slug=slug))
        for slug in ("one", "two", "three")
    ]

    found = codes(export(of=("racism/three", "racism/one", "racism/one")))

    assert found == [made[0].public_id, made[2].public_id]


@pytest.mark.parametrize(("name", "is_archive"), [("proca", False), ("civicrm", True)])
def test_a_preset_needs_the_purpose_of_updates(export, tmp_path, name, is_archive):
    action = make_action()
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    make_confirmed(action, wants_updates=True)
    file = tmp_path / "out"

    refused = export("--preset", name, output=str(file))
    result = export("--preset", name, "--purpose", "crm", output=str(file))

    assert isinstance(refused.exception, PresetNotForPurpose)
    assert result.exit_code == 0
    data = file.read_bytes()
    assert data.startswith(b"PK") == is_archive
    if is_archive:
        assert ZipFile(io.BytesIO(data)).namelist() == ["contacts.csv", "activities.csv"]


def test_an_increment_needs_only_the_number_of_the_last_export(export):
    action = make_action()
    gone = make_confirmed(action, country_code="FR")
    export("--country", "FR", "--recipient", "Office")
    withdraw(gone, now=NOON)
    new = make_confirmed(action, country_code="FR")
    make_confirmed(action)

    result = export("--since", str(records()[0].id))

    rows = {
        row["signature_id"]: row["change"] for row in csv.DictReader(result.stdout.splitlines())
    }
    assert rows == {new.public_id: "new", gone.public_id: "withdrawn"}
    first, second = records()
    assert (second.base_id, second.recipient) == (first.id, "Office")


def test_an_increment_of_an_encrypted_file_is_encrypted(export):
    action = make_action()
    export("--encrypt-to", KEY)
    signature = make_confirmed(action)

    result = export("--since", str(records()[0].id))

    assert signature.public_id in pyrage.decrypt(result.stdout_bytes, [IDENTITY]).decode()


def test_a_sheet_has_the_words_of_the_language_given_and_so_has_its_increment(export):
    action = make_action()
    make_confirmed(action, country_code="DE")

    whole = export("--format", "xlsx", "--words-in", "fr")
    make_confirmed(action, country_code="DE")
    changes = export("--since", str(records()[0].id))

    sheets = [load_workbook(io.BytesIO(one.stdout_bytes)).active for one in (whole, changes)]
    rows = [list(sheet.iter_rows(values_only=True)) for sheet in sheets]
    assert [row[0].index("Pays") for row in rows] == [9, 9]
    assert [row[1][9] for row in rows] == ["Allemagne"] * 2
    assert [record.words_in for record in records()] == ["fr", "fr"]


def test_without_a_language_a_sheet_has_the_names_that_programs_know(export):
    make_confirmed(make_action(), country_code="DE")

    sheet = load_workbook(io.BytesIO(export("--format", "xlsx").stdout_bytes)).active

    names, values = sheet.iter_rows(values_only=True)
    assert names == TEAM.columns_of("petition")
    assert values[names.index("country_code")] == "DE"


def test_an_increment_has_the_same_choices_as_its_base(export):
    action, member = make_action(), make_staff("exporter")
    export()
    (record,) = records()
    _data, of_member = export_file(make_export(action, staff_id=member.id))

    for words, error in {
        ("--since", str(record.id), "--country", "FR"): BaseDiffers,
        ("--since", str(record.id), "--purpose", "handover"): BaseDiffers,
        ("--since", str(of_member.id)): BaseNotYours,
    }.items():
        assert isinstance(export(*words).exception, error)
    assert len(records()) == 2


def test_an_interrupted_export_cannot_be_continued(export):
    make_confirmed(action := make_action())
    chunks = chunks_of(make_export(action))
    next(chunks)
    chunks.close()

    result = export("--since", str(records()[0].id))

    assert isinstance(result.exception, BaseNotComplete)


def test_a_preview_shows_masked_rows_and_exports_nothing(app, export):
    action = make_action()
    for number in range(7):
        make_confirmed(action, email=f"augusta.{number}@example.org", given_name="Augusta")

    words = ["export", ACTION, "--preview", "--country", "RU"]
    result = app.test_cli_runner().invoke(signatures, words)

    in_file, left_out, heading, *lines = result.stdout.splitlines()
    assert in_file.startswith("In the file: Name; Email address; Country; Comment;")
    assert left_out == "Not in the file: nothing"
    assert heading.startswith("7 rows with these columns: signature_id, campaign, ")
    assert [json.loads(line)["email"] for line in lines] == ["au…@example.org"] * 5
    assert "Augusta" not in result.output
    assert (records(), entries("exported")) == ([], [])


def test_a_preview_of_changes_counts_them(app, export):
    action = make_action()
    gone = make_confirmed(action)
    export()
    withdraw(gone, now=NOON)
    make_confirmed(action)

    words = ["export", ACTION, "--preview", "--since", str(records()[0].id)]
    result = app.test_cli_runner().invoke(signatures, words)

    expected = "new: 1, corrected: 0, withdrawn: 1, invalid: 0, deleted: 0, removed: 0\n"
    assert result.stdout == expected


def test_an_increment_keeps_cells_as_typed_if_its_base_does(export):
    action = make_action()
    export("--raw")
    make_confirmed(action, given_name="=1+1")

    result = export("--since", str(records()[0].id))

    assert ",=1+1," in result.stdout


def test_a_key_is_stored_without_its_comment(export):
    make_action()

    export("--encrypt-to", f"{SSH_KEY} ivan@home")

    assert records()[0].public_key == SSH_KEY


def test_an_encrypted_export_is_unsealed_to_the_same_bytes(export, tmp_path):
    make_confirmed(make_action(), given_name="Мария")
    plain, sealed, key, opened = (tmp_path / n for n in ("a.csv", "a.csv.age", "key", "b.csv"))
    key.write_text(f"{IDENTITY}\n")

    export(output=str(plain))
    export("--encrypt-to", KEY, output=str(sealed))
    words = ["unseal", str(sealed), "--key", str(key), "--output", str(opened)]
    result = CliRunner().invoke(group, words)

    assert result.exit_code == 0, result.output
    assert opened.read_bytes() == plain.read_bytes()
    assert "Мария".encode() not in sealed.read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("racism/nothing",), "There is no action 'racism/nothing'."),
        (("nothing",), "There is no campaign with actions 'nothing'."),
        (("other/one",), "All actions must belong to one campaign."),
        (("--since", "999"), "There is no export 999."),
        (("--since", "x"), "is not a valid integer"),
        (("--since", "0"), "is not in the range"),
        (("--since", "9" * 21), "is not in the range"),
        (("--from", "9999-12-31"), "is not a year in which anyone can sign."),
        (("--until", "0001-01-01"), "is not a year in which anyone can sign."),
        (("--country", "Russia"), "'Russia' is not a country."),
        (("--language", "x"), "'x' is not a language."),
        (("--source", "a b"), "'a b' is not a source."),
        (("--recipient", "x" * 201), "Write one line of at most 200 characters."),
        (("--recipient", "a\u202eb"), "Write one line of at most 200 characters."),
        (("--from", "yesterday"), "'yesterday' is not a day. Write YYYY-MM-DD."),
        (("--until", "2026-02-30"), "'2026-02-30' is not a day."),
        (("--status", "erased"), "'erased' is not one of"),
        (("--purpose", "fun"), "'fun' is not one of"),
        (("--preset", "excel"), "'excel' is not one of"),
        (("--words-in", "de"), "'de' is not a language of this site. Choose from: en, "),
        (("--purpose", "handover"), "Invalid value for --recipient: Enter who gets the file."),
    ],
)
def test_a_mistake_is_named_with_exit_code_2(export, words, message):
    campaign = make_campaign()
    make_action(campaign=campaign)
    make_action(campaign=make_campaign(slug="other"), slug="one")

    result = export(*words)

    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert records() == []


def test_an_export_needs_an_output_unless_it_is_a_preview(app):
    make_action()

    result = app.test_cli_runner().invoke(signatures, ["export", ACTION])

    assert result.exit_code == 2
    assert "Missing option --output" in result.stderr


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--purpose", "handover", "--recipient", "x", "--status", "pending"), StatusNotForPurpose),
        (("--preset", "salesforce"), PresetNotForPurpose),
        (("--words-in", "ru"), WordsNotForFormat),
        (("--words-in", "ru", "--format", "jsonl"), WordsNotForFormat),
    ],
)
def test_choices_that_do_not_go_together_are_refused_before_anything_is_written(
    export, tmp_path, words, error
):
    make_action()

    result = export(*words, output=str(tmp_path / "out.csv"))

    assert isinstance(result.exception, error)
    assert (list(tmp_path.iterdir()), records()) == ([], [])


def start(app, *words: str) -> subprocess.Popen:
    """The command in a process of its own."""
    names = ("SQLALCHEMY_DATABASE_URI", "SECRET_KEY", "EMAIL_HASH_KEY")
    settings = {name: app.config[name] for name in names}
    return subprocess.Popen(
        [*PROGRAM, "signatures", "export", *words],
        env=settings_as_environment(**settings) | {"PYTHONUNBUFFERED": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("key", ["AGE-SECRET-KEY-1QQQ", "age1wrong"])
def test_an_error_is_one_line_with_exit_code_1_and_never_the_key(app, key):
    make_action()

    with start(app, ACTION, "--output", "-", "--encrypt-to", key) as process:
        output, errors = (part.decode() for part in process.communicate())

    assert (process.returncode, output) == (1, "")
    assert errors.startswith("Error: This ")
    assert errors.count("\n") == 1
    assert key not in errors
    assert records() == []


def test_an_export_to_a_full_disk_is_interrupted(export):
    make_confirmed(make_action())

    result = export(output="/dev/full")

    assert result.exit_code == 1
    assert "/dev/full cannot be written: No space left on device." in result.stderr
    assert [(record.state, record.sha256) for record in records()] == [("interrupted", None)]


def test_a_preview_says_what_a_handover_does_not_have(app):
    make_confirmed(make_action())

    words = ["export", ACTION, "--preview", "--purpose", "handover", "--recipient", "Council"]
    lines = app.test_cli_runner().invoke(signatures, words).stdout.splitlines()

    assert lines[0].startswith("In the file: Name; Country; Comment;")
    assert lines[1].startswith("Not in the file: Email address; ")


@pytest.mark.parametrize("rows", [1, 30])
def test_an_export_whose_reader_stops_early_is_interrupted(app, rows):
    action = make_action()
    for _number in range(rows):
        make_confirmed(action, comment="x" * 1000)

    with start(app, ACTION, "--output", "-") as process:
        process.stdout.close()
        process.stderr.read()

    assert process.returncode == 0
    (record,), (entry,) = records(), entries("export-ended")
    assert (record.state, record.sha256) == ("interrupted", None)
    assert (entry.details["bytes"], entry.details["whole"]) == (0, False)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_an_export_that_is_stopped_is_interrupted(app, ending):
    action = make_action()
    for _number in range(100):
        make_confirmed(action, comment="x" * 10_000)

    with start(app, ACTION, "--output", "-") as process:
        process.stdout.read(1)
        process.send_signal(ending)
        process.communicate()

    assert process.returncode == (1 if ending == signal.SIGINT else 128 + ending)
    assert [(record.state, record.sha256) for record in records()] == [("interrupted", None)]


def test_days_are_in_the_time_zone_that_an_administrator_chose(app, monkeypatch):
    """The command has a small app of its own, which also knows the organisation."""
    set_timezone("Asia/Tokyo", actor="grace@example.org", now=NOON)
    database = settings_as_environment(
        SQLALCHEMY_DATABASE_URI=db.engine.url.render_as_string(hide_password=False),
        EMAIL_HASH_KEY=app.config["EMAIL_HASH_KEY"],
    )
    for name, value in database.items():
        monkeypatch.setenv(name, value)

    with _bare_app().app_context():
        assert organization_zone().key == "Asia/Tokyo"
        db.session.remove()
        db.engine.dispose()


def test_a_handover_to_another_addressee_needs_an_option(export, tmp_path):
    action = make_action()
    make_confirmed(action, now=NOON - timedelta(hours=1))
    publish_addressee(action, "Petition to the security service", now=NOON)
    given = ("--purpose", "handover", "--recipient", "Security service")
    file = tmp_path / "out.csv"

    seen = export(*given, "--preview")
    refused = export(*given, output=str(file))
    made = export(*given, "--same-addressee", output=str(file))

    assert "1 person signed in en for 'Petition to the office', until 2026-11-20." in seen.stdout
    assert refused.exit_code == 2
    assert "--same-addressee: Some people took part while" in " ".join(refused.output.split())
    assert made.exit_code == 0, made.output
    assert len(records()) == 1
