"""The audit log on the web: reading, searching and exporting it.

Reading it is not recorded: it identifies no signers, and such entries would push others down. Exporting
it is recorded.
"""

import re
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from campaign_actions.actions.field_labels import field_label
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.personal_data.purposes import PURPOSE_LABELS
from campaign_actions.actions.questions.differences import find_question_names
from campaign_actions.actions.signatures.keyset_pagination import decode_time
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    COMMENT_STATE_LABELS,
    FILTER_STATUS_LABELS,
    INVALIDATION_REASONS,
    REQUEST_CHANNELS,
    WITHOUT_LABELS,
)
from campaign_actions.audit.describe import (
    Formatters,
    format_actor,
    format_details,
    format_event,
    format_moment,
)
from campaign_actions.audit.export import export_log
from campaign_actions.audit.log import record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.queries import AuditFilter, AuditPage, find_page
from campaign_actions.audit.search import FilterForm
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.db.stored_json import find_value
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import datetime_here, organization_zone
from campaign_actions.exports import FORMATS
from campaign_actions.staff.authentication.sessions import SessionEnded, SessionWatch
from campaign_actions.staff.permissions import ROLE_NAMES
from campaign_actions.web.http.streaming import stream_file
from campaign_actions.web.staff.access.authentication import current_session_id
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.audit_links import item_addresses

bp = Blueprint("staff_audit", __name__, url_prefix="/staff/audit")
EXPORT_FORMATS = ("csv", "jsonl")
QUESTION_NAMED = re.compile(r"'(?:questions\.)?(q[a-z2-7]{6})[.']")  # its key, in details
FORM_LABELS: Formatters = {
    "comments": COMMENT_STATE_LABELS,
    "channel": CHANNEL_LABELS,
    "heard": REQUEST_CHANNELS,
    "without": WITHOUT_LABELS,
    "kind": {kind.name: kind.label for kind in KINDS.values()},
    "purpose": PURPOSE_LABELS,
    "reason": INVALIDATION_REASONS,
    "status": FILTER_STATUS_LABELS,
}


@bp.get("/")
@needs("audit.view")
def index() -> ResponseReturnValue:
    """The newest entries, or those that match the search."""
    form = FilterForm(request.args)
    is_valid = form.validate()
    shown = _page(form.to_filter()) if is_valid else AuditPage([], None, None)
    page = render_template(
        "staff/audit/index.html",
        form=form,
        shown=shown,
        sought=_filter_arguments(),
        actor_in_words=format_actor,
        event_in_words=format_event,
        details_of=partial(
            _details,
            _formatters(shown.entries),
            _questions(shown.entries),
            _source_names(shown.entries),
        ),
        moment_in_words=format_moment,
        addresses=item_addresses({str(entry.subject) for entry in shown.entries}),
    )
    return page, 200 if is_valid else 400


@bp.route("/export/", methods=["GET", "POST"])
@needs("audit.view", fresh=True)
def export() -> ResponseReturnValue:
    """Export the entries that match the search in the address. GET asks for the format."""
    form = FilterForm(request.args)
    format_name = request.form.get("format", "")
    is_valid = form.validate() and (request.method == "GET" or format_name in EXPORT_FORMATS)
    if request.method == "GET" or not is_valid:
        page = render_template(
            "staff/audit/export.html",
            form=form,
            sought=_filter_arguments(),
            event_in_words=format_event,
        )
        return page, 200 if is_valid else 400
    return _download(form.to_filter(), format_name)


def _formatters(entries: Sequence[AuditEntry]) -> Formatters:
    """Formatters of other features. Titles of campaigns are loaded only if an entry has roles."""
    has_roles = any(find_value(entry.details, "roles") for entry in entries)
    titles = campaign_titles(locales_current_first()) if has_roles else {}
    return {**FORM_LABELS, "batch": _format_batch, "roles": partial(_format_roles, titles)}


