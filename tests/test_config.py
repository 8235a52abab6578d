"""Settings from the environment take the type of their default."""

import pytest

from campaign_actions import create_app
from campaign_actions.config import from_environment


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DEMO", "1", True),
        ("DEMO", "off", False),
        ("ORGANIZATION_NAME", "2003", "2003"),
        ("SECRET_KEY", "123456", "123456"),
        ("MIN_FILL_SECONDS", "0", 0),
        ("LOCALES", "en, ru", ["en", "ru"]),
        ("LOCALES", "", []),
    ],
)
def test_a_value_takes_the_type_of_its_default(name, text, value):
    app = create_app()

    from_environment(app, {f"CAMPAIGN_ACTIONS_{name}": text})

    assert app.config[name] == value


@pytest.mark.parametrize(("name", "text"), [("DEMO", "perhaps"), ("MIN_FILL_SECONDS", "two")])
def test_a_value_that_can_not_be_read_is_named(name, text):
    app = create_app()

    with pytest.raises(ValueError, match=f"CAMPAIGN_ACTIONS_{name} must be"):
        from_environment(app, {f"CAMPAIGN_ACTIONS_{name}": text})
