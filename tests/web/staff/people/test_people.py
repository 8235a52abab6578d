"""Pages about staff members: invitations, roles, disabling and enabling."""

import contextlib
import re
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.formatting import local_time
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff import manage_members
from campaign_actions.staff.invitations import find_member_by_invitation
from campaign_actions.staff.last_administrator import LastAdministrator
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member, find_member_by_id, grants_of, languages_of
from tests.support.factories import make_campaign, make_staff
from tests.support.staff_client import log_in, post

BOSS = "boss@example.org"


@pytest.fixture
def boss(client) -> StaffMember:
    """The administrator who is logged in."""
    member = make_staff("administrator", email=BOSS)
    log_in(client, member)
    return member


TRANSLATOR = {"role-translator": "all"}


def test_a_member_is_invited_with_roles_limited_to_campaigns(client, boss):
    campaign = make_campaign()

    answer = post(
        client,
        "/staff/people/invite/",
        **{"email": "Ada@Example.org", "locale": "en", "role-translator": "all"},
        **{"role-campaigner": "some", "campaigns-campaigner": str(campaign.id)},
    )

    assert answer.status_code == 303
    member = find_member("ada@example.org")
    assert grants_of(member) == {"translator": None, "campaigner": frozenset({campaign.id})}
    assert templates() == ["staff-invite"]
    assert ("staff-invited", BOSS, "ada@example.org") in events()


def test_the_inviter_passes_the_link_on_while_emails_reach_nobody(app, client, boss):
    form = client.get("/staff/people/invite/").text
    post(client, "/staff/people/invite/", email="ada@example.org", locale="en", **TRANSLATOR)
    db.session.rollback()  # SQLite still reads as it was at log-in
    member = find_member("ada@example.org")

    page = client.get(f"/staff/people/{member.id}/").text
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    later = client.get(f"/staff/people/{member.id}/").text

    assert "You will get a link to send to them yourself" in form
    assert "We will email them a link" not in form
    (token,) = re.findall(r'value="[^"]+/staff/invitation/([^/"]+)/"', page)
    assert find_member_by_invitation(token).id == member.id
    assert "/staff/invitation/" not in later


def test_nobody_sees_the_link_of_an_approver_while_two_people_are_needed(app, client, boss):
    ada = make_staff("administrator", password=None)
    make_staff("administrator")
    make_staff("administrator")

    assert "/staff/invitation/" not in client.get(f"/staff/people/{ada.id}/").text


def test_the_own_roles_are_a_start_for_an_invitation(client, boss):
    page = post(
        client, "/staff/people/invite/", email="ada@example.org", locale="en", same="y"
    ).text

    assert 'name="role-administrator" value="all" checked' in page
    assert 'value="ada@example.org"' in page
    assert find_member("ada@example.org") is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "x", "role-reviewer": "all"}, "Enter an email address in the correct format"),
        ({"email": "ada@example.org"}, "Choose at least one role"),
        ({"email": "ada@example.org", "role-exporter": "some"}, "Choose at least one campaign"),
        ({"email": "a@b.org", "role-reviewer": "all", "languages": "some"}, "one language"),
        (
            {"email": BOSS, "role-reviewer": "all"},
            "Someone already has an account with this email address",
        ),
    ],
)
def test_an_error_in_an_invitation_is_explained_and_the_form_kept(client, boss, fields, words):
    make_campaign()

    answer = post(client, "/staff/people/invite/", locale="en", **fields)

    assert answer.status_code == 400
    assert words in answer.text
    assert f'value="{fields["email"]}"' in answer.text
    assert templates() == []


def test_a_change_of_roles_ends_sessions_and_is_emailed(app, client, boss):
    member = make_staff("reviewer")
    theirs = app.test_client()
    log_in(theirs, member)

    post(client, f"/staff/people/{member.id}/", **{"role-translator": "all"})

    assert theirs.get("/staff/").status_code == 302
    db.session.rollback()
    assert grants_of(find_member_by_id(member.id)) == {"translator": None}
    assert templates() == ["staff-roles-changed"]
    assert ("staff-changed", BOSS, member.email) in events()


