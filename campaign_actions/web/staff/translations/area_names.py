"""The names of areas of messages, for people."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

AREA_NAMES: Mapping[str, LazyString] = {
    "form": _l("Forms"),
    "errors": _l("Error pages"),
    "mails": _l("Emails to participants"),
    "pages": _l("Public pages"),
    "privacy": _l("Privacy page"),
    "copy": _l("Campaign texts"),
    "staff": _l("Staff workspace"),
}
