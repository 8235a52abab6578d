"""Making one mail of the rows a worker has taken: each is asked what it has to say now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from campaign_actions.core.db.session import UNAVAILABLE
from campaign_actions.core.i18n.locale import served_or_default
from campaign_actions.core.i18n.registry import locale_registry
from campaign_actions.core.mail.mime import MimeMessage
from campaign_actions.core.mail.render import (
    AddressMailMaker,
    Layout,
    Mail,
    MailMakers,
    MailNotDue,
    RenderedMail,
    make_message,
    make_message_id,
    render_mail,
)
from campaign_actions.outbox.lease import LeasedEmail

log = structlog.get_logger()


class MailUnknown(Exception):
    """No function says what a mail of this name is about."""


@dataclass
class RenderedEmails:
    """What the taken rows came to."""

    parts: list["Part"] = field(default_factory=list)
    silent: list[LeasedEmail] = field(default_factory=list)  # nothing to say any more
    early: list[LeasedEmail] = field(default_factory=list)  # not now, and nobody's fault
    failed: list[tuple[LeasedEmail, str]] = field(default_factory=list)  # not now, and why

    @property
    def spoken(self) -> list[LeasedEmail]:
        return [row for part in self.parts for row in part.rows]


@dataclass(frozen=True)
class Part:
    """One thing to say, and the rows that asked for it."""

    rows: list[LeasedEmail]
    mail: Mail
    rendered: RenderedMail


def render_emails(rows: Sequence[LeasedEmail], mails: MailMakers, now: datetime) -> RenderedEmails:
    """What the rows of one mailbox have to say; rows about the same say it once.

    An email that cannot be written does not delay the others. When the database is unavailable, no
    email is to blame: its error is raised. A language that is served no more may lack the very
    words of a mail, and its pages are gone: the mail is in another one, as a whole.
    """
    locale_registry().refresh()
    composed = RenderedEmails()
    asked: list[tuple[list[LeasedEmail], Mail]] = []
    for same in _alike(rows):
        try:
            mail = _ask(same[-1], mails, now)
        except MailNotDue:
            composed.early += same
            continue
        except UNAVAILABLE:
            raise
        except Exception as error:
            composed.failed += _failed(same, error)
            continue
        if mail:
            asked.append((same, mail))
        else:
            composed.silent += same
    layout: Layout = "layout" if len(asked) == 1 else "part"
    for same, mail in asked:
        try:
            rendered = render_mail(
                mail.template,
                locale=served_or_default(mail.locale or same[-1].locale),
                values=mail.values,
                links=mail.links,
                layout=layout,
            )
        except UNAVAILABLE:
            raise
        except Exception as error:
            composed.failed += _failed(same, error)
        else:
            composed.parts.append(Part(same, mail, rendered))
    return composed


def write_message(parts: Sequence[Part], now: datetime) -> MimeMessage:
    """One mail of all parts, to the address and in the language the person used last.

    Raises MailRefused when that address is none.
    """
    last = parts[-1]
    rows = [row for part in parts for row in part.rows]
    return make_message(
        last.rendered if last.rendered.is_whole else _digest(parts),
        to=last.mail.to or last.rows[-1].recipient or "",
        message_id=make_message_id(*(fact for row in rows for fact in (row.id, row.queued_at))),
        unsubscribe=last.mail.unsubscribe if last.rendered.is_whole else None,
        now=now,
    )


def name_of(parts: Sequence[Part]) -> str:
    """Sorts by time, and is the same at every try."""
    first = parts[0].rows[0]
    return f"{first.queued_at:%Y%m%dT%H%M%S.%fZ}-{first.id:08}"


def _alike(rows: Sequence[LeasedEmail]) -> list[list[LeasedEmail]]:
    """The rows that ask for the same mail, side by side."""
    groups: dict[tuple[str, int | None, int | None], list[LeasedEmail]] = {}
    for row in rows:
        groups.setdefault((row.template, row.about, row.update_id), []).append(row)
    return list(groups.values())


def _ask(row: LeasedEmail, mails: MailMakers, now: datetime) -> Mail | None:
    if row.template not in mails:
        raise MailUnknown
    maker = mails[row.template]
    if isinstance(maker, AddressMailMaker):
        return maker.make(row.recipient or "", row.email_key, now)
    about = row.about if row.update_id is None else row.update_id
    return maker(about, row.email_key, served_or_default(row.locale), now)


def _failed(rows: list[LeasedEmail], error: Exception) -> list[tuple[LeasedEmail, str]]:
    reason = f"it could not be written ({type(error).__name__})"
    log.error("mail_not_written", mail=rows[-1].id, template=rows[-1].template, exc_info=error)
    return [(row, reason) for row in rows]


def _digest(parts: Sequence[Part]) -> RenderedMail:
    values = {
        "parts": [part.rendered for part in parts],
        "privacy_url": parts[-1].mail.values.get("privacy_url", ""),
    }
    return render_mail("digest", locale=parts[-1].rendered.locale, values=values)
