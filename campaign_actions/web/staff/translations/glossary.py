"""The glossary of a language: agreed translations of terms."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.catalogs.workflow.forms import TermForm
from campaign_actions.catalogs.workflow.glossary import (
    Term,
    TermExists,
    find_term,
    find_term_by_name,
    remove_term,
    save_term,
    terms,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.access.translation_access import check_language

bp = Blueprint(
    "staff_translations_glossary", __name__, url_prefix="/staff/translations/<language>/glossary"
)


@bp.get("/")
@needs("translations.view")
def index(language: str) -> ResponseReturnValue:
    check_language(language)
    return render_template(
        "staff/translations/glossary.html", locale=language, terms=terms(language)
    )


@bp.route("/add/", methods=["GET", "POST"])
@needs("translate")
def add(language: str) -> ResponseReturnValue:
    """Also changes a term that ships, which the query names: it gets an entry of this installation."""
    check_language(language)
    term = find_term_by_name(language, request.args.get("term", ""))
    return _save_or_show(language, TermForm(obj=term), term)


@bp.route("/<int:term_id>/", methods=["GET", "POST"])
@needs("translate")
def edit(language: str, term_id: int) -> ResponseReturnValue:
    term = _find_term_or_404(language, term_id)
    return _save_or_show(language, TermForm(obj=term), term)


@bp.post("/<int:term_id>/remove/")
@needs("translate")
def remove(language: str, term_id: int) -> ResponseReturnValue:
    term = _find_term_or_404(language, term_id)
    remove_term(language, term, actor=current_staff().email, now=utc_now())
    if term.shipped:
        flash(_("“%(term)s” has its built-in translation again", term=term.term))
    else:
        flash(_("“%(term)s” removed from the glossary", term=term.term))
    return redirect(url_for(".index", language=language), 303)


def _save_or_show(language: str, form: TermForm, term: Term | None) -> ResponseReturnValue:
    texts = {name: form[name].data or "" for name in ("term", "translation", "note")}
    if form.validate_on_submit():
        try:
            save_term(
                language,
                texts,
                term=term,
                actor=current_staff().email,
                now=utc_now(),
            )
        except TermExists as error:
            form.term.errors = [str(error.title)]
        else:
            flash(_("Saved"))
            return redirect(url_for(".index", language=language), 303)
    page = render_template("staff/translations/term.html", locale=language, form=form, term=term)
    return page, 400 if form.errors else 200


def _find_term_or_404(language: str, term_id: int) -> Term:
    check_language(language)
    return find_term(language, term_id) or abort(404)
