"""Catalogs are downloaded as files and imported again on the web."""

import html
import re

import pytest
from sqlalchemy import select

from campaign_actions.audit.models import AuditEntry
from campaign_actions.catalogs.files.compiler import compile_po
from campaign_actions.catalogs.files.parse import MAX_BYTES
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.core.db.session import db
from tests.support.catalog_files import FILES, decision, figures, filled, upload
from tests.support.factories import make_campaign, make_staff
from tests.support.staff_client import log_in, token_of
from tests.support.translators import (
    HELLO,
    MANY,
    SKIP,
    begin,
    make_translator,
    message,
    now_of,
    put,
)


def test_a_downloaded_po_is_imported_with_its_translations(client, ada):
    file = client.get(f"{FILES}download.po")

    answer = upload(client, filled(file.data, {SKIP: "До вмісту"}))

    assert file.headers["Content-Disposition"] == 'attachment; filename="campaign-actions.uk.po"'
    assert (answer.status_code, figures(answer)["Imported"]) == (200, "1")
    assert now_of(SKIP) == ("До вмісту",)
    assert events() == ["language-added", "translations-imported"]


def test_a_downloaded_xliff_is_imported_with_its_translations(client, ada):
    file = client.get(f"{FILES}download.xlf").text
    unit = re.search(rf'"initial">\s*<source>{SKIP}</source>', file)
    assert unit

    done = unit[0].replace("initial", "translated") + "<target>До вмісту</target>"
    answer = upload(client, file.replace(unit[0], done).encode())

    assert figures(answer)["Imported"] == "1"
    assert now_of(SKIP) == ("До вмісту",)


def test_a_compiled_catalog_is_imported(client, ada):
    data = filled(client.get(f"{FILES}download.po").data, {SKIP: "До вмісту"})
    compiled, _checked = compile_po(data, tag="uk", messages=interface_catalog().messages)

    answer = upload(client, compiled)

    assert figures(answer)["Imported"] == "1"
    assert now_of(SKIP) == ("До вмісту",)


def test_a_preview_changes_nothing(client, ada):
    data = filled(client.get(f"{FILES}download.po").data, {SKIP: "До вмісту"})

    answer = upload(client, data, look="yes")

    assert figures(answer)["Would be imported"] == "1"
    assert now_of(SKIP) == ()


def test_conflicts_are_shown_side_by_side_and_imported_one_by_one(client, ada):
    file = client.get(f"{FILES}download.po").data
    put(SKIP, "До суті", by=make_staff("translator"))
    put(HELLO, "Сайт веде %(organization)s.", by=make_staff("translator"))

    words = {SKIP: "До вмісту", HELLO: "%(organization)s веде сайт."}
    answer = upload(client, filled(file, words))
    kept = [now_of(SKIP), now_of(HELLO)]
    chosen = client.post(f"{FILES}resolve/", data=decision(answer.text, message(SKIP).key))

    assert figures(answer)["Conflicts"] == "2"
    assert all(
        text in answer.text
        for text in ("До суті", "До вмісту", "Which translation do you want to use?")
    )
    assert kept == [("До суті",), ("Сайт веде %(organization)s.",)]
    assert chosen.status_code == 303
    assert [now_of(SKIP), now_of(HELLO)] == [("До вмісту",), ("Сайт веде %(organization)s.",)]


def test_a_translation_changed_again_while_somebody_decides_is_kept(client, ada):
    file = client.get(f"{FILES}download.po").data
    put(SKIP, "До суті", by=make_staff("translator"))
    answer = upload(client, filled(file, {SKIP: "До вмісту"}))
    put(SKIP, "До діла", by=make_staff("translator"))

    chosen = client.post(f"{FILES}resolve/", data=decision(answer.text, message(SKIP).key))

    assert (chosen.status_code, now_of(SKIP)) == (409, ("До діла",))
    assert "Changed again since you saw them" in chosen.text


def test_a_refused_translation_is_listed_with_line_and_remedy_and_the_others_are_imported(
    client, ada
):
    file = client.get(f"{FILES}download.po").data

    answer = upload(client, filled(file, {SKIP: "До вмісту", HELLO: "Цей сайт веде хтось."}))

    assert figures(answer) | {"Imported": "1", "Rejected": "1"} == figures(answer)
    assert "Missing: %(organization)s." in answer.text
    assert re.search(r"Line [\d,]+ of the file", answer.text)
    assert (now_of(SKIP), now_of(HELLO)) == (("До вмісту",), ())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Choose the file you saved"),
        (b"x", "cannot be read"),
        (b"\x00\x01\x02", "This is not a text file"),
        (b"<html>", "XLIFF"),
        (b"\xde\x12\x04\x95", "not a .mo file"),
        (b'msgid ""\nmsgstr ""\n"Language: fr\\n"\n', "in fr, not uk"),
    ],
)
def test_a_file_that_is_not_a_catalog_is_refused_with_an_explanation(client, ada, data, words):
    answer = upload(client, data)

    assert answer.status_code < 500
    assert words in html.unescape(answer.text)
    assert events() == ["language-added"]


def test_a_file_of_a_campaign_is_refused_by_other_catalogs(client, ada):
    campaign = make_campaign()
    page = f"/staff/translations/uk/campaign-{campaign.id}/files/"
    file = client.get(f"{page}download.po")

    here = upload(client, file.data)
    there = upload(client, file.data, page=page)

    assert "racism.uk.po" in file.headers["Content-Disposition"]
    assert (here.status_code, there.status_code) == (400, 200)
    assert "This file belongs to another campaign" in here.text


def test_a_file_up_to_the_maximum_size_is_imported_and_a_larger_one_refused(client, ada):
    file = filled(client.get(f"{FILES}download.po").data, {SKIP: "До вмісту"})
    padding = b"\n# remark" * ((MAX_BYTES - len(file)) // 9 - 1)

    taken = upload(client, file + padding + b"\n")
    refused = upload(client, b"x" * (MAX_BYTES + 200_000))

    assert figures(taken)["Imported"] == "1"
    assert (refused.status_code, "This file is too large" in refused.text) == (413, True)


def test_all_plural_forms_are_imported(client, ada):
    file = client.get(f"{FILES}download.po").data
    forms = ["%(num)d річ", "%(num)d речі", "%(num)d речей"]
    text = file.decode()
    for number in range(3):
        head, tail = text.split(f'msgid "{MANY}"')
        tail = tail.replace(f'msgstr[{number}] ""', f'msgstr[{number}] "{forms[number]}"', 1)
        text = head + f'msgid "{MANY}"' + tail

    upload(client, text.encode())

    assert now_of(MANY) == tuple(forms)


def test_reviewers_may_download_but_not_upload(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    begin()
    log_in(client, make_translator("uk", role="reviewer"))

    answers = [client.post(f"{FILES}{name}/").status_code for name in ("upload", "resolve")]

    assert answers == [403, 403]
    assert client.get(f"{FILES}download.po").status_code == 200


def test_a_forged_decision_changes_nothing(client, ada):
    token = token_of(client.get(FILES).text)

    answers = [
        client.post(f"{FILES}resolve/", data={"csrf_token": token, **fields}).status_code
        for fields in ({}, {"take": "x"}, {"take": message(SKIP).key})
    ]

    assert answers == [303, 409, 303]
    assert now_of(SKIP) == ()


def events() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))
