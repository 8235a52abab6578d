"""The issues of a translation, and what to do about them, in sentences for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.core.i18n.bidi import close_isolates, isolate_values
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import babel_locale, current_locale, direction
from campaign_actions.core.i18n.message import Issue
from campaign_actions.core.i18n.plurals import plural_rule

Texts = Mapping[str, tuple[LazyString, LazyString]]  # by code: what is wrong, and what to do
MAX_SHOWN_LENGTH = 60  # characters of quoted text
MAX_EXAMPLES = 4  # numbers of a plural form

ISSUE_TEXTS: Texts = {
    "forms": (
        _l("Number of plural forms: %(count)s. This language needs %(needed)s."),
        _l("Enter one translation for each plural form, in order."),
    ),
    "form_empty": (
        _l("The translation for %(numbers)s is empty."),
        _l("Fill it in. Plural forms are only used when all of them are translated."),
    ),
    "placeholder_missing": (
        _l("Missing: %(names)s."),
        _l("Copy it from the source text to where its value should appear."),
    ),
    "placeholder_changed": (
        _l("%(found)s is written %(expected)s in the source text."),
        _l("Copy it from the source text. It will be replaced by a value."),
    ),
    "placeholder_foreign": (
        _l("%(found)s is not in the source text."),
        _l("Remove it. Placeholders in the source text: %(names)s."),
    ),
    "percent": (
        _l("%(found)s is not in the source text, and would be read as a placeholder."),
        _l(
            "Write the word for “per cent”. If the source text has a placeholder, you can"
            " write %%%% instead."
        ),
    ),
    "tag_foreign": (
        _l("Not in the source text: %(tags)s."),
        _l("Use only the tags from the source text, exactly as they are."),
    ),
    "tag_missing": (
        _l("Missing: %(tags)s."),
        _l("Put the tags around the same words as in the source text."),
    ),
    "tag_order": (
        _l("These tags are nested differently from the source text: %(tags)s."),
        _l("Open and close them as in the source text."),
    ),
    "tag_unpaired": (
        _l("These tags are not opened and closed in pairs: %(tags)s."),
        _l("Close each tag after its words. Close the last one opened first."),
    ),
    "character_reference": (
        _l("Codes in place of characters: %(found)s."),
        _l("Type the character itself."),
    ),
    "structure_foreign": (
        _l("Not in the source text: %(kinds)s."),
        _l(
            "Keep the structure of the source text. Each of its paragraphs, headings,"
            " quotes and list items needs one in the translation."
        ),
    ),
    "structure_missing": (
        _l("Missing: %(kinds)s."),
        _l(
            "Keep the structure of the source text. Each of its paragraphs, headings,"
            " quotes and list items needs one in the translation."
        ),
    ),
    "structure_order": (
        _l("Paragraphs, headings or lists are in a different order from the source text."),
        _l("Put them in the same order as the source text."),
    ),
    "emphasis_foreign": (
        _l("Not in the source text: %(kinds)s."),
        _l("Remove the marks around the words: *, _ or `. Write \\* for an asterisk."),
    ),
    "emphasis_missing": (
        _l("List items start or end differently from the source text."),
        _l("Put the same marks, * or **, around the first and last words."),
    ),
    "link_foreign": (
        _l("Links that are not in the source text: %(links)s."),
        _l(
            "Use the address from the source text, or the same page in your language. If"
            " you did not mean a link, add a space after the full stop."
        ),
    ),
    "link_missing": (
        _l("Links missing from the translation: %(links)s."),
        _l("Add them, with the addresses from the source text."),
    ),
    "link_broken": (
        _l("This looks like a link but does not work as one: %(found)s."),
        _l("Write it as [words](address), as in the source text."),
    ),
    "template": (
        _l("Not in the source text, and would be read as code: %(found)s."),
        _l("Remove these characters."),
    ),
    "quotes": (
        _l("Straight quotation marks that are not in the source text: %(found)s."),
        _l("Use the quotation marks of your language, such as %(marks)s, and ’ as an apostrophe."),
    ),
    "attribute": (
        _l("Not in the source text, and would be read as an attribute: %(found)s."),
        _l("Remove the equals sign, or use a word instead."),
    ),
    "braces": (
        _l("Not in the source text, and would be read as a placeholder: %(found)s."),
        _l("Remove the curly brackets. Use round brackets if you need any."),
    ),
    "bidi": (
        _l("Hidden characters change the direction of the text: %(characters)s."),
        _l("Remove them. The page sets the direction of the text automatically."),
    ),
    "control": (
        _l("Characters that cannot be shown: %(characters)s."),
        _l("Type these words again instead of pasting them."),
    ),
    "invisible": (
        _l("Invisible characters: %(characters)s."),
        _l("Type these words again instead of pasting them."),
    ),
    "private": (
        _l("Characters that other computers cannot show: %(characters)s."),
        _l("Use letters and symbols that every font has."),
    ),
    "piled": (
        _l("One letter has too many accents."),
        _l("Remove the accents that the word does not need."),
    ),
    "not_nfc": (
        _l("Letters and their accents are stored separately."),
        _l(
            "Type these words again, or paste them into the editor on this website and save"
            " them there."
        ),
    ),
    "edges": (
        _l("Spaces or line breaks at the start or end differ from the source text."),
        _l("Start and end the translation as the source text does."),
    ),
    "line_break": (
        _l("The translation has line breaks, but the source text does not."),
        _l("Write it on one line."),
    ),
    "too_long": (
        _l("This is %(length)s characters long, but only %(most)s fit."),
        _l("Shorten the translation."),
    ),
    "far_too_long": (
        _l(
            "This is %(length)s characters long, far more than the source text needs in any"
            " language."
        ),
        _l("Remove anything the source text does not say."),
    ),
    "script": (
        _l("This is written in %(script)s letters, but the language uses %(scripts)s."),
        _l("Write it in the language you are translating into."),
    ),
    "untranslated": (
        _l("The translation is the same as the source text."),
        _l("Translate it, or leave it empty until someone does."),
    ),
    "mixed_letters": (
        _l("Latin and Cyrillic letters in one word: %(words)s."),
        _l("Type the words again, using only one keyboard layout."),
    ),
}
KIND_NAMES = {
    "list": _l("a list"),
    "item": _l("a list item"),
    "quote": _l("a quote"),
    "paragraph": _l("a paragraph"),
    "line": _l("a horizontal line"),
    "block": _l("a block (:::)"),
    "emphasis": _l("emphasis"),
    "bold": _l("bold text"),
    "code": _l("code"),
}


@dataclass(frozen=True)
class IssueText:
    what: str
    remedy: str


def issue_text(issue: Issue, texts: Texts = ISSUE_TEXTS) -> IssueText:
    """In the language of the page; in English for commands."""
    what, remedy = texts[issue.code]
    formatted = {name: _format_value(name, value) for name, value in issue.values.items()}
    values = isolate_values(formatted, direction())
    return IssueText(str(what) % values, str(remedy) % values)


def form_examples(locale: str, form: int) -> str:
    """Numbers that take this plural form: "1, 21, 31 …"."""
    rule = plural_rule(locale)
    numbers = rule.numbers(form)
    examples = join_with_commas(map(str, numbers[:MAX_EXAMPLES]))
    return f"{examples} …" if len(numbers) > MAX_EXAMPLES else examples


def _format_value(name: str, value: object) -> str:
    if name in {"script", "scripts"}:
        names = babel_locale(current_locale()).scripts
        return join_with_commas(names.get(code, code) for code in _as_list(value))
    if name == "kinds":
        return join_with_commas(map(_kind_name, _as_list(value)))
    if name in {"expected", "marks"}:
        return str(value)  # to be copied, so never shortened
    return join_with_commas(_shortened(each) for each in _as_list(value)) or _("none")


def _kind_name(code: str) -> str:
    if code in KIND_NAMES:
        return str(KIND_NAMES[code])
    return str(_("a heading with %(signs)s", signs="#" * int(code.removeprefix("h"))))


def _as_list(value: object) -> list[str]:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(each) for each in value]
    return [str(value)]


def _shortened(text: str) -> str:
    return (
        text
        if len(text) <= MAX_SHOWN_LENGTH
        else close_isolates(f"{text[: MAX_SHOWN_LENGTH - 1]}…")
    )
