"""Every class in the style sheets is used, and no selector has two rules."""

import re
from collections import Counter

import pytest

from campaign_actions.core import paths

SHEETS = sorted((paths.STATIC / "css").glob("*.css"))
# Templates build the rest of these names
NUMBERED = re.compile(r"(accent|at|g-sum|shade|sw|tone)-|if-(petition|pledge)$")
each_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)


def words() -> set[str]:
    """All words in templates, scripts and the program."""
    package = paths.STATIC.parent / "campaign_actions"
    places = [
        *paths.TEMPLATES.rglob("*.html"),
        *paths.STATIC.glob("*.js"),
        *package.rglob("*.py"),
    ]
    return {word for place in places for word in re.findall(r"[\w-]+", place.read_text("utf-8"))}


def without_comments(sheet) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)


@each_sheet
def test_each_class_is_used(sheet):
    selectors = re.findall(r"([^{};]+)\{", without_comments(sheet))
    classes = {name for one in selectors for name in re.findall(r"\.([a-z][\w-]*)", one)}

    unused = {name for name in classes - words() if not NUMBERED.match(name)}

    assert unused == set()


@each_sheet
def test_a_selector_has_one_rule(sheet):
    """Outside media and container queries: if there were two far apart, edits to one might have no effect."""
    rules = re.sub(
        r"@(?:media|container)[^{]+\{(?:[^{}]+\{[^{}]*\})*\s*\}", "", without_comments(sheet)
    )

    selectors = Counter(found.strip() for found in re.findall(r"([^{};]+)\{", rules))

    assert [one for one, times in selectors.items() if times > 1 and one != "@font-face"] == []