def _details(
    formatters: Formatters,
    questions: Mapping[str, str],
    names: Mapping[str, SourceNames],
    entry: AuditEntry,
) -> list[tuple[str, str]]:
    kind = "action" if "/" in str(entry.subject) else "campaign"
    fields = partial(field_label, kind, names=questions)
    its_own: Formatters = {"fields": fields, "question": lambda key: questions.get(key, key)}
    if own := names.get(_campaign_slug(entry)):
        its_own = {**its_own, "source": own.name}
        if entry.event.startswith("channel-"):
            its_own = {**its_own, "channel": own.name}
    return list(format_details(entry.details, {**formatters, **its_own}))


def _questions(entries: Sequence[AuditEntry]) -> dict[str, str]:
    """The texts of the questions that entries are about, by key."""
    keys: defaultdict[int, set[str]] = defaultdict(set)
    for entry in entries:
        named = QUESTION_NAMED.findall(str(entry.details))
        action_id = find_value(entry.details, "action_id")
        if named and isinstance(action_id, int):
            keys[action_id] |= set(named)
    languages = locales_current_first()
    return {
        key: text
        for action_id, of_action in keys.items()
        for key, text in find_question_names(action_id, of_action, languages).items()
    }


def _source_names(entries: Sequence[AuditEntry]) -> dict[str, SourceNames]:
    """The names of sources, by the slug of the campaign."""
    slugs = {slug for entry in entries if (slug := _campaign_slug(entry))}
    rows = db.session.execute(select(Campaign.slug, Campaign.id).where(Campaign.slug.in_(slugs)))
    return {slug: SourceNames((campaign_id,)) for slug, campaign_id in rows}


def _campaign_slug(entry: AuditEntry) -> str:
    """Of the campaign whose sources an entry names; empty if it names none."""
    if "'source'" not in str(entry.details) and not entry.event.startswith("channel-"):
        return ""
    return str(find_value(entry.details, "action") or entry.subject).partition("/")[0]


def _format_batch(name: str) -> str:
    moment = decode_time(name)
    return datetime_here(moment) if moment else name


def _format_roles(titles: Mapping[int, str], roles: Mapping[str, Any]) -> str:
    """Roles, with their campaigns if limited."""
    parts = []
    for role, campaigns in roles.items():
        limits = (
            "" if campaigns == "all" else join_with_commas(titles.get(c, str(c)) for c in campaigns)
        )
        name = str(ROLE_NAMES.get(role, role))
        parts.append(f"{name} ({limits})" if limits else name)
    return join_with_commas(parts)


def _page(wanted: AuditFilter) -> AuditPage:
    before, after = (request.args.get(name, 0, int) for name in ("before", "after"))
    return find_page(wanted, before=_valid_id(before), after=_valid_id(after))


def _valid_id(number: int) -> int:
    """0 for numbers that cannot be ids and might be too large for the database."""
    return number if 0 < number < 2**63 else 0


def _filter_arguments() -> dict[str, str]:
    """The search in this address, for links on the page."""
    return {
        name: value
        for name, value in request.args.items()
        if value and name in ("who", "event", "subject", "since", "until", "no_views")
    }


def _record_a_break(chunks: Generator[bytes], actor: str) -> Generator[bytes]:
    """The chunks. If the session ends, it is recorded that the export is incomplete."""
    try:
        yield from chunks
    except SessionEnded:
        record("audit-exported", actor=actor, now=utc_now(), whole=False)
        raise


def _download(wanted: AuditFilter, format_name: str) -> Response:
    """Stream the file. An error before the first chunk gives an error page, not half a file."""
    now = utc_now()
    chunks = export_log(wanted, format_name, actor=current_staff().email, now=now)
    watched = SessionWatch(current_session_id()).pass_on(chunks)
    format_ = FORMATS[format_name]
    name = f"audit-log-{now.astimezone(organization_zone()):%Y-%m-%d}{format_.suffix}"
    whole = _record_a_break(watched, current_staff().email)
    return stream_file(whole, name=name, mimetype=format_.mimetype)
