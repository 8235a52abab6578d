"""Headers of every response, and what no public page ever does."""

import re
import subprocess
import sys

import pytest
from flask import request

from campaign_actions import config, create_app
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
def test_every_response_has_the_security_headers(client, address):
    make_action()

    answer = client.get(address)

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_set_no_cookie_and_are_cacheable_for_a_second(client, address):
    make_action()

    answer = client.get(address, headers={"Cookie": "session=x"})

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "cookie" not in answer.headers.get("Vary", "").lower()
    assert answer.headers["Cache-Control"] == PAGE_CACHE


def test_static_files_are_cacheable_for_ever_and_have_the_same_headers(client):
    with client.get(static_files.asset_url("bundles/public.css")) as answer:
        assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_post_to_a_static_file_is_answered_with_all_headers(client):
    answer = client.post(static_files.asset_url("bundles/public.css"))

    assert answer.status_code == 405
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_static_file_of_another_version_redirects_to_the_current_one(client):
    answer = client.get("/static/000000000000/bundles/public.css")

    assert (answer.status_code, answer.location) == (
        302,
        static_files.asset_url("bundles/public.css"),
    )


@pytest.mark.parametrize(
    "path", ["../campaign_actions/config.py", "..%2fpyproject.toml", "nothing"]
)
def test_static_serves_no_other_files(client, path):
    assert client.get(f"/static/0/{path}").status_code == 404


def test_a_site_with_https_sends_hsts():
    app = create_app(SETTINGS | {"PUBLIC_URL": "https://actions.example.org"})

    answer = app.test_client().get("/healthz")

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize(("proxies", "limited"), [(0, True), (1, False)])
def test_x_forwarded_for_counts_only_from_trusted_proxies(proxies, limited):
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
def test_redirects_ignore_a_forged_host(client, address):
    answer = client.get(address, headers={"Host": "evil.example"})

    assert answer.status_code in {302, 308, 404}
    assert answer.headers.get("Location", "/").startswith("/")
    assert "evil" not in answer.headers.get("Location", "")


def test_an_error_page_does_not_reveal_a_token_in_its_address(client):
    answer = client.get("/en/confirm/nearly-a-token/")

    assert "nearly-a-token" not in answer.text
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]


FAIL = """
from campaign_actions import create_app

def fail(token):
    raise RuntimeError("ada@example.org")

app = create_app()
app.add_url_rule("/<locale>/fail/<token>/", "fail", fail)
answer = app.test_client().get("/ru/fail/a-secret-token/")
print(answer.status_code, answer.headers["Content-Security-Policy"], answer.text)
"""


def test_an_internal_error_shows_a_page_and_logs_no_input():
    result = subprocess.run([sys.executable, "-c", FAIL], capture_output=True, text=True)

    assert result.stdout.startswith("500 default-src 'none'")
    assert '<html lang="ru"' in result.stdout
    assert '"exception": "RuntimeError"' in result.stderr
    assert "ada@example.org" not in result.stderr
    assert "a-secret-token" not in result.stderr


def test_a_page_is_at_most_15_seconds_old_in_all_caches_together():
    """The program, nginx, a CDN and a browser keep a page one after another."""
    seconds = dict(re.findall(r"([a-z-]+)=(\d+)", PAGE_CACHE))
    one_cache = int(seconds["max-age"]) + int(seconds["stale-while-revalidate"])

    assert config.CATALOG_SECONDS + config.CACHE_SECONDS + 3 * one_cache <= 15
