"""Checks of the texts of an update: missing texts, placeholders, links, long subjects."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from flask_babel import gettext as _

from campaign_actions.core.content.email_faults import (
    find_html,
    find_unfinished,
    is_absolute,
    is_example,
)
from campaign_actions.core.content.email_markdown import find_links
from campaign_actions.core.i18n.list_format import join_with_semicolons, label_value
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.updates.models import UpdateText

MAX_VISIBLE_SUBJECT = 70  # characters that mail programs show

Texts = Mapping[str, UpdateText]


def missing(texts: Texts) -> list[str]:
    if not texts:
        return [_("There is no text in any language.")]
    blockers = [
        _("%(language)s: the subject is missing.", language=language_here(tag))
        for tag, text in texts.items()
        if not text.subject
    ]
    blockers += [
        _("%(language)s: the text is missing.", language=language_here(tag))
        for tag, text in texts.items()
        if not text.body
    ]
    return blockers


def placeholders(texts: Texts) -> tuple[list[str], list[str]]:
    """Blockers and warnings."""
    blockers = _matches(
        texts,
        find_unfinished,
        lambda tag, it: _(
            "%(language)s: “%(it)s” still needs to be filled in.", language=tag, it=it
        ),
    )
    warnings = _matches(
        texts,
        find_html,
        lambda tag, it: _("%(language)s: “%(it)s” will appear as plain text.", language=tag, it=it),
    )
    return blockers, warnings


def long_subjects(texts: Texts) -> list[str]:
    return [
        _(
            "%(language)s: the subject is long, and phones only show the start.",
            language=language_here(tag),
        )
        for tag, text in texts.items()
        if len(text.subject) > MAX_VISIBLE_SUBJECT
    ]


def invalid_links(texts: Texts) -> tuple[list[str], list[str]]:
    """Blockers and warnings."""
    blockers = [
        _(
            "%(language)s: %(link)s is not a full address. Start it with https://.",
            language=language_here(tag),
            link=link,
        )
        if link
        else _(
            "%(language)s: a link has no address. Write it as [text](https://…).",
            language=language_here(tag),
        )
        for tag, link in _each_link(texts)
        if not is_absolute(link) and not is_example(link)
    ]
    warnings = [
        _(
            "%(language)s: %(link)s is not encrypted (http). Use https:// if that site"
            " supports it.",
            language=language_here(tag),
            link=link,
        )
        for tag, link in _each_link(texts)
        if link.startswith("http://") and not is_example(link)
    ]
    counts = {tag: len(find_links(text.body)) for tag, text in texts.items()}
    if len(set(counts.values())) > 1:
        each = join_with_semicolons(label_value(language_here(tag), n) for tag, n in counts.items())
        warnings.append(
            _(
                "The number of links differs between languages: %(numbers)s. Check that no"
                " link is missing.",
                numbers=each,
            )
        )
    return blockers, warnings


def _each_link(texts: Texts) -> Iterator[tuple[str, str]]:
    return ((tag, link) for tag, text in texts.items() for link in find_links(text.body))


def _matches(
    texts: Texts, find: Callable[[str], Iterable[str]], message: Callable[[str, str], str]
) -> list[str]:
    return [
        message(language_here(tag), it)
        for tag, text in texts.items()
        for it in find(f"{text.subject}\n{text.body}")
    ]
