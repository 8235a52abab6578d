"""The shipped catalogs match the source, pass validation and are complete."""

from functools import cache
from pathlib import Path

import pytest

from campaign_actions.catalogs.files.catalog_folder import TEMPLATE, catalogs_in
from campaign_actions.catalogs.files.compiler import validate_po
from campaign_actions.catalogs.files.extract import messages_of_source, template_of
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.files.validate_entries import ValidatedFile
from campaign_actions.core.i18n.locale import locales

ROOT = Path(__file__).parent.parent
TRANSLATIONS = ROOT / "translations"
CATALOGS = catalogs_in(TRANSLATIONS)

each_catalog = pytest.mark.parametrize("tag", CATALOGS)


@cache
def checked(tag: str) -> ValidatedFile:
    data = CATALOGS[tag].read_bytes()
    return validate_po(data, tag=tag, messages=interface_messages())


def test_the_template_is_up_to_date():
    fresh = template_of(messages_of_source(ROOT))

    assert fresh == (TRANSLATIONS / TEMPLATE).read_bytes(), "make messages"


@each_catalog
def test_no_translation_has_an_issue(tag):
    found = checked(tag)

    assert (found.issues, [d for d in found.warnings if d.issue.code != "fuzzy"]) == ([], [])


@each_catalog
def test_every_message_is_translated(tag):
    translations = checked(tag).translations

    missing = [each.source for each in interface_messages() if each.key not in translations]

    assert missing == []


def test_every_language_that_ships_is_served(app):
    assert {*locales()} == {"en", *CATALOGS}
