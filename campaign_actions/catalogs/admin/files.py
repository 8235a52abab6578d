"""Catalogs as files: down, and up again."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.catalogs.workplace import catalog_into, catalog_title
from campaign_actions.staff.guards import needs

URL = "/staff/translations/<language>/<catalog>/files"
bp = Blueprint("staff_catalog_files", __name__, url_prefix=URL)


@bp.get("/")
@needs("translations.view")
def show(language: str, catalog: str) -> ResponseReturnValue:
    messages = catalog_into(catalog, language)
    return render_template(
        "staff/translations/files.html",
        tag=language,
        catalog=messages,
        title=catalog_title(catalog),
    )
