"""One message: its source, its translation, and all that helps with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.catalogs.preview.campaign import label_of
from campaign_actions.catalogs.preview.render import scenes_with
from campaign_actions.catalogs.store.change_log import HOW, find_change
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.store.save import (
    TranslationConflict,
    TranslationEdit,
    save_translations,
)
from campaign_actions.catalogs.validation.issue_texts import fault_words, form_words
from campaign_actions.catalogs.validation.validate import doubts, faults, tidied
from campaign_actions.catalogs.workflow.context import surroundings_of
from campaign_actions.catalogs.workflow.entries import Entry, entries, find_entry, read_filter
from campaign_actions.catalogs.workflow.presence import Spot, visit
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.input_text import normalize_line_ends
from campaign_actions.core.i18n.message import Forms, Issue, Message
from campaign_actions.core.i18n.plurals import plural_rule
from campaign_actions.core.i18n.registry import locale_registry
from campaign_actions.core.urls import path_for
from campaign_actions.web.http.security_headers import allow_framing
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.access.translation_access import (
    catalog_into,
    catalog_title,
    may_see,
)
from campaign_actions.web.staff.translations.area_names import AREA_NAMES

URL = "/staff/translations/<language>/<catalog>/<string(length=64):key>"
bp = Blueprint("staff_string", __name__, url_prefix=URL)
MOST_FORMS = 6
MOST_CHANGES = 2**31  # of a history; no address names a later one


@dataclass
class Typed:
    """What stands in the fields, and what is said about it."""

    forms: Forms
    seen: Forms  # what was stored when the page was opened
    faults: Sequence[Issue] = ()
    doubts: Sequence[Issue] = ()
    theirs: Forms | None = None  # what somebody else has stored meanwhile


@bp.get("/")
@needs("translations.view")
def show(language: str, catalog: str, key: str) -> ResponseReturnValue:
    messages, found, entry = _entry_or_404(language, catalog, key)
    spot = Spot(catalog, language, key)
    visit(spot, staff_id=current_staff().id, now=utc_now())
    number = request.args.get("from", 0, int)
    change = find_change(spot, number) if 0 < number < MOST_CHANGES else None
    typed = Typed(tuple(change.after) if change else entry.forms, entry.forms)
    return _page(language, messages, found, entry, typed)


@bp.post("/")
@needs("translate")
def save(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """Store what was typed, and go on; or show it again with what is in the way."""
    messages, found, entry = _entry_or_404(language, catalog, key)
    typed = _typed(entry.message)
    if typed.forms != entry.forms:
        typed.faults = faults(entry.message, typed.forms, language)
        said = {fault.code for fault in typed.faults}
        doubted = [] if "anyway" in request.form else doubts(entry.message, typed.forms)
        typed.doubts = [doubt for doubt in doubted if doubt.code not in said]
    if typed.faults or typed.doubts:
        return _page(language, messages, found, entry, typed, status=400)
    try:
        new = save_translations(
            messages,
            language,
            {key: TranslationEdit(typed.forms, typed.seen)},
            how="web",
            staff_id=current_staff().id,
            now=utc_now(),
        )
    except TranslationConflict:
        return _both(language, catalog, key, typed)
    locale_registry().refresh_now()
    if new:
        flash(_("Saved."))
    return _further(language, catalog, key)


def _further(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """To the next message of those that one goes through, or back to this one."""
    here = {"language": language, "catalog": catalog}
    way = {name: request.args[name] for name in ("show", "q", "area") if name in request.args}
    if request.form.get("then") == "next":
        return redirect(path_for("staff_strings.go_on", after=key, **here, **way), 303)
    return redirect(path_for("staff_string.show", key=key, **here, **way), 303)


def _both(language: str, catalog: str, key: str, typed: Typed) -> ResponseReturnValue:
    """What was typed beside what somebody else has stored; saving again takes the place of that."""
    messages, found, entry = _entry_or_404(language, catalog, key)
    typed.theirs, typed.seen = entry.forms, entry.forms
    return _page(language, messages, found, entry, typed, status=409)


def _typed(message: Message) -> Typed:
    forms = tidied(message, tuple(request.form.getlist("form")[:MOST_FORMS]))
    seen = tuple(normalize_line_ends(text) for text in request.form.getlist("read")[:MOST_FORMS])
    return Typed(forms if any(forms) else (), seen if any(seen) else ())


def _entry_or_404(language: str, catalog: str, key: str) -> tuple[Catalog, list[Entry], Entry]:
    messages = catalog_into(catalog, language)
    found = entries(messages, language)
    return messages, found, find_entry(found, key) or abort(404)


def _page(
    language: str,
    catalog: Catalog,
    found: list[Entry],
    entry: Entry,
    typed: Typed,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    rule = plural_rule(language)
    count = rule.count if entry.message.plural else 1
    chosen_by = read_filter(request.args, catalog, otherwise="all")
    around = surroundings_of(
        catalog,
        entry,
        language,
        beside=_beside(),
        may_see=may_see,
        staff_id=current_staff().id,
        now=utc_now(),
    )
    fields: dict[str, Any] = {"forms": (*typed.forms, *[""] * count)[:count], "rule": rule}
    page = render_template(
        "staff/translations/edit.html",
        tag=language,
        catalog=catalog,
        title=catalog_title(catalog.name),
        entry=entry,
        message=entry.message,
        typed=typed,
        around=around,
        chosen_by=chosen_by,
        scenes=_scenes(catalog, entry.message),
        area_names=AREA_NAMES,
        how=HOW,
        fault_words=fault_words,
        form_words=form_words,
        catalog_title=catalog_title,
        way=_way(chosen_by.of(found), entry),
        **fields,
    )
    return allow_framing(make_response(page, status))


def _scenes(catalog: Catalog, message: Message) -> list[tuple[str, Any]]:
    """Where it can be looked at, by name: those of which there is a choice."""
    if catalog.campaign_id is not None:
        return [(place, label_of(place)) for place in message.places]
    named = {(str(scene.label), scene.kind): scene for scene in reversed(scenes_with(message))}
    return [(scene.name, scene.label) for scene in reversed(named.values())]


def _way(some: list[Entry], entry: Entry) -> dict[str, Any]:
    """Where one is among the messages one goes through."""
    keys = [each.message.key for each in some]
    if entry.message.key not in keys:
        return {"count": len(keys), "number": 0, "before": None, "after": None}
    at = keys.index(entry.message.key)
    return {
        "count": len(keys),
        "number": at + 1,
        "before": keys[at - 1] if at else None,
        "after": keys[at + 1] if at + 1 < len(keys) else None,
    }


def _beside() -> str:
    """The other language that one reads besides the source, remembered as long as one is logged in."""
    if "beside" in request.args:
        session["beside"] = request.args["beside"]
    return str(session.get("beside", ""))
