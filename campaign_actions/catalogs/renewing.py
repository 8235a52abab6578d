"""Writing the template and the catalogs anew: only those that change."""

from pathlib import Path

from campaign_actions.catalogs.extracting import messages_of_source, template_of
from campaign_actions.catalogs.folders import TEMPLATE
from campaign_actions.catalogs.headers import headers_for
from campaign_actions.catalogs.po_files import new_po, read_po
from campaign_actions.catalogs.updating import Updated, bring_up_to_date
from campaign_actions.core.messages import Message

Messages = tuple[Message, ...]
COMMENT = """{language} translations for Campaign Actions.
Copyright (C) the Campaign Actions contributors
This file is distributed under the same license as the Campaign Actions project."""


def renew_template(checkout: Path, folder: Path) -> Messages:
    """The messages of the source, and the template for them."""
    messages = messages_of_source(checkout)
    _write(folder / TEMPLATE, template_of(messages))
    return tuple(messages)


def renew_catalog(file: Path, tag: str, messages: Messages) -> Updated:
    """Bring a catalog up to date. Raises NotReadable."""
    catalog = read_po(file.read_bytes())
    done = bring_up_to_date(catalog, messages, tag)
    _write(file, bytes(catalog))
    return done


def begin_catalog(file: Path, tag: str, messages: Messages) -> None:
    headers = headers_for(tag)
    catalog = new_po(headers, comment=COMMENT.format(language=headers["Language-Team"]))
    bring_up_to_date(catalog, messages, tag)
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, bytes(catalog))


def _write(file: Path, data: bytes) -> None:
    if not file.exists() or file.read_bytes() != data:
        file.write_bytes(data)
