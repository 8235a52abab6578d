"""Opening an encrypted export, on a computer without a database or settings."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from campaign_actions.cli import group
from campaign_actions.exports.encryption import encrypt, parse_recipient
from tests.support.ssh_keys import private_text, public_text

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = parse_recipient(str(IDENTITY.to_public()))
ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)
CONTENTS = b"email,name\n" + b"ada@example.org,Ada\n" * 20_000  # several pieces of 64 KiB
# A key made for this test by `ssh-keygen -t ed25519 -N secret`.
WITH_PASSPHRASE = """\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDjxNnOl0
UJbFyNWxpkSgQYAAAAGAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIMyINn7992ZBh8Pf
1fsuoB9NdxiZGjrA/KthWJ41i1fdAAAAkOgBEi5H2hFODX6BI0Es10ovGr3cLLwx7f7Ny0
PX38n6jY5G9FJkLuHgWwtlL1sK9wcFWZxsVUJ1xLepvXHAWyu4yTS5KERHaVb8z0lSTXA9
vSud7bXxMm0XglhTfuwBTOhXMVUSzZ5Jtk4Hrqy91zxqWM/+WK8/aYX16yZQVi5uXm6K1N
Zb8rgxqZcrur5WzQ==
-----END OPENSSH PRIVATE KEY-----
"""
PEM_WITH_PASSPHRASE = RSA.private_bytes(
    Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"secret")
).decode()


def sealed(contents=CONTENTS, recipient=RECIPIENT):
    return b"".join(encrypt(iter([contents]), recipient))


@pytest.fixture
def folder(tmp_path):
    """With an encrypted file, and its key as age-keygen writes it."""
    (tmp_path / "names.csv.age").write_bytes(sealed())
    (tmp_path / "key.txt").write_text(
        f"# created: 2026-11-24T12:00:00Z\n# public key: {RECIPIENT.text}\n{IDENTITY}\n"
    )
    return tmp_path


@pytest.fixture
def unseal(folder):
    """Runs the command in the folder, which must never show a traceback or a key."""

    def run(*words, file="names.csv.age", key="key.txt"):
        result = CliRunner().invoke(
            group, ["unseal", str(folder / file), "--key", str(folder / key), *map(str, words)]
        )
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "SECRET-KEY" not in result.output
        return result

    return run


def names(folder):
    return {path.name for path in folder.iterdir()}


def assert_refused(result, folder, text):
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert text in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert "names.csv" not in names(folder)
    assert not [name for name in names(folder) if name.endswith(".part")]


def test_the_file_is_written_beside_the_encrypted_one_for_its_owner_only(folder, unseal):
    result = unseal()

    assert result.exit_code == 0, result.output
    assert (folder / "names.csv").read_bytes() == CONTENTS
    assert stat.S_IMODE((folder / "names.csv").stat().st_mode) == 0o600
    assert names(folder) == {"key.txt", "names.csv", "names.csv.age"}
    assert result.stdout == f"Decrypted {folder}/names.csv.age to {folder}/names.csv.\n"


def test_output_names_another_file_and_may_replace_it(folder, unseal):
    (folder / "new.csv").write_text("old")

    result = unseal("--output", folder / "new.csv")

    assert result.exit_code == 0, result.output
    assert (folder / "new.csv").read_bytes() == CONTENTS
    assert "names.csv" not in names(folder)


def test_a_hyphen_writes_the_contents_and_nothing_else_to_standard_output(folder, unseal):
    result = unseal("--output", "-")

    assert result.exit_code == 0, result.output
    assert (result.stdout_bytes, result.stderr) == (CONTENTS, "")
    assert names(folder) == {"key.txt", "names.csv.age"}


@pytest.mark.parametrize("key", [ED25519, RSA])
def test_an_ssh_key_opens_what_was_encrypted_for_it(folder, unseal, key):
    (folder / "names.csv.age").write_bytes(sealed(recipient=parse_recipient(public_text(key))))
    (folder / "id").write_text(private_text(key))

    result = unseal(key="id")

    assert result.exit_code == 0, result.output
    assert (folder / "names.csv").read_bytes() == CONTENTS


def test_any_of_several_keys_in_a_file_may_fit(folder, unseal):
    other = pyrage.x25519.Identity.generate()
    (folder / "key.txt").write_text(f"{other}\r\n\r\n# mine\r\n{IDENTITY}\r\n")

    assert unseal().exit_code == 0


def test_an_empty_export_can_be_opened(folder, unseal):
    (folder / "names.csv.age").write_bytes(sealed(b""))

    assert unseal().exit_code == 0
    assert (folder / "names.csv").read_bytes() == b""


def test_an_existing_file_is_not_replaced_without_output(folder, unseal):
    (folder / "names.csv").write_text("mine")

    result = unseal()

    assert result.exit_code == 1
    assert result.stderr == f"Error: {folder}/names.csv exists. Name another file with --output.\n"
    assert (folder / "names.csv").read_text() == "mine"


def test_a_file_with_another_ending_needs_output(folder, unseal):
    (folder / "names.csv.age").rename(folder / "names.bin")

    assert_refused(unseal(file="names.bin"), folder, "--output")
    assert unseal("--output", folder / "new.csv", file="names.bin").exit_code == 0


def test_a_wrong_key_is_refused(folder, unseal):
    (folder / "key.txt").write_text(str(pyrage.x25519.Identity.generate()))

    assert_refused(unseal(), folder, "encrypted for another key")


def test_a_wrong_key_writes_nothing_to_standard_output(folder, unseal):
    (folder / "key.txt").write_text(str(pyrage.x25519.Identity.generate()))

    assert_refused(unseal("--output", "-"), folder, "encrypted for another key")


def test_a_refused_file_leaves_the_old_output_as_it_was(folder, unseal):
    (folder / "new.csv").write_text("old")
    (folder / "names.csv.age").write_bytes(sealed()[:-1])

    assert_refused(unseal("--output", folder / "new.csv"), folder, "damaged or incomplete")
    assert (folder / "new.csv").read_text() == "old"


PIECE = 64 * 1024 + 16
NONCE = 16


def header_of(data: bytes) -> int:
    """The length of everything before the contents. It differs from file to file."""
    return data.index(b"\n", data.index(b"\n---") + 1) + 1 + NONCE


@pytest.mark.parametrize("in_header", [40, 100])
def test_nothing_is_kept_of_a_file_that_ends_in_its_header(folder, unseal, in_header):
    (folder / "names.csv.age").write_bytes(sealed()[:in_header])

    assert_refused(unseal(), folder, "damaged or incomplete")


@pytest.mark.parametrize("after", [-1, 0, PIECE, 2 * PIECE + 5, 3 * PIECE - 1])
def test_nothing_is_kept_of_a_truncated_file(folder, unseal, after):
    """`after`: bytes of its contents that are left."""
    data = sealed()
    (folder / "names.csv.age").write_bytes(data[: header_of(data) + after])

    assert_refused(unseal(), folder, "damaged or incomplete")


@pytest.mark.parametrize("after", [-20, 10, 3 * PIECE])
def test_nothing_is_kept_of_a_changed_file(folder, unseal, after):
    data = bytearray(sealed())
    data[header_of(data) + after] ^= 1
    (folder / "names.csv.age").write_bytes(data)

    assert_refused(unseal(), folder, "damaged or incomplete")


@pytest.mark.parametrize("data", [b"", b"email,name\n", b"PK\x03\x04" * 99, b"\xff\xfe" * 99])
def test_a_file_that_is_not_encrypted_is_refused(folder, unseal, data):
    (folder / "names.csv.age").write_bytes(data)

    assert_refused(unseal(), folder, "not an encrypted export")


@pytest.mark.parametrize("missing", ["names.csv.age", "key.txt"])
def test_a_missing_file_is_named(folder, unseal, missing):
    (folder / missing).unlink()

    assert_refused(unseal(), folder, f"{folder / missing} cannot be read: No such file")


@pytest.mark.parametrize("place", ["names.csv.age", "key.txt"])
def test_a_folder_is_not_a_file(folder, unseal, place):
    (folder / place).unlink()
    (folder / place).mkdir()

    assert_refused(unseal(), folder, f"{folder / place} cannot be read: Is a directory")


def test_an_output_that_cannot_be_written_is_named(folder, unseal):
    result = unseal("--output", folder / "nowhere/names.csv")

    assert_refused(result, folder, "nowhere/names.csv cannot be written: No such file")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *(("", "not a secret key"), ("\xff\xfe", "not a secret key")),
        *((RECIPIENT.text, "not a secret key"), (public_text(ED25519), "not a secret key")),
        *((str(IDENTITY)[:-3], "damaged"), (private_text(ED25519)[:200], "damaged")),
        *((WITH_PASSPHRASE, "passphrase"), (PEM_WITH_PASSPHRASE, "passphrase")),
        (private_text(ec.generate_private_key(ec.SECP256R1())), "Ed25519 or RSA"),
    ],
    ids=lambda _value: "case",  # keys are made anew each time
)
def test_a_key_that_cannot_be_used_is_refused_with_the_reason(folder, unseal, text, reason):
    (folder / "key.txt").write_text(text, encoding="latin-1")

    assert_refused(unseal(), folder, reason)


def test_the_key_must_be_named(folder):
    result = CliRunner().invoke(group, ["unseal", str(folder / "names.csv.age")])

    assert result.exit_code == 2
    assert "--key" in result.stderr


# Runs a command, then prints the most memory that the process used, in kB.
MEASURED = """
import atexit, re, sys
from campaign_actions.cli import main
status = lambda: open("/proc/self/status").read()
atexit.register(lambda: print(re.search(r"VmHWM:\\s+([0-9]+)", status())[1], file=sys.stderr))
main()
"""


def run(folder, *python, words=(), **options):
    """Run the command as a process of its own, with the settings of a broken installation."""
    command = [sys.executable, *python, "unseal", folder / "names.csv.age"]
    return subprocess.run(
        [*command, "--key", folder / "key.txt", *words],
        env={
            "CAMPAIGN_ACTIONS_INSTANCE": str(folder / "instance"),
            "CAMPAIGN_ACTIONS_NO_SUCH_SETTING": "1",
            "CAMPAIGN_ACTIONS_SQLALCHEMY_DATABASE_URI": "postgresql://nowhere.invalid/x",
        },
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.slow
def test_the_command_needs_no_app_and_no_settings(folder):
    done = run(folder, "-X", "importtime", "-m", "campaign_actions")

    loaded = {line.rsplit("|")[-1].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0, done.stderr
    assert loaded.isdisjoint({"campaign_actions.app", "alembic", "granian", "markdown_it"})
    assert "campaign_actions.exports.decryption" in loaded
    assert names(folder) == {"key.txt", "names.csv", "names.csv.age"}


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(folder):
    def peak(megabytes):
        chunks = (bytes(1_000_000) for _ in range(megabytes))
        with (folder / "names.csv.age").open("wb") as file:
            file.writelines(encrypt(chunks, RECIPIENT))
        done = run(folder, "-c", MEASURED, words=["--output", folder / "new.csv"])
        assert (folder / "new.csv").stat().st_size == megabytes * 1_000_000
        return int(done.stderr)

    assert peak(100) < peak(1) + 20_000


@pytest.mark.slow
def test_a_full_disk_is_reported_in_words(folder):
    with Path("/dev/full").open("wb") as full:
        done = run(folder, "-m", "campaign_actions", words=["--output", "-"], stdout=full)

    assert done.returncode == 1
    assert done.stderr == "Error: Standard output cannot be written: No space left on device.\n"


@pytest.mark.slow
def test_a_reader_may_close_standard_output_early(folder):
    (folder / "names.csv.age").write_bytes(sealed(CONTENTS * 10))
    reading, writing = os.pipe()
    os.close(reading)

    done = run(folder, "-m", "campaign_actions", words=["--output", "-"], stdout=writing)

    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
