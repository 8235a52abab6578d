"""The list of signatures and the page of one: permissions, and the audit log of each view."""

import re

import pytest

from campaign_actions.actions.signatures.search import PAGE_SIZE
from campaign_actions.actions.signatures.withdraw import erase
from campaign_actions.audit.verify import check_chain
from campaign_actions.core.db.session import db
from tests.support import questions
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
)
from tests.support.signature_pages import address, entries
from tests.support.staff_client import log_in

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both

HOSTILE = [
    "%",
    "_",
    "'",
    '"',
    "a\0b",
    "\ud800",
    "x" * 10_000,
    "[",
    "*",
    "\\",
    "(((",
    "@",
    "a@",
    "@b",
]
HTML = "<script>alert(1)</script><b>&amp;"


@pytest.fixture
def campaigner(client):
    member = make_staff("campaigner", email="grace@example.org")
    log_in(client, member)
    return member


def test_the_list_shows_times_in_the_zone_of_the_reader_with_the_organisation_s_as_title(
    app, client
):
    app.config["TIMEZONE"] = "Europe/Berlin"
    log_in(client, make_staff("campaigner", timezone="Asia/Tbilisi"))
    action = make_action()
    make_signature(action, now=NOON)

    page = client.get(address(action, "signatures")).text

    (title, shown) = re.search(
        r'<td class="nw"><time [^>]*title="([^"]*)">([^<]*)</time>', page
    ).groups()
    assert shown.endswith(" 16:00")
    assert title == "For the organisation: 13:00 (Berlin)"
    assert 'Form sent <bdi class="note">Tbilisi</bdi></th>' in page


def test_a_person_leads_back_to_the_list_with_its_filters(client, campaigner):
    action = make_action()
    make_signature(action)
    there = address(action, "signatures")

    link = re.search(
        r'<th scope="row"><a href="([^"]+)"', client.get(f"{there}?status=pending").text
    )[1]
    page = client.get(link.replace("&amp;", "&")).text
    without = client.get(link.partition("?")[0]).text

    back = f'<a href="{there}?status=pending">Back to the participants</a>'
    assert (back in page, "Back to the participants" in without) == (True, False)


def test_the_list_names_no_zone_if_it_is_the_organisation_s(client, campaigner):
    action = make_action()
    make_signature(action)

    page = client.get(address(action, "signatures")).text

    assert "Form sent</th>" in page
    assert "For the organisation:" not in page.partition("<table")[2]


def test_the_list_shows_masked_addresses(client, campaigner):
    action = make_action()
    make_signature(
        action, email="ada.lovelace@example.org", family_name="Lovelace", source="leaflet"
    )

    page = client.get(address(action, "signatures")).text

    assert "Ada Lovelace" in page
    assert "ad…@example.org" in page
    assert "ada.lovelace" not in page
    assert "leaflet" in page
    assert "Pending" in page


def test_viewing_the_list_is_in_the_audit_log_without_the_search_text(client, campaigner):
    action = make_action()
    make_signature(action, email="ada@example.org")
    make_signature(action)

    client.get(address(action, "signatures"))
    client.get(address(action, "signatures"), query_string={"q": "ada@example.org"})
    client.get(address(action, "signatures"), query_string={"q": "Ada", "country": "RU"})

    said = [(e.actor, e.subject, e.rows, e.details) for e in entries()]
    who = ("grace@example.org", "racism/hate-crimes")
    assert said == [
        (*who, 2, {}),
        (*who, 1, {"searched": "address"}),
        (*who, 2, {"searched": "name", "country": "RU"}),
    ]
    assert check_chain().broken == []


def test_pages_link_to_the_next_and_the_previous_page(client, campaigner):
    action = make_action()
    for _number in range(PAGE_SIZE + 1):
        make_signature(action)
    first = client.get(address(action, "signatures"), query_string={"q": "Ada"}).text

    older = re.search(r'href="([^"]*before=[^"]*)"', first)[1].replace("&amp;", "&")
    second = client.get(older).text
    newer = re.search(r'href="([^"]*after=[^"]*)"', second)[1].replace("&amp;", "&")
    again = client.get(newer).text

    assert [page.count('<th scope="row">') for page in (first, second, again)] == [50, 1, 50]
    assert "q=Ada" in older


