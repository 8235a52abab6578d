"""`translations consent` and `approve`: the two-person rule applies to commands as well."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.consent import find_newest_consent
from campaign_actions.audit.models import AuditEntry
from campaign_actions.catalogs.workflow.translation_approvals import find_consent_draft
from campaign_actions.core.db.session import db
from tests.support.factories import make_campaign, make_staff
from tests.support.po_editor import fill
from tests.support.translators import HELLO, begin, make_translator, put

NEEDS = ["form", "consent", "privacy", "approval"]
TEXT = "Ми зберігаємо це."


@pytest.fixture(autouse=True)
def uk(app):
    begin()
    app.config["LOCALE_NEEDS"] = NEEDS


@pytest.fixture
def run(app):
    return lambda *words, **how: app.test_cli_runner().invoke(
        args=["translations", *map(str, words)], **how
    )


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "consent.txt"
    file.write_text(f"{TEXT}\n", encoding="utf-8")
    return file


def propose(run, file, *words):
    return run("consent", "uk", file, "--kind", "petition", *words)


def entries():
    rows = select(AuditEntry.event, AuditEntry.actor, AuditEntry.subject)
    return [tuple(row) for row in db.session.execute(rows.order_by(AuditEntry.id))][1:]


def test_one_person_proposes_another_approves_and_the_audit_log_names_the_command(run, file):
    ada, bea = make_translator("uk"), make_staff("reviewer")

    proposed = propose(run, file, "--by", ada.email)
    own = run("approve", "uk", "--by", make_staff("translator").email, "--yes")
    approved = run("approve", "uk", "--by", bea.email, "--yes")

    assert (proposed.exit_code, own.exit_code, approved.exit_code) == (0, 1, 0)
    assert "is not allowed to do this in Українська" in own.output
    assert find_newest_consent("petition", "uk").body == TEXT
    assert entries() == [
        ("consent-proposed", "command", ada.email),
        ("consent-published", "command", bea.email),
    ]


def test_each_kind_has_a_text_of_its_own_and_approve_shows_and_approves_all_of_them(
    run, file, tmp_path
):
    other, ada = tmp_path / "pledge.txt", make_translator("uk")
    other.write_text("Ми зберігаємо обіцянку.", encoding="utf-8")
    propose(run, file, "--by", ada.email)
    run("consent", "uk", other, "--kind", "pledge", "--by", ada.email)

    result = run("approve", "uk", "--by", make_staff("reviewer").email, "--yes")

    assert f"Consent text for a petition:\n\n{TEXT}\n" in result.output
    assert "Consent text for a pledge:\n\nМи зберігаємо обіцянку.\n" in result.output
    bodies = [find_newest_consent(kind, "uk").body for kind in ("petition", "pledge")]
    assert bodies == [TEXT, "Ми зберігаємо обіцянку."]


@pytest.mark.parametrize("kind", [(), ("--kind", "party")])
def test_a_consent_text_is_for_one_of_the_kinds(run, file, kind):
    result = run("consent", "uk", file, *kind, "--by", make_translator("uk").email)

    assert result.exit_code == 2
    assert "--kind" in result.output


def test_nobody_approves_their_own_proposal(run, file):
    boss = make_staff("administrator")
    propose(run, file, "--by", boss.email)

    result = run("approve", "uk", "--by", boss.email, "--yes")

    assert (result.exit_code, find_newest_consent("petition", "uk")) == (1, None)
    assert "Ask someone else who can approve texts" in result.output


def test_the_text_is_shown_and_confirmed_before_approval(run, file):
    bea = make_staff("reviewer")
    propose(run, file, "--by", make_translator("uk").email)
    put(HELLO, "Цей сайт веде %(organization)s.", by=make_translator("uk"))

    result = run("approve", "uk", "--by", bea.email, input="n\n")

    assert result.exit_code == 1
    assert TEXT in result.output
    assert f"{HELLO}\n  -> Цей сайт веде %(organization)s." in result.output
    assert find_consent_draft("petition", "uk") is not None


def test_without_the_two_person_rule_a_consent_text_is_published_immediately(app, run, file):
    app.config["LOCALE_NEEDS"] = ["form"]

    result = propose(run, file, "--by", make_translator("uk").email)

    assert result.output == (
        "Published version 1 of the petition consent text."
        " From now on, people agree to this version.\n"
    )
    assert find_newest_consent("petition", "uk").body == TEXT


def test_approve_says_when_there_is_nothing_to_approve(run):
    result = run("approve", "uk", "--by", make_staff("reviewer").email)

    assert (result.exit_code, result.output) == (0, "There is nothing to approve.\n")


@pytest.mark.parametrize("kind", ["unknown", "disabled", "of a campaign", "of another language"])
def test_missing_permissions_are_refused_with_a_message(run, file, kind):
    make = {
        "unknown": lambda: None,
        "disabled": lambda: make_translator("uk", active=False),
        "of a campaign": lambda: make_translator("uk", campaigns=(make_campaign().id,)),
        "of another language": lambda: make_translator("ru"),
    }
    member = make[kind]()
    email = member.email if member else "nobody@example.org"

    result = propose(run, file, "--by", email)

    assert result.exit_code in {1, 2}
    assert email in result.output
    assert find_consent_draft("petition", "uk") is None


def test_an_empty_file_is_not_a_consent_text(run, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text(" \n")

    result = propose(run, empty, "--by", make_translator("uk").email)

    assert (result.exit_code, find_consent_draft("petition", "uk")) == (1, None)


@pytest.mark.parametrize("text", ["Ми \u202e зберігаємо.", "Ми\x1b[2J.", "х" * 2001])
def test_a_text_with_control_characters_or_too_long_is_not_a_consent_text(run, tmp_path, text):
    file = tmp_path / "consent.txt"
    file.write_text(text, encoding="utf-8")

    result = propose(run, file, "--by", make_translator("uk").email)

    assert (result.exit_code, find_consent_draft("petition", "uk")) == (1, None)
    assert "This is not a consent text" in result.output


def test_importing_privacy_translations_requires_their_author(run, tmp_path):
    boss, file = make_staff("administrator"), tmp_path / "uk.po"
    run("export", "--locale", "uk", "--output", file)
    fill(file, "uk")

    nobodys = run("import", file)
    theirs = run("import", file, "--by", boss.email)
    own = run("approve", "uk", "--by", boss.email, "--yes")

    assert (nobodys.exit_code, theirs.exit_code, own.exit_code) == (1, 0, 1)
    assert "--by EMAIL" in nobodys.output
    assert "You wrote this text yourself" in own.output
    assert ("translations-imported", "command", "interface") in entries()
