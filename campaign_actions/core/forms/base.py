"""Base classes of all forms, public and staff."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from campaign_actions.core.forms.fields import SingleValue
from campaign_actions.core.forms.form_token import FormToken
from campaign_actions.core.templating.escaping import attribute_value


class NoCsrfMeta(FlaskForm.Meta):
    """Without Flask-WTF's session token: it is checked elsewhere, or not needed."""

    csrf = False

    def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
        """WTForms writes HTML into attributes as it is, and messages in templates are HTML."""
        safe = {
            name: attribute_value(value) if hasattr(value, "__html__") else value
            for name, value in render_kw.items()
        }
        return super().render_field(field, safe)


class PublicForm(FlaskForm):
    """A form that anyone may submit, without a cookie.

    `error_heading`: above errors of the whole form; if empty, people are asked to press the button again.
    """

    error_heading = ""

    class Meta(NoCsrfMeta):
        pass

    def process(
        self, formdata: MultiDict[str, str] | None = None, *args: Any, **kwargs: Any
    ) -> None:
        self._submitted = self.meta.wrap_formdata(self, formdata) or MultiDict()
        super().process(self._submitted if formdata is not None else None, *args, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if self._unexpected_names():
            self.form_errors.append(_("Something went wrong with this form."))
        return is_valid and not self.form_errors

    def form_level_errors(self) -> list[str]:
        """Errors of the form as a whole, not of one visible field."""
        return list(self.form_errors)

    def _unexpected_names(self) -> set[str]:
        """Submitted names that no field has, that came twice, or that came with a file."""
        known = {name for name, _field in self._unbound_fields} | {"csrf_token"}
        values = {name: self._submitted.getlist(name) for name in self._submitted}
        repeated = {
            name
            for name, submitted in values.items()
            if len(submitted) > 1 and not isinstance(self._fields.get(name), SingleValue)
        }
        files = {
            name
            for name, submitted in values.items()
            if any(isinstance(value, FileStorage) for value in submitted)
        }
        return (values.keys() - known) | repeated | files


class TokenForm(PublicForm):
    """A public form that needs no secret link: it has a dated token, and a honeypot field for bots."""

    class Meta(PublicForm.Meta):
        csrf = True
        csrf_class = FormToken

    website = StringField(_l("Leave this field empty"))  # the honeypot: people do not see it

    def validate_website(self, field: Field) -> None:
        if field.data:
            field.data = ""
            raise ValidationError(
                _(
                    "A hidden part of this form was filled in, perhaps by your browser. We’ve cleared it."
                )
            )

    @property
    def open_for(self) -> timedelta | None:
        """How long ago its first page was made; None: not known. Only after it was validated."""
        opened: timedelta | None = self["csrf_token"].open_for if "csrf_token" in self else None
        return opened

    def form_level_errors(self) -> list[str]:
        hidden = [self[name] for name in ("csrf_token", "website") if name in self]
        return [*super().form_level_errors(), *(e for field in hidden for e in field.errors)]


class StaffForm(FlaskForm):
    """A form below /staff/, where the request guard has checked the token of every post."""

    class Meta(NoCsrfMeta):
        pass

    def leave_out(self, *names: str) -> None:
        """Remove fields that are not offered here; submitted values for them are ignored."""
        for name in names:
            del self[name]

    def form_level_errors(self) -> list[str]:
        """Errors of the form as a whole, not of one field."""
        return list(self.form_errors)
