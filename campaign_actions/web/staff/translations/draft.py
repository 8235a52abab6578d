"""A translation as it is in the fields of the editor, before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign_actions.core.i18n.message import Forms, Issue


@dataclass
class TranslationDraft:
    """The typed text, with everything the editor says about it."""

    forms: Forms
    seen: Forms  # what was stored when the page was opened
    issues: Sequence[Issue] = ()
    warnings: Sequence[Issue] = ()
    is_old: bool = False  # the translation of an earlier source, to be adapted
    theirs: Forms | None = None  # what someone else has stored since the page was opened
