"""The list of addresses is maintained by hand, so that none is added or removed unnoticed."""

import re

from campaign_actions import create_app
from tests.support.routes import ROUTES


def addresses() -> list[str]:
    app = create_app({"SECRET_KEY": "a secret for tests"})
    rules = app.url_map.iter_rules()
    return sorted(
        f"{rule.rule} {' '.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))}" for rule in rules
    )


def test_the_addresses_are_those_in_routes_txt():
    assert addresses() == ROUTES.read_text().splitlines()


def test_addresses_are_kebab_case():
    for address in addresses():
        fixed = re.sub(r"<[^>]+>", "", address.split(" ")[0])
        assert re.fullmatch(r"[a-z0-9./-]*", fixed), address
