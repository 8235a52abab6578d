"""The emails about an action, sent to the person who edits it, with links to no real signature."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from campaign_actions.actions.models import EmailTrial
from campaign_actions.actions.naming import find_action_name
from campaign_actions.actions.queries import find_written_action
from campaign_actions.actions.signatures.sample_emails import sample_of
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.mail.render import Mail, MailMaker
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember

TRIED = ("confirm", "receipt")  # what everyone who takes part gets
_TEMPLATES = {name: f"staff-try-{name}" for name in TRIED}


def try_emails(action_id: int, locale: str, *, by: StaffMember, now: datetime) -> None:
    """Queue the emails of an action in one language to a member, and record it."""
    person = {"to": by.email, "email_key": email_key(by.email), "locale": locale}
    mails = [
        new_mail(_TEMPLATES[name], **person, about=action_id, lane="staff", now=now)
        for name in TRIED
    ]
    key = {"action_id": action_id, "locale": locale}
    trial = {"staff_id": by.id, "tried_at": now}
    with write_transaction() as connection:
        connection.execute(insert(OutboxMail), mails)
        stored = dialect_insert(connection.dialect.name)(EmailTrial).values(key | trial)
        connection.execute(stored.on_conflict_do_update(index_elements=list(key), set_=trial))
        subject = find_action_name(connection, action_id)
        add_entry(
            connection, "emails-tried", actor=by.email, now=now, subject=subject, language=locale
        )


def email_trials(action_ids: Iterable[int]) -> list[EmailTrial]:
    """The last trial of each action and language, newest first."""
    trials = select(EmailTrial).where(EmailTrial.action_id.in_(list(action_ids)))
    return list(db.session.scalars(trials.order_by(EmailTrial.tried_at.desc())))


def undelivered_trials(trials: Iterable[EmailTrial]) -> Mapping[tuple[int, str], str]:
    """The trials whose emails have not all been sent, by action and language: the reason in the outbox, ""
    while they are on their way."""
    tried_at = {(trial.action_id, trial.locale): trial.tried_at for trial in trials}
    unsent = select(
        OutboxMail.about, OutboxMail.locale, OutboxMail.queued_at, OutboxMail.last_error
    ).where(
        OutboxMail.status.in_(("queued", "dead")),
        OutboxMail.lane == "staff",
        OutboxMail.template.in_(_TEMPLATES.values()),
        OutboxMail.about.in_([action_id for action_id, _locale in tried_at]),
    )
    found: dict[tuple[int, str], str] = {}
    for mail in db.session.execute(unsent) if tried_at else ():
        key = mail.about, mail.locale
        if key in tried_at and mail.queued_at >= tried_at[key]:
            found[key] = found.get(key) or mail.last_error or ""
    return found


def trial_mails(link_life: timedelta) -> dict[str, MailMaker]:
    """By the names under which they are queued."""
    return {_TEMPLATES[name]: _maker(name, link_life) for name in TRIED}


def _maker(name: str, link_life: timedelta) -> MailMaker:
    def make(about: int | None, _email_key: str, locale: str, now: datetime) -> Mail | None:
        """None if the action no longer has a text in the language."""
        action = find_written_action(about, locales=(locale,), now=now) if about else None
        return sample_of(action, name, days=link_life.days) if action else None

    return make
