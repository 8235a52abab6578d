"""The public pages of an action: read it, sign it, confirm, withdraw."""

import math
import re
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
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from campaign_actions.actions import confirming, signing, withdrawing
from campaign_actions.actions.commenting import LATEST, canonical, shown_comments
from campaign_actions.actions.forms import SignForm, WithdrawForm, comment_hint
from campaign_actions.actions.models import Signature
from campaign_actions.actions.paging import name_of_moment, read_moment
from campaign_actions.actions.queries import (
    PublicAction,
    action_locales,
    actions_of,
    find_action,
    find_consent,
    find_moved_action,
    find_signature,
    find_signed_action,
)
from campaign_actions.campaigns.looks import Look, find_look
from campaign_actions.core.caching import recent
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import current_locale, locales
from campaign_actions.core.links import alternates_of, path_for
from campaign_actions.core.metrics import (
    SIGNATURES_CONFIRMED,
    SIGNATURES_WITHDRAWN,
    count_sign_answer,
)
from campaign_actions.core.security import cacheable, check_origin, moved_to, private
from campaign_actions.core.throttling import seconds_to_wait
from campaign_actions.core.tokens import LinkBroken, LinkExpired, read_token
from campaign_actions.outbox.queries import mail_delay

bp = Blueprint("actions", __name__, url_prefix="/<locale>")
MAILED_WITHIN = timedelta(minutes=2)  # it is seconds; what takes longer is said on the pages
ACTION = "/campaigns/<campaign_slug>/<action_slug>"
SOURCE = re.compile(r"[a-z0-9._-]{1,40}")


