"""Builds what ships from the sources: compiled catalogs, bundled style sheets, compressed static files.

Runs as hatchling's build hook (wheel and editable install) and by hand: `python hatch_build.py`.
"""

import gzip
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))  # the hook is loaded from elsewhere

from campaign_actions.catalogs.files.catalog_folder import TEMPLATE, catalogs_in  # noqa: E402
from campaign_actions.catalogs.files.compiler import compile_po  # noqa: E402
from campaign_actions.catalogs.files.interface_messages import interface_messages  # noqa: E402
from campaign_actions.core.style_sheets import make_bundles  # noqa: E402

TRANSLATIONS = ROOT / "translations"


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        prepare()


def prepare() -> None:
    """Build what is missing or older than its source."""
    template = TRANSLATIONS / TEMPLATE
    for tag, po in catalogs_in(TRANSLATIONS).items():
        if _is_stale(po.with_suffix(".mo"), po, template):
            _compile(tag, po, template)
    make_bundles(ROOT / "static")
    for file in ROOT.glob("static/**/*"):
        packed = file.with_name(f"{file.name}.gz")
        if file.suffix in {".css", ".js", ".svg"} and _is_stale(packed, file):
            packed.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def _compile(tag: str, po: Path, template: Path) -> None:
    """Translations with issues are left out. `translations check` says why."""
    messages = interface_messages(template)
    compiled, validated = compile_po(po.read_bytes(), tag=tag, messages=messages)
    po.with_suffix(".mo").write_bytes(compiled)
    if count := len(validated.issues):
        print(
            f"{tag}: {count} translations refused. To see why, run `campaign-actions translations check`.",
            file=sys.stderr,
        )


def _is_stale(made: Path, *sources: Path) -> bool:
    newest = max(source.stat().st_mtime for source in sources)
    return not made.exists() or made.stat().st_mtime < newest


if __name__ == "__main__":
    prepare()
