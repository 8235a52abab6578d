"""Marking all signatures that match a filter invalid, cancelling and undoing that, and deleting a batch."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import Signature, SignatureRow
from campaign_actions.actions.signatures.clusters.decide import mark_invalidated
from campaign_actions.actions.signatures.clusters.queries import count_open
from campaign_actions.actions.signatures.filters.filter import MARKABLE, SignatureFilter
from campaign_actions.actions.signatures.filters.form import CHOOSE_FILTER, InvalidateForm
from campaign_actions.actions.signatures.filters.source_field import recent_sources
from campaign_actions.actions.signatures.invalidation import jobs
from campaign_actions.actions.signatures.invalidation.batches import (
    Batch,
    batches,
    count_ended_batches,
    find_batch,
    unfinished_batches,
)
from campaign_actions.actions.signatures.invalidation.erase_batch import (
    BATCH_SIZE,
    EraseBatch,
    erase_next,
)
from campaign_actions.actions.signatures.search import (
    ResultCount,
)
from campaign_actions.actions.signatures.staff_forms import INVALIDATION_REASONS, STATUS_LABELS
from campaign_actions.actions.signatures.withdraw import truncate_wal
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.staff.dual_control import Approval
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import MAX_ID, current_staff, needs
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.lookups import action_or_404
from campaign_actions.web.staff.signatures.matching import (
    count_matching,
    facts_of,
    fall_of,
    sample_of,
)
from campaign_actions.web.staff.signatures.next_cluster import next_cluster

bp = Blueprint(
    "staff_signatures_bulk_invalidate",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures",
)
MAX_ERASED_AT_ONCE = 10  # transactions in one request; then the page says how many are left
PAGE_SIZE = 20


@bp.get("/bulk-invalidate/")
@needs("signatures.change")
def choose(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The filter; with one, how many signatures match and a sample; and all batches."""
    action = action_or_404(campaign_id, action_id)
    form = InvalidateForm(request.args)
    form.source.names, form.source.action_ids = SourceNames((campaign_id,)), [action_id]
    if not form.given() and form.q.name in request.args:
        form.q.errors = [CHOOSE_FILTER]
        return _render(action, form), 400
    if not form.given():
        batch_id = request.args.get("batch", 0, type=int)
        shown = find_batch(action_id, batch_id) if 0 < batch_id <= MAX_ID else None
        return _render(action, form, shown=shown)
    is_valid = form.validate()
    if not is_valid and form.errors.keys() - {"reason"}:
        return _render(action, form), 400
    form.reason.errors = []  # to be chosen on this page
    return _render(action, form, form.markable())


