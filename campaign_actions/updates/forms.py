"""The form of an update: a subject and a body for each language."""

from collections.abc import Mapping, Sequence
from typing import Self

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import LongText, PlainText
from campaign_actions.updates.models import UpdateText

MAX_SUBJECT_LENGTH = 150
MAX_BODY_LENGTH = 20_000


class UpdateForm(StaffForm):
    """`seen` is the fingerprint of the texts that the page showed."""

    seen = HiddenField()
    locales: tuple[str, ...] = ()

    @classmethod
    def for_locales(
        cls,
        locales: Sequence[str],
        texts: Mapping[str, UpdateText],
        submitted: MultiDict[str, str] | None = None,
    ) -> Self:
        """A form for these languages, filled with what was submitted or else with `texts`."""
        fields: dict[str, object] = {"locales": tuple(locales)}
        stored: dict[str, str] = {}
        for tag in locales:
            fields[f"subject-{tag}"] = PlainText(_l("Subject"), max_length=MAX_SUBJECT_LENGTH)
            fields[f"body-{tag}"] = LongText(_l("Text"), max_length=MAX_BODY_LENGTH)
            if tag in texts:
                stored |= {f"subject-{tag}": texts[tag].subject, f"body-{tag}": texts[tag].body}
        form: Self = type("UpdateForm", (cls,), fields)(submitted, data=stored)
        return form

    def texts(self) -> dict[str, tuple[str, str]]:
        return {
            tag: (self[f"subject-{tag}"].data or "", self[f"body-{tag}"].data or "")
            for tag in self.locales
        }

    @property
    def is_empty(self) -> bool:
        return not any(subject or body for subject, body in self.texts().values())
