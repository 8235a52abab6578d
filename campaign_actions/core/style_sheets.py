"""Bundles the style sheets in static/css: one file for public pages and one for staff pages.

It imports only the standard library, because the build (hatch_build.py) has nothing else.
"""

import re
from pathlib import Path

SHARED = ("tokens", "base", "components")
STAFF = (
    "staff",
    "staff_controls",
    "staff_lists",
    "staff_charts",
    "staff_editor",
    "staff_pages",
    "staff_media",
)
BUNDLES = {"public.css": (*SHARED, "public"), "staff.css": (*SHARED, *STAFF)}  # in static/bundles


def make_bundles(static: Path) -> None:
    """Write each bundle that is out of date, and remove its outdated compressed copy."""
    folder = static / "bundles"
    folder.mkdir(exist_ok=True)
    for name, sheets in BUNDLES.items():
        sources = ((static / "css" / f"{sheet}.css").read_text() for sheet in sheets)
        text = "\n".join(map(_compact, sources))
        file = folder / name
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            file.with_name(f"{name}.gz").unlink(missing_ok=True)


def _compact(text: str) -> str:
    """Without comments and line breaks: a fifth of what a page would load."""
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).strip()
