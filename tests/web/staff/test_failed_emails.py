"""The list of failed emails: domains and reasons, no addresses, and sending them again."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.audit.log import COMMAND
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.outcomes import KEEP_DEAD
from campaign_actions.outbox.queries import count_unsent_mails, failed_mails
from campaign_actions.outbox.retry import retry
from campaign_actions.staff.dual_control import apply_alone
from campaign_actions.staff.invitations import InviteAgain
from campaign_actions.staff.manage_members import DisableMember
from campaign_actions.staff.permissions import ROLES
from tests.support.factories import make_action, make_campaign, make_confirmed, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.statements import recorded
from tests.support.switches import off

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
PAGE = "/staff/status/emails/"
NO_MAILBOX = "the mail server refused the recipient: 550 5.1.1"
FULL = "the mail server refused the recipient: 552 5.2.2"
HOUR = timedelta(hours=1)


@pytest.fixture
def action(app):
    return make_action()


def fail(recipient: str, reason: str = NO_MAILBOX, *, about=None, hours: int = 1, **values) -> int:
    """An email that failed for good some hours ago; returns its id."""
    failed_at = utc_now() - hours * HOUR
    facts = {"template": "sign", "email_key": recipient, "locale": "en", "lane": "signer"}
    facts |= {"status": "dead", "queued_at": failed_at - 72 * HOUR, "attempts": 9}
    facts |= {"due_at": failed_at + KEEP_DEAD, "about": about.id if about else None}
    mail = OutboxMail(**facts | {"recipient": recipient, "last_error": reason} | values)
    db.session.add(mail)
    db.session.commit()
    return mail.id


def open_page(client, *roles: str, **values) -> str:
    log_in(client, make_staff(*roles, **values))
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.text


def press(client, button: str = "retry", **fields):
    token = token_of(client.get(PAGE).text)
    answer = client.post(f"{PAGE}{button}/", data={"csrf_token": token} | fields)
    db.session.rollback()
    return answer


def listed() -> list[str]:
    """The addresses of the failed emails that somebody has to attend to."""
    return sorted(email.recipient for email in failed_mails(limit=10))


def statuses() -> dict[str, str]:
    """By recipient."""
    columns = select(OutboxMail.recipient, OutboxMail.status)
    return {row.recipient: row.status for row in db.session.execute(columns)}


def test_nothing_has_failed_at_first(client):
    assert "No email has failed" in open_page(client, "campaigner")


def test_the_overview_and_the_status_page_lead_to_the_list(client, action):
    fail("ada@example.org", about=action)
    open_page(client, "campaigner")

    for page in ("/staff/", "/staff/status/"):
        assert f'href="{PAGE}"' in client.get(page).text


def test_emails_are_grouped_by_domain_and_reason_newest_first(client, action):
    fail("ada@example.org", about=action, hours=9)
    fail("eve@Example.org", about=action, hours=5)
    fail("bob@example.org", FULL, about=action, hours=7)
    fail("zoe@other.example", about=action, hours=1)

    rows = re.findall(r"<tr>(.*?)</tr>", open_page(client, "campaigner"), re.DOTALL)[1:]
    found = [visible_text(row) for row in rows]

    assert [row.split()[0] for row in found] == ["other.example", "example.org", "example.org"]
    assert "The mailbox does not exist. 550 5.1.1 2 emails" in found[1]
    assert "The mailbox is full. 552 5.2.2 1 email" in found[2]


def test_no_address_is_on_the_page_but_a_way_to_the_participant(client, action):
    signature = make_confirmed(action, now=utc_now())
    fail(signature.email, about=action, email_key=signature.email_key)

    page = open_page(client, "campaigner")

    assert signature.email not in page
    place = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}"
    assert f'href="{place}/signatures/{signature.public_id}/"' in page


def test_a_member_who_may_not_see_addresses_sees_no_domain(client, action, monkeypatch):
    monkeypatch.setitem(ROLES, "reviewer", ROLES["reviewer"] | {"system.watch"})
    signature = make_confirmed(action, now=utc_now())
    fail(signature.email, about=action, email_key=signature.email_key)
    fail("staff@example.net", lane="staff")

    page = open_page(client, "reviewer")

    assert "example.org" not in page.partition("<main")[2]
    assert "example.net" not in page
    assert "Not shown to you" in page
    assert "See participant" not in page
    assert "Send again</button>" not in page
    assert press(client, all="yes").status_code == 303
    assert set(statuses().values()) == {"dead"}


def test_only_members_who_watch_the_system_see_the_list(client):
    log_in(client, make_staff("translator"))

    assert client.get(PAGE).status_code == 403


def test_emails_to_staff_are_for_those_who_manage_staff(client):
    fail("grace@example.net", lane="staff", template="staff-invitation")

    page = open_page(client, "campaigner")
    press(client, all="yes")
    campaigner = statuses()
    other = open_page(client, "administrator", email="root@example.org")
    press(client, all="yes")

    assert "example.net" not in page
    assert "example.net" in other
    assert (campaigner["grace@example.net"], statuses()["grace@example.net"]) == ("dead", "queued")


def test_the_emails_of_a_group_are_sent_again(client, action):
    fail("ada@example.org", about=action)
    fail("eve@example.org", about=action)
    fail("bob@example.org", FULL, about=action)
    open_page(client, "campaigner", email="nino@example.org")

    answer = press(client, domain="example.org", cause="mailbox", code="550 5.1.1")

    assert "2 emails will be sent again within a minute." in client.get(answer.location).text
    assert statuses() == {
        "ada@example.org": "queued",
        "eve@example.org": "queued",
        "bob@example.org": "dead",
    }
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.event, entry.actor, entry.rows) == ("emails-retried", "nino@example.org", 2)


def test_one_email_or_all_of_them_can_be_sent_again(client, action):
    one = fail("ada@example.org", about=action)
    for name in ("eve", "bob"):
        fail(f"{name}@example.org", FULL, about=action)
    open_page(client, "campaigner")

    press(client, mail=str(one))
    after_one = statuses()
    press(client, all="yes")

    assert sorted(after_one.values()) == ["dead", "dead", "queued"]
    assert set(statuses().values()) == {"queued"}


def test_while_email_is_off_nothing_is_promised_within_a_minute(client, action):
    fail("ada@example.org", about=action)
    open_page(client, "campaigner")
    off(EMAIL)

    press(client, all="yes")

    assert "1 email will be sent again when emails are switched on." in client.get(PAGE).text
    assert statuses() == {"ada@example.org": "queued"}


def test_an_address_that_is_not_valid_cannot_be_sent_to_again(client, action):
    fail("ada@example", "not a valid email address", about=action)

    page = open_page(client, "campaigner")
    press(client, all="yes")

    assert "The address is not valid." in page
    assert "Cannot be sent again" in page
    assert statuses() == {"ada@example": "dead"}


@pytest.mark.parametrize(
    "fields", [{}, {"mail": "x"}, {"mail": "99"}, {"cause": "none"}, {"domain": "example.org"}]
)
def test_a_tampered_form_sends_nothing(client, action, fields):
    fail("ada@example.org", about=action)
    open_page(client, "campaigner")

    answer = press(client, **fields)

    assert answer.status_code == 303
    assert "No email was sent again." in client.get(answer.location).text
    assert statuses() == {"ada@example.org": "dead"}


def test_however_many_emails_have_failed_the_database_is_asked_as_often(client):
    numbers, campaign = [], make_campaign()
    log_in(client, make_staff("campaigner"))
    for rounds in range(2):
        for number in range(1 + 6 * rounds):
            action = make_action(campaign=campaign, slug=f"action-{rounds}-{number}")
            signature = make_confirmed(action, now=utc_now())
            fail(f"{rounds}{number}@d{number}.org", about=action, email_key=signature.email_key)
        client.get(PAGE)  # reads what is kept for later pages
        with recorded() as statements:
            client.get(PAGE)
        numbers.append(len(statements))

    assert numbers[0] == numbers[1]


def test_long_groups_are_cut_and_many_groups_have_pages(client, action):
    for number in range(22):
        fail(f"{number}@example.org", about=action, hours=2)
    for number in range(20):
        fail(f"ada@d{number}.org", about=action)

    page = open_page(client, "campaigner")
    last = client.get(f"{PAGE}?page=2").text

    assert "Page 1 of 2" in visible_text(page)
    assert "2 more" in visible_text(last)
    assert last.count("Send again</button>") == 1 + 20


def test_an_email_to_staff_names_the_member_and_leads_to_their_page(client):
    invited = make_staff("translator", email="grace@example.net", name="")
    fail(invited.email, lane="staff", template="staff-invite")
    fail("unknown@example.net", lane="staff", template="staff-reset")

    page = open_page(client, "administrator", email="root@example.org")
    campaigner = open_page(client, "campaigner")

    assert f'<a href="/staff/people/{invited.id}/"><bdi>grace@example.net</bdi></a>' in page
    assert "unknown@" not in page
    assert "grace@" not in campaigner


def test_dismissed_emails_no_longer_wait_and_are_not_sent_again(client, action):
    one = fail("ada@example.org", about=action)
    fail("eve@example.org", about=action)
    fail("bob@example", "not a valid email address", about=action)
    open_page(client, "campaigner", email="nino@example.org")

    press(client, "dismiss", mail=str(one))
    after_one = listed()
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    press(client, "dismiss", domain="example", cause="address", code="")
    answer = press(client, "dismiss", domain="example.org", cause="mailbox", code="550 5.1.1")

    assert after_one == ["bob@example", "eve@example.org"]
    assert (entry.event, entry.actor, entry.rows) == ("emails-dismissed", "nino@example.org", 1)
    assert listed() == []
    page = client.get(answer.location).text
    assert "1 email removed from the list. It will not be sent again." in page
    assert "No email has failed" in page
    assert f'href="{PAGE}"' not in client.get("/staff/").text
    db.session.rollback()
    assert retry(now=utc_now()) == 0
    assert count_unsent_mails() == {"queued": 0, "dead": 0}


def test_nobody_dismisses_emails_that_they_may_not_send(client, action):
    fail("grace@example.net", lane="staff")
    fail("ada@example.org", about=action)
    page = open_page(client, "campaigner")

    press(client, "dismiss", all="yes")
    answer = press(client, "dismiss", all="yes")

    assert page.count("Remove from list</button>") == 1
    assert listed() == ["grace@example.net"]
    assert "Nothing was removed." in client.get(answer.location).text


@pytest.mark.parametrize("operation", [DisableMember, InviteAgain])
def test_a_failed_invitation_is_over_once_the_member_is_disabled_or_invited_again(app, operation):
    invited = make_staff("translator", email="grace@example.net", password=None)
    for member in (invited, make_staff("translator", email="eve@example.net")):
        fail(member.email, lane="staff", email_key=email_key(member.email))

    apply_alone(operation(invited.id), actor=COMMAND, now=utc_now())

    db.session.rollback()
    assert listed() == ["eve@example.net"]
