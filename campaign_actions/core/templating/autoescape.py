"""Contextual autoescaping: what a template shows is escaped for the place where it stands.

Jinja knows two kinds of values: text, which it escapes, and HTML, which it leaves alone, as it does
our messages. But HTML for a text may end the value of an attribute. So when a template is compiled,
its HTML is read along, and each `{{ … }}` inside a tag gets the filter for its place. No author
has to remember it, and none can forget it. Go's html/template does the same.

A template whose places can not be told for sure is refused: one whose branches end in different
places, or that writes tag names, attribute values without quotes, scripts or styles.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame

from campaign_actions.core.templating.attributes import Attributes
from campaign_actions.core.templating.escaping import attribute_value, link_value
from campaign_actions.core.templating.html_context import (
    RAW,
    TEXT,
    HtmlContext,
    State,
    UnclearHtml,
    advance,
    merge,
)

LINKS = {
    *("action", "archive", "background", "cite", "classid", "codebase", "data", "dynsrc"),
    *("formaction", "href", "icon", "imagesrcset", "longdesc", "lowsrc", "manifest", "ping"),
    *("poster", "profile", "src", "srcset", "usemap", "xlink:href"),
}
CODE = {"http-equiv", "srcdoc", "style"}  # and all that begin with "on": no value comes in there
SILENT = (nodes.Assign, nodes.Extends, nodes.FromImport, nodes.Import)


class ContextualCodeGenerator(CodeGenerator):
    """As Jinja's own, after each expression has got the filter for its place."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        if _is_escaped(self.environment, self.name):
            _Contexts(self.name, self.filename).follow(node)
        super().visit_Template(node, frame)


def init_filters(environment: Environment) -> None:
    environment.filters.update(FILTERS)


def _is_escaped(environment: Environment, name: str | None) -> bool:
    chosen = environment.autoescape
    return chosen(name) if callable(chosen) else chosen


def _attribute_list(value: Any) -> Attributes:
    if not isinstance(value, Attributes):
        raise TypeError("Only Attributes can stand inside a tag by themselves.")
    return value


FILTERS = {
    "attribute_list": _attribute_list,
    "attribute_value": attribute_value,
    "link_value": link_value,
}


class _Contexts:
    """Reads a template along, in all its branches."""

    def __init__(self, name: str | None, filename: str | None) -> None:
        self._name, self._filename = name, filename

    def follow(self, template: nodes.Template) -> None:
        self._apart(template.body, template)

    def _apart(self, body: Iterable[nodes.Node], node: nodes.Node) -> None:
        """What is put in elsewhere, or taken as a value: it begins and ends in text."""
        if (end := self._through(body, TEXT)) != TEXT:
            self._refuse(node, f"it ends in {end}")

    def _through(self, body: Iterable[nodes.Node], place: HtmlContext) -> HtmlContext:
        for node in body:
            try:
                place = self._past(node, place)
            except UnclearHtml as error:
                self._refuse(node, str(error))
        return place

    def _past(self, node: nodes.Node, place: HtmlContext) -> HtmlContext:
        match node:
            case nodes.Output():
                return self._written(node, place)
            case nodes.If():
                return self._one_of([node, *node.elif_], node.else_, place)
            case nodes.For():
                return self._repeated(node, place)
            case nodes.With() | nodes.Scope():
                return self._through(node.body, place)
            case nodes.Include():
                return self._included(node, place)
            case nodes.Macro() | nodes.AssignBlock():
                self._apart(node.body, node)
            case nodes.Block() | nodes.CallBlock() | nodes.FilterBlock():
                self._in_text_only(node, place)
                self._apart(node.body, node)
            case _ if not isinstance(node, SILENT):
                self._refuse(node, f"{type(node).__name__} can not be followed")
        return place

    def _one_of(
        self, branches: Sequence[nodes.If], otherwise: Iterable[nodes.Node], place: HtmlContext
    ) -> HtmlContext:
        end = self._through(otherwise, place)
        for branch in branches:
            end = merge(end, self._through(branch.body, place))
        return end

    def _repeated(self, loop: nodes.For, place: HtmlContext) -> HtmlContext:
        """Each turn begins where the one before has ended, the first one before them all."""
        start = merge(place, self._through(loop.body, place))
        if start != place and merge(start, self._through(loop.body, start)) != start:
            self._refuse(loop, f"a turn that begins in {place} ends in {start}")
        return merge(start, self._through(loop.else_, place))

    def _written(self, output: nodes.Output, place: HtmlContext) -> HtmlContext:
        for number, part in enumerate(output.nodes):
            if isinstance(part, nodes.TemplateData):
                place = advance(place, part.data)
            elif name := self._filter_for(place, part):
                output.nodes[number] = nodes.Filter(
                    part, name, [], [], None, None, lineno=part.lineno
                )
        return place

    def _filter_for(self, place: HtmlContext, part: nodes.Node) -> str:
        match place.where:
            case State.TEXT:
                return ""
            case State.VALUE if place.attribute in LINKS:
                return "link_value"
            case State.VALUE if place.attribute not in CODE and place.attribute[:2] != "on":
                return "attribute_value"
            case State.ELEMENT if place.element not in RAW:
                return "attribute_value"
            case State.WORD | State.TAG if not place.element.startswith("/"):
                return "attribute_list"
        self._refuse(part, f"no value can stand in {place}")

    def _included(self, include: nodes.Include, place: HtmlContext) -> HtmlContext:
        name = include.template
        is_style = isinstance(name, nodes.Const) and str(name.value).endswith(".css")
        if not (is_style and place == HtmlContext(State.ELEMENT, "style")):
            self._in_text_only(include, place)
        return place

    def _in_text_only(self, node: nodes.Node, place: HtmlContext) -> None:
        if place != TEXT:
            self._refuse(node, f"{type(node).__name__} in {place}: set a variable to it first")

    def _refuse(self, node: nodes.Node, why: str) -> NoReturn:
        message = f"Where this stands is not clear: {why}."
        raise TemplateSyntaxError(message, node.lineno, self._name, self._filename)
