"""What a staff member proves with who they are, besides the password: set up, and taken away."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, func, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.errors import Conflict
from campaign_actions.core.security.totp import Match
from campaign_actions.core.security.webauthn import NewPasskey
from campaign_actions.staff.authentication.code_limit import start_again
from campaign_actions.staff.authentication.sessions import lock_out
from campaign_actions.staff.authentication.used_challenges import use_challenge
from campaign_actions.staff.invitations import queue
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.permissions import NEEDS_FACTOR
from campaign_actions.staff.queries import rights_of

RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789"  # 32 characters that are not mistaken for another
GROUPS, IN_A_GROUP = 4, 6  # 120 bits: a plain hash of it can not be guessed


class LastFactor(Conflict):
    title = _l("This is the only second factor that is left")
    message = _l("Your roles need a second factor. Set up another one first, then remove this one.")


class ChallengeUsed(Conflict):
    title = _l("This passkey was not added")
    message = _l("This response from your browser has already been used. Please try again.")


class PasskeyKnown(Conflict):
    title = _l("This passkey is known already")
    message = _l("It was added before, here or by somebody else.")


def has_factor(member: StaffMember) -> bool:
    return bool(member.tf_primary_method or member.webauthn)


def needs_factor(member: StaffMember) -> bool:
    """Who may see personal data, or write what the public reads, needs a second factor."""
    return bool(NEEDS_FACTOR & rights_of(member).keys())


def is_complete(member: StaffMember) -> bool:
    """Whether a member has every factor that they need."""
    return has_factor(member) or not needs_factor(member)


def add_app(member: StaffMember, match: Match, *, now: datetime, but: str = "") -> bool:
    """Take an authenticator app whose first code was right; it replaces a former one.

    Whether it is the member's first second factor: see `_end_others()`.
    """
    values = {
        "tf_primary_method": "authenticator",
        "tf_totp_secret": match.secret,
        "totp_counter": match.counter,
    }
    with _changed(member, "factor-added", now, factor="app") as connection:
        is_first = _end_others(connection, member, but=but)
        connection.execute(_of(member).values(values))
        start_again(connection, member.id)
    return is_first


def remove_app(member: StaffMember, *, now: datetime) -> None:
    """Raises LastFactor."""
    with _changed(member, "factor-removed", now, factor="app") as connection:
        _lock(connection, member.id)
        passkeys = select(func.count()).select_from(Passkey).filter_by(user_id=member.id)
        _keep_one(connection, member, connection.scalar(passkeys) or 0)
        nothing = {"tf_primary_method": None, "tf_totp_secret": None, "totp_counter": None}
        connection.execute(_of(member).values(nothing))


def give_handle(member: StaffMember) -> str:
    """The name that passkeys know a member by: it says nothing of them."""
    if not member.fs_webauthn_user_handle:
        new = _of(member).where(StaffMember.fs_webauthn_user_handle.is_(None))
        with write_transaction() as connection:
            connection.execute(new.values(fs_webauthn_user_handle=secrets.token_hex(32)))
        db.session.refresh(member)
    return str(member.fs_webauthn_user_handle)


def add_passkey(
    member: StaffMember,
    made: NewPasskey,
    *,
    name: str,
    challenge: str,
    now: datetime,
    but: str = "",
) -> bool:
    """Whether it is the member's first second factor: see `_end_others()`.

    Raises PasskeyKnown, and ChallengeUsed where the same answer was taken before.
    """
    row = {
        "user_id": member.id,
        "name": name,
        "credential_id": made.credential_id,
        "public_key": made.public_key,
        "sign_count": made.sign_count,
        "backup_state": made.is_backed_up,
        "device_type": made.device_type,
        "usage": "first" if made.is_user_verified else "secondary",
        "create_datetime": now,
        "lastuse_datetime": now,
    }
    with _changed(member, "factor-added", now, factor="passkey") as connection:
        if not use_challenge(connection, challenge, now=now):
            raise ChallengeUsed
        is_first = _end_others(connection, member, but=but)
        new = dialect_insert(connection.dialect.name)(Passkey).values(row)
        new = new.on_conflict_do_nothing().returning(Passkey.id)
        if connection.scalar(new) is None:
            raise PasskeyKnown
    return is_first


def remove_passkey(member: StaffMember, passkey_id: int, *, now: datetime) -> None:
    """Raises LastFactor."""
    with _changed(member, "factor-removed", now, factor="passkey") as connection:
        _lock(connection, member.id)
        others = select(func.count()).select_from(Passkey)
        others = others.where(Passkey.user_id == member.id, Passkey.id != passkey_id)
        app = select(func.count()).select_from(StaffMember)
        app = app.where(StaffMember.id == member.id, StaffMember.tf_primary_method.is_not(None))
        _keep_one(
            connection, member, (connection.scalar(others) or 0) + (connection.scalar(app) or 0)
        )
        theirs = Passkey.id == passkey_id, Passkey.user_id == member.id
        connection.execute(delete(Passkey).where(*theirs))


def make_recovery_codes(member: StaffMember, *, now: datetime) -> list[str]:
    """New codes, in the place of former ones. They are shown once: hashes are kept."""
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    with _changed(member, "factor-added", now, factor="recovery codes") as connection:
        hashes = [hash_of_code(code) for code in codes]
        connection.execute(_of(member).values(mf_recovery_codes=hashes))
    return codes


def hash_of_code(code: str) -> str:
    """However somebody types it: capitals, spaces and hyphens do not matter."""
    bare = "".join(character for character in code.lower() if character in ALPHABET)
    return hashlib.sha256(bare.encode()).hexdigest()


def take_factors(connection: Connection, staff_id: int) -> None:
    """In the caller's transaction: take away all that somebody has besides the password."""
    nothing = {
        "tf_primary_method": None,
        "tf_totp_secret": None,
        "totp_counter": None,
        "mf_recovery_codes": None,
    }
    connection.execute(delete(Passkey).where(Passkey.user_id == staff_id))
    connection.execute(update(StaffMember).where(StaffMember.id == staff_id).values(nothing))
    start_again(connection, staff_id)


