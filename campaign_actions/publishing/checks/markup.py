"""Checks, by line, for unknown blocks, blocks that are not closed, and marks that readers would see."""

from collections.abc import Collection, Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.core.content.block_markup import markup_problems
from campaign_actions.core.content.page_faults import (
    find_empty_places,
    find_links_to_nowhere,
    find_placeholders,
    find_plain_marks,
)
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.publishing.checks.link_texts import markdown_texts, plain_texts
from campaign_actions.publishing.findings import Finding, State
from campaign_actions.publishing.queries import Plan

FENCE = ":::"  # begins and ends a block in texts with formatting
# Words that the editor’s buttons write to be overwritten, in the language of the workspace
SAMPLES = (
    _l("Description of the event."),
    _l("Details of the demand."),
    _l("Text of the quote."),
    _l("Name of the speaker"),
)


def check_markup(plan: Plan, locale: str) -> Iterator[Finding]:
    words = samples()
    for text, place in markdown_texts(plan, locale):
        for finding in (*_problems(text, words), *_doubts(text)):
            yield place(finding.state, finding.message, finding.remedy).at_line(finding.line)
    for text, place in plain_texts(plan, locale):
        for finding in _fences(text):
            yield place(finding.state, finding.message, finding.remedy).at_line(finding.line)


def samples() -> frozenset[str]:
    """The words to be overwritten in every language of the workspace: any member may press a button."""
    found: set[str] = set()
    for locale in locales():
        with locale_context(locale):
            found |= {str(sample) for sample in SAMPLES}
    return frozenset(found)


def _problems(text: str, words: Collection[str]) -> Iterator[Finding]:
    for problem in markup_problems(text):
        yield Finding("blocker", problem.message, line=problem.line)
    yield from check_empty_places(text, words)


def check_empty_places(text: str, words: Collection[str]) -> Iterator[Finding]:
    """Words of the editor’s buttons that nobody has replaced. `words`: those of samples()."""
    for line, place in find_empty_places(text, words):
        yield _to_fill_in("blocker", line, place)


def _doubts(text: str) -> Iterator[Finding]:
    for line, mark in find_plain_marks(text):
        yield Finding(
            "warning",
            _plain_mark(line, mark),
            _("Use the formatting of the text fields instead."),
            line=line,
        )
    for line, place in find_placeholders(text):
        yield _to_fill_in("warning", line, place)
    for line, link in find_links_to_nowhere(text):
        yield Finding(
            "warning",
            _("Line %(line)s: the link “%(words)s” leads nowhere.", line=number(line), words=link),
            _("Enter its address, or remove the link."),
            line=line,
        )


def _fences(text: str) -> Iterator[Finding]:
    """Lines that would begin or end a block, in a text that has none."""
    for line, words in enumerate(text.splitlines(), 1):
        if words.lstrip().startswith(FENCE):
            yield Finding(
                "warning",
                _plain_mark(line, words.strip()),
                _("This text is shown without formatting. Delete what is meant as formatting."),
                line=line,
            )


def _plain_mark(line: int, mark: str) -> str:
    words: str = _(
        "Line %(line)s: “%(mark)s” will appear as plain text.", line=number(line), mark=mark
    )
    return words


def _to_fill_in(state: State, line: int, place: str) -> Finding:
    return Finding(
        state,
        _(
            "Line %(line)s: “%(place)s” still needs to be filled in.",
            line=number(line),
            place=place,
        ),
        _("Replace it with your own text, or delete it."),
        line=line,
    )
