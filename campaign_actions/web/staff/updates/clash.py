"""Two people change one update at once: whatever only one of them has changed is kept.

A page has a digest of each text and of the recipients as they were when it was opened.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.campaigns.versioning.differences import Difference, text_differences
from campaign_actions.campaigns.versioning.three_way_merge import merge as merge_values
from campaign_actions.core.forms.digests import digest_of, digests_of, read_digests
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


def merge(form: UpdateForm, mine: str, theirs: Parts) -> Clash | None:
    """Put in the texts that only the other person has changed. None: no text was changed by both.

    `mine`: the recipients in the form.
    """
    fields = {field.name: field for texts in form.texts.values() for field in texts}
    typed = {name: field.data or "" for name, field in fields.items()} | {RECIPIENTS: mine}
    stored = {name: theirs.get(name, "") for name in typed}
    was = digests_of(dict.fromkeys(typed, "")) | read_digests(form.own["was"].data)
    merged = merge_values(was, digests_of(typed), digests_of(stored))
    for name in fields.keys() & set(merged.taken):
        fields[name].data = stored[name]
    clashes = {name: typed[name] for name in fields if name in merged.clashes}
    has_recipients = RECIPIENTS in merged.clashes
    if not clashes and not has_recipients:
        return None
    return Clash(tuple(clashes), theirs, has_recipients, text_differences(clashes, theirs, clashes))


def is_unchanged(name: str, mine: str, form: UpdateForm) -> bool:
    """Whether a part is as it was when the page was opened."""
    return read_digests(form.own["was"].data).get(name) == digest_of(mine)
