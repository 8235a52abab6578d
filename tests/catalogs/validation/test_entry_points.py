"""A translation that would open an HTML attribute is refused everywhere: editor, .po, XLIFF, commands."""

import re

import pytest

from tests.support.catalog_files import FILES, figures, filled, upload
from tests.support.staff_client import post
from tests.support.translators import SKIP, address, now_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
EVIL = '0;url=https://evil.example/" http-equiv="refresh'
IN_PO = EVIL.replace('"', '\\"')
REMEDY = "Use the quotation marks of your language, such as «…», and ’ as an apostrophe."


def test_the_editor_refuses_it(client, ada):
    answer = post(client, address(SKIP), form=EVIL, then="stay")

    assert (answer.status_code, REMEDY in answer.text) == (400, True)
    assert now_of(SKIP) == ()


def test_a_po_file_with_it_is_refused(client, ada):
    answer = upload(client, filled(client.get(f"{FILES}download.po").data, {SKIP: IN_PO}))

    assert (figures(answer)["Imported"], REMEDY in answer.text) == ("0", True)
    assert now_of(SKIP) == ()


def test_an_xliff_file_with_it_is_refused(client, ada):
    file = client.get(f"{FILES}download.xlf").text
    unit = re.search(rf'"initial">\s*<source>{SKIP}</source>', file)
    assert unit

    done = unit[0].replace("initial", "translated") + f"<target>{EVIL}</target>"
    answer = upload(client, file.replace(unit[0], done).encode())

    assert (figures(answer)["Imported"], REMEDY in answer.text) == ("0", True)
    assert now_of(SKIP) == ()


@pytest.mark.parametrize("command", ["check", "import"])
def test_the_commands_refuse_it(app, client, ada, tmp_path, command):
    file = tmp_path / "uk.po"
    file.write_bytes(filled(client.get(f"{FILES}download.po").data, {SKIP: IN_PO}))

    result = app.test_cli_runner().invoke(args=["translations", command, str(file)])

    assert (result.exit_code, REMEDY in result.output) == (1, True)
    assert now_of(SKIP) == ()


def test_a_typed_apostrophe_is_stored_as_a_typographic_one(client, ada):
    post(client, address(SKIP), form="До об'єкта", then="stay")

    assert now_of(SKIP) == ("До об’єкта",)
