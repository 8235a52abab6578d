"""A translation that would open an attribute comes in by no door: web, .po, XLIFF, command."""

import re

import pytest

from tests.support.catalog_files import FILES, figures, filled, send
from tests.support.staff_client import post
from tests.support.translators import SKIP, address, now_of

EVIL = '0;url=https://evil.example/" http-equiv="refresh'
IN_PO = EVIL.replace('"', '\\"')
WORDS = "Use the quotation marks of your language, such as «…», and ’ as an apostrophe."


def test_it_is_refused_in_the_editor(client, ada):
    answer = post(client, address(SKIP), form=EVIL, then="stay")

    assert (answer.status_code, WORDS in answer.text) == (400, True)
    assert now_of(SKIP) == ()


def test_it_is_refused_in_a_po_file(client, ada):
    answer = send(client, filled(client.get(f"{FILES}download.po").data, {SKIP: IN_PO}))

    assert (figures(answer)["Taken"], WORDS in answer.text) == ("0", True)
    assert now_of(SKIP) == ()


def test_it_is_refused_in_an_xliff_file(client, ada):
    file = client.get(f"{FILES}download.xlf").text
    unit = re.search(rf'"initial">\s*<source>{SKIP}</source>', file)
    assert unit

    done = unit[0].replace("initial", "translated") + f"<target>{EVIL}</target>"
    answer = send(client, file.replace(unit[0], done).encode())

    assert (figures(answer)["Taken"], WORDS in answer.text) == ("0", True)
    assert now_of(SKIP) == ()


@pytest.mark.parametrize("command", ["check", "import"])
def test_it_is_refused_by_a_command(app, client, ada, tmp_path, command):
    file = tmp_path / "uk.po"
    file.write_bytes(filled(client.get(f"{FILES}download.po").data, {SKIP: IN_PO}))

    result = app.test_cli_runner().invoke(args=["translations", command, str(file)])

    assert (result.exit_code, WORDS in result.output) == (1, True)
    assert now_of(SKIP) == ()


def test_an_apostrophe_typed_on_a_keyboard_comes_in_as_it_is_printed(client, ada):
    post(client, address(SKIP), form="До об'єкта", then="stay")

    assert now_of(SKIP) == ("До об’єкта",)
