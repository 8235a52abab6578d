"""Pages that check, send, schedule, stop and resume an update."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.publishing.forms import format_instant
from campaign_actions.staff.dual_control import Approval, are_updates_guarded, is_active_now
from campaign_actions.updates import draft
from campaign_actions.updates import send as sending
from campaign_actions.updates.audience import audience_of
from campaign_actions.updates.checks.translations import outdated
from campaign_actions.updates.forms import SendForm
from campaign_actions.updates.guarded_send import SendUpdate
from campaign_actions.updates.models import NOT_STARTED, Update
from campaign_actions.updates.preflight import is_ready, run_preflight
from campaign_actions.updates.queries import subjects_of, texts_of
from campaign_actions.updates.schedule import start_scheduled, unschedule
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.lookups import update_or_404
from campaign_actions.web.staff.responses import page_response
from campaign_actions.web.staff.updates.audience import (
    audience_facts,
    closing_before,
    closing_times,
    people_values,
)
from campaign_actions.web.staff.updates.heads import head_of, log_name_of
from campaign_actions.web.staff.updates.progress import pending_request

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates/<int:update_id>"
bp = Blueprint("staff_updates_send", __name__, url_prefix=URL)


@bp.get("/check/")
@needs("updates.send")
def check(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    action, update = _unstarted_or_404(campaign_id, action_id, update_id, ("draft",))
    findings = run_preflight(update, now=utc_now())
    return render_template(
        "staff/updates/check.html",
        **head_of(action, update),
        update=update,
        tags=list(texts_of(update_id)),
        findings=findings,
        is_ready=is_ready(findings),
    )


@bp.route("/send/", methods=["GET", "POST"])
@needs("updates.send")
def send(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """GET asks when, with the number of recipients; POST sends it, sets the time, or asks for approval."""
    action, update = _unstarted_or_404(campaign_id, action_id, update_id, NOT_STARTED)
    sent = submitted_form()
    form = SendForm(formdata=sent)
    form.now = utc_now()
    is_sent = sent is not None
    is_valid = is_sent and form.validate()
    if is_valid and not form.is_warned() and _closing(action, update, form):
        return _send_page(action, update, form, is_asked=True), 400
    if is_valid and (form.is_later or not is_off(EMAIL)):
        return _send(action, update, form)
    if not is_sent:
        if not is_ready(run_preflight(update)):
            there = ".check" if update.status == "draft" else "staff_updates_edit.edit"
            return redirect(url_for(there, update_id=update_id, **action.ids), 303)
        form.prefill(update.send_at, form.now)
    form.seen.data = form.seen.data or draft.fingerprint(db.session.connection(), update_id)
    page = _send_page(action, update, form)
    if is_valid:
        off = sending.EmailIsOff
        return page_response(page, off.status, retry_after=off.retry_after)
    return page, 400 if is_sent else 200


@bp.post("/cancel-time/")
@needs("updates.send")
def cancel_time(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """A scheduled update becomes a draft again."""
    action, update = update_or_404(campaign_id, action_id, update_id)
    name = log_name_of(action, update)
    unschedule(update_id, name=name, actor=current_staff().email, now=utc_now())
    flash(_("The update will not be sent. It is a draft again."))
    return redirect(url_for("staff_updates_edit.edit", update_id=update_id, **action.ids), 303)


@bp.post("/stop/")
@needs("updates.send")
def stop(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    action, update = update_or_404(campaign_id, action_id, update_id)
    name = log_name_of(action, update)
    if sending.stop(update_id, name=name, actor=current_staff().email, now=utc_now()):
        flash(_("Sending stopped. Emails that have not gone out are kept."))
    return redirect(url_for("staff_updates_edit.edit", update_id=update_id, **action.ids), 303)


@bp.post("/resume/")
@needs("updates.send")
def resume(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    action, update = update_or_404(campaign_id, action_id, update_id)
    name = log_name_of(action, update)
    sending.resume(update_id, name=name, actor=current_staff().email, now=utc_now())
    flash(_("Sending resumed"))
    return redirect(url_for("staff_updates_edit.edit", update_id=update_id, **action.ids), 303)


def _send(action: ActionOverview, update: Update, form: SendForm) -> ResponseReturnValue:
    """Raises NotReady, and the errors of SendUpdate."""
    if not is_ready(run_preflight(update, with_others=not form.is_later)):
        raise sending.NotReady
    operation = SendUpdate(
        campaign=action.campaign_id,
        action=log_name_of(action, update),
        update=update.id,
        seen_texts=form.seen.data or "",
        at=form.at.data.isoformat() if form.is_later and form.at.data else "",
        staff_id=current_staff().id,
        author_ids=tuple(update.author_ids),
        title=subjects_of([update.id], locales=locales_current_first()).get(update.id, ""),
    )
    return apply_or_request(operation, partial(_done, action, operation))


def _done(
    action: ActionOverview, operation: SendUpdate, _approval: Approval
) -> ResponseReturnValue:
    if operation.send_at:
        flash(_("The update will be sent on %(moment)s.", moment=datetime_here(operation.send_at)))
    else:
        number = start_scheduled(operation.update, utc_now())
        if number is None:
            flash(_("The update will be sent as soon as possible."))
        else:
            flash(
                ngettext(
                    "Sending started. The update will go to %(num)d person.",
                    "Sending started. The update will go to %(num)d people.",
                    number,
                )
            )
    there = url_for("staff_updates_edit.edit", update_id=operation.update, **action.ids)
    return redirect(there, 303)


def _closing(action: ActionOverview, update: Update, form: SendForm) -> list[str]:
    """The actions that close before the time that is chosen."""
    at = form.at.data if form.is_later else None
    return closing_before(action, update, at) if at else []


def _send_page(
    action: ActionOverview, update: Update, form: SendForm, *, is_asked: bool = False
) -> str:
    """`is_asked`: the time is after closing, and the page asks whether that is right."""
    texts = texts_of(update.id)
    connection = db.session.connection()
    closing = _closing(action, update, form)
    form.warned_of.data = format_instant(form.at.data) if closing else ""
    return render_template(
        "staff/updates/send.html",
        **head_of(action, update),
        update=update,
        texts=texts,
        outdated=outdated(update),
        form=form,
        audience=audience_facts(action, update),
        closing=closing,
        closing_times=closing_times(action, update),
        is_asked=is_asked,
        is_email_off=is_off(EMAIL),
        needs_approval=is_active_now() and are_updates_guarded(connection),
        asked_for=pending_request(update),
        **people_values(audience_of(update), texts),
    )


def _unstarted_or_404(
    campaign_id: int, action_id: int, update_id: int, statuses: tuple[str, ...]
) -> tuple[ActionOverview, Update]:
    action, update = update_or_404(campaign_id, action_id, update_id)
    if update.status not in statuses:
        raise draft.NotADraft
    return action, update
