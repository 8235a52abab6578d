"""The area of the product that a message belongs to, by the files it appears in.

A message that appears in several areas belongs to the first of AREAS. LOCALE_NEEDS names the areas that
must be translated before the public sees a language.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

AREAS = ("form", "errors", "mails", "pages", "privacy", "staff")
PATTERNS = (  # the first match decides
    ("templates/staff/*", "staff"),
    ("templates/demo/*", "staff"),
    ("templates/layout/demo_bar.html", "staff"),
    ("templates/mail/staff-*", "staff"),
    ("templates/mail/*", "mails"),
    ("templates/site/privacy.html", "privacy"),
    ("templates/errors/*", "errors"),
    ("templates/actions/comments.html", "pages"),
    ("templates/actions/*", "form"),
    ("templates/signature_links/*", "form"),
    ("templates/components/fields.html", "form"),
    ("templates/components/*", "pages"),
    ("templates/campaigns/*", "pages"),
    ("templates/layout/*", "pages"),
    ("templates/site/*", "pages"),
    ("templates/translation_emails/*", "pages"),
    ("templates/updates/*", "pages"),
    ("campaign_actions/core/errors.py", "errors"),
    ("campaign_actions/web/http/error_pages.py", "errors"),
    ("campaign_actions/core/proxy_pages.py", "errors"),
    ("campaign_actions/core/security/signed_tokens.py", "errors"),
    ("campaign_actions/core/security/proof_of_work.py", "errors"),
    ("campaign_actions/core/forms/fields.py", "form"),
    ("campaign_actions/core/forms/answer_fields.py", "form"),
    ("campaign_actions/core/forms/base.py", "form"),
    ("campaign_actions/core/forms/form_token.py", "form"),
    ("campaign_actions/core/bulkhead.py", "staff"),
    ("campaign_actions/core/theme.py", "staff"),
    ("campaign_actions/catalogs/validation/issue_texts.py", "staff"),
    ("campaign_actions/core/content/*", "staff"),
    ("campaign_actions/core/db/replica.py", "staff"),
    ("campaign_actions/core/forms/datetime_field.py", "pages"),
    ("campaign_actions/core/forms/day_field.py", "staff"),
    ("campaign_actions/core/forms/timezone_field.py", "staff"),
    ("campaign_actions/core/forms/website_field.py", "staff"),
    ("campaign_actions/core/i18n/formatting.py", "staff"),
    ("campaign_actions/core/i18n/timezones.py", "staff"),
    ("campaign_actions/core/sharing/links.py", "pages"),
    ("campaign_actions/core/i18n/list_format.py", "pages"),
    ("campaign_actions/actions/forms.py", "form"),
    ("campaign_actions/actions/kinds/consent_words.py", "staff"),
    ("campaign_actions/actions/kinds/*", "form"),
    ("campaign_actions/actions/questions/sign_form.py", "form"),
    ("campaign_actions/actions/personal_data/purposes.py", "privacy"),
    ("campaign_actions/actions/signatures/sign.py", "errors"),
    ("campaign_actions/actions/signatures/restrictions.py", "errors"),
    ("campaign_actions/actions/signatures/emails.py", "mails"),
    ("campaign_actions/actions/view_models.py", "pages"),
    ("campaign_actions/web/public/*", "pages"),
    ("campaign_actions/updates/unsubscribe.py", "pages"),
    ("campaign_actions/updates/emails.py", "mails"),
    *(
        (f"campaign_actions/{folder}/*", "staff")
        for folder in (
            *("exports", "audit", "organization", "staff", "campaigns", "actions", "outbox"),
            *("disclosures", "approvals", "switches"),
            *("catalogs", "previews", "publishing", "updates", "monitoring", "web/staff"),
        )
    ),
)


def area_of(places: Iterable[str]) -> str:
    """The first area of these files. A file that matches no pattern counts as public."""
    found = {_area(place) for place in places} or {"pages"}
    return next(area for area in AREAS if area in found)


def has_area(place: str) -> bool:
    """Whether a file matches a pattern. A test makes sure that every file with messages does."""
    return _first_match(place) is not None


def _area(place: str) -> str:
    return _first_match(place) or "pages"


@cache
def _first_match(place: str) -> str | None:
    return next((area for pattern, area in PATTERNS if fnmatchcase(place, pattern)), None)
