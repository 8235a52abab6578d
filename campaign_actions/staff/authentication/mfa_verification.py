"""Verifying second factors. Each code works once, even if it is sent twice at the same moment."""

from datetime import datetime

from sqlalchemy import select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.security.totp import one_time_codes
from campaign_actions.core.security.used_challenges import use_challenge
from campaign_actions.core.security.webauthn import (
    credential_id_of,
    user_handle_of,
    verify_authentication,
)
from campaign_actions.staff.authentication.mfa_enrolment import hash_recovery_code
from campaign_actions.staff.authentication.wrong_code_limit import (
    CodesBlocked,
    current_block_end,
    record_wrong_code,
)
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.queries import find_member_by_id, member_update

CODE_DIGITS = 6  # anything else does not count as a wrong code


def verify_any_code(member: StaffMember, code: str, *, now: datetime) -> str:
    """The kind of code if it is right; else "". Raises CodesBlocked."""
    bare = "".join(code.split())
    if len(bare) == CODE_DIGITS and bare.isascii() and bare.isdigit():
        return "code" if verify_app_code(member, bare, now=now) else ""
    return "recovery code" if verify_recovery_code(member, bare, now=now) else ""


def verify_app_code(member: StaffMember, code: str, *, now: datetime) -> bool:
    """Whether a code of the authenticator app is right. A right code is used up.

    Raises CodesBlocked after too many wrong ones. The member's row stays locked from the check of that
    limit until a wrong code is counted, so a burst gets no extra attempts.
    """
    is_own_app = StaffMember.id == member.id, StaffMember.tf_primary_method == "authenticator"
    columns = StaffMember.tf_totp_secret, StaffMember.totp_counter, StaffMember.codes_blocked_until
    with write_transaction() as connection:
        stored = connection.execute(
            select(*columns).where(*is_own_app).with_for_update()
        ).one_or_none()
        if stored is None or not stored.tf_totp_secret:
            return False
        if until := current_block_end(stored.codes_blocked_until, now):
            raise CodesBlocked(until)
        match = one_time_codes().match(
            code, stored.tf_totp_secret, after=stored.totp_counter, now=now
        )
        if match is None:
            record_wrong_code(connection, member, now)
            db.session.expire(member)
            return False
        used = {"tf_totp_secret": match.secret, "totp_counter": match.counter}
        connection.execute(update(StaffMember).where(*is_own_app).values(used))
    db.session.expire(member)
    return True


def verify_recovery_code(member: StaffMember, code: str, *, now: datetime) -> bool:
    """Whether a recovery code is right. A right code is used up."""
    table = StaffMember.__table__
    codes = select(table.c.mf_recovery_codes).where(table.c.id == member.id)
    with write_transaction() as connection:
        left = list(connection.scalar(codes.with_for_update()) or ())
        hashed = hash_recovery_code(code)
        if hashed not in left:
            return False
        left.remove(hashed)
        used = member_update(member.id)
        connection.execute(used.values(mf_recovery_codes=left))
        add_entry(connection, "recovery-code-used", actor=member.email, now=now, left=len(left))
    db.session.expire(member)
    return True


def verify_passkey(
    answer: str, challenge: str, *, owner: StaffMember | None, alone: bool, now: datetime
) -> StaffMember | None:
    """The member whose passkey gave a valid response. `owner`: who it must be; None: anyone.

    `alone`: the passkey replaces the password too, so it must verify its user by fingerprint, face or
    PIN, and must have done so when it was added: anyone who finds a key without a PIN can set one.
    """
    passkey = db.session.scalars(
        select(Passkey).filter_by(credential_id=credential_id_of(answer))
    ).first()
    if passkey is None or (owner is not None and passkey.user_id != owner.id):
        return None
    if alone and passkey.usage != "first":
        return None
    member = _find_active_member(passkey.user_id, user_handle_of(answer))
    if member is None:
        return None
    checked = verify_authentication(
        answer,
        challenge,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        is_passwordless=alone,
    )
    if checked is None:
        return None
    used = {"sign_count": checked.new_sign_count, "lastuse_datetime": now}
    with write_transaction() as connection:
        if not use_challenge(connection, challenge, now=now):
            return None
        connection.execute(update(Passkey).where(Passkey.id == passkey.id).values(used))
    db.session.expire(passkey)
    return member


def _find_active_member(staff_id: int, handle: str) -> StaffMember | None:
    """A member who can log in. `handle`: the user handle in the response, which must match unless ""."""
    member = find_member_by_id(staff_id)
    if member is None or not member.can_log_in:
        return None
    if handle and handle != member.fs_webauthn_user_handle:
        return None
    return member
