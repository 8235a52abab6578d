"""The messages of the program itself: those of the template that ships."""

from functools import cache

from babel.messages.pofile import read_po

from campaign_actions.core import paths
from campaign_actions.core.messages import Message


@cache
def interface_messages() -> tuple[Message, ...]:
    with (paths.TRANSLATIONS / "messages.pot").open("rb") as file:
        return tuple(
            Message(
                context=m.context or "",
                source=m.id if isinstance(m.id, str) else m.id[0],
                plural=None if isinstance(m.id, str) else m.id[1],
                area="pages",
            )
            for m in read_po(file)
            if m.id
        )
