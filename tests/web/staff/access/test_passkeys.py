"""Renaming passkeys."""

from sqlalchemy import select

from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security.webauthn import NewPasskey
from campaign_actions.staff.authentication.mfa_enrolment import add_passkey
from campaign_actions.staff.models import Passkey
from tests.support.factories import make_staff
from tests.support.staff_client import log_in, post


def test_a_passkey_is_renamed_and_the_log_has_both_names(client):
    member = make_staff("campaigner")
    passkey = make_passkey(member, "phone")
    log_in(client, member)

    answer = post(client, address_of(passkey), name="  my new phone ")

    assert (answer.status_code, answer.location) == (303, "/staff/account/")
    assert names() == ["my new phone"]
    assert renamings() == [(member.email, {"name": "my new phone", "former_name": "phone"})]


def test_an_unchanged_name_is_not_recorded(client):
    member = make_staff("campaigner")
    passkey = make_passkey(member, "phone")
    log_in(client, member)

    answer = post(client, address_of(passkey), name="phone")

    assert answer.status_code == 303
    assert renamings() == []


def test_a_passkey_needs_a_name(client):
    member = make_staff("campaigner")
    passkey = make_passkey(member, "phone")
    log_in(client, member)

    answers = [post(client, address_of(passkey), name=name) for name in (" ", "x" * 65)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert "Enter a name for this passkey." in answers[0].text
    assert names() == ["phone"]


def test_nobody_renames_the_passkey_of_another_member(client):
    theirs = make_passkey(make_staff("campaigner", email="victim@example.org"), "phone")
    member = make_staff("campaigner")
    own = make_passkey(member, "key")
    log_in(client, member)

    answer = post(client, address_of(theirs), seen=address_of(own), name="mine")

    assert answer.status_code == 404
    assert sorted(names()) == ["key", "phone"]


def make_passkey(member, name: str) -> Passkey:
    credential = f"{member.id} {name}".encode()
    made = NewPasskey(
        credential, b"key", 0, "single_device", is_backed_up=False, is_user_verified=True
    )
    add_passkey(member, made, name=name, challenge=name, now=utc_now())
    return db.session.scalars(select(Passkey).filter_by(credential_id=credential)).one()


def address_of(passkey: Passkey) -> str:
    return f"/staff/account/passkeys/{passkey.id}/rename/"


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Passkey.name)))


def renamings() -> list[tuple[str, dict[str, str]]]:
    entries = db.session.scalars(select(AuditEntry).filter_by(event="passkey-renamed"))
    return [(entry.actor, entry.details) for entry in entries]
