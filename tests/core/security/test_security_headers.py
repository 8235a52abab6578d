"""What every answer carries, and what no public page ever does."""

import subprocess
import sys

import pytest
from flask import request

from campaign_actions import create_app
from campaign_actions.core.security.rate_limit import seconds_to_wait
from campaign_actions.web.http import static_files
from campaign_actions.web.http.security_headers import PAGE_CACHE
from tests.support.app import SETTINGS
from tests.support.factories import make_action

PUBLIC = [
    "/en/",
    "/en/privacy/",
    "/en/campaigns/racism/",
    "/en/campaigns/racism/hate-crimes/",
    "/en/campaigns/racism/hate-crimes/thanks/",
    "/en/campaigns/racism/hate-crimes/count.json",
    "/robots.txt",
    "/sitemap.xml",
]
OTHER = ["/", "/en/nothing/", "/healthz", "/readyz", "/en/confirm/x/", "/static/0/nothing.css"]


@pytest.mark.parametrize("address", [*PUBLIC, *OTHER])
def test_every_answer_has_the_security_headers(client, address):
    make_action()

    answer = client.get(address)

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_set_no_cookie_and_can_be_kept_a_second(client, address):
    make_action()

    answer = client.get(address, headers={"Cookie": "session=x"})

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "cookie" not in answer.headers.get("Vary", "").lower()
    assert answer.headers["Cache-Control"] == PAGE_CACHE


def test_static_files_are_kept_for_ever_and_have_the_same_headers(client):
    with client.get(static_files.asset_url("bundles/public.css")) as answer:
        assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_method_that_files_do_not_take_is_answered_with_all_headers(client):
    answer = client.post(static_files.asset_url("bundles/public.css"))

    assert answer.status_code == 405
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_file_of_another_version_is_today_s(client):
    answer = client.get("/static/000000000000/bundles/public.css")

    assert (answer.status_code, answer.location) == (
        302,
        static_files.asset_url("bundles/public.css"),
    )


@pytest.mark.parametrize(
    "path", ["../campaign_actions/config.py", "..%2fpyproject.toml", "nothing"]
)
def test_no_other_file_is_reached_through_static(client, path):
    assert client.get(f"/static/0/{path}").status_code == 404


def test_https_is_remembered_by_browsers_once_the_site_has_it():
    app = create_app(SETTINGS | {"PUBLIC_URL": "https://actions.example.org"})

    answer = app.test_client().get("/healthz")

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize(("proxies", "limited"), [(0, True), (1, False)])
def test_only_trusted_proxies_name_the_client(proxies, limited):
    app = create_app(
        SETTINGS
        | {
            "TRUSTED_PROXIES": proxies,
            "RATELIMIT_ENABLED": True,
            "SQLALCHEMY_DATABASE_URI": "sqlite://",
        }
    )
    app.add_url_rule("/whoami", "whoami", lambda: str(request.remote_addr))

    answers = {
        app.test_client().get("/whoami", headers={"X-Forwarded-For": f"203.0.113.{n}"}).text
        for n in (1, 2)
    }

    assert len(answers) == (1 if limited else 2)


@pytest.mark.parametrize("address", ["/en", "//en/", "/en/campaigns/racism"])
def test_no_redirect_leads_to_the_host_a_client_has_made_up(client, address):
    answer = client.get(address, headers={"Host": "evil.example"})

    assert answer.status_code in {302, 308, 404}
    assert answer.headers.get("Location", "/").startswith("/")
    assert "evil" not in answer.headers.get("Location", "")


def test_an_error_page_does_not_repeat_an_address_that_may_be_a_right(client):
    answer = client.get("/en/confirm/nearly-a-token/")

    assert "nearly-a-token" not in answer.text
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize("source", ["1.2.3.4:5678", "unknown", "[2001:db8::1]:80", ""])
def test_an_odd_word_for_the_source_of_a_request_is_a_source_too(app, source):
    app.config["RATELIMIT_ENABLED"] = True

    with app.test_request_context("/", environ_base={"REMOTE_ADDR": source}):
        waits = [seconds_to_wait("1 per hour", "odd", source) for _ in "12"]

    assert waits[0] == 0
    assert waits[1] > 0


def test_a_household_is_one_source_and_its_neighbour_another(app):
    app.config["RATELIMIT_ENABLED"] = True

    def wait(address: str) -> int:
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            return seconds_to_wait("1 per hour", "household", app.config["SQLALCHEMY_DATABASE_URI"])

    waits = [wait(a) for a in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")]
    mapped = [wait(a) for a in ("203.0.113.9", "::ffff:203.0.113.9")]

    assert [w > 0 for w in waits] == [False, True, False]
    assert [w > 0 for w in mapped] == [False, True]


def test_a_network_of_households_has_a_limit_of_its_own_ten_times_as_high(app):
    """One customer often has a whole /48, and changes its /64 as it likes."""
    app.config["RATELIMIT_ENABLED"] = True
    kind = app.config["SQLALCHEMY_DATABASE_URI"]

    def wait(address: str) -> int:
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            return seconds_to_wait("2 per hour", "network", kind)

    waits = [wait(f"2001:db8:1:{n:x}::1") for n in range(21)]
    elsewhere = [wait("2001:db8:2::1"), wait("203.0.113.9")]

    assert [seconds > 0 for seconds in waits] == [False] * 20 + [True]
    assert elsewhere == [0, 0]


def test_who_is_refused_at_home_uses_up_nothing_of_the_network(app):
    app.config["RATELIMIT_ENABLED"] = True
    kind = app.config["SQLALCHEMY_DATABASE_URI"]

    def wait(address: str) -> int:
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            return seconds_to_wait("1 per hour", "neighbours", kind)

    at_home = [wait("2001:db8:7::1") for _try in range(20)]
    neighbours = [wait(f"2001:db8:7:{n:x}::1") for n in range(1, 10)]

    assert [seconds > 0 for seconds in at_home] == [False] + [True] * 19
    assert neighbours == [0] * 9


FAIL = """
from campaign_actions import create_app

def fail(token):
    raise RuntimeError("ada@example.org")

app = create_app()
app.add_url_rule("/<locale>/fail/<token>/", "fail", fail)
answer = app.test_client().get("/ru/fail/a-secret-token/")
print(answer.status_code, answer.headers["Content-Security-Policy"], answer.text)
"""


def test_a_fault_of_ours_is_a_page_in_words_and_a_log_without_what_was_typed():
    result = subprocess.run([sys.executable, "-c", FAIL], capture_output=True, text=True)

    assert result.stdout.startswith("500 default-src 'none'")
    assert '<html lang="ru"' in result.stdout
    assert '"exception": "RuntimeError"' in result.stderr
    assert "ada@example.org" not in result.stderr
    assert "a-secret-token" not in result.stderr
