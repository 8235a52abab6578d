"""Fills a database with every kind of data, and reads all of it."""

from datetime import timedelta

from click.testing import Result
from flask import Flask
from sqlalchemy import select, text, update

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.models import Action, SharePicture, Signature
from campaign_actions.actions.personal_data.purposes import TEAM
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.audit.log import record
from campaign_actions.commands.backups import backup, restore
from campaign_actions.core.db.session import db
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.demo.load import load_demo
from campaign_actions.exports import FORMATS
from campaign_actions.outbox.models import OutboxMail
from tests.support.exports import export_signatures
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_signature

ODD = 'Она сказала: "да",\nи\\n — нет\t\\.\n\\.\nO\'Neil; -- $$ %s 👩‍👧 =1+1'


def make_everything() -> PublicAction:
    """Signatures of every status, folded and unfolded counts, emails in every state, unusual texts."""
    ensure_email_key()
    load_demo(now=NOON)
    record("published", actor="grace@example.org", now=NOON, subject="everything", note=ODD)
    record("exported", actor="command", now=NOON, rows=3, purpose="Передача")
    action = make_action(campaign=make_campaign(slug="everything"), locales=("en", "ru"))
    pledge = make_action(campaign=make_campaign(slug="pledges"), slug="promise", kind="pledge")
    for n in range(5):
        make_confirmed(
            action, given_name=f"Жанна {n}", family_name="Д’Арк", comment=ODD, show_comment=True
        )
    fold()
    make_confirmed(pledge, answers={"promise": ODD}, source="leaflet", wants_updates=True)
    make_signature(action, locale="ru", now=NOON + timedelta(hours=1), email="ждун@пример.рф")
    withdraw(make_confirmed(action), now=NOON)
    make_confirmed(action, email="gone@example.org")
    erase("gone@example.org", now=NOON)
    make_confirmed(action, email="false@example.org")
    db.session.execute(
        update(Signature)
        .where(Signature.email == "false@example.org")
        .values(status="invalid", invalidated_at=NOON)
    )
    first, second = db.session.scalars(select(OutboxMail.id).limit(2)).all()
    _set_mail(first, status="dead", attempts=9, last_error="the mail server said: 'no'")
    _set_mail(second, status="sent", sent_at=NOON, recipient=None)
    db.session.add(
        SharePicture(action_id=action.id, locale="ru", content_hash="x", png=b"\x89\0\r\n")
    )
    db.session.commit()
    return action


def rows_of(app: Flask) -> dict[str, list[tuple]]:
    """Every row of every table, except the audit entry of a restore."""
    with app.app_context():
        found = {
            table.name: [tuple(row) for row in db.session.execute(table.select())]
            for table in db.metadata.sorted_tables
        }
        entries = found["audit_entries"]
        found["audit_entries"] = [row for row in entries if "restored" not in row]
        found["alembic_version"] = db.session.execute(text("select * from alembic_version")).all()
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def exports_of(app: Flask) -> dict[tuple[str, str], bytes]:
    """The export of each action in formats that give the same bytes for the same rows."""
    with app.app_context():
        return {
            (action.slug, name): b"".join(export_signatures(action, TEAM, name))
            for action in db.session.scalars(select(Action)).all()
            for name in FORMATS
            if name != "xlsx"  # it contains the time at which it was made
        }


def _set_mail(mail_id: int, **values: object) -> None:
    db.session.execute(update(OutboxMail).where(OutboxMail.id == mail_id).values(**values))


def run(app: Flask, command: str, *words: object) -> Result:
    """Run a command in this installation."""
    with app.app_context():
        return app.test_cli_runner().invoke(COMMANDS[command], list(map(str, words)))


COMMANDS = {"backup": backup, "restore": restore}
