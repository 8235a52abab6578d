"""Names keep their direction inside a sentence of the other one, and nothing is isolated twice."""

import pytest
from flask import g, render_template_string
from flask_babel import gettext, ngettext
from markupsafe import Markup

from campaign_actions.core.forms.input_text import forbidden_characters, normalize_text
from campaign_actions.core.i18n.bidi import END, LTR, RTL, isolate_text, unpaired_isolates
from campaign_actions.core.mail.mime import to_one_line


@pytest.mark.parametrize(
    ("text", "direction", "mark"),
    [
        ("أحمد", "ltr", RTL),
        ("שרה", "ltr", RTL),
        ("Ana López", "rtl", LTR),
        ("Иван", "rtl", LTR),
        ("ana@example.org", "rtl", LTR),
        ("BBC تحذف حسابات كثيرة", "rtl", RTL),
        ("26 نوفمبر 2026 (Europe/Moscow)", "rtl", RTL),
        ("Anna (آنا)", "rtl", LTR),
        ("سارة, known as Sarah Haddad", "ltr", LTR),
    ],
)
def test_text_with_letters_of_the_other_direction_is_isolated(text, direction, mark):
    assert isolate_text(text, direction) == f"{mark}{text}{END}"


@pytest.mark.parametrize(
    ("text", "direction"),
    [("Ana", "ltr"), ("Иван", "ltr"), ("", "ltr"), ("أحمد", "rtl"), ("12:05", "rtl"), ("", "rtl")],
)
def test_text_of_the_same_direction_is_left_alone(text, direction):
    assert isolate_text(text, direction) == text


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("text", ["Ana", "أحمد", "BBC: أحمد"])
def test_nothing_is_isolated_twice(text, direction):
    once = isolate_text(text, direction)

    assert isolate_text(once, direction) == once
    assert isolate_text(f"{once} – {once}", direction).count(END) == once.count(END) * 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("locale", "name"), [("en", "أحمد"), ("ar", "Ana")])
def test_values_in_messages_are_isolated_in_python_and_in_templates(app, locale, name):
    with app.test_request_context("/"):
        g.locale = locale
        texts = [
            gettext("Hello %(name)s", name=name),
            ngettext("%(name)s", "%(name)s and others", 1, name=name),
            render_template_string("{{ _('Hello %(name)s', name=name) }}", name=name),
        ]

    assert [text.count(END) for text in texts] == [1, 1, 1]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_markup_is_not_isolated(app):
    with app.test_request_context("/"):
        g.locale = "ar"
        text = render_template_string("{{ _('Hello %(name)s', name=it) }}", it=Markup("<b>Ana</b>"))

    assert "<b>Ana</b>" in text
    assert END not in text


def test_a_subject_keeps_isolates_but_no_line_breaks():
    assert to_one_line(f"{RTL}أحمد{END}\r\nBcc: all") == f"{RTL}أحمد{END} Bcc: all"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("text", ["Ana ({0}أحمد{1})", "{0}أحمد{1} Ana", "{0}{0}1{1} أ{1} 2 Ana"])
def test_text_with_isolates_of_its_own_leaves_no_isolate_open(text, direction):
    typed = text.format(RTL, END)

    shown = isolate_text(typed, direction)

    assert typed in shown
    assert unpaired_isolates(shown) == set()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("length", range(1, 12))
def test_truncated_text_closes_open_isolates(app, length):
    text = f"a {RTL}b {LTR}c{END} d{END} e"
    template = "{{ text|truncate(length, killwords=true, end='…', leeway=0) }}"

    cut = app.jinja_env.from_string(template).render(text=text, length=length)

    assert cut.startswith(f"{text[: length - 1]}…")
    assert unpaired_isolates(cut) == set()


def test_a_name_copied_from_a_page_can_be_pasted_into_a_form():
    name = f"{RTL}أحمد{END}"

    assert normalize_text(f" {name} ") == name
    assert forbidden_characters(name) == set()
