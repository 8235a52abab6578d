"""Whether a translation may stand in the place of its message: one check for all ways it comes in.

`faults()` finds what would break a page or harm who reads it; `doubts()` what a person should look
at again. Neither knows pages, files or the database.
"""

from collections.abc import Iterator
from dataclasses import replace

from campaign_actions.catalogs.validation.rules.characters import character_faults
from campaign_actions.catalogs.validation.rules.injection import (
    address_faults,
    injection_faults,
    with_apostrophes,
)
from campaign_actions.catalogs.validation.rules.links import link_faults
from campaign_actions.catalogs.validation.rules.markdown import structure_faults
from campaign_actions.catalogs.validation.rules.measures import measure_faults, template_faults
from campaign_actions.catalogs.validation.rules.placeholders import placeholder_faults
from campaign_actions.catalogs.validation.rules.scripts import mixed_words, script_faults, words_in
from campaign_actions.catalogs.validation.rules.tags import tag_faults
from campaign_actions.core.forms.input_text import normalize_identifier, normalize_text
from campaign_actions.core.i18n.bidi import ISOLATES
from campaign_actions.core.i18n.message import SOURCE, Forms, Issue, Message
from campaign_actions.core.i18n.plurals import plural_rule

__all__ = ["Issue", "doubts", "faults", "tidied"]

HARMFUL = {"bidi", "control", "far_too_long", "too_long"}  # such a text is not looked into
A_SENTENCE = 4  # words; fewer may well be the same in another language


def faults(message: Message, forms: Forms, locale: str) -> list[Issue]:
    """Why this can not be used, in the order of the forms; nothing for a message without translation."""
    if not any(forms):
        return []
    found = list(_form_faults(message, forms, locale))
    for number, text in enumerate(forms):
        form = number if message.plural else None
        found += [replace(each, form=form) for each in _text_faults(message, text, locale, number)]
    return found


def doubts(message: Message, forms: Forms) -> list[Issue]:
    """What can be used and may be a mistake."""
    found = [fault for text in forms for fault in _untranslated(message, text)][:1]
    if words := [word for text in forms for word in mixed_words(text)]:
        found.append(Issue("mixed_letters", {"words": words}))
    return found


def tidied(message: Message, forms: Forms) -> Forms:
    """As somebody types it, made ready for the check: composed letters, and edges as in the source.

    In words of the program, apostrophes as they are printed.
    """
    source = message.model
    start = source[: len(source) - len(source.lstrip())]
    end = source[len(source.rstrip()) :]
    clean = normalize_identifier if {*ISOLATES}.isdisjoint(source) else normalize_text
    tidy_forms = (clean(text) for text in forms)
    if message.markup == "html":
        tidy_forms = (with_apostrophes(text) for text in tidy_forms)
    return tuple(start + text + end if text else "" for text in tidy_forms)


def _form_faults(message: Message, forms: Forms, locale: str) -> Iterator[Issue]:
    rule = plural_rule(locale)
    needed = rule.count if message.plural else 1
    if len(forms) != needed:
        yield Issue("forms", {"count": len(forms), "needed": needed})
        return
    for number, text in enumerate(forms):
        if not text:
            values = {"name": rule.names[number], "numbers": rule.numbers(number)[:4]}
            yield Issue("form_empty", values, form=number)


def _text_faults(message: Message, text: str, locale: str, number: int) -> Iterator[Issue]:
    if not text:
        return
    shallow = [*measure_faults(message, text), *character_faults(message, text, locale)]
    yield from shallow
    if HARMFUL & {fault.code for fault in shallow}:
        return
    yield from placeholder_faults(
        message, text, is_one_number=_is_one_number(message, locale, number)
    )
    tags, links = [*tag_faults(message, text, locale)], [*link_faults(message, text, locale)]
    yield from (*tags, *links)
    if message.markup == "html" and not tags:
        yield from injection_faults(message, text, locale)
        yield from address_faults(message, text) if not links else ()
    if message.is_markdown:
        yield from structure_faults(message, text)
    yield from template_faults(message, text)
    yield from script_faults(message, text, locale)
    if message.markup == "html" and locale.partition("-")[0] != SOURCE:
        yield from _untranslated(message, text)


def _untranslated(message: Message, text: str) -> Iterator[Issue]:
    """A sentence of the source, as programs leave it that fill what is empty: it would count as done.

    Of campaign copy it is only doubted: a list of names may well be the same in another language.
    """
    if text in {message.source, message.plural} and len(words_in(text)) >= A_SENTENCE:
        yield Issue("untranslated")


def _is_one_number(message: Message, locale: str, number: int) -> bool:
    rule = plural_rule(locale)
    has_form = message.plural is not None and number < rule.count
    return has_form and rule.only_number(number) is not None
