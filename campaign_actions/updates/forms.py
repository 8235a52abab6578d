"""The form of an update: a subject and a text for each language, side by side."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import LongText, PlainText
from campaign_actions.updates.models import UpdateText

SUBJECT_LENGTH = 150
BODY_LENGTH = 20_000


class LettersForm(StaffForm):
    """`seen` is the fingerprint of the texts that were there when the page was made."""

    seen = HiddenField()
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, tags: Sequence[str], texts: Mapping[str, UpdateText], sent: Any = None) -> Self:
        """The form for these languages, as it was sent or as it is stored."""
        fields: dict[str, Any] = {"tags": tuple(tags)}
        stored: dict[str, str] = {}
        for tag in tags:
            fields[f"subject-{tag}"] = PlainText(_l("Subject"), max_length=SUBJECT_LENGTH)
            fields[f"body-{tag}"] = LongText(_l("Text"), max_length=BODY_LENGTH)
            if tag in texts:
                stored |= {f"subject-{tag}": texts[tag].subject, f"body-{tag}": texts[tag].body}
        form: Self = type("LettersForm", (cls,), fields)(sent, data=stored)
        return form

    def texts(self) -> dict[str, tuple[str, str]]:
        return {
            tag: (self[f"subject-{tag}"].data or "", self[f"body-{tag}"].data or "")
            for tag in self.tags
        }

    @property
    def is_empty(self) -> bool:
        return not any(subject or body for subject, body in self.texts().values())
