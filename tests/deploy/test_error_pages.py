"""The error pages of the shipped nginx: whose language they are in, and what they may contain."""

import base64
import hashlib
import re

import pytest

from tests.support.proxy import ERROR_PAGES, SHIPPED, error_page
from tests.support.proxy_client import ask

each_page = pytest.mark.parametrize(
    "file",
    sorted(ERROR_PAGES.glob("*/*.html")),
    ids=lambda file: f"{file.parent.name}/{file.name}",
)


@pytest.mark.slow  # it starts nginx
@pytest.mark.parametrize(
    ("path", "preferred", "language"),
    [
        ("/ru/campaigns/racism/hate-crimes/", "fr", "ru"),
        ("/ar?source=leaflet", "", "ar"),
        ("/en/privacy/", "es", "en"),
        ("/staff/campaigns/1/", "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("/staff/", "de", "en"),
        ("/russia/", "", "en"),
        ("/", "ES", "es"),
        ("/", "arn", "en"),
    ],
)
def test_an_error_page_is_in_the_language_of_the_address_or_else_of_the_browser(
    proxy_without_app, path, preferred, language
):
    answer = ask(proxy_without_app, path, headers={"Accept-Language": preferred})

    assert answer.body == error_page(language, "unavailable")


@pytest.mark.slow  # it starts nginx
def test_the_error_pages_cannot_be_asked_for(proxy_without_app):
    assert ask(proxy_without_app, "/errors/en/unavailable.html").status == 404


def test_nginx_knows_every_language_that_has_error_pages():
    shipped = (SHIPPED / "nginx.conf").read_text()
    by_address = re.search(r"\(\?<tag>([a-zA-Z|-]+)\)", shipped)[1].split("|")
    by_browser = re.findall(r'^ *"~\*\^([a-zA-Z-]+)\\b" (\S+);$', shipped, re.M)

    assert sorted(by_address) == sorted(place.name for place in ERROR_PAGES.iterdir())
    assert by_browser == [(tag, tag) for tag in by_address if tag != "en"]


@each_page
def test_a_page_of_the_proxy_is_self_contained_and_its_style_is_allowed(file):
    text = file.read_text()
    style = re.search(r"<style>(.*?)</style>", text, re.S)[1]
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"'sha256-{fingerprint}'" in (SHIPPED / "nginx.conf").read_text()
    assert not re.findall(r"(?:src|href|url)\s*[=(]|@import|style=", text)
