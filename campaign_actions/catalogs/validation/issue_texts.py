"""What is wrong with a translation, and what to do about it, in sentences for people."""

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
        _l("Plural forms: there are %(count)s, the language has %(needed)s."),
        _l("Write one for each form, in their order."),
    ),
    "form_empty": (
        _l("The form for %(numbers)s is empty."),
        _l("Fill it in as well: the forms are used together or not at all."),
    ),
    "placeholder_missing": (
        _l("Missing: %(names)s."),
        _l("Copy it from the source to where its value should stand."),
    ),
    "placeholder_changed": (
        _l("%(found)s is written %(expected)s in the source."),
        _l("Copy it from the source: a value is put in its place."),
    ),
    "placeholder_foreign": (
        _l("%(found)s is not in the source."),
        _l("Remove it. The source has: %(names)s."),
    ),
    "percent": (
        _l("%(found)s is not in the source, and programs read it as a placeholder."),
        _l("Write the word for per cent, or %%%% if the source has a placeholder."),
    ),
    "tag_foreign": (
        _l("Not in the source: %(tags)s."),
        _l("Use the tags of the source, exactly as they are, and no others."),
    ),
    "tag_missing": (
        _l("Missing: %(tags)s."),
        _l("Put the tag around the same words as in the source."),
    ),
    "tag_order": (
        _l("The tags do not stand inside each other as in the source: %(tags)s."),
        _l("Open and close them as there."),
    ),
    "tag_unpaired": (
        _l("Tags that are not closed in turn: %(tags)s."),
        _l("Close each behind the words that it is for: the one opened last comes first."),
    ),
    "character_reference": (
        _l("%(found)s stands for a character."),
        _l("Type the character itself."),
    ),
    "structure_foreign": (
        _l("Not in the source: %(kinds)s."),
        _l("Keep the structure of the source: one paragraph, heading, quote or item for each."),
    ),
    "structure_missing": (
        _l("Missing: %(kinds)s."),
        _l("Keep the structure of the source: one paragraph, heading, quote or item for each."),
    ),
    "structure_order": (
        _l("Paragraphs, headings or lists are in another order than in the source."),
        _l("Put them in the order of the source."),
    ),
    "emphasis_foreign": (
        _l("Not in the source: %(kinds)s."),
        _l("Remove the signs around the words: *, _ or `. Write \\* for a star."),
    ),
    "emphasis_missing": (
        _l("Items of the list begin or end in another way than in the source."),
        _l("Put the same signs, * or **, around what stands first and last."),
    ),
    "link_foreign": (
        _l("A link leads to a place that the source has not: %(links)s."),
        _l(
            "Use the address of the source, or the same page in your language."
            " If no link is meant, put a space behind the full stop."
        ),
    ),
    "link_missing": (
        _l("A link of the source is missing: %(links)s."),
        _l("Put it in, with the address of the source."),
    ),
    "link_broken": (
        _l("This looks like a link and is none: %(found)s."),
        _l("Write it as [words](address), as in the source."),
    ),
    "template": (
        _l("Not in the source, and programs read it as code: %(found)s."),
        _l("Remove these signs."),
    ),
    "quotes": (
        _l("Straight quotation marks that are not in the source: %(found)s."),
        _l("Use the quotation marks of your language, such as %(marks)s, and ’ as an apostrophe."),
    ),
    "attribute": (
        _l("Not in the source, and programs read it as an attribute: %(found)s."),
        _l("Remove the equals sign, or use a word instead."),
    ),
    "braces": (
        _l("Not in the source, and programs read it as a placeholder: %(found)s."),
        _l("Remove the braces. Use round brackets if you need any."),
    ),
    "bidi": (
        _l("Hidden characters turn text around: %(characters)s."),
        _l("Remove them: the page knows by itself in which direction words go."),
    ),
    "control": (
        _l("Characters that cannot be shown: %(characters)s."),
        _l("Type these words anew instead of pasting them."),
    ),
    "invisible": (
        _l("Characters that nobody sees: %(characters)s."),
        _l("Type these words anew instead of pasting them."),
    ),
    "private": (
        _l("Characters that no other computer knows: %(characters)s."),
        _l("Use letters and signs that every font has."),
    ),
    "piled": (
        _l("Too many accents stand on one letter."),
        _l("Remove those that the word does not need."),
    ),
    "not_nfc": (
        _l("Letters and their accents are stored apart."),
        _l("Type these words anew, or paste them into the editor on the web and save there."),
    ),
    "edges": (
        _l("Spaces or line breaks at the beginning or at the end differ from the source."),
        _l("Begin and end as the source does."),
    ),
    "line_break": (
        _l("There are line breaks, the source has none."),
        _l("Write it in one line."),
    ),
    "too_long": (
        _l("%(length)s characters; at most %(most)s fit."),
        _l("Find shorter words."),
    ),
    "far_too_long": (
        _l("%(length)s characters: far more than the source needs in any language."),
        _l("Take out what the source does not say."),
    ),
    "script": (
        _l("It is written in %(script)s letters; the language of the catalog is in %(scripts)s."),
        _l("Translate it into the language of the catalog."),
    ),
    "untranslated": (
        _l("It is the same as the source."),
        _l("Translate it, or leave it empty until somebody does."),
    ),
    "mixed_letters": (
        _l("Latin and Cyrillic letters in one word: %(words)s."),
        _l("Type the word anew with one keyboard layout."),
    ),
}
KIND_NAMES = {
    "list": _l("a list"),
    "item": _l("an item of a list"),
    "quote": _l("a quote"),
    "paragraph": _l("a paragraph"),
    "line": _l("a line across"),
    "block": _l("a block (:::)"),
    "emphasis": _l("emphasis"),
    "bold": _l("bold words"),
    "code": _l("words as code"),
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
    return join_with_commas(_shortened(each) for each in _as_list(value)) or _("nothing")


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
