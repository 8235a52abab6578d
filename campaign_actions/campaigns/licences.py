"""The licences that a picture may have."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

CREATIVE_COMMONS = "https://creativecommons.org/"


@dataclass(frozen=True)
class Licence:
    """`url`: its text; pages show a licence that has one. `needs_credit`: the author must be named."""

    label: LazyString | str
    url: str = ""
    needs_credit: bool = False


def _creative_commons(name: str, version: str) -> Licence:
    url = f"{CREATIVE_COMMONS}licenses/{name}/{version}/"
    return Licence(f"CC {name.upper()} {version}", url, needs_credit=True)


LICENCES: dict[str, Licence] = {  # by their names in the database
    "": Licence(_l("No licence given")),
    "own": Licence(_l("Our own picture")),
    "permission": Licence(_l("Used with permission")),
    **{
        f"cc-{name}-{version}": _creative_commons(name, version)
        for name in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
        for version in ("4.0", "3.0", "2.0")
    },
    "cc0": Licence("CC0 1.0", f"{CREATIVE_COMMONS}publicdomain/zero/1.0/"),
    "public-domain": Licence(_l("Public domain"), f"{CREATIVE_COMMONS}publicdomain/mark/1.0/"),
}
