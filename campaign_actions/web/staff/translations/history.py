"""The history of translations: of a language, and of one message."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.campaigns.versioning.differences import diff_pieces
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.change_log import (
    ORIGIN_NAMES,
    count_locale_changes,
    count_message_changes,
    locale_changes,
    message_changes,
)
from campaign_actions.catalogs.workflow.presence import MessageRef
from campaign_actions.staff.queries import member_names
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.access.translation_access import (
    catalog_title,
    check_language,
    find_catalog_for,
    visible_catalog_names,
)

bp = Blueprint("staff_translations_history", __name__, url_prefix="/staff/translations/<language>")
PAGE_SIZE = 30


@bp.get("/history/")
@needs("translations.view")
def index(language: str) -> ResponseReturnValue:
    """In the catalogs that the reader may see."""
    check_language(language)
    shown = visible_catalog_names()
    page = paginate(count_locale_changes(language, shown), size=PAGE_SIZE)
    changes = locale_changes(language, shown, **page.part)
    return render_template(
        "staff/translations/history.html",
        locale=language,
        changes=changes,
        titles={name: catalog_title(name) for name in {change.catalog for change in changes}},
        names=member_names(change.staff_id for change in changes),
        differences={change.id: _difference(change) for change in changes},
        how=ORIGIN_NAMES,
        page=page,
    )


@bp.get("/<catalog>/<string(length=64):key>/history/")
@needs("translations.view")
def string_history(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """Also of a message that is no longer in the catalog."""
    messages = find_catalog_for(catalog, language)
    spot = MessageRef(catalog, language, key)
    page = paginate(count_message_changes(spot), size=PAGE_SIZE)
    changes = message_changes(spot, **page.part)
    if not changes and key not in messages.by_key:
        abort(404)
    return render_template(
        "staff/translations/string_history.html",
        locale=language,
        catalog=messages,
        title=catalog_title(catalog),
        key=key,
        message=messages.by_key.get(key),
        changes=changes,
        names=member_names(change.staff_id for change in changes),
        differences={change.id: _difference(change) for change in changes},
        how=ORIGIN_NAMES,
        page=page,
    )


def _difference(change: TranslationChange) -> list[tuple[str, str]]:
    return list(diff_pieces("\n".join(change.before), "\n".join(change.after)))
