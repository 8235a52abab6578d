"""Example people who take part in the demo. Each has “example” in their language after the name.

They are signatures like any other, so counts and statistics are those of the database. Their addresses
belong to nobody, and they want no updates, so no email is ever sent to them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select

from campaign_actions.actions.comments.arrive import new_comment
from campaign_actions.actions.comments.checks import text_key
from campaign_actions.actions.consent import find_newest_consent
from campaign_actions.actions.counts.ledger import add_ledger_entries, fold
from campaign_actions.actions.counts.states.fold import fold_states, slot_of
from campaign_actions.actions.counts.states.providers import provider_of
from campaign_actions.actions.models import (
    COUNTED,
    Action,
    Comment,
    Signature,
    SignatureRow,
    StateChange,
)
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.public_ids import new_public_id
from campaign_actions.demo.accounts import DOMAIN
from campaign_actions.demo.load import demo_files, open_period, plans

Row = dict[str, Any]
UNREAD_FOR = timedelta(hours=20)  # since the demo's comments were last read
# The links by which people came; "": without one.
SOURCES = (
    "",
    "newsletter",
    "newsletter",
    "newsletter",
    "whatsapp",
    "whatsapp",
    "telegram",
    "poster",
)
# The email providers of people, and how many of each hundred who sent the form have not confirmed.
PROVIDERS = (*(["gmail."] * 9), *(["mailru."] * 6), *(["yahoo."] * 3), "proton.", "orange.", "")
UNCONFIRMED = {"mailru.": 28, "yahoo.": 9, "gmail.": 5, "orange.": 12, "proton.": 3, "": 8}
LEDGER = ("id", "action_id", "country_code", "locale", "source", "confirmed_at", "comment")


def add_people(slugs: Iterable[str], *, now: datetime) -> None:
    """Let example people take part in new demo campaigns, as many as campaigns.toml says."""
    wanted = set(slugs)
    with write_transaction() as connection:
        for plan in plans():
            if plan["slug"] in wanted:
                for action in plan["actions"]:
                    _take_part(connection, plan["slug"], action, now)
    fold()
    fold_states(now)


def _take_part(connection: Connection, campaign: str, plan: dict[str, Any], now: datetime) -> None:
    its = select(Action.id).join(Campaign).where(Campaign.slug == campaign)
    action_id = connection.scalars(its.where(Action.slug == plan["slug"])).one()
    rows = list(_signatures(action_id, plan, now))
    connection.execute(insert(Signature), rows)
    # As if a mail server had accepted their emails, which were never sent.
    connection.execute(insert(StateChange), [_mailed(row) for row in rows])
    columns = [getattr(Signature, name) for name in LEDGER]
    confirmed = Signature.action_id == action_id, Signature.status == COUNTED
    stored = connection.execute(select(*columns).where(*confirmed)).all()
    add_ledger_entries(connection, stored, +1, now)
    comments = [_comment(row, now) for row in stored if row.comment]
    if comments:
        connection.execute(insert(Comment), comments)


def _mailed(row: Row) -> Row:
    slot, columns = slot_of(row["signed_at"]), ("action_id", "locale", "email_provider")
    return {"added": "mailed", "slot": slot, **{one: row[one] for one in columns}}


def _unconfirmed(row: Row) -> Row:
    """Someone who sent the form at that moment as well, and gets no reminder."""
    email = f"new-{row['email']}"
    return {
        **row,
        "public_id": new_public_id(),
        "status": "pending",
        "email": email,
        "email_key": email_key(email),
        "comment": None,
        "show_comment": False,
        "show_name": False,
        "confirmed_at": None,
        "updated_at": row["signed_at"],
    }


def _comment(row: SignatureRow, now: datetime) -> dict[str, object]:
    """Shown, unless it arrived after the last one was read."""
    values = new_comment(row, text_key(row.comment), row.confirmed_at)
    if row.confirmed_at < now - UNREAD_FOR:
        decided_at = row.confirmed_at + timedelta(microseconds=row.id)
        values |= {"is_shown": True, "decided_at": decided_at}
    return values


def _signatures(action_id: int, plan: dict[str, Any], now: datetime) -> Iterator[Row]:
    random = Random(plan["slug"])  # noqa: S311 - no secret
    sources, providers = (Random(f"{plan['slug']} {what}") for what in ("sources", "providers"))  # noqa: S311
    languages = demo_files("people")
    consents = {locale: find_newest_consent(plan["kind"], locale) for locale in languages}
    _, closes_at = open_period(plan, now)
    of_plan = {"action_id": action_id, "kind": plan["kind"], "status": "confirmed"}
    for number, said in enumerate(_sayings(plan, languages, random)):
        people, consent = languages[said.locale], consents[said.locale]
        provider = providers.choice(PROVIDERS)
        email = f"{plan['slug']}-{number}@{provider}{DOMAIN}"
        row = {
            **of_plan,
            "public_id": new_public_id(),
            "email": email,
            "email_key": email_key(email),
            **_times(plan, said, random, now),
            "given_name": random.choice(people["names"]),
            "family_name": people["label"],
            "country_code": random.choice(people["countries"]),
            "locale": said.locale,
            "comment": said.comment or None,
            "show_comment": bool(said.comment),
            "show_name": bool(said.comment),
            "answers": {"promise": people["label"]} if plan["kind"] == "pledge" else {},
            "consent_version": consent and consent.version,
            "source": sources.choice(SOURCES) or None,
            "channel": "page",
            "email_provider": provider_of(email) if consent else None,
        }
        yield row
        if closes_at is None and providers.random() * 100 < UNCONFIRMED[provider]:
            yield _unconfirmed(row)


@dataclass(frozen=True)
class Saying:
    """The language of a person, and perhaps their comment. `is_new`: nobody has read it yet."""

    locale: str
    comment: str = ""
    is_new: bool = False


def _sayings(
    plan: dict[str, Any], languages: dict[str, dict[str, Any]], random: Random
) -> Iterator[Saying]:
    """One for each person, with the comments spread over them."""
    read, unread = (
        list(_comments(languages, name)) if plan.get("asks_comment") else []
        for name in ("comments", "unread")
    )
    every = plan["people"] // max(1, len(read))
    for number in range(plan["people"]):
        locale = random.choice(sorted(languages))
        if unread and number % every == 1:
            yield Saying(*unread.pop(), is_new=True)
        elif read and number % every == 0:
            yield Saying(*read.pop())
        else:
            yield Saying(locale)


def _times(
    plan: dict[str, Any], said: Saying, random: Random, now: datetime
) -> dict[str, datetime]:
    """When the form was sent and confirmed: more often lately, and comments to read last of all."""
    opened_at, closes_at = open_period(plan, now)
    until = closes_at or now
    age = (until - opened_at) * random.random() ** 1.7
    if said.is_new:
        age = UNREAD_FOR / 2 * random.random()
    elif said.comment:
        age += UNREAD_FOR
    signed_at = until - age - timedelta(minutes=10)
    confirmed_at = signed_at + timedelta(minutes=random.randint(1, 9))
    return {"signed_at": signed_at, "confirmed_at": confirmed_at, "updated_at": confirmed_at}


def _comments(languages: dict[str, dict[str, Any]], name: str) -> Iterator[tuple[str, str]]:
    """In all languages in turn. `name`: of a list in their files."""
    for place in zip(*(people[name] for people in languages.values()), strict=True):
        yield from zip(languages, place, strict=True)
