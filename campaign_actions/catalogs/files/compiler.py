"""Compiling catalogs: what is right goes into the .mo; for all else the source is shown.

A compiled file that was not made here is checked when it is read: it can do no more than its .po could.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog

from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.catalogs.files.mo import NotCompiled, read_mo, write_mo
from campaign_actions.catalogs.files.po import Key
from campaign_actions.catalogs.files.validate import Checked, check_file
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.core.i18n.plurals import plural_rule

log = structlog.get_logger()
MARK = {"X-Checked-By": "campaign-actions"}


def compile_po(data: bytes, *, tag: str, messages: Iterable[Message]) -> tuple[bytes, Checked]:
    """The .mo for a .po, and what was found in it."""
    messages = list(messages)
    checked = check_file(data, tag=tag, messages=messages, is_compiled=False)
    used = [(m, checked.translations[m.key]) for m in messages if m.key in checked.translations]
    return write_mo(headers_for(tag, **MARK), used), checked


def read_compiled(file: Path, *, tag: str, messages: Iterable[Message]) -> Mapping[Key, Forms]:
    """What a .mo says, in the forms of its language: whatever it is, it stops nothing.

    One that was compiled here was checked; any other is now, and loses what has a fault.
    """
    try:
        data = file.read_bytes()
        compiled = read_mo(data)
    except (OSError, NotCompiled) as error:
        log.warning("catalog_not_readable", locale=tag, error=type(error).__name__)
        return {}
    is_ours = compiled.headers.get("Plural-Forms") == plural_rule(tag).header
    if is_ours and MARK.items() <= compiled.headers.items():
        return {key: forms for key, (_plural, forms) in compiled.messages.items() if forms}
    return _checked(data, tag, list(messages))


def _checked(data: bytes, tag: str, messages: list[Message]) -> Mapping[Key, Forms]:
    checked = check_file(data, tag=tag, messages=messages, is_compiled=True)
    if checked.refusals:
        codes = sorted({refusal.fault.code for refusal in checked.refusals})
        log.warning("catalog_has_faults", locale=tag, count=len(checked.refusals), faults=codes)
    return {
        (message.context, message.source): checked.translations[message.key]
        for message in messages
        if message.key in checked.translations
    }
