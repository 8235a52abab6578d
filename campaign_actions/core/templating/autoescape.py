"""Contextual autoescaping: values in templates are escaped for the context in which they appear.

Jinja escapes text and leaves HTML as it is, including our messages. But HTML inside an attribute could
end its value. So when a template is compiled, its HTML is parsed too, and each `{{ … }}` inside a tag
gets the filter for its context. Authors need not remember it, and cannot forget it. Go's html/template
does the same.

A template is rejected if its contexts are not certain: if its branches end in different contexts, or it
writes tag names, unquoted attribute values, scripts or styles.
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
CODE = {"http-equiv", "srcdoc", "style"}  # take no values, nor do those that begin with "on"
SILENT = (nodes.Assign, nodes.Extends, nodes.FromImport, nodes.Import)  # write nothing


class ContextualCodeGenerator(CodeGenerator):
    """Jinja's own, run after each expression has got the filter for its context."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        if _is_escaped(self.environment, self.name):
            _ContextualEscaper(self.name, self.filename).process(node)
        super().visit_Template(node, frame)

    def _output_child_to_const(self, node: nodes.Expr, *args: Any) -> str:
        """Compute nothing but literals before the page is known: filters depend on its language."""
        if not isinstance(node, nodes.TemplateData | nodes.Const):
            raise nodes.Impossible
        return super()._output_child_to_const(node, *args)


def init_filters(environment: Environment) -> None:
    environment.filters.update(FILTERS)


def _is_escaped(environment: Environment, name: str | None) -> bool:
    autoescape = environment.autoescape
    return autoescape(name) if callable(autoescape) else autoescape


def _attribute_list(value: object) -> Attributes:
    if not isinstance(value, Attributes):
        raise TypeError("Only Attributes are allowed inside a tag, outside quoted values.")
    return value


FILTERS = {
    "attribute_list": _attribute_list,
    "attribute_value": attribute_value,
    "link_value": link_value,
}


class _ContextualEscaper:
    """Follows the HTML of a template through all its branches, and adds filters to its expressions."""

    def __init__(self, name: str | None, filename: str | None) -> None:
        self._name, self._filename = name, filename

    def process(self, template: nodes.Template) -> None:
        self._standalone(template.body, template)

    def _standalone(self, body: Iterable[nodes.Node], node: nodes.Node) -> None:
        """A body that is inserted elsewhere, or used as a value: it must begin and end in text."""
        if (end := self._body(body, TEXT)) != TEXT:
            self._reject(node, f"it ends in {end}")

    def _body(self, body: Iterable[nodes.Node], context: HtmlContext) -> HtmlContext:
        for node in body:
            try:
                context = self._node(node, context)
            except UnclearHtml as error:
                self._reject(node, str(error))
        return context

    def _node(self, node: nodes.Node, context: HtmlContext) -> HtmlContext:
        match node:
            case nodes.Output():
                return self._output(node, context)
            case nodes.If():
                return self._branches([node, *node.elif_], node.else_, context)
            case nodes.For():
                return self._loop(node, context)
            case nodes.With() | nodes.Scope():
                return self._body(node.body, context)
            case nodes.Include():
                return self._include(node, context)
            case nodes.Macro() | nodes.AssignBlock():
                self._standalone(node.body, node)
            case nodes.Block() | nodes.CallBlock() | nodes.FilterBlock():
                self._require_text(node, context)
                self._standalone(node.body, node)
            case _ if not isinstance(node, SILENT):
                self._reject(node, f"{type(node).__name__} cannot be followed")
        return context

    def _branches(
        self, branches: Sequence[nodes.If], otherwise: Iterable[nodes.Node], context: HtmlContext
    ) -> HtmlContext:
        end = self._body(otherwise, context)
        for branch in branches:
            end = merge(end, self._body(branch.body, context))
        return end

    def _loop(self, loop: nodes.For, context: HtmlContext) -> HtmlContext:
        """Each iteration begins where the previous one ended."""
        start = merge(context, self._body(loop.body, context))
        if start != context and merge(start, self._body(loop.body, start)) != start:
            self._reject(loop, f"an iteration that begins in {context} ends in {start}")
        return merge(start, self._body(loop.else_, context))

    def _output(self, output: nodes.Output, context: HtmlContext) -> HtmlContext:
        for number, part in enumerate(output.nodes):
            if isinstance(part, nodes.TemplateData):
                context = advance(context, part.data)
            elif name := self._filter_for(context, part):
                output.nodes[number] = nodes.Filter(
                    part, name, [], [], None, None, lineno=part.lineno
                )
        return context

    def _filter_for(self, context: HtmlContext, part: nodes.Node) -> str:
        match context.state:
            case State.TEXT:
                return ""
            case State.VALUE if context.attribute in LINKS:
                return "link_value"
            case State.VALUE if context.attribute not in CODE and context.attribute[:2] != "on":
                return "attribute_value"
            case State.ELEMENT if context.element not in RAW:
                return "attribute_value"
            case State.AFTER_NAME | State.TAG if not context.element.startswith("/"):
                return "attribute_list"
        self._reject(part, f"a value is not allowed in {context}")

    def _include(self, include: nodes.Include, context: HtmlContext) -> HtmlContext:
        name = include.template
        is_style = isinstance(name, nodes.Const) and str(name.value).endswith(".css")
        if not (is_style and context == HtmlContext(State.ELEMENT, "style")):
            self._require_text(include, context)
        return context

    def _require_text(self, node: nodes.Node, context: HtmlContext) -> None:
        if context != TEXT:
            self._reject(node, f"{type(node).__name__} in {context}: set a variable to it first")

    def _reject(self, node: nodes.Node, reason: str) -> NoReturn:
        message = f"Unclear HTML context: {reason}."
        raise TemplateSyntaxError(message, node.lineno, self._name, self._filename)
