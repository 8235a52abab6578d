"""The pages and mails on which messages of the program stand, each in a state in which it is seen.

A scene is a template with values that are nobody's. Which messages stand on which one is found out by
rendering them all once, so that no list has to be kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from campaign_actions.catalogs.files.areas import area_of
from campaign_actions.catalogs.preview.fixtures import Sample
from campaign_actions.catalogs.preview.scene_list import MAILS, PAGES, Make
from campaign_actions.catalogs.preview.scene_values import Values, of_mail, on_action
from campaign_actions.core.errors import STATUS_TEXTS, DomainError

OF_STAFF = {"is_in": False, "is_bare": True, "back": "", "kept": None, "once_more": False}


@dataclass(frozen=True)
class Scene:
    """`kind`: page, mail (its HTML) or text (the same as plain text, with the subject)."""

    name: str
    label: Any
    template: str
    values: Make
    kind: str = "page"


def scenes() -> Iterator[Scene]:
    """All of them, those first that most people see."""
    for name, label, template, values in PAGES:
        yield Scene(name, label, f"{template}.html", values)
    for name, label in MAILS.items():
        yield Scene(f"mail-{name}", label, name, of_mail, "mail")
        yield Scene(f"text-{name}", label, name, of_mail, "text")
    for status, (title, message) in STATUS_TEXTS.items():
        yield _error(f"error-{status}", "errors", title, message, status)
    for error in _errors(DomainError):
        place = f"{error.__module__.replace('.', '/')}.py"
        folder = "staff" if area_of([place]) == "staff" else "errors"
        yield _error(f"error-{error.__name__}", folder, error.title, error.message, error.status)


def beside_field(text: str) -> Scene:
    """For what is said about a field in a state that no sample is in."""

    def values(sample: Sample) -> Values:
        found = on_action(sample.petition, sample)
        found["form"].given_name.errors = [Markup(text)]  # noqa: S704 - checked by who shows it
        return found

    return Scene("field", _l("As an error beside a field"), "actions/action.html", values)


def _error(name: str, folder: str, title: Any, message: Any, status: int) -> Scene:
    values = {"status": status, "title": title, "message": message, **OF_STAFF}
    label = _l("A page about an error")
    return Scene(name, label, f"{folder}/error.html", lambda _sample: values)


def _errors(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        if hasattr(each, "message"):
            yield each
        yield from _errors(each)
