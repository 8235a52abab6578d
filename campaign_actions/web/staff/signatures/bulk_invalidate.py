"""What staff do about many signatures at once: mark them invalid by a condition, and undo that."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from campaign_actions.actions.overview import ActionOverview, find_action_overview
from campaign_actions.actions.signatures.invalidation import invalidate
from campaign_actions.actions.signatures.invalidation.batches import (
    Batch,
    batches,
    count_batches,
    find_batch,
)
from campaign_actions.actions.signatures.invalidation.erase_batch import (
    MAX_ROWS,
    EraseBatch,
    erase_some,
)
from campaign_actions.actions.signatures.invalidation.invalidate import Condition, count_matching
from campaign_actions.actions.signatures.staff_forms import REASONS, ConditionForm
from campaign_actions.actions.signatures.withdraw import empty_journal
from campaign_actions.approvals.queries import is_deletion_asked
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.staff.dual_control import Approval
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.approvals.ask import do_or_ask

bp = Blueprint(
    "staff_batches",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures",
)
ROUNDS = 10  # transactions of one press; then the page says how many are left
MOST_COUNTED = 100_000
ON_A_PAGE = 20  # batches


@bp.get("/invalidate/")
@needs("signatures.change")
def choose(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """By a condition: first how many it is, then the button."""
    action = _action_or_404(campaign_id, action_id)
    form = ConditionForm(request.args)
    if "since" not in request.args:
        return _many(action, form)
    if not form.validate():
        return _many(action, form, status=400)
    return _many(action, form, count=_count(form.condition(action_id)))


@bp.post("/invalidate/")
@needs("signatures.change")
def invalidate_some(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """So many as one press does in a few seconds, all of one batch, which can be undone as a whole.

    A batch that somebody asked to delete stays as they saw it: a new one begins.
    """
    action = _action_or_404(campaign_id, action_id)
    form = ConditionForm(request.form)
    if not form.validate():
        return _many(action, form, status=400)
    known = _known_batch(action_id)
    condition = known.condition if known else form.condition(action_id)
    batch_id = known.id if known and not _is_fixed(action, known) else None
    facts = {"action": action.name, "reason": form.reason.data, **_by()}

    def mark(now: datetime) -> int:
        nonlocal batch_id
        batch_id, rows = invalidate.invalidate_some(condition, batch_id, now=now, **facts)
        return rows

    done = _in_rounds(mark, most=invalidate.MOST)
    flash(_words_for_invalid(done))
    left = _count(condition)
    if done and left:
        return _many(action, form, count=left, batch_id=batch_id)
    return redirect(url_for(".choose", **action.ids), 303)


@bp.route("/batches/<int:batch_id>/validate/", methods=["GET", "POST"])
@needs("signatures.change")
def validate_some(campaign_id: int, action_id: int, batch_id: int) -> ResponseReturnValue:
    """Undo a batch; who was changed since stays as that was decided."""
    action = _action_or_404(campaign_id, action_id)
    batch = find_batch(action_id, batch_id) or abort(404)
    if request.method == "GET":
        page = "staff/signatures/validate-some.html"
        return render_template(page, action=action, batch=batch, reasons=REASONS)
    facts = {"action": action.name, **_by()}
    done = _in_rounds(
        lambda now: invalidate.validate_some(batch_id, now=now, **facts), most=invalidate.MOST
    )
    flash(ngettext("%(num)d signature counts again.", "%(num)d signatures count again.", done))
    return redirect(url_for(".choose", **action.ids), 303)


@bp.route("/batches/<int:batch_id>/delete/", methods=["GET", "POST"])
@needs("signatures.erase", fresh=True)
def delete(campaign_id: int, action_id: int, batch_id: int) -> ResponseReturnValue:
    """Delete for good those of a batch that nobody has changed since; none of them counts."""
    action = _action_or_404(campaign_id, action_id)
    batch = find_batch(action_id, batch_id) or abort(404)
    operation = EraseBatch.of(batch, campaign_id=campaign_id, action=action.name)
    if request.method == "GET":
        page, left = "staff/signatures/delete-batch.html", operation.rows
        return render_template(page, action=action, batch=batch, reasons=REASONS, left=left)
    return do_or_ask(operation, lambda approval: _erased(action, operation, approval))


def _known_batch(action_id: int) -> Batch | None:
    """The one that somebody goes on with."""
    batch_id = request.form.get("batch", 0, int)
    return find_batch(action_id, batch_id) if 0 < batch_id < 2**31 else None


def _erased(
    action: ActionOverview, operation: EraseBatch, approval: Approval
) -> ResponseReturnValue:
    """So many as one press does in a few seconds; the page is opened again for the rest."""
    done = _in_rounds(lambda now: erase_some(operation, approval=approval, now=now), most=MAX_ROWS)
    empty_journal()
    flash(ngettext("%(num)d signature deleted.", "%(num)d signatures deleted.", done))
    if done < operation.rows:
        back = url_for(".delete", batch_id=operation.batch, **action.ids)
        return redirect(back, 303)
    return redirect(url_for(".choose", **action.ids), 303)


def _is_fixed(action: ActionOverview, batch: Batch) -> bool:
    operation = EraseBatch.of(batch, campaign_id=action.campaign_id, action=action.name)
    return is_deletion_asked(operation)


def _by() -> dict[str, Any]:
    """Who does it, for the verb."""
    by = current_staff()
    return {"actor": by.email, "staff_id": by.id}


def _in_rounds(change: Callable[[datetime], int], *, most: int) -> int:
    """Change the next ones until none is left, or for as long as a press may take; how many it was.

    `most`: how many one change takes.
    """
    done = 0
    release_slot()
    for _round in range(ROUNDS):
        changed = change(utc_now())
        done += changed
        if changed < most:
            break
    return done


def _many(
    action: ActionOverview,
    form: ConditionForm,
    *,
    count: int | None = None,
    batch_id: int | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = paginate(count_batches(action.id), size=ON_A_PAGE)
    shown = render_template(
        "staff/signatures/many.html",
        action=action,
        form=form,
        count=count,
        most=MOST_COUNTED,
        batch_id=batch_id,
        batches=batches(action.id, **page.part),
        page=page,
        reasons=REASONS,
    )
    return shown, status


def _count(condition: Condition) -> int:
    return count_matching(condition, most=MOST_COUNTED)


def _words_for_invalid(done: int) -> str:
    words: str = ngettext(
        "%(num)d signature was marked invalid.", "%(num)d signatures were marked invalid.", done
    )
    return words


def _action_or_404(campaign_id: int, action_id: int) -> ActionOverview:
    found = find_action_overview(
        campaign_id, action_id, locales=locales_current_first(), now=utc_now()
    )
    return found or abort(404)
