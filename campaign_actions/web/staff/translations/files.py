"""Catalogs as files for translators' programs: down, and up again."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from campaign_actions.catalogs.files.issue_messages import refusal_words
from campaign_actions.catalogs.files.validate import MOST_BYTES
from campaign_actions.catalogs.files.xliff.write import write_xliff
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.store.save import TranslationEdit
from campaign_actions.catalogs.workflow.export import outgoing, write_po
from campaign_actions.catalogs.workflow.upload import (
    OfAnotherCatalog,
    Received,
    decide,
    look_at_file,
    receive,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.input_text import normalize_line_ends
from campaign_actions.core.i18n.registry import locale_registry
from campaign_actions.web.staff.access.authorization import (
    current_staff,
    needs,
    slow_work,
    takes_files,
)
from campaign_actions.web.staff.access.translation_access import catalog_into, catalog_title

URL = "/staff/translations/<language>/<catalog>/files"
bp = Blueprint("staff_catalog_files", __name__, url_prefix=URL)
WRITERS = {
    "po": (write_po, "text/x-gettext-translation"),
    "xlf": (write_xliff, "application/xliff+xml"),
}
SHOWN = 100  # of each list on the page of what became of a file


@bp.get("/")
@needs("translations.view")
def show(language: str, catalog: str) -> ResponseReturnValue:
    return _page(language, catalog_into(catalog, language))


@bp.get("/download.<any(po,xlf):suffix>")
@needs("translations.view")
@slow_work
def download(language: str, catalog: str, suffix: str) -> ResponseReturnValue:
    messages = catalog_into(catalog, language)
    write, mimetype = WRITERS[suffix]
    response = Response(write(outgoing(messages, language)), mimetype=mimetype)
    name = f"{messages.slug or 'campaign-actions'}.{language}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/upload/")
@needs("translate")
@takes_files(MOST_BYTES)
@slow_work
def upload(language: str, catalog: str) -> ResponseReturnValue:
    """Take a file in; what is refused, and what somebody else has changed meanwhile, is told."""
    messages = catalog_into(catalog, language)
    file = request.files.get("file")
    data = file.read() if file else b""
    if not data:
        return _page(language, messages, _("Choose the file that you saved in your program.")), 400
    try:
        if "look" in request.form:
            received = Received(look_at_file(messages, language, data))
        else:
            received = receive(messages, language, data, by=current_staff(), now=utc_now())
            locale_registry().refresh_now()
    except OfAnotherCatalog as error:
        return _page(language, messages, f"{error.title}. {error.message}"), 400
    return render_template(
        "staff/translations/received.html",
        tag=language,
        catalog=messages,
        title=catalog_title(catalog),
        received=received,
        plan=received.plan,
        is_look="look" in request.form,
        shown=SHOWN,
        refusal_words=refusal_words,
        keys={(message.context, message.source): message.key for message in messages.messages},
    )


@bp.post("/decide/")
@needs("translate")
@slow_work
def choose(language: str, catalog: str) -> ResponseReturnValue:
    """Of what was changed in the file and here: take that of the file, where it was ticked."""
    messages = catalog_into(catalog, language)
    wishes = {key: _wish(request.form, key) for key in request.form.getlist("take")}
    decided = decide(messages, language, wishes, by=current_staff(), now=utc_now())
    locale_registry().refresh_now()
    flash(ngettext("%(num)d was taken.", "%(num)d were taken.", decided.taken))
    if not (decided.changed or decided.refused):
        return redirect(url_for("staff_strings.index", language=language, catalog=catalog), 303)
    page = render_template(
        "staff/translations/left.html",
        tag=language,
        catalog=messages,
        title=catalog_title(catalog),
        changed=[messages.by_key[key] for key in decided.changed],
        refused=[messages.by_key[key] for key in decided.refused if key in messages.by_key],
    )
    return page, 409


def _wish(sent: MultiDict[str, str], key: str) -> TranslationEdit:
    forms, seen = (
        tuple(normalize_line_ends(text) for text in sent.getlist(f"{name}-{key}"))
        for name in ("form", "read")
    )
    return TranslationEdit(forms, seen)


def _page(language: str, catalog: Catalog, trouble: str = "") -> str:
    return render_template(
        "staff/translations/files.html",
        tag=language,
        catalog=catalog,
        title=catalog_title(catalog.name),
        trouble=trouble,
    )
