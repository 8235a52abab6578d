"""Setting up and removing second factors: an authenticator app, passkeys, recovery codes."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, func, select

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.errors import Conflict
from campaign_actions.core.security.totp import Match
from campaign_actions.core.security.used_challenges import use_challenge
from campaign_actions.core.security.webauthn import NewPasskey
from campaign_actions.staff.authentication.sessions import revoke_access
from campaign_actions.staff.authentication.wrong_code_limit import reset_wrong_codes
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.permissions import PERMISSIONS_WITH_FACTOR
from campaign_actions.staff.queries import member_update, rights_of

RECOVERY_CODE_COUNT = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789"  # 32 characters without look-alikes
GROUP_COUNT, GROUP_LENGTH = 4, 6  # 120 bits, so a plain hash is safe


class LastFactor(Conflict):
    title = _l("This is your only second factor")
    message = _l("Your roles need a second factor. Set up another one first, then remove this one.")


class ChallengeUsed(Conflict):
    title = _l("This passkey was not added")
    message = _l("Something went wrong in your browser. Please try again.")


class DuplicatePasskey(Conflict):
    title = _l("This passkey has already been added")
    message = _l(
        "It belongs to your account or to someone else’s. Use another device or security key."
    )


def has_factor(member: StaffMember) -> bool:
    return bool(member.tf_primary_method or member.webauthn)


def needs_factor(member: StaffMember) -> bool:
    """Whether their roles require a second factor: for personal data or anything the public reads."""
    return bool(PERMISSIONS_WITH_FACTOR & rights_of(member).keys())


def has_required_factor(member: StaffMember) -> bool:
    """Whether a member has a second factor, or needs none."""
    return has_factor(member) or not needs_factor(member)


def add_app(member: StaffMember, match: Match, *, now: datetime, keep_session: str = "") -> bool:
    """Set up an authenticator app whose first code was right, replacing any earlier one.

    Returns whether it is the member's first second factor. If it is, all sessions except `keep_session`
    (an id) end.
    """
    values = {
        "tf_primary_method": "authenticator",
        "tf_totp_secret": match.secret,
        "totp_counter": match.counter,
    }
    with _factor_change(member, "factor-added", now, factor="app") as connection:
        is_first = _end_sessions_if_first(connection, member, keep_session=keep_session)
        connection.execute(member_update(member.id).values(values))
        reset_wrong_codes(connection, member.id)
    return is_first


def remove_app(member: StaffMember, *, now: datetime) -> None:
    """Raises LastFactor."""
    with _factor_change(member, "factor-removed", now, factor="app") as connection:
        _lock_member(connection, member.id)
        passkeys = select(func.count()).select_from(Passkey).filter_by(user_id=member.id)
        _check_factor_remains(connection, member, connection.scalar(passkeys) or 0)
        nothing = {"tf_primary_method": None, "tf_totp_secret": None, "totp_counter": None}
        connection.execute(member_update(member.id).values(nothing))


def ensure_passkey_handle(member: StaffMember) -> str:
    """The member's opaque WebAuthn user handle, made at first use."""
    if not member.fs_webauthn_user_handle:
        new = member_update(member.id).where(StaffMember.fs_webauthn_user_handle.is_(None))
        with write_transaction() as connection:
            connection.execute(new.values(fs_webauthn_user_handle=secrets.token_hex(32)))
        db.session.refresh(member)
    return str(member.fs_webauthn_user_handle)


def add_passkey(
    member: StaffMember,
    passkey: NewPasskey,
    *,
    name: str,
    challenge: str,
    now: datetime,
    keep_session: str = "",
) -> bool:
    """Returns whether it is the member's first second factor, as `add_app()` does.

    Raises DuplicatePasskey, and ChallengeUsed if the same response was used before.
    """
    row = {
        "user_id": member.id,
        "name": name,
        "credential_id": passkey.credential_id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "backup_state": passkey.is_backed_up,
        "device_type": passkey.device_type,
        "usage": "first" if passkey.is_user_verified else "secondary",
        "create_datetime": now,
        "lastuse_datetime": now,
    }
    with _factor_change(member, "factor-added", now, factor="passkey") as connection:
        if not use_challenge(connection, challenge, now=now):
            raise ChallengeUsed
        is_first = _end_sessions_if_first(connection, member, keep_session=keep_session)
        new = dialect_insert(connection.dialect.name)(Passkey).values(row)
        new_id = new.on_conflict_do_nothing().returning(Passkey.id)
        if connection.scalar(new_id) is None:
            raise DuplicatePasskey
    return is_first


