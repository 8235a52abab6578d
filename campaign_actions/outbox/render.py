"""Making one email of the rows that a worker has leased."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from campaign_actions.core.db.session import UNAVAILABLE
from campaign_actions.core.i18n.locale import served_or_default
from campaign_actions.core.i18n.locale_registry import locale_registry
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
MAX_TITLES = 2  # in the subject of a digest, since mail programs cut long ones


class MailUnknown(Exception):
    """No email maker is registered under the name of this template."""


@dataclass
class RenderedEmails:
    """The parts of an email, and the rows that are not in it."""

    parts: list["Part"] = field(default_factory=list)
    dropped: list[LeasedEmail] = field(default_factory=list)  # no longer needed
    postponed: list[LeasedEmail] = field(default_factory=list)  # not to be sent yet
    failed: list[tuple[LeasedEmail, str]] = field(default_factory=list)  # with the reason

    @property
    def rows(self) -> list[LeasedEmail]:
        return [row for part in self.parts for row in part.rows]


@dataclass(frozen=True)
class Part:
    """One part of an email, and the rows that asked for it."""

    rows: list[LeasedEmail]
    mail: Mail
    rendered: RenderedMail


def render_emails(rows: Sequence[LeasedEmail], mails: MailMakers, now: datetime) -> RenderedEmails:
    """Render the rows of one mailbox; rows that ask for the same email become one part.

    An email that cannot be rendered does not delay the others, but an unavailable database raises
    its error. Rows in a language that is no longer served are rendered in another one.
    """
    locale_registry().refresh()
    result = RenderedEmails()
    asked: list[tuple[list[LeasedEmail], Mail]] = []
    for same in _group_same(rows):
        try:
            mail = _make_mail(same[-1], mails, now)
        except MailNotDue:
            result.postponed += same
            continue
        except UNAVAILABLE:
            raise
        except Exception as error:
            result.failed += _failed(same, error)
            continue
        if mail:
            asked.append((same, mail))
        else:
            result.dropped += same
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
            result.failed += _failed(same, error)
        else:
            result.parts.append(Part(same, mail, rendered))
    return result


def write_message(parts: Sequence[Part], now: datetime) -> MimeMessage:
    """One email of all parts, to the address and in the language the person used last.

    Raises MailRefused if that is not an address.
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


def file_name(parts: Sequence[Part]) -> str:
    """A name for the file of an email: sorts by time, and is the same at every attempt."""
    first = parts[0].rows[0]
    return f"{first.queued_at:%Y%m%dT%H%M%S.%fZ}-{first.id:08}"


def _group_same(rows: Sequence[LeasedEmail]) -> list[list[LeasedEmail]]:
    """The rows in groups that ask for the same email."""
    groups: dict[tuple[str, int | None, int | None], list[LeasedEmail]] = {}
    for row in rows:
        groups.setdefault((row.template, row.about, row.update_id), []).append(row)
    return list(groups.values())


def _make_mail(row: LeasedEmail, mails: MailMakers, now: datetime) -> Mail | None:
    if row.template not in mails:
        raise MailUnknown
    maker = mails[row.template]
    if isinstance(maker, AddressMailMaker):
        return maker.make(row.recipient or "", row.email_key, now)
    about = row.about if row.update_id is None else row.update_id
    return maker(about, row.email_key, served_or_default(row.locale), now)


def _failed(rows: list[LeasedEmail], error: Exception) -> list[tuple[LeasedEmail, str]]:
    reason = f"the email could not be rendered ({type(error).__name__})"
    log.error("mail_not_written", mail=rows[-1].id, template=rows[-1].template, exc_info=error)
    return [(row, reason) for row in rows]


def _digest(parts: Sequence[Part]) -> RenderedMail:
    values = {
        "parts": [part.rendered for part in parts],
        "titles": _digest_titles(parts),
        "privacy_url": parts[-1].mail.values.get("privacy_url", ""),
    }
    return render_mail("digest", locale=parts[-1].rendered.locale, values=values)


def _digest_titles(parts: Sequence[Part]) -> list[str]:
    """The subjects of the emails in a digest, each only once; an ellipsis stands for the rest."""
    about = (part.mail.values.get("action_title") or part.rendered.subject for part in parts)
    titles = list(dict.fromkeys(map(str, about)))
    return titles if len(titles) <= MAX_TITLES else [*titles[:MAX_TITLES], "…"]
