"""The filters of the list of signatures: as chips above it, and in the address of another page."""

from typing import Any, NoReturn

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.signatures.filters.filter import MAX_IDS, SignatureFilter
from campaign_actions.actions.signatures.filters.form import SearchForm
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.actions.signatures.search import without_name
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.i18n.formatting import number


def find_filters(action: ActionOverview) -> tuple[SearchForm, SignatureFilter] | None:
    """The filters as typed, and as they may be kept: without a name. None if there are none.

    If they are not valid, or too many people have the name, it goes back to the list, which says so.
    Without its filter, the page would be about everyone.
    """
    form = SearchForm(request.args)
    form.source.names, form.source.action_ids = SourceNames((action.campaign_id,)), [action.id]
    if not form.given():
        return None
    if not form.validate():
        _back(action, form.given())
    if form.wanted().is_short_lived:
        flash(
            _(
                "How quickly a form was filled in is kept for 30 days only, and a comment may be deleted."
                " Select the participants in the list instead."
            ),
            "warning",
        )
        _back(action, form.given())
    wanted = without_name(action.id, form.wanted())
    if wanted is None:
        flash(
            _(
                "Names are not kept. More than %(number)s participants match the name, or none do. Select"
                " them in the list instead.",
                number=number(MAX_IDS),
            ),
            "warning",
        )
        _back(action, form.given())
    return form, wanted


def filter_chips(action: ActionOverview, form: SearchForm) -> list[tuple[str, str, str]]:
    """The filters of a valid form: label, value in words, and the address of the list without it."""
    chips = []
    for name, typed in form.given().items():
        alone = SearchForm(MultiDict({name: typed}))
        alone.source.names, alone.source.action_ids = form.source.names, [action.id]
        alone.validate()
        values: dict[str, Any] = {**form.given(), **action.ids}
        del values[name]
        address = url_for("staff_signatures.index", **values)
        facts = filter_facts(alone.wanted(), form.source.names)
        chips += [(label, value, address) for label, value in facts]
    return chips


def _back(action: ActionOverview, given: dict[str, str]) -> NoReturn:
    values: dict[str, Any] = {**given, **action.ids}
    abort(redirect(url_for("staff_signatures.index", **values), 303))
