"""The wheel contains templates, catalogs, glossaries and static files, and serves from an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VISIT = """
import campaign_actions
from campaign_actions import create_app
client = create_app({"SQLALCHEMY_DATABASE_URI": ""}).test_client()
page = client.get("/ru/privacy/")
assert page.status_code == 200, page.text
sheet = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
with client.get(sheet) as answer:
    assert answer.status_code == 200, sheet
from campaign_actions.catalogs.workflow.shipped_glossary import shipped_terms
assert shipped_terms("ru")["petition"].translation == "петиция"
print(campaign_actions.__file__)
print(page.text)
"""


@pytest.mark.slow
def test_the_wheel_serves_a_russian_page_from_an_empty_folder(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    zipfile.ZipFile(wheel).extractall(installed)
    empty.mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith("CAMPAIGN_ACTIONS_")}

    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", VISIT],
        cwd=empty,
        env=env | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(str(installed))
    assert '<html lang="ru"' in result.stdout
    assert [path.name for path in empty.iterdir()] == ["instance"]
