"""The parts of the program that its words belong to, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

AREA_NAMES: Mapping[str, Any] = {
    "form": _l("Forms: what people fill in, and what is wrong with it"),
    "errors": _l("Pages about errors"),
    "consent": _l("What people agree to"),
    "mails": _l("Mails to signers"),
    "pages": _l("Public pages"),
    "privacy": _l("The privacy page"),
    "staff": _l("Pages and mails of staff"),
}
