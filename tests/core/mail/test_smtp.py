"""Sending emails to a real SMTP server, and what its replies mean."""

import socket
import ssl
from datetime import UTC, datetime

import pytest
import trustme

from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import (
    MailDelayed,
    MailServerUnavailable,
    RenderedMail,
    make_message,
)
from campaign_actions.core.mail.transports import open_transport
from tests.support.mail_server import OK, mail_server

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def cafile(authority, tmp_path):
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return tmp_path / "ca.pem"


@pytest.fixture
def server():
    with mail_server() as server:
        yield server


def make_email(to="ada@example.org", subject="Hello", text="Text\n"):
    rendered = RenderedMail(locale="en", subject=subject, text=text, html=f"<p>{text}</p>")
    return make_message(rendered, to=to, message_id="<1@example.org>", now=NOON)


def transport_to(app, server, *, scheme="smtp", who="", options=""):
    app.config["MAIL_URL"] = f"{scheme}://{who}127.0.0.1:{server.port}{options}"
    return open_transport()


def send(transport, *emails):
    try:
        for each in emails:
            transport.send(each, name="a")
    finally:
        transport.close()


def test_an_email_arrives_with_one_recipient_and_its_contents_intact(app, server):
    send(transport_to(app, server), make_email(text="Привет\n.\n..точки\n"))

    (envelope,), (message,) = server.envelopes, server.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == ("campaigns@example.org", ["ada@example.org"])
    text = message.get_body(("plain",)).get_content()
    assert text.splitlines() == ["Привет", ".", "..точки"]


def test_one_connection_serves_many_emails_until_it_is_closed(app, server):
    transport = transport_to(app, server)

    send(transport, make_email(), make_email(), make_email())
    send(transport, make_email())

    assert len(server.envelopes) == 4
    assert server.connections == 2


def test_a_connection_that_the_server_closed_is_reopened(app, server):
    transport = transport_to(app, server)
    transport.send(make_email(), name="a")

    transport._smtp.sock.shutdown(socket.SHUT_RDWR)
    send(transport, make_email())

    assert len(server.envelopes) == 2


def test_ehlo_names_the_host_of_the_site(app, server):
    send(transport_to(app, server), make_email())

    assert server.sessions[0].host_name == "actions.example.org"


@pytest.mark.parametrize("answer", ["550 5.1.1 <ada@example.org> unknown", "554 no such user"])
def test_a_rejected_recipient_is_a_permanent_failure_whose_reason_names_nobody(app, server, answer):
    server.rcpt_answer = answer

    with pytest.raises(MailRefused, match=r"recipient: 55\d") as caught:
        send(transport_to(app, server), make_email())

    assert "ada" not in str(caught.value)


@pytest.mark.parametrize("answer", ["501 5.1.3 bad address syntax", "504 5.5.2 ada: not qualified"])
def test_a_syntax_error_in_an_address_is_about_that_email(app, server, answer):
    server.rcpt_answer = answer

    with pytest.raises(MailRefused, match=r"recipient: 50[14] 5"):
        send(transport_to(app, server), make_email())


def test_rejected_contents_are_a_permanent_failure(app, server):
    server.data_answer = "554 5.7.1 spam"

    with pytest.raises(MailRefused, match=r"the email: 554 5\.7\.1$"):
        send(transport_to(app, server), make_email())


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "451 later", "452 4.2.2 full"])
def test_a_deferred_recipient_is_a_temporary_failure(app, server, answer):
    server.rcpt_answer = answer

    with pytest.raises(MailDelayed, match=r"deferred the recipient: 45\d") as caught:
        send(transport_to(app, server), make_email())

    assert not isinstance(caught.value, MailServerUnavailable)


@pytest.mark.parametrize("rcpt_answer", ["421 closing", "530 5.7.0 authenticate first", "503 no"])
def test_a_reply_that_is_not_about_the_email_means_that_the_server_is_unavailable(
    app, server, rcpt_answer
):
    server.rcpt_answer = rcpt_answer

    with pytest.raises(MailServerUnavailable):
        send(transport_to(app, server), make_email())


@pytest.mark.parametrize("mail_answer", ["550 5.7.1 not from you", "451 busy", "421 closing"])
def test_a_rejected_sender_means_that_the_server_is_unavailable(app, server, mail_answer):
    server.mail_answer = mail_answer

    with pytest.raises(MailServerUnavailable, match=f"does not accept email: {mail_answer[:3]}"):
        send(transport_to(app, server), make_email())


def test_a_rejected_email_leaves_the_connection_usable(app, server):
    transport = transport_to(app, server)
    server.rcpt_answer = "550 5.1.1 unknown"
    with pytest.raises(MailRefused):
        transport.send(make_email(), name="a")

    server.rcpt_answer = OK
    send(transport, make_email())

    assert [envelope.rcpt_tos for envelope in server.envelopes] == [["ada@example.org"]]
    assert server.connections == 1


