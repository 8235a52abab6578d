"""A message in its place, for the frame beside its translation: as stored, or as it is being typed."""

from collections.abc import Iterator

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from lxml.html import HtmlElement, builder

from campaign_actions.catalogs.preview.campaign import campaign_preview
from campaign_actions.catalogs.preview.campaign_scenes import campaign_scenes
from campaign_actions.catalogs.preview.highlight import marked_catalog
from campaign_actions.catalogs.preview.render import (
    Preview,
    best_preview,
    escape_faulty,
    preview,
    with_examples,
)
from campaign_actions.catalogs.preview.sample_campaign import sample_in
from campaign_actions.catalogs.preview.scenes import Scene, beside_field
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import entries, find_entry
from campaign_actions.core.content.html_document import parse_fragment, write_document
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import NotFound
from campaign_actions.core.forms.input_text import normalize_line_ends
from campaign_actions.core.i18n.catalog import GettextCatalog
from campaign_actions.core.i18n.locale_registry import languages
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.web.http.security_headers import allow_being_framed, framed_mail
from campaign_actions.web.http.static_files import asset_url
from campaign_actions.web.staff.access.authorization import needs, slow_work
from campaign_actions.web.staff.access.translation_access import find_catalog_for
from campaign_actions.web.staff.translations.scenes.all_scenes import scenes_with

URL = "/staff/translations/<language>/<catalog>/<string(length=64):key>/preview"
bp = Blueprint("staff_translations_preview_frame", __name__, url_prefix=URL)
MAX_FORMS = 6
LANGUAGE_MENU = "langs-fold"  # its class in layout/base.html


@bp.route("/", methods=["GET", "POST"])
@needs("translations.view")
@slow_work
def show(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """In the scene that `scene` names, or in the first in which the message is visible."""
    messages = find_catalog_for(catalog, language)
    message = messages.by_key.get(key)
    if message is None:
        raise NotFound
    forms = _typed_forms() if request.method == "POST" else _stored_forms(messages, language, key)
    if messages.campaign_id is not None:
        found = _in_campaign(messages, language, message, forms)
    else:
        found = _in_interface(language, message, escape_faulty(message, forms, language))
    if found:
        return _framed(found)
    is_of_campaign = messages.campaign_id is not None
    page = render_template(
        "staff/translations/preview_missing.html", message=message, of_campaign=is_of_campaign
    )
    return allow_being_framed(make_response(page))


def _typed_forms() -> Forms:
    sent = request.form.getlist("form")[:MAX_FORMS]
    return tuple(normalize_line_ends(text).strip() for text in sent)


def _stored_forms(catalog: Catalog, tag: str, key: str) -> Forms:
    """Those of its earlier source if that has changed, as the editor has it in its box."""
    found = find_entry(entries(catalog, tag), key)
    return found.shown if found else ()


def _in_campaign(catalog: Catalog, tag: str, message: Message, forms: Forms) -> Preview | None:
    campaign = campaign_preview(catalog, tag, message, forms, now=utc_now())
    found = _chosen(list(campaign_scenes(campaign, message)))
    return best_preview(_previews(found, tag, languages().catalog(tag)))


def _in_interface(tag: str, message: Message, forms: Forms) -> Preview | None:
    marked = marked_catalog(tag, message, forms)
    found = _chosen(scenes_with(message))
    if message.area == "form":
        text = marked.gettext(message.source, message.context)
        found = [*found, beside_field(with_examples(text))]
    return best_preview(_previews(found, tag, marked))


def _previews(scenes: list[Scene], tag: str, catalog: GettextCatalog) -> Iterator[Preview]:
    sample = sample_in(tag, now=utc_now())
    return (preview(scene, tag, catalog, sample) for scene in scenes)


def _chosen(scenes: list[Scene]) -> list[Scene]:
    """The scene that was asked for, or all of them."""
    name = request.values.get("scene", "")
    return [scene for scene in scenes if scene.name == name] or scenes


def _framed(shown: Preview) -> Response:
    document = shown.document
    _open_and_quieten(document)
    if not shown.highlights.visible:
        places = set(shown.highlights.hidden)
        note = render_template("staff/translations/preview_note.html", places=places)
        document.body.insert(0, parse_fragment(note))
    if shown.scene.kind == "mail":
        # The editor puts in it what is typed; without scripts it cannot reach the editor.
        return framed_mail(write_document(document), allowed="allow-same-origin")
    if shown.scene.kind == "page":
        document.head.append(
            builder.LINK(rel="stylesheet", href=asset_url("css/preview_frame.css"))
        )
        document.head.append(builder.BASE(target="_blank"))
    return allow_being_framed(make_response(write_document(document)))


def _open_and_quieten(document: HtmlElement) -> None:
    """Show what is folded; remove what takes the focus, and scripts, which the frame does not run.

    The menu of languages would cover the headline, so it opens for words in it alone.
    """
    for script in list(document.iter("script")):
        script.drop_tree()
    for focused in document.xpath("//*[@autofocus]"):
        focused.attrib.pop("autofocus")
    for folded in document.iter("details"):
        if LANGUAGE_MENU not in folded.classes or folded.find(".//mark") is not None:
            folded.set("open", "")
