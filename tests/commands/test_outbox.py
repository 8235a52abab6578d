"""The commands `outbox deliver`, `list` and `retry`."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import MailDelayed, mail_makers
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.worker_loop import TASK_GROUPS, bulk_tasks, scheduled_tasks
from tests.support.outbox import ADA, FailingTransport, broken, note, nothing, only_row, rows
from tests.support.outbox_worker import SETTINGS
from tests.support.servers import PROGRAM, settings_as_environment


@pytest.fixture
def run(app, tmp_path, monkeypatch):
    """Runs `outbox …` with test emails, which go to a folder of its own."""
    makers = {"note": note, "nothing": nothing, "broken": broken}
    monkeypatch.setitem(app.extensions, mail_makers.key, makers)
    for tasks in TASK_GROUPS:
        monkeypatch.setitem(app.extensions, tasks.key, {})
    app.config["MAIL_URL"] = f"file:{tmp_path / 'mail'}"
    with structlog.testing.capture_logs():  # keeps logs out of the output
        yield lambda *words: app.test_cli_runner().invoke(args=["outbox", *map(str, words)])


@pytest.fixture
def now():
    return utc_now()


def test_deliver_prints_one_line_of_results(app, post, run, now):
    post.queue(now=now)
    post.queue("broken", to="bo@example.org", now=now)
    post.queue("nothing", to="cy@example.org", now=now)

    result = run("deliver")

    assert (result.exit_code, result.output) == (
        0,
        "1 email sent, 1 delayed, 0 failed permanently, 1 no longer needed.\n",
    )
    assert len(post.arrived()) == 1


def test_deliver_succeeds_with_nothing_to_do(app, run):
    result = run("deliver")

    assert (result.exit_code, result.output) == (
        0,
        "0 emails sent, 0 delayed, 0 failed permanently.\n",
    )


def test_deliver_runs_tasks_first_so_that_emails_they_queue_are_sent(app, post, run, now):
    def remind(time):
        assert abs(time - now) < timedelta(minutes=1)
        post.queue(now=now)

    scheduled_tasks.provide(app, {"remind": remind})

    assert run("deliver").output.startswith("1 email sent")


def test_a_failed_task_stops_neither_other_tasks_nor_delivery(app, post, run, now):
    def fails(_time):
        raise LookupError(ADA)

    scheduled_tasks.provide(app, {"fold": fails, "remind": lambda _time: post.queue(now=now)})

    result = run("deliver")

    assert result.exit_code == 1
    assert result.stdout.startswith("1 email sent")
    assert result.stderr == "Error: These tasks failed: fold. The log gives the reason.\n"


def test_the_log_names_a_failed_task_as_the_docs_do(app, monkeypatch):
    documented = set(re.findall(r"`(\w+)`", tasks_in_the_docs()))
    for tasks in TASK_GROUPS:
        broken_tasks = dict.fromkeys(tasks.of(app), lambda _time: 1 / 0)
        monkeypatch.setitem(app.extensions, tasks.key, broken_tasks)

    with structlog.testing.capture_logs() as logs:
        app.test_cli_runner().invoke(args=["outbox", "deliver"])

    failed = {line["task"] for line in logs if line["event"] == "task_failed"}
    assert failed == documented


def test_bulk_work_has_a_thread_of_its_own_where_several_can_write(app):
    has_own = db.engine.dialect.name == "postgresql"

    assert ("invalidate" in bulk_tasks.of(app)) == has_own
    assert ("invalidate" in scheduled_tasks.of(app)) != has_own


def tasks_in_the_docs():
    text = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
    return text.partition("`task_failed` names the task: ")[2].partition(".")[0]


def test_deliver_reports_an_unavailable_mail_server(app, post, run, now, tmp_path):
    (tmp_path / "mail").write_text("no folder")
    post.queue(now=now)

    result = run("deliver")

    assert result.exit_code == 0
    assert result.output.startswith("0 emails sent, 1 delayed")
    assert "does not accept email at present" in result.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "value"),
    [("MAIL_URL", "post:"), ("MAIL_SENDER", "nobody"), ("MAIL_URL", "smtp://")],
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # fails before it looks for emails
def test_an_invalid_setting_is_one_line_and_exit_code_2(app, setting, value):
    done = run_program(app, "outbox", "deliver", **{setting: value})

    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {setting}")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_another_email_key_stops_delivery_in_one_line(app, run):
    run("deliver")

    done = run_program(app, "outbox", "deliver", EMAIL_HASH_KEY="another")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: EMAIL_HASH_KEY")
    assert done.stderr.count("\n") == 1


def run_program(app, *command, **settings):
    """Run the command as a process, so that `main()` handles its errors."""
    settings = {name: app.config[name] for name in SETTINGS} | settings
    return subprocess.run(
        [*PROGRAM, *command],
        env=settings_as_environment(**settings),
        capture_output=True,
        text=True,
    )


def test_list_shows_unsent_emails_and_their_errors_without_addresses(app, post, run, now):
    post.transport = FailingTransport(
        MailRefused("refused: 550 5.1.1"), MailDelayed("deferred: 450")
    )
    post.queue(now=now - timedelta(hours=3))
    post.queue(to="bo@example.org", now=now)
    post.deliver(now)
    post.queue(to="cy@example.org", now=now)

    result = run("list")

    heading, dead, waiting, delayed, summary = result.output.splitlines()
    assert heading.split() == ["ID", "TEMPLATE", "AGE", "ATTEMPTS", "NEXT", "ATTEMPT", "REASON"]
    assert dead.split()[1:] == ["note", "3", "h", "1", "failed", "refused:", "550", "5.1.1"]
    assert waiting.split()[4:] == ["0", "now"]
    assert delayed.split()[4] == "1"
    assert delayed.endswith("deferred: 450")
    assert summary == "2 emails pending, 1 failed permanently."
    assert "@" not in result.output
    assert email_key(ADA) not in result.output


def test_list_dead_shows_only_dead_emails(app, post, run, now):
    post.transport = FailingTransport(MailRefused("550"))
    post.queue(now=now)
    post.deliver(now)
    post.queue(to="bo@example.org", now=now)

    lines = run("list", "--dead").output.splitlines()

    assert len(lines) == 3
    assert "failed" in lines[1]


def test_list_marks_emails_held_back_by_the_daily_limit(app, post, run, now):
    for about in range(6):
        post.queue(about=about, now=now)
    post.deliver(now)

    result = run("list")

    assert "daily limit of the mailbox" in result.output


def test_retry_makes_one_email_due_again(app, post, run, now):
    post.transport = FailingTransport(MailRefused("550"))
    post.queue(now=now)
    post.deliver(now)

    result = run("retry", only_row().id)

    assert (result.exit_code, result.output) == (0, "Queued 1 email to be sent now.\n")
    assert only_row().status == "queued"


def test_retry_all_makes_all_emails_due_again(app, post, run, now):
    post.transport = FailingTransport(MailRefused("550"), MailRefused("550"))
    for to in (ADA, "bo@example.org"):
        post.queue(to=to, now=now)
    post.deliver(now)

    assert run("retry", "--all").output == "Queued 2 emails to be sent now.\n"
    assert {row.status for row in rows()} == {"queued"}


def test_retry_of_a_missing_email_fails_with_a_message(app, run):
    result = run("retry", 17)

    assert (result.exit_code, result.output) == (
        1,
        "Error: There is no pending or failed email with the ID 17.\n",
    )


@pytest.mark.parametrize("words", [[], ["17", "--all"], ["seventeen"]])
def test_retry_needs_an_id_or_all(app, run, words):
    assert run("retry", *words).exit_code == 2
