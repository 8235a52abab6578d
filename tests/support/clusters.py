"""Consent that covers the comparison of forms, and signatures that look as if a robot had sent them."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from campaign_actions.actions.models import COMPARED_FORMS, Signature, SignatureCluster
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.clusters.find import find_clusters
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.actions.signatures.sign import new_rows
from campaign_actions.core.db.session import db, write_transaction
from tests.support.factories import ADA, NOON, make_action, serial

LOW = Thresholds(
    text=5, domain=10, source=8, minute=6, burst=20, odds=5, rate=20, window_minutes=10
)
MINUTE = timedelta(minutes=1)
PROVIDERS = ("gmail.com", "gmail.com", "mail.ru", "proton.me", "example.org")


def cover(kind: str = "petition", *, version: int | None = 1, locale: str = "en") -> None:
    """Say that a version of the consent text mentions that forms are compared."""
    set_covered(kind, locale, {COMPARED_FORMS: version}, now=NOON)


def make_compared_action(**values) -> PublicAction:
    """An action in whose signatures clusters are looked for, with 300 ordinary signatures."""
    action = make_action(**values)
    cover(action.kind.name)
    make_ordinary(action)
    return action


def make_ordinary(action: PublicAction, number: int = 300, *, now: datetime = NOON) -> None:
    """One each two minutes before `now`, none of them in the last half hour."""
    add(
        action,
        [
            {
                "now": now - MINUTE * (30 + 2 * one),
                "domain": PROVIDERS[one % len(PROVIDERS)],
                "source": "newsletter" if one % 3 else None,
                "fill_time": "fast" if one % 20 == 0 else "usual",
                "comment": f"Because of reason {one}." if one % 2 else None,
            }
            for one in range(number)
        ],
    )


def arrive(action: PublicAction, number: int, *, now: datetime = NOON, **details) -> None:
    """So many signatures of new people at one moment."""
    add(action, [{"now": now, **details}] * number)


def add(action: PublicAction, people: list[dict]) -> None:
    """Confirmed signatures, in one statement."""
    rows = []
    for person in people:
        given = {"domain": f"d{next(serial)}.example", "source": None, **person}
        now, domain = given.pop("now"), given.pop("domain")
        status = given.pop("status", "confirmed")
        details = {"locale": "en", "channel": "page"} | ADA | given
        details["email"] = f"signer-{next(serial)}@{domain}"
        row, _mail = new_rows(action, now=now, **details)
        confirmed_at = None if status == "pending" else now
        rows.append(row | {"status": status, "confirmed_at": confirmed_at, "due_at": None})
    with write_transaction() as connection:
        connection.execute(insert(Signature), rows)


def look(now: datetime = NOON, thresholds: Thresholds = LOW) -> int:
    return find_clusters(now, thresholds=thresholds)


def stored() -> list[SignatureCluster]:
    db.session.rollback()
    found = select(SignatureCluster).order_by(SignatureCluster.id)
    return list(db.session.scalars(found, execution_options={"populate_existing": True}))
