"""Chips with a label and a value: a long value leaves the words of its label whole."""

from pathlib import Path

import pytest
from flask import render_template_string

STYLES = Path(__file__).parents[3] / "static/css/staff_controls.css"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "macro", ["signatures/parts.html filter_chips", "updates/parts.html audience_chips"]
)
def test_a_label_and_its_value_share_their_lines(app, macro):
    place, name = macro.split()
    source = f'{{% from "staff/{place}" import {name} with context %}}{{{{ {name}(facts) }}}}'

    with app.test_request_context("/staff/"):
        shown = render_template_string(source, facts=[("Comment", "A long one")])

    label, value = '<span class="label">Comment:</span>', "<b><bdi>A long one</bdi></b>"
    assert f'<span class="chip"><span>{label} {value}</span></span>' in shown
    assert ".chip .label { overflow-wrap: normal; }" in STYLES.read_text()
