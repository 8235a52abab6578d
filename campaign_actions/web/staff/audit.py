"""The audit log on the web: read, searched, exported.

To look at it is no entry: it holds nobody who signed, every look would push what was looked for
further down, and who logged in when is there already. That it left as a file is one.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.field_labels import label_of
from campaign_actions.actions.signatures.keyset import read_moment
from campaign_actions.actions.signatures.staff_forms import (
    COMMENT_STATES,
    HEARD,
    PURPOSES,
    REASONS,
    STATE_NAMES,
)
from campaign_actions.audit.describe import (
    Words,
    actor_in_words,
    details_in_words,
    event_in_words,
    moment_in_words,
)
from campaign_actions.audit.export import export_log
from campaign_actions.audit.log import record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.queries import AuditFilter, AuditPage, find_page
from campaign_actions.audit.search import FilterForm
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.db.stored_json import find_value
from campaign_actions.core.i18n.lists import join_with_commas, join_with_semicolons
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import datetime_here, zone
from campaign_actions.exports import FORMATS
from campaign_actions.staff.authentication.sessions import Watch
from campaign_actions.staff.permissions import ROLE_NAMES
from campaign_actions.web.http.streaming import Stream
from campaign_actions.web.staff.access.authentication import session_id
from campaign_actions.web.staff.access.authorization import current_staff, needs

bp = Blueprint("staff_audit", __name__, url_prefix="/staff/audit")
OFFERED = ("csv", "jsonl")
FROM_FORMS: Words = {
    "comments": COMMENT_STATES,
    "heard": HEARD,
    "purpose": PURPOSES,
    "reason": REASONS,
    "status": STATE_NAMES,
}


@bp.get("/")
@needs("audit.view")
def index() -> ResponseReturnValue:
    """The newest entries, or those that are looked for."""
    form = FilterForm(request.args)
    is_right = form.validate()
    shown = _page(form.wanted()) if is_right else AuditPage([], None, None)
    page = render_template(
        "staff/audit/index.html",
        form=form,
        shown=shown,
        sought=_sought(),
        actor_in_words=actor_in_words,
        event_in_words=event_in_words,
        details_of=partial(_details, _known_words(shown.entries)),
        moment_in_words=moment_in_words,
    )
    return page, 200 if is_right else 400


@bp.route("/export/", methods=["GET", "POST"])
@needs("audit.view", fresh=True)
def export() -> ResponseReturnValue:
    """What the filter in the address finds, as a file; GET asks in which format."""
    form = FilterForm(request.args)
    format_name = request.form.get("format", "")
    is_right = form.validate() and (request.method == "GET" or format_name in OFFERED)
    if request.method == "GET" or not is_right:
        page = render_template(
            "staff/audit/export.html", form=form, sought=_sought(), event_in_words=event_in_words
        )
        return page, 200 if is_right else 400
    return _download(form.wanted(), format_name)


def _known_words(entries: Sequence[AuditEntry]) -> Words:
    """What the pages that make the entries call things; titles only where somebody has roles."""
    have_roles = any(find_value(entry.details, "roles") for entry in entries)
    titles = campaign_titles(locales_current_first()) if have_roles else {}
    return {**FROM_FORMS, "batch": _batch, "roles": partial(_roles, titles)}


def _details(known: Words, entry: AuditEntry) -> list[tuple[str, str]]:
    kind = "action" if entry.event == "action-saved" else "campaign"
    return list(details_in_words(entry.details, {**known, "fields": partial(label_of, kind)}))


def _batch(name: str) -> str:
    moment = read_moment(name)
    return datetime_here(moment) if moment else name


def _roles(titles: Mapping[int, str], roles: Mapping[str, Any]) -> str:
    """Each role, and the campaigns that it is for, if it is not for all."""
    said = []
    for role, campaigns in roles.items():
        limits = (
            "" if campaigns == "all" else join_with_commas(titles.get(c, str(c)) for c in campaigns)
        )
        name = str(ROLE_NAMES.get(role, role))
        said.append(f"{name} ({limits})" if limits else name)
    return join_with_semicolons(said)


def _page(wanted: AuditFilter) -> AuditPage:
    before, after = (request.args.get(name, 0, int) for name in ("before", "after"))
    return find_page(wanted, before=_as_id(before), after=_as_id(after))


def _as_id(number: int) -> int:
    """What can be none finds nothing, rather than be too large for a database."""
    return number if 0 < number < 2**63 else 0


def _sought() -> dict[str, str]:
    """The filter of this address, for the links on the page."""
    return {
        name: value
        for name, value in request.args.items()
        if value and name in ("who", "event", "subject", "since", "until")
    }


def _while_it_holds(chunks: Generator[bytes], watch: Watch, actor: str) -> Generator[bytes]:
    """To the end, or to that of the session; then the log tells that it was not all."""
    with closing(chunks):
        for chunk in chunks:
            if not watch.holds():
                break
            yield chunk
        else:
            return
    record("audit-exported", actor=actor, now=utc_now(), whole=False)


def _download(wanted: AuditFilter, format_name: str) -> Response:
    """As it is made; what goes wrong before the first chunk is an error page, not half a file."""
    now = utc_now()
    chunks = export_log(wanted, format_name, actor=current_staff().email, now=now)
    watched = _while_it_holds(chunks, Watch(session_id()), current_staff().email)
    stream = Stream(current_app._get_current_object(), watched)  # type: ignore[attr-defined]
    release_slot()  # a spreadsheet is made as a whole before it begins
    first = next(stream, b"")
    form = FORMATS[format_name]
    response = Response(chain([first], stream), mimetype=form.mimetype)
    response.call_on_close(stream.close)
    name = f"audit-log-{now.astimezone(zone()):%Y-%m-%d}{form.suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
