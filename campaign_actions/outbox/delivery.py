"""Whether emails are accepted at present, and if not, why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, CompoundSelect, Select, select, union_all

from campaign_actions.core.db.session import db
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.outbox.models import LANES, Lane, OutboxMail
from campaign_actions.outbox.queries import LAST_SENT_AT, LONG_AGO

MAX_READ = 100  # emails of a lane that are due, and as many that are tried again later
MAX_TRIED = 20  # of these, the last that were tried for the first time
NOT_ACCEPTED = _l("The mail server does not accept emails.")
REFUSED = _l("The mail server refused the email.")
# Faults of the mail server itself, by how the reasons begin that core/mail gives for them. One email is
# enough to tell them; any other reason may be that of one mailbox.
SERVER_FAULTS: Mapping[str, LazyString] = {
    "the mail server cannot be reached": _l("The mail server cannot be reached."),
    "the mail server responds too slowly": _l("The mail server responds too slowly."),
    "the mail server does not accept email": NOT_ACCEPTED,
    "the mail server does not offer": _l(
        "The mail server offers no encrypted connection (STARTTLS), or no login."
    ),
    "the folder for emails": _l("The folder for emails cannot be written to."),
}


@dataclass(frozen=True)
class Delivery:
    """`has_accepted`: whether an email has been sent. `reason`: why none is sent at present, in the words
    of the outbox; "" while nothing fails."""

    has_accepted: bool
    reason: str = ""

    @property
    def words(self) -> str:
        return words_of(self.reason)


NOT_TRIED = Delivery(has_accepted=False)
_DELIVERY = TtlCache[None, Delivery]()


def current_delivery(now: datetime) -> Delivery:
    """The same for everyone, up to a second old."""
    return _DELIVERY.get(None, lambda: find_delivery(now))


def find_delivery(now: datetime) -> Delivery:
    """Emails fail if some were tried for the first time since the last one was sent, and their reason is the
    mail server, or they are to several mailboxes. Reads only the next emails, however many there are.
    """
    last_sent_at = db.session.scalar(LAST_SENT_AT)
    if is_off(EMAIL):
        return Delivery(last_sent_at is not None)
    tried = db.session.execute(_tried_since(last_sent_at or LONG_AGO, now)).all()
    faults = [mail.last_error for mail in tried if _server_fault(mail.last_error)]
    if not faults and len({mail.email_key for mail in tried}) > 1:
        faults = [tried[0].last_error]
    return Delivery(last_sent_at is not None, next(iter(faults), ""))


def words_of(reason: str) -> str:
    """For people, in their language."""
    default = REFUSED if " refused " in reason else NOT_ACCEPTED
    return str(_server_fault(reason) or default) if reason else ""


def _server_fault(reason: str) -> LazyString | None:
    return next((words for start, words in SERVER_FAULTS.items() if reason.startswith(start)), None)


def _tried_since(moment: datetime, now: datetime) -> Select[str, str]:
    read = _next_emails(now).subquery()
    tried = select(read.c.email_key, read.c.last_error).where(
        read.c.first_tried_at > moment, read.c.last_error.is_not(None)
    )
    return tried.order_by(read.c.first_tried_at.desc()).limit(MAX_TRIED)


def _next_emails(now: datetime) -> CompoundSelect[str, str | None, datetime | None]:
    """Of each lane, those that are due and those that are not yet, in the order of the index. The second have
    those that were tried, even if many others are due."""
    parts = (
        _first(lane, is_wanted).subquery()
        for lane in LANES
        for is_wanted in (OutboxMail.due_at <= now, OutboxMail.due_at > now)
    )
    return union_all(*(select(part) for part in parts))


def _first(lane: Lane, is_wanted: ColumnElement[bool]) -> Select[str, str | None, datetime | None]:
    columns = OutboxMail.email_key, OutboxMail.last_error, OutboxMail.first_tried_at
    queued = OutboxMail.status == "queued", OutboxMail.lane == lane, is_wanted
    return select(*columns).where(*queued).order_by(OutboxMail.due_at).limit(MAX_READ)
