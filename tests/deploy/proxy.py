"""The shipped nginx in front of a running server, on ports and with a certificate of its own."""

import json
import re
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme

from tests.running import free_port, until

SHIPPED = Path(__file__).parent.parent.parent / "deploy" / "nginx"
NGINX = shutil.which("nginx", path="/usr/local/sbin:/usr/sbin:/usr/bin:/opt/homebrew/bin")


@dataclass(frozen=True)
class Ports:
    """Where the proxy listens: http, https."""

    plain: int
    secure: int


@dataclass(frozen=True)
class Proxy:
    """A running nginx: where it answers, whom to trust, what it has written."""

    ports: Ports
    trust: ssl.SSLContext
    folder: Path

    @property
    def address(self) -> str:
        return f"https://localhost:{self.ports.secure}"

    @property
    def errors(self) -> str:
        return (self.folder / "errors").read_text()

    def log(self) -> list[dict[str, Any]]:
        """The access log, once it holds something."""
        until(lambda: self.raw_log() != "")
        return [json.loads(line) for line in self.raw_log().splitlines()]

    def raw_log(self) -> str:
        return (self.folder / "access.log").read_text()


@contextmanager
def proxying(upstream: str, ports: Ports) -> Iterator[Proxy]:
    """nginx with the shipped files; other than shipped are only ports, folders, certificate and upstream."""
    with tempfile.TemporaryDirectory(prefix="campaign-actions-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # its workers are another user when we are root
        authority = trustme.CA()
        authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(
            folder / "certificate.pem"
        )
        _render(folder, upstream.removeprefix("http://"), ports)
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        with _running(folder, ports):
            yield Proxy(ports, trust, folder)


def free_ports() -> Ports:
    return Ports(free_port(), free_port())


def _render(folder: Path, upstream: str, ports: Ports) -> None:
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    main = folder / "nginx.conf"
    text = re.sub(r"\n *listen \[::\].*", "", main.read_text())  # not every machine has IPv6
    text = text.replace("listen 80 ", f"listen 127.0.0.1:{ports.plain} ")
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{ports.secure} ")
    main.write_text(text)
    site = folder / "campaign-actions" / "site.conf"
    text = site.read_text().replace("127.0.0.1:8000", upstream)
    text = re.sub(r"/etc/letsencrypt/\S+\.pem", f"{folder}/certificate.pem", text)
    text = text.replace("/var/log/nginx/campaign-actions.log", f"{folder}/access.log")
    text = text.replace("/var/lib/nginx/", f"{folder}/temp-")
    site.write_text(text.replace("/etc/nginx/", f"{folder}/"))


@contextmanager
def _running(folder: Path, ports: Ports) -> Iterator[None]:
    options = f"daemon off; pid {folder}/nginx.pid;"
    command = [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-e", "stderr", "-g", options]
    with (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(command, stderr=errors)
    try:
        until(lambda: process.poll() is not None or _takes(ports.secure))
        assert process.poll() is None, (folder / "errors").read_text()
        yield
    finally:
        process.terminate()
        process.wait(20)


def _takes(port: int) -> bool:
    try:
        ssl.get_server_certificate(("127.0.0.1", port), timeout=2)
    except OSError:
        return False
    return True
