"""The languages of a translator, one language, and adding one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.consent import existing_consents, newest_consents
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import ConsentText
from campaign_actions.catalogs.campaign_texts.alignment import catalog_name
from campaign_actions.catalogs.campaign_texts.parts import context_in_words
from campaign_actions.catalogs.languages import LanguageExists, UnknownLanguage, add_language
from campaign_actions.catalogs.models import ConsentDraft
from campaign_actions.catalogs.store.change_log import latest_approvals
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.workflow.language_search import find_languages, name_in
from campaign_actions.catalogs.workflow.progress import language_progress
from campaign_actions.catalogs.workflow.translation_approvals import consent_drafts
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, known_locales, language_here, locales
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.queries import member_names
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.access.translation_access import (
    catalog_title,
    check_language,
    readiness_here,
    visible_campaigns,
    visible_catalogs,
    visible_languages,
)
from campaign_actions.web.staff.translations.area_names import AREA_NAMES

bp = Blueprint("staff_translations_overview", __name__, url_prefix="/staff/translations")
MAX_CAMPAIGNS_SHOWN = 5  # for each language; the page of a language has all
PAGE_SIZE = 20


@bp.get("/")
@needs("translations.view")
def index() -> ResponseReturnValue:
    campaigns = visible_campaigns()
    catalogs = list(visible_catalogs(list(campaigns)[:MAX_CAMPAIGNS_SHOWN]))
    work = {tag: list(language_progress(tag, catalogs)) for tag in visible_languages()}
    return render_template(
        "staff/translations/index.html",
        work={tag: lines for tag, lines in work.items() if lines},
        titles=_titles(campaigns),
        more=max(0, len(campaigns) - MAX_CAMPAIGNS_SHOWN),
    )


@bp.get("/<language>/")
@needs("translations.view")
def show(language: str) -> ResponseReturnValue:
    """The tasks left until the language is public, its approvals and its catalogs."""
    check_language(language)
    campaigns = visible_campaigns()
    page = paginate(len(campaigns), size=PAGE_SIZE)
    offset, limit = page.part["offset"], page.part["limit"]
    catalogs = visible_catalogs(list(campaigns)[offset : offset + limit])
    approvals = latest_approvals(language)
    return render_template(
        "staff/translations/show.html",
        locale=language,
        work=list(language_progress(language, catalogs)),
        titles=_titles(campaigns),
        page=page,
        approvals=approvals,
        names=member_names(approval.staff_id for approval in approvals.values()),
        **({} if language == SOURCE else _publication_state(language)),
    )


@bp.route("/add/", methods=["GET", "POST"])
@needs("languages.add")
def add() -> ResponseReturnValue:
    """Find a language by name, and add it."""
    query = request.args.get("q", "")
    if request.method != "POST":
        return _add_page(query)
    tag = request.form.get("tag", "")
    try:
        add_language(tag, by=current_staff(), now=utc_now())
    except (UnknownLanguage, LanguageExists) as error:
        return _add_page(query or tag, str(error.message), status=error.status)
    locale_registry().refresh_now()
    flash(
        _(
            "%(language)s added. It goes public once it has everything it needs.",
            language=language_here(tag),
        )
    )
    return redirect(url_for(".show", language=tag), 303)


def _publication_state(tag: str) -> Mapping[str, object]:
    return {
        "readiness": readiness_here(tag),
        "is_public": tag in locales(),
        "consents": list(_consents(tag)),
        "area_names": AREA_NAMES,
    }


@dataclass(frozen=True)
class ConsentState:
    """The consent text of one kind in a language.

    `is_missing`: other languages have one. Where none has, no action of the kind can be public.
    """

    kind: ActionKind
    newest: ConsentText | None
    draft: ConsentDraft | None
    is_missing: bool


def _consents(tag: str) -> Iterator[ConsentState]:
    drafts, written = consent_drafts(tag), {kind for kind, _locale in existing_consents()}
    for name, newest in newest_consents(tag).items():
        is_missing = newest is None and name in written
        yield ConsentState(KINDS[name], newest, drafts.get(name), is_missing)


def _titles(campaigns: dict[int, str]) -> dict[str, str]:
    """By catalog name."""
    titles = {catalog_name(campaign_id): title for campaign_id, title in campaigns.items()}
    return {INTERFACE: catalog_title(INTERFACE), **titles}


def _add_page(query: str, error: str = "", *, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "staff/translations/add.html",
        query=query,
        found=find_languages(query, locale=current_locale()),
        known=known_locales(),
        trouble=error,
    )
    return page, status


@bp.app_context_processor
def names_here() -> dict[str, Callable[[str], str]]:
    """`name_here(tag)`: the name of a language in the language of the page."""
    return {
        "name_here": lambda tag: name_in(tag, current_locale()),
        "context_in_words": context_in_words,
    }
