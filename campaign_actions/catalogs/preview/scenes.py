"""The public pages, emails and error pages, each in the states in which its messages appear.

A scene is a template with values that belong to nobody. `render.SceneIndex` finds out which messages
are in which scenes, so nobody has to keep a list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from campaign_actions.catalogs.files.areas import area_of
from campaign_actions.catalogs.preview.mail_values import mail_values
from campaign_actions.catalogs.preview.sample_campaign import SampleCampaign
from campaign_actions.catalogs.preview.scene_list import MAIL_STATES, MAILS, PAGES
from campaign_actions.catalogs.preview.scene_values import (
    MakeValues,
    Values,
    on_action,
    sample_form,
)
from campaign_actions.core.errors import STATUS_TEXTS, DomainError
from campaign_actions.core.proxy_pages import PROXY_PAGES, PROXY_TEMPLATE, ProxyPage

ERROR_PAGE = _l("Error page")
STAFF_ERROR_VALUES = {
    "is_in": False,
    "is_bare": True,
    "back": "",
    "kept": None,
    "once_more": False,
    "whom": None,
}


@dataclass(frozen=True)
class Scene:
    """A page, the HTML of an email, or an email as plain text with its subject."""

    name: str
    label: LazyString | str
    template: str
    values: MakeValues
    kind: Literal["page", "mail", "text"] = "page"


def scenes() -> Iterator[Scene]:
    """Those that most people see come first."""
    for name, label, template, values in PAGES:
        yield Scene(name, label, f"{template}.html", values)
    for name in MAILS:
        yield from _mail(name, name, {})
    for name, template, differing in MAIL_STATES:
        yield from _mail(name, template, differing)
    for status, (title, message) in STATUS_TEXTS.items():
        yield _error(f"error-{status}", "errors", title, message, status)
    for name, proxy_page in PROXY_PAGES.items():
        yield Scene(f"proxy-{name}", ERROR_PAGE, PROXY_TEMPLATE, _proxy_values(proxy_page))
    for error in _errors(DomainError):
        file = f"{error.__module__.replace('.', '/')}.py"
        folder = "staff" if area_of([file]) == "staff" else "errors"
        name = f"error-{error.__module__}.{error.__name__}"
        yield _error(name, folder, error.title, error.message, error.status)


def _mail(name: str, template: str, differing: Values) -> Iterator[Scene]:
    """Its HTML and its plain text."""

    def values(sample: SampleCampaign) -> Values:
        return {**mail_values(sample), **differing}

    yield Scene(f"mail-{name}", MAILS[template], template, values, "mail")
    yield Scene(f"text-{name}", MAILS[template], template, values, "text")


def beside_field(text: str) -> Scene:
    """For an error of a form that is in no scene. `text`: HTML that is safe."""

    def values(sample: SampleCampaign) -> Values:
        form = sample_form(sample.petition, None)
        form.given_name.errors = [Markup(text)]  # noqa: S704 - the caller made it safe
        return {**on_action(sample.petition, sample), "form": form}

    return Scene("field", _l("Error next to a field"), "actions/show.html", values)


def _error(name: str, folder: str, title: LazyString, message: LazyString, status: int) -> Scene:
    values = {"status": status, "title": title, "message": message, **STAFF_ERROR_VALUES}
    return Scene(name, ERROR_PAGE, f"{folder}/error.html", lambda _sample: values)


def _proxy_values(page: ProxyPage) -> MakeValues:
    return lambda _sample: {"page": page}


def _errors(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        if hasattr(each, "message"):
            yield each
        yield from _errors(each)
