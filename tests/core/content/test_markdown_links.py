"""Links in campaign copy, as written, and broken ones."""

import pytest

from campaign_actions.core.content.markdown_links import find_links


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
