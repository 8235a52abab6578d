"""The catalogs follow the source and keep its placeholders."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from campaign_actions.core.i18n import locales

ROOT = Path(__file__).parent.parent
CATALOGS = sorted(ROOT.glob("translations/*/LC_MESSAGES/messages.po"))
EXTRACT = ["-q", "extract", "-F", "pyproject.toml", "-k", "_l", "-k", "lazy_ngettext:1,2"]


def catalog(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def message_ids(path: Path) -> set:
    return {(message.context, message.id) for message in catalog(path)}


def test_the_template_is_up_to_date(tmp_path):
    fresh = tmp_path / "messages.pot"
    pybabel = Path(sys.executable).with_name("pybabel")
    subprocess.run([pybabel, *EXTRACT, "-o", fresh, "."], cwd=ROOT, check=True)

    assert message_ids(fresh) == message_ids(ROOT / "translations/messages.pot"), "make messages"


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_translations_keep_placeholders_and_plurals(path):
    faults = catalog(path, locale=path.parts[-3]).check()

    assert [(message.id, errors) for message, errors in faults] == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_message_is_translated_and_none_is_left_over(path):
    template = message_ids(ROOT / "translations/messages.pot")
    messages = list(catalog(path, locale=path.parts[-3]))

    missing = [m.id for m in messages if m.id and (not m.string or m.fuzzy or not all(m.string))]

    assert missing == []
    assert {(m.context, m.id) for m in messages} == template


def test_english_and_russian_are_served(app):
    assert locales() == ("en", "ru")
