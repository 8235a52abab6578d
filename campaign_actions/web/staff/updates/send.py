"""Pages that check, send, stop and resume an update."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.updates import draft
from campaign_actions.updates import send as sending
from campaign_actions.updates.models import Update
from campaign_actions.updates.preflight import is_ready, readers_by_locale, run_preflight
from campaign_actions.updates.queries import audience_of, texts_of
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.lookups import update_or_404
from campaign_actions.web.staff.responses import page_response

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates/<int:update_id>"
bp = Blueprint("staff_updates_send", __name__, url_prefix=URL)


@bp.get("/check/")
@needs("updates.send")
def check(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    action, update = _draft_or_404(campaign_id, action_id, update_id)
    findings = run_preflight(update)
    return render_template(
        "staff/updates/check.html",
        action=action,
        update=update,
        tags=list(texts_of(update_id)),
        findings=findings,
        is_ready=is_ready(findings),
    )


@bp.route("/send/", methods=["GET", "POST"])
@needs("updates.send")
def send(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """GET asks for confirmation, with the number of recipients; POST starts sending."""
    action, update = _draft_or_404(campaign_id, action_id, update_id)
    if request.method == "POST" and not is_off(EMAIL):
        seen, actor = request.form.get("seen", ""), current_staff().email
        number = sending.start(update_id, seen=seen, name=action.name, actor=actor, now=utc_now())
        flash(
            ngettext(
                "Sending started. The update will go to %(num)d person.",
                "Sending started. The update will go to %(num)d people.",
                number,
            )
        )
        return redirect(url_for("staff_updates_edit.edit", update_id=update_id, **action.ids), 303)
    if not is_ready(run_preflight(update)):
        return redirect(url_for(".check", update_id=update_id, **action.ids), 303)
    texts = texts_of(update_id)
    page = render_template(
        "staff/updates/send.html",
        action=action,
        update=update,
        texts=texts,
        readers=readers_by_locale(action_id, texts, audience_of(update)),
        audience=list(filter_facts(audience_of(update))),
        seen=draft.fingerprint(texts.values()),
        is_email_off=is_off(EMAIL),
    )
    if request.method == "POST":
        off = sending.EmailIsOff
        return page_response(page, off.status, retry_after=off.retry_after)
    return page


@bp.post("/stop/")
@needs("updates.send")
def stop(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    action, _update = update_or_404(campaign_id, action_id, update_id)
    if sending.stop(update_id, name=action.name, actor=current_staff().email, now=utc_now()):
        flash(_("Sending stopped. Emails that have not gone out are kept."))
    return redirect(url_for("staff_updates_edit.edit", update_id=update_id, **action.ids), 303)


@bp.post("/resume/")
@needs("updates.send")
def resume(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    action, _update = update_or_404(campaign_id, action_id, update_id)
    sending.resume(update_id, name=action.name, actor=current_staff().email, now=utc_now())
    flash(_("Sending resumed"))
    return redirect(url_for("staff_updates_edit.edit", update_id=update_id, **action.ids), 303)


def _draft_or_404(
    campaign_id: int, action_id: int, update_id: int
) -> tuple[ActionOverview, Update]:
    action, update = update_or_404(campaign_id, action_id, update_id)
    if update.status != "draft":
        raise draft.NotADraft
    return action, update
