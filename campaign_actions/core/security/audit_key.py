"""The key that signs anchors of the audit log. It loads cryptography, which most commands do not need."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import Connection, select

from campaign_actions.core.db.session import db
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.security.secrets import (
    Installation,
    WrongAuditKey,
    decode_audit_key,
    find_fact,
    insert_fact,
    read_or_generate,
    secret_file,
)

AUDIT_PUBLIC_KEY = "audit_public_key"  # its name in the table `installation`
KEY_LOST = "If it is lost, run `campaign-actions audit anchor --new-key`."


def ensure_audit_key() -> Ed25519PrivateKey:
    """The key that signs anchors, generated only for a log that never had one.

    The public key in the database keeps two machines from signing with two keys. Checking an anchor does
    not rely on it. Raises WrongAuditKey.
    """
    known, secret = find_fact(AUDIT_PUBLIC_KEY), current_app.config["AUDIT_KEY"]
    if not secret and known:
        raise WrongAuditKey(
            f"The key that signs anchors of the audit log is missing (its public key is {known}). Put the"
            f" file audit_key back into {current_app.instance_path}, or set CAMPAIGN_ACTIONS_AUDIT_KEY."
            f" {KEY_LOST}"
        )
    secret = secret or read_or_generate(secret_file(current_app, "audit_key"))
    current_app.config["AUDIT_KEY"] = secret
    key = signing_key(secret)
    own = public_key_of(key)
    known = known or insert_fact(AUDIT_PUBLIC_KEY, own)
    db.session.commit()
    if known != own:
        raise WrongAuditKey(
            f"AUDIT_KEY has the public key {own}, but anchors of this log are signed with {known}. Copy the"
            f" file audit_key from the machine that has it. {KEY_LOST}"
        )
    return key


def replace_audit_key(connection: Connection) -> tuple[str, str]:
    """Sign with this machine's key, or a new one, from now on; the former and the new public key."""
    secret = current_app.config["AUDIT_KEY"] or read_or_generate(
        secret_file(current_app, "audit_key")
    )
    current_app.config["AUDIT_KEY"] = secret
    own = public_key_of(signing_key(secret))
    facts = select(Installation.value).filter_by(name=AUDIT_PUBLIC_KEY)
    former = connection.scalar(facts) or ""
    insert = dialect_insert(connection.dialect.name)(Installation)
    insert = insert.on_conflict_do_update(index_elements=["name"], set_={"value": own})
    connection.execute(insert, {"name": AUDIT_PUBLIC_KEY, "value": own})
    return former, own


def own_audit_public_key() -> str:
    """This machine's public key in base64; "" if it has none.

    The file is read too: the worker may have generated the key after this process started.
    """
    file = secret_file(current_app, "audit_key")
    secret = current_app.config["AUDIT_KEY"] or (read_or_generate(file) if file.exists() else "")
    return public_key_of(signing_key(secret)) if secret else ""


def signing_key(secret: str) -> Ed25519PrivateKey:
    """The Ed25519 key of a secret in URL-safe base64. Raises WrongSetting."""
    return Ed25519PrivateKey.from_private_bytes(decode_audit_key(secret))


def public_key_of(key: Ed25519PrivateKey) -> str:
    """The public key in base64: 44 characters, not secret."""
    return b64encode(key.public_key().public_bytes_raw()).decode()
