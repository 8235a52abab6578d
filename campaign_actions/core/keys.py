"""The two secrets of an installation: made at first start, kept in the instance folder."""

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from flask import Flask, current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.config import WrongSetting
from campaign_actions.core.database import Base, db, writing
from campaign_actions.core.files import sync_folder
from campaign_actions.core.statements import dialect_insert

SECRETS = ("secret_key", "email_hash_key")  # the names of their files


class Installation(Base):
    """Facts about this installation, by name."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class WrongEmailKey(Exception):
    """EMAIL_HASH_KEY is not the one this database was made with."""


def init_app(app: Flask) -> None:
    """Give the app its SECRET_KEY, made now if there is none; take EMAIL_HASH_KEY if there is one."""
    file = _file(app, "secret_key")
    app.extensions["secret_key_is_new"] = not app.config["SECRET_KEY"] and not file.exists()
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or _read_or_make(file)
    file = _file(app, "email_hash_key")
    if not app.config["EMAIL_HASH_KEY"] and file.exists():
        app.config["EMAIL_HASH_KEY"] = _read_or_make(file)


def ensure_email_key() -> None:
    """Hold EMAIL_HASH_KEY against the database; make one only for a database that never had one.

    Called by whatever starts to work with addresses: server, worker, commands.
    Raises WrongEmailKey: with another key every signer would count as a new person.
    """
    known = db.session.scalar(select(Installation.value).filter_by(name="email_hash_key"))
    key = current_app.config["EMAIL_HASH_KEY"]
    if not key and known:
        raise WrongEmailKey(
            "This database needs the EMAIL_HASH_KEY it was made with: set CAMPAIGN_ACTIONS_EMAIL_HASH_KEY "
            f"or put the file email_hash_key back into {current_app.instance_path}."
        )
    key = key or _read_or_make(_file(current_app, "email_hash_key"))
    current_app.config["EMAIL_HASH_KEY"] = key
    if known is None:
        row = {"name": "email_hash_key", "value": fingerprint(key)}
        insert = dialect_insert(db.engine.dialect.name)(Installation).on_conflict_do_nothing()
        with writing() as connection:
            connection.execute(insert, row)
        known = db.session.scalar(select(Installation.value).filter_by(name="email_hash_key"))
    db.session.commit()  # whoever calls this may run for ever: it leaves no transaction open
    if known != fingerprint(key):
        raise WrongEmailKey(
            "EMAIL_HASH_KEY is not the key this database was made with "
            f"(its fingerprint is {fingerprint(key)}, the database needs {known})."
        )


def fingerprint(key: str) -> str:
    """What may be shown of a key: it tells two keys apart and gives neither away."""
    return hashlib.blake2b(key.encode(), digest_size=8, person=b"fingerprint").hexdigest()


def own_secrets() -> dict[str, str]:
    """The secrets this installation has, by the name of their file; not one that was made just now."""
    config = current_app.config
    is_new = current_app.extensions["secret_key_is_new"]
    found = {
        "secret_key": "" if is_new else config["SECRET_KEY"],
        "email_hash_key": config["EMAIL_HASH_KEY"],
    }
    return {name: secret for name, secret in found.items() if secret}


def forget_new_secret() -> None:
    """Remove a secret_key that was made when this very command started: nobody has used it."""
    if current_app.extensions["secret_key_is_new"]:
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
