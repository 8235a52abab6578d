"""A real SMTP server on loopback that can be made to misbehave."""

import asyncio
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

OK = "250 2.0.0 OK"


@dataclass
class MailServer:
    """An aiosmtpd handler that accepts mail; a test may change its answers."""

    mail_answer: str = OK
    rcpt_answer: str = OK
    data_answer: str = OK
    drops_after_data: bool = False
    hangs_in: str = ""  # "rcpt" or "data"
    is_pipelining: bool = False
    password: str = "secret"
    port: int = 0
    connections: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)  # time.monotonic() of each envelope
    sessions: list[Session] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [
            message_from_bytes(e.original_content, policy=policy.default) for e in self.envelopes
        ]
        return [message for message in parsed if isinstance(message, EmailMessage)]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions.append(session)
        return ["250-PIPELINING", *answers] if self.is_pipelining else answers

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail_answer == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.mail_answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.hangs_in == "rcpt":
            await asyncio.sleep(60)
        if self.rcpt_answer == OK:
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.hangs_in == "data":
            await asyncio.sleep(60)
        if self.data_answer == OK:
            self.envelopes.append(envelope)
            self.arrived.append(time.monotonic())
        if self.drops_after_data:
            assert server.transport
            server.transport.abort()
        return self.data_answer

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _how: str, who: Any) -> Any:
        return AuthResult(success=who.password == self.password.encode(), handled=False)


class FreePortController(Controller):
    """A controller that can listen on a free port, and counts connections."""

    def factory(self) -> Any:
        self.handler.connections += 1
        return super().factory()

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(
    *,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    **options: Any,
) -> Iterator[MailServer]:
    server = MailServer()
    controller = FreePortController(
        server,
        hostname="127.0.0.1",
        port=port,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=server.authenticate,
        auth_require_tls=starttls is not None,
        **options,
    )
    controller.start()
    server.port = controller.port
    server.connections = 0
    try:
        yield server
    finally:
        controller.stop(no_assert=True)
