"""Who changed which translation: of a language, and of one message."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.campaigns.versioning.history import pieces
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.change_log import (
    HOW,
    changes_in,
    changes_of,
    count_changes,
    count_changes_of,
)
from campaign_actions.catalogs.workflow.presence import Spot
from campaign_actions.staff.queries import names_of
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.access.translation_access import (
    catalog_into,
    catalog_title,
    look_at,
    visible_names,
)

bp = Blueprint("staff_translation_history", __name__, url_prefix="/staff/translations/<language>")
ON_A_PAGE = 30


@bp.get("/history/")
@needs("translations.view")
def index(language: str) -> ResponseReturnValue:
    """Of a language, in the catalogs that one may see."""
    look_at(language)
    shown = visible_names()
    page = paginate(count_changes(language, shown), size=ON_A_PAGE)
    changes = changes_in(language, shown, **page.part)
    return render_template(
        "staff/translations/history.html",
        tag=language,
        changes=changes,
        titles={name: catalog_title(name) for name in {change.catalog for change in changes}},
        names=names_of(change.staff_id for change in changes),
        differences={change.id: _difference(change) for change in changes},
        how=HOW,
        page=page,
    )


@bp.get("/<catalog>/<string(length=64):key>/history/")
@needs("translations.view")
def message(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """Of one message; each earlier wording can be put back."""
    messages = catalog_into(catalog, language)
    spot = Spot(catalog, language, key)
    page = paginate(count_changes_of(spot), size=ON_A_PAGE)
    changes = changes_of(spot, **page.part)
    if not changes and key not in messages.by_key:
        abort(404)
    return render_template(
        "staff/translations/changes.html",
        tag=language,
        catalog=messages,
        title=catalog_title(catalog),
        key=key,
        message=messages.by_key.get(key),
        changes=changes,
        names=names_of(change.staff_id for change in changes),
        differences={change.id: _difference(change) for change in changes},
        how=HOW,
        page=page,
    )


def _difference(change: TranslationChange) -> list[tuple[str, str]]:
    return list(pieces("\n".join(change.before), "\n".join(change.after)))
