"""The words for staff about the consent text of each kind of action.

Apart from the words that the public reads, which a language needs first (catalogs/files/areas.py).
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class ConsentWords:
    """`missing`: in the language that the page is about. `missing_in` takes names of languages."""

    title: LazyString
    exists: LazyString
    missing: LazyString
    missing_in: Callable[[str], str]


PETITION = ConsentWords(
    title=_l("Consent text for petitions"),
    exists=_l("There is a consent text for petitions."),
    missing=_l(
        "The consent text for petitions is missing in this language. Without it, people cannot sign"
        " petitions."
    ),
    missing_in=lambda languages: _(
        "The consent text for petitions is missing in: %(languages)s. Without it, people cannot sign"
        " petitions.",
        languages=languages,
    ),
)
PLEDGE = ConsentWords(
    title=_l("Consent text for pledges"),
    exists=_l("There is a consent text for pledges."),
    missing=_l(
        "The consent text for pledges is missing in this language. Without it, people cannot make"
        " pledges."
    ),
    missing_in=lambda languages: _(
        "The consent text for pledges is missing in: %(languages)s. Without it, people cannot make"
        " pledges.",
        languages=languages,
    ),
)
