"""The validator finds each violation of the rules that it encodes."""

import pytest

from tests.support.preset_rules import RULES, faults

ID = "abcdefghijklmnopqrstuvwxyz"
GOOD = {
    "action-network": {
        "activists.csv": ["ada@example.org", "Ada", "", "RU", "en", "a, a_b", "subscribed", ID]
    },
    "civicrm": {
        "contacts.csv": [ID, "Ada", "", "ada@example.org", "RU"],
        "activities.csv": [
            *[ID, "ada@example.org", "Petition Signature", "2026-11-20 12:00", "a/b", "a", ID]
        ],
    },
    "engaging-networks": {"supporters.csv": ["ada@example.org", "Ada", "", "RU", "Y", ID]},
    "salesforce": {
        "contacts.csv": [
            *["", "Ada", "ada@example.org", "RU", ID, "a/b", "2026-11-20T12:00:00Z", "1"]
        ]
    },
    "proca": {
        "actions.csv": [
            *["a", "b", "petition", "Ada", "", "ada@example.org", "RU", "2026-11-20T12:00:00Z"],
            *[ID, "1"],
        ]
    },
}
FILES = [(preset, name) for preset, files in RULES.items() for name in files]
BAD = {  # what a cell of a column with a rule must not be
    "email": ["ada", "ada@example"],
    "country": ["Russia", "ru", "ZZ"],
    "language": ["English"],
    "can2_user_tags": ["a; b", "$$"],
    "can2_subscription_status": ["unsubscribed", "true"],
    "signature_id": ["7"],
    "External Identifier": ["7"],
    "Email": ["ada"],
    "Country": ["Russia"],
    "Activity Type": ["Signature"],
    "Activity Date": ["20/11/2026", "2026-11-20T12:00:00Z", "2026-13-20 12:00"],
    "Subject": ["racism"],
    "Campaign": ["Racism!"],
    "Details": ["7"],
    "Email Address": ["ada"],
    "Email Updates": ["N", "true"],
    "Signature ID": ["7"],
    "MailingCountryCode": ["Russia"],
    "Signature_ID__c": ["7"],
    "Action__c": ["racism"],
    "Signed_At__c": ["2026-11-20", "2026-11-20T12:00:00.000000Z", "2026-11-31T12:00:00Z"],
    "Wants_Updates__c": ["0", "true"],
    "campaignName": ["Racism!"],
    "actionPageName": ["A b"],
    "actionType": ["register"],
    "contact.email": ["ada"],
    "contact.country": ["Russia"],
    "created": ["2026-11-20 12:00"],
    "id": ["7"],
    "optIn": ["false"],
}


def bad_cells(heading) -> list[str]:
    """One or more for each thing that a heading asks for."""
    empty = [""] if heading.required else []
    too_long = ["W" * (heading.max_length + 1)] if heading.max_length else []
    return [*empty, *too_long, *(BAD[heading.name] if heading.rule else [])]


def csv_text(preset, name, cells) -> str:
    headings = ",".join(heading.name for heading in RULES[preset][name].headings)
    return f"{headings}\n" + ",".join(f'"{cell}"' for cell in cells) + "\n"


@pytest.mark.parametrize(("preset", "name"), FILES)
def test_a_good_file_has_no_faults(preset, name):
    good = csv_text(preset, name, GOOD[preset][name])

    assert faults(good.encode(), RULES[preset][name]) == []


@pytest.mark.parametrize(
    ("preset", "name", "heading", "cell"),
    [
        (preset, name, heading.name, cell)
        for preset, name in FILES
        for heading in RULES[preset][name].headings
        for cell in bad_cells(heading)
    ],
)
def test_a_bad_cell_is_found(preset, name, heading, cell):
    rules = RULES[preset][name]
    number = [each.name for each in rules.headings].index(heading)
    cells = list(GOOD[preset][name])
    cells[number] = cell

    (fault,) = faults(csv_text(preset, name, cells).encode(), rules)

    assert fault.startswith(f"{heading}: ")


@pytest.mark.parametrize(("preset", "name"), FILES)
def test_a_bad_file_is_found(preset, name):
    rules = RULES[preset][name]
    good = csv_text(preset, name, GOOD[preset][name])
    changed = good.replace(rules.headings[0].name, "Other", 1)
    shorter = csv_text(preset, name, GOOD[preset][name][:-1])

    assert faults(b"\xef\xbb\xbf" + good.encode(), rules) == ["a byte order mark"]
    assert faults(good.encode("utf-16"), rules) == ["not UTF-8"]
    assert [fault[:9] for fault in faults(changed.encode(), rules)] == ["headings:"]
    assert faults(shorter.encode(), rules) == [f"{len(rules.headings) - 1} cells"]


def test_too_many_rows_or_bytes_in_a_part_are_found():
    cells = GOOD["salesforce"]["contacts.csv"]
    header, row = csv_text("salesforce", "contacts.csv", cells).splitlines(keepends=True)
    contacts = f"{header}{row * 50_001}".encode()
    cells = ["ada@example.org", "A" * 100_000, *GOOD["engaging-networks"]["supporters.csv"][2:]]
    header, row = csv_text("engaging-networks", "supporters.csv", cells).splitlines(keepends=True)
    supporters = f"{header}{row * 200}".encode()

    assert faults(contacts, RULES["salesforce"]["contacts.csv"]) == ["50001 rows"]
    assert faults(supporters, RULES["engaging-networks"]["supporters.csv"]) == [
        f"{len(supporters)} bytes"
    ]
