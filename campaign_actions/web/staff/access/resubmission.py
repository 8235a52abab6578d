"""Nothing that staff typed is lost: what they sent, on a page from which it can be sent again.

It is sent again by who reads it there, to the same address, with a form token of that page: what
another site made a browser send is on no page, and so is never sent from here.
"""

import re
from dataclasses import dataclass

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from campaign_actions.actions.field_labels import label_of_any
from campaign_actions.core.i18n.lists import join_with_commas
from campaign_actions.core.i18n.locale import language_name, locales
from campaign_actions.web.http.security_headers import is_same_origin

SECRETS = frozenset({"password", "new_password", "code", "answer", "asked"})  # are on no page
NEW = "csrf_token"  # is made for each page
MOST = 1000  # fields; no page of ours has so many


@dataclass(frozen=True)
class Kept:
    """What was sent: fields in their order, and the names of files, which no page can hold."""

    address: str
    fields: list[tuple[str, str]]
    files: list[str]

    @property
    def filled(self) -> list[tuple[str, str]]:
        """With the names in words."""
        return [(self._in_words(name), value) for name, value in self.fields if value.strip()]

    @property
    def empty(self) -> list[str]:
        return [self._in_words(name) for name, value in self.fields if not value.strip()]

    def _in_words(self, name: str) -> str:
        """As its form calls it, or as well as a name tells it: `texts.ru.title` is Topic, Русский."""
        parts = re.split(r"[.-]", name)
        tags = [part for part in parts if part in locales()]
        field = next((part for part in reversed(parts) if part not in tags), name)
        label = label_of_any(field, self.address)
        return join_with_commas([label or field.replace("_", " "), *map(language_name, tags)])


def kept() -> Kept | None:
    """What this request sent, if a page of ours did; None: nothing, or what no page should hold."""
    if request.method != "POST" or not is_same_origin():
        return None
    try:
        sent = [pair for pair in request.form.items(multi=True) if pair[0] != NEW]
        files = [file.filename for file in request.files.values() if file.filename]
    except HTTPException:  # it was too large, or broken off
        return None
    if len(sent) > MOST or SECRETS & {name for name, _value in sent}:
        return None
    return Kept(here(), sent, files)


def waiting_page(first: str, leads_to: str, status: int) -> ResponseReturnValue | None:
    """It keeps what was sent while something else comes `first`, in another tab.

    None where it would keep nothing: there the page of the form is come back to.
    """
    found = kept()
    if found is None or (not (found.fields or found.files) and can_be_opened()):
        return None
    page = render_template("staff/kept.html", first=first, leads_to=leads_to, kept=found)
    response = make_response(page, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Cookie realm=staff"  # each 401 has to name a way
    return response


def here() -> str:
    """This address, with its query."""
    return request.full_path.rstrip("?")


def can_be_opened() -> bool:
    """Whether there is a page at this address, or only the end of a form."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(method="GET")
