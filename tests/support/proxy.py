"""The shipped nginx in front of a running server, with its own ports and certificate."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.support.servers import free_port, until

SHIPPED = Path(__file__).parent.parent.parent / "deploy" / "nginx"
ERROR_PAGES = SHIPPED / "campaign-actions" / "errors"
NGINX = shutil.which("nginx", path="/usr/local/sbin:/usr/sbin:/usr/bin:/opt/homebrew/bin")
WITHOUT_IPV6 = ["sed", "-i", r"/listen \[::\]/d"]  # as nginx.conf and the guide say


@dataclass(frozen=True)
class Ports:
    """The ports on which the proxy listens for HTTP and HTTPS."""

    plain: int
    secure: int


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its ports, the certificates to trust, and its folder with logs."""

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
        """The access log, once it has an entry."""
        until(lambda: self.raw_log() != "")
        return [json.loads(line) for line in self.raw_log().splitlines()]

    def raw_log(self) -> str:
        return (self.folder / "access.log").read_text()


@contextmanager
def proxying(upstream: str, ports: Ports, *, cdn: str = "") -> Iterator[Proxy]:
    """nginx with the shipped files; only ports, folders, certificate and upstream differ.

    If the address of a `cdn` is given, the lines for one are uncommented, as an operator would do.
    """
    with tempfile.TemporaryDirectory(prefix="campaign-actions-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # its workers run as another user if we are root
        authority = trustme.CA()
        authority.issue_cert("localhost", "::1").private_key_and_cert_chain_pem.write_to_path(
            folder / "certificate.pem"
        )
        _render(folder, upstream.removeprefix("http://"), ports)
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        if cdn:
            _behind(cdn, folder / "campaign-actions" / "site.conf")
        with _running(folder, ports):
            yield Proxy(ports, trust, folder)


def error_page(language: str, name: str) -> bytes:
    """An error page as it ships."""
    return (ERROR_PAGES / language / f"{name}.html").read_bytes()


def free_ports() -> Ports:
    return Ports(free_port(), free_port())


def _render(folder: Path, upstream: str, ports: Ports) -> None:
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    main = folder / "nginx.conf"
    if not has_ipv6():
        subprocess.run([*WITHOUT_IPV6, main], check=True)
    text = main.read_text()
    for shipped, port in ((80, ports.plain), (443, ports.secure)):
        text = text.replace(f"listen {shipped} ", f"listen 127.0.0.1:{port} ")
        text = text.replace(f"listen [::]:{shipped} ", f"listen [::1]:{port} ")
    main.write_text(text)
    site = folder / "campaign-actions" / "site.conf"
    text = site.read_text().replace("127.0.0.1:8000", upstream)
    text = re.sub(r"/etc/letsencrypt/\S+\.pem", f"{folder}/certificate.pem", text)
    text = text.replace("/var/log/nginx/campaign-actions.log", f"{folder}/access.log")
    text = text.replace("/var/lib/nginx/", f"{folder}/temp-")
    site.write_text(text.replace("/etc/nginx/", f"{folder}/"))


def has_ipv6() -> bool:
    """Whether this machine has an IPv6 loopback address."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def _behind(cdn: str, site: Path) -> None:
    text = re.sub(r"^# (set_real_ip_from|real_ip_header) ", r"\1 ", site.read_text(), flags=re.M)
    site.write_text(text.replace("192.0.2.0/24", cdn))


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


CDN = "127.0.0.2"


def require_program(program: str, found: str | None, package: str) -> str:
    """The path of a program; if it is missing, skip the test, or fail it in CI."""
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {program}: apt-get install {package}")
    pytest.skip(f"no {program} on this machine (Debian: apt-get install {package})")
