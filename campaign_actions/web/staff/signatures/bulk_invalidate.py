"""Marking many signatures invalid by a condition, undoing that, and deleting the batch."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.signatures.invalidation import invalidate
from campaign_actions.actions.signatures.invalidation.batches import (
    Batch,
    batches,
    count_batches,
    find_batch,
)
from campaign_actions.actions.signatures.invalidation.erase_batch import (
    BATCH_SIZE,
    EraseBatch,
    erase_next,
)
from campaign_actions.actions.signatures.invalidation.invalidate import Condition, count_matching
from campaign_actions.actions.signatures.staff_forms import INVALIDATION_REASONS, ConditionForm
from campaign_actions.actions.signatures.withdraw import truncate_wal
from campaign_actions.approvals.queries import is_deletion_requested
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import utc_now
from campaign_actions.staff.dual_control import Approval
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.lookups import action_or_404

bp = Blueprint(
    "staff_signatures_bulk_invalidate",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures",
)
MAX_BATCHES = 10  # transactions in one request; then the page says how many are left
MAX_COUNTED = 100_000
PAGE_SIZE = 20


@bp.get("/bulk-invalidate/")
@needs("signatures.change")
def choose(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The form, the number of matching signatures once it is filled in, and earlier batches."""
    action = action_or_404(campaign_id, action_id)
    form = ConditionForm(request.args)
    if "since" not in request.args:
        return _render(action, form)
    if not form.validate():
        return _render(action, form, status=400)
    return _render(action, form, count=_count(form.condition(action_id)))


@bp.post("/bulk-invalidate/")
@needs("signatures.change")
def bulk_invalidate(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Mark as many as one request can; the next request continues the same batch.

    A batch whose deletion was requested does not grow: a new one is created.
    """
    action = action_or_404(campaign_id, action_id)
    form = ConditionForm(request.form)
    if not form.validate():
        return _render(action, form, status=400)
    batch = _continued_batch(action_id)
    condition = batch.condition if batch else form.condition(action_id)
    batch_id = batch.id if batch and not _is_deletion_requested(action, batch) else None
    member = current_staff()

    def invalidate_next(now: datetime) -> int:
        nonlocal batch_id
        batch_id, rows = invalidate.invalidate_matching(
            condition,
            batch_id,
            action=action.name,
            reason=form.reason.data,
            actor=member.email,
            staff_id=member.id,
            now=now,
        )
        return rows

    done = _in_batches(invalidate_next, size=invalidate.BATCH_SIZE)
    flash(_invalidated_message(done))
    left = _count(condition)
    if done and left:
        return _render(action, form, count=left, batch_id=batch_id)
    return redirect(url_for(".choose", **action.ids), 303)


@bp.route("/batches/<int:batch_id>/validate/", methods=["GET", "POST"])
@needs("signatures.change")
def validate_batch(campaign_id: int, action_id: int, batch_id: int) -> ResponseReturnValue:
    """Undo a batch. Signatures that were changed since stay as they are."""
    action = action_or_404(campaign_id, action_id)
    batch = find_batch(action_id, batch_id) or abort(404)
    if request.method == "GET":
        page = "staff/signatures/validate_batch.html"
        return render_template(page, action=action, batch=batch, reasons=INVALIDATION_REASONS)
    member = current_staff()
    done = _in_batches(
        lambda now: invalidate.validate_batch(
            batch_id, action=action.name, actor=member.email, staff_id=member.id, now=now
        ),
        size=invalidate.BATCH_SIZE,
    )
    flash(
        ngettext(
            "%(num)d participation made valid again",
            "%(num)d participations made valid again",
            done,
        )
    )
    return redirect(url_for(".choose", **action.ids), 303)


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


def _continued_batch(action_id: int) -> Batch | None:
    """The batch that an earlier request began, if the form names one."""
    batch_id = request.form.get("batch", 0, int)
    return find_batch(action_id, batch_id) if 0 < batch_id < 2**31 else None


def _erase_batch(
    action: ActionOverview, operation: EraseBatch, approval: Approval
) -> ResponseReturnValue:
    """Erase as many as one request can; the page opens again for the rest."""
    done = _in_batches(
        lambda now: erase_next(operation, approval=approval, now=now), size=BATCH_SIZE
    )
    truncate_wal()
    flash(ngettext("%(num)d participation deleted", "%(num)d participations deleted", done))
    if done < operation.rows:
        back = url_for(".delete_batch", batch_id=operation.batch, **action.ids)
        return redirect(back, 303)
    return redirect(url_for(".choose", **action.ids), 303)


def _is_deletion_requested(action: ActionOverview, batch: Batch) -> bool:
    operation = EraseBatch.of(batch, campaign_id=action.campaign_id, action=action.name)
    return is_deletion_requested(operation)


def _in_batches(change_next: Callable[[datetime], int], *, size: int) -> int:
    """Call `change_next`, which changes up to `size` rows, until none is left or MAX_BATCHES times.

    Returns the number of rows.
    """
    done = 0
    release_slot()
    for _batch in range(MAX_BATCHES):
        changed = change_next(utc_now())
        done += changed
        if changed < size:
            break
    return done


def _render(
    action: ActionOverview,
    form: ConditionForm,
    *,
    count: int | None = None,
    batch_id: int | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = paginate(count_batches(action.id), size=PAGE_SIZE)
    html = render_template(
        "staff/signatures/bulk_invalidate.html",
        action=action,
        form=form,
        count=count,
        most=MAX_COUNTED,
        batch_id=batch_id,
        batches=batches(action.id, **page.part),
        page=page,
        reasons=INVALIDATION_REASONS,
    )
    return html, status


def _count(condition: Condition) -> int:
    return count_matching(condition, limit=MAX_COUNTED)


def _invalidated_message(done: int) -> str:
    words: str = ngettext(
        "%(num)d participation marked invalid", "%(num)d participations marked invalid", done
    )
    return words
