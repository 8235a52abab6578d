"""Members to whom an administrator has to attend."""

from datetime import timedelta

import pytest

from campaign_actions.staff.attention import (
    blocked_members,
    expired_invitations,
    members_without_factor,
    solely_granted_members,
)
from campaign_actions.staff.invitations import INVITATION_LIFETIME
from tests.support.factories import NOON, make_staff

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)


def test_invitations_expire_unless_they_were_accepted(app):
    old = NOON - INVITATION_LIFETIME
    expired = make_staff("reviewer", password=None, invited_at=old)
    make_staff("reviewer", password=None, invited_at=old + HOUR)
    make_staff("reviewer", password=None, invited_at=old, active=False)
    make_staff("reviewer", invited_at=old)

    assert expired_invitations(NOON) == [expired]


def test_members_who_need_a_second_factor_and_have_none_are_found(app):
    lacking = make_staff("campaigner", tf_primary_method=None)
    make_staff("campaigner")
    make_staff("campaigner", tf_primary_method=None, active=False)

    assert members_without_factor() == [lacking]


def test_members_are_blocked_until_a_moment(app):
    blocked = make_staff("campaigner", codes_blocked_until=NOON + HOUR)
    make_staff("campaigner", codes_blocked_until=NOON)

    assert blocked_members(NOON) == [blocked]


def test_roles_that_someone_else_gave_alone_are_to_be_confirmed(app):
    own = make_staff("administrator")
    other = make_staff("exporter", roles_given_by=999)
    make_staff("exporter", roles_given_by=own.id)

    assert solely_granted_members(except_by=own.id) == [other]
