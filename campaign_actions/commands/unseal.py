"""The command `unseal`, which needs neither an app nor a database: it may run on any computer."""

import os
import sys
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

import click

from campaign_actions.commands.output import OUTPUT_HELP
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.exports.decryption import (
    DecryptionRefused,
    decrypt,
    parse_identities,
)

SUFFIX = ".age"
MAX_KEY_BYTES = 64 * 1024


@click.command("unseal")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The secret key: a file from age-keygen, or an SSH private key.",
)
@click.option("--output", metavar="FILE|-", help=OUTPUT_HELP)
def unseal(file: Path, key: Path, output: str | None) -> None:
    """Decrypt an encrypted export.

    This works offline, on any computer. Without --output, the name of the new file is that of FILE without
    .age. Only you can read the new file. If FILE is damaged or incomplete, nothing is kept.

    With `--output -`, contents are written as they are decrypted. Use them only if the exit code is 0.
    """
    identities = _identities(key)
    with _open(file) as source:
        if output == "-":
            _decrypt_to_stdout(file, source, identities)
            return
        target_file = Path(output) if output else _default_output(file)
        with atomic_file(target_file) as target:
            _decrypt(file, source, target, identities)
    click.echo(f"Decrypted {file} to {target_file}.")


def _identities(key: Path) -> list[Any]:
    with _open(key) as source:
        try:
            return parse_identities(source.read(MAX_KEY_BYTES))
        except DecryptionRefused as error:
            raise click.ClickException(f"{key} cannot be used as the key. {error}") from None


def _decrypt(file: Path, source: BufferedReader, target: BinaryIO, identities: list[Any]) -> None:
    try:
        decrypt(source, target, identities)
    except DecryptionRefused as error:
        raise click.ClickException(f"{file} cannot be decrypted. {error}") from None


def _decrypt_to_stdout(file: Path, source: BufferedReader, identities: list[Any]) -> None:
    """A reader such as `head` may close standard output early."""
    try:
        _decrypt(file, source, sys.stdout.buffer, identities)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            reason = f"Standard output cannot be written: {error.strerror}."
            raise click.ClickException(reason) from None


def _default_output(file: Path) -> Path:
    if file.suffix != SUFFIX:
        raise click.ClickException(f"{file} does not end with {SUFFIX}. Name a file with --output.")
    target = file.with_suffix("")
    if target.exists():
        raise click.ClickException(f"{target} exists. Name another file with --output.")
    return target


def _open(file: Path) -> BufferedReader:
    try:
        return file.open("rb")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None
