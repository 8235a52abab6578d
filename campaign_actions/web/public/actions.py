"""The public pages of an action: read it, sign it, and what comes next."""

import re
from dataclasses import astuple
from datetime import timedelta

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
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.comments.public import LATEST, canonical, shown_comments
from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.queries import (
    PublicAction,
    action_locales,
    actions_of,
    find_action,
    find_moved_action,
)
from campaign_actions.actions.signatures import sign as signing
from campaign_actions.actions.signatures.keyset import name_of_moment, read_moment
from campaign_actions.actions.view_models import (
    action_page,
    minutes_of_mail,
    sign_form,
    thanks_page,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.formatting import datetime_utc, number
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.security.rate_limit import seconds_to_wait
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.core.urls import alternate_urls, path_for
from campaign_actions.web.http.security_headers import cacheable, check_origin, permanent_redirect
from campaign_actions.web.public.signature_metrics import count_sign_answer

bp = Blueprint("actions", __name__, url_prefix="/<locale>")
ACTION = "/campaigns/<campaign_slug>/<action_slug>"
_SIGNED = TtlCache[tuple[str, str, str], PublicAction]()  # by locale, campaign and action
_LOCALES = TtlCache[int, list[str]]()  # by action
SOURCE = re.compile(r"[a-z0-9._-]{1,40}")


@bp.get(f"{ACTION}/")
def show(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """The action and its form, the same for everybody."""
    action = _action_or_404(campaign_slug, action_slug)
    form = sign_form(action, _sent())
    return cacheable(make_response(_page(action, form)))


@bp.post(f"{ACTION}/")
def sign(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """Take a signature: 303 to thanks, or the form as it was typed and what to put right."""
    key = (current_locale(), campaign_slug, action_slug)
    action = _SIGNED.get(key, lambda: _action_or_404(campaign_slug, action_slug))
    check_origin()
    if not action.is_open_at(utc_now()):
        raise signing.ActionClosed
    form = sign_form(action, _sent())
    wait = seconds_to_wait(current_app.config["SIGN_LIMIT"], "sign", str(action.id))
    if wait:
        form.form_errors.append(_words_for(wait))
        return _page(action, form), 429, {"Retry-After": str(wait)}
    if not form.validate():
        return _page(action, form), 400
    signing.sign(
        action,
        locale=current_locale(),
        now=utc_now(),
        remind_after=timedelta(hours=current_app.config["REMIND_AFTER_HOURS"]),
        source=_source(),
        **form.details(),
    )
    thanks = path_for("actions.thanks", campaign_slug=campaign_slug, action_slug=action_slug)
    return redirect(thanks, 303)


@bp.get(f"{ACTION}/thanks/")
def thanks(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """What to do next; the same whoever comes here."""
    action, now = _action_or_404(campaign_slug, action_slug), utc_now()
    actions = actions_of(action.campaign_id, locale=current_locale(), now=now)
    values = thanks_page(action, actions, mail_minutes=minutes_of_mail(now))
    alternates = alternate_urls(action_locales(action.id))
    page = render_template("actions/thanks.html", **values, alternates=alternates)
    return cacheable(make_response(page))


@bp.get(f"{ACTION}/comments/", defaults={"page": ""})
@bp.get(f"{ACTION}/comments/<page>/")
def comments(campaign_slug: str, action_slug: str, page: str) -> ResponseReturnValue:
    """The comments that staff let through, page after page, each under one address."""
    action = _action_or_404(campaign_slug, action_slug)
    before = read_moment(page) if page else LATEST
    if not action.shows_comments or before is None:
        abort(404)
    shown = shown_comments(action.id, before=before)
    if page and not shown.shown:
        abort(404)
    if page and (place := canonical(action.id, before)) != before:
        values = {**(request.view_args or {}), "page": name_of_moment(place) if place else ""}
        return redirect(path_for("actions.comments", **values), 302)
    alternates = {} if page else alternate_urls(action_locales(action.id))
    made = render_template(
        "actions/comments.html", action=action, comments=shown, alternates=alternates
    )
    return cacheable(make_response(made))


@bp.get(f"{ACTION}/count.json")
def count(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """The newest count, for programs; and for the page, in the words that it would have now."""
    action = _action_or_404(campaign_slug, action_slug)
    words = {
        "counted": astuple(action.kind.count_in_words(action.count)),
        "goal": number(action.goal),
        "as_of": datetime_utc(action.as_of),
    }
    as_of = action.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    return cacheable(jsonify(count=action.count, goal=action.goal, as_of=as_of, words=words))


@bp.after_request
def count_signature(response: Response) -> Response:
    """However it ended: taken, refused by the form or a limit, or failed on our side."""
    if request.endpoint == "actions.sign":
        count_sign_answer(response.status_code)
    return response


def _page(action: PublicAction, form: SignForm) -> str:
    tags = _LOCALES.get(action.id, lambda: action_locales(action.id))
    values = action_page(action, form, mail_minutes=minutes_of_mail(utc_now()))
    alternates = alternate_urls(tags)
    return render_template(f"actions/{action.kind.name}.html", **values, alternates=alternates)


def _action_or_404(campaign_slug: str, action_slug: str) -> PublicAction:
    """By its address, or by one it had: who reads is led on, who signs there is heard."""
    locale, now = current_locale(), utc_now()
    if found := find_action(campaign_slug, action_slug, locale=locale, now=now):
        return found
    slugs = find_moved_action(campaign_slug, action_slug) or abort(404)
    found = find_action(*slugs, locale=locale, now=now) or abort(404)
    if request.method != "POST":
        there = {"campaign_slug": found.campaign_slug, "action_slug": found.slug}
        values = {**(request.view_args or {}), **there}
        abort(permanent_redirect(path_for(request.endpoint or "", **values)))
    return found


def _sent() -> MultiDict[str, str] | None:
    """What the form was sent with: its fields and nothing else, no JSON and no files."""
    return request.form if request.method == "POST" else None


def _source() -> str | None:
    """Where the signer came from, if the address said so in a form we keep."""
    source = request.args.get("source") or request.args.get("utm_source") or ""
    return source if SOURCE.fullmatch(source) else None


def _words_for(wait: int) -> str:
    minutes = -(-wait // 60)
    words: str = ngettext(
        "Very many signatures came from your network just now. Nothing you wrote is lost:"
        " please press again in %(num)d minute.",
        "Very many signatures came from your network just now. Nothing you wrote is lost:"
        " please press again in %(num)d minutes.",
        minutes,
    )
    return words
