"""What a kind of action is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from campaign_actions.actions.forms import SignForm
from campaign_actions.exports import Column


@dataclass(frozen=True)
class ActionKind:
    """A kind of action. Its page is `templates/actions/<name>.html`.

    `counted` puts a number of confirmed signatures into words, without the number.
    `columns` are the export columns of its own answers, named `answers.<field>`.
    """

    name: str
    label: Any
    form: type[SignForm]
    counted: Callable[[int], str]
    columns: tuple[Column, ...] = ()
