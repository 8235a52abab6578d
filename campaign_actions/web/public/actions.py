"""The public pages of an action: the sign form, comments and the count."""

from dataclasses import astuple
from datetime import datetime, timedelta
from time import perf_counter

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from campaign_actions.actions.comments.public import (
    FAR_FUTURE,
    canonical_page_start,
    shown_comments,
)
from campaign_actions.actions.counts.source_limit import source_in
from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.outcome import Outcome, find_outcome
from campaign_actions.actions.queries import (
    PublicAction,
    action_locales,
    find_action,
    find_current_slugs,
    public_actions_of,
)
from campaign_actions.actions.signatures import sign as signing
from campaign_actions.actions.signatures.clusters.fill_time import fill_time_of
from campaign_actions.actions.signatures.keyset_pagination import decode_time, encode_time
from campaign_actions.actions.signatures.restrictions import (
    find_pause,
    needs_proof,
    new_challenge,
)
from campaign_actions.actions.view_models import action_page_context, sign_form
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.i18n.timezones import datetime_public
from campaign_actions.core.security.response_timing import round_up_response_time
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.core.urls import alternate_urls, path_for
from campaign_actions.outbox.queries import mail_delay_minutes
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.http.security_headers import cacheable, check_origin, permanent_redirect
from campaign_actions.web.public.language_notice import language_notice
from campaign_actions.web.public.signing.metrics import count_sign_answer
from campaign_actions.web.public.signing.refusals import (
    Refusal,
    find_refusal,
    is_refused_while_paused,
    kept_texts,
    refuse_without_proof,
)

bp = Blueprint("actions", __name__, url_prefix="/<locale>")
ACTION = "/campaigns/<campaign_slug>/<action_slug>"
_ACTIONS_TO_SIGN = TtlCache[tuple[str, str, str], PublicAction]()  # by locale, campaign and action
_LOCALES = TtlCache[int, list[str]]()  # by action


@bp.get(f"{ACTION}/")
def show(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """The action and its form. The page is the same for everyone."""
    action = action_or_404(campaign_slug, action_slug)
    if notice := language_notice(locales_of(action)):
        return notice
    form = sign_form(action, submitted_form())
    return cacheable(make_response(_render(action, form)))


@bp.post(f"{ACTION}/")
def sign(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """Sign: 303 to the thanks page, or the form as typed with error messages.

    The response is the same for new and known addresses, and takes the same time.
    """
    started = perf_counter()
    key = (current_locale(), campaign_slug, action_slug)
    action = _ACTIONS_TO_SIGN.get(key, lambda: action_or_404(campaign_slug, action_slug))
    check_origin()
    form = sign_form(action, submitted_form())
    with kept_texts(form):
        refusal = _sign(action, form)
    if refusal:
        return _render(action, form), *refusal
    round_up_response_time(started)
    thanks = path_for("thanks.show", campaign_slug=campaign_slug, action_slug=action_slug)
    return redirect(thanks, 303)


def _sign(action: PublicAction, form: SignForm) -> Refusal | None:
    """Sign, or say why the form is refused. Raises ActionClosed."""
    if not action.is_open_at(utc_now()):
        raise signing.ActionClosed
    if refusal := find_refusal(form, action):
        return refusal
    if needs_proof(action) and (refusal := refuse_without_proof(form, action)):
        return refusal
    signing.sign(
        action,
        locale=current_locale(),
        now=utc_now(),
        remind_after=timedelta(hours=current_app.config["REMIND_AFTER_HOURS"]),
        email=form.email.data,
        consent_version=form.consent_version.data,
        source=source_in(request.args),
        fill_time=fill_time_of(
            action,
            form.consent_version.data,
            form.open_for,
            fast_seconds=current_app.config["FAST_FILL_SECONDS"],
            slow_seconds=current_app.config["SLOW_FILL_SECONDS"],
        ),
        **form.person(),
    )
    return None


@bp.get(f"{ACTION}/comments/", defaults={"page": ""})
@bp.get(f"{ACTION}/comments/<page>/")
def comments(campaign_slug: str, action_slug: str, page: str) -> ResponseReturnValue:
    """Comments that staff have shown. Each page has one canonical address."""
    action = action_or_404(campaign_slug, action_slug)
    if notice := language_notice(locales_of(action)):
        return notice
    before = decode_time(page) if page else FAR_FUTURE
    if not action.shows_comments or before is None:
        abort(404)
    comment_page = shown_comments(action.id, before=before)
    if page and not comment_page.shown:
        abort(404)
    if page and (start := canonical_page_start(action.id, before)) != before:
        values = {**(request.view_args or {}), "page": encode_time(start) if start else ""}
        return redirect(path_for("actions.comments", **values), 302)
    alternates = {} if page else alternate_urls(action_locales(action.id))
    html = render_template(
        "actions/comments.html", action=action, comments=comment_page, alternates=alternates
    )
    return cacheable(make_response(html))


@bp.get(f"{ACTION}/count.json")
def count(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """The current count, as numbers for programs and as text for the script on the page."""
    action = action_or_404(campaign_slug, action_slug)
    words = {
        "counted": astuple(action.counted),
        "goal": number(action.goal),
        "as_of": datetime_public(action.as_of),
    }
    as_of = action.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {"count": action.count, "goal": action.goal, "as_of": as_of}
    return cacheable(jsonify(**values, words=words, heads=action.heads))


@bp.get(f"{ACTION}/challenge.json")
def challenge(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """A new challenge for a proof of work, bound to the action; 404 while its forms need none."""
    action = action_or_404(campaign_slug, action_slug)
    if not needs_proof(action):
        abort(404)
    return jsonify(new_challenge(action, now=utc_now()))


@bp.after_request
def count_signature(response: Response) -> Response:
    """Count every answer to a signature for the metrics: accepted, rejected or failed."""
    if request.endpoint == "actions.sign":
        count_sign_answer(response.status_code, is_paused=is_refused_while_paused())
    return response


def _render(action: PublicAction, form: SignForm) -> str:
    now = utc_now()
    others = (
        ()
        if action.is_open
        else public_actions_of(action.campaign_id, locale=current_locale(), now=now)
    )
    values = action_page_context(action, form, others=others, mail_minutes=mail_delay_minutes(now))
    return render_template(
        "actions/show.html",
        **values,
        elsewhere=_outcome_elsewhere(action, now),
        pause=find_pause(action),
        needs_proof=needs_proof(action),
        is_email_off=is_off(EMAIL),
        alternates=alternate_urls(locales_of(action)),
    )


def _outcome_elsewhere(action: PublicAction, now: datetime) -> Outcome | None:
    if action.is_open or action.result:
        return None
    return find_outcome(action.id, action.campaign_slug, locale=action.locale, now=now)


def locales_of(action: PublicAction) -> list[str]:
    """The languages of an action, cached."""
    return _LOCALES.get(action.id, lambda: action_locales(action.id))


def action_or_404(campaign_slug: str, action_slug: str) -> PublicAction:
    """The action at an address. At a former address, GET redirects and POST is accepted."""
    locale, now = current_locale(), utc_now()
    if found := find_action(campaign_slug, action_slug, locale=locale, now=now):
        return found
    slugs = find_current_slugs(campaign_slug, action_slug) or abort(404)
    found = find_action(*slugs, locale=locale, now=now) or abort(404)
    if request.method != "POST":
        there = {"campaign_slug": found.campaign_slug, "action_slug": found.slug}
        values = {**(request.view_args or {}), **there}
        abort(permanent_redirect(path_for(request.endpoint or "", **values)))
    return found