def test_a_limit_to_languages_is_set_and_removed(client, boss):
    member = make_staff("translator")
    page, role = f"/staff/people/{member.id}/", {"role-translator": "all"}

    post(client, page, **role, languages="some", language=["ru", "en"])
    limited, shown = current_languages(member), client.get(page).text
    post(client, page, **role, languages="all", language="ru")

    assert (limited, current_languages(member)) == ({"en", "ru"}, None)
    assert 'name="language" value="ru" checked' in shown


def test_the_last_administrator_cannot_be_demoted(client, boss):
    make_staff("administrator", password=None)
    make_staff("administrator", active=False)
    make_staff("administrator", campaigns=(make_campaign().id,))

    answer = post(client, f"/staff/people/{boss.id}/", **{"role-reviewer": "all"})

    assert answer.status_code == 409
    assert "First make someone else an administrator" in answer.text
    assert 'name="role-reviewer" value="all" checked' in answer.text, "nothing chosen is lost"
    assert "administrator" in grants_of(find_member(BOSS))


def test_nobody_disables_themselves(client, boss):
    make_staff("administrator")

    answer = post(client, f"/staff/people/{boss.id}/disable/")

    assert answer.status_code == 409
    assert find_member(BOSS).active


def test_two_administrators_who_disable_each_other_leave_one(app):
    people = [make_staff("administrator") for _ in range(2)]
    facts = [(person.id, person.email) for person in people]
    together = Barrier(2)

    def disable(staff_id: int, actor: str) -> None:
        with app.app_context():
            member = find_member_by_id(staff_id)
            db.session.rollback()
            together.wait()
            with contextlib.suppress(LastAdministrator):
                manage_members.disable_member(member, actor=actor, now=utc_now())

    pairs = [(facts[0][0], facts[1][1]), (facts[1][0], facts[0][1])]
    threads = [Thread(target=disable, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    active = db.session.scalars(select(StaffMember.active)).all()
    assert sorted(active) == [False, True]


def test_a_disabled_member_is_logged_out_and_can_be_enabled_again(app, client, boss):
    member = make_staff("reviewer")
    theirs = app.test_client()
    log_in(theirs, member)

    post(client, f"/staff/people/{member.id}/disable/")
    out = theirs.get("/staff/").status_code
    post(client, f"/staff/people/{member.id}/enable/", seen=f"/staff/people/{member.id}/")

    db.session.rollback()
    db.session.expire_all()
    assert (out, find_member(member.email).active) == (302, True)


@pytest.mark.parametrize("facts", [{}, {"password": None, "active": False}])
def test_nobody_who_has_joined_or_is_disabled_is_invited_again(client, boss, facts):
    member = make_staff("reviewer", **facts)

    answer = post(client, f"/staff/people/{member.id}/invite-again/", seen="/staff/people/")

    assert answer.status_code == 404
    assert templates() == []


def test_a_lost_second_factor_is_reset(app, client, boss):
    member = make_staff("campaigner")

    post(client, f"/staff/people/{member.id}/reset-second-factor/")

    theirs = app.test_client()
    db.session.rollback()
    db.session.expire_all()
    log_in(theirs, find_member_by_id(member.id))
    assert theirs.get("/staff/").location == "/staff/account/second-factor/"
    assert templates() == ["staff-factor-changed"]


def test_nobody_resets_their_own_second_factor(client, boss):
    answer = post(client, f"/staff/people/{boss.id}/reset-second-factor/")

    assert answer.status_code == 409
    assert "You cannot reset your own second factor" in answer.text
    assert events() == []


def test_an_administrator_of_some_campaigns_does_not_manage_staff(client):
    campaign = make_campaign()
    log_in(client, make_staff("administrator", campaigns=(campaign.id,)))

    answer = client.get("/staff/people/")

    assert answer.status_code == 403
    assert "You do not have access to this" in answer.text


def test_the_list_shows_members_and_their_roles(client, boss):
    campaign = make_campaign()
    make_staff("campaigner", email="ada@example.org", campaigns=(campaign.id,), name="Ada")
    make_staff("reviewer", email="new@example.org", password=None, name="")

    page = client.get("/staff/people/").text

    assert "Title of racism (en)" in page
    assert all(words in page for words in ("Ada", "Campaigner", "new@example.org", "Invited"))


def test_a_change_of_name_is_recorded(client, boss):
    answer = post(client, "/staff/account/", name="Grace", locale="en")

    assert answer.status_code == 303
    assert events() == [("account-changed", BOSS, "")]


def test_the_notice_of_a_new_language_is_in_that_language(client, boss):
    post(client, "/staff/account/", name="Grace", locale="ru")

    assert "Сохранено" in client.get("/staff/account/").text


def test_times_are_in_the_organisation_s_time_zone(app, client):
    app.config["TIMEZONE"] = "Pacific/Kiritimati"  # 14 hours ahead of UTC
    member = make_staff("administrator")
    begun = utc_now().replace(second=0, microsecond=0)
    log_in(client, member, now=begun)

    pages = [client.get(page).text for page in ("/staff/people/", "/staff/account/")]

    assert [local_time(begun) in page for page in pages] == [True, True]
    assert [" UTC<" in page for page in pages] == [False, False]


def current_languages(member: StaffMember) -> frozenset[str] | None:
    db.session.rollback()
    db.session.expire_all()
    return languages_of(find_member_by_id(member.id))


def templates() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail.template).order_by(OutboxMail.id)))


