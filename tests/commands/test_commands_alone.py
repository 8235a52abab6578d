"""A new language by commands alone: added, partly translated and not public, finished, approved, public."""

import urllib.error
import urllib.request

import pytest

from tests.support.browser.sites import served
from tests.support.factories import make_staff
from tests.support.po_editor import fill
from tests.support.servers import until

NEEDS = ["form", "errors", "consent", "mails", "pages", "privacy", "approval"]
ADA, BEA = "ada@example.org", "bea@example.org"
CONSENT = "Надсилаючи це, ви погоджуєтеся, що ми зберігаємо введене для цієї дії.\n"
HALF = 500  # messages


@pytest.fixture
def place(in_memory):
    """A site as it is installed: a language needs everything, and changes to it are noticed automatically."""
    changed = {"CATALOG_SECONDS": 1, "LOCALE_NEEDS": NEEDS}
    with served(in_memory / "commands", "--no-outbox", **changed) as place:
        yield place


@pytest.mark.slow
def test_a_language_is_added_translated_and_published_by_commands_alone(place, tmp_path):
    begun, catalog = tmp_path / "uk/LC_MESSAGES/messages.po", tmp_path / "uk.po"
    consent = tmp_path / "consent.txt"
    consent.write_text(CONSENT, encoding="utf-8")
    for address, role in ((ADA, "translator"), (BEA, "reviewer")):
        with place.app.app_context():
            make_staff(role, email=address)

    translations(place, "add", "uk", "--folder", tmp_path)
    fill(begun, "uk", limit=HALF)
    translations(place, "check", begun, "--locale", "uk")
    half = translations(place, "import", begun, "--by", ADA)
    assert half.startswith(f"Imported: {HALF}. Unchanged: 0.")
    assert status(place) == 404

    translations(place, "export", "--locale", "uk", "--output", catalog)
    fill(catalog, "uk")
    translations(place, "import", catalog, "--by", ADA)
    translations(place, "consent", "uk", consent, "--kind", "petition", "--by", ADA)
    assert status(place) == 404, "nobody has approved anything yet"

    approved = translations(place, "approve", "uk", "--by", BEA, "--yes")
    assert CONSENT in approved
    until(lambda: status(place) == 200)


def translations(place, *words):
    return place.do("translations", *map(str, words))


def status(place) -> int:
    try:
        with urllib.request.urlopen(f"{place.address}/uk/") as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
