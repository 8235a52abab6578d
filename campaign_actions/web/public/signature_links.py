"""The pages that links in emails open: confirm a signature, or withdraw it."""

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from campaign_actions.actions.forms import ABOUT_COMMENT, SignForm, WithdrawForm
from campaign_actions.actions.models import Signature
from campaign_actions.actions.newest.last_public import find_signed_action
from campaign_actions.actions.personal_data.purposes import PURPOSES
from campaign_actions.actions.queries import PublicAction, find_signature_by_code
from campaign_actions.actions.questions.answered import former_answers
from campaign_actions.actions.questions.sign_form import form_class
from campaign_actions.actions.signatures import confirm as confirming
from campaign_actions.actions.signatures import withdraw as withdrawing
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.email_links import (
    CONFIRM,
    FILES,
    WITHDRAW,
    find_linked_signature,
)
from campaign_actions.actions.view_models import cached_appearance, signature_page_context
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, locales
from campaign_actions.core.security.signed_tokens import (
    LinkBroken,
    LinkExpired,
)
from campaign_actions.core.switches.state import email_clock
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.disclosures.files import files_containing
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.http.security_headers import private
from campaign_actions.web.public.next_action import find_next_action
from campaign_actions.web.public.signing.metrics import (
    SIGNATURES_CONFIRMED,
    SIGNATURES_WITHDRAWN,
)

bp = Blueprint("signature_links", __name__, url_prefix="/<locale>")
_ACTIONS = TtlCache[tuple[int, tuple[str, ...]], PublicAction]()  # by id and locales, in order


@bp.route("/confirm/<token>/", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """GET shows what will be signed and changes nothing. POST confirms it."""
    signature = _signature_to_confirm(token)
    action = _signed_action_or_404(signature)
    form = form_class(action).to_confirm(signature, submitted_form())
    # Entries can still be corrected if the action no longer asks for them. Only ticks about a comment
    # are not asked for where comments are not shown; confirming removes them.
    form.ask_only(
        {
            name: is_asked or (name not in ABOUT_COMMENT and getattr(signature, name))
            for name, is_asked in action.asks.items()
        }
    )
    if request.method == "POST" and signature.status == "pending":
        if not form.validate():
            return _render("confirm", signature, form, 400)
        if confirming.confirm(signature, now=utc_now(), **form.person()):
            SIGNATURES_CONFIRMED.inc()
        return private(make_response(redirect(url_for(".confirm", token=token), 303)))
    return _render("confirm", signature, form)


@bp.route("/withdraw/<token>/", methods=["GET", "POST"])
def withdraw(token: str) -> ResponseReturnValue:
    """GET shows a button and changes nothing. POST withdraws, once; with `delete`, it deletes afterwards."""
    signature, sent = _signature_or_404(WITHDRAW.read(token)), submitted_form()
    form = WithdrawForm(sent)
    if request.method == "POST":
        if sent and "delete" in sent:
            withdrawing.erase_withdrawn(signature, now=utc_now())
        elif withdrawing.withdraw(signature, now=utc_now()):
            SIGNATURES_WITHDRAWN.inc()
        return private(make_response(redirect(url_for(".withdraw", token=token), 303)))
    return _render("withdraw", signature, form)


@bp.get("/files/<token>/")
def files(token: str) -> ResponseReturnValue:
    """In which exported files an entry is, and whether it was deleted there. The link has only its code."""
    signature = find_signature_by_code(FILES.read(token))
    if signature is None:
        raise LinkBroken
    page = render_template(
        "signature_links/files.html",
        action=_signed_action_or_404(signature),
        signature=signature,
        files=files_containing(signature),
        purposes=PURPOSES,
    )
    return private(make_response(page))


def _render(name: str, signature: Signature, form: object, status: int = 200) -> Response:
    action = _signed_action_or_404(signature)
    page = render_template(
        f"signature_links/{name}.html",
        **signature_page_context(signature, action),
        appearance=cached_appearance(action),
        form=form,
        former=former_answers(
            (*action.questions, *action.former_questions), signature, form.other_answers
        )
        if isinstance(form, SignForm)
        else [],
        next_action=find_next_action(signature, action) if signature.is_counted else None,
        files_url=url_for(".files", token=FILES.make(signature.public_id)),
        withdraw_url=url_for(".withdraw", token=WITHDRAW.make(signature.public_id)),
    )
    return private(make_response(page, status))


def _signature_to_confirm(token: str) -> Signature:
    """The signature of a link to confirm. The link expires when the person signs again.

    Time for which email was off does not count.
    """
    subject = CONFIRM.read(token, clock=email_clock())
    signature = _signature_or_404(subject)
    if signature.signed_at and subject != signing_id(signature):
        raise LinkExpired
    return signature


def _signature_or_404(subject: str) -> Signature:
    signature = find_linked_signature(subject)
    if signature is None:
        raise LinkBroken
    return signature


def _signed_action_or_404(signature: Signature) -> PublicAction:
    """In the language of the page, else that of the signature, else any that is or was public."""
    preferred = tuple(filter(None, (current_locale(), signature.locale, *locales())))
    action_id = signature.action_id
    return _ACTIONS.get(
        (action_id, preferred),
        lambda: find_signed_action(action_id, locales=preferred, now=utc_now()) or abort(404),
    )