def test_a_reply_lost_after_the_contents_is_a_temporary_failure(app, server):
    server.drops_after_data = True

    with pytest.raises(MailDelayed, match="reply was lost") as caught:
        send(transport_to(app, server), make_email())

    assert not isinstance(caught.value, MailServerUnavailable)
    assert len(server.envelopes) == 1


@pytest.mark.parametrize("hangs_in", ["rcpt", "data"])
def test_a_server_that_hangs_is_abandoned_after_the_timeout(app, server, hangs_in):
    server.hangs_in = hangs_in

    with pytest.raises(MailDelayed, match="TimeoutError"):
        send(transport_to(app, server, options="?timeout=0.2"), make_email())


def test_a_server_that_does_not_exist_is_unavailable(app):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{closed.getsockname()[1]}"

    with pytest.raises(MailServerUnavailable, match="ConnectionRefusedError"):
        send(open_transport(), make_email())


def test_a_server_that_accepts_and_stays_silent_is_unavailable(app):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{silent.getsockname()[1]}?timeout=0.2"

        with pytest.raises(MailServerUnavailable, match="TimeoutError"):
            send(open_transport(), make_email())


def test_starttls_is_used_with_a_trusted_certificate(app, certificate, cafile):
    with mail_server(starttls=certificate) as server:
        transport = transport_to(app, server, options=f"?starttls=1&cafile={cafile}")

        send(transport, make_email())

    assert len(server.envelopes) == 1
    assert server.sessions[-1].ssl


def test_implicit_tls_is_used_for_smtps(app, certificate, cafile):
    with mail_server(tls=certificate) as server:
        transport = transport_to(app, server, scheme="smtps", options=f"?cafile={cafile}")

        send(transport, make_email())

    assert len(server.envelopes) == 1


@pytest.mark.parametrize(
    ("scheme", "options", "how"), [("smtp", "?starttls=1", "starttls"), ("smtps", "", "tls")]
)
def test_an_untrusted_certificate_is_rejected(app, certificate, scheme, options, how):
    with (
        mail_server(**{how: certificate}) as server,
        pytest.raises(MailServerUnavailable, match="SSLCertVerificationError"),
    ):
        send(transport_to(app, server, scheme=scheme, options=options), make_email())

    assert server.envelopes == []


def test_verification_can_be_switched_off_for_your_own_relay(app, certificate):
    with mail_server(starttls=certificate) as server:
        send(transport_to(app, server, options="?starttls=1&verify=0"), make_email())

    assert len(server.envelopes) == 1


def test_a_server_without_the_required_tls_gets_no_email(app, server):
    with pytest.raises(MailServerUnavailable, match="does not offer STARTTLS"):
        send(transport_to(app, server, options="?starttls=1"), make_email())

    assert server.envelopes == []


def test_the_password_of_the_url_is_used_to_log_in(app, certificate, cafile):
    with mail_server(starttls=certificate, auth_required=True) as server:
        options = f"?starttls=1&cafile={cafile}"

        send(transport_to(app, server, who="ada:secret@", options=options), make_email())

    assert len(server.envelopes) == 1


def test_a_wrong_password_means_that_the_server_is_unavailable(app, certificate, cafile):
    with mail_server(starttls=certificate, auth_required=True) as server:
        options = f"?starttls=1&cafile={cafile}"

        with pytest.raises(MailServerUnavailable, match="does not accept email: 535") as caught:
            send(transport_to(app, server, who="ada:wrong@", options=options), make_email())

    assert "wrong" not in str(caught.value)


def test_non_ascii_characters_before_the_at_sign_are_sent_with_smtputf8(app):
    with mail_server(enable_SMTPUTF8=True) as server:
        send(transport_to(app, server), make_email(to="иван@почта.рф", subject="Привет"))

    (envelope,), (message,) = server.envelopes, server.messages
    assert envelope.rcpt_tos == ["иван@xn--80a1acny.xn--p1ai"]
    assert "SMTPUTF8" in envelope.mail_options
    assert message["Subject"] == "Привет"


def test_non_ascii_characters_before_the_at_sign_are_rejected_without_smtputf8(app):
    with mail_server(enable_SMTPUTF8=False) as server, pytest.raises(MailRefused, match="SMTPUTF8"):
        send(transport_to(app, server), make_email(to="иван@почта.рф"))


def test_a_server_that_is_too_slow_for_the_lease_does_not_get_the_contents(
    app, server, monkeypatch
):
    monkeypatch.setattr("campaign_actions.core.mail.smtp.ENVELOPE_TIMEOUT_SECONDS", 0)

    with pytest.raises(MailServerUnavailable, match="too slowly"):
        send(transport_to(app, server), make_email())

    assert server.envelopes == []
