"""The forms that others are made of: of the public, and of staff."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from campaign_actions.core.forms.fields import OneValue
from campaign_actions.core.forms.form_token import FormToken
from campaign_actions.core.templating.escaping import attribute_value


class Unguarded(FlaskForm.Meta):
    """Without the token of a session, which is checked elsewhere, or not at all."""

    csrf = False

    def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
        """WTForms leaves HTML in attributes as it is, and messages of templates are HTML."""
        safe = {
            name: attribute_value(value) if hasattr(value, "__html__") else value
            for name, value in render_kw.items()
        }
        return super().render_field(field, safe)


class PublicForm(FlaskForm):
    """A form that anyone may send, with no cookie."""

    class Meta(Unguarded):
        pass

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        self._sent = self.meta.wrap_formdata(self, formdata) or MultiDict()
        super().process(self._sent if formdata is not None else None, *args, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if self._strangers():
            self.form_errors.append(
                _(
                    "More was sent than this page asks for. Nothing you wrote is lost: please press again."
                )
            )
        return is_valid and not self.form_errors

    def errors_of_the_whole(self) -> list[str]:
        """What is wrong with the form as a whole, not with one field that people see."""
        return list(self.form_errors)

    def _strangers(self) -> set[str]:
        """Names that no field of this form has, was sent once, or as a file, which none takes."""
        known = {name for name, _field in self._unbound_fields} | {"csrf_token"}
        values = {name: self._sent.getlist(name) for name in self._sent}
        repeated = {
            name
            for name, sent in values.items()
            if len(sent) > 1 and not isinstance(self._fields.get(name), OneValue)
        }
        files = {
            name
            for name, sent in values.items()
            if any(isinstance(value, FileStorage) for value in sent)
        }
        return (values.keys() - known) | repeated | files


class GuardedForm(PublicForm):
    """A public form that needs no secret link: it carries a dated token, and a trap for programs."""

    class Meta(PublicForm.Meta):
        csrf = True
        csrf_class = FormToken

    website = StringField(_l("Leave this field empty"))  # people do not see it, programs fill it in

    def validate_website(self, field: Field) -> None:
        if field.data:
            field.data = ""
            raise ValidationError(
                _(
                    "A field that people do not see was filled in, perhaps by a program. Please press again."
                )
            )

    def errors_of_the_whole(self) -> list[str]:
        guards = [self[name] for name in ("csrf_token", "website") if name in self]
        return [*super().errors_of_the_whole(), *(e for guard in guards for e in guard.errors)]


class StaffForm(FlaskForm):
    """A form below /staff/, where guards have checked the token of each post."""

    class Meta(Unguarded):
        pass

    def leave_out(self, *names: str) -> None:
        """Fields that are not to be filled in here; what is sent for them is not looked at."""
        for name in names:
            del self[name]

    def errors_of_the_whole(self) -> list[str]:
        """What is wrong with the form as a whole, not with one field."""
        return list(self.form_errors)
