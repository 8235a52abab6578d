"""The page after signing, with the form for the code in the email."""

from time import perf_counter

from flask import Blueprint, current_app, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.actions.forms import CodeForm
from campaign_actions.actions.queries import PublicAction, public_actions_of
from campaign_actions.actions.signatures.codes import confirm_by_code as confirming
from campaign_actions.actions.signatures.email_links import confirm_token
from campaign_actions.actions.signatures.restrictions import paused_ids, rate_limit_message
from campaign_actions.actions.view_models import thanks_page_context
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.security.rate_limit import seconds_to_wait
from campaign_actions.core.security.response_timing import round_up_response_time
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.core.urls import alternate_urls, path_for
from campaign_actions.outbox.queries import mail_delay_minutes
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.http.security_headers import cacheable, check_origin
from campaign_actions.web.public.actions import ACTION, action_or_404, locales_of
from campaign_actions.web.public.signing.metrics import SIGNATURES_CONFIRMED
from campaign_actions.web.public.signing.refusals import ask_to_wait

bp = Blueprint("thanks", __name__, url_prefix=f"/<locale>{ACTION}/thanks")


@bp.get("/")
def show(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """The page is the same for everyone."""
    action = action_or_404(campaign_slug, action_slug)
    return cacheable(make_response(_render(action, CodeForm(None))))


@bp.post("/")
def confirm_by_code(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """Confirm: 303 to the page of the link, or this page as typed with an error message.

    The response is the same for wrong, expired and used codes and for unknown addresses, and takes the
    same time.
    """
    started = perf_counter()
    action = action_or_404(campaign_slug, action_slug)
    check_origin()
    form = CodeForm(submitted_form())
    wait = seconds_to_wait(current_app.config["SIGN_LIMIT"], "code", str(action.id))
    if wait:
        status, headers = ask_to_wait(form, rate_limit_message(wait), wait)
        return _render(action, form), status, headers
    if not form.validate():
        return _render(action, form), 400
    signature = confirming.confirm_by_code(
        action, email=form.email.data, code=form.code.meant, now=utc_now()
    )
    if signature:
        SIGNATURES_CONFIRMED.inc()
        token = confirm_token(signature)
        return redirect(path_for("signature_links.confirm", token=token), 303)
    form.refuse_code()
    page = _render(action, form)
    round_up_response_time(started)
    return page, 400


def _render(action: PublicAction, form: CodeForm) -> str:
    now = utc_now()
    actions = public_actions_of(action.campaign_id, locale=current_locale(), now=now)
    values = thanks_page_context(action, actions, form, mail_minutes=mail_delay_minutes(now))
    return render_template(
        "actions/thanks.html",
        **values,
        is_email_off=is_off(EMAIL),
        paused=paused_ids(actions),
        alternates=alternate_urls(locales_of(action)),
    )
