"""A real time-stamping service (RFC 3161) on loopback that can be made to misbehave."""

import hashlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = ours
[ours]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
"""


@dataclass(frozen=True)
class Authority:
    """The certificates of a test service: `root` is what a client trusts, with the intermediate one.

    The service sends only its own: OpenSSL sends several in no order, and the library needs one.
    """

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """The answer of the service, made with OpenSSL."""
        asked = self.folder / f"{threading.get_ident()}.tsq"
        asked.write_bytes(query)
        config = self.folder / "openssl.cnf"
        command = ["openssl", "ts", "-reply", "-config", config, "-queryfile", asked]
        return subprocess.run(command, capture_output=True, check=True).stdout


def make_authority(folder: Path) -> Authority:
    """Make a root, an intermediate and the certificate of the service."""
    if shutil.which("openssl") is None:
        reason = "no openssl on this machine (Debian: apt-get install openssl)"
        assert os.environ.get("CI") != "true", reason
        pytest.skip(reason)
    folder.mkdir()
    root, root_key = _certificate("Root", None, None, is_authority=True)
    middle, middle_key = _certificate("Between", root, root_key, is_authority=True)
    signer, signer_key = _certificate("Service", middle, middle_key, is_authority=False)
    pem = serialization.Encoding.PEM
    (folder / "root.pem").write_bytes(root.public_bytes(pem) + middle.public_bytes(pem))
    (folder / "signer.pem").write_bytes(signer.public_bytes(pem))
    (folder / "signer.key").write_bytes(
        signer_key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "serial").write_text("01\n")
    (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder))
    return Authority(folder)


def _certificate(name: str, issuer: Any, issuer_key: Any, *, is_authority: bool) -> Any:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.now(UTC) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(not is_authority, *[False] * 4, is_authority, is_authority, *[False] * 2),
            critical=True,
        )
    )
    if not is_authority:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(issuer_key or key, hashes.SHA256()), key


@dataclass
class Service:
    """A service that answers with an authority; `mode` selects how it misbehaves."""

    authority: Authority
    mode: str = "right"
    port: int = 0
    asked: list[str] = field(default_factory=list)  # the requested paths, in order
    replayed: bytes = b""
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/tsr"

    def respond(self, handler: BaseHTTPRequestHandler, query: bytes) -> None:
        self.asked.append(handler.path)
        if self.mode == "hang":
            self.is_over.wait(60)
            return
        if self.mode == "redirect" and handler.path == "/tsr":
            self._send(handler, b"", 302, Location="/elsewhere")
            return
        if self.mode == "500":
            self._send(handler, self.authority.answer(query), 500)
            return
        if self.mode == "drip":
            self._drip(handler)
            return
        self._send(handler, self._answer(query))

    def _answer(self, query: bytes) -> bytes:
        if self.mode == "huge":
            return self.authority.answer(query) + b"\0" * 1_000_000
        if self.mode == "html":
            return b"<!doctype html><title>Welcome</title>"
        if self.mode == "empty":
            return b""
        if self.mode == "digest":
            at = query.index(bytes.fromhex("0420")) + 2  # OCTET STRING of 32 bytes
            query = query[:at] + hashlib.sha256(b"other").digest() + query[at + 32 :]
        if self.mode == "refused":
            query = query[:-1]
        answer = self.authority.answer(query)
        if self.mode == "replay":
            self.replayed = self.replayed or answer
            return self.replayed
        if self.mode == "flipped":
            return answer[:-40] + bytes([answer[-40] ^ 1]) + answer[-39:]
        return answer

    def _send(
        self, handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str
    ) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/timestamp-reply")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Send a byte at a time, without end."""
        handler.send_response(200)
        handler.end_headers()
        while not self.is_over.wait(0.05):
            handler.wfile.write(b"\0")
            handler.wfile.flush()


@contextmanager
def time_stamping_service(authority: Authority) -> Iterator[Service]:
    service = Service(authority)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            with suppress(OSError):  # the client has gone
                service.respond(self, query)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield service
    finally:
        service.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()
