"""Consent texts by language and kind of action: the current one, a proposed one, and its approval."""

import re

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.consent import (
    consent_versions,
    find_model_consent,
    find_newest_consent,
    newest_consents,
    publish_consent,
)
from campaign_actions.actions.forms import ConsentForm
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.listing.campaigns import ListedCampaign, listed_campaigns
from campaign_actions.actions.personal_data.later_uses import (
    USE_LABELS,
    USES_OF_KIND,
    cover_with_model,
    covered_uses,
    set_covered,
)
from campaign_actions.catalogs.workflow.translation_approvals import (
    APPROVAL,
    approve_consent,
    consent_approvers,
    consent_drafts,
    find_consent_draft,
    propose_consent,
    withdraw_consent_draft,
)
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.forms.input_text import normalize_text
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.queries import member_names
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import (
    allows,
    campaigns_of,
    current_staff,
    needs,
)
from campaign_actions.web.staff.access.translation_access import check_language, visible_languages

bp = Blueprint("staff_translations_consent", __name__, url_prefix="/staff/consent")
PAGE_SIZE = 20  # versions
MAX_NAMED = 5  # people who can approve, and campaigns
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
    """The proposed text if there is one, and all versions, which never change.

    With `?begin=model` the form contains the model text.
    """
    _check(language, kind)
    current = find_consent_draft(kind, language) or find_newest_consent(kind, language)
    body = current.body if current else ""
    if request.args.get("begin") == "model":
        body = find_model_consent(kind, language) or body
    return _page(language, kind, ConsentForm(data={"body": body}))


@bp.post("/<language>/<kind>/")
@needs("translate", everywhere=True)
def propose(language: str, kind: str) -> ResponseReturnValue:
    """Save a text for a second person to approve, or publish it if no approval is needed.

    Where nobody else can approve, its author does.
    """
    _check(language, kind)
    form, staff, now = ConsentForm(), current_staff(), utc_now()
    if not form.validate():
        return _page(language, kind, form), 400
    body = form.body.data
    if not _needs_approval():
        _announce(
            language, kind, publish_consent(kind, language, body, now=now, actor=staff.email), body
        )
        return _back(language, kind)
    propose_consent(kind, language, body, by=staff, now=now)
    if _may_decide_alone(language):
        number = approve_consent(kind, language, seen=body, by=staff, now=now)
        _announce(language, kind, number, body)
    else:
        flash(_("Text proposed. It applies once someone else has approved it."))
    return _back(language, kind)


@bp.post("/<language>/<kind>/approve/")
@needs("review", everywhere=True)
def approve(language: str, kind: str) -> ResponseReturnValue:
    _check(language, kind)
    seen = normalize_text(request.form.get("seen", ""))
    number = approve_consent(kind, language, seen=seen, by=current_staff(), now=utc_now())
    _announce(language, kind, number, seen)
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


def _back(language: str, kind: str) -> ResponseReturnValue:
    return redirect(url_for(".edit", language=language, kind=kind), 303)


def _announce(language: str, kind: str, number: int, body: str) -> None:
    """A new version is in force. The model text mentions every use of data."""
    if body == find_model_consent(kind, language):
        cover_with_model(kind, language, number, now=utc_now(), actor=current_staff().email)
    locale_registry().refresh_now()
    flash(_("Version %(number)d is now in force.", number=number))


def _needs_approval() -> bool:
    return APPROVAL in current_app.config["LOCALE_NEEDS"] or not allows("consent.edit")


def _may_decide_alone(language: str) -> bool:
    """Whether the member could publish the text, and is the only one who can approve it."""
    may_publish = allows("consent.edit") and campaigns_of("review") is None
    return may_publish and not consent_approvers(language, besides=current_staff())


def _unpublished_campaigns(language: str) -> list[ListedCampaign]:
    """The campaigns with texts in a language that have not opened."""
    if not allows("campaigns.view"):
        return []
    found = listed_campaigns(
        campaigns_of("campaigns.view"), locales=locales_current_first(), now=utc_now()
    )
    return [one for one in found if one.state in ("draft", "scheduled") and language in one.locales]


def _page(language: str, kind: str, form: ConsentForm) -> str:
    newest, draft = find_newest_consent(kind, language), find_consent_draft(kind, language)
    is_alone = _may_decide_alone(language)
    page = paginate(newest.version if newest else 0, size=PAGE_SIZE)
    return render_template(
        "staff/translations/consent_text.html",
        locale=language,
        kind=KINDS[kind],
        source=find_newest_consent(kind, SOURCE) if language != SOURCE else None,
        source_tag=SOURCE,
        newest=newest,
        draft=draft,
        names=member_names([draft.staff_id] if draft else []),
        is_own=draft is not None and draft.staff_id == current_staff().id,
        may_write=campaigns_of("translate") is None,
        may_approve=campaigns_of("review") is None,
        by_two=_needs_approval() and not is_alone,
        is_alone=is_alone and _needs_approval(),
        approvers=[
            member.name or member.email
            for member in consent_approvers(language, besides=current_staff())[:MAX_NAMED]
        ],
        has_model=find_model_consent(kind, language) is not None,
        is_model=not (form.errors or newest)
        and form.body.data == find_model_consent(kind, language),
        campaigns=_unpublished_campaigns(language)[:MAX_NAMED],
        uses={use: USE_LABELS[use] for use in USES_OF_KIND[kind]},
        covered=covered_uses(db.session.connection(), kind, language),
        versions=consent_versions(kind, language, **page.part),
        page=page,
        form=form,
    )
