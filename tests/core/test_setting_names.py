"""Unknown settings are rejected; former names, and variables of Kubernetes, are not."""

import pytest
from flask import Config

from campaign_actions import create_app
from campaign_actions.config import PREFIX, WrongSetting, from_file
from campaign_actions.core.app_base import create_bare_app
from campaign_actions.core.setting_names import in_environment, in_file

KNOWN = ["MAIL_URL", "MAIL_SENDER", "PUBLIC_URL", "DEMO", "SQLALCHEMY_DATABASE_URI"]
FORMER = {"SMTP_URL": "MAIL_URL", "MAIL_THREADS": "There is one connection for each worker."}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("MAIL_ULR", "Did you mean CAMPAIGN_ACTIONS_MAIL_URL?"),
        ("MAILURL", "Did you mean CAMPAIGN_ACTIONS_MAIL_URL?"),
        ("mail_url", "Did you mean CAMPAIGN_ACTIONS_MAIL_URL?"),
        ("DATABASE_URL", "Did you mean CAMPAIGN_ACTIONS_SQLALCHEMY_DATABASE_URI?"),
        ("INSTANCES", "Did you mean CAMPAIGN_ACTIONS_INSTANCE?"),
        ("COLOUR", "All settings are listed in campaign_actions/config.py."),
        ("PREFIX", "All settings are listed in campaign_actions/config.py."),
    ],
)
def test_an_unknown_setting_is_rejected_with_a_suggestion(name, told):
    with pytest.raises(WrongSetting) as refused:
        in_environment({PREFIX + name: "a secret"}, KNOWN)

    assert str(refused.value) == f"CAMPAIGN_ACTIONS_{name} is not a setting. {told}"


def test_an_app_is_not_created_with_an_unknown_setting(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_ACTIONS_MAIL_ULR", "smtp://mail.example.org")

    for create in (create_app, create_bare_app):
        with pytest.raises(WrongSetting, match="Did you mean CAMPAIGN_ACTIONS_MAIL_URL"):
            create()


def test_settings_and_the_instance_folder_are_accepted():
    given = {"CAMPAIGN_ACTIONS_DEMO": "1", "CAMPAIGN_ACTIONS_INSTANCE": "/var/lib/x"}

    assert in_environment({"PATH": "/bin", "LISTEN": "::1", **given}, KNOWN) == given


@pytest.mark.parametrize(
    "name",
    [
        "SERVICE_HOST",
        "SERVICE_PORT",
        "SERVICE_PORT_HTTP",
        "PORT",
        "PORT_8000_TCP",
        "PORT_8000_TCP_ADDR",
        "PORT_8000_TCP_PORT",
        "PORT_8000_TCP_PROTO",
        "WEB_SERVICE_HOST",
        "WEB_SERVICE_PORT",
        "WEB_SERVICE_PORT_HTTPS",
        "WEB_PORT",
        "OUTBOX_2_PORT_53_UDP_ADDR",
        "WEB_PORT_443_TCP",
    ],
)
def test_variables_that_kubernetes_sets_for_a_service_are_ignored(name):
    assert in_environment({PREFIX + name: "tcp://10.0.0.1:8000"}, KNOWN) == {}


@pytest.mark.parametrize("name", ["WEB_HOST", "WEB_PORT_TCP", "XSERVICE_HOST", "PORTS"])
def test_variables_that_only_resemble_those_are_rejected(name):
    with pytest.raises(WrongSetting, match="is not a setting"):
        in_environment({PREFIX + name: "8000"}, KNOWN)


def test_a_renamed_setting_applies_with_a_warning(capsys):
    present = in_environment({"CAMPAIGN_ACTIONS_SMTP_URL": "smtp://old"}, KNOWN, FORMER)

    assert present == {"CAMPAIGN_ACTIONS_MAIL_URL": "smtp://old"}
    assert capsys.readouterr().err == (
        "CAMPAIGN_ACTIONS_SMTP_URL is a setting from an earlier version. It is now called MAIL_URL.\n"
    )


def test_the_new_name_of_a_setting_overrides_the_former_one(capsys):
    given = {"CAMPAIGN_ACTIONS_SMTP_URL": "smtp://old", "CAMPAIGN_ACTIONS_MAIL_URL": "smtp://new"}

    assert in_environment(given, KNOWN, FORMER) == {"CAMPAIGN_ACTIONS_MAIL_URL": "smtp://new"}
    assert "CAMPAIGN_ACTIONS_SMTP_URL" in capsys.readouterr().err


def test_a_removed_setting_warns_what_to_do_instead(capsys):
    assert in_environment({"CAMPAIGN_ACTIONS_MAIL_THREADS": "2"}, KNOWN, FORMER) == {}
    assert capsys.readouterr().err == (
        "CAMPAIGN_ACTIONS_MAIL_THREADS is a setting from an earlier version."
        " There is one connection for each worker.\n"
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("MAIL_ULR = 'smtp://x'", "MAIL_ULR is not a setting. Did you mean MAIL_URL?"),
        ("SQLALCHEMY_DATABSE_URI = ''", "Did you mean SQLALCHEMY_DATABASE_URI?"),
        ("COLOUR = 1", "Names of your own must start with an underscore."),
        ("INSTANCE = '/x'", "INSTANCE is not a setting."),
    ],
)
def test_unknown_settings_in_config_py_are_rejected(tmp_path, line, told):
    file = tmp_path / "config.py"
    file.write_text(line)
    own = written(file)

    with pytest.raises(WrongSetting) as refused:
        in_file(own, KNOWN, file=file)

    assert str(refused.value).startswith(f"{file}: ")
    assert told in str(refused.value)


def test_config_py_may_have_settings_of_extensions_and_private_names(tmp_path):
    file = tmp_path / "config.py"
    file.write_text(
        "import os\n_HOST = 'db'\nsize = 3\nMAIL_URL = 'file:'\nSQLALCHEMY_ECHO = True\n"
        "SECURITY_TOTP_ISSUER = 'Us'\nREMEMBER_COOKIE_NAME = 'r'\nSMTP_URL = 'smtp://old'\n"
    )

    present = in_file(written(file), KNOWN, file=file, former=FORMER)

    assert present == {
        "_HOST": "db",
        "MAIL_URL": "file:",
        "SQLALCHEMY_ECHO": True,
        "SECURITY_TOTP_ISSUER": "Us",
        "REMEMBER_COOKIE_NAME": "r",
    }


def written(file):
    """What a config.py sets."""
    own = Config(file.parent)
    from_file(own, file)
    return own