def test_the_page_of_a_signature_shows_everything_stored(client, campaigner):
    action = make_action(kind="pledge")
    signature = make_confirmed(
        action,
        email="ada.lovelace@example.org",
        comment="I saw it",
        show_comment=True,
        answers={"promise": "I will call"},
    )

    page = client.get(address(action, "signatures", signature.public_id)).text

    for fact in ("ad…@example.org", "I saw it", "I will call", signature.public_id):
        assert fact in page
    assert re.search(r"Comment may be shown</dt>\s*<dd[^>]*>yes<", page)
    assert re.search(r"Name may be shown</dt>\s*<dd[^>]*>no<", page)
    (entry,) = entries()
    assert (entry.subject, entry.rows) == (signature.public_id, 1)


def test_the_page_of_an_erased_signature_shows_only_its_id(client, campaigner):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    erase("ada@example.org", now=NOON)

    page = client.get(address(action, "signatures", signature.public_id)).text

    assert signature.public_id in page
    assert "ada@" not in page


@pytest.mark.parametrize("field", ["q", "source", "country", "status", "since", "before", "after"])
def test_hostile_search_text_does_no_harm(client, campaigner, field):
    action = make_action()
    make_signature(action)

    answers = {
        typed: client.get(
            address(action, "signatures"), query_string={field: typed.encode("utf-8", "replace")}
        )
        for typed in HOSTILE
    }

    statuses = {typed: answer.status_code for typed, answer in answers.items()}
    assert {typed for typed, status in statuses.items() if status not in {200, 400}} == set()
    assert {typed for typed, answer in answers.items() if "Traceback" in answer.text} == set()


@on_sqlite
def test_a_search_error_is_shown_at_its_field(client, campaigner):
    action = make_action()

    answer = client.get(
        address(action, "signatures"), query_string={"since": "yesterday", "q": "Ada"}
    )

    assert answer.status_code == 400
    assert "Enter a date and time" in answer.text
    assert 'value="yesterday"' in answer.text
    assert entries() == []


@on_sqlite
def test_times_are_read_in_the_time_zone_of_the_organisation(app, client, campaigner):
    app.config["TIMEZONE"] = "Europe/Moscow"
    action = make_action()
    make_signature(action, now=NOON)  # 15:00 in Moscow

    pages = [
        client.get(address(action, "signatures"), query_string={"since": f"2026-11-20T{hour}:00"})
        for hour in ("15", "16")
    ]

    assert ["Ada" in page.text for page in pages] == [True, False]
    assert "15:00" in pages[0].text


@on_sqlite
def test_markup_in_a_name_is_escaped(client, campaigner):
    action = make_action()
    signature = make_confirmed(
        action, given_name=HTML, family_name=HTML, comment=HTML, show_comment=True, source="x"
    )

    pages = [
        client.get(address(action, "signatures")).text,
        client.get(address(action, "signatures", signature.public_id)).text,
        client.get(address(action, "signatures", signature.public_id, "withdraw")).text,
        client.get(address(action, "comments")).text,
    ]

    for page in pages:
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


PAGES = {
    "signatures": ("GET", "signatures.view"),
    "signatures/{id}": ("GET", "signatures.view"),
    "signatures/{id}/resend": ("POST", "signatures.change"),
    "signatures/{id}/withdraw": ("GET POST", "signatures.change"),
    "signatures/{id}/invalidate": ("GET POST", "signatures.change"),
    "signatures/{id}/validate": ("POST", "signatures.change"),
    "signatures/{id}/erase": ("GET POST", "signatures.erase"),
    "signatures/bulk-invalidate": ("GET POST", "signatures.change"),
    "signatures/batches/1/validate": ("POST", "signatures.change"),
    "signatures/batches/1/cancel": ("POST", "signatures.change"),
    "comments": ("GET POST", "comments.moderate"),
    "export": ("GET", "signatures.export"),
}
ALLOWED = {
    "administrator": {"signatures.view", "signatures.change", "signatures.erase"},
    "campaigner": {"signatures.view", "signatures.change", "comments.moderate"},
    "exporter": {"signatures.view", "signatures.export"},
    "translator": set(),
    "reviewer": set(),
}


def ask(client, app, method, path):
    app.config["WTF_CSRF_ENABLED"] = False  # permissions are tested, not the token
    return client.open(path, method=method)


@on_sqlite
@pytest.mark.parametrize("role", ALLOWED)
def test_a_role_without_permission_is_refused(app, client, role):
    action = make_action()
    signature = make_confirmed(action)
    log_in(client, make_staff(role))

    answers = {
        (path, method): ask(
            client, app, method, address(action, path.format(id=signature.public_id))
        )
        for path, (methods, _permission) in PAGES.items()
        for method in methods.split()
    }

    for (path, method), answer in answers.items():
        may = PAGES[path][1] in ALLOWED[role]
        assert (answer.status_code != 403) == may, (path, method, answer.status_code)
        assert answer.status_code < 500, (path, method)


