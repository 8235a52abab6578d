"""URLs of pages are cached, except those with a token."""

import pytest

from campaign_actions.core.urls import build_path, is_reachable, path_for

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def count_cached() -> int:
    return build_path.cache_info().currsize


def test_a_cached_path_has_the_language_of_the_page(app):
    paths = []
    for address in ("/en/", "/ru/", "/en/", "/ru/"):
        with app.app_context(), app.test_request_context(address):
            paths.append(path_for("site.privacy"))

    assert paths == ["/en/privacy/", "/ru/privacy/"] * 2


def test_a_fragment_follows_the_query(app):
    with app.app_context(), app.test_request_context("/en/"):
        path = path_for("site.privacy", page=2, _anchor="links")

    assert path == "/en/privacy/?page=2#links"


def test_a_site_with_a_script_name_has_its_own_paths(app):
    with app.app_context(), app.test_request_context("/en/"):
        path_for("site.privacy")
    with (
        app.app_context(),
        app.test_request_context("/en/", environ_overrides={"SCRIPT_NAME": "/a"}),
    ):
        below = path_for("site.privacy")

    assert below == "/a/en/privacy/"


def test_a_path_with_a_token_is_not_cached(app):
    before = count_cached()

    with app.app_context(), app.test_request_context("/en/"):
        path = path_for("signature_links.confirm", token="secret")

    assert path == "/en/confirm/secret/"
    assert count_cached() == before


@pytest.mark.parametrize(
    ("url", "is_known"),
    [
        ("https://actions.example.org", True),
        ("http://192.0.2.7:8000", True),
        ("http://127.0.0.1:5000", False),
        ("http://127.8.8.8", False),
        ("http://[::1]:5000", False),
        ("http://0.0.0.0:5000", False),
        ("http://localhost:5000", False),
        ("http://actions.localhost", False),
    ],
)
def test_an_address_of_the_machine_itself_reaches_nobody_else(app, url, is_known):
    app.config["PUBLIC_URL"] = url

    assert is_reachable() == is_known
