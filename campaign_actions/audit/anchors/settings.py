"""The settings for anchors, validated when the program starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from campaign_actions.audit.anchors.document import printable_site
from campaign_actions.config import WrongSetting
from campaign_actions.core.mail.mime import MailRefused, parse_address
from campaign_actions.core.services import Service

FOLDER = "audit_anchors"  # in the instance folder
LOCAL_FILE, JOURNAL = "anchors.txt", "deliveries.txt"  # in FOLDER


@dataclass(frozen=True)
class AnchorSettings:
    """`folder` has the local file and the time stamps. Empty settings are not destinations."""

    site: str
    folder: Path
    email: str = ""
    file: Path | None = None
    tsa_url: str = ""
    tsa_certificates: tuple[x509.Certificate, ...] = ()

    @property
    def local_file(self) -> Path:
        return self.folder / LOCAL_FILE

    @property
    def journal(self) -> Path:
        """Records which deliveries are wanted and which are done."""
        return self.folder / JOURNAL


anchor_settings = Service[AnchorSettings]("anchor_settings")


def read_anchor_settings(config: Mapping[str, Any], instance: Path) -> AnchorSettings:
    """Raises WrongSetting."""
    return AnchorSettings(
        site=printable_site(config["PUBLIC_URL"]),
        folder=instance / FOLDER,
        email=_email(config["AUDIT_ANCHOR_EMAIL"]),
        file=_file(config["AUDIT_ANCHOR_FILE"]),
        tsa_url=_url(config["AUDIT_ANCHOR_TSA_URL"]),
        tsa_certificates=_certificates(config),
    )


def read_certificates(file: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file, which must include a self-signed one. Raises ValueError."""
    try:
        found = tuple(x509.load_pem_x509_certificates(file.read_bytes()))
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    except ValueError:
        raise ValueError(f"{file} does not contain a certificate in PEM") from None
    if not any(one.subject == one.issuer for one in found):
        raise ValueError(f"{file} must contain the root certificate of the time-stamping service")
    return found


def _email(address: str) -> str:
    try:
        if address:
            parse_address(address)
    except MailRefused:
        raise WrongSetting(
            "AUDIT_ANCHOR_EMAIL must be an email address, such as name@example.org."
        ) from None
    return address


def _file(name: str) -> Path | None:
    if not name:
        return None
    file = Path(name)
    if not file.is_absolute() or file.is_dir():
        raise WrongSetting(
            "AUDIT_ANCHOR_FILE must be the full path of a file, such as /mnt/anchors.txt."
        )
    return file


def _url(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_right = False
    if url and not (is_right and url.isascii() and url.isprintable() and " " not in url):
        raise WrongSetting(
            "AUDIT_ANCHOR_TSA_URL must be an address such as https://tsa.example.org/tsr."
        )
    if url and parts.username:
        raise WrongSetting("AUDIT_ANCHOR_TSA_URL must not contain a user name or password.")
    return url


def _certificates(config: Mapping[str, Any]) -> tuple[x509.Certificate, ...]:
    name = config["AUDIT_ANCHOR_TSA_CERTIFICATE"]
    if not name:
        if config["AUDIT_ANCHOR_TSA_URL"]:
            raise WrongSetting(
                "AUDIT_ANCHOR_TSA_URL needs AUDIT_ANCHOR_TSA_CERTIFICATE: a PEM file with the root"
                " certificate of the time-stamping service."
            )
        return ()
    try:
        return read_certificates(Path(name))
    except ValueError as error:
        raise WrongSetting(f"AUDIT_ANCHOR_TSA_CERTIFICATE: {error}.") from None
