"""HTML attributes of form fields, for validation and autofill in browsers and for screen readers."""

from typing import Any

from flask import Flask
from flask_babel.speaklater import LazyString
from wtforms import Field

from campaign_actions.core.templating.attributes import Attributes

AUTOCOMPLETE = {
    "given_name": "given-name",
    "family_name": "family-name",
    "email": "email",
    "country": "country",
    "code": "one-time-code",
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        described_by=described_by, field_attributes=field_attributes, shown_at=shown_at
    )


def field_attributes(field: Field) -> Attributes:
    """Autofill, limits and the description of a field."""
    flags = _get(field, "flags")
    return Attributes(
        {
            "autocomplete": AUTOCOMPLETE.get(_get(field, "name")) or _get(field, "autocomplete"),
            **(_get(field, "input_attributes") or {}),
            "required": bool(_get(flags, "required")) or _get(field, "type") == "Country",
            "maxlength": _get(flags, "maxlength"),
            **_description(field),
        }
    )


def described_by(field: Field, hint: LazyString | str = "", hint_id: str = "") -> Attributes:
    """The description of a field. `hint`: a hint beside the field that the field itself does not have.

    `hint_id`: of a hint that several fields share.
    """
    return Attributes(_description(field, hint, hint_id))


def shown_at(field: Field, place: str | None) -> Attributes:
    """The place in the preview that shows a field, as a selector; the preview scrolls to it."""
    return Attributes({"data-name": str(field.label.text), "data-shown": place} if place else {})


def _description(
    field: Field, hint: LazyString | str = "", hint_id: str = ""
) -> dict[str, str | None]:
    field_id, has_error = _get(field, "id"), _get(field, "errors")
    own_hint = f"{field_id}-hint" if hint or _get(field, "hint") else ""
    parts = (f"{field_id}-error" if has_error else "", hint_id or own_hint)
    described = " ".join(filter(None, parts))
    return {
        "aria-invalid": "true" if has_error else None,
        "aria-describedby": described or None,
    }


def _get(thing: Any, name: str) -> Any:
    """An attribute, or None. Fields on the page of components are plain dicts."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
