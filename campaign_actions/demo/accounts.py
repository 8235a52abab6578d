"""People who work in the demo: one of each role and a second person, who log in with what the demo shows.

Password and codes come from SECRET_KEY, so each installation has its own, and nothing that opens
anything stands in the source.
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

DOMAIN = "demo.example"  # RFC 2606: no mail ever leaves for it
DEPUTY = "deputy"  # approves what the administrator or the exporter asks for
PEOPLE: dict[str, tuple[str, ...]] = {  # roles by the name in the address
    **{role: (role,) for role in ROLES},
    DEPUTY: ("administrator", "exporter"),
}


def load_staff(password_hash: str, app_secrets: Mapping[str, str], *, now: datetime) -> list[str]:
    """Make those who are not there yet; their addresses. `app_secrets`: as they are kept, by name."""
    known = set(db.session.scalars(select(StaffMember.email)))
    missing = [name for name in PEOPLE if address_of(name) not in known]
    with write_transaction():
        for name in missing:
            member = StaffMember(
                email=address_of(name),
                name=f"Demo {name}",
                invited_at=now,
                joined_at=now,
                password=password_hash,
                fs_uniquifier=new_uniquifier(),
                granted=[StaffRole(role=role) for role in PEOPLE[name]],
            )
            if name in app_secrets:
                member.tf_primary_method = "authenticator"
                member.tf_totp_secret = app_secrets[name]
            db.session.add(member)
    return [address_of(name) for name in missing]


def address_of(name: str) -> str:
    return f"{name}@{DOMAIN}"


def password_of(secret_key: str) -> str:
    """The password of all of them."""
    text = base64.b32encode(_derived(secret_key, "password")).decode().lower()
    return "-".join(text[start : start + 5] for start in range(0, 20, 5))


def app_keys(secret_key: str) -> dict[str, str]:
    """The key of the authenticator app of each who needs a second factor, by name."""
    return {
        name: base64.b32encode(_derived(secret_key, name)[:20]).decode()
        for name, roles in PEOPLE.items()
        if any(ROLES[role] & PERMISSIONS_WITH_FACTOR for role in roles)
    }


def _derived(secret_key: str, what: str) -> bytes:
    return hmac.digest(secret_key.encode(), f"demo staff: {what}".encode(), hashlib.sha256)
