"""What staff do about signatures: resend, withdraw, invalidate, erase."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from campaign_actions.actions import invalidating, resending, withdrawing
from campaign_actions.actions.batches import Batch, batches, find_batch
from campaign_actions.actions.invalidating import Condition, count_matching
from campaign_actions.actions.models import Signature
from campaign_actions.actions.paging import name_of_moment
from campaign_actions.actions.places import Place, find_place
from campaign_actions.actions.queries import find_signature
from campaign_actions.actions.staff_forms import (
    REASONS,
    ConditionForm,
    EraseForm,
    HeardForm,
    ReasonForm,
)
from campaign_actions.audit.recording import record
from campaign_actions.core.database import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n import current_locale
from campaign_actions.core.turnstile import give_way
from campaign_actions.staff.guards import current_staff, needs

bp = Blueprint(
    "staff_changes",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures",
)
ROUNDS = 10  # transactions of one press; then the page says how many are left
MOST_COUNTED = 100_000


@bp.post("/<public_id>/resend/")
@needs("signatures.change")
def resend(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    place, signature = _found_or_404(campaign_id, action_id, public_id)
    try:
        resending.resend(signature, action=place.name, actor=_actor(), now=utc_now())
        flash(_("The mail to confirm is on its way."))
    except DomainError as error:
        flash(str(error.message))
    return _to_signature(place, signature)


@bp.route("/<public_id>/withdraw/", methods=["GET", "POST"])
@needs("signatures.change")
def withdraw(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    place, signature = _found_or_404(campaign_id, action_id, public_id)
    form = HeardForm(_sent())
    if request.method == "POST" and form.validate():
        facts = {"action": place.name, "heard": form.heard.data, "actor": _actor()}
        if withdrawing.withdraw_on_request(signature, now=utc_now(), **facts):
            flash(_("Taken back: it does not count any more."))
        return _to_signature(place, signature)
    return _page("withdraw", place, signature=signature, form=form)


@bp.route("/<public_id>/invalidate/", methods=["GET", "POST"])
@needs("signatures.change")
def invalidate(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    place, signature = _found_or_404(campaign_id, action_id, public_id)
    form = ReasonForm(_sent())
    if request.method == "POST" and form.validate():
        facts = {"action": place.name, "reason": form.reason.data, "actor": _actor()}
        if invalidating.invalidate(signature, now=utc_now(), **facts):
            flash(_("Marked invalid: it does not count until you make it valid again."))
        return _to_signature(place, signature)
    return _page("invalidate", place, signature=signature, form=form)


@bp.post("/<public_id>/validate/")
@needs("signatures.change")
def validate(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    place, signature = _found_or_404(campaign_id, action_id, public_id)
    if invalidating.validate(signature, action=place.name, actor=_actor(), now=utc_now()):
        flash(_("Valid again: it counts."))
    return _to_signature(place, signature)


@bp.route("/<public_id>/erase/", methods=["GET", "POST"])
@needs("signatures.erase", fresh=True)
def erase(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    """The person behind a signature, everywhere; the address is typed to be sure."""
    place, signature = _found_or_404(campaign_id, action_id, public_id)
    form = EraseForm(_sent())
    if signature.email is None:
        return _to_signature(place, signature)
    if request.method == "POST" and form.validate() and form.is_of(signature.email):
        erased = withdrawing.erase(signature.email, actor=_actor(), now=utc_now())
        withdrawing.empty_journal()
        flash(
            ngettext(
                "Erased: %(num)d signature, and all mail that waited.",
                "Erased: %(num)d signatures, and all mail that waited.",
                erased,
            )
        )
        return redirect(url_for("staff_signatures.index", **place.ids), 303)
    return _page("erase", place, signature=signature, form=form)


@bp.get("/invalidate/")
@needs("signatures.change")
def choose(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """By a condition: first how many it is, then the button."""
    place = _place_or_404(campaign_id, action_id)
    form = ConditionForm(request.args)
    if not request.args:
        return _many(place, form)
    if not form.validate():
        return _many(place, form, status=400)
    return _many(place, form, count=_count(form.condition(action_id)))


@bp.post("/invalidate/")
@needs("signatures.change")
def invalidate_some(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """So many as one press does in a few seconds, all of one batch, which can be undone as a whole."""
    place = _place_or_404(campaign_id, action_id)
    form = ConditionForm(request.form)
    if not form.validate():
        return _many(place, form, status=400)
    known = find_batch(action_id, request.form.get("batch", ""))
    condition, batch = form.condition(action_id), known.at if known else utc_now()
    facts = {"action": place.name, "reason": form.reason.data, "actor": _actor()}
    done = _in_rounds(lambda now: invalidating.invalidate_some(condition, batch, now=now, **facts))
    flash(_words_for_invalid(done))
    left = _count(condition)
    if done and left:
        return _many(place, form, count=left, batch=name_of_moment(batch))
    return redirect(url_for(".choose", **place.ids), 303)


@bp.route("/batches/<batch_name>/validate/", methods=["GET", "POST"])
@needs("signatures.change")
def validate_some(campaign_id: int, action_id: int, batch_name: str) -> ResponseReturnValue:
    """Undo a batch; who was changed since stays as that was decided."""
    place = _place_or_404(campaign_id, action_id)
    batch = find_batch(action_id, batch_name) or abort(404)
    if request.method == "GET":
        return _page("validate-some", place, batch=batch, reasons=REASONS)
    done = _in_rounds(lambda now: _validate_some(place, batch, now))
    flash(ngettext("%(num)d signature counts again.", "%(num)d signatures count again.", done))
    return redirect(url_for(".choose", **place.ids), 303)


def _validate_some(place: Place, batch: Batch, now: datetime) -> int:
    return invalidating.validate_some(
        batch.condition, batch.at, action=place.name, actor=_actor(), now=now
    )


def _in_rounds(change: Callable[[datetime], int]) -> int:
    """Change the next ones until none is left, or for as long as a press may take; how many it was."""
    done = 0
    give_way()
    for _round in range(ROUNDS):
        changed = change(utc_now())
        done += changed
        if changed < invalidating.MOST:
            break
    return done


def _many(
    place: Place,
    form: ConditionForm,
    *,
    count: int | None = None,
    batch: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "staff/signatures/many.html",
        place=place,
        form=form,
        count=count,
        most=MOST_COUNTED,
        batch=batch,
        batches=batches(place.action_id),
        reasons=REASONS,
    )
    return page, status


def _page(name: str, place: Place, **values: object) -> ResponseReturnValue:
    if isinstance(signature := values.get("signature"), Signature):  # it shows who that is
        subject, now = signature.public_id, utc_now()
        facts = {"rows": 1, "action": place.name}
        record("signatures-viewed", actor=_actor(), now=now, subject=subject, **facts)
    page = render_template(f"staff/signatures/{name}.html", place=place, **values)
    return page, 400 if request.method == "POST" else 200


def _count(condition: Condition) -> int:
    return count_matching(condition, most=MOST_COUNTED)


def _words_for_invalid(done: int) -> str:
    words: str = ngettext(
        "%(num)d signature was marked invalid.", "%(num)d signatures were marked invalid.", done
    )
    return words


def _sent() -> MultiDict[str, str] | None:
    return request.form if request.method == "POST" else None


def _actor() -> str:
    return current_staff().email


def _place_or_404(campaign_id: int, action_id: int) -> Place:
    return find_place(campaign_id, action_id, locale=current_locale()) or abort(404)


def _found_or_404(campaign_id: int, action_id: int, public_id: str) -> tuple[Place, Signature]:
    place = _place_or_404(campaign_id, action_id)
    signature = find_signature(public_id)
    if signature is None or signature.action_id != action_id:
        abort(404)
    return place, signature


def _to_signature(place: Place, signature: Signature) -> ResponseReturnValue:
    address = url_for("staff_signatures.show", **place.ids, public_id=signature.public_id)
    return redirect(address, 303)
