"""HTML attributes built in Python, with escaped values."""

from collections.abc import Mapping

from campaign_actions.core.templating.escaping import attribute_value


class Attributes:
    """Attributes of a tag, the only kind of value that templates may write between attributes.

    Each begins with a space. True: the name alone; False or None: left out.
    """

    __slots__ = ("_html",)

    def __init__(self, values: Mapping[str, str | int | bool | None]) -> None:
        self._html = "".join(_attribute(name, value) for name, value in values.items())

    def __html__(self) -> str:
        return self._html

    def __str__(self) -> str:
        return self._html


NO_ATTRIBUTES = Attributes({})


def _attribute(name: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{attribute_value(value)}"'
