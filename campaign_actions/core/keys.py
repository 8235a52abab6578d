"""The two secrets of an installation: made at first start, kept in the instance folder."""

import hashlib
import os
import secrets
from pathlib import Path
from tempfile import mkstemp

from flask import Flask, current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.config import WrongSetting
from campaign_actions.core.database import Base, db, dialect_insert, writing


class Installation(Base):
    """Facts about this installation, by name."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class WrongEmailKey(Exception):
    """EMAIL_HASH_KEY is not the one this database was made with."""


def init_app(app: Flask) -> None:
    """Give the app its SECRET_KEY, made now if there is none; take EMAIL_HASH_KEY if there is one."""
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or _read_or_make(_file(app, "secret_key"))
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
        row = {"name": "email_hash_key", "value": _fingerprint(key)}
        insert = dialect_insert(db.engine.dialect.name)(Installation).on_conflict_do_nothing()
        with writing() as connection:
            connection.execute(insert, row)
        known = db.session.scalar(select(Installation.value).filter_by(name="email_hash_key"))
    db.session.commit()  # whoever calls this may run for ever: it leaves no transaction open
    if known != _fingerprint(key):
        raise WrongEmailKey(
            "EMAIL_HASH_KEY is not the key this database was made with "
            f"(its fingerprint is {_fingerprint(key)}, the database needs {known})."
        )


def _fingerprint(key: str) -> str:
    return hashlib.blake2b(key.encode(), digest_size=8, person=b"fingerprint").hexdigest()


def _file(app: Flask, name: str) -> Path:
    return Path(app.instance_path) / name


def _read_or_make(file: Path) -> str:
    """The secret in the file; a new one (mode 0600) if there is none. Safe for programs that race.

    The file appears whole, on the disk, or not at all: it is written aside and linked into place.
    Raises WrongSetting when it is empty.
    """
    if not file.exists():
        handle, draft = mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "w") as new:
            new.write(secrets.token_urlsafe(32) + "\n")
            new.flush()
            os.fsync(new.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass  # another program was first: its secret is the secret
        finally:
            Path(draft).unlink()
        _sync(file.parent)
    secret = file.read_text().strip()
    if not secret:
        raise WrongSetting(f"{file} is empty: put the secret back, from your backup.")
    return secret


def _sync(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
