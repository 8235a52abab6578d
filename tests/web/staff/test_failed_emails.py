"""The list of failed emails: domains and reasons, no addresses, and sending them again."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.outcomes import KEEP_DEAD
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


def press(client, **fields):
    token = token_of(client.get(PAGE).text)
    answer = client.post(f"{PAGE}retry/", data={"csrf_token": token} | fields)
    db.session.rollback()
    return answer


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
