"""Proving who one is by a second factor. Each code works once, whoever sends it twice at one moment."""

from datetime import datetime

from sqlalchemy import select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.security.totp import one_time_codes
from campaign_actions.core.security.webauthn import (
    credential_id_of,
    user_handle_of,
    verify_authentication,
)
from campaign_actions.staff.authentication.code_limit import (
    CodesBlocked,
    blocked_until,
    count_wrong_code,
)
from campaign_actions.staff.authentication.mfa_enrolment import hash_of_code
from campaign_actions.staff.authentication.used_challenges import use_challenge
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.queries import find_member_by_id

DIGITS = 6  # of a code; with any other number it is no guess at one


def prove_by_any_code(member: StaffMember, code: str, *, now: datetime) -> str:
    """By which kind of code, if it is right; else "". Raises CodesBlocked."""
    bare = "".join(code.split())
    if len(bare) == DIGITS and bare.isascii() and bare.isdigit():
        return "code" if prove_by_code(member, bare, now=now) else ""
    return "recovery code" if prove_by_recovery_code(member, bare, now=now) else ""


def prove_by_code(member: StaffMember, code: str, *, now: datetime) -> bool:
    """Whether a code of the authenticator app is right; it is used up then.

    Raises CodesBlocked where there were too many wrong ones. The member's row is locked from before
    that is looked up until a wrong code is counted, so a burst has no more tries than one by one.
    """
    mine = StaffMember.id == member.id, StaffMember.tf_primary_method == "authenticator"
    columns = StaffMember.tf_totp_secret, StaffMember.totp_counter, StaffMember.codes_blocked_until
    with write_transaction() as connection:
        kept = connection.execute(select(*columns).where(*mine).with_for_update()).one_or_none()
        if kept is None or not kept.tf_totp_secret:
            return False
        if until := blocked_until(kept.codes_blocked_until, now):
            raise CodesBlocked(until)
        match = one_time_codes().match(code, kept.tf_totp_secret, after=kept.totp_counter, now=now)
        if match is None:
            count_wrong_code(connection, member, now)
            db.session.expire(member)
            return False
        used = {"tf_totp_secret": match.secret, "totp_counter": match.counter}
        connection.execute(update(StaffMember).where(*mine).values(used))
    db.session.expire(member)
    return True


def prove_by_recovery_code(member: StaffMember, code: str, *, now: datetime) -> bool:
    """Whether a recovery code is right; it is used up then."""
    table = StaffMember.__table__
    codes = select(table.c.mf_recovery_codes).where(table.c.id == member.id)
    with write_transaction() as connection:
        left = list(connection.scalar(codes.with_for_update()) or ())
        hashed = hash_of_code(code)
        if hashed not in left:
            return False
        left.remove(hashed)
        used = update(StaffMember).where(StaffMember.id == member.id)
        connection.execute(used.values(mf_recovery_codes=left))
        add_entry(connection, "recovery-code-used", actor=member.email, now=now, left=len(left))
    db.session.expire(member)
    return True


def prove_by_passkey(
    answer: str, challenge: str, *, of: StaffMember | None, alone: bool, now: datetime
) -> StaffMember | None:
    """Who holds the passkey that answered, if it is true. `of`: who it must be; None: anybody's.

    `alone`: it stands for the password as well, and so must have asked for a finger, a face or
    its PIN; also when it was added. Anyone who finds a key without a PIN can give it one.
    """
    passkey = db.session.scalars(
        select(Passkey).filter_by(credential_id=credential_id_of(answer))
    ).first()
    if passkey is None or (of is not None and passkey.user_id != of.id):
        return None
    if alone and passkey.usage != "first":
        return None
    member = find_member_by_id(passkey.user_id)
    handle = user_handle_of(answer)
    if member is None or not member.active or not member.password:
        return None
    if handle and handle != member.fs_webauthn_user_handle:
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
