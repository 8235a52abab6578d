"""A translation as it is in the fields of the editor, before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from campaign_actions.campaigns.versioning.draft_ends import LastSave
from campaign_actions.catalogs.validation.validate_translation import tidy_forms
from campaign_actions.core.forms.input_text import normalize_line_ends
from campaign_actions.core.i18n.message import Forms, Issue, Message

MAX_FORMS = 6


@dataclass(frozen=True)
class FormerSource:
    """The source text that was translated, but is no longer in the catalog. `last_save`: of its page."""

    text: str
    last_save: LastSave | None


@dataclass
class TranslationDraft:
    """The typed text, with everything the editor says about it."""

    forms: Forms
    seen: Forms  # what was stored when the page was opened
    issues: Sequence[Issue] = ()
    warnings: Sequence[Issue] = ()
    is_old: bool = False  # the translation of an earlier source, to be adapted
    theirs: Forms | None = None  # what someone else has stored since the page was opened
    former: FormerSource | None = (
        None  # the source when the page was opened, if it has changed since
    )


def submitted_draft(message: Message) -> TranslationDraft:
    forms = tidy_forms(message, tuple(request.form.getlist("form")[:MAX_FORMS]))
    seen = tuple(normalize_line_ends(text) for text in request.form.getlist("read")[:MAX_FORMS])
    return TranslationDraft(forms if any(forms) else (), seen if any(seen) else ())


def submitted_message(key: str) -> Message | None:
    """The message that the page showed; None if the form does not have it."""
    context, source = (normalize_line_ends(request.form.get(n, "")) for n in ("context", "source"))
    message = Message(context=context, source=source)
    return message if message.key == key else None
