"""Faults in the lines of `:::` are found at their lines."""

from time import perf_counter

import pytest

from campaign_actions.core.content.block_markup import email_markup_problems, markup_problems

FINE = (
    "## Why\n\n::: points\n- One\n:::\n\nText: ::: is no block.\n\n:::: facts\n:::\n- **Two**\n::::"
)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", []),
        (FINE, []),
        ("::: points\r\n- One\r\n:::\r\n", []),
        ("::: Facts\n- **Two**\n:::\n\n:::DEMANDS\n- One\n:::", []),
        ("::: Facts\n- Two\n:::", [(2, "no-number", "")]),
        (":: Points", [(1, "not-three", "")]),
        ("::: Pionts\n- One\n:::", [(1, "unknown", "Pionts")]),
        ("::: points\n- One", [(1, "unclosed", "points")]),
        ("a\n\n:::: points\n- One\n:::", [(3, "not-three", "points")]),
        ("a\n\n::: points\n- One\n\n::: facts\n- **Two**\n:::", [(3, "unclosed", "points")]),
        ("::: pionts\n- One\n:::", [(1, "unknown", "pionts")]),
        ("::: pionts\n- One", [(1, "unknown", "pionts")]),
        ("::: points facts\n:::", [(1, "unknown", "points facts")]),
        ("a\n:::\nb", [(2, "not-open", "")]),
        (":: points\n- One\n::", [(1, "not-three", ""), (3, "not-three", "")]),
        (":::points\n- One\n:::", []),
        ("\t::: points\n- One", [(1, "unclosed", "points")]),
        ("    ::: points\n    - One\n    :::", []),
        ("- ::: pionts", [(1, "unknown", "pionts")]),
        ("- One\n  ::: points\n  - Two", [(2, "unclosed", "points")]),
        ("> ::: points\n> - One\n> :::", []),
        ("> ::: points\n> One\n> :::", [(1, "no-items", "points")]),
        ("1. > ::: points", [(1, "unclosed", "points")]),
        ("::: demands\n1. One\n:::", []),
        (":: demands\n1. One", [(1, "not-three", "")]),
        (
            "::: facts\n- **2005** a\n- b\n- *c*\n\n- \n:::",
            [(3, "no-number", ""), (4, "no-number", "")],
        ),
        ("a\n::: points\nText.\n\n- \n:::", [(2, "no-items", "points")]),
        ("::: facts\n:::\n\n::: steps\n1. One\n:::", [(1, "no-items", "facts")]),
        ("::: pionts\n:::", [(1, "unknown", "pionts")]),
        ("- ::: points\n  1. One\n  :::", []),
        ("a\n\n[b](https://https://un.org)\nc", [(3, "bad-address", "https://https://un.org")]),
        (
            "::: points\n- a\n- b <https://un>\n:::\n\n::: x\n:::",
            [(3, "bad-address", "https://un"), (6, "unknown", "x")],
        ),
        ("[b]\n\n[b]: https://https://un.org", [(1, "bad-address", "https://https://un.org")]),
        ("[b](https://un.org) [c](https://) [d](/e/) [f](https://un.org/https://un)", []),
        ("::: timeline\n- **2005** a\n- *Not yet* b\n- 2007 c\n  - d\n:::", [(4, "no-date", "")]),
    ],
)
def test_each_fault_has_its_line(text, faults):
    found = [(problem.line, problem.fault, problem.name) for problem in markup_problems(text)]

    assert found == faults


@pytest.mark.parametrize(
    "text", [":::\n", "::: x", "::: points", "[a](//b)", ":: points", "::: steps\n:::"]
)
def test_each_fault_is_said_in_words(app, text):
    with app.test_request_context():
        (problem,) = markup_problems(text)

        assert problem.message.startswith("Line 1: ")


def test_an_unknown_block_is_answered_with_the_words_of_the_buttons(app):
    with app.test_request_context():
        (problem,) = markup_problems("::: demnads\n1. One\n:::")

        assert (
            "points (Demands), facts (Facts), timeline (Timeline), partners, steps"
            in problem.message
        )


@pytest.mark.parametrize("block", ["facts", "timeline"])
def test_an_item_without_its_number_or_date_is_said_in_words(app, block):
    with app.test_request_context():
        (problem,) = markup_problems(f"::: {block}\n- One\n:::")

        assert problem.message.startswith("Line 2: ")
        assert "in bold, as in - **2005**" in problem.message


def test_long_lines_are_searched_quickly():
    text = "::: points" + " " * 50_000 + "x\n" + "> " * 50_000 + "\n" + " " * 50_000 + ":"

    began = perf_counter()
    list(markup_problems(text))

    assert perf_counter() - began < 1


def test_an_email_has_no_blocks_so_each_line_of_one_is_a_fault(app):
    text = "Thank you.\n\n::: points\n- One\n:::\n\nText: ::: is no block."

    with app.test_request_context():
        found = list(email_markup_problems(text))

        assert [problem.line for problem in found] == [3, 5]
        assert found[0].message.startswith("Line 3: emails have no blocks")


def test_an_address_that_cannot_work_is_a_fault_in_an_email_as_well(app):
    with app.test_request_context():
        (problem,) = email_markup_problems("Thank you.\n\n[a](https://https://un.org)")

        assert problem.message.startswith("Line 3: the link to “https://https://un.org”")
