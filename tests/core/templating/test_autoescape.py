"""Values in templates are escaped for their context, and unclear contexts are rejected."""

import json

import pytest
from jinja2 import DictLoader, Environment, TemplateSyntaxError
from lxml import html
from markupsafe import Markup

from campaign_actions.core.templating.attributes import Attributes
from campaign_actions.core.templating.autoescape import ContextualCodeGenerator, init_filters

EVIL = Markup("""X" data-canary="1' data-canary='1 <b data-canary>""")
INCLUDED = {"some.html": "<p>{{ x }}</p>", "some.css": "p { top: 0 }"}


@pytest.fixture
def render():
    """Renders a template from its source with `x`."""
    environment = Environment(loader=DictLoader(INCLUDED), autoescape=True)
    environment.code_generator_class = ContextualCodeGenerator
    init_filters(environment)

    def render(source, x=EVIL, **values):
        return environment.from_string(source).render(x=x, **values)

    return render


@pytest.mark.parametrize(
    "source",
    [
        '<a title="{{ x }}">',
        "<a title='{{ x }}'>",
        '<a title = "{{ x }}">',
        '<a\n  title="One {{ x }} two {{ x }}"\n>',
        '<a title="{% if 1 %}{{ x }}{% else %}none{% endif %}">',
        '<a title="{% for _ in (1, 2) %}{{ x }} {% endfor %}">',
        '<a{% if 1 %} title="{{ x }}"{% endif %} lang="en">',
        '<a{% for _ in (1, 2) %} title="{{ x }}"{% endfor %}>',
        "<title>{{ x }}</title>",
        "<textarea>{{ x }}</textarea>",
        '{% macro show(it) %}<a title="{{ it }}">{% endmacro %}{{ show(x) }}',
        '{% macro show() %}<a title="{{ caller() }}">{% endmacro %}{% call show() %}{{ x }}{% endcall %}',
        '{% set it %}{{ x }}{% endset %}<a title="{{ it }}">',
        '{% set it = x %}<a title="{{ it }}">',
        '{% with it = x %}<a title="{{ it }}">{% endwith %}',
        '<a title="{{ x|safe }}">',
        '<a title="{{ x ~ x }}">',
        '<a title="{{ x if x else 1 }}">',
        '<meta content="{{ x }}" name="description">',
        '<a title="<b>{{ x }}">',
        '<script>1 < 2 && \'"\'</script><a title="{{ x }}">',
        '<!-- " \' --><a title="{{ x }}">',
        '<!DOCTYPE html><a title="{{ x }}">',
        '{% if 1 %}<p>{% endif %}<a title="{{ x }}">{% if 1 %}</p>{% endif %}',
    ],
)
def test_html_in_an_attribute_cannot_end_the_attribute(render, source):
    page = html.document_fromstring(f"<div>{render(source)}</div>")

    assert page.xpath("//*[@data-canary]") == []
    assert 'X" data-canary="1' in html.tostring(page, encoding="unicode").replace("&quot;", '"')


def test_in_text_html_stays_html_and_text_is_escaped(render):
    assert render("<p>{{ x }}</p>", Markup("<b>a</b>")) == "<p><b>a</b></p>"
    assert render("<p>{{ x }}</p>", "<b>a</b>") == "<p>&lt;b&gt;a&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Markup("a &amp; b &lt; &quot;c&quot;"), "a &amp; b &lt; &quot;c&quot;"),
        (Markup("l'action d’ici"), "l&#39;action d’ici"),
        (Markup("`\n"), "`\n"),
        (Markup("Read <a href='/x'>what &amp; why</a>"), "Read what &amp; why"),
        (Markup("By %(name)s") % {"name": '"Ada" <b>'}, "By &#34;Ada&#34; &lt;b&gt;"),
        ("a &amp; b", "a &amp;amp; b"),
        (7, "7"),
        ("", ""),
    ],
)
def test_character_references_are_escaped_once_and_tags_removed(render, value, shown):
    assert render('<a title="{{ x }}">', value) == f'<a title="{shown}">'


