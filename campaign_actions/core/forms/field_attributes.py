"""The attributes of a field by what it is: for browsers that fill it in, and for who hears it read out."""

from typing import Any

from flask import Flask

from campaign_actions.core.templating.attributes import Attributes

AUTOCOMPLETE = {
    "given_name": "given-name",
    "family_name": "family-name",
    "email": "email",
    "country": "country",
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(described_by=described_by, limits=limits)


def limits(field: Any) -> Attributes:
    """What browsers know of a field before it is sent, and what describes it."""
    flags = _of(field, "flags")
    return Attributes(
        {
            "autocomplete": AUTOCOMPLETE.get(_of(field, "name")),
            "required": bool(_of(flags, "required")) or _of(field, "type") == "Country",
            "maxlength": _of(flags, "maxlength"),
            **_description(field),
        }
    )


def described_by(field: Any, hint: Any = "") -> Attributes:
    """`hint`: one that stands beside the field, but is not its own."""
    return Attributes(_description(field, hint))


def _description(field: Any, hint: Any = "") -> dict[str, str | None]:
    has_error, has_hint = _of(field, "errors"), hint or _of(field, "hint")
    names = [*(["error"] if has_error else []), *(["hint"] if has_hint else [])]
    described = " ".join(f"{_of(field, 'id')}-{name}" for name in names)
    return {
        "aria-invalid": "true" if has_error else None,
        "aria-describedby": described or None,
    }


def _of(thing: Any, name: str) -> Any:
    """None if it has none. The page of components has fields that are plain values."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
