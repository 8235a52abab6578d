"""What is wrong with a translation, and what to do, in words for who translates."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from campaign_actions.core.fault_texts import FAULTS, KINDS, Texts
from campaign_actions.core.i18n import babel_locale, current_locale, direction
from campaign_actions.core.isolation import isolated_values
from campaign_actions.core.messages import Fault
from campaign_actions.core.plurals import plural_rule
from campaign_actions.core.sentences import with_commas

MOST_SHOWN = 60  # characters of what somebody wrote
EXAMPLES = 4  # numbers of a form


@dataclass(frozen=True)
class Words:
    what: str
    remedy: str


def fault_words(fault: Fault, texts: Texts = FAULTS) -> Words:
    """In the language of the page; of commands, in English."""
    what, remedy = texts[fault.code]
    said = {name: _value(name, value) for name, value in fault.values.items()}
    values = isolated_values(said, direction())
    return Words(str(what) % values, str(remedy) % values)


def form_words(locale: str, form: int) -> str:
    """Which plural form this is, told by numbers."""
    rule = plural_rule(locale)
    numbers = rule.numbers(form)
    examples = with_commas(map(str, numbers[:EXAMPLES]))
    return f"{examples} …" if len(numbers) > EXAMPLES else examples


def _value(name: str, value: Any) -> str:
    if name in {"script", "scripts"}:
        names = babel_locale(current_locale()).scripts
        return with_commas(names.get(code, code) for code in _many(value))
    if name == "kinds":
        return with_commas(_kind(each) for each in value)
    if name in {"expected", "marks"}:
        return str(value)  # to be copied
    return with_commas(_shortened(each) for each in _many(value)) or _("nothing")


def _kind(code: str) -> str:
    if code in KINDS:
        return str(KINDS[code])
    return str(_("a heading with %(signs)s", signs="#" * int(code.removeprefix("h"))))


def _many(value: Any) -> list[str]:
    is_one = isinstance(value, str) or not isinstance(value, Iterable)
    return [str(each) for each in ([value] if is_one else value)]


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