@pytest.mark.parametrize("name", ["href", "src", "action", "formaction", "srcset", "xlink:href"])
def test_a_url_attribute_takes_no_html(render, name):
    source = f'<a {name}="/one{{{{ x }}}}">'

    assert render(source, '/"two') == f'<a {name}="/one/&#34;two">'
    with pytest.raises(TypeError, match="where a URL belongs"):
        render(source, Markup("/two"))


def test_only_python_can_build_attributes(render):
    lang = Attributes({"lang": EVIL, "hidden": True, "dir": None, "rows": 3})
    page = html.document_fromstring(render("<p{{ x }} class='a'>", lang))

    assert page.xpath("//*[@data-canary]") == []
    assert page.xpath("//p")[0].attrib.keys() == ["lang", "hidden", "rows", "class"]
    for value in (' lang="en"', Markup(' lang="en"'), EVIL, ""):
        with pytest.raises(TypeError, match="Only Attributes"):
            render("<p{{ x }}>", value)


@pytest.mark.parametrize(
    "source",
    [
        "<a title={{ x }}>",
        "</{{ x }}>",
        "<{{ x }}>",
        "<a {{ x }}='1'>",
        "<a onclick='{{ x }}'>",
        "<a style='color: {{ x }}'>",
        "<iframe srcdoc='{{ x }}'>",
        "<meta http-equiv='{{ x }}'>",
        "<script>{{ x }}</script>",
        "<style>{{ x }}</style>",
        "<!-- {{ x }} -->",
        "<!DOCTYPE {{ x }}>",
        "{% if 1 %}<a title='{% endif %}'>",
        "{% if 1 %}<a title='{% else %}<a title=\"{% endif %}'>",
        "{% for _ in (1, 2) %}<a title='{% endfor %}'>",
        "<a title='{% if 1 %}'{% endif %}>",
        "<a{% if 1 %} b='1'{% endif %}title='1'>",
        "<h{% if 1 %}1{% else %}2{% endif %}>",
        "{% if 1 %}<script>{% endif %}",
        "<a title='{% block it %}{{ x }}{% endblock %}'>",
        "<title>{% block it %}{{ x }}{% endblock %}</title>",
        "<a title='{% include 'some.html' %}'>",
        "<a title='{% filter upper %}{{ x }}{% endfilter %}'>",
        "{% macro it() %}<a title='{% endmacro %}{{ it() }}'>",
        "{% set it %}<a title='{% endset %}",
        "{% block it %}<a title='{% endblock %}",
        "<a title='{% call it() %}{% endcall %}'>",
        "{% autoescape false %}<a title='{{ x }}'>{% endautoescape %}",
        "<style>{% include 'some.html' %}</style>",
        "<a title='1",
        "a < b {{ x }}",
    ],
)
def test_a_template_with_unclear_contexts_is_rejected(render, source):
    with pytest.raises(TemplateSyntaxError, match="Unclear HTML context"):
        render(source)


@pytest.mark.parametrize("source", ["<h{{ x }}>", "<a title=a{{ x }}>", "<a title{{ x }}>"])
def test_a_value_cannot_continue_a_name_in_a_tag(render, source):
    with pytest.raises(TypeError, match="Only Attributes"):
        render(source, "1")


def test_json_in_an_attribute_survives_escaping(render):
    page = html.document_fromstring(render('<a data-words="{{ [x]|tojson }}">', str(EVIL)))

    assert json.loads(page.xpath("//a")[0].get("data-words")) == [str(EVIL)]
    assert page.xpath("//*[@data-canary]") == []


def test_a_style_sheet_can_be_included_in_a_style_element(render):
    assert render("<style>{% include 'some.css' %}</style>") == "<style>p { top: 0 }</style>"


def test_the_error_names_the_template_and_line(render):
    with pytest.raises(TemplateSyntaxError) as caught:
        render("<p>\n<a title={{ x }}>")

    assert caught.value.lineno == 2
    assert (
        caught.value.message
        == "Unclear HTML context: a value is not allowed in after_equals a title."
    )


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_plain_text_and_style_sheets_are_not_escaped(app):
    environment = app.jinja_env.overlay(loader=DictLoader({"a.txt": "a < b: {{ x }}"}))

    assert environment.get_template("a.txt").render(x='"') == 'a < b: "'
