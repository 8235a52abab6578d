"""Style sheets as pages get them: one file each for public and staff pages, made of the sheets in static/css.

It uses the standard library only, because the build (hatch_build.py) has nothing else.
"""

from pathlib import Path

SHARED = ("tokens", "base", "components")
BUNDLES = {"public.css": (*SHARED, "public"), "staff.css": (*SHARED, "staff")}  # in static/bundles


def make_bundles(static: Path) -> None:
    """Write each bundle that differs from its sheets, and remove its packed copy, which differs, too."""
    folder = static / "bundles"
    folder.mkdir(exist_ok=True)
    for name, sheets in BUNDLES.items():
        text = "\n".join((static / "css" / f"{sheet}.css").read_text() for sheet in sheets)
        file = folder / name
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            file.with_name(f"{name}.gz").unlink(missing_ok=True)
