"""Revoking again what a restored backup has brought back, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select, update

from campaign_actions.actions.models import Action
from campaign_actions.audit.log import COMMAND
from campaign_actions.campaigns.models import Campaign, PreviewLink, ScheduledDraft
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.switches.state import Switch
from campaign_actions.staff.authentication.mfa_enrolment import remove_all_factors
from campaign_actions.staff.authentication.password_hashing import password_hashing
from campaign_actions.staff.dual_control import AUTO, OFF, ON, are_updates_guarded, current_mode
from campaign_actions.staff.models import (
    DualControlSetting,
    Passkey,
    RoleCampaign,
    StaffMember,
    StaffRole,
)
from campaign_actions.staff.notifications import drop_staff_mail
from campaign_actions.staff.queries import find_member_by_id, member_update
from campaign_actions.switches.switch import insert_pause
from campaign_actions.updates.models import Update
from campaign_actions.updates.schedule import RESTORED

OFF_REASON = "This was off before a backup was restored."


def disable(connection: Connection, staff_ids: Sequence[int], _now: datetime) -> None:
    for staff_id in staff_ids:
        connection.execute(member_update(staff_id).values(active=False))
        if member := find_member_by_id(staff_id):
            drop_staff_mail(connection, member)


def void_passwords(connection: Connection, staff_ids: Sequence[int], _now: datetime) -> None:
    """No password is right, but an emailed link still sets a new one."""
    joined = StaffMember.id.in_(staff_ids), StaffMember.password.is_not(None)
    connection.execute(
        update(StaffMember).where(*joined).values(password=password_hashing().unmatched())
    )


def remove_factors(
    connection: Connection, keys: Sequence[tuple[int, int | None]], now: datetime
) -> None:
    """Without any other factor, the old password alone would be enough, so it is voided as well."""
    for staff_id, passkey_id in keys:
        if passkey_id is None:
            app = {"tf_primary_method": None, "tf_totp_secret": None, "totp_counter": None}
            connection.execute(member_update(staff_id).values(app))
        else:
            connection.execute(delete(Passkey).where(Passkey.id == passkey_id))
    has_factor = StaffMember.tf_primary_method.is_not(None) | exists().where(
        Passkey.user_id == StaffMember.id
    )
    ids = {staff_id for staff_id, _passkey_id in keys}
    left = connection.scalars(select(StaffMember.id).where(StaffMember.id.in_(ids), ~has_factor))
    without = [*left]
    for staff_id in without:
        remove_all_factors(connection, staff_id)
    void_passwords(connection, without, now)


def remove_codes(connection: Connection, keys: Sequence[tuple[int, str]], _now: datetime) -> None:
    spent = {code for _staff_id, code in keys}
    for staff_id in {staff_id for staff_id, _code in keys}:
        codes = select(StaffMember.mf_recovery_codes).where(StaffMember.id == staff_id)
        left = [code for code in connection.scalar(codes) or () if code not in spent]
        connection.execute(member_update(staff_id).values(mf_recovery_codes=left))


def remove_roles(
    connection: Connection, keys: Sequence[tuple[int, str, int | None]], _now: datetime
) -> None:
    """A limited role goes with its last campaign."""
    for staff_id, role, campaign_id in keys:
        limits = RoleCampaign.staff_id == staff_id, RoleCampaign.role == role
        connection.execute(
            delete(RoleCampaign).where(*limits, RoleCampaign.campaign_id == campaign_id)
        )
        this = StaffRole.staff_id == staff_id, StaffRole.role == role
        connection.execute(delete(StaffRole).where(*this, ~exists().where(*limits)))


def end_links(connection: Connection, link_ids: Sequence[int], now: datetime) -> None:
    these = update(PreviewLink).where(PreviewLink.id.in_(link_ids))
    connection.execute(these.values(revoked_at=now))


def switch_off_again(connection: Connection, switches: Sequence[Switch], now: datetime) -> None:
    for switch in switches:
        insert_pause(connection, switch, reason=OFF_REASON, actor=COMMAND, now=now)


def need_two_people(connection: Connection, rules: Sequence[str], _now: datetime) -> None:
    mode = ON if AUTO in rules else AUTO if OFF in rules else current_mode(connection)
    for_updates = "updates" in rules or are_updates_guarded(connection)
    values = {"mode": mode, "for_updates": for_updates}
    new = dialect_insert(connection.dialect.name)(DualControlSetting).values(id=1, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=values))


def cancel_openings(
    connection: Connection,
    keys: Sequence[tuple[type[Campaign] | type[Action], int]],
    _now: datetime,
) -> None:
    for table, row_id in keys:
        closed = update(table).where(table.id == row_id)
        connection.execute(closed.values(published_at=None, publisher_id=None))


def cancel_changes(connection: Connection, keys: Sequence[tuple[str, int]], _now: datetime) -> None:
    for subject, subject_id in keys:
        this = delete(ScheduledDraft).filter_by(subject=subject, subject_id=subject_id)
        connection.execute(this)


def cancel_updates(connection: Connection, update_ids: Sequence[int], now: datetime) -> None:
    """The draft says why, so that nobody sends it twice."""
    returned = {"status": "draft", "send_at": None, "returned_at": now, "returned_why": RESTORED}
    connection.execute(update(Update).where(Update.id.in_(update_ids)).values(returned))
