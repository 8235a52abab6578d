"""Sends emails by SMTP, and turns the server's replies into temporary or permanent failures."""

import re
import smtplib
import ssl
import time
from dataclasses import dataclass

from campaign_actions.core.mail.mime import MailRefused, MimeMessage
from campaign_actions.core.mail.render import MailDelayed, MailServerUnavailable

ENVELOPE_TIMEOUT_SECONDS = 45  # up to DATA; an email that takes longer is left for later
QUIT_TIMEOUT_SECONDS = 1
# Replies about our commands, log-in or TLS, not about one email. 501 and 504 are not among them: they
# mean an invalid address (RFC 5321, 4.2.2).
SERVER_ERROR_CODES = {421, 500, 502, 503, 530, 535, 538}


@dataclass(frozen=True)
class SmtpServer:
    host: str
    port: int
    user: str
    password: str
    is_tls: bool
    wants_starttls: bool
    timeout: float  # seconds for each reply
    tls: ssl.SSLContext


class SmtpTransport:
    """One connection, opened for the first email and kept until close()."""

    def __init__(self, server: SmtpServer, *, hello: str) -> None:
        self.server = server
        self._hello = hello
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: MimeMessage, *, name: str) -> None:
        """Raises MailServerUnavailable for failures before the server has heard of this email."""
        started = time.monotonic()
        smtp = self._begin(message)
        try:
            _check_reply(*_rcpt_to(smtp, message), what="recipient")
            if time.monotonic() - started > ENVELOPE_TIMEOUT_SECONDS:
                raise MailServerUnavailable("the mail server responds too slowly")
            _check_reply(*_send_data(smtp, message), what="email")
        except (MailDelayed, MailRefused):
            self._reset(smtp)
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise MailDelayed(f"the mail server's reply was lost ({_kind(error)})") from error

    def close(self) -> None:
        if self._smtp:
            try:
                if self._smtp.sock:
                    self._smtp.sock.settimeout(QUIT_TIMEOUT_SECONDS)
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                pass  # the connection was closed already
            self._drop()

    def _begin(self, message: MimeMessage) -> smtplib.SMTP:
        """MAIL FROM on the open connection, or on a new one if the server has closed it."""
        if self._smtp:
            try:
                return _mail_from(self._smtp, message)
            except (smtplib.SMTPException, OSError):
                self._drop()
        try:
            self._smtp = self._connect()
            return _mail_from(self._smtp, message)
        except smtplib.SMTPResponseException as error:
            self._drop()
            reply = _reply_code(error.smtp_code, error.smtp_error)
            raise MailServerUnavailable(
                f"the mail server does not accept email: {reply}"
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            self._drop()
            raise MailServerUnavailable(
                "the mail server does not offer STARTTLS, or does not offer login"
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise MailServerUnavailable(
                f"the mail server cannot be reached ({_kind(error)})"
            ) from error

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        host, port, hello, timeout = server.host, server.port, self._hello, server.timeout
        if server.is_tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, hello, timeout=timeout, context=server.tls
            )
        else:
            smtp = smtplib.SMTP(host, port, hello, timeout=timeout)
        try:
            if server.wants_starttls:
                smtp.starttls(context=server.tls)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _reset(self, smtp: smtplib.SMTP) -> None:
        """Make the connection ready for the next email, or close it."""
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
        self._smtp = None


def _mail_from(smtp: smtplib.SMTP, message: MimeMessage) -> smtplib.SMTP:
    """Raises MailRefused if the server lacks an extension that this email needs."""
    smtp.ehlo_or_helo_if_needed()
    options = ["SMTPUTF8", "BODY=8BITMIME"] if message.is_international else []
    if options and not smtp.has_extn("smtputf8"):
        raise MailRefused("the mail server accepts only ASCII letters before the @ (no SMTPUTF8)")
    if _is_pipelined(smtp, message):
        sender, recipient = map(smtplib.quoteaddr, (message.sender, message.recipient))
        smtp.send(f"MAIL FROM:{sender}\r\nRCPT TO:{recipient}\r\n")
        code, reply = smtp.getreply()
    else:
        code, reply = smtp.mail(message.sender, options)
    if code != 250:
        raise smtplib.SMTPResponseException(code, reply)
    return smtp


def _rcpt_to(smtp: smtplib.SMTP, message: MimeMessage) -> tuple[int, bytes]:
    return smtp.getreply() if _is_pipelined(smtp, message) else smtp.rcpt(message.recipient)


def _is_pipelined(smtp: smtplib.SMTP, message: MimeMessage) -> bool:
    """Whether MAIL and RCPT are sent together (RFC 2920), which saves a round trip."""
    return smtp.has_extn("pipelining") and not message.is_international


def _send_data(smtp: smtplib.SMTP, message: MimeMessage) -> tuple[int, bytes | str]:
    try:
        return smtp.data(message.wire)
    except smtplib.SMTPDataError as error:  # refused before the contents were sent
        return error.smtp_code, error.smtp_error


def _check_reply(code: int, reply: bytes | str, *, what: str) -> None:
    """Raises MailServerUnavailable, MailRefused or MailDelayed unless the reply is positive."""
    if 200 <= code < 300:
        return
    if code in SERVER_ERROR_CODES:
        raise MailServerUnavailable(
            f"the mail server does not accept email: {_reply_code(code, reply)}"
        )
    if 500 <= code < 600:
        raise MailRefused(f"the mail server refused the {what}: {_reply_code(code, reply)}")
    raise MailDelayed(f"the mail server deferred the {what}: {_reply_code(code, reply)}")


def _reply_code(code: int, reply: bytes | str) -> str:
    """The code, and the enhanced status code if there is one. The text may contain the address."""
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
    enhanced = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", text)
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _kind(error: BaseException) -> str:
    """The name of an error. Its text may contain an address or a password."""
    is_wrapped = isinstance(error, smtplib.SMTPServerDisconnected)
    return type((error.__context__ if is_wrapped else None) or error).__name__
