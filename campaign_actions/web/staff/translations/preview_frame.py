"""A message in its place: on the real page or in the real mail, marked, as stored or as it is typed."""

import re
from collections.abc import Iterator

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from campaign_actions.actions.campaign_overviews import campaign_overviews
from campaign_actions.catalogs.preview.campaign import copy_preview, scenes_of_copy
from campaign_actions.catalogs.preview.fixtures import Sample, sample_of
from campaign_actions.catalogs.preview.highlight import Marked, mark_html, marked_words
from campaign_actions.catalogs.preview.render import example_of, harmless, scenes_with, show
from campaign_actions.catalogs.preview.scenes import Scene, beside_field
from campaign_actions.catalogs.preview.staff_pages import pages_with
from campaign_actions.catalogs.store.repository import Catalog, stored
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import NotFound
from campaign_actions.core.forms.input_text import normalize_line_ends
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.message import SOURCE, Forms, Message
from campaign_actions.core.i18n.registry import languages, use_catalog
from campaign_actions.core.urls import path_for
from campaign_actions.demo.load import demo_texts
from campaign_actions.web.http.request_buffer import answer_to
from campaign_actions.web.http.security_headers import allow_being_framed, framed_mail
from campaign_actions.web.staff.access.authorization import campaigns_of, needs, slow_work
from campaign_actions.web.staff.access.translation_access import catalog_into

URL = "/staff/translations/<language>/<catalog>/<string(length=64):key>/seen"
bp = Blueprint("staff_seen", __name__, url_prefix=URL)
SAMPLE = "racism"  # the campaign of the demo that stands on pages shown for their words
MOST_FORMS = 6
LOOKED_THROUGH = 5  # campaigns, for one that has an action
HEAD, BODY = re.compile("</head>"), re.compile("<body[^>]*>")
SCRIPT = re.compile(r"<script\b[^>]*></script>| autofocus(?=[ >])")  # do nothing in the frame
FOLDED = re.compile(r"<details(?![^>]*\bopen\b)")
Found = tuple[Marked, str]  # and its kind, as in Scene


@bp.route("/", methods=["GET", "POST"])
@needs("translations.view")
@slow_work
def place(language: str, catalog: str, key: str) -> ResponseReturnValue:
    """For a frame beside the text: in the place that is named, or in the first where it is seen."""
    messages = catalog_into(catalog, language)
    message = messages.by_key.get(key)
    if message is None:
        raise NotFound
    forms = _typed() if request.method == "POST" else _stored(messages, language, key)
    if messages.campaign_id is not None:
        found = _in_copy(messages, language, message, forms)
    else:
        found = _in_program(language, message, harmless(message, forms, language))
    if found is None:
        page = render_template(
            "staff/translations/seen_nowhere.html",
            message=message,
            of_campaign=messages.campaign_id is not None,
        )
        return allow_being_framed(make_response(page))
    return _answer(*found)


def _typed() -> Forms:
    sent = request.form.getlist("form")[:MOST_FORMS]
    return tuple(normalize_line_ends(text).strip() for text in sent)


def _stored(catalog: Catalog, tag: str, key: str) -> Forms:
    there = stored(catalog, tag).get(key)
    return there.forms if there else ()


def _in_copy(catalog: Catalog, tag: str, message: Message, forms: Forms) -> Found | None:
    preview = copy_preview(catalog, tag, message, forms, now=utc_now())
    found = list(scenes_of_copy(preview, message))
    words = languages().catalog(tag)
    return _best((show(scene, tag, words, _sample(tag)), scene.kind) for scene in _chosen(found))


def _in_program(tag: str, message: Message, forms: Forms) -> Found | None:
    words, sample = marked_words(tag, message, forms), _sample(tag)
    shown = (
        (show(scene, tag, words, sample), scene.kind) for scene in _chosen(scenes_with(message))
    )
    if found := _best(shown):
        return found
    with use_catalog(words):
        if found := _best(_pages_of_staff(message, tag)):
            return found
    if message.area == "form":
        said = words.gettext(message.source, message.context)
        scene = beside_field(example_of(said))
        return show(scene, tag, words, sample), scene.kind
    return None


def _pages_of_staff(message: Message, tag: str) -> Iterator[Found]:
    names = _names()
    for endpoint in pages_with(message.places):
        try:
            path = path_for(endpoint, **names)
        except LookupError:  # it needs a campaign, and there is none
            continue
        status, page = answer_to(path.partition("?")[0], locale=tag)
        if status == 200:
            yield mark_html(page), "page"


def _names() -> dict[str, int]:
    """A campaign and an action that one may see, as addresses name them."""
    ids = campaigns_of("campaigns.view")
    some = {"locales": locales_current_first(), "now": utc_now(), "skip": 0, "most": LOOKED_THROUGH}
    found = campaign_overviews(ids, **some)  # type: ignore[arg-type]
    with_action = next((one for one in found if one.actions), None)
    if with_action:
        return {"campaign_id": with_action.id, "action_id": with_action.actions[0].id}
    return {"campaign_id": found[0].id} if found else {}


def _chosen(found: list[Scene]) -> list[Scene]:
    """The one that was asked for, or all."""
    wanted = request.values.get("scene", "")
    return [scene for scene in found if scene.name == wanted] or found


def _best(shown: Iterator[Found]) -> Found | None:
    """The first in which one sees it, else one in which it is there at all."""
    other = None
    for found in shown:
        if found[0].seen:
            return found
        if found[0].elsewhere and other is None:
            other = found
    return other


def _sample(tag: str) -> Sample:
    texts = demo_texts(SAMPLE, tag)
    locale = tag if texts else SOURCE
    return sample_of(texts or demo_texts(SAMPLE, SOURCE) or {}, locale=locale, now=utc_now())


def _answer(marked: Marked, kind: str) -> Response:
    if kind == "text":
        page = render_template("staff/translations/seen_text.html", text=Markup(marked.html))  # noqa: S704
        return allow_being_framed(make_response(page))
    note = ""
    if not marked.seen:
        note = render_template("staff/translations/seen_note.html", places=set(marked.elsewhere))
    page = FOLDED.sub("<details open", SCRIPT.sub("", marked.html))
    page = BODY.sub(lambda found: found[0] + note, page, count=1)
    if kind == "mail":
        return framed_mail(page)
    style = render_template("staff/translations/seen_head.html")
    return allow_being_framed(make_response(HEAD.sub(f"{style}</head>", page, count=1)))
