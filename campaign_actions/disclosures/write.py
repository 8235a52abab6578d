"""Writing an export: planned, recorded, streamed, and recorded again after the last byte."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.core.db.replica import replica_snapshot
from campaign_actions.core.db.session import release_connection
from campaign_actions.core.i18n.locale import direction
from campaign_actions.disclosures.changes import CORRECTED, NEW
from campaign_actions.disclosures.export import Export, find_base, refuse_while_off
from campaign_actions.disclosures.labels import in_words
from campaign_actions.disclosures.plan import Plan, make_plan
from campaign_actions.disclosures.presets import Preset, PresetFile
from campaign_actions.disclosures.records import Sent, begin_record, end_record
from campaign_actions.exports import FORMATS, Section
from campaign_actions.exports.archive import MIMETYPE as ZIP_TYPE
from campaign_actions.exports.archive import write_zip
from campaign_actions.exports.csv_parts import name_parts, split_csv
from campaign_actions.exports.encryption import encrypt, parse_recipient
from campaign_actions.exports.xlsx_format import MAX_ROWS, TooManyRows

ENCRYPTED_TYPE = "application/octet-stream"
GONE_FILE = "delete.csv"  # beside the files of a preset, in an increment
Files = Iterator[tuple[str, Iterator[bytes]]]


def write_export(
    export: Export,
    *,
    file_name: str,
    actor: str,
    approved: Mapping[str, Any] = MappingProxyType({}),
    clock: Callable[[], datetime],
    on_begin: Callable[[int, Plan], None] = lambda _record_id, _plan: None,
) -> Generator[bytes]:
    """The file of an export, as chunks of bytes.

    All is read in one snapshot, in constant memory. The plan is made, and the record begun,
    when the first chunk is requested. If the generator is closed before its end, or fails, the
    record says that the export was interrupted. `file_name`: from
    `file_name_of()`. `actor`, `approved`: for the entries in the audit log.

    Raises the errors of `Export.check()`, `find_base()` and `make_plan()`, and TooManyRows. Raises
    ExportsAreOff, also in the middle: a switch ends exports that are running.
    """
    refuse_while_off()
    number_changes()
    base = find_base(export)
    with replica_snapshot() as connection:
        export.check()
        plan = make_plan(connection, export, base)
        if export.format == "xlsx" and plan.rows > MAX_ROWS:
            raise TooManyRows
        begun_at = clock()
        record_id = begin_record(
            plan, file_name=file_name, actor=actor, approved=approved, now=begun_at
        )
        size, digest, is_whole = 0, sha256(), False
        try:
            on_begin(record_id, plan)
            with closing(_encode(plan, connection, begun_at)) as chunks:
                for chunk in chunks:
                    digest.update(chunk)
                    release_connection()  # the file is read by `connection`
                    refuse_while_off()
                    yield chunk
                    size += len(chunk)  # a chunk has arrived once the next one is wanted
            is_whole = True
        finally:
            sent = Sent(size, digest.hexdigest()) if is_whole else None
            end_record(record_id, plan, sent, size=size, actor=actor, now=clock())


def file_name_of(export: Export, *, day: str) -> str:
    """`racism-hate-crimes-team-2026-11-29.csv`, with `-changes` for an increment."""
    suffix = ".zip" if _is_archive(export) else FORMATS[export.format].suffix
    return f"{export.file_stem(day)}{suffix}{'.age' if export.public_key else ''}"


def mimetype_of(export: Export) -> str:
    if export.public_key:
        return ENCRYPTED_TYPE
    return ZIP_TYPE if _is_archive(export) else FORMATS[export.format].mimetype


def _encode(plan: Plan, connection: Connection, now: datetime) -> Generator[bytes]:
    export = plan.export
    chunks: Iterator[bytes]
    if _is_archive(export):
        limit = export.program.max_part_bytes if export.program else None
        chunks = write_zip(_preset_files(plan, connection), at=now, max_file_bytes=limit)
    elif export.program:
        (file,) = export.program.files
        chunks = _write_preset(plan, connection, file)
    else:
        sections, options = plan.sections(), {"raw": export.raw, "bom": export.bom}
        if export.words_in:
            sections = in_words(sections, export.words_in)
            options["right_to_left"] = direction(export.words_in) == "rtl"
        chunks = FORMATS[export.format].write(sections, connection, **options)
    if export.public_key:
        chunks = encrypt(chunks, parse_recipient(export.public_key))
    yield from chunks


def _is_archive(export: Export) -> bool:
    preset = export.program
    return preset is not None and (
        len(preset.files) > 1 or _has_parts(preset) or export.base is not None
    )


def _has_parts(preset: Preset) -> bool:
    return bool(preset.max_part_bytes or preset.max_part_rows)


def _preset_files(plan: Plan, connection: Connection) -> Files:
    """The files of a preset with their names; what is to be deleted comes in a file of its own."""
    preset = plan.export.program
    assert preset, "only a preset has several files"
    for file in preset.files:
        chunks = _write_preset(plan, connection, file)
        if _has_parts(preset):
            stem, _dot, suffix = file.name.rpartition(".")
            limits = {"max_bytes": preset.max_part_bytes, "max_rows": preset.max_part_rows}
            yield from name_parts(split_csv(chunks, **limits), stem, f".{suffix}")
        else:
            yield file.name, chunks
    if plan.export.base:
        sections = plan.gone_sections(["signature_id"]) or [plan.nothing(["signature_id"])]
        yield GONE_FILE, FORMATS["csv"].write(sections, connection)


def _write_preset(plan: Plan, connection: Connection, file: PresetFile) -> Iterator[bytes]:
    return FORMATS["csv"].write(_preset_sections(plan, file), connection, raw=plan.export.raw)


def _preset_sections(plan: Plan, file: PresetFile) -> Sequence[Section]:
    if not plan.export.base:
        return [Section(file.columns(action), plan.query(action)) for action in plan.actions]
    changed = [
        Section(file.columns(change.action), query)
        for change, query in plan.changed((NEW, CORRECTED))
    ]
    names = [column.name for column in file.columns(plan.actions[0])]
    return changed or [plan.nothing(names, is_increment=False)]
