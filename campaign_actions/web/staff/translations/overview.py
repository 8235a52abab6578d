"""What waits for translators: all their languages, one of them, and a new one."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.consent import find_newest_consent
from campaign_actions.catalogs.languages import LanguageIsThere, NoLanguage, add_language
from campaign_actions.catalogs.store.change_log import approvals_of
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.workflow.approvals import find_draft
from campaign_actions.catalogs.workflow.language_search import find_languages, name_in
from campaign_actions.catalogs.workflow.progress import readiness, waiting_words, work_in
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, known_locales, language_name, locales
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.core.i18n.registry import locale_registry
from campaign_actions.staff.queries import names_of
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.access.translation_access import (
    look_at,
    own_campaigns,
    own_catalogs,
    own_languages,
)
from campaign_actions.web.staff.translations.area_names import AREA_NAMES

bp = Blueprint("staff_translations", __name__, url_prefix="/staff/translations")
IN_A_BOX = 5  # campaigns of each language in the overview; its own page has them all
ON_A_PAGE = 20


@bp.get("/")
@needs("translations.view")
def index() -> ResponseReturnValue:
    """How far each of one's languages is, and where to go on."""
    campaigns = own_campaigns()
    catalogs = list(own_catalogs(list(campaigns)[:IN_A_BOX]))
    work = {tag: list(work_in(tag, catalogs)) for tag in own_languages()}
    return render_template(
        "staff/translations/index.html",
        work={tag: lines for tag, lines in work.items() if lines},
        titles=_titles(campaigns),
        more=max(0, len(campaigns) - IN_A_BOX),
    )


@bp.get("/<language>/")
@needs("translations.view")
def show(language: str) -> ResponseReturnValue:
    """A language: what is missing until the public sees it, who approved what, its catalogs."""
    look_at(language)
    campaigns = own_campaigns()
    page = paginate(len(campaigns), size=ON_A_PAGE)
    skip, most = page.part["skip"], page.part["most"]
    catalogs = own_catalogs(list(campaigns)[skip : skip + most])
    approvals = approvals_of(language)
    return render_template(
        "staff/translations/show.html",
        tag=language,
        work=list(work_in(language, catalogs)),
        titles=_titles(campaigns),
        page=page,
        approvals=approvals,
        names=names_of(approval.staff_id for approval in approvals.values()),
        **({} if language == SOURCE else _standing(language)),
    )


@bp.route("/add/", methods=["GET", "POST"])
@needs("languages.add")
def add() -> ResponseReturnValue:
    """Find a language by its name, and begin it."""
    query = request.args.get("q", "")
    if request.method != "POST":
        return _add_page(query)
    tag = request.form.get("tag", "")
    try:
        add_language(tag, by=current_staff(), now=utc_now())
    except (NoLanguage, LanguageIsThere) as error:
        return _add_page(query or tag, str(error.message), status=error.status)
    locale_registry().refresh_now()
    flash(
        _(
            "%(language)s has begun. The public sees it once it is ready.",
            language=language_name(tag),
        )
    )
    return redirect(url_for(".show", language=tag), 303)


def _standing(tag: str) -> dict[str, Any]:
    """What the public waits for."""
    return {
        "readiness": readiness(tag, current_app.config["LOCALE_NEEDS"]),
        "is_public": tag in locales(),
        "is_held_back": bool(current_app.config["LOCALES"])
        and tag not in current_app.config["LOCALES"],
        "consent": find_newest_consent(tag),
        "draft": find_draft(tag),
        "waiting_words": waiting_words(tag),
        "area_names": AREA_NAMES,
    }


def _titles(campaigns: dict[int, str]) -> dict[str, str]:
    """By the names of catalogs."""
    return {INTERFACE: _("Words of the program")} | {
        f"campaign-{one}": title for one, title in campaigns.items()
    }


def _add_page(query: str, trouble: str = "", *, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "staff/translations/add.html",
        query=query,
        found=find_languages(query, locale=current_locale()),
        known=known_locales(),
        trouble=trouble,
    )
    return page, status


@bp.app_context_processor
def names_here() -> dict[str, Any]:
    """`name_here(tag)`: a language as the reader of the page calls it."""
    return {"name_here": lambda tag: name_in(tag, current_locale())}