def remove_passkey(member: StaffMember, passkey_id: int, *, now: datetime) -> None:
    """Raises LastFactor."""
    with _factor_change(member, "factor-removed", now, factor="passkey") as connection:
        _lock_member(connection, member.id)
        others = select(func.count()).select_from(Passkey)
        others = others.where(Passkey.user_id == member.id, Passkey.id != passkey_id)
        app = select(func.count()).select_from(StaffMember)
        app = app.where(StaffMember.id == member.id, StaffMember.tf_primary_method.is_not(None))
        _check_factor_remains(
            connection, member, (connection.scalar(others) or 0) + (connection.scalar(app) or 0)
        )
        is_own = Passkey.id == passkey_id, Passkey.user_id == member.id
        connection.execute(delete(Passkey).where(*is_own))


def make_recovery_codes(member: StaffMember, *, now: datetime) -> list[str]:
    """New codes that replace earlier ones. They can be shown only once: only hashes are stored."""
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODE_COUNT)]
    with _factor_change(member, "factor-added", now, factor="recovery codes") as connection:
        hashes = [hash_recovery_code(code) for code in codes]
        connection.execute(member_update(member.id).values(mf_recovery_codes=hashes))
    return codes


def hash_recovery_code(code: str) -> str:
    """Ignores capitals, spaces and hyphens."""
    bare = "".join(character for character in code.lower() if character in ALPHABET)
    return hashlib.sha256(bare.encode()).hexdigest()


def remove_all_factors(connection: Connection, staff_id: int) -> None:
    """Remove all second factors of a member, in the caller's transaction."""
    nothing = {
        "tf_primary_method": None,
        "tf_totp_secret": None,
        "totp_counter": None,
        "mf_recovery_codes": None,
    }
    connection.execute(delete(Passkey).where(Passkey.user_id == staff_id))
    connection.execute(member_update(staff_id).values(nothing))
    reset_wrong_codes(connection, staff_id)


@contextmanager
def _factor_change(
    member: StaffMember, event: str, now: datetime, *, factor: str
) -> Iterator[Connection]:
    """A transaction in which members change their own factors; it ends with an email and an audit entry."""
    with write_transaction() as connection:
        yield connection
        enqueue_staff_mail(connection, "staff-factor-changed", member, now)
        add_entry(connection, event, actor=member.email, now=now, factor=factor)
    db.session.expire(member)


def _end_sessions_if_first(
    connection: Connection, member: StaffMember, *, keep_session: str
) -> bool:
    """Whether a member has no second factor yet. If so, end every access the password alone gave.

    `keep_session`: the id of the session in which they are setting it up.
    """
    _lock_member(connection, member.id)
    app = select(StaffMember.tf_primary_method).where(StaffMember.id == member.id)
    passkeys = select(Passkey.id).where(Passkey.user_id == member.id).limit(1)
    if connection.scalar(app) or connection.scalar(passkeys):
        return False
    revoke_access(connection, member.id, keep_session=keep_session)
    return True


def _check_factor_remains(connection: Connection, member: StaffMember, left: int) -> None:
    """Raises LastFactor if roles require one. Without any factor, recovery codes are useless and go."""
    if left:
        return
    if needs_factor(member):
        raise LastFactor
    connection.execute(member_update(member.id).values(mf_recovery_codes=None))


def _lock_member(connection: Connection, staff_id: int) -> None:
    """So that two windows cannot each remove what the other relies on."""
    row = select(StaffMember.id).where(StaffMember.id == staff_id)
    connection.execute(row.with_for_update())


def _new_recovery_code() -> str:
    groups = (
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUP_COUNT)
    )
    return "-".join(groups)
