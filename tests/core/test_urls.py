"""Addresses of pages: remembered, except those that are a right."""

from campaign_actions.core.urls import build_path, path_for


def remembered(app):
    return build_path.cache_info().currsize


def test_a_path_is_the_one_in_the_language_of_the_page_however_often_it_is_asked_for(app):
    paths = []
    for address in ("/en/", "/ru/", "/en/", "/ru/"):
        with app.app_context(), app.test_request_context(address):
            paths.append(path_for("pages.privacy"))

    assert paths == ["/en/privacy/", "/ru/privacy/"] * 2


def test_a_place_on_a_page_is_no_part_of_what_is_asked_for(app):
    with app.app_context(), app.test_request_context("/en/"):
        path = path_for("pages.privacy", page=2, _anchor="links")

    assert path == "/en/privacy/?page=2#links"


def test_a_site_below_a_folder_has_paths_of_its_own(app):
    with app.app_context(), app.test_request_context("/en/"):
        path_for("pages.privacy")
    with (
        app.app_context(),
        app.test_request_context("/en/", environ_overrides={"SCRIPT_NAME": "/a"}),
    ):
        below = path_for("pages.privacy")

    assert below == "/a/en/privacy/"


def test_a_path_with_a_token_is_kept_nowhere(app):
    before = remembered(app)

    with app.app_context(), app.test_request_context("/en/"):
        path = path_for("links.confirm", token="secret")

    assert path == "/en/confirm/secret/"
    assert remembered(app) == before
