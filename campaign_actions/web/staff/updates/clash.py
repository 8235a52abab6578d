"""Two people change one update at once: whatever only one of them has changed is kept.

A page has a digest of each text and of the recipients as they were when it was opened.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.campaigns.versioning.differences import Difference, text_differences
from campaign_actions.updates.audience import audience_of
from campaign_actions.updates.forms import UpdateForm, content_of
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import texts_of

RECIPIENTS = "recipients"
Parts = Mapping[str, str]  # texts by the names of their fields, and the recipients


@dataclass(frozen=True)
class Clash:
    """The texts that both have changed in different ways, and whether they chose different recipients."""

    clashes: tuple[str, ...]  # the names of texts
    theirs: Parts
    has_recipients: bool
    differences: Mapping[
        str, Difference
    ]  # between the texts in the form and theirs, by their names


def parts_of(update: Update) -> Parts:
    """As they are now."""
    audience = audience_of(update)
    actions = None if update.scope == "campaign" else audience.actions
    return content_of(texts_of(update.id)) | {RECIPIENTS: recipients(actions, audience.filter)}


def recipients(actions: Collection[int] | None, chosen: SignatureFilter) -> str:
    """`actions`: None for the whole campaign."""
    ids = None if actions is None else sorted(actions)
    return json.dumps([ids, chosen.filter()], sort_keys=True)


def digests(parts: Parts) -> str:
    return " ".join(f"{name}:{_digest(text)}" for name, text in sorted(parts.items()))


def merge(form: UpdateForm, mine: str, theirs: Parts) -> Clash | None:
    """Put in the texts that only the other person has changed. None: no text was changed by both.

    `mine`: the recipients in the form.
    """
    pairs = (pair.partition(":") for pair in (form.own["was"].data or "").split())
    was = {name: digest for name, _colon, digest in pairs}
    clashes: dict[str, str] = {}
    for texts in form.texts.values():
        for field in texts:
            stored = theirs.get(field.name, "")
            if _is_only_theirs(field.data or "", stored, was.get(field.name)):
                field.data = stored
            elif _is_clash(field.data or "", stored, was.get(field.name)):
                clashes[field.name] = field.data or ""
    has_recipients = _is_clash(mine, theirs[RECIPIENTS], was.get(RECIPIENTS))
    if not clashes and not has_recipients:
        return None
    return Clash(tuple(clashes), theirs, has_recipients, text_differences(clashes, theirs, clashes))


def is_unchanged(name: str, mine: str, form: UpdateForm) -> bool:
    """Whether a part is as it was when the page was opened."""
    return f"{name}:{_digest(mine)}" in (form.own["was"].data or "").split()


def _is_only_theirs(mine: str, stored: str, was: str | None) -> bool:
    return mine != stored and _digest(mine) == (was or _digest(""))


def _is_clash(mine: str, stored: str, was: str | None) -> bool:
    return mine != stored and (was or _digest("")) not in (_digest(mine), _digest(stored))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
