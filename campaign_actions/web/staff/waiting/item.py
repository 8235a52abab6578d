"""One thing that waits, and what all of them share."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.core.i18n.formatting import lower_first, number
from campaign_actions.core.i18n.list_format import join_with_commas

MAX_COUNTED = 100  # nobody decides by the exact number of a longer list
MAX_NAMED = 2  # titles named in one line
SOON = timedelta(days=7)


@dataclass(frozen=True)
class WaitingItem:
    """A line of the list: how many, what and where, and the page on which to do it, or to begin.

    A count above MAX_COUNTED means that many or more. `where` has short texts, such as titles.
    """

    count: int
    what: str
    where: Sequence[str]
    button: str
    address: str
    campaign_ids: Collection[int] = ()  # the campaigns that it concerns
    links: Sequence[tuple[str, str]] = ()  # names and addresses, if there are several such pages
    place: str = ""  # what the button leads to, if that is not the only campaign it concerns

    @property
    def amount(self) -> str:
        return amount_of(self.count)


def next_words(step: str, place: str) -> str:
    """The words of a link to what is next. `step`: of a button; `place`: the title of the campaign or ""."""
    words = lower_first(step.replace("…", ""))
    return str(_("Next: %(step)s", step=join_with_commas(filter(None, (place, words)))))


def amount_of(count: int) -> str:
    """A number that was counted to one more than MAX_COUNTED."""
    if count > MAX_COUNTED:
        # Translators: a count that was stopped: 100+ means “one hundred or more”
        return str(_("%(number)s+", number=number(MAX_COUNTED)))
    return number(count)


def first_few(names: Iterable[str]) -> list[str]:
    """The first names, each once, and how many more there are."""
    found = list(dict.fromkeys(names))
    rest = len(found) - MAX_NAMED
    more = [ngettext("%(num)d more", "%(num)d more", rest)] if rest > 0 else []
    return [*found[:MAX_NAMED], *more]
