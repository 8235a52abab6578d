"""A sheet: the forms of one page that are saved together, among them texts side by side."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from campaign_actions.campaigns.forms import TextForm
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.input_text import normalize_text


class Sheet:
    """One form of the page: fields of its own and texts in the languages side by side."""

    def __init__(
        self,
        own: StaffForm,
        texts: Mapping[str, TextForm],
        content: Mapping[str, Any],
        *,
        is_sent: bool,
        seen: Iterable[str] = (),
    ) -> None:
        """Filled with what was sent, or with what is saved (`content`).

        A language that is not saved and stays blank is none. `seen`: languages in which the public
        sees it.
        """
        self.own, self.texts = own, texts
        self.known = {tag for tag, form in texts.items() if any(f.name in content for f in form)}
        for tag in texts.keys() & set(seen):
            texts[tag].insist()
        if not is_sent:
            self.show(content)

    def forms(self) -> Iterator[StaffForm]:
        """Those that are to be saved."""
        yield self.own
        for tag, form in self.texts.items():
            if tag in self.known or not form.is_blank():
                yield form

    def validate(self) -> bool:
        valid = [form.validate() for form in self.forms()]  # each says all that is wrong
        return all(valid)

    def fields(self) -> Iterator[Field]:
        for form in (self.own, *self.texts.values()):
            yield from form

    def pairs(self) -> Iterator[list[tuple[str, Field]]]:
        """The same field in each language, with the language."""
        forms = list(self.texts.items())
        for fields in zip(*(list(form) for _tag, form in forms), strict=True):
            yield [(tag, field) for (tag, _form), field in zip(forms, fields, strict=True)]

    @property
    def wrong(self) -> list[Field]:
        return [field for field in self.fields() if field.errors]

    def form_level_errors(self) -> list[str]:
        return self.own.form_level_errors()

    def changes(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that differ from what the form was opened with."""
        sent = {field.name: field.data for form in self.forms() for field in form}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in sent.items()
            if not _same(value, base.get(name))
        }

    def show(self, values: Mapping[str, Any]) -> None:
        """Put values into the fields, as if they had been typed."""
        for field in self.fields():
            if field.name in values:
                field.process_data(values[field.name])


class PartnerSheet(Sheet):
    """A partner needs a name in one language at least."""

    def validate(self) -> bool:
        if not super().validate():
            return False
        if any(form["name"].data for form in self.texts.values()):
            return True
        first = next(iter(self.texts.values()))
        first["name"].errors = [_("Write the name in one language at least.")]
        return False


def _same(sent: Any, base: Any) -> bool:
    """Whether somebody left a field as it was: what the form tidied away is no change."""
    if isinstance(sent, datetime):  # the field knows minutes
        return bool(base and sent.isoformat()[:16] == base[:16])
    if isinstance(sent, int):
        return bool(sent == base)
    return bool((sent or "") == normalize_text(base or ""))
