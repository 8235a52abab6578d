"""A dry run of signing: the real form, statements and email, rolled back at the end.

Everything happens in one transaction, so nobody else sees a row, an email or a count. It does not
cover the form token of the page, nor delivery by the mail server.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, exists, select
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.counts.queries import count_signatures_in_transaction
from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import (
    PublicAction,
    find_signature_to_mail,
    find_written_action,
)
from campaign_actions.actions.questions.sign_form import form_class, sample_answer
from campaign_actions.actions.signatures.confirm import confirm_in_transaction, signing_id
from campaign_actions.actions.signatures.email_links import CONFIRM
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.sign import SIGNATURE_INSERTS, new_rows
from campaign_actions.core.db.session import db, rolled_back
from campaign_actions.core.i18n.countries import country_codes
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.models import OutboxMail

STEPS = ("form", "signature", "mail", "confirm", "count", "undone")


@dataclass(frozen=True)
class Lifetimes:
    """The settings that decide how long things last."""

    remind_after: timedelta
    link: timedelta

    @classmethod
    def by(cls, settings: Mapping[str, int]) -> "Lifetimes":
        remind_after = timedelta(hours=settings["REMIND_AFTER_HOURS"])
        return cls(remind_after=remind_after, link=timedelta(days=settings["CONFIRM_DAYS"]))


class DryRunFailed(Exception):
    """A step failed; `step` is one of STEPS."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


def dry_run_signature(action: PublicAction, *, now: datetime, life: Lifetimes) -> None:
    """Sign an action in its language, confirm, check the count, and roll back.

    Raises DryRunFailed, ActionClosed.
    """
    email = f"rehearsal-{secrets.token_hex(8)}@example.org"
    form = _filled_form(action, email)
    rows = new_rows(
        action,
        email=email,
        locale=action.locale,
        now=now,
        remind_after=life.remind_after,
        consent_version=form.consent_version.data,
        source=None,
        channel="page",
        **form.person(),
    )
    with rolled_back() as connection:
        before = count_signatures_in_transaction(connection, action.id)
        SIGNATURE_INSERTS.insert_in(connection, *rows)
        signature = _find_pending(connection, action.id, email)
        _check_mail(action, email, life.link, now)
        if not confirm_in_transaction(connection, signature, now=now, **form.person()):
            raise DryRunFailed("confirm")
        if count_signatures_in_transaction(connection, action.id) == before:
            raise DryRunFailed("count")
    if _has_left_rows(action.id, email):
        raise DryRunFailed("undone")


def _filled_form(action: PublicAction, email: str) -> SignForm:
    """The form of the action with all required fields filled in."""
    answers = dict.fromkeys(action.kind.form.answer_fields, "Test")
    country = min(country_codes())
    needed = {
        "given_name": "Test",
        "email": email,
        "country": country,
        "consent_version": str(action.consent_version or 0),
    }
    answers |= {one.key: sample_answer(one, country) for one in action.questions}
    form = form_class(action)(MultiDict(needed | answers), meta={"csrf": False})
    form.newest_consent = action.consent_version or 0
    form.ask_only(action.asks)
    if not form.validate():
        raise DryRunFailed("form")
    return form


def _find_pending(connection: Connection, action_id: int, email: str) -> Row[int, int, str]:
    key = email_key(email)
    columns = select(Signature.id, Signature.action_id, Signature.status)
    signature = connection.execute(
        columns.filter_by(action_id=action_id, email_key=key)
    ).one_or_none()
    if signature is None or signature.status != "pending":
        raise DryRunFailed("signature")
    if not connection.scalar(select(exists().where(OutboxMail.email_key == key))):
        raise DryRunFailed("mail")
    return signature


def _check_mail(action: PublicAction, email: str, link_life: timedelta, now: datetime) -> None:
    """The email must go to the signer and link to this signature."""
    key = email_key(email)
    mail = signature_mails(link_life, find_written_action)["sign"](
        action.id, key, action.locale, now
    )
    signature = find_signature_to_mail(action.id, key)
    if signature is None or mail is None or mail.template != "confirm" or mail.to != email:
        raise DryRunFailed("mail")
    token = mail.links["confirm_url"].rstrip("/").rpartition("/")[2]
    if CONFIRM.read(token) != signing_id(signature):
        raise DryRunFailed("mail")


def _has_left_rows(action_id: int, email: str) -> bool:
    key = email_key(email)
    signed = exists().where(Signature.action_id == action_id, Signature.email_key == key)
    mailed = exists().where(OutboxMail.email_key == key)
    has_rows = any(db.session.scalar(select(condition)) for condition in (signed, mailed))
    db.session.commit()
    return has_rows
