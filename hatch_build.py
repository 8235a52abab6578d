"""What is made from the sources before they ship: compiled catalogs, compressed static files.

Runs as hatchling's build hook (wheel and editable install) and by hand: `python hatch_build.py`.
"""

import gzip
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        prepare()


def prepare() -> None:
    """Make what is missing or older than its source; done again, it does nothing."""
    for po in ROOT.glob("translations/*/LC_MESSAGES/*.po"):
        if _is_stale(po.with_suffix(".mo"), po):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source, locale=po.parts[-3]))
    for file in ROOT.glob("static/**/*"):
        packed = file.with_name(f"{file.name}.gz")
        if file.suffix in {".css", ".js", ".svg"} and _is_stale(packed, file):
            packed.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def _is_stale(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    prepare()
