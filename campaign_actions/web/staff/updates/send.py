"""Sending an update: the list of what must be right, then start, stop and go on."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.overview import ActionOverview, find_action_overview
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.updates import draft
from campaign_actions.updates import send as sending
from campaign_actions.updates.models import Update
from campaign_actions.updates.preflight import is_clear, pre_flight, readers_of
from campaign_actions.updates.queries import find_update, texts_of
from campaign_actions.web.staff.access.authorization import current_staff, needs

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates/<int:update_id>"
bp = Blueprint("staff_update_sending", __name__, url_prefix=URL)


@bp.get("/check/")
@needs("updates.send")
def check(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """All that must be right before it goes out."""
    action, update = _draft_or_404(campaign_id, action_id, update_id)
    checks = pre_flight(update)
    return render_template(
        "staff/updates/check.html",
        action=action,
        update=update,
        tags=list(texts_of(update_id)),
        checks=checks,
        is_clear=is_clear(checks),
    )


@bp.route("/send/", methods=["GET", "POST"])
@needs("updates.send")
def send(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """GET asks once more, with the number of people; POST starts."""
    action, update = _draft_or_404(campaign_id, action_id, update_id)
    if request.method == "POST":
        seen, actor = request.form.get("seen", ""), current_staff().email
        number = sending.start(update_id, seen=seen, name=action.name, actor=actor, now=utc_now())
        flash(ngettext("It goes out to %(num)d person.", "It goes out to %(num)d people.", number))
        return redirect(url_for("staff_updates.edit", update_id=update_id, **action.ids), 303)
    if not is_clear(pre_flight(update)):
        return redirect(url_for(".check", update_id=update_id, **action.ids), 303)
    texts = texts_of(update_id)
    return render_template(
        "staff/updates/send.html",
        action=action,
        update=update,
        texts=texts,
        readers=readers_of(action_id, texts),
        seen=draft.fingerprint(texts.values()),
    )


@bp.post("/stop/")
@needs("updates.send")
def stop(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    action, _update = _both_or_404(campaign_id, action_id, update_id)
    if sending.stop(update_id, name=action.name, actor=current_staff().email, now=utc_now()):
        flash(_("It is stopped. What had not gone out stays here."))
    return redirect(url_for("staff_updates.edit", update_id=update_id, **action.ids), 303)


@bp.post("/continue/")
@needs("updates.send")
def go_on(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    action, _update = _both_or_404(campaign_id, action_id, update_id)
    sending.go_on(update_id, name=action.name, actor=current_staff().email, now=utc_now())
    flash(_("The update goes on from where it was stopped."))
    return redirect(url_for("staff_updates.edit", update_id=update_id, **action.ids), 303)


def _both_or_404(campaign_id: int, action_id: int, update_id: int) -> tuple[ActionOverview, Update]:
    now = utc_now()
    action = find_action_overview(campaign_id, action_id, locales=locales_current_first(), now=now)
    update = find_update(action_id, update_id) if action else None
    return (action, update) if action and update else abort(404)


def _draft_or_404(
    campaign_id: int, action_id: int, update_id: int
) -> tuple[ActionOverview, Update]:
    action, update = _both_or_404(campaign_id, action_id, update_id)
    if update.status != "draft":
        raise draft.NoDraft
    return action, update
