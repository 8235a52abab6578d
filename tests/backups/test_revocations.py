"""After a restore, nobody has access again that was taken away after the backup."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select, update

from campaign_actions.actions.signatures.removals.files import FOLDER
from campaign_actions.approvals.request import request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.campaigns.models import Campaign, PreviewLink, ScheduledDraft
from campaign_actions.commands.backups import after_restore
from campaign_actions.core.db.session import db, has_rows, utc_now
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.core.switches.state import SIGN, switch_store
from campaign_actions.previews.links import revoke_preview, share_preview
from campaign_actions.publishing.publish import unpublish
from campaign_actions.revocations.access import KINDS
from campaign_actions.revocations.record import record_revocations
from campaign_actions.staff.authentication.mfa_enrolment import make_recovery_codes
from campaign_actions.staff.authentication.mfa_verification import verify_recovery_code
from campaign_actions.staff.authentication.password_reset import change_password
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import (
    Operation,
    SetDualControl,
    apply_alone,
    current_mode,
)
from campaign_actions.staff.manage_members import DisableMember, disable_member
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member, grants_of
from campaign_actions.updates.models import Update
from campaign_actions.updates.schedule import unschedule
from tests.support.approvers import state_of
from tests.support.backup_data import run
from tests.support.factories import (
    LONG_AGO,
    NOON,
    PASSWORD,
    make_action,
    make_campaign,
    make_staff,
    make_update,
)
from tests.support.staff_client import log_in, log_in_by_form, set_up_app
from tests.support.switches import off

pytestmark = pytest.mark.slow  # it runs pg_dump and pg_restore

ADA = "ada@example.org"
LATER = NOON + timedelta(days=365)
Step = Callable[[], object]


@pytest.fixture
def ada(app, tmp_path, monkeypatch) -> StaffMember:
    monkeypatch.setattr(app, "instance_path", str(tmp_path))  # a list of its own
    ensure_email_key()
    member = make_staff("campaigner", "exporter", email=ADA)
    set_up_app(member)
    return member


def work(app) -> None:
    """As the worker does."""
    db.session.commit()
    record_revocations(utc_now(), folder=Path(app.instance_path) / FOLDER)


def now_ada() -> StaffMember:
    db.session.rollback()
    db.session.expire_all()
    member = find_member(ADA)
    assert member is not None
    return member


def decide(operation: Operation) -> None:
    apply_alone(operation, actor=COMMAND, now=NOON)


def is_accepted(client, password: str = PASSWORD) -> bool:
    return log_in_by_form(client, ADA, password).status_code == 302


# Each makes something that gives access: how it is revoked, and whether it works.


def member(client, ada) -> tuple[Step, Step]:
    return lambda: decide(DisableMember(ada.id)), lambda: is_accepted(client)


def password(client, ada) -> tuple[Step, Step]:
    return (
        lambda: change_password(ada, "$argon2id$v=19$m=8,t=1,p=1$bmV3$bmV3", now=NOON),
        lambda: is_accepted(client),
    )


def second_factor(client, ada) -> tuple[Step, Step]:
    """It is gone, and the old password alone is not enough."""

    def replace() -> None:
        ada.tf_totp_secret = "another"
        db.session.commit()

    return replace, lambda: is_accepted(client) and now_ada().tf_totp_secret is not None


def recovery_code(_client, ada) -> tuple[Step, Step]:
    codes = make_recovery_codes(ada, now=NOON)

    def use() -> None:
        assert verify_recovery_code(ada, codes[0], now=NOON)

    def is_valid() -> bool:
        assert verify_recovery_code(now_ada(), codes[1], now=NOON), "it was not used"
        return verify_recovery_code(now_ada(), codes[0], now=NOON)

    return use, is_valid


def role(_client, ada) -> tuple[Step, Step]:
    fewer = ChangeRoles.of(ada.id, {"campaigner": None}, None)

    def is_exporter() -> bool:
        assert "campaigner" in grants_of(now_ada()), "it was not taken away"
        return "exporter" in grants_of(now_ada())

    return lambda: decide(fewer), is_exporter


def preview_link(_client, ada) -> tuple[Step, Step]:
    campaign_id = make_campaign().id
    made = {"label": "Press", "expires_at": utc_now(), "staff_id": ada.id}
    link = share_preview(campaign_id, actor=ADA, now=NOON, **made)
    revoked = PreviewLink.revoked_at
    return (
        lambda: revoke_preview(campaign_id, link, actor=ADA, now=NOON),
        lambda: db.session.scalar(select(revoked).filter_by(id=link)) is None,
    )


def switch(_client, _ada) -> tuple[Step, Step]:
    def is_on() -> bool:
        switch_store().refresh_now()
        return SIGN not in switch_store().current.off

    return lambda: off(SIGN), is_on


def rule(_client, _ada) -> tuple[Step, Step]:
    return (
        lambda: decide(SetDualControl("on")),
        lambda: current_mode(db.session.connection()) == "auto",
    )


def opening(_client, _ada) -> tuple[Step, Step]:
    campaign_id = make_campaign().id
    given = {"seen": LONG_AGO, "actor": ADA, "now": NOON}
    opened = select(Campaign.published_at).filter_by(id=campaign_id)
    return (
        lambda: unpublish(campaign_id, **given),
        lambda: db.session.scalar(opened) is not None,
    )


def change(_client, ada) -> tuple[Step, Step]:
    made = {"number": 1, "at": LATER, "scheduled_at": NOON, "staff_id": ada.id}
    db.session.add(
        ScheduledDraft(subject="campaign", subject_id=1, campaign_id=make_campaign().id, **made)
    )
    db.session.commit()

    def move() -> None:
        db.session.execute(update(ScheduledDraft).values(at=LATER + timedelta(days=1)))
        db.session.commit()

    return move, lambda: has_rows(select(ScheduledDraft.at).filter_by(at=LATER))


def scheduled_update(_client, _ada) -> tuple[Step, Step]:
    made = make_update(make_action(), status="scheduled", send_at=LATER)
    status = select(Update.status).filter_by(id=made.id)
    return (
        lambda: unschedule(made.id, name="racism", actor=ADA, now=NOON),
        lambda: db.session.scalar(status) == "scheduled",
    )


CASES = {
    "opening": opening,
    "change": change,
    "update": scheduled_update,
    "member": member,
    "password": password,
    "second factor": second_factor,
    "recovery code": recovery_code,
    "role": role,
    "preview link": preview_link,
    "switch": switch,
    "rule": rule,
}


def test_there_is_a_case_for_every_kind_of_access():
    assert CASES.keys() == KINDS.keys()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("is_revoked", [True, False], ids=["revoked", "kept"])
def test_what_was_revoked_after_the_backup_stays_revoked(app, ada, client, saved, name, is_revoked):
    revoke, works = CASES[name](client, ada)
    work(app)
    file = saved()
    if is_revoked:
        revoke()

    result = replaced(app, file)

    assert bool(works()) is not is_revoked
    told = KINDS[name].told.format(number=f"1 {name}")
    assert (told in result.stderr.splitlines()) is is_revoked


def replaced(app, file: Path) -> Result:
    db.session.commit()
    result = run(app, "restore", "--replace", file)
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize("is_disabled", [True, False])
def test_an_old_cookie_does_not_work(app, ada, client, saved, is_disabled):
    log_in(client, ada)
    assert client.get("/staff/account/").status_code == 200
    file = saved()
    if is_disabled:
        disable_member(ada, actor=COMMAND, now=NOON)

    result = replaced(app, file)

    assert client.get("/staff/account/").status_code == 302
    assert "Ended 1 session. " in result.stderr


def test_an_old_address_of_a_preview_does_not_work(app, ada, saved):
    made = {"label": "Press", "expires_at": utc_now(), "staff_id": ada.id}
    link = share_preview(make_campaign().id, actor=ADA, now=NOON, **made)
    address = select(PreviewLink.public_id).filter_by(id=link)
    before, file = db.session.scalar(address), saved()

    result = replaced(app, file)

    assert db.session.scalar(address) not in (None, before)
    assert "Preview links have new addresses" in result.stderr


def test_a_request_that_was_open_in_the_backup_is_void(app, ada, saved):
    people = make_staff("administrator")
    asked = request_approval(
        SetDualControl("off"), by=people, reason="It takes long.", now=utc_now()
    )
    file = saved()

    result = replaced(app, file)

    assert state_of(asked) == "expired"
    assert "Voided 1 request " in result.stderr


def test_access_given_back_before_the_backup_stays(app, ada, saved):
    without, again = {"campaigner": None}, {"campaigner": None, "exporter": None}
    work(app)
    decide(ChangeRoles.of(ada.id, without, None))
    work(app)
    decide(ChangeRoles.of(ada.id, again, None))
    work(app)
    file = saved()

    replaced(app, file)

    assert grants_of(now_ada()).keys() == again.keys()


def test_what_an_older_backup_lacks_is_not_revoked_in_a_newer_one(app, ada, saved, tmp_path):
    work(app)
    older = saved().rename(tmp_path / "older.zip")
    make_staff("campaigner", email="bea@example.org")
    work(app)
    newer = saved()
    replaced(app, older)
    work(app)

    replaced(app, newer)

    bea = find_member("bea@example.org")
    assert bea is not None
    assert bea.active
    assert bea.granted


def test_the_command_does_the_same_after_another_kind_of_restore(app, ada, client):
    log_in(client, ada)
    work(app)
    disable_member(ada, actor=COMMAND, now=NOON)
    work(app)
    ada.active = True
    db.session.commit()

    result = app.test_cli_runner().invoke(after_restore)

    assert result.exit_code == 0, result.output
    assert "Disabled 1 member again." in result.stderr
    assert not now_ada().active
