"""The commands `outbox deliver`, `outbox list` and `outbox retry`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread

import click
import structlog
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from campaign_actions.commands.output import DATABASE_REMEDY, count_of
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.core.processes import parent_watch
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.outbox.deliver import Delivered, Sender, deliver_due
from campaign_actions.outbox.queries import count_unsent_mails, unsent_mails
from campaign_actions.outbox.report import report_lines
from campaign_actions.outbox.retry import retry
from campaign_actions.outbox.worker_loop import (
    TASK_GROUPS,
    Stop,
    Tasks,
    keep_doing,
    stopped_by_signals,
)

log = structlog.get_logger()
outbox = AppGroup("outbox", help="Send, list and retry emails.")
KILL_AFTER = 30.0  # seconds for the current email once the parent server has ended
LAST_TASK_SECONDS = 5.0  # for a running task when the worker stops; then it is rolled back


@outbox.command("deliver")
@click.option("--watch", is_flag=True, help="Keep running until stopped.")
@click.option("--parent", type=int, hidden=True, help="Stop when this process ends.")
def deliver(watch: bool, parent: int | None) -> None:
    """Send due emails and run the scheduled tasks.

    The tasks update counts, queue reminders and delete what has expired. By default, this happens once. Any
    number of these commands may run at the same time, on any machine.
    """
    if parent:
        parent_watch.terminate_with_parent(parent, kill_after=KILL_AFTER)
    with _reporting_database_errors():
        ensure_email_key()
        if watch:
            senders = [_open_sender() for _ in range(current_app.config["MAIL_CONNECTIONS"])]
            click.echo(_summary(_watch(senders)))
            return
        sender = _open_sender()
        failed_tasks = [failed for tasks in TASK_GROUPS for failed in _run_tasks(tasks)]
        done = deliver_due(sender, utc_now)
        sender.transport.close()
    click.echo(_summary(done))
    _say_if_email_is_off()
    if failed_tasks:
        raise click.ClickException(
            f"These tasks failed: {', '.join(failed_tasks)}. The log gives the reason."
        )


@outbox.command("list")
@click.option("--dead", is_flag=True, help="List only emails that failed permanently.")
@click.option("--limit", default=100, show_default=True, help="List at most this many emails.")
def list_mails(dead: bool, limit: int) -> None:
    """List pending and failed emails, with reasons."""
    with _reporting_database_errors():
        for line in report_lines(unsent_mails(dead_only=dead, limit=limit), utc_now()):
            click.echo(line)
        counts = count_unsent_mails()
    click.echo(
        f"{count_of(counts['queued'], 'email')} pending, {counts['dead']:,} failed permanently."
    )


@outbox.command("retry")
@click.argument("mail_id", metavar="[ID]", type=int, required=False)
@click.option(
    "--all", "everything", is_flag=True, help="Retry all emails that have failed or are delayed."
)
def retry_mails(mail_id: int | None, everything: bool) -> None:
    """Retry a failed or delayed email.

    `outbox list` shows the ID. A running worker then sends the email.
    """
    if (mail_id is None) != everything:
        raise click.UsageError("Use either the ID of an email or --all.")
    with _reporting_database_errors():
        number = retry(mail_id=mail_id, now=utc_now())
    if not number and mail_id is not None:
        raise click.ClickException(f"There is no pending or failed email with the ID {mail_id}.")
    click.echo(f"Queued {count_of(number, 'email')} to be sent now.")
    _say_if_email_is_off()


def _say_if_email_is_off() -> None:
    if is_off(EMAIL):
        click.echo("Email is switched off. `campaign-actions switch list` says why.")


def _open_sender() -> Sender:
    return Sender(
        transport=open_transport(),
        mails=mail_makers(),
        daily_limit=current_app.config["MAILS_PER_DAY"],
    )


def _watch(senders: list[Sender]) -> Delivered:
    """Run each sender and the tasks in threads of their own: counts must not wait for a mail server."""
    with stopped_by_signals() as stop:
        task_threads = [
            _start(tasks.key, partial(_tasks_step, tasks), stop) for tasks in TASK_GROUPS
        ]
        threads = [
            _start("sender", partial(_deliver_step, sender, stop), stop) for sender in senders
        ]
        for thread in threads:
            while thread.is_alive():
                thread.join(1)  # with a timeout: without one, it would not notice signals
        for thread in task_threads:
            thread.join(LAST_TASK_SECONDS)
    for sender in senders:
        sender.transport.close()
    return sum((sender.delivered for sender in senders), Delivered())


def _deliver_step(sender: Sender, stop: Stop) -> bool:
    done = deliver_due(sender, utc_now, lambda: stop.is_asked)
    if done == Delivered():
        sender.transport.close()
    else:
        sender.delivered += done
        log.info("delivered", sent=done.sent, delayed=done.delayed, dead=done.dead)
    return not done.is_server_away


def _start(name: str, step: Callable[[], bool], stop: Stop) -> Thread:
    thread = Thread(target=keep_doing, args=(_in_own_context(step), stop), name=name, daemon=True)
    thread.start()
    return thread


def _in_own_context(step: Callable[[], bool]) -> Callable[[], bool]:
    """Each step has its own session, and checks that the email key is the one of the database."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def in_context() -> bool:
        with app.app_context():
            ensure_email_key()
            return step()

    return in_context


def _tasks_step(tasks: Tasks) -> bool:
    return not _run_tasks(tasks)


def _run_tasks(tasks: Tasks) -> list[str]:
    """Run the tasks of one kind. Returns the names of those that failed; the others still run."""
    failed = []
    for name, task in tasks().items():
        try:
            task(utc_now())
        except Exception as error:
            db.session.rollback()
            failed.append(name)
            log.error("task_failed", task=name, exc_info=error)
    return failed


@contextmanager
def _reporting_database_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        kind = type(error.orig).__name__
        raise click.ClickException(
            f"The database reported an error ({kind}). {DATABASE_REMEDY}"
        ) from error


def _summary(done: Delivered) -> str:
    parts = [
        f"{count_of(done.sent, 'email')} sent",
        f"{done.delayed:,} delayed",
        f"{done.dead:,} failed permanently",
    ]
    if done.dropped:
        parts.append(f"{done.dropped:,} no longer needed")
    away = (
        " The mail server does not accept email at present. `campaign-actions outbox list` gives the reason."
        if done.is_server_away
        else ""
    )
    return f"{', '.join(parts)}.{away}"
