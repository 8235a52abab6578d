"""Base forms: HTML in the attributes of a field is escaped."""

import pytest
from lxml import html
from markupsafe import Markup
from wtforms import StringField

from campaign_actions.core.forms.base import PublicForm, StaffForm


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", [PublicForm, StaffForm])
def test_html_in_a_field_attribute_cannot_end_the_attribute(app, kind):
    class Form(kind):
        name = StringField()

    evil = "X\" data-canary=\"1' data-canary='1"
    with app.test_request_context("/en/"):
        field = html.fromstring(str(Form().name(placeholder=Markup(evil))))

    assert field.get("placeholder") == evil
    assert field.get("data-canary") is None
