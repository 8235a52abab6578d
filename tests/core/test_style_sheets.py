"""Style sheets: what designers edit in static/css, and the one file that a page loads."""

import gzip
import re
import shutil

import pytest

from campaign_actions.core import paths
from campaign_actions.core.style_sheets import BUNDLES, STAFF, make_bundles

SHEETS = sorted((paths.STATIC / "css").glob("*.css"))
BUDGET = 10_000  # bytes of the public bundle over the wire; an action page is under 60 kB in all


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_says_at_its_head_what_it_is_for_and_has_short_lines(sheet):
    head, *lines = sheet.read_text().splitlines()

    assert re.fullmatch(r"/\* [A-Z].+\. \*/", head)
    assert [line for line in (head, *lines) if len(line) > 110] == []


def compact(sheet: str) -> str:
    """A sheet as the bundle has it: without comments, on one line."""
    text = (paths.STATIC / "css" / f"{sheet}.css").read_text()
    return " ".join(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).split())


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_page_loads_one_file_with_all_its_sheets(app, client):
    for address, name in (("/en/", "public.css"), ("/staff/login", "staff.css")):
        page = client.get(address).text
        (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
        with client.get(sheet) as answer:
            served = answer.text

        assert sheet.endswith(f"/bundles/{name}")
        places = [served.index(compact(part)) for part in BUNDLES[name]]
        assert places == sorted(places)


def test_a_bundle_follows_its_sheets_and_its_packed_copy_goes(tmp_path):
    shutil.copytree(paths.STATIC / "css", tmp_path / "css")
    make_bundles(tmp_path)
    bundle, packed = (tmp_path / "bundles" / name for name in ("staff.css", "staff.css.gz"))
    packed.write_bytes(b"packed")

    make_bundles(tmp_path)
    kept = packed.exists()
    (tmp_path / "css" / f"{STAFF[-1]}.css").write_text("/* Other. */\n.other {\n  color: red;\n}\n")
    make_bundles(tmp_path)

    assert kept
    assert not packed.exists()
    assert bundle.read_text().endswith("\n.other { color: red; }")


def test_public_pages_stay_light():
    sheet = (paths.STATIC / "bundles" / "public.css").read_bytes()

    assert len(gzip.compress(sheet, 9)) < BUDGET
