"""Where in the product a message of the program stands, told by the files it is in.

A message that stands in several areas belongs to the first of them. What is in an area that the public
needs keeps a language from it until it is translated; `staff` need not be.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

AREAS = ("form", "errors", "mails", "pages", "privacy", "staff")
PATTERNS = (  # the first that fits
    ("templates/staff/*", "staff"),
    ("templates/demo/*", "staff"),
    ("templates/layout/demo_bar.html", "staff"),
    ("templates/mail/staff-*", "staff"),
    ("templates/mail/*", "mails"),
    ("templates/pages/privacy.html", "privacy"),
    ("templates/errors/*", "errors"),
    ("templates/actions/comments.html", "pages"),
    ("templates/actions/*", "form"),
    ("templates/components/fields.html", "form"),
    ("templates/*", "pages"),
    ("campaign_actions/core/errors.py", "errors"),
    ("campaign_actions/core/tokens.py", "errors"),
    ("campaign_actions/core/fields.py", "form"),
    ("campaign_actions/core/base_forms.py", "form"),
    ("campaign_actions/core/form_token.py", "form"),
    ("campaign_actions/core/bulkhead.py", "staff"),
    ("campaign_actions/core/contrast.py", "staff"),
    ("campaign_actions/core/fault_texts.py", "staff"),
    ("campaign_actions/core/fault_words.py", "staff"),
    ("campaign_actions/core/pictures.py", "staff"),
    ("campaign_actions/core/replica.py", "staff"),
    ("campaign_actions/core/*", "pages"),
    ("campaign_actions/actions/forms.py", "form"),
    ("campaign_actions/actions/kinds/*", "form"),
    ("campaign_actions/actions/field_labels.py", "form"),
    ("campaign_actions/actions/signing.py", "errors"),
    ("campaign_actions/actions/mailing.py", "mails"),
    ("campaign_actions/actions/presenting.py", "pages"),
    ("campaign_actions/actions/views/*", "pages"),
    ("campaign_actions/campaigns/views.py", "pages"),
    ("campaign_actions/updates/views.py", "pages"),
    ("campaign_actions/updates/unsubscribing.py", "pages"),
    ("campaign_actions/updates/mailing.py", "mails"),
    ("campaign_actions/pages/*", "pages"),
    ("campaign_actions/*", "staff"),
)


def area_of(places: Iterable[str]) -> str:
    """The area of a message by its files; one that stands nowhere we know is for the public."""
    found = {_area(place) for place in places} or {"pages"}
    return next(area for area in AREAS if area in found)


@cache
def _area(place: str) -> str:
    return next((area for pattern, area in PATTERNS if fnmatchcase(place, pattern)), "pages")
