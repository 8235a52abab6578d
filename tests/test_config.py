"""Settings from the environment take the type of their default."""

import pytest

from campaign_actions import create_app
from campaign_actions.config import WrongSetting, from_environment, from_file


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

    from_environment(app.config, {f"CAMPAIGN_ACTIONS_{name}": text})

    assert app.config[name] == value


@pytest.mark.parametrize(("name", "text"), [("DEMO", "perhaps"), ("MIN_FILL_SECONDS", "two")])
def test_a_value_that_cannot_be_read_is_named(name, text):
    app = create_app()

    with pytest.raises(WrongSetting, match=f"CAMPAIGN_ACTIONS_{name} must be"):
        from_environment(app.config, {f"CAMPAIGN_ACTIONS_{name}": text})


@pytest.mark.parametrize("address", ["postgres://x/y", "mysql://x/y", "nonsense"])
def test_an_unsupported_database_is_refused_with_a_message(address):
    with pytest.raises(WrongSetting, match="SQLALCHEMY_DATABASE_URI must begin with"):
        create_app({"SQLALCHEMY_DATABASE_URI": address})


def test_an_invalid_limit_is_refused_with_a_message():
    with pytest.raises(WrongSetting, match="SIGN_LIMIT"):
        create_app({"SIGN_LIMIT": "often"})


@pytest.mark.parametrize(
    ("name", "value"), [("RATELIMIT_STORAGE_URI", "foo://x"), ("LOCALES", ["French"])]
)
def test_an_unusable_setting_is_refused_with_a_message(name, value):
    with pytest.raises(WrongSetting, match=name):
        create_app({name: value})


def test_a_mistake_in_config_py_is_named(tmp_path):
    file = tmp_path / "config.py"
    file.write_text("DEMO = = 1")

    with pytest.raises(WrongSetting, match=r"config.py could not be loaded: SyntaxError"):
        from_file(create_app().config, file)
