"""Consent texts by language and kind of action: the current one, a proposed one, and its approval."""

import re
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.consent import (
    find_model_consent,
    find_newest_consent,
    newest_consents,
    publish_consent,
)
from campaign_actions.actions.forms import ConsentForm
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.personal_data.later_uses import (
    USES_OF_KIND,
    cover_with_model,
    set_covered,
)
from campaign_actions.catalogs.workflow.forms import SendBackForm
from campaign_actions.catalogs.workflow.translation_approvals import (
    approve_consent,
    consent_drafts,
    find_consent_draft,
    find_returned_consent,
    propose_consent,
    send_back_consent,
    withdraw_consent_draft,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.input_text import normalize_text
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.web.staff.access.authorization import (
    allows,
    current_staff,
    needs,
)
from campaign_actions.web.staff.access.translation_access import check_language, visible_languages
from campaign_actions.web.staff.menu import FROM_ALL, is_from_all
from campaign_actions.web.staff.publishing.checklist import next_page
from campaign_actions.web.staff.translations.consent_page import (
    consent_page,
    draft_here,
    may_decide_alone,
    needs_approval,
    unpublished_campaigns,
)
from campaign_actions.web.staff.waiting.all_waiting import say_next_item

bp = Blueprint("staff_translations_consent", __name__, url_prefix="/staff/consent")
VERSION = re.compile("[0-9]{1,9}")


@bp.get("/")
@needs("translations.view")
def index() -> ResponseReturnValue:
    """The texts of all languages."""
    tags = visible_languages()
    return render_template(
        "staff/translations/consent.html",
        texts={tag: newest_consents(tag) for tag in tags},
        drafts={tag: consent_drafts(tag) for tag in tags},
        kinds=KINDS,
    )


@bp.get("/<language>/")
@needs("translations.view")
def show(language: str) -> ResponseReturnValue:
    """The texts of one language."""
    check_language(language)
    return render_template(
        "staff/translations/consent_texts.html",
        locale=language,
        texts=newest_consents(language),
        drafts=consent_drafts(language),
        kinds=KINDS,
    )


@bp.get("/<language>/<kind>/")
@needs("translations.view")
def edit(language: str, kind: str) -> ResponseReturnValue:
    """The text that is proposed or was sent back, if there is one, and all versions, which never change.

    With `?begin=model` the form contains the model text. `?campaign=` is a draft to go on with.
    """
    _check(language, kind)
    current = (
        find_consent_draft(kind, language)
        or find_returned_consent(kind, language)
        or find_newest_consent(kind, language)
    )
    body = current.body if current else ""
    if request.args.get("begin") == "model":
        body = find_model_consent(kind, language) or body
    return consent_page(language, kind, ConsentForm(data={"body": body}))


@bp.post("/<language>/<kind>/")
@needs("translate", everywhere=True)
def propose(language: str, kind: str) -> ResponseReturnValue:
    """Save a text for a second person to approve, or publish it if no approval is needed.

    Where nobody else can approve, its author does.
    """
    _check(language, kind)
    form, staff, now = ConsentForm(), current_staff(), utc_now()
    if not form.validate():
        return consent_page(language, kind, form), 400
    body = form.body.data
    if not needs_approval():
        _announce(
            language, kind, publish_consent(kind, language, body, now=now, actor=staff.email), body
        )
        return _go_on(language, kind)
    propose_consent(kind, language, body, by=staff, now=now)
    if may_decide_alone(language):
        number = approve_consent(kind, language, seen=body, by=staff, now=now)
        _announce(language, kind, number, body)
    else:
        flash(_("Text proposed. It applies once someone else has approved it."))
    return _go_on(language, kind)


@bp.post("/<language>/<kind>/approve/")
@needs("review", everywhere=True)
def approve(language: str, kind: str) -> ResponseReturnValue:
    _check(language, kind)
    seen = normalize_text(request.form.get("seen", ""))
    number = approve_consent(kind, language, seen=seen, by=current_staff(), now=utc_now())
    _announce(language, kind, number, seen)
    return _go_on(language, kind)


@bp.post("/<language>/<kind>/send-back/")
@needs("review", everywhere=True)
def send_back(language: str, kind: str) -> ResponseReturnValue:
    """Return the proposed text to its author, who gets an email."""
    _check(language, kind)
    form, seen = SendBackForm(), normalize_text(request.form.get("seen", ""))
    if not form.validate():
        return consent_page(language, kind, ConsentForm(None, data={"body": seen}), form), 400
    send_back_consent(
        kind, language, seen=seen, note=form.note.data, by=current_staff(), now=utc_now()
    )
    flash(_("Text sent back. We will email its author."))
    say_next_item(here="")
    return _back(language, kind)


@bp.post("/<language>/<kind>/drop/")
@needs("translate", everywhere=True)
def drop(language: str, kind: str) -> ResponseReturnValue:
    _check(language, kind)
    withdraw_consent_draft(kind, language, by=current_staff(), now=utc_now())
    flash(_("Proposal discarded. The current text stays in force."))
    return _back(language, kind)


@bp.post("/<language>/<kind>/uses/")
@needs("consent.edit")
def set_uses(language: str, kind: str) -> ResponseReturnValue:
    """Say which version is the first to cover each later use of data."""
    _check(language, kind)
    chosen = {use: request.form.get(use, "") for use in USES_OF_KIND[kind]}
    uses = {use: int(text) if VERSION.fullmatch(text) else None for use, text in chosen.items()}
    set_covered(kind, language, uses, now=utc_now(), actor=current_staff().email)
    flash(_("Saved. It applies to exports from now on."))
    return _back(language, kind)


def _check(language: str, kind: str) -> None:
    check_language(language)
    if kind not in KINDS:
        abort(404)


def _go_on(language: str, kind: str) -> ResponseReturnValue:
    """To the next step of the draft that the member is writing, or else with a link to what waits next."""
    draft = draft_here(unpublished_campaigns(language))
    if draft is None or not allows("campaigns.edit", draft.id):
        say_next_item(here="")
        return _back(language, kind)
    there = next_page(draft.id)
    there.say()
    return redirect(there.address, 303)


def _back(language: str, kind: str) -> ResponseReturnValue:
    names: dict[str, Any] = {
        "language": language,
        "kind": kind,
        "campaign": request.args.get("campaign", type=int),
        "back": FROM_ALL if is_from_all() else None,
    }
    return redirect(url_for(".edit", **names), 303)


def _announce(language: str, kind: str, number: int, body: str) -> None:
    """A new version is in force. The model text mentions every use of data."""
    if body == find_model_consent(kind, language):
        cover_with_model(kind, language, number, now=utc_now(), actor=current_staff().email)
    locale_registry().refresh_now()
    flash(_("Version %(number)d is now in force.", number=number))