@contextmanager
def _changed(
    member: StaffMember, event: str, now: datetime, *, factor: str
) -> Iterator[Connection]:
    """A change of somebody's own factors: they are told by mail, and it is written down."""
    with write_transaction() as connection:
        yield connection
        queue(connection, "staff-factor-changed", member.id, member.email, member.locale, now)
        add_entry(connection, event, actor=member.email, now=now, factor=factor)
    db.session.expire(member)


def _end_others(connection: Connection, member: StaffMember, *, but: str) -> bool:
    """Whether a member has no second factor yet: then all else that the password alone opened ends.

    `but`: the id of the session in which they set one up.
    """
    _lock(connection, member.id)
    app = select(StaffMember.tf_primary_method).where(StaffMember.id == member.id)
    passkeys = select(Passkey.id).where(Passkey.user_id == member.id).limit(1)
    if connection.scalar(app) or connection.scalar(passkeys):
        return False
    lock_out(connection, member.id, but=but)
    return True


def _keep_one(connection: Connection, member: StaffMember, left: int) -> None:
    """One must be left for who needs one; without any, recovery codes are for nothing."""
    if left:
        return
    if needs_factor(member):
        raise LastFactor
    connection.execute(_of(member).values(mf_recovery_codes=None))


def _lock(connection: Connection, staff_id: int) -> None:
    """Two windows that each remove another factor do so one after the other."""
    mine = select(StaffMember.id).where(StaffMember.id == staff_id).with_for_update()
    connection.execute(mine)


def _new_code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(IN_A_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def _of(member: StaffMember) -> Any:
    return update(StaffMember).where(StaffMember.id == member.id)
