"""Opens files in LibreOffice Calc, without a window, and reads every cell."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from tests.support.proxy import require_program

NAMES = {
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
JAVA_PATH = "/org.openoffice.Office.Java/VirtualMachine"
# Without Java, of which a machine without it prints a warning.
SETTINGS = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="{JAVA_PATH}"><prop oor:name="Enable" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
JAVA_WARNING = "Warning: failed to launch javaldx - java may not function correctly"


@dataclass(frozen=True)
class Cell:
    """A cell: its kind of value, its formula, what it shows, and the date if it is one."""

    kind: str | None = None
    formula: str | None = None
    shown: str = ""
    date: str | None = None


Sheet = list[list[Cell]]


def csv_filter(separators: str, *, columns: str = "", more: str = "") -> str:
    """How Calc reads CSV in UTF-8: what separates cells, and options by their position.

    It evaluates formulas, although its dialog would now ask.
    """
    codes = "/".join(str(ord(separator)) for separator in separators)
    return f"CSV:{codes},34,76,1,{columns}{more}"


class Calc:
    """LibreOffice with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("soffice")
        self.program = require_program("LibreOffice", found, "libreoffice-calc-nogui")
        self.folder = folder
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(SETTINGS)

    def open(self, *files: Path, filter_options: str = "") -> list[Sheet]:
        """The first sheet of each file. All are opened by one start, which must print no warning."""
        output = self.folder / "opened"
        shutil.rmtree(output, ignore_errors=True)
        command = [
            *(self.program, f"-env:UserInstallation=file://{self.folder}/profile", "--headless"),
            *("--convert-to", "fods", "--outdir", str(output)),
            *([f"--infilter={filter_options}"] if filter_options else []),
            *map(str, files),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert done.stderr.replace(JAVA_WARNING, "").strip() == ""
        assert done.stdout.count("convert ") == len(done.stdout.splitlines()) == len(files)
        return [read_sheet(output / f"{file.stem}.fods") for file in files]


def read_sheet(file: Path) -> Sheet:
    """The rows of a flat OpenDocument file, without empty cells and rows at the end."""
    document = etree.parse(file, etree.XMLParser(huge_tree=True, no_network=True))
    table = document.find(".//table:table", NAMES)
    rows: Sheet = []
    for element in table.iterfind(".//table:table-row", NAMES):
        row = [cell for cell, times in _cells(element) for _ in range(times)]
        rows += [row] * (_repeated(element, "rows") if row else 1)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _cells(row: Any) -> Iterator[tuple[Cell, int]]:
    cells = [(_cell(element), _repeated(element, "columns")) for element in row]
    while cells and cells[-1][0].kind is None:
        cells.pop()
    yield from cells


def _repeated(element: Any, what: str) -> int:
    return int(element.get(f"{{{NAMES['table']}}}number-{what}-repeated", "1"))


def _cell(element: Any) -> Cell:
    return Cell(
        kind=element.get(f"{{{NAMES['office']}}}value-type"),
        formula=element.get(f"{{{NAMES['table']}}}formula"),
        shown="\n".join(_text(each) for each in element.iterfind("text:p", NAMES)),
        date=element.get(f"{{{NAMES['office']}}}date-value"),
    )


def _text(element: Any) -> str:
    """Text in which OpenDocument writes tabs, line breaks and repeated spaces as elements."""
    text = element.text or ""
    for child in element:
        name = etree.QName(child).localname
        if name == "s":
            text += " " * int(child.get(f"{{{NAMES['text']}}}c", "1"))
        else:
            text += {"tab": "\t", "line-break": "\n"}.get(name) or _text(child)
        text += child.tail or ""
    return text
