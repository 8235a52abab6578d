"""What people agree to, per language: the text that stands, the ones before it, and a new one."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.consenting import (
    consent_versions,
    find_newest_consent,
    publish_consent,
)
from campaign_actions.actions.writing_forms import ConsentForm
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import locales
from campaign_actions.core.pages import page_of
from campaign_actions.staff.guards import current_staff, needs

bp = Blueprint("staff_consent", __name__, url_prefix="/staff/consent")
ON_A_PAGE = 20  # versions


@bp.get("/")
@needs("consent.edit")
def index() -> ResponseReturnValue:
    texts = {tag: find_newest_consent(tag) for tag in locales()}
    return render_template("staff/actions/consent.html", texts=texts)


@bp.route("/<text_locale>/", methods=["GET", "POST"])
@needs("consent.edit")
def edit(text_locale: str) -> ResponseReturnValue:
    """A new version; what is there already never changes."""
    if text_locale not in locales():
        abort(404)
    newest = find_newest_consent(text_locale)
    page = page_of(newest.version if newest else 0, size=ON_A_PAGE)
    form = ConsentForm(data={"body": newest.body if newest else ""})
    if form.validate_on_submit():
        number = publish_consent(
            text_locale, form.body.data, now=utc_now(), actor=current_staff().email
        )
        flash(_("Version %(number)d is what people agree to from now on.", number=number))
        return redirect(url_for(".edit", text_locale=text_locale), 303)
    shown = render_template(
        "staff/actions/consent_edit.html",
        tag=text_locale,
        versions=consent_versions(text_locale, **page.part),
        page=page,
        form=form,
    )
    return shown, 400 if form.errors or form.form_errors else 200
