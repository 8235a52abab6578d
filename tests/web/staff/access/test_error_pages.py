"""Error pages of the workspace, which link back; public pages have their own."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from campaign_actions.core.db.session import db
from tests.support.factories import make_action, make_campaign, make_staff
from tests.support.staff_client import log_in, token_of

WORKSPACE = '<body class="staff">'
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def reviewer(client):
    member = make_staff("reviewer", locale="ru")
    log_in(client, member)
    return member


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/staff/nowhere/", 404),
        ("GET", "/staff/campaigns/4711/", 404),
        ("GET", "/staff/preview/xx/1/", 404),
        ("GET", "/staff/people/", 403),
        ("GET", "/staff/logout", 405),
        ("POST", "/staff/account/", 400),
        ("GET", "/staff/reset/made-up/", 410),
    ],
)
def test_an_error_page_is_in_the_member_s_language(client, reviewer, method, address, status):
    answer = client.open(address, method=method)

    assert answer.status_code == status
    assert WORKSPACE in answer.text
    assert '<html lang="ru"' in answer.text
    assert 'href="/staff/account/"' in answer.text  # the navigation


def test_an_oversized_body_gets_an_error_page_of_the_workspace(app, client, reviewer):
    big = {"name": "x" * app.config["STAFF_CONTENT_LENGTH"]}

    answer = client.post("/staff/account/", data=big, headers=HERE)

    assert answer.status_code == 413
    assert WORKSPACE in answer.text


def test_anonymous_visitors_see_only_the_log_in(client):
    answer = client.get("/staff/nowhere/")

    assert answer.status_code == 404
    assert WORKSPACE in answer.text
    assert 'href="/staff/login"' in answer.text
    assert "/staff/account/" not in answer.text


def test_an_error_page_links_back_to_the_previous_page(app, client, reviewer):
    came_from = {"Referer": f"{app.config['PUBLIC_URL']}/staff/campaigns/?page=2"}

    answer = client.get("/staff/people/", headers=came_from)

    assert 'href="/staff/campaigns/?page=2"' in answer.text


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.example/staff/",
        "http://localhost/en/",
        "http://localhost/staff/../en/",
        "http://localhost/staff/people/",  # this page itself
        "http://[",
    ],
)
def test_an_error_page_never_links_to_another_site_or_itself(client, reviewer, referer):
    answer = client.get("/staff/people/", headers={"Referer": referer})

    assert "Back to previous page" not in answer.text
    assert "evil" not in answer.text


def test_an_error_page_keeps_the_submitted_form(client, reviewer):
    edit = f"/staff/campaigns/{make_campaign().id}/edit/"
    token = token_of(client.get("/staff/account/").text)

    answer = client.post(edit, data={"csrf_token": token, "texts.en.body": "Words"}, headers=HERE)

    assert answer.status_code == 403
    assert 'name="texts.en.body" value="Words"' in answer.text


def test_a_server_error_page_makes_no_database_query(app, client, reviewer):
    with failing_database():
        answer = client.get("/staff/", headers={"Accept-Language": "ru"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert WORKSPACE in answer.text
    assert '<html lang="ru"' in answer.text
    assert 'href="/staff/"' in answer.text


def test_public_pages_and_shared_previews_have_public_error_pages(client):
    make_action()

    answers = [
        client.get("/en/nowhere/"),
        client.get("/staff/preview/shared/made-up/en/"),
        client.get("/nowhere/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert not [answer for answer in answers if WORKSPACE in answer.text]
    assert not [answer for answer in answers if "Set-Cookie" in answer.headers]


@contextmanager
def failing_database() -> Iterator[None]:
    """The database fails on every statement."""

    def fail(*_question: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
