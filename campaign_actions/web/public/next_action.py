"""One press for the next action: what the confirmed page offers, and the page that its link opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.models import Signature
from campaign_actions.actions.newest.last_public import find_signed_action
from campaign_actions.actions.personal_data.readers import readers_of
from campaign_actions.actions.queries import (
    PublicAction,
    find_action,
    find_consent,
    find_current_slugs,
    public_actions,
)
from campaign_actions.actions.questions.sign_form import form_class
from campaign_actions.actions.signatures.one_press.links import (
    Obstacle,
    find_obstacle,
    make_link,
    read_link,
)
from campaign_actions.actions.signatures.one_press.take import carried_over, take_next
from campaign_actions.actions.signatures.restrictions import find_pause, needs_proof
from campaign_actions.actions.signatures.sign import ActionClosed
from campaign_actions.actions.view_models import cached_appearance, next_open_action
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.locale import current_locale, locales
from campaign_actions.core.security.response_timing import round_up_response_time
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.http.security_headers import private
from campaign_actions.web.public.signing.metrics import SIGNATURES_CONFIRMED, count_next_answer
from campaign_actions.web.public.signing.refusals import (
    find_refusal,
    is_refused_while_paused,
    kept_texts,
    refuse_without_proof,
)

bp = Blueprint("next_action", __name__, url_prefix="/<locale>")
NO_HEADERS: Mapping[str, str] = {}
_PUBLIC_ACTIONS = TtlCache[str, list[PublicAction]]()  # by locale


@dataclass(frozen=True)
class NextAction:
    """The one action to offer after confirming. Without a token, its form has to be filled in."""

    action: PublicAction
    token: str | None


def find_next_action(signature: Signature, action: PublicAction) -> NextAction | None:
    """It is the same for everyone, so it does not reveal what the person has done before.

    Only the action that they took by this very offer is left out, and those that are switched off.
    """
    locale, now = current_locale(), utc_now()
    everywhere = _PUBLIC_ACTIONS.get(locale, lambda: public_actions(locale=locale, now=now))
    taken = signature.next_action_id
    others = (one for one in everywhere if one.id != taken and not find_pause(one))
    found = next_open_action(action, others)
    return NextAction(found, make_link(signature, found, now)) if found else None


@bp.route("/next/<token>/", methods=["GET", "POST"])
def take(token: str) -> ResponseReturnValue:
    """GET shows the action and changes nothing. POST takes it, once.

    The response is the same whether or not the person had taken it, and takes the same time.
    """
    started, now = perf_counter(), utc_now()
    signature, slugs, is_same = read_link(token)
    slugs = find_current_slugs(*slugs) or slugs
    taken = _find_taken(signature, now) if is_same and signature.is_counted else None
    if taken and (taken.campaign_slug, taken.slug) == slugs:
        return _page("done", taken)  # only the email says what has happened to the signature
    action = find_action(*slugs, locale=current_locale(), now=now)
    if action is None:
        raise NotFound
    form = _form(signature, action)
    with kept_texts(form):
        if not action.is_open_at(now):
            raise ActionClosed
    if obstacle := find_obstacle(signature) if is_same else "not_counted":
        return _needs_email(signature, action, obstacle)
    if request.method != "POST":
        return _page("paused", action) if find_pause(action) else _ask(signature, action, form)
    if refusal := find_refusal(form, action):
        return _ask(signature, action, form, *refusal)
    if form.consent_version.data != action.consent_version:
        return _needs_email(signature, action, "consent")
    if needs_proof(action) and (refusal := refuse_without_proof(form, action)):
        return _ask(signature, action, form, *refusal)
    with kept_texts(form):
        _take(signature, action, form, now)
    round_up_response_time(started)
    return private(make_response(redirect(url_for(".take", token=token), 303)))


def _take(signature: Signature, action: PublicAction, form: SignForm, now: datetime) -> None:
    is_counted = take_next(
        signature,
        action,
        locale=current_locale(),
        now=now,
        remind_after=timedelta(hours=current_app.config["REMIND_AFTER_HOURS"]),
        consent_version=form.consent_version.data,
        **form.person(),
    )
    if is_counted:
        SIGNATURES_CONFIRMED.inc()


@bp.after_request
def count_press(response: Response) -> Response:
    """Count every answer to a press for the metrics."""
    if request.method == "POST":
        count_next_answer(response.status_code, is_paused=is_refused_while_paused())
    return response


def _form(signature: Signature, action: PublicAction) -> SignForm:
    form = form_class(action).to_take_next(carried_over(signature), submitted_form())
    form.newest_consent = action.consent_version or 0
    form.ask_only(action.asks)
    return form


def _ask(
    signature: Signature,
    action: PublicAction,
    form: SignForm,
    status: int = 200,
    headers: Mapping[str, str] = NO_HEADERS,
) -> Response:
    form.renew()
    page = _page(
        "ask",
        action,
        status,
        signature=signature,
        form=form,
        consent=find_consent(action.kind.name, action.locale),
        sees=readers_of(action),
        pause=find_pause(action),
        needs_proof=needs_proof(action),
    )
    page.headers.update(headers)
    return page


def _needs_email(signature: Signature, action: PublicAction, obstacle: Obstacle) -> Response:
    return _page("needs_email", action, 410, signature=signature, obstacle=obstacle)


def _find_taken(signature: Signature, now: datetime) -> PublicAction | None:
    """The action that a signer has taken with one press before, as it was last public."""
    taken, preferred = signature.next_action_id, (current_locale(), *locales())
    return find_signed_action(taken, locales=preferred, now=now) if taken else None


def _page(state: str, action: PublicAction, status: int = 200, **values: object) -> Response:
    appearance = cached_appearance(action)
    page = render_template(
        "signature_links/next.html",
        state=state,
        action=action,
        appearance=appearance,
        is_email_off=is_off(EMAIL),
        **values,
    )
    return private(make_response(page, status))
