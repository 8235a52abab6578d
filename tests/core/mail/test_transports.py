"""MAIL_URL, and emails as files."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from campaign_actions.core.mail.render import MailServerUnavailable, RenderedMail, make_message
from campaign_actions.core.mail.smtp import SmtpTransport
from campaign_actions.core.mail.transports import FileTransport, open_transport

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def make_email():
    rendered = RenderedMail(locale="en", subject="Hello", text="Привет\n", html="<p>Привет</p>")
    return make_message(rendered, to="ada@example.org", message_id="<1@example.org>", now=NOON)


def test_an_email_becomes_one_file_readable_by_its_owner_only(app, tmp_path):
    folder = tmp_path / "new" / "mail"
    app.config["MAIL_URL"] = f"file:{folder}"

    open_transport().send(make_email(), name="20261125T120000.000000Z-00000001")

    (file,) = folder.iterdir()
    assert file.name == "20261125T120000.000000Z-00000001.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == "ada@example.org"
    assert message.get_body(("plain",)).get_content().strip() == "Привет"


def test_an_email_sent_twice_is_one_file(app, tmp_path):
    transport = FileTransport(tmp_path)

    for _try in range(2):
        transport.send(make_email(), name="a")

    assert [file.name for file in tmp_path.iterdir()] == ["a.eml"]


def test_the_default_folder_is_in_the_instance_folder(app):
    app.config["MAIL_URL"] = "file:"

    transport = open_transport()

    assert str(transport.folder) == f"{app.instance_path}/mail"


def test_an_unwritable_folder_is_a_temporary_failure(app, tmp_path):
    (tmp_path / "mail").write_text("a file, not a folder")

    with pytest.raises(MailServerUnavailable, match="FileExistsError"):
        FileTransport(tmp_path / "mail").send(make_email(), name="a")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, "", "", False, False, 30)),
        ("smtp://mail.example.org?starttls=1", ("mail.example.org", 25, "", "", False, True, 30)),
        (
            "smtp://ada%40example.org:p%2F%3Aw@mail.example.org:2525?starttls=1&timeout=7",
            ("mail.example.org", 2525, "ada@example.org", "p/:w", False, True, 7),
        ),
        (
            "smtp://a:b@mail.example.org?starttls=1",
            ("mail.example.org", 587, "a", "b", False, True, 30),
        ),
        ("smtps://a:b@mail.example.org", ("mail.example.org", 465, "a", "b", True, False, 30)),
        ("smtp://a:b@localhost:1025", ("localhost", 1025, "a", "b", False, False, 30)),
    ],
)
def test_a_url_configures_the_mail_server(app, url, expected):
    app.config["MAIL_URL"] = url

    transport = open_transport()

    assert isinstance(transport, SmtpTransport)
    server = transport.server
    assert expected == (
        server.host,
        server.port,
        server.user,
        server.password,
        server.is_tls,
        server.wants_starttls,
        server.timeout,
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must begin with"),
        ("http://mail.example.org", "must begin with"),
        ("smtp://", "host is missing"),
        ("smtp://a:secret@mail.example.org", "unencrypted"),
        ("smtp://mail.example.org?startls=1", "unknown option startls"),
        ("smtp://mail.example.org?starttls=yes", "starttls must be 0 or 1"),
        ("smtp://mail.example.org:many", "cannot be used"),
        ("smtp://a:secret@mail.example.org?timeout=soon", "cannot be used"),
        ("smtps://mail.example.org?cafile=/nowhere.pem", "cannot be used"),
    ],
)
def test_an_invalid_url_is_rejected_with_a_reason_that_hides_the_password(app, url, words):
    app.config["MAIL_URL"] = url

    with pytest.raises(ValueError, match=words) as caught:
        open_transport()

    assert "secret" not in str(caught.value)


def test_an_invalid_sender_is_rejected_at_startup(app):
    app.config["MAIL_SENDER"] = "nobody"

    with pytest.raises(ValueError, match="MAIL_SENDER"):
        open_transport()
