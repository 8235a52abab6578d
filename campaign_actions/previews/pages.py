"""What the pages of a preview have that public pages do not: a banner, and links among themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

LINK = re.compile(r'(<a\b[^>]*?\bhref=")([^"#?]*)')
LIVE = re.compile(r' data-meter="[^"]*"')  # the address of a count that is not public yet


@dataclass(frozen=True)
class Preview:
    """What the banner of a previewed page says."""

    opens_at: datetime | None  # to come
    is_public: bool
    back: str = ""  # to publishing, for staff
    is_sent: bool = False  # the form was sent: it does nothing


def relink(page: str, places: Mapping[str, str]) -> str:
    """Let a public page lead to other previewed pages, by their public addresses, where there are any."""
    linked = LINK.sub(lambda found: found[1] + places.get(found[2], found[2]), page)
    return LIVE.sub("", linked)