@on_sqlite
@pytest.mark.parametrize("role", ["administrator", "campaigner", "exporter"])
def test_a_role_limited_to_another_campaign_is_refused(app, client, role):
    other = make_campaign(slug="other")
    action = make_action()
    signature = make_confirmed(action)
    log_in(client, make_staff(role, campaigns=(other.id,)))

    for path, (methods, _permission) in PAGES.items():
        for method in methods.split():
            answer = ask(client, app, method, address(action, path.format(id=signature.public_id)))
            assert answer.status_code == 403, (path, method)


@on_sqlite
@pytest.mark.parametrize("path", PAGES)
def test_an_action_of_another_campaign_is_not_found(app, client, path):
    action = make_action()
    other = make_campaign(slug="other")
    signature = make_confirmed(action)
    log_in(client, make_staff("administrator", "campaigner", "exporter"))
    below = path.format(id=signature.public_id)

    for method in PAGES[path][0].split():
        for campaign_id, action_id in ((other.id, action.id), (10**30, 10**30)):
            page = f"/staff/campaigns/{campaign_id}/actions/{action_id}/{below}/"
            assert ask(client, app, method, page).status_code == 404


@on_sqlite
def test_a_signature_of_another_action_is_not_found(app, client):
    campaign = make_campaign()
    action = make_action(campaign=campaign, slug="one")
    signature = make_confirmed(make_action(campaign=campaign, slug="two"))
    log_in(client, make_staff("administrator"))

    for path, (methods, _permission) in PAGES.items():
        if "{id}" in path:
            for method in methods.split():
                page = address(action, path.format(id=signature.public_id))
                assert ask(client, app, method, page).status_code == 404


@on_sqlite
def test_a_post_without_a_form_token_changes_nothing(client, campaigner):
    action = make_action()
    signature = make_confirmed(action)

    answer = client.post(
        address(action, "signatures", signature.public_id, "withdraw"), data={"heard": "mail"}
    )

    assert answer.status_code == 400
    db.session.refresh(signature)
    assert signature.status == "confirmed"


@on_sqlite
def test_the_search_has_no_buttons_of_the_whole_list(client, campaigner):
    action = make_action()
    make_confirmed(action)

    page = client.get(address(action, "signatures")).text

    search = page.partition('role="search"')[2].partition("</form>")[0]
    assert "invalid in bulk" not in search
    assert "invalid in bulk" in page


@on_sqlite
def test_a_filter_that_is_set_is_not_folded_away(client, campaigner):
    action = make_action()

    folded, opened = (
        client.get(address(action, "signatures") + query).text for query in ("", "?country=DE")
    )

    assert 'class="fold2 open-on-desk">' in folded
    assert 'class="fold2 open-on-desk" open>' in opened


def test_the_page_of_one_names_what_they_answered(client, campaigner):
    action = make_action()
    questions.ask(action, questions.PLACE, questions.INVOLVED)
    signature = make_signature(action, answers={questions.PLACE: "choice_2"})
    changed = {"type": "choice", "en.choice_2": "I will help"}
    questions.ask(action, questions.PLACE, changed)

    page = client.get(address(action, "signatures", signature.public_id)).text

    assert "How are you involved?" in page
    assert "I will help" in page
    assert "choice_2" not in page


def test_the_page_of_one_asks_in_the_language_of_the_workspace(client, campaigner):
    action = make_action(locales=("en", "ru"))
    russian = {"ru.label": "Как это касается вас?", "ru.choice_2": "Хочу помочь"}
    questions.ask(action, questions.PLACE, questions.INVOLVED | russian)
    questions.ask(action, questions.WHY, ru__label="Почему?", position=1)
    answers = {questions.PLACE: "choice_2", questions.WHY: "Потому что"}
    signature = make_signature(action, locale="ru", answers=answers)

    page = client.get(address(action, "signatures", signature.public_id)).text

    assert "How are you involved?" in page
    assert "I want to help" in page
    assert "Хочу помочь" not in page
    assert "Почему?" in page, "it is not translated"
    assert "Потому что" in page, "as it was typed"


def test_all_that_can_be_done_with_a_filtered_list_is_above_the_list_of_everyone(client):
    log_in(client, make_staff("administrator", "campaigner", "exporter"))
    action = make_action()
    make_confirmed(action)
    below = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}"

    page = client.get(f"{below}/signatures/").text

    above = page[: page.index("<table")]
    for there in ("signatures/bulk-invalidate/", "export/", "updates/new/"):
        assert f'href="{below}/{there}"' in above
