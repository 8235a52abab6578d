"""Settings for anchors are validated when the program starts."""

from pathlib import Path

import pytest

from campaign_actions.audit.anchors.destinations import destination_names
from campaign_actions.audit.anchors.settings import read_anchor_settings
from campaign_actions.config import WrongSetting
from campaign_actions.core.security.audit_key import signing_key

NONE = {
    "PUBLIC_URL": "https://actions.example.org",
    "AUDIT_ANCHOR_EMAIL": "",
    "AUDIT_ANCHOR_FILE": "",
    "AUDIT_ANCHOR_TSA_URL": "",
    "AUDIT_ANCHOR_TSA_CERTIFICATE": "",
}
TSA = "https://tsa.example.org/tsr"


def test_without_settings_there_is_only_the_local_file():
    assert destination_names(read_anchor_settings(NONE, Path("/instance"))) == ()


def test_all_destinations_can_be_combined(authority, tmp_path):
    settings = read_anchor_settings(
        NONE
        | {
            "AUDIT_ANCHOR_EMAIL": "hook@example.net",
            "AUDIT_ANCHOR_FILE": str(tmp_path / "anchors.txt"),
            "AUDIT_ANCHOR_TSA_URL": TSA,
            "AUDIT_ANCHOR_TSA_CERTIFICATE": str(authority.root),
        },
        tmp_path,
    )

    assert destination_names(settings) == ("file", "email", "tsa")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"AUDIT_ANCHOR_EMAIL": "change_hook"}, "AUDIT_ANCHOR_EMAIL must be an email address"),
        ({"AUDIT_ANCHOR_EMAIL": "a@example.org\nBcc: b@example.org"}, "AUDIT_ANCHOR_EMAIL"),
        ({"AUDIT_ANCHOR_FILE": "anchors.txt"}, "AUDIT_ANCHOR_FILE must be the full path"),
        ({"AUDIT_ANCHOR_FILE": "/"}, "AUDIT_ANCHOR_FILE must be the full path"),
        ({"AUDIT_ANCHOR_TSA_URL": TSA}, "needs AUDIT_ANCHOR_TSA_CERTIFICATE"),
        ({"AUDIT_ANCHOR_TSA_URL": "ftp://tsa.example.org"}, "AUDIT_ANCHOR_TSA_URL must be"),
        ({"AUDIT_ANCHOR_TSA_URL": "tsa.example.org"}, "AUDIT_ANCHOR_TSA_URL must be"),
        ({"AUDIT_ANCHOR_TSA_URL": "http://a.example:x/"}, "AUDIT_ANCHOR_TSA_URL must be"),
        ({"AUDIT_ANCHOR_TSA_URL": "http://a.example/\r\nX: y"}, "AUDIT_ANCHOR_TSA_URL must be"),
        ({"AUDIT_ANCHOR_TSA_URL": "http://me:secret@a.example/"}, "must not contain a user name"),
        ({"AUDIT_ANCHOR_TSA_CERTIFICATE": "/nowhere.pem"}, "cannot be read"),
        ({"AUDIT_ANCHOR_TSA_CERTIFICATE": __file__}, "does not contain a certificate"),
    ],
)
def test_a_wrong_setting_is_reported_by_name(wrong, words):
    with pytest.raises(WrongSetting, match=words):
        read_anchor_settings(NONE | wrong, Path("/instance"))


def test_a_certificate_without_a_root_is_refused(authority):
    file = authority.folder / "signer.pem"

    with pytest.raises(WrongSetting, match="root certificate"):
        read_anchor_settings(NONE | {"AUDIT_ANCHOR_TSA_CERTIFICATE": str(file)}, Path("/instance"))


@pytest.mark.parametrize("secret", ["x", "a key", "é" * 43, "A" * 44, "A" * 42])
def test_an_invalid_key_is_refused(secret):
    with pytest.raises(WrongSetting, match="AUDIT_KEY"):
        signing_key(secret)
