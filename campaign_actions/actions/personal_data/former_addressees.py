"""Petitions that named another addressee when people signed them.

People agree that “the authority that the petition is addressed to” gets their details. So their consent
covers the addressee that their page named then, and revisions say which one that was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from pyroaring import BitMap64
from sqlalchemy import ColumnElement, Connection, Row, select

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, ActionText, Signature
from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.bitmaps import read_ids
from campaign_actions.core.errors import Conflict

Addressees = Mapping[str, str]  # by language
SUBJECT = "action"  # the name of actions among revisions; commands do not load all of ACTION


class AddresseeChanged(Conflict):
    title = _l("The addressee has changed")
    message = _l(
        "Some people took part while another addressee was named. Confirm that it is the same"
        " authority, or leave these people out."
    )


@dataclass(frozen=True)
class FormerAddressee:
    """The addressee on a page of a petition from `since` (None: from the beginning) to `until`."""

    action_id: int
    locale: str
    name: str
    since: datetime | None
    until: datetime

    def conditions(self) -> list[ColumnElement[bool]]:
        """Of the signatures of people who saw it."""
        period = [Signature.signed_at < self.until]
        if self.since:
            period.append(Signature.signed_at >= self.since)
        return [Signature.action_id == self.action_id, Signature.locale == self.locale, *period]


@dataclass(frozen=True)
class FormerSigners:
    """People of a file who signed for an addressee that a petition no longer has."""

    addressee: FormerAddressee
    count: int


def addressees_in(content: Content) -> dict[str, str]:
    return {tag: text.get("addressee") or "" for tag, text in texts_in(content).items()}


def has_other_addressee(locale: str, before: Addressees, after: Addressees) -> bool:
    """Whether the addressee in a language has changed. If that language is gone, whether any has."""
    compared = {locale} if locale in after else before.keys() & after.keys()
    return any(_plain(before[tag]) != _plain(after[tag]) for tag in compared)


def former_addressees(connection: Connection, action_id: int) -> list[FormerAddressee]:
    """Those that differ from what the rows say now, the earliest first."""
    texts = select(ActionText.locale, ActionText.addressee).filter_by(action_id=action_id)
    current = {row.locale: row.addressee for row in connection.execute(texts)}
    found: dict[str, list[FormerAddressee]] = {}
    since: datetime | None = None
    for until, content in _revisions_once_public(connection, action_id):
        before = addressees_in(content)
        for locale in before:
            if has_other_addressee(locale, before, current):
                new = FormerAddressee(action_id, locale, before[locale], since, until)
                _append(found.setdefault(locale, []), new)
        since = until
    return [one for of_locale in found.values() for one in of_locale]


def find_last_addressees(connection: Connection, action_id: int) -> dict[str, str]:
    """Those that the public saw last, if the page has left the site since; else empty."""
    revisions = _revisions_once_public(connection, action_id)
    return addressees_in(revisions[-1].content) if revisions else {}


def find_former_signers(
    connection: Connection,
    action: Action,
    *conditions: ColumnElement[bool],
    among: BitMap64 | None = None,
) -> list[FormerSigners]:
    """Those of an action that match, by addressee. `among`: the ids of signatures; None: all."""
    found = []
    if KINDS[action.kind].has_addressee:
        for one in former_addressees(connection, action.id):
            its = select(Signature.id).where(*one.conditions(), *conditions)
            ids = read_ids(connection, its, Signature.id)
            found.append(FormerSigners(one, len(ids if among is None else ids & among)))
    return [one for one in found if one.count]


def _revisions_once_public(connection: Connection, action_id: int) -> list[Row[datetime, Any]]:
    """When the public stopped seeing them, and their contents, in this order."""
    ended = (
        select(Revision.public_until, Revision.content)
        .where(Revision.subject == SUBJECT, Revision.subject_id == action_id)
        .where(Revision.public_until.is_not(None))
        .order_by(Revision.public_until, Revision.number)
    )
    return list(connection.execute(ended))


def _append(found: list[FormerAddressee], new: FormerAddressee) -> None:
    """Add it, or extend the one before it, whose page changed in something else."""
    last = found[-1] if found else None
    if last and (last.until, last.name) == (new.since, new.name):
        found[-1] = replace(last, until=new.until)
    else:
        found.append(new)


def _plain(name: str) -> str:
    """Without differences of spaces and capital letters."""
    return " ".join(name.split()).casefold()
