"""Email transports, chosen by MAIL_URL: into a folder, or to a mail server.

    file:                    one .eml file per email in instance/mail/; file:/some/folder for another folder
    smtp://user:pass@host:587?starttls=1
    smtps://user:pass@host   TLS from the first byte, port 465

Options: `starttls=1` requires TLS; `timeout=30` is in seconds, for each reply; `cafile=/path.pem` trusts
this authority; `verify=0` trusts any certificate (for your own relay). Reserved characters in a user name
or password must be percent-encoded.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from flask import current_app

from campaign_actions.config import WrongSetting
from campaign_actions.core.atomic_files import write_draft
from campaign_actions.core.mail.mime import MimeMessage
from campaign_actions.core.mail.render import MailServerUnavailable, sender
from campaign_actions.core.mail.smtp import SmtpServer, SmtpTransport

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
OPTIONS = {"starttls": "0", "timeout": "30", "cafile": "", "verify": "1"}


class Transport(Protocol):
    def send(self, message: MimeMessage, *, name: str) -> None:
        """Send one email. `name` sorts by time and is the same for every attempt.

        Raises MailServerUnavailable, MailDelayed, MailRefused.
        """

    def close(self) -> None:
        """Close the connection; the next email opens a new one."""


def open_transport() -> Transport:
    """The transport of MAIL_URL. Raises WrongSetting if an email setting is invalid."""
    sender()
    try:
        url = urlsplit(current_app.config["MAIL_URL"])
        if url.scheme == "file":
            return FileTransport(Path(url.path or Path(current_app.instance_path) / "mail"))
        if url.scheme in {"smtp", "smtps"}:
            return SmtpTransport(_server(url), hello=_own_host())
    except (ValueError, OSError) as error:  # without the URL, which contains the password
        raise WrongSetting(f"MAIL_URL cannot be used: {error}.") from None
    raise WrongSetting("MAIL_URL must begin with file:, smtp:// or smtps://.")


def reaches_people() -> bool:
    """Whether emails are sent. Where they are written to files, only the demo shows them to anyone."""
    is_file = urlsplit(current_app.config["MAIL_URL"]).scheme == "file"
    return current_app.config["DEMO"] or not is_file


@dataclass(frozen=True)
class FileTransport:
    folder: Path

    def send(self, message: MimeMessage, *, name: str) -> None:
        """Write atomically, readable by the owner only; a second attempt overwrites the first."""
        file = self.folder / f"{name}.eml"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_draft(file, message.wire).replace(file)
        except OSError as error:
            kind = type(error).__name__
            raise MailServerUnavailable(
                f"the folder for emails cannot be written to ({kind})"
            ) from error

    def close(self) -> None:
        pass


def _server(url: SplitResult) -> SmtpServer:
    given = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    if unknown := given.keys() - OPTIONS:
        raise ValueError(f"unknown option {', '.join(sorted(unknown))}")
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
        raise ValueError("the host is missing")
    if server.user and not is_tls and not server.wants_starttls and server.host not in LOOPBACK:
        raise ValueError("a password must not be sent unencrypted; add ?starttls=1")
    return server


def _port(url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:  # whose message may contain part of the password
        raise ValueError(
            "the port is not a number; in a user name or password, write / as %2F and : as %3A"
        ) from None


def _tls(cafile: str, *, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=cafile or None)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_on(options: dict[str, str], name: str) -> bool:
    if options[name] not in {"0", "1"}:
        raise ValueError(f"{name} must be 0 or 1")
    return options[name] == "1"


def _own_host() -> str:
    """Our name in EHLO: the host of PUBLIC_URL."""
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host
