"""The check that every translation passes before it is stored or shown, wherever it comes from.

`issues()` finds what would break a page or harm its readers, `warnings()` what may be a mistake.
Both know only messages: no pages, files or database.
"""

from collections.abc import Iterator
from dataclasses import replace

from campaign_actions.catalogs.validation.rules.characters import character_issues
from campaign_actions.catalogs.validation.rules.injection import (
    address_issues,
    injection_issues,
    with_typographic_apostrophes,
)
from campaign_actions.catalogs.validation.rules.length_and_whitespace import (
    length_issues,
    template_issues,
)
from campaign_actions.catalogs.validation.rules.links import link_issues
from campaign_actions.catalogs.validation.rules.markdown import structure_issues
from campaign_actions.catalogs.validation.rules.placeholders import placeholder_issues
from campaign_actions.catalogs.validation.rules.scripts import (
    MIN_SENTENCE_WORDS,
    mixed_script_words,
    script_issues,
    words_in,
)
from campaign_actions.catalogs.validation.rules.tags import tag_issues
from campaign_actions.core.forms.input_text import normalize_identifier, normalize_text
from campaign_actions.core.i18n.bidi import ISOLATES
from campaign_actions.core.i18n.message import SOURCE, Forms, Issue, Message
from campaign_actions.core.i18n.plurals import plural_rule

HARMFUL_CODES = {
    "bidi",
    "control",
    "far_too_long",
    "too_long",
}  # nothing more is checked in such a text


def issues(message: Message, forms: Forms, locale: str) -> list[Issue]:
    """Why a translation cannot be used, form by form; nothing if the message is not translated."""
    if not any(forms):
        return []
    found = list(_form_issues(message, forms, locale))
    for number, text in enumerate(forms):
        form = number if message.plural else None
        found += [
            replace(issue, form=form) for issue in _text_issues(message, text, locale, number)
        ]
    return found


def warnings(message: Message, forms: Forms) -> list[Issue]:
    """Possible mistakes; the translation can be used all the same."""
    found = [issue for text in forms for issue in _untranslated(message, text)][:1]
    if words := [word for text in forms for word in mixed_script_words(text)]:
        found.append(Issue("mixed_letters", {"words": words}))
    return found


def tidy_forms(message: Message, forms: Forms) -> Forms:
    """Typed text, ready for the check: composed characters, and white space around it as in the source.

    In interface texts, apostrophes become typographic.
    """
    source = message.model
    start = source[: len(source) - len(source.lstrip())]
    end = source[len(source.rstrip()) :]
    clean = normalize_identifier if {*ISOLATES}.isdisjoint(source) else normalize_text
    tidy_forms = (clean(text) for text in forms)
    if message.markup == "html":
        tidy_forms = (with_typographic_apostrophes(text) for text in tidy_forms)
    return tuple(start + text + end if text else "" for text in tidy_forms)


def _form_issues(message: Message, forms: Forms, locale: str) -> Iterator[Issue]:
    rule = plural_rule(locale)
    needed = rule.count if message.plural else 1
    if len(forms) != needed:
        yield Issue("forms", {"count": len(forms), "needed": needed})
        return
    for number, text in enumerate(forms):
        if not text:
            values = {"name": rule.names[number], "numbers": rule.numbers(number)[:4]}
            yield Issue("form_empty", values, form=number)


def _text_issues(message: Message, text: str, locale: str, number: int) -> Iterator[Issue]:
    if not text:
        return
    shallow = [*length_issues(message, text), *character_issues(message, text, locale)]
    yield from shallow
    if HARMFUL_CODES & {issue.code for issue in shallow}:
        return
    yield from placeholder_issues(
        message, text, is_one_number=_is_one_number(message, locale, number)
    )
    tags, links = [*tag_issues(message, text)], [*link_issues(message, text, locale)]
    yield from (*tags, *links)
    if message.markup == "html" and not tags:
        yield from injection_issues(message, text, locale)
        yield from address_issues(message, text) if not links else ()
    if message.is_markdown:
        yield from structure_issues(message, text)
    yield from template_issues(message, text)
    yield from script_issues(message, text, locale)
    if message.markup == "html" and locale.partition("-")[0] != SOURCE:
        yield from _untranslated(message, text)


def _untranslated(message: Message, text: str) -> Iterator[Issue]:
    """A whole sentence left in the source language: some programs fill gaps so, and it would count as done.

    In campaign copy this is only a warning: a list of names may be the same in both languages.
    """
    if text in {message.source, message.plural} and len(words_in(text)) >= MIN_SENTENCE_WORDS:
        yield Issue("untranslated")


def _is_one_number(message: Message, locale: str, number: int) -> bool:
    rule = plural_rule(locale)
    has_form = message.plural is not None and number < rule.count
    return has_form and rule.only_number(number) is not None
