"""The editor of one message, with everything that helps to translate it."""

from dataclasses import dataclass

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from campaign_actions.campaigns.versioning.draft_ends import find_last_save
from campaign_actions.catalogs.preview.campaign_scenes import label_of
from campaign_actions.catalogs.store.change_log import ORIGIN_NAMES, find_change
from campaign_actions.catalogs.store.fuzzy_match import find_successor
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.store.save import (
    TranslationConflict,
    TranslationEdit,
    save_translations,
)
from campaign_actions.catalogs.validation.issue_texts import form_examples, issue_text
from campaign_actions.catalogs.validation.validate_translation import issues, warnings
from campaign_actions.catalogs.workflow.context import message_context
from campaign_actions.catalogs.workflow.entries import Entry, entries, find_entry, read_filter
from campaign_actions.catalogs.workflow.presence import MessageRef, record_visit
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.core.i18n.message import Message
from campaign_actions.core.i18n.plurals import plural_rule
from campaign_actions.core.urls import path_for
from campaign_actions.web.http.security_headers import allow_framing
from campaign_actions.web.staff.access.authorization import allows_at, current_staff, needs
from campaign_actions.web.staff.access.translation_access import (
    catalog_title,
    find_catalog_for,
    may_see_catalog,
)
from campaign_actions.web.staff.translations.area_names import AREA_NAMES
from campaign_actions.web.staff.translations.draft import (
    FormerSource,
    TranslationDraft,
    submitted_draft,
    submitted_message,
)
from campaign_actions.web.staff.translations.scenes.all_scenes import scenes_with
from campaign_actions.web.staff.translations.scheduled_changes import (
    flash_saved,
    scheduled_changes,
    subject_of,
)

URL = "/staff/translations/<language>/<catalog>/<string(length=64):key>"
bp = Blueprint("staff_translations_editor", __name__, url_prefix=URL)
MAX_CHANGE_ID = 2**31


@dataclass(frozen=True)
class OpenMessage:
    """A message in the editor, with all entries of its catalog in the language."""

    language: str
    catalog: Catalog
    entries: list[Entry]
    entry: Entry


