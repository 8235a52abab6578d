"""A form with fields of its own and the same texts in two languages side by side.

Someone who switches to a third language keeps what they typed: its fields are hidden, and saved with
the rest.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from campaign_actions.campaigns.forms import TextForm
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.input_text import normalize_text

LocalizedField = tuple[str, Field]  # its language, and the field


class BilingualForm:
    """The form `own`, and one form of texts for each language; they are saved together."""

    def __init__(
        self,
        own: StaffForm,
        texts: Mapping[str, TextForm],
        content: Content,
        *,
        is_submitted: bool,
        public_locales: Iterable[str] = (),
        is_draft: bool = False,
        kept: Iterable[str] = (),
        opened: Iterable[str] = (),
    ) -> None:
        """Filled with what was submitted, or else with the saved `content`.

        A language without saved texts that stays blank is ignored. `public_locales`: languages in
        which no needed text may be empty, except in a draft, which is checked before it is published.
        Of the languages in `texts`, those in `kept` were typed and are hidden now; those in `opened`
        are shown for the first time, so nothing was submitted in them.
        """
        self.own, self.texts, self.public_locales = own, texts, set(public_locales)
        self.is_draft, self.kept, self.opened = is_draft, set(kept), set(opened)
        self.known = {tag for tag, form in texts.items() if any(f.name in content for f in form)}
        for tag in () if is_draft else texts.keys() & self.public_locales:
            texts[tag].require_needed()
        if not is_submitted:
            self.show(content)
        for tag in self.opened & texts.keys():
            self._show_in(texts[tag], content)

    def forms(self) -> Iterator[StaffForm]:
        """The forms to be saved."""
        yield self.own
        for tag, form in self.texts.items():
            if tag not in self.opened and (tag in self.known or not form.is_blank()):
                yield form

    def validate(self) -> bool:
        valid = [form.validate() for form in self.forms()]  # all of them, to collect every error
        return all(valid)

    def fields(self) -> Iterator[Field]:
        for form in (self.own, *self.texts.values()):
            yield from form

    @property
    def shown(self) -> dict[str, TextForm]:
        """The forms of the languages side by side."""
        return {tag: form for tag, form in self.texts.items() if tag not in self.kept}

    def hidden_fields(self) -> Iterator[Field]:
        """The fields of languages that are not shown now, with the typed texts."""
        for tag in sorted(self.kept):
            yield from self.texts[tag]

    def reveal(self, names: Collection[str]) -> None:
        """Show the languages of fields with errors, or with these names."""
        self.kept -= {
            tag
            for tag in self.kept
            if any(field.errors or field.name in names for field in self.texts[tag])
        }

    def pairs(self) -> Iterator[list[LocalizedField]]:
        """Each field in the languages that are shown, as pairs of language and field."""
        forms = list(self.shown.items())
        for fields in zip(*(list(form) for _tag, form in forms), strict=True):
            yield [(tag, field) for (tag, _form), field in zip(forms, fields, strict=True)]

    @property
    def wrong(self) -> list[Field]:
        return [field for field in self.fields() if field.errors]

    def form_level_errors(self) -> list[str]:
        return self.own.form_level_errors()

    def changes(self, base: Content) -> dict[str, Any]:
        """The values that differ from those that the form was opened with, by name."""
        submitted = {field.name: field.data for form in self.forms() for field in form}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in submitted.items()
            if not _is_same(value, base.get(name))
        }

    def show(self, values: Content) -> None:
        """Fill the fields with these values."""
        self._show_in(self.fields(), values)

    @staticmethod
    def _show_in(fields: Iterable[Field], values: Content) -> None:
        for field in fields:
            if field.name in values:
                field.process_data(values[field.name])


class BilingualPartnerForm(BilingualForm):
    """A partner needs a name in one language at least."""

    def validate(self) -> bool:
        if not super().validate():
            return False
        if any(form["name"].data for form in self.texts.values()):
            return True
        first = next(iter(self.texts.values()))
        first["name"].errors = [_("Enter the name in at least one language.")]
        return False


def _is_same(submitted: Any, base: Any) -> bool:
    """Whether a field was left as it was. Normalising its text is not a change."""
    if isinstance(submitted, datetime):  # the field has minutes, not seconds
        return bool(base and submitted.isoformat()[:16] == base[:16])
    if isinstance(submitted, int) or isinstance(base, int):
        return bool(submitted == base)
    return bool((submitted or "") == normalize_text(base or ""))
