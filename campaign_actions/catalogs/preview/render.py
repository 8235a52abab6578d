"""A message in its place: pages and emails in a language, with the message highlighted."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from html import escape

from lxml.html import HtmlElement

from campaign_actions.catalogs.preview.highlight import Highlights, RecordingCatalog, highlight
from campaign_actions.catalogs.preview.sample_campaign import SampleCampaign, placeholder_sample
from campaign_actions.catalogs.preview.scenes import Scene, scenes
from campaign_actions.catalogs.validation.rules.placeholders import NAMED
from campaign_actions.catalogs.validation.validate_translation import issues
from campaign_actions.core.content.html_document import parse_document
from campaign_actions.core.i18n.catalog import GettextCatalog, is_html
from campaign_actions.core.i18n.locale_registry import use_catalog
from campaign_actions.core.i18n.message import SOURCE, Forms, Message
from campaign_actions.core.mail.render import house_values, inline_styles
from campaign_actions.core.templating.environment import locale_context, render

MAX_SCENES = 8  # in which a message is looked for
INDEXED_AT = datetime(2026, 1, 1, tzinfo=UTC)  # any time: no message depends on it


class SceneIndex:
    """Which messages of the program are in which scenes.

    Every scene is rendered once, with placeholders for all texts, when the first message is looked up.
    """

    def __init__(self, scenes: Callable[[], Iterable[Scene]]) -> None:
        self._scenes = scenes

    def scenes_with(self, message: Message) -> Sequence[Scene]:
        return self._by_message.get((message.context, message.source), [])[:MAX_SCENES]

    @cached_property
    def _by_message(self) -> Mapping[tuple[str, str], Sequence[Scene]]:
        """By context and source."""
        found = defaultdict[tuple[str, str], list[Scene]](list)
        for scene in self._scenes():
            catalog = RecordingCatalog()
            render_scene(scene, SOURCE, catalog, placeholder_sample(INDEXED_AT))
            for requested in catalog.requested:
                found[requested].append(scene)
        return dict(found)


PUBLIC_SCENES = SceneIndex(scenes)


@dataclass(frozen=True)
class Preview:
    """A scene as a page on which one message is highlighted."""

    scene: Scene
    document: HtmlElement
    highlights: Highlights


def preview(scene: Scene, tag: str, catalog: GettextCatalog, sample: SampleCampaign) -> Preview:
    """A scene in a language, with the text highlighted that has markers around it."""
    page = render_scene(scene, tag, catalog, sample)
    if scene.kind == "text":
        page = render("staff/translations/preview_text.html", {"text": page})
    document = parse_document(page)
    return Preview(scene, document, highlight(document))


def best_preview(previews: Iterable[Preview]) -> Preview | None:
    """The first in which readers see the message, else the first that has it at all."""
    hidden = None
    for each in previews:
        if each.highlights.visible:
            return each
        if each.highlights.hidden and hidden is None:
            hidden = each
    return hidden


def escape_faulty(message: Message, forms: Forms, tag: str) -> Forms:
    """Forms with faults are escaped, so that previews show them as they were typed.

    Messages without HTML are escaped by their catalog in any case.
    """
    if not is_html(message.model) or not issues(message, forms, tag):
        return forms
    return tuple(escape(form, quote=False) for form in forms)


def with_examples(text: str) -> str:
    """A text with an example in place of each placeholder."""
    return NAMED.sub(lambda found: "5" if found[0].endswith("d") else "…", text)


def render_scene(scene: Scene, tag: str, catalog: GettextCatalog, sample: SampleCampaign) -> str:
    """HTML, or plain text for a scene of that kind."""
    with locale_context(tag), use_catalog(catalog):
        values = scene.values(sample)
        if scene.kind == "page":
            return render(scene.template, {"alternates": {}, **values})
        values = {**house_values(), "layout": "layout", **values}
        if scene.kind == "mail":
            return inline_styles(render(f"mail/{scene.template}.body.html", values))
        subject, text = (
            render(f"mail/{scene.template}.{part}.txt", values) for part in ("subject", "body")
        )
        return f"{subject.strip()}\n\n{text.strip()}\n"
