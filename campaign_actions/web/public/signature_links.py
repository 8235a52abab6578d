"""What links in mails lead to: confirm a signature, or take it back."""

from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.forms import WithdrawForm
from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import (
    PublicAction,
    actions_of,
    find_signature,
    find_signed_action,
)
from campaign_actions.actions.signatures import confirm as confirming
from campaign_actions.actions.signatures import withdraw as withdrawing
from campaign_actions.actions.view_models import look_of, others_than
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, locales
from campaign_actions.core.security.signed_tokens import LinkBroken, LinkExpired, read_token
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.web.http.security_headers import private
from campaign_actions.web.public.signature_metrics import (
    SIGNATURES_CONFIRMED,
    SIGNATURES_WITHDRAWN,
)

bp = Blueprint("links", __name__, url_prefix="/<locale>")
_ACTIONS = TtlCache[tuple[int, tuple[str, ...]], PublicAction]()  # by id and locales, in order


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


def _link_page(name: str, signature: Signature, form: object, status: int = 200) -> Response:
    action, locale = _signed_action_or_404(signature), current_locale()
    page = render_template(
        f"actions/{name}.html",
        signature=signature,
        action=action,
        look=look_of(action.campaign_id, locale),
        form=form,
        others=others_than(action, actions_of(action.campaign_id, locale=locale, now=utc_now())),
    )
    return private(make_response(page, status))


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
    return _ACTIONS.get(
        (action_id, wanted),
        lambda: find_signed_action(action_id, locales=wanted, now=utc_now()) or abort(404),
    )