@bp.get(f"{ACTION}/")
def show(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """The action and its form, the same for everybody."""
    action = _action_or_404(campaign_slug, action_slug)
    form = _form(action)
    return cacheable(make_response(_page(action, form)))


@bp.post(f"{ACTION}/")
def sign(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """Take a signature: 303 to thanks, or the form as it was typed and what to put right."""
    key = ("action", current_locale(), campaign_slug, action_slug)
    action = recent(key, lambda: _action_or_404(campaign_slug, action_slug))
    check_origin()
    if not action.is_open_at(utc_now()):
        raise signing.ActionClosed
    form = _form(action)
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
    action = _action_or_404(campaign_slug, action_slug)
    page = render_template(
        "actions/thanks.html",
        action=action,
        look=_look(action),
        others=_others(action),
        subject=_("Please confirm your signature"),
        mail_minutes=_mail_minutes(),
        alternates=alternates_of(action_locales(action.id)),
    )
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
    alternates = {} if page else alternates_of(action_locales(action.id))
    made = render_template(
        "actions/comments.html", action=action, comments=shown, alternates=alternates
    )
    return cacheable(make_response(made))


@bp.get(f"{ACTION}/count.json")
def count(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    action = _action_or_404(campaign_slug, action_slug)
    as_of = action.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    return cacheable(jsonify(count=action.count, goal=action.goal, as_of=as_of))


@bp.route("/confirm/<token>/", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """GET shows what will be signed and a button, and changes nothing; POST confirms."""
    signature = _signature_to_confirm(token)
    action = _signed_action_or_404(signature)
    if action.is_embargoed:  # published anew: until then it is as if it had never been
        raise LinkBroken
    form = action.kind.form.to_confirm(signature, _sent())
    form.ask_only(
        {name: is_asked or getattr(signature, name) for name, is_asked in action.asks.items()}
    )
    if request.method == "POST" and signature.status == "pending":
        if not form.validate():
            return _link_page("confirm", signature, form, 400)
        if confirming.confirm(signature, now=utc_now(), **form.person()):
            SIGNATURES_CONFIRMED.inc()
        return private(make_response(redirect(url_for(".confirm", token=token), 303)))
    return _link_page("confirm", signature, form)


@bp.route("/withdraw/<token>/", methods=["GET", "POST"])
def withdraw(token: str) -> ResponseReturnValue:
    """GET shows a button, POST takes the signature back, once."""
    signature = _signature_or_404(read_token("withdraw", token))
    form = WithdrawForm(_sent())
    if request.method == "POST":
        if withdrawing.withdraw(signature, now=utc_now()):
            SIGNATURES_WITHDRAWN.inc()
        return private(make_response(redirect(url_for(".withdraw", token=token), 303)))
    return _link_page("withdraw", signature, form)


@bp.after_request
def count_signature(response: Response) -> Response:
    """However it ended: taken, refused by the form or a limit, or failed on our side."""
    if request.endpoint == "actions.sign":
        count_sign_answer(response.status_code)
    return response


def _mail_minutes() -> int:
    """How long our mails take when they take longer than they should; else 0. For everybody alike."""
    delay = recent("mail_delay", lambda: mail_delay(utc_now()))
    return math.ceil(delay / timedelta(minutes=1)) if delay > MAILED_WITHIN else 0


def _form(action: PublicAction) -> SignForm:
    """The action's form, filled with what was sent, if anything was."""
    form = action.kind.form(_sent())
    form.newest_consent = action.consent_version or 0
    form.ask_only(action.asks)
    if action.asks_comment and action.shows_comments:
        form.comment.hint = comment_hint()
    return form


def _page(action: PublicAction, form: SignForm) -> str:
    form.renew()
    locale = current_locale()
    consent = recent(("consent", locale), lambda: find_consent(locale))
    tags = recent(("languages of", action.id), lambda: action_locales(action.id))
    comments = None
    if action.shows_comments:
        comments = recent(("comments on", action.id), lambda: shown_comments(action.id))
    return render_template(
        f"actions/{action.kind.name}.html",
        action=action,
        look=_look(action),
        form=form,
        consent=consent,
        comments=comments,
        mail_minutes=_mail_minutes(),
        alternates=alternates_of(tags),
    )


def _link_page(name: str, signature: Signature, form: object, status: int = 200) -> Response:
    action = _signed_action_or_404(signature)
    page = render_template(
        f"actions/{name}.html",
        signature=signature,
        action=action,
        look=_look(action),
        form=form,
        others=_others(action),
    )
    return private(make_response(page, status))


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
        abort(moved_to(path_for(request.endpoint or "", **values)))
    return found


def _look(action: PublicAction) -> Look:
    """How the campaign of an action looks, in the language of the page."""
    campaign_id, locale = action.campaign_id, current_locale()
    return recent(("look", campaign_id, locale), lambda: find_look(campaign_id, locale))


def _sent() -> MultiDict[str, str] | None:
    """What the form was sent with: its fields and nothing else, no JSON and no files."""
    return request.form if request.method == "POST" else None


def _signature_to_confirm(token: str) -> Signature:
    """By a link of its own time: one from before it was withdrawn and signed again is over."""
    lifetime = timedelta(days=current_app.config["CONFIRM_DAYS"])
    name = read_token("confirm", token, max_age=lifetime)
    signature = _signature_or_404(name.partition("-")[0])
    if signature.signed_at and name != confirming.name_of_signing(signature):
        raise LinkExpired
    return signature


def _signature_or_404(public_id: str) -> Signature:
    signature = find_signature(public_id)
    if signature is None:
        raise LinkBroken
    return signature


def _signed_action_or_404(signature: Signature) -> PublicAction:
    """In the language of the page, else in the one that was signed in, else in any."""
    wanted = tuple(filter(None, (current_locale(), signature.locale, *locales())))
    action_id = signature.action_id
    return recent(
        ("signed", action_id, wanted),
        lambda: find_signed_action(action_id, locales=wanted, now=utc_now()) or abort(404),
    )


def _others(action: PublicAction) -> list[PublicAction]:
    """What else one can do in the campaign."""
    found = actions_of(action.campaign_id, locale=current_locale(), now=utc_now())
    return [other for other in found if other.id != action.id and other.is_open]


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