def events() -> list[tuple[str, str, str]]:
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry)).all()
    return [(entry.event, entry.actor, entry.subject) for entry in entries]


def change_own(client, boss, **fields):
    return post(client, f"/staff/people/{boss.id}/", languages="all", **fields)


def test_administrators_change_their_own_roles_without_logging_out(app, client, boss):
    other = app.test_client()
    log_in(other, boss)
    log_in(client, boss)

    answer = change_own(client, boss, **{"role-administrator": "all", "role-campaigner": "all"})

    assert answer.location == "/staff/account/#roles"
    page = client.get("/staff/account/")
    assert "Your roles have changed." in page.text
    assert "Campaigner" in page.text
    assert client.get("/staff/campaigns/new/").status_code == 200
    assert other.get("/staff/account/").status_code == 302, "other sessions end"


def test_the_last_administrator_keeps_the_role_and_the_form(client, boss):
    answer = change_own(client, boss, **{"role-campaigner": "all"})

    assert answer.status_code == 409
    assert "This person is the only administrator" in answer.text
    assert 'name="role-campaigner" value="all" checked' in answer.text
    db.session.rollback()
    assert set(grants_of(find_member_by_id(boss.id))) == {"administrator"}


def test_where_two_people_decide_administrators_are_told_who_can_change_their_roles(client, boss):
    make_staff("administrator", name="Elena")
    make_staff("campaigner")

    refused = change_own(client, boss, **{"role-administrator": "all", "role-exporter": "all"})
    allowed = change_own(client, boss, **{"role-administrator": "all", "role-campaigner": "all"})

    assert refused.status_code == 409
    assert "Ask another administrator" in refused.text
    assert "Elena" in refused.text
    assert allowed.status_code == 303, "no right to approve changes"


def test_roles_that_one_person_assigned_are_confirmed_by_someone_who_is_there(client):
    boss = make_staff("administrator", name="Ada")
    member = make_staff("administrator", name="Bo", roles_given_by=boss.id)
    log_in(client, boss)
    address = f"/staff/people/{member.id}/"

    alone = client.get(address).text
    make_staff("administrator", name="Eve")
    asked = client.get(address).text
    log_in(client, member)
    own = client.get(address).text

    assert "Nobody can confirm these roles yet" in alone
    assert "without changing anything" not in alone
    assert "These people can then approve them: Eve." in asked
    assert "These people can then approve them: Ada and Eve." in own
