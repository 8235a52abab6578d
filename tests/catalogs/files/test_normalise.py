"""After the first two steps of an import it no longer matters which format a file had."""

import pytest

from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.catalogs.files.mo import write_mo
from campaign_actions.catalogs.files.normalise import normalise
from campaign_actions.catalogs.files.parse import parse
from campaign_actions.catalogs.files.validate_entries import validate
from campaign_actions.catalogs.files.xliff.write import write_xliff
from campaign_actions.catalogs.workflow.export import CatalogExport
from campaign_actions.core.i18n.message import Message
from tests.support.catalog_samples import BUTTON, MESSAGES, PEOPLE, READ, entry, po

FORMS = {
    READ: ("Прочитайте це перед підписом.",),
    BUTTON: ("Підписати",),
    PEOPLE: ("%(num)d людина", "%(num)d людини", "%(num)d людей"),
}
TITLE = Message(context="action racism: title", source="Hate crimes", markup="text")
OTHER_TITLE = Message(context="action other: title", source="Hate crimes", markup="text")
MOVED = Message(context="action former: title", source="Hate crimes", markup="text")


def as_po() -> bytes:
    return po(*(entry(message, *forms) for message, forms in FORMS.items()))


def as_mo() -> bytes:
    return write_mo(headers_for("uk"), FORMS.items())


def as_xliff() -> bytes:
    export = CatalogExport(
        messages=list(FORMS),
        source="en",
        locale="uk",
        slug="",
        version="1",
        forms={message.key: forms for message, forms in FORMS.items()},
        earlier={},
    )
    return write_xliff(export)


@pytest.mark.parametrize("data", [as_po(), as_mo(), as_xliff()], ids=["po", "mo", "xliff"])
def test_every_format_gives_the_same_translations(data):
    validated = validate(normalise(parse(data), MESSAGES, "uk"))

    assert validated.issues == []
    assert validated.translations == {message.key: forms for message, forms in FORMS.items()}


@pytest.mark.parametrize(
    ("data", "file_format"), [(as_po(), "po"), (as_mo(), "mo"), (as_xliff(), "xliff")]
)
def test_a_format_is_recognised_by_its_first_bytes(data, file_format):
    assert parse(data).format == file_format


def test_a_damaged_file_still_names_its_campaign_and_language():
    damaged = po(entry(READ, "\x00"), header='"Language: uk\\n"\n"X-Campaign: racism\\n"\n')

    parsed = parse(damaged)

    assert [each.issue.code for each in parsed.issues] == ["not_text"]
    assert (parsed.campaign, parsed.language) == ("racism", "uk")


def test_a_byte_order_mark_is_allowed_in_an_import_and_refused_in_a_shipped_catalog():
    normalised = normalise(parse(b"\xef\xbb\xbf" + as_po()), MESSAGES, "uk")

    shipped, imported = validate(normalised), validate(normalised, allows_bom=True)

    assert [each.issue.code for each in shipped.issues] == ["bom"]
    assert (imported.issues, len(imported.translations)) == ([], 3)


@pytest.mark.parametrize(
    ("messages", "found"),
    [([TITLE], TITLE), ([TITLE, OTHER_TITLE], None), ([READ], None)],
    ids=["one", "several", "none"],
)
def test_an_entry_follows_its_message_to_another_context_if_there_is_only_one(messages, found):
    parsed = parse(po(entry(MOVED, "Злочини на ґрунті ненависті")))

    (normalised,) = normalise(parsed, messages, "uk").entries

    assert normalised.message == found
    assert normalised.entry.context == (found or MOVED).context
