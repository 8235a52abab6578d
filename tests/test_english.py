"""Texts that people read keep clear of turns of phrase that make English sound translated."""

import re

import pytest

from tests.support.english import KINDS, LIST, sentences

SKIPPED = re.compile("|".join(LIST["skipped"]), re.MULTILINE | re.DOTALL)
NOTHING = "(?!)"


def tics_in(text: str, kind: str) -> list[str]:
    paragraphs = [" ".join(each.split()) for each in re.split(r"\n\s*\n", SKIPPED.sub(" ", text))]
    found = []
    for tic in LIST["tic"]:
        if kind not in tic.get("where", KINDS):
            continue
        right = re.compile("|".join(tic.get("except", [NOTHING])), re.IGNORECASE)
        for rest in (right.sub(" ", paragraph) for paragraph in paragraphs):
            for match in re.finditer(tic["pattern"], rest, re.IGNORECASE):
                around = rest[max(match.start() - 40, 0) : match.end() + 40]
                found.append(f"“{match[0]}” in “{around}” (write: {tic['use']})")
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_has_a_tic(kind):
    texts = list(KINDS[kind]())
    found = [f"{text.where}: {tic}" for text in texts for tic in tics_in(text.body, kind)]

    assert texts
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_tic"),
    [
        ("Somebody has signed.", True),
        ("Write your e-mail address.", True),
        ("We send one mail.", True),
        ("The mail server does not answer.", False),
        ("This sets it right.", True),
        ("You have the right to withdraw.", False),
        ("It is not public anymore.", True),
        ("Are there any more strings?", False),
        ("The names stand below the text.", True),
        ("PO stands for “portable object”.", False),
        ("The same rules hold here.", True),
        ("You may ask what we hold about you.", False),
        ("This text waits for approval.", True),
        ("Please wait a few minutes.", False),
        ("Who takes the signature back leaves the count.", True),
        ("Who can see this?", False),
        ("What was entered is still there.", True),
        ("What happens next", False),
        ("What happens next?", False),
        ("This is no JPEG.", True),
        ("These are no pictures.", True),
        ("That’s no valid address.", True),
        ("There is no campaign here.", False),
        ("There are no comments.", False),
        ("There’s no time limit.", False),
        ("It is no longer public.", False),
        ("Drop it", True),
        ("Send it", True),
        ("Discard draft", False),
        ("You can send it again.", False),
        ("All is well.", True),
        ("The address is well-formed.", False),
        ("Find out what things are for.", True),
        ("Find out what the email is for.", False),
        ("We’ll tell you what became of the petition.", True),
        ("We’ll email you news about the petition.", False),
    ],
)
def test_the_list_tells_tics_from_good_english(text, is_tic):
    assert bool(tics_in(text, "messages")) == is_tic


def test_sentences_are_read_from_calls_and_errors_but_not_from_docstrings_and_messages():
    source = '''
"""Deletes all of them."""
click.echo(f"{count} of them" " were deleted.")
raise UsageError("Enter a valid date.")
_("Page not found")
'''
    assert [text for _line, text in sentences(source)] == [
        "… of them were deleted.",
        "Enter a valid date.",
    ]
