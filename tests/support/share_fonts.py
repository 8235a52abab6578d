"""Makes the fonts of share pictures from those of the web site: `python -m tests.support.share_fonts`.

The renderer reads neither WOFF2 nor variable fonts, and takes all letters of a text from one file.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from campaign_actions.core import paths
from campaign_actions.core.sharing.render import FAMILY, FONTS, font_file

FAMILY_NAMES = (1, 16)  # entries of the name table


def web_fonts() -> list[Path]:
    """The font with the Latin alphabet comes first: the others are added to it."""
    return sorted(paths.STATIC.glob("fonts/*.woff2"), key=lambda path: "core" not in path.name)


def make_share_fonts() -> None:
    for weight in FONTS:
        with TemporaryDirectory() as folder:
            files = [_instance(path, weight, Path(folder)) for path in web_fonts()]
            merged = Merger().merge([str(file) for file in files])
        for name in merged["name"].names:
            if name.nameID in FAMILY_NAMES:
                name.string = FAMILY
        merged["OS/2"].usWeightClass = weight
        merged.save(font_file(weight))


def _instance(path: Path, weight: int, folder: Path) -> Path:
    font = instantiateVariableFont(TTFont(path), {"wght": weight})
    font.flavor = None
    file = folder / f"{path.stem}.ttf"
    font.save(file)
    return file


if __name__ == "__main__":
    make_share_fonts()
