"""Guarded operations on every page: do them, or ask for approval."""

from collections.abc import Callable

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from campaign_actions.approvals.describe import operation_facts, texts_to_read, texts_to_review
from campaign_actions.approvals.forms import ReasonForm
from campaign_actions.approvals.labels import WARNINGS, operation_title
from campaign_actions.approvals.queries import approvers_of
from campaign_actions.approvals.request import check_requester, request_approval
from campaign_actions.core.content.email_markdown import mail_html
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.staff.dual_control import (
    Approval,
    Operation,
    SecondPersonNeeded,
    apply_alone,
    is_active_now,
)
from campaign_actions.web.staff.access.authorization import current_staff

OWN_FIELDS = {"csrf_token", "approval_reason"}  # added by this page


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(needs_two_people=is_active_now)
    app.jinja_env.filters.update(mail_html=mail_html)


def apply_or_request(
    operation: Operation, done: Callable[[Approval], ResponseReturnValue]
) -> ResponseReturnValue:
    """Do an operation and return the response of `done`. If a second person is needed, ask for the reason.

    That page sends the same form to the same address again, with the reason.
    """
    try:
        approval = apply_alone(operation, actor=current_staff().email, now=utc_now())
    except SecondPersonNeeded:
        return _request_page(operation)
    return done(approval)


def _request_page(operation: Operation) -> ResponseReturnValue:
    check_requester(operation, current_staff())
    has_reason = "approval_reason" in request.form
    form = ReasonForm(request.form if has_reason else MultiDict())
    if has_reason and form.validate():
        reason = form.approval_reason.data
        number = request_approval(operation, by=current_staff(), reason=reason, now=utc_now())
        flash(_("Approval requested. We will email you when there is a decision."))
        return redirect(url_for("staff_approvals_requests.show", request_id=number), 303)
    connection = db.session.connection()
    page = render_template(
        "staff/approvals/ask.html",
        form=form,
        title=operation_title(operation),
        warning=WARNINGS[operation.kind],
        facts=list(operation_facts(operation, operation.seen(connection), locales_current_first())),
        texts=texts_to_read(operation),
        outdated=texts_to_review(operation),
        approvers=approvers_of(operation, current_staff().id),
        sent=[pair for pair in request.form.items(multi=True) if pair[0] not in OWN_FIELDS],
        address=request.full_path.rstrip("?"),
    )
    return page, 400 if has_reason else 200
