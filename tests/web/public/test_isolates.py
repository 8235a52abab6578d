"""Names and comments with isolates are stored and exported as typed, and do not affect other text."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from campaign_actions.actions.comments.moderation import decide_comments
from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.actions.personal_data.purposes import TEAM
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.search import search
from campaign_actions.core.i18n.bidi import unpaired_isolates
from tests.support.exports import export_signatures
from tests.support.factories import NOON, link_to, make_action, make_confirmed

GIVEN = "\u2067أحمد\u2069"
FAMILY = "al-\u2068Hadd\u2069ād"
COMMENT = "\u2066I saw (\u2067شاهدت\u2069) it!\u2069\nسمعت \u2066BBC 1\u2069."
BY_STAFF = {"read_as": "waiting", "action": "racism/hate-crimes", "staff_id": 7}
BY_STAFF |= {"actor": "grace@example.org"}
TYPED = {"given_name": GIVEN, "family_name": FAMILY, "comment": COMMENT}


@pytest.mark.parametrize("format_name", ["csv", "jsonl", "xlsx"])
def test_isolates_are_exported_as_typed(app, format_name):
    action = make_action()
    make_confirmed(action, **TYPED)
    stored = find_action_by_name(action.campaign_slug, action.slug)

    data = b"".join(export_signatures(stored, TEAM, format_name))

    assert {name: row_of(data, format_name)[name] for name in TYPED} == TYPED


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_isolates_do_not_affect_other_text_on_pages(client, locale):
    action = make_action(locales=("en", "ar"), shows_comments=True)
    signature = make_confirmed(action, show_comment=True, show_name=True, **TYPED)
    decide_comments(action.id, [signing_id(signature)], is_shown=True, now=NOON, **BY_STAFF)
    page = f"/{locale}/campaigns/racism/hate-crimes/"
    link = link_to("withdraw", signature, locale=locale)

    shown = client.get(f"{page}comments/").text
    pages = [shown, client.get(page).text, client.get(link).text]

    assert f"<bdi>{GIVEN}" in shown
    assert [unpaired_isolates(text) for text in pages] == [set()] * len(pages)


@pytest.mark.parametrize("words", ["أحمد", "\u2067أحمد\u2069", "\u2067أحمد\u2069 \u2066al-\u2069"])
def test_staff_find_names_with_isolates_with_or_without_typing_them(app, words):
    action = make_action()
    signature = make_confirmed(action, **TYPED)

    found = search(action.id, SignatureFilter(name=words))

    assert [row.id for row in found.rows] == [signature.id]


def row_of(data: bytes, format_name: str) -> dict[str, str]:
    """The only row of an export."""
    if format_name == "csv":
        (row,) = csv.DictReader(io.StringIO(data.decode()))
        return row
    if format_name == "jsonl":
        return json.loads(data)
    names, values = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return dict(zip(names, values, strict=True))
