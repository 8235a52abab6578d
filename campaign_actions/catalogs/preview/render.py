"""A message in its place: a page or a mail in a language, with the message marked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from html import escape

from campaign_actions.catalogs.preview.fixtures import Sample, nameless
from campaign_actions.catalogs.preview.highlight import Marked, Noting, mark_html, mark_text
from campaign_actions.catalogs.preview.scenes import Scene, scenes
from campaign_actions.catalogs.validation.rules.placeholders import NAMED
from campaign_actions.catalogs.validation.validate import faults
from campaign_actions.core.i18n.catalog import GettextCatalog, is_html
from campaign_actions.core.i18n.locale import organization_name
from campaign_actions.core.i18n.message import SOURCE, Forms, Message
from campaign_actions.core.i18n.registry import use_catalog
from campaign_actions.core.mail.render import CSS_INLINER, locale_context
from campaign_actions.core.templating.environment import render

MOST = 8  # scenes that a message is looked for on
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def scenes_with(message: Message) -> list[Scene]:
    """Where a message of the program stands, as far as the public and mails go."""
    return list(_noted()[message.context, message.source][:MOST])


def show(scene: Scene, tag: str, words: GettextCatalog, sample: Sample) -> Marked:
    """A scene in a language that says these words, with what is signed in it marked."""
    page = rendered(scene, tag, words, sample)
    return mark_text(page) if scene.kind == "text" else mark_html(page)


def harmless(message: Message, forms: Forms, tag: str) -> Forms:
    """Words that the gate refuses are shown as they were typed: nothing in them does anything.

    Those of a message without HTML are in any case.
    """
    if not is_html(message.model) or not faults(message, forms, tag):
        return forms
    return tuple(escape(form, quote=False) for form in forms)


def example_of(text: str) -> str:
    """A text with something in place of its placeholders."""
    return NAMED.sub(lambda found: "5" if found[0].endswith("d") else "…", text)


@cache
def _noted() -> Mapping[tuple[str, str], Sequence[Scene]]:
    """By context and source. Everything is rendered once a process, with texts that say nothing."""
    found: dict[tuple[str, str], list[Scene]] = defaultdict(list)
    for scene in scenes():
        words = Noting()
        rendered(scene, SOURCE, words, nameless(LONG_AGO))
        for asked in words.asked:
            found[asked].append(scene)
    return found


def rendered(scene: Scene, tag: str, words: GettextCatalog, sample: Sample) -> str:
    with locale_context(tag), use_catalog(words):
        values = scene.values(sample)
        if scene.kind == "page":
            return render(scene.template, {"alternates": {}, **values})
        values = {"organization": organization_name(), "layout": "layout", **values}
        if scene.kind == "mail":
            return CSS_INLINER.inline(render(f"mail/{scene.template}.body.html", values))
        subject, text = (
            render(f"mail/{scene.template}.{part}.txt", values) for part in ("subject", "body")
        )
        return f"{subject.strip()}\n\n{text.strip()}\n"