@bp.get("/")
@needs("translations.view")
def show(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """With an earlier translation in the field if the source has changed, or `from` is the id of a change."""
    opened = _open_or_404(language, catalog, key)
    spot = MessageRef(catalog, language, key)
    if allows_at("translate", language=language, catalog=catalog):
        record_visit(spot, staff_id=current_staff().id, now=utc_now())
    number = request.args.get("from", 0, int)
    change = find_change(spot, number) if 0 < number < MAX_CHANGE_ID else None
    entry = opened.entry
    if change is None and entry.is_stale and entry.earlier:
        return _page(opened, TranslationDraft(entry.earlier.forms, entry.forms, is_old=True))
    forms = tuple(change.after) if change else entry.forms
    return _page(opened, TranslationDraft(forms, entry.forms))


@bp.post("/")
@needs("translate")
def save(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """Store the translation and go on, or show it again with its issues."""
    former = submitted_message(key)
    if former and key not in find_catalog_for(catalog, language).by_key:
        return _changed_page(language, catalog, former)
    opened = _open_or_404(language, catalog, key)
    draft = submitted_draft(opened.entry.message)
    before = scheduled_changes(opened.catalog, opened.entry.message)
    if draft.forms != opened.entry.forms:
        _validate(draft, opened)
    if draft.issues or draft.warnings:
        return _page(opened, draft, status=400)
    try:
        count = save_translations(
            opened.catalog,
            language,
            {key: TranslationEdit(draft.forms, draft.seen)},
            how="web",
            staff_id=current_staff().id,
            now=utc_now(),
        )
    except TranslationConflict:
        return _conflict_page(_open_or_404(language, catalog, key), draft)
    locale_registry().refresh_now()
    if count:
        flash_saved(before, scheduled_changes(opened.catalog, opened.entry.message))
    return _redirect_after_save(language, catalog, key)


def _validate(draft: TranslationDraft, opened: OpenMessage) -> None:
    draft.issues = issues(opened.entry.message, draft.forms, opened.language)
    if "anyway" not in request.form:
        codes = {issue.code for issue in draft.issues}
        found = warnings(opened.entry.message, draft.forms)
        draft.warnings = [warning for warning in found if warning.code not in codes]


def _redirect_after_save(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """To the next message of the filtered list, or back to this one."""
    if request.form.get("then") == "next":
        here = {"language": language, "catalog": catalog, **_filter_in_address()}
        return redirect(path_for("staff_translations_strings.next_string", after=key, **here), 303)
    return redirect(_address(language, catalog, key), 303)


def _address(language: str, catalog: str, key: str) -> str:
    """Of a message in the filtered list."""
    here = {"language": language, "catalog": catalog, "key": key}
    return path_for("staff_translations_editor.show", **here, **_filter_in_address())


def _filter_in_address() -> dict[str, str]:
    return {name: request.args[name] for name in ("show", "q", "area") if name in request.args}


def _conflict_page(opened: OpenMessage, draft: TranslationDraft) -> ResponseReturnValue:
    """Both translations; saving again replaces that of the other person."""
    draft.theirs, draft.seen = opened.entry.forms, opened.entry.forms
    return _page(opened, draft, status=409)


def _changed_page(language: str, name: str, former: Message) -> ResponseReturnValue:
    """The source was changed or removed: the typed text beside the new source, or alone."""
    catalog = find_catalog_for(name, language)
    draft = submitted_draft(former)
    draft.former = FormerSource(former.source, find_last_save(*subject_of(catalog, former)))
    if successor := find_successor(former, catalog.messages):
        opened = _open_or_404(language, name, successor.key)
        draft.seen = opened.entry.forms
        return _page(opened, draft, status=409)
    page = render_template(
        "staff/translations/gone.html",
        locale=language,
        catalog=catalog,
        title=catalog_title(name),
        typed=draft,
    )
    return page, 409


def _open_or_404(language: str, catalog: str, key: str) -> OpenMessage:
    found = find_catalog_for(catalog, language)
    every = entries(found, language)
    return OpenMessage(language, found, every, find_entry(every, key) or abort(404))


def _page(
    opened: OpenMessage, draft: TranslationDraft, *, status: int = 200
) -> ResponseReturnValue:
    catalog, message = opened.catalog, opened.entry.message
    rule = plural_rule(opened.language)
    count = rule.count if message.plural else 1
    chosen_by = read_filter(request.args, catalog, otherwise="all")
    around = message_context(
        catalog,
        opened.entry,
        opened.language,
        beside=_second_source(),
        may_see=may_see_catalog,
        staff_id=current_staff().id,
        now=utc_now(),
    )
    page = render_template(
        "staff/translations/editor.html",
        locale=opened.language,
        catalog=catalog,
        title=catalog_title(catalog.name),
        entry=opened.entry,
        message=message,
        address=_address(opened.language, catalog.name, message.key),
        typed=draft,
        around=around,
        chosen_by=chosen_by,
        scenes=_scene_labels(catalog, message),
        scheduled=scheduled_changes(catalog, message),
        area_names=AREA_NAMES,
        how=ORIGIN_NAMES,
        issue_text=issue_text,
        form_words=form_examples,
        catalog_title=catalog_title,
        way=_position(chosen_by.of(opened.entries), opened.entry),
        forms=(*draft.forms, *[""] * count)[:count],
        rule=rule,
    )
    return allow_framing(make_response(page, status))


def _scene_labels(catalog: Catalog, message: Message) -> list[tuple[str, LazyString | str]]:
    """Names and labels of the scenes to choose from, each label and kind once."""
    if catalog.campaign_id is not None:
        return [(place, label_of(place)) for place in message.places]
    named = {(str(scene.label), scene.kind): scene for scene in reversed(scenes_with(message))}
    return [(scene.name, scene.label) for scene in reversed(named.values())]


def _position(shown: list[Entry], entry: Entry) -> dict[str, int | str | None]:
    """Of a message in the filtered list, with the keys of its neighbours."""
    keys = [each.message.key for each in shown]
    if entry.message.key not in keys:
        return {"count": len(keys), "number": 0, "before": None, "after": None}
    at = keys.index(entry.message.key)
    return {
        "count": len(keys),
        "number": at + 1,
        "before": keys[at - 1] if at else None,
        "after": keys[at + 1] if at + 1 < len(keys) else None,
    }


def _second_source() -> str:
    """The language shown beside the source, remembered for the session."""
    if "beside" in request.args:
        session["beside"] = request.args["beside"]
    return str(session.get("beside", ""))
