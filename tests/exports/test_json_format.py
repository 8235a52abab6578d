"""JSON Lines exports, on each kind of database."""

import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def objects(written):
    return [json.loads(line) for line in written.decode().split("\n")[:-1]]


def test_each_line_is_an_object_with_the_names_in_order(export):
    at = datetime(2026, 11, 24, 14, tzinfo=UTC)

    row = {"comment": "Я за", "code": "RU", "version": 2, "is_shown": True, "signed_at": at}
    written = export("jsonl", [row, {"is_shown": False}])

    assert written.decode() == (
        '{"comment":"Я за","code":"RU","version":2,"is_shown":true,'
        '"signed_at":"2026-11-24T14:00:00.000000Z"}\n'
        '{"comment":null,"code":null,"version":null,"is_shown":false,"signed_at":null}\n'
    )


def test_no_rows_give_an_empty_file(export):
    assert export("jsonl", []) == b""


def test_nothing_is_escaped_against_formulas(export):
    written = export("jsonl", [{"comment": "=1+1"}])

    assert objects(written)[0]["comment"] == "=1+1"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(TYPED | st.text("\"\\/\b\f\n\r\t\x01\x02\x1f\x7f'."), max_size=10))
def test_lines_parse_to_the_text_as_typed(export, texts):
    written = export("jsonl", [{"comment": text} for text in texts])

    assert [line["comment"] for line in objects(written)] == texts
