"""The command `signatures export`: its options, previews, and the file it writes."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import click

from campaign_actions.actions.models import Action
from campaign_actions.actions.personal_data.former_addressees import (
    AddresseeChanged,
    FormerSigners,
)
from campaign_actions.actions.personal_data.purposes import PURPOSES, TEAM, purposes_for_kinds
from campaign_actions.audit.log import COMMAND
from campaign_actions.commands.output import count_of, progress_bar
from campaign_actions.commands.params.exports import export_options
from campaign_actions.commands.params.signatures import ActionsParam
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.session import read_snapshot, utc_now
from campaign_actions.core.i18n.timezones import first_moment, zone
from campaign_actions.core.processes.priority import raise_niceness
from campaign_actions.core.processes.signals import exit_on_signals
from campaign_actions.disclosures.export import Export, RecipientMissing, export_of, find_base
from campaign_actions.disclosures.plan import Plan, make_plan
from campaign_actions.disclosures.preview import preview, record_preview
from campaign_actions.disclosures.records import find_record
from campaign_actions.disclosures.selection import Selection, in_order
from campaign_actions.disclosures.write import file_name_of, write_export
from campaign_actions.exports.encryption import parse_recipient
from campaign_actions.exports.streaming import CHUNK_ROWS

NICENESS = 19  # the lowest priority: signers come first
SAME_UNLESS_GIVEN = ("preset", "recipient", "raw", "bom")  # options as in the base
# The choices without any option.
NOTHING = Export(campaign=0, selection=Selection(), purpose=TEAM.name, format="csv")


@click.command("export")
@click.argument("actions", type=ActionsParam(), metavar=ActionsParam.name, nargs=-1, required=True)
@export_options
def export(
    actions: Sequence[Sequence[Action]],
    output: str | None,
    is_preview: bool,
    base: int | None,
    **options: Any,
) -> None:
    """Export the signatures or pledges of a campaign's actions.

    The purpose decides what is in the file. "team" has all columns. "handover" is for the addressee of a
    petition. It has names, country, comment and day of signing (UTC). "crm" is for another program. It has
    only people who asked for updates, and no comments. Add --preview to see what is not in a file.
    """
    wanted = _export(list(chain.from_iterable(actions)), base, **options)
    if not is_preview and not output:
        raise click.MissingParameter(param_hint="--output", param_type="option")
    try:
        if output and not is_preview:
            raise_niceness(NICENESS)
            with exit_on_signals():  # the export is recorded as interrupted
                _write(wanted, output)
        else:
            _show_preview(wanted)
    except AddresseeChanged as error:
        raise click.BadParameter(
            f"{error.message} --preview says how many they are.", param_hint="--same-addressee"
        ) from None
    except RecipientMissing as error:
        raise click.BadParameter(str(error.message), param_hint="--recipient") from None


def _export(
    actions: Sequence[Action],
    base: int | None,
    *,
    format_name: str | None,
    purpose: str | None,
    public_key: str,
    words_in: str | None,
    same_addressee: bool,
    **options: Any,
) -> Export:
    """The export that the options describe. Those that are missing are as in the base, if there is one."""
    former = _former(base) if base else NOTHING
    purpose, format_name = purpose or former.purpose, format_name or former.format
    if format_name == former.format:
        words_in = words_in or former.words_in
    return replace(
        former,
        campaign=_campaign(actions),
        selection=_selection(actions, purpose, former.selection, **options),
        purpose=purpose,
        format=format_name,
        staff_id=None,
        base=base,
        public_key=_public_key(public_key) if public_key else former.public_key,
        words_in=words_in or "",
        same_addressee=same_addressee,
        **{name: options[name] or getattr(former, name) for name in SAME_UNLESS_GIVEN},
    )


def _campaign(actions: Sequence[Action]) -> int:
    campaigns = {action.campaign_id for action in actions}
    if len(campaigns) > 1:
        raise click.BadParameter("All actions must belong to one campaign.")
    return campaigns.pop()


def _selection(
    actions: Sequence[Action],
    purpose: str,
    former: Selection,
    *,
    since_day: datetime | None,
    until_day: datetime | None,
    **filters: Any,
) -> Selection:
    chosen = {
        "since": since_day and since_day.isoformat(),
        "until": until_day and _end_of(until_day).isoformat(),
        **{name: filters[name] for name in ("language", "country", "source", "status")},
    }
    given = {name: value for name, value in chosen.items() if value}
    return replace(former, actions=_allowed(actions, purpose), **given)


def _public_key(text: str) -> str:
    """The key alone, as the page stores it: the comment of an SSH key often names a person."""
    return parse_recipient(text).text


def _former(base: int) -> Export:
    record = find_record(base)
    if record is None:
        raise click.BadParameter(f"There is no export {base}.", param_hint="--since")
    return export_of(record)


def _allowed(actions: Sequence[Action], purpose: str) -> tuple[int, ...]:
    """The ids of the actions. Of a whole campaign, only those that may be exported for the purpose."""
    kinds = PURPOSES[purpose].kinds
    allowed = [action for action in actions if action.kind in kinds]
    if not allowed:
        kind = actions[0].kind
        names = ", ".join(found.name for found in purposes_for_kinds([kind]))
        raise click.BadParameter(
            f"{purpose!r} is not allowed for a {kind}. Allowed: {names}.", param_hint="--purpose"
        )
    return in_order([action.id for action in allowed])


def _end_of(day: datetime) -> datetime:
    """The first moment of the next day."""
    local = day.astimezone(zone()).replace(tzinfo=None, hour=0, minute=0)
    return first_moment(local + timedelta(days=1))


def _show_preview(wanted: Export) -> None:
    if wanted.base:
        _show_changes(wanted)
        return
    with read_snapshot() as connection:
        found = preview(connection, wanted)
    record_preview(found, wanted, actor=COMMAND, now=utc_now())
    for heading, labels in (("In the file", found.included), ("Not in the file", found.left_out)):
        click.echo(f"{heading}: {'; '.join(labels) or 'nothing'}")
    click.echo(f"{count_of(found.count, 'row')} with these columns: {', '.join(found.columns)}")
    _tell_former(found.former)
    for row in found.rows:
        click.echo(json.dumps(dict(zip(found.columns, row, strict=True)), ensure_ascii=False))


def _show_changes(wanted: Export) -> None:
    base = find_base(wanted)
    with read_snapshot() as connection:
        plan = make_plan(connection, replace(wanted, same_addressee=True), base)
    click.echo(", ".join(f"{name}: {count:,}" for name, count in plan.count_changes().items()))
    _tell_former(plan.former)


def _tell_former(former: Sequence[FormerSigners]) -> None:
    for one in former:
        signed = f"signed in {one.addressee.locale} for {one.addressee.name!r}"
        until = one.addressee.until.astimezone(zone()).date().isoformat()
        click.echo(f"{count_of(one.count, 'person', plural='people')} {signed}, until {until}.")


def _write(wanted: Export, output: str) -> None:
    begun: dict[str, int] = {}

    def on_begin(record_id: int, plan: Plan) -> None:
        begun.update(record=record_id, rows=plan.rows)

    chunks = write_export(
        wanted,
        file_name=file_name_of(wanted, day=utc_now().astimezone(zone()).date().isoformat()),
        actor=COMMAND,
        clock=utc_now,
        on_begin=on_begin,
    )
    with closing(chunks):
        rest = chain([next(chunks, b"")], chunks)  # errors come before the file is touched
        what = f"Exported {count_of(begun['rows'], 'participant')}"
        if output == "-":
            if _write_to_stdout(rest):
                click.echo(f"{what} to standard output. Export {begun['record']}.", err=True)
            return
        size = _write_to_file(Path(output), rest, begun["rows"])
    click.echo(f"{what} ({size:,} bytes) to {output}. Export {begun['record']}.")


def _write_to_stdout(chunks: Iterator[bytes]) -> bool:
    """Write to standard output. Returns whether all was read: a reader like `head` may close it early."""
    try:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()  # each has arrived before the next is made; the record relies on it
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _write_to_file(file: Path, chunks: Iterator[bytes], rows: int) -> int:
    """Write to a file, with a progress bar on a terminal. Returns the size in bytes."""
    size = 0
    with atomic_file(file) as target, progress_bar("Exporting", rows) as advance:
        for chunk in chunks:
            size += target.write(chunk)
            target.flush()  # a full disk is noticed before the export is recorded as complete
            advance(CHUNK_ROWS)
    return size
