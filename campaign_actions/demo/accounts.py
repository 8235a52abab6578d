"""Staff accounts of the demo: one for each role, and a deputy who approves.

Password and authenticator keys derive from SECRET_KEY, so each installation has its own and the
source contains no secret.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.staff.authentication.sessions import new_uniquifier
from campaign_actions.staff.models import StaffMember, StaffRole
from campaign_actions.staff.permissions import PERMISSIONS_WITH_FACTOR, ROLES

DOMAIN = "demo.example"  # RFC 2606: email cannot be delivered there
DEPUTY = "deputy"  # approves what the administrator or the exporter asks for
DEMO_STAFF: dict[str, tuple[str, ...]] = {  # roles by the local part of the address
    **{role: (role,) for role in ROLES},
    DEPUTY: ("administrator", "exporter"),
}


def load_staff(password_hash: str, app_secrets: Mapping[str, str], *, now: datetime) -> list[str]:
    """Add the missing accounts; returns their addresses. `app_secrets`: encrypted keys by name."""
    known = set(db.session.scalars(select(StaffMember.email)))
    missing = [name for name in DEMO_STAFF if demo_address(name) not in known]
    with write_transaction():
        for name in missing:
            member = StaffMember(
                email=demo_address(name),
                name=f"Demo {name}",
                invited_at=now,
                joined_at=now,
                password=password_hash,
                fs_uniquifier=new_uniquifier(),
                granted=[StaffRole(role=role) for role in DEMO_STAFF[name]],
            )
            if name in app_secrets:
                member.tf_primary_method = "authenticator"
                member.tf_totp_secret = app_secrets[name]
            db.session.add(member)
    return [demo_address(name) for name in missing]


def demo_address(name: str) -> str:
    return f"{name}@{DOMAIN}"


def demo_password(secret_key: str) -> str:
    """The password of all demo accounts."""
    text = base64.b32encode(_derived(secret_key, "password")).decode().lower()
    return "-".join(text[start : start + 5] for start in range(0, 20, 5))


def authenticator_keys(secret_key: str) -> dict[str, str]:
    """The authenticator key (base32) of each account that needs a second factor, by name."""
    return {
        name: base64.b32encode(_derived(secret_key, name)[:20]).decode()
        for name, roles in DEMO_STAFF.items()
        if any(ROLES[role] & PERMISSIONS_WITH_FACTOR for role in roles)
    }


def _derived(secret_key: str, what: str) -> bytes:
    return hmac.digest(secret_key.encode(), f"demo staff: {what}".encode(), hashlib.sha256)
