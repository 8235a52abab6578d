"""Keeping submitted forms: an error page contains what was sent, so that it can be sent again.

Only the person who sees that page can resubmit, with the page's own form token. Forms that another site
made the browser send are never kept.
"""

import re
from dataclasses import dataclass

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from campaign_actions.actions.field_labels import find_field_label
from campaign_actions.core.i18n.list_format import label_in_languages
from campaign_actions.core.i18n.locale import locales
from campaign_actions.web.http.security_headers import is_same_origin

SECRET_FIELDS = frozenset(
    {"password", "new_password", "code", "answer", "asked"}
)  # never shown on a page
CSRF_FIELD = "csrf_token"  # each page has its own
# They say which state a page showed, or which languages.
HIDDEN_FIELDS = frozenset({"seen", "of", "version", "left", "right"})
MAX_FIELDS = 1000  # no page of ours has as many


@dataclass(frozen=True)
class Submission:
    """A submitted form: its fields in order, and the names of files, which must be chosen again."""

    address: str
    fields: list[tuple[str, str]]
    files: list[str]

    @property
    def filled(self) -> list[tuple[str, str]]:
        """Fields with a value, by label."""
        return [(self._label(name), value) for name, value in self._typed if value.strip()]

    @property
    def empty(self) -> list[str]:
        return [self._label(name) for name, value in self._typed if not value.strip()]

    @property
    def _typed(self) -> list[tuple[str, str]]:
        """Without what the page itself sent along."""
        return [pair for pair in self.fields if pair[0] not in HIDDEN_FIELDS]

    def _label(self, name: str) -> str:
        """The label in its form, or else a guess by name: `texts.ru.title` is “Topic (Russian)”."""
        parts = re.split(r"[.-]", name)
        tags = [part for part in parts if part in locales()]
        field = next((part for part in reversed(parts) if part not in tags), name)
        label = find_field_label(field, self.address)
        return label_in_languages(label or field.replace("_", " "), tags)


def current_submission() -> Submission | None:
    """The form sent by a page of ours; None if there is none, or it should not be shown."""
    if request.method != "POST" or not is_same_origin():
        return None
    try:
        sent = [pair for pair in request.form.items(multi=True) if pair[0] != CSRF_FIELD]
        files = [file.filename for file in request.files.values() if file.filename]
    except HTTPException:  # too large or incomplete
        return None
    if len(sent) > MAX_FIELDS or SECRET_FIELDS & {name for name, _value in sent}:
        return None
    return Submission(current_address(), sent, files)


def resubmission_page(reason: str, address: str, status: int) -> ResponseReturnValue | None:
    """A page that keeps a submitted form while the person does something else in another tab.

    `reason`: what they have to do, as in the template; `address`: where. None if there is nothing to keep;
    then they can return to the form.
    """
    found = current_submission()
    if found is None or (not (found.fields or found.files) and accepts_get()):
        return None
    page = render_template(
        "staff/access/resubmission.html", first=reason, leads_to=address, kept=found
    )
    response = make_response(page, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Cookie realm=staff"  # required with 401
    return response


def current_address() -> str:
    """The address of this request, with its query."""
    return request.full_path.rstrip("?")


def accepts_get() -> bool:
    """Whether this address accepts GET, and not just a form."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(method="GET")
