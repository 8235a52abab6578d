"""Downloading catalogs as files, and importing them again."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from campaign_actions.catalogs.files.file_issue_texts import file_issue_text
from campaign_actions.catalogs.files.parse import MAX_BYTES
from campaign_actions.catalogs.files.xliff.write import write_xliff
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.store.save import TranslationEdit
from campaign_actions.catalogs.workflow.export import export_catalog, write_po
from campaign_actions.catalogs.workflow.import_file import (
    ImportResult,
    WrongCatalog,
    import_file,
    preview_import,
    resolve_conflicts,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.input_text import normalize_line_ends
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.web.staff.access.authorization import (
    accepts_files,
    current_staff,
    needs,
    slow_work,
)
from campaign_actions.web.staff.access.translation_access import catalog_title, find_catalog_for

URL = "/staff/translations/<language>/<catalog>/files"
bp = Blueprint("staff_translations_files", __name__, url_prefix=URL)
WRITERS = {
    "po": (write_po, "text/x-gettext-translation"),
    "xlf": (write_xliff, "application/xliff+xml"),
}
MAX_SHOWN = 100  # entries of each list on the page after an upload


@bp.get("/")
@needs("translations.view")
def show(language: str, catalog: str) -> ResponseReturnValue:
    return _page(language, find_catalog_for(catalog, language))


@bp.get("/download.<any(po,xlf):suffix>")
@needs("translations.view")
@slow_work
def download(language: str, catalog: str, suffix: str) -> ResponseReturnValue:
    messages = find_catalog_for(catalog, language)
    write, mimetype = WRITERS[suffix]
    response = Response(write(export_catalog(messages, language)), mimetype=mimetype)
    name = f"{messages.slug or 'campaign-actions'}.{language}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/upload/")
@needs("translate")
@accepts_files(MAX_BYTES)
@slow_work
def upload(language: str, catalog: str) -> ResponseReturnValue:
    """Import what is new. Issues and conflicts are shown."""
    messages = find_catalog_for(catalog, language)
    file = request.files.get("file")
    data = file.read() if file else b""
    if not data:
        return _page(
            language, messages, _("Choose the file you saved in your translation program.")
        ), 400
    is_preview = "look" in request.form
    try:
        if is_preview:
            result = ImportResult(preview_import(data, messages, language))
        else:
            result = import_file(data, messages, language, by=current_staff(), now=utc_now())
            locale_registry().refresh_now()
    except WrongCatalog as error:
        return _page(language, messages, f"{error.title}. {error.message}"), 400
    return render_template(
        "staff/translations/upload.html",
        locale=language,
        catalog=messages,
        title=catalog_title(catalog),
        result=result,
        plan=result.plan,
        is_preview=is_preview,
        max_shown=MAX_SHOWN,
        file_issue_text=file_issue_text,
        keys={(message.context, message.source): message.key for message in messages.messages},
    )


@bp.post("/resolve/")
@needs("translate")
@slow_work
def resolve(language: str, catalog: str) -> ResponseReturnValue:
    """Of the conflicts, import those that were ticked."""
    messages = find_catalog_for(catalog, language)
    edits = {key: _edit(request.form, key) for key in request.form.getlist("take")}
    resolution = resolve_conflicts(messages, language, edits, by=current_staff(), now=utc_now())
    locale_registry().refresh_now()
    flash(
        ngettext(
            "%(num)d translation imported", "%(num)d translations imported", resolution.imported
        )
    )
    if not (resolution.changed or resolution.refused):
        return redirect(
            url_for("staff_translations_strings.index", language=language, catalog=catalog), 303
        )
    page = render_template(
        "staff/translations/resolve.html",
        locale=language,
        catalog=messages,
        title=catalog_title(catalog),
        changed=[messages.by_key[key] for key in resolution.changed],
        refused=[messages.by_key[key] for key in resolution.refused if key in messages.by_key],
    )
    return page, 409


def _edit(form: MultiDict[str, str], key: str) -> TranslationEdit:
    """The form of a conflict: the uploaded text, and the stored one that was shown beside it."""
    uploaded, stored = (
        tuple(normalize_line_ends(text) for text in form.getlist(f"{name}-{key}"))
        for name in ("form", "read")
    )
    return TranslationEdit(uploaded, stored)


def _page(language: str, catalog: Catalog, error: str = "") -> str:
    return render_template(
        "staff/translations/files.html",
        locale=language,
        catalog=catalog,
        title=catalog_title(catalog.name),
        error=error,
    )
