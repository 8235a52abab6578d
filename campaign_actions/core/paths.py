"""The folders of the program: inside the installed wheel, or beside the package in a checkout."""

import os
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
CHECKOUT = PACKAGE.parent
_IS_WHEEL = (PACKAGE / "templates").is_dir()
_DATA = PACKAGE if _IS_WHEEL else CHECKOUT

TEMPLATES = _DATA / "templates"
TRANSLATIONS = _DATA / "translations"
STATIC = _DATA / "static"
IS_CHECKOUT = not _IS_WHEEL
MIGRATIONS = PACKAGE / "migrations"


def instance_folder() -> Path:
    """The folder for everything the program writes; created on first use, for its owner only."""
    default = Path("instance") if _IS_WHEEL else CHECKOUT / "instance"
    folder = Path(os.environ.get("CAMPAIGN_ACTIONS_INSTANCE") or default).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)  # it contains personal data: also fix the mode of an existing folder
    return folder
