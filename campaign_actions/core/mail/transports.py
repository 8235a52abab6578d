"""How a message leaves the house, by MAIL_URL: into a folder, or to a mail server.

    file:                    one .eml a mail in instance/mail/; file:/some/folder for another place
    smtp://user:pass@host:587?starttls=1
    smtps://user:pass@host   TLS from the first byte, port 465

Options: `starttls=1` refuses to go on without TLS; `timeout=30` seconds for each answer;
`cafile=/path.pem` trusts this authority; `verify=0` trusts any certificate (for a relay of one's
own). A user name or password with reserved characters is percent-encoded.
"""

import os
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from flask import current_app

from campaign_actions.config import WrongSetting
from campaign_actions.core.mail.mime import MimeMessage
from campaign_actions.core.mail.render import MailServerUnavailable, sender
from campaign_actions.core.mail.smtp import SmtpServer, SmtpTransport

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
OPTIONS = {"starttls": "0", "timeout": "30", "cafile": "", "verify": "1"}


class Transport(Protocol):
    def hand_over(self, message: MimeMessage, *, name: str) -> None:
        """Hand over one mail; `name` sorts by time and is the same at every try of it.

        Raises MailServerUnavailable, MailDelayed, MailRefused.
        """

    def close(self) -> None:
        """Let go of the connection; the next mail opens one again."""


def open_transport() -> Transport:
    """The way MAIL_URL names. Raises WrongSetting, in words, when a mail setting can not be read."""
    sender()
    try:
        url = urlsplit(current_app.config["MAIL_URL"])
        if url.scheme == "file":
            return FileTransport(Path(url.path or Path(current_app.instance_path) / "mail"))
        if url.scheme in {"smtp", "smtps"}:
            return SmtpTransport(_server(url), hello=_own_name())
    except (ValueError, OSError) as error:  # without the address: it holds the password
        raise WrongSetting(f"MAIL_URL cannot be used: {error}") from None
    raise WrongSetting("MAIL_URL must begin with file:, smtp:// or smtps://.")


@dataclass(frozen=True)
class FileTransport:
    folder: Path

    def hand_over(self, message: MimeMessage, *, name: str) -> None:
        """The file appears whole or not at all, for its owner only; a mail written twice is one."""
        draft = self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.touch(mode=0o600)
            with draft.open("wb") as file:
                file.write(message.wire)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.folder / f"{name}.eml")
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            kind = type(error).__name__
            raise MailServerUnavailable(
                f"the folder for mail cannot be written ({kind})"
            ) from error

    def close(self) -> None:
        pass


def _server(url: SplitResult) -> SmtpServer:
    given = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    if unknown := given.keys() - OPTIONS:
        raise ValueError(f"it knows no option {', '.join(sorted(unknown))}")
    options = OPTIONS | given
    is_tls = url.scheme == "smtps"
    server = SmtpServer(
        host=url.hostname or "",
        port=_port(url) or (465 if is_tls else 587 if url.username else 25),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        is_tls=is_tls,
        wants_starttls=_is_on(options, "starttls"),
        timeout=float(options["timeout"]),
        tls=_tls(options["cafile"], verify=_is_on(options, "verify")),
    )
    if not server.host:
        raise ValueError("it names no host")
    if server.user and not is_tls and not server.wants_starttls and server.host not in LOOPBACK:
        raise ValueError("a password must not go over the net in the clear: add ?starttls=1")
    return server


def _port(url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:  # whose words may hold a part of the password
        raise ValueError("its port is no number: write / as %2F and : as %3A") from None


def _tls(cafile: str, *, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=cafile or None)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_on(options: dict[str, str], name: str) -> bool:
    if options[name] not in {"0", "1"}:
        raise ValueError(f"{name} is 0 or 1")
    return options[name] == "1"


def _own_name() -> str:
    """What we call ourselves to a mail server: the name people know us by."""
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host
