"""The status page."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.audit.anchors.create import create_anchor
from campaign_actions.audit.anchors.deliver import deliver_anchors
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.audit.log import record
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.monitoring.queries import find_rates
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.permissions import ROLES
from tests.support.factories import NOON, make_action, make_confirmed, make_signature, make_staff
from tests.support.outbox import deliver_through
from tests.support.page_text import visible_text
from tests.support.servers import CLOSED_PORT
from tests.support.staff_client import log_in, post
from tests.support.switches import off

PAGE = "/staff/status/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def watcher(client):
    log_in(client, make_staff("campaigner"))


def test_an_idle_site_is_shown_as_healthy(app, client, watcher):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"

    page = client.get(PAGE)

    assert page.status_code == 200
    assert "Everything is working" in page.text
    assert page.text.count("No delay") == 2


def test_emails_that_reach_nobody_are_shown(client, watcher):
    page = client.get(PAGE).text

    assert "Email is not set up" in page
    assert 'id="email-setup"' in page, "links lead to what is missing"
    assert "Everything is working" not in page


def test_all_settings_that_email_lacks_are_asked_for_at_once(app, client, watcher):
    app.config["PUBLIC_URL"] = "http://127.0.0.1:5000"

    page = client.get(PAGE).text

    code = page.partition("<code>")[2].partition("</code>")[0]
    assert [line.partition("=")[0] for line in code.splitlines()] == [
        "CAMPAIGN_ACTIONS_MAIL_URL",
        "CAMPAIGN_ACTIONS_MAIL_SENDER",
        "CAMPAIGN_ACTIONS_PUBLIC_URL",
    ]
    assert "opens on the server alone" in page


def test_links_that_open_on_the_server_alone_are_shown(app, client, watcher):
    app.config.update(MAIL_URL="smtp://127.0.0.1:9", PUBLIC_URL="http://127.0.0.1:5000")

    page = client.get(PAGE).text

    assert "The public address is not set" in page
    assert "CAMPAIGN_ACTIONS_PUBLIC_URL=https://" in page
    assert "Not set up" in page
    assert "Everything is working" not in page
    app.config["DEMO"] = True
    assert "The public address is not set" not in client.get(PAGE).text


def test_a_test_email_goes_to_the_member_who_asks(app, client, watcher):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"

    answer = post(client, f"{PAGE}test-email/", seen=PAGE)

    assert answer.status_code == 303
    db.session.rollback()  # SQLite still reads as it was at log-in
    assert db.session.scalars(select(OutboxMail.template)).all() == ["staff-test"]


def test_while_email_is_off_no_test_email_is_promised(app, client, watcher):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    off(EMAIL)

    page = client.get(PAGE).text
    answer = post(client, f"{PAGE}test-email/", seen=PAGE)

    assert re.search(r"<button[^>]* disabled>Send a test email", page)
    assert re.search(r'id="mail">Emails</h2>\s*<span class="tag warn">Off<', page)
    assert "No test email was sent, because emails are switched off." in client.get(PAGE).text
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(OutboxMail.template)).all() == []


def test_a_mail_server_that_is_away_is_shown_at_once_with_the_reason(app, client, watcher):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    post(client, f"{PAGE}test-email/", seen=PAGE)
    untried = client.get(PAGE).text

    deliver_through(app, CLOSED_PORT, now=utc_now())
    page = client.get(PAGE).text

    assert "Everything is working" in untried
    assert "Everything is working" not in page
    notice = visible_text(page.partition('id="not-sent">')[2].partition("<dl")[0])
    assert "Emails cannot be sent The mail server cannot be reached." in notice
    assert "the mail server cannot be reached (ConnectionRefusedError)" in notice
    assert re.search(r'id="mail">Emails</h2>\s*<span class="tag warn">Emails cannot be sent<', page)


def test_while_email_is_off_no_fault_of_the_mail_server_is_shown(app, client, watcher):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    post(client, f"{PAGE}test-email/", seen=PAGE)
    deliver_through(app, CLOSED_PORT, now=utc_now())

    off(EMAIL)

    assert "Emails cannot be sent" not in client.get(PAGE).text


def test_delays_are_shown_with_their_meaning_and_whom_to_tell(client, watcher):
    make_confirmed(make_action(), now=utc_now() - 30 * MINUTE)

    page = client.get(PAGE).text

    assert "Everything is working" not in page
    assert "Emails are delayed" in page
    assert "Counts are delayed" in page
    assert "30 minutes" in page
    assert "campaign-actions outbox list" in page


def test_a_missing_anchor_is_shown_with_whom_to_tell(app, client, watcher, tmp_path, monkeypatch):
    record("login", actor="grace@example.org", now=utc_now() - timedelta(days=3))
    folders = {"folder": tmp_path / "kept", "file": tmp_path / "away" / "anchors.txt"}
    settings = replace(anchor_settings.of(app), **folders)
    monkeypatch.setitem(app.extensions, anchor_settings.key, settings)
    never = client.get(PAGE).text
    app.config["AUDIT_KEY"] = "K" * 42 + "A"
    create_anchor(utc_now() - timedelta(days=3), settings=settings)
    deliver_anchors(utc_now(), settings=settings)
    failing = client.get(PAGE).text
    status = app.test_cli_runner().invoke(args=["status"])

    assert "Everything is working" not in never + failing
    assert "No signed copy of the audit log’s state was made in the last two days" in never
    assert "the file outside the program’s folder" in failing
    assert "No such file or directory" in failing
    assert status.exit_code == 1
    assert "have not reached their destination file since" in status.stderr


def test_an_unreadable_folder_of_anchors_is_shown_in_a_sentence(
    app, client, watcher, tmp_path, monkeypatch
):
    settings = replace(anchor_settings.of(app), folder=tmp_path)
    settings.local_file.mkdir()
    monkeypatch.setitem(app.extensions, anchor_settings.key, settings)

    page = client.get(PAGE).text

    place = "the file in the program’s folder"
    assert f"<p>Signed copies cannot be read at this destination: {place}." in page


def test_a_burst_is_shown_as_behind_and_harmless(client, watcher):
    make_confirmed(make_action(), now=utc_now() - 5 * MINUTE)

    page = client.get(PAGE).text

    assert "Everything is working" not in page
    assert "The site is busy" in page
    assert "are delayed" not in page


def test_recent_signatures_are_counted(app):
    action = make_action()
    for minutes in (0.5, 5, 30, 90):
        make_signature(action, now=NOON - minutes * MINUTE)

    rates = find_rates(NOON)

    assert (rates.last_minute, rates.last_ten_minutes, rates.last_hour) == (1, 2, 3)


def test_nothing_is_pending_after_the_worker_has_counted(client, watcher):
    make_confirmed(make_action(), now=utc_now() - 20 * MINUTE)
    fold()

    page = client.get(PAGE).text

    assert "Emails are delayed" in page
    assert "Counts are delayed" not in page


@pytest.mark.parametrize("role", ROLES)
def test_the_settings_lead_to_the_page_for_those_who_may_open_it(client, role):
    log_in(client, make_staff(role))

    may = "system.watch" in ROLES[role]
    settings = re.findall(r'href="([^"]+)">Settings<', client.get("/staff/").text)

    assert [f'href="{PAGE}"' in client.get(each).text for each in settings] == [True] * may
    assert client.get(PAGE).status_code == (200 if may else 403)


def test_the_page_is_in_the_language_of_the_reader(client):
    log_in(client, make_staff("campaigner", locale="ru"))
    make_confirmed(make_action(), now=utc_now() - 30 * MINUTE)

    page = client.get(PAGE).text

    assert '<html lang="ru"' in page
    assert "30 минут" in page
