"""No value breaks out of its place in a template, as an HTML parser sees it.

This checks core/templating/autoescape without using its analysis: each template is flattened, with all
its branches one after another, and each `{{ … }}` in it outputs something hostile.
"""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment
from lxml import html
from markupsafe import Markup

from campaign_actions.core import paths
from campaign_actions.core.templating.attributes import Attributes

TEMPLATES = sorted(
    str(file.relative_to(paths.TEMPLATES))
    for file in paths.TEMPLATES.rglob("*")
    if file.suffix in {".html", ".xml"}
)
IN_TAGS = {
    "described_by",
    "field_attributes",
    "in_its_language",
    "progress",
    "shown_at",
    "written_in",
}  # these are or return Attributes
LEADING = {"action", "formaction", "href", "src", "srcset"}
CODE = ("on", "style", "srcdoc", "http-equiv")
MARK = re.compile(r"mark(\d+)x")
BRANCHES = {"elif", "else"}


@pytest.fixture(scope="module")
def environment(apps) -> Environment:
    return apps["sqlite"].jinja_env


def flat(environment: Environment, name: str, *, is_first_only: bool) -> str:
    """All branches of a template, or the first of each. `{{ … }}` becomes `{{ say(1) }}` and so on."""
    parts, number = [], 0
    for kind, value in _pieces(environment, name, is_first_only=is_first_only):
        if kind == "data":
            parts.append(value)
        else:
            number += 1
            maker = "attributes" if value.partition("(")[0] in IN_TAGS else "say"
            parts.append(f"{{{{ {maker}({number}) }}}}")
    return "".join(parts)


def _pieces(
    environment: Environment, name: str, *, is_first_only: bool
) -> Iterator[tuple[str, str]]:
    """The data and expressions of a template; `is_first_only` leaves out all branches except the first."""
    words: list[str] = []
    skipped: list[bool] = []  # for each enclosing `if` and `for`: whether another branch has begun
    for _line, kind, value in environment.lex((paths.TEMPLATES / name).read_text()):
        if kind in {"variable_begin", "block_begin"}:
            words = []
        elif kind == "block_end":
            _branch(words[0], skipped)
        elif kind in {"data", "variable_end"} and not (is_first_only and any(skipped)):
            yield kind, value if kind == "data" else "".join(words)
        elif kind not in {"whitespace", "data", "variable_end", "comment"}:
            words.append(value)


def _branch(word: str, skipped: list[bool]) -> None:
    if word in {"if", "for"}:
        skipped.append(False)
    elif word in BRANCHES:
        skipped[-1] = True
    elif word in {"endif", "endfor"}:
        skipped.pop()


def shown(environment: Environment, source: str, say) -> html.HtmlElement:
    values = {"say": say, "attributes": lambda number: Attributes({"data-own": f"mark{number}x"})}
    return html.document_fromstring(
        "<div></div>" + environment.from_string(source).render(**values)
    )


def places(page: html.HtmlElement) -> dict[str, str]:
    """Where each value is: in which attribute, or in the text of which element."""
    found = {}
    for element in page.iter():
        name = element.tag if isinstance(element.tag, str) else "comment"
        pairs = [*element.attrib.items(), (f"<{name}>", element.text), ("text", element.tail)]
        for where, text in pairs:
            found.update(dict.fromkeys(MARK.findall(text or ""), where))
        names = MARK.findall(" ".join((name, *element.attrib)))
        found.update(dict.fromkeys(names, "a name"))
    return found


@pytest.fixture(params=[False, True], ids=["all branches", "first branches"])
def is_first_only(request) -> bool:
    return request.param


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_value_breaks_out_of_its_place(environment, name, is_first_only):
    source = flat(environment, name, is_first_only=is_first_only)
    as_text = places(shown(environment, source, lambda number: f"mark{number}x"))
    links = {number for number, where in as_text.items() if where in LEADING}

    def hostile(number: int) -> str:
        if str(number) in links:
            return f"mark{number}x\" data-canary=\"1' data-canary='1"
        return Markup(f"mark{number}x\" data-canary=\"1' data-canary='1 data-canary=1 ")

    page = shown(environment, source, hostile)

    assert [html.tostring(each)[:100] for each in page.xpath("//*[@data-canary]")] == []
    assert places(page) == as_text
    assert "a name" not in as_text.values()
    assert [where for where in as_text.values() if where.startswith(CODE)] == []
    assert {"<script>", "<style>", "comment"} & set(as_text.values()) == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_html_is_refused_where_a_url_belongs(environment, name):
    source = flat(environment, name, is_first_only=False)
    as_text = places(shown(environment, source, lambda number: f"mark{number}x"))

    for link in (number for number, where in as_text.items() if where in LEADING):

        def say(number: int, link=link) -> str:
            return Markup("x") if str(number) == link else "x"

        with pytest.raises(TypeError, match="where a URL belongs"):
            shown(environment, source, say)


def test_html_is_created_only_in_reviewed_places():
    """Each place has been reviewed for what it lets through; review a new one before you add it here."""
    python = {
        str(file.relative_to(paths.PACKAGE))
        for file in paths.PACKAGE.rglob("*.py")
        if re.search(r"\bMarkup\(", file.read_text())
    }
    templates = {name for name in TEMPLATES if "|safe" in (paths.TEMPLATES / name).read_text()}

    assert python == {
        "catalogs/preview/scenes.py",
        "core/content/markdown.py",
        "core/i18n/countries.py",
        "core/content/drawings/cover_art.py",
        "core/content/drawings/crowd_meter.py",
        "core/templating/environment.py",  # what a template of ours renders
        "core/templating/escaping.py",
        "core/content/email_markdown.py",
        "core/sharing/qr_code.py",
        "core/i18n/catalog.py",
        "publishing/sharing/snippet.py",
    }
    assert templates == {
        "components/meter.html",
        "mail/digest.body.html",
        "staff/audit/index.html",  # a place to break addresses
        "staff/campaigns/table.html",
    }


def test_no_page_has_http_equiv_and_the_email_style_sheet_has_no_values():
    templates = {name: (paths.TEMPLATES / name).read_text() for name in TEMPLATES}

    assert [name for name, text in templates.items() if "http-equiv" in text.lower()] == []
    assert "{" + "{" not in (paths.TEMPLATES / "mail/mail.css").read_text()


STAFF_TEMPLATES = pytest.mark.parametrize(
    "template", sorted((paths.TEMPLATES / "staff").rglob("*.html")), ids=lambda path: path.name
)


@STAFF_TEMPLATES
def test_a_cell_shows_a_time_in_the_zone_of_the_reader_only(template):
    cells = re.findall(r"<t[dh][ >].*?</t[dh]>", template.read_text(), flags=re.DOTALL)

    assert [cell for cell in cells if "|local_time" in cell or "|datetime_here" in cell] == []


@STAFF_TEMPLATES
def test_the_choice_of_a_language_is_one_component(template):
    segments = re.findall(r'<(nav|div) class="seg[ "](.*?)</\1>', template.read_text(), re.DOTALL)

    written_here = any("language_name(" in content for _tag, content in segments)
    assert written_here == (template.name == "languages.html")


@STAFF_TEMPLATES
def test_the_way_up_stands_above_the_messages_of_every_page(template):
    text = re.sub(r"{% macro .*?{% endmacro %}", "", template.read_text(), flags=re.DOTALL)

    outside = re.sub(r"{% block crumbs %}.*?{% endblock %}", "", text, flags=re.DOTALL)

    assert not re.search(r"{{ (trail|crumbs|language_crumbs)\(", outside)
