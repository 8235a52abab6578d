"""The `staff` commands."""

import pytest

from campaign_actions.config import PUBLIC_URL
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import ROLES
from campaign_actions.staff.queries import find_member, grants_of, languages_of
from tests.support.factories import make_campaign, make_staff


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["staff", *words])


def test_an_invitation_link_is_printed_when_email_is_written_to_files(run, client):
    result = run("add", "Ada@example.org", "--role", "administrator", "--role", "reviewer")

    assert result.exit_code == 0
    link = result.output.split()[-1]
    assert client.get(link.removeprefix("http://actions.example.org")).status_code == 200
    assert grants_of(find_member("ada@example.org")) == dict.fromkeys(ROLES)


@pytest.mark.parametrize(
    ("address", "is_explained"),
    [(PUBLIC_URL, True), ("https://actions.example.org", False)],
)
def test_a_link_that_begins_with_the_default_address_says_how_to_set_it(
    app, run, address, is_explained
):
    app.config["PUBLIC_URL"] = address

    output = run("add", "ada@example.org", "--role", "reviewer", "--print-link").output

    assert f"{address}/" in output
    assert ("set CAMPAIGN_ACTIONS_PUBLIC_URL" in output) == is_explained


def test_the_first_administrator_gets_all_roles_and_the_second_those_that_are_named(run):
    run("add", "first@example.org", "--role", "administrator")

    run("add", "second@example.org", "--role", "administrator")

    assert set(grants_of(find_member("first@example.org"))) == set(ROLES)
    assert set(grants_of(find_member("second@example.org"))) == {"administrator"}


def test_roles_are_limited_to_campaigns(run):
    campaign = make_campaign()

    run("add", "ada@example.org", "--role", "campaigner", "--campaign", "racism")

    assert grants_of(find_member("ada@example.org")) == {"campaigner": frozenset({campaign.id})}


def test_a_translator_is_limited_to_languages(run):
    run("add", "ada@example.org", "--role", "translator", "--language", "ru", "--language", "en")

    assert languages_of(find_member("ada@example.org")) == {"en", "ru"}
    assert run("list").output == "ada@example.org  invited  translator  in en, ru\n"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", "a@b.org", "--role", "translator", "--language", "xx"), 2, "no language 'xx'"),
        (("add", "x", "--role", "reviewer"), 2, "is not an email address"),
        (("add", "a@b.org", "--role", "king"), 2, "king"),
        (("add", "a@b.org"), 2, "--role"),
        (("add", "a@b.org", "--role", "reviewer", "--campaign", "none"), 2, "no campaign 'none'"),
        (("add", "a@b.org", "--role", "reviewer", "--locale", "xx"), 2, "Choose from"),
        (("disable", "nobody@example.org"), 1, "There is no staff member with the address"),
        (
            ("reset-second-factor", "nobody@example.org"),
            1,
            "There is no staff member with the address",
        ),
    ],
)
def test_wrong_arguments_are_explained(run, words, code, told):
    result = run(*words)

    assert (result.exit_code, told in result.output) == (code, True)
    assert "Traceback" not in result.output


def test_people_are_listed_with_state_and_roles(run):
    make_staff("administrator", email="ada@example.org")
    make_staff("reviewer", email="bea@example.org", password=None)

    lines = run("list").output.splitlines()

    assert lines == [
        "ada@example.org  second factor  administrator",
        "bea@example.org  invited  reviewer",
    ]


def test_a_member_is_disabled_and_enabled(run):
    make_staff("reviewer", email="ada@example.org")

    results = [run(word, "ada@example.org").exit_code for word in ("disable", "enable")]

    assert results == [0, 0]
    assert find_member("ada@example.org").active


def test_a_second_factor_is_reset(run):
    member: StaffMember = make_staff("campaigner", email="ada@example.org")

    result = run("reset-second-factor", member.email)

    assert result.exit_code == 0
    assert "no second factor" in run("list").output
