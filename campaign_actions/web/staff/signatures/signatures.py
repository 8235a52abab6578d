"""The list of signatures and the page of one. Each view is recorded in the audit log."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.comments.inbox import STATES, find_comment
from campaign_actions.actions.models import Signature
from campaign_actions.actions.personal_data.reveal import is_revealed
from campaign_actions.actions.questions.answered import answered_questions
from campaign_actions.actions.signatures.clusters.queries import count_open
from campaign_actions.actions.signatures.filters.form import SearchForm
from campaign_actions.actions.signatures.filters.source_field import recent_sources
from campaign_actions.actions.signatures.keyset_pagination import decode_key
from campaign_actions.actions.signatures.retention import months_after
from campaign_actions.actions.signatures.search import (
    MAX_PAGE_FOUND,
    ResultCount,
    SearchPage,
    count_for_page,
    find_page_start,
    mask_email,
    search,
)
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    COMMENT_STATE_LABELS,
    FILL_TIME_LABELS,
    STATUS_LABELS,
)
from campaign_actions.audit.log import record
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.outbox.queries import mails_about
from campaign_actions.web.http.pagination import MAX_PAGE
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs
from campaign_actions.web.staff.lookups import action_or_404, signature_or_404
from campaign_actions.web.staff.signatures.filters_in_address import filter_chips

bp = Blueprint(
    "staff_signatures",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures",
)
bp.add_app_template_filter(mask_email, "masked")


@bp.get("/")
@needs("signatures.view")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """A page of the list, filtered by the search form."""
    action = action_or_404(campaign_id, action_id)
    form = SearchForm(request.args)
    form.source.names, form.source.action_ids = SourceNames((campaign_id,)), [action_id]
    if not form.validate():
        return _render_list(action, form), 400
    before, after = (decode_key(request.args.get(name, "")) for name in ("before", "after"))
    wanted, number = form.wanted(), request.args.get("page", 1, int)
    if not (before or after):
        before = find_page_start(action_id, wanted, number)
    found = search(action_id, wanted, before=before, after=after)
    count = count_for_page(action_id, wanted, found, is_first=not (before or after))
    if number > 1 and not (before or after):  # there is no such page
        number = min(count.pages, MAX_PAGE_FOUND)
        found = search(action_id, wanted, before=find_page_start(action_id, wanted, number))
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=action.name,
        rows=len(found.rows),
        **wanted.audit_details(),
    )
    return _render_list(action, form, found, count, number)


@bp.get("/<public_id>/")
@needs("signatures.view")
def show(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    """Everything stored about one signature."""
    action, signature = signature_or_404(campaign_id, action_id, public_id)
    given = SearchForm(request.args).given()
    values: dict[str, Any] = {**given, **action.ids}
    may_change = allows("signatures.change", campaign_id)
    is_from_clusters = may_change and request.args.get("back") == "clusters"
    back = url_for(".index", **values) if given else ""
    if is_from_clusters:
        back = url_for("staff_signatures_clusters.index", **action.ids)
    may_moderate = allows("comments.moderate", campaign_id)
    mails = mails_about(signature.email_key, action_id) if signature.email_key else ()
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=signature.public_id,
        rows=1,
        action=action.name,
    )
    return render_template(
        "staff/signatures/show.html",
        action=action,
        signature=signature,
        is_revealed=is_revealed(public_id, current_staff(), utc_now()),
        back=back,
        is_from_clusters=is_from_clusters,
        mails=mails,
        answered=answered_questions(db.session.connection(), signature, words_in=current_locale()),
        comment=find_comment(action_id, public_id) if may_moderate else None,
        comment_state=STATES,
        comment_states=COMMENT_STATE_LABELS,
        states=STATUS_LABELS,
        channels=CHANNEL_LABELS,
        source_names=SourceNames((campaign_id,)),
        fill_times=FILL_TIME_LABELS,
        suppressed_until=_suppressed_until(signature),
    )


def _render_list(
    action: ActionOverview,
    form: SearchForm,
    found: SearchPage | None = None,
    count: ResultCount | None = None,
    number: int = 1,
) -> str:
    return render_template(
        "staff/signatures/index.html",
        action=action,
        form=form,
        found=found,
        count=count,
        number=_page_number(found, count, number) if found and count else 1,
        sources=recent_sources(action.id),
        source_names=form.source.names,
        states=STATUS_LABELS,
        open_clusters=_open_clusters(action, form),
        chips=filter_chips(action, form) if found else [],
        max_page=MAX_PAGE_FOUND,
    )


def _open_clusters(action: ActionOverview, form: SearchForm) -> int:
    """How many are to be decided, for the list of everyone and for staff who may decide."""
    may_decide = allows("signatures.change", action.campaign_id)
    return count_open(action.id) if may_decide and not form.given() else 0


def _page_number(found: SearchPage, count: ResultCount, number: int) -> int:
    """The `number` that the link to this page gave it. Pages begin at a key, so this is only for people.

    It is never beyond the last page, even if signatures have been added since.
    """
    number = max(2, min(number, MAX_PAGE)) if found.newer else 1
    if count.pages:
        number = min(number, count.pages)
    return number


def _suppressed_until(signature: Signature) -> datetime | None:
    marked_at, months = signature.invalidated_at, current_app.config["SUPPRESS_MONTHS"]
    return months_after(marked_at, months) if marked_at else None