@bp.post("/bulk-invalidate/")
@needs("signatures.change")
def bulk_invalidate(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Start a batch, which the worker marks."""
    action = action_or_404(campaign_id, action_id)
    form = InvalidateForm(request.form)
    form.source.names, form.source.action_ids = SourceNames((campaign_id,)), [action_id]
    if not form.validate():
        has_filter = not form.errors.keys() - {"reason"}
        return _render(action, form, form.markable() if has_filter else None), 400
    count = count_matching(action_id, form.markable())
    member, now = current_staff(), utc_now()
    batch_id = jobs.start(
        action_id,
        form.markable(),
        action=action.name,
        reason=form.reason.data,
        actor=member.email,
        staff_id=member.id,
        now=now,
        matching=count.number if count.is_exact else None,
    )
    mark_invalidated(action_id, form.wanted(), batch_id=batch_id, staff_id=member.id, now=now)
    flash(_("Started. You can leave this page."))
    return _back(action, batch_id)


@bp.post("/batches/<int:batch_id>/cancel/")
@needs("signatures.change")
def cancel(campaign_id: int, action_id: int, batch_id: int) -> ResponseReturnValue:
    action = action_or_404(campaign_id, action_id)
    find_batch(action_id, batch_id) or abort(404)
    try:
        actor = current_staff().email
        marked = jobs.cancel(batch_id, action=action.name, actor=actor, now=utc_now())
    except DomainError as error:
        flash(str(error.message), "warning")
    else:
        flash(
            ngettext(
                "Cancelled. %(num)d participation is marked invalid. You can undo that.",
                "Cancelled. %(num)d participations are marked invalid. You can undo that.",
                marked,
            )
            if marked
            else _("Cancelled. Nothing was marked invalid.")
        )
    return _back(action, batch_id)


@bp.post("/batches/<int:batch_id>/validate/")
@needs("signatures.change")
def validate_batch(campaign_id: int, action_id: int, batch_id: int) -> ResponseReturnValue:
    """Undo a batch. Signatures that were changed since stay as they are."""
    action = action_or_404(campaign_id, action_id)
    find_batch(action_id, batch_id) or abort(404)
    member = current_staff()
    try:
        jobs.start_undo(
            batch_id, action=action.name, actor=member.email, staff_id=member.id, now=utc_now()
        )
    except DomainError as error:
        flash(str(error.message), "warning")
    else:
        flash(_("Started. You can leave this page."))
    return _back(action, batch_id)


@bp.route("/batches/<int:batch_id>/delete/", methods=["GET", "POST"])
@needs("signatures.erase", fresh=True)
def delete_batch(campaign_id: int, action_id: int, batch_id: int) -> ResponseReturnValue:
    """Erase the signatures of a batch that nobody has changed since."""
    action = action_or_404(campaign_id, action_id)
    batch = find_batch(action_id, batch_id) or abort(404)
    operation = EraseBatch.of(batch, campaign_id=campaign_id, action=action.name)
    if request.method == "GET":
        page, left = "staff/signatures/delete_batch.html", operation.rows
        return render_template(
            page, action=action, batch=batch, reasons=INVALIDATION_REASONS, left=left
        )
    return apply_or_request(operation, lambda approval: _erase_batch(action, operation, approval))


def _erase_batch(
    action: ActionOverview, operation: EraseBatch, approval: Approval
) -> ResponseReturnValue:
    """Erase as many as one request can; the page opens again for the rest."""
    done = 0
    release_slot()
    for _batch in range(MAX_ERASED_AT_ONCE):
        erased = erase_next(operation, approval=approval, now=utc_now())
        done += erased
        if erased < BATCH_SIZE:
            break
    truncate_wal()
    flash(ngettext("%(num)d participation deleted", "%(num)d participations deleted", done))
    if done < operation.rows:
        back = url_for(".delete_batch", batch_id=operation.batch, **action.ids)
        return redirect(back, 303)
    return _back(action)


def _back(action: ActionOverview, batch_id: int | None = None) -> ResponseReturnValue:
    """To the page of all batches, which says how this one has ended."""
    return redirect(url_for(".choose", batch=batch_id, **action.ids), 303)


def _render(
    action: ActionOverview,
    form: InvalidateForm,
    wanted: SignatureFilter | None = None,
    shown: Batch | None = None,
) -> str:
    """With a filter: how many signatures match it, and a sample. `shown`: the batch just changed."""
    count: ResultCount | None = None
    sample: Sequence[SignatureRow | Signature] = ()
    if wanted:
        count = count_matching(action.id, wanted)
        sample = sample_of(action, wanted, count)
    names = SourceNames((action.campaign_id,))
    ended = shown if shown and not shown.is_unfinished else None
    page = paginate(count_ended_batches(action.id), size=PAGE_SIZE)
    return render_template(
        "staff/signatures/bulk_invalidate.html",
        action=action,
        form=form,
        wanted=wanted,
        facts_of=partial(facts_of, action, names, usual_status=MARKABLE),
        count=count,
        fall=fall_of(action.id, wanted, count) if wanted and count else None,
        sample=sample,
        ended=ended,
        counted=count_signatures(action.id) if ended else 0,
        next_cluster=next_cluster(action.id) if ended and ended.state == "done" else None,
        sources=recent_sources(action.id),
        source_names=names,
        running=unfinished_batches(action.id),
        batches=batches(action.id, wants_unfinished=False, **page.part),
        page=page,
        reasons=INVALIDATION_REASONS,
        states=STATUS_LABELS,
        open_clusters=0 if wanted else count_open(action.id),
    )
