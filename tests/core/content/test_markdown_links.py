"""Links in campaign copy, as written, and broken ones."""

import pytest

from campaign_actions.core.content.markdown_links import (
    find_example_addresses,
    find_links,
    is_malformed,
)


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("", ()),
        ("[one](/en/) and [two](https://un.org/a_b?c=1#d)", ("/en/", "https://un.org/a_b?c=1#d")),
        ("[the same](/en/), [twice](/en/)", ("/en/", "/en/")),
        ("[a letter](/ru/кампания/)", ("/ru/кампания/",)),
        ("[mail](mailto:us@example.org)", ("mailto:us@example.org",)),
        ("- [in a list](/a/)\n\n> [in a quote](/b/)", ("/a/", "/b/")),
        ("**[strong](/a/)** *[soft](/b/)*", ("/a/", "/b/")),
        ("`[code](/a/)`", ()),
    ],
)
def test_urls_are_in_order_and_as_written(text, addresses):
    assert find_links(text).addresses == addresses


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[open](https://un.org", ("[open](https://un.org",)),
        ("[apart] (https://un.org)", ("[apart] (https://un.org)",)),
        ("[script](javascript:alert(1))", ("[script](javascript:alert(1)",)),
        ("[whole](https://un.org) [a note] and (brackets)", ()),
    ],
)
def test_broken_links_are_found(text, broken):
    assert find_links(text).broken == broken


@pytest.mark.parametrize(
    "address",
    [
        "https://https://www.ohchr.org/en",
        "https://http:/www.ohchr.org",
        "https://https//ohchr.org",
        "https://www,ohchr.org",
        "https://www..ohchr.org",
        "https://.org/",
        "https://ohchr",
        "https://www.ohchr.org:80x/",
        "HTTPS://un/",
        "//un/",
    ],
)
def test_an_address_that_no_site_can_have_is_malformed(address):
    assert is_malformed(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.ohchr.org/en?u=https://un",
        "http://un.org:8080#a",
        "//un.org",
        "https://президент.рф/",
        "https://हिन्दी.भारत/",
        "https://a_b.un.org.",
        "https://127.0.0.1/",
        "https://[::1]:80/",
        "http://localhost:8000/en/",
        "https://",
        "/en/",
        "mailto:ada@un.org",
    ],
)
def test_other_addresses_are_not_malformed(address):
    assert not is_malformed(address)


def test_an_example_after_a_second_scheme_is_one_address():
    text = "[a](https://https://example.org) and http://www.example.com."

    assert list(find_example_addresses(text)) == [
        "https://https://example.org",
        "http://www.example.com",
    ]
