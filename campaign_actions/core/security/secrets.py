"""The secrets of an installation: made when they are first needed, kept in the instance folder."""

import hashlib
import os
import secrets
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app
from sqlalchemy import Connection, String, select
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.config import WrongSetting
from campaign_actions.core.atomic_files import sync_folder
from campaign_actions.core.db.session import Base, db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.services import Service

SECRETS = ("secret_key", "email_hash_key", "audit_key")  # the names of their files

AUDIT_PUBLIC_KEY = "audit_public_key"  # a fact of the installation

secret_key_is_new = Service[bool]("secret_key_is_new")  # made when this app was


class Installation(Base):
    """Facts about this installation, by name."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class WrongEmailKey(Exception):
    """EMAIL_HASH_KEY is not the one this database was made with."""


class WrongAuditKey(Exception):
    """AUDIT_KEY is not the one that the anchors of this log are signed with."""


def init_app(app: Flask) -> None:
    """Give the app its SECRET_KEY, made now if there is none; take the other two if there are any."""
    file = _file(app, "secret_key")
    secret_key_is_new.provide(app, not app.config["SECRET_KEY"] and not file.exists())
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or _read_or_make(file)
    for name in ("email_hash_key", "audit_key"):
        file = _file(app, name)
        if not app.config[name.upper()] and file.exists():
            app.config[name.upper()] = _read_or_make(file)
    if app.config["AUDIT_KEY"]:
        signing_key(app.config["AUDIT_KEY"])


def ensure_email_key() -> None:
    """Hold EMAIL_HASH_KEY against the database; make one only for a database that never had one.

    Called by whatever starts to work with addresses: server, worker, commands.
    Raises WrongEmailKey: with another key every signer would count as a new person.
    """
    known = _fact("email_hash_key")
    key = current_app.config["EMAIL_HASH_KEY"]
    if not key and known:
        raise WrongEmailKey(
            "This database needs the EMAIL_HASH_KEY it was made with: set CAMPAIGN_ACTIONS_EMAIL_HASH_KEY "
            f"or put the file email_hash_key back into {current_app.instance_path}."
        )
    key = key or _read_or_make(_file(current_app, "email_hash_key"))
    current_app.config["EMAIL_HASH_KEY"] = key
    known = known or _note("email_hash_key", fingerprint(key))
    db.session.commit()  # whoever calls this may run for ever: it leaves no transaction open
    if known != fingerprint(key):
        raise WrongEmailKey(
            "EMAIL_HASH_KEY is not the key this database was made with "
            f"(its fingerprint is {fingerprint(key)}, the database needs {known})."
        )


def ensure_audit_key() -> Ed25519PrivateKey:
    """The key that signs anchors; made now only for a log that never had one.

    Called by whatever makes anchors. That the database knows the public one keeps two machines from
    signing with two keys; nobody believes it when an anchor is checked. Raises WrongAuditKey.
    """
    known, secret = _fact(AUDIT_PUBLIC_KEY), current_app.config["AUDIT_KEY"]
    if not secret and known:
        raise WrongAuditKey(
            f"The key that signs the anchors of the audit log is not here (its public key is {known}):"
            " set CAMPAIGN_ACTIONS_AUDIT_KEY, or put the file audit_key back into"
            f" {current_app.instance_path}. If it is lost: `audit anchor --new-key`."
        )
    secret = secret or _read_or_make(_file(current_app, "audit_key"))
    current_app.config["AUDIT_KEY"] = secret
    key = signing_key(secret)
    own = public_key_of(key)
    known = known or _note(AUDIT_PUBLIC_KEY, own)
    db.session.commit()
    if known != own:
        raise WrongAuditKey(
            f"AUDIT_KEY is not the key that signs the anchors of this log: its public key is {own}, that of"
            f" the log {known}. Copy the file audit_key from the machine that has it. If it is lost:"
            " `audit anchor --new-key`."
        )
    return key


def replace_audit_key(connection: Connection) -> tuple[str, str]:
    """Let the key that is here, or a new one, sign from now on; the former and the new public key."""
    secret = current_app.config["AUDIT_KEY"] or _read_or_make(_file(current_app, "audit_key"))
    current_app.config["AUDIT_KEY"] = secret
    own = public_key_of(signing_key(secret))
    facts = select(Installation.value).filter_by(name=AUDIT_PUBLIC_KEY)
    former = connection.scalar(facts) or ""
    insert = dialect_insert(connection.dialect.name)(Installation)
    insert = insert.on_conflict_do_update(index_elements=["name"], set_={"value": own})
    connection.execute(insert, {"name": AUDIT_PUBLIC_KEY, "value": own})
    return former, own


def own_audit_public_key() -> str:
    """The public key of the one that is here, in base64; "" when there is none.

    The file is asked, too: the worker may have made it after this program was started.
    """
    file = _file(current_app, "audit_key")
    secret = current_app.config["AUDIT_KEY"] or (_read_or_make(file) if file.exists() else "")
    return public_key_of(signing_key(secret)) if secret else ""


def signing_key(secret: str) -> Ed25519PrivateKey:
    """The Ed25519 key that a secret is. Raises WrongSetting."""
    try:
        return Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(secret + "="))
    except ValueError:
        raise WrongSetting(
            "AUDIT_KEY (or the file audit_key) is no key: it has 43 letters, digits, - and _."
        ) from None


def public_key_of(key: Ed25519PrivateKey) -> str:
    """In base64: 44 characters, which may be shown to anybody."""
    return b64encode(key.public_key().public_bytes_raw()).decode()


def fingerprint(key: str) -> str:
    """What may be shown of a key: it tells two keys apart and gives neither away."""
    return hashlib.blake2b(key.encode(), digest_size=8, person=b"fingerprint").hexdigest()


def own_secrets() -> dict[str, str]:
    """The secrets this installation has, by the name of their file; not one that was made just now."""
    config = current_app.config
    found = {
        "secret_key": "" if secret_key_is_new() else config["SECRET_KEY"],
        "email_hash_key": config["EMAIL_HASH_KEY"],
        "audit_key": config["AUDIT_KEY"],
    }
    return {name: secret for name, secret in found.items() if secret}


def forget_new_secret() -> None:
    """Remove a secret_key that was made when this very command started: nobody has used it."""
    if secret_key_is_new():
        _file(current_app, "secret_key").unlink(missing_ok=True)


@contextmanager
def keep_secrets(secrets: Mapping[str, str]) -> Iterator[None]:
    """Put secrets into the instance folder that the installation has not; out again if the block fails."""
    own = own_secrets()
    missing = {name: _file(current_app, name) for name in SECRETS if name in secrets.keys() - own}
    for name, file in missing.items():
        keep_secret(file, secrets[name])
    try:
        yield
    except BaseException:
        for file in missing.values():
            file.unlink()
        raise


def keep_secret(file: Path, secret: str) -> None:
    """Put a secret into its file (mode 0600) unless one is there. Safe for programs that race.

    The file appears whole, on the disk, or not at all: it is written aside and linked into place.
    """
    handle, draft = mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "w") as new:
        new.write(secret + "\n")
        new.flush()
        os.fsync(new.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # another program was first: its secret is the secret
    finally:
        Path(draft).unlink()
    sync_folder(file.parent)


def _fact(name: str) -> str | None:
    return db.session.scalar(select(Installation.value).filter_by(name=name))


def _note(name: str, value: str) -> str | None:
    """Write a fact down, unless another program was first; what is written there now."""
    insert = dialect_insert(db.engine.dialect.name)(Installation).on_conflict_do_nothing()
    with write_transaction() as connection:
        connection.execute(insert, {"name": name, "value": value})
    return _fact(name)


def _file(app: Flask, name: str) -> Path:
    return Path(app.instance_path) / name


def _read_or_make(file: Path) -> str:
    """The secret in the file; a new one if there is none. Raises WrongSetting when it is empty."""
    if not file.exists():
        keep_secret(file, secrets.token_urlsafe(32))
    secret = file.read_text().strip()
    if not secret:
        raise WrongSetting(f"{file} is empty: put the secret back, from your backup.")
    return secret
