"""What must be right before an update goes out: one list, each line good, worth a look, or in the way."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.core.i18n import language_name, locales
from campaign_actions.core.mail import RenderedMail, render_mail
from campaign_actions.core.mail_copy import links_in
from campaign_actions.updates.languages import language_for
from campaign_actions.updates.mailing import links_of_test, words
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.queries import count_recipients, find_running, find_words, texts_of

log = structlog.get_logger()
State = Literal["good", "look", "bad"]
SHOWN_SUBJECT = 70  # characters: what mail programs show of a subject
MOST_BYTES = 100_000  # of HTML: above it some mail programs cut the mail, and with it the way out
PLACEHOLDERS = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\$?\{[\w .-]+\}|%\(\w+\)s|\[\[.*?\]\]|\[[A-ZА-ЯЁ][A-ZА-ЯЁ _-]+\](?!\()"
    r"|\b(?:TODO|FIXME|TBD|XXX+)\b|(?i:lorem ipsum)|https?://(?:www\.)?example\.(?:org|com|net)\b"
)
TAGS = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)

Texts = Mapping[str, UpdateText]
Rendered = Mapping[str, RenderedMail | None]


@dataclass(frozen=True)
class Check:
    """One line of the list, and what there is to say about it."""

    title: str
    state: State
    details: Sequence[str] = ()


@dataclass(frozen=True)
class Readers:
    """Those who signed in a language, and in which they will read the update."""

    signed_in: str
    number: int
    read: str | None


def pre_flight(update: Update) -> list[Check]:
    """All checks of a draft. It asks no other site: whether a link leads anywhere is for people to try."""
    texts = texts_of(update.id)
    rendered = {tag: render(update.id, tag) for tag in texts}
    return [
        _check(_("Texts"), *_missing(texts)),
        _check(_("Languages"), look=_other_languages(update.action_id, texts)),
        _check(_("Mails can be written"), _unwritten(rendered)),
        _check(_("The way out stands in each mail"), _without_way_out(rendered)),
        _check(_("Links"), *_links(texts)),
        _check(_("Length"), *_lengths(texts, rendered)),
        _check(_("Nothing left to fill in"), *_left_over(texts)),
        _recipients(update.action_id),
        _check(_("No other update of this action is being sent"), _running(update)),
    ]


def is_clear(checks: Sequence[Check]) -> bool:
    return all(check.state != "bad" for check in checks)


def readers_of(action_id: int, written: Sequence[str] | Texts) -> list[Readers]:
    """How many people read which language: their own, or the first that has a text."""
    return [
        Readers(tag, number, language_for(tag, written, locales()))
        for tag, number in count_recipients(action_id).items()
    ]


def render(update_id: int, locale: str, *, is_test: bool = False) -> RenderedMail | None:
    """The mail as it will be, but for its links; None if it can not be written."""
    found = find_words(update_id, locale, locales=locales())
    if found is None:
        return None
    try:
        return render_mail(
            "update",
            locale=locale,
            values=words(*found, locale, is_test=is_test),
            links=links_of_test(locale),
        )
    except Exception as error:  # whatever it is, it must not go out
        log.error("update_not_written", update=update_id, locale=locale, exc_info=error)
        return None


def _check(title: str, bad: Sequence[str] = (), look: Sequence[str] = ()) -> Check:
    return Check(title, "bad" if bad else "look" if look else "good", (*bad, *look))


def _missing(texts: Texts) -> tuple[list[str], list[str]]:
    if not texts:
        return [_("There is no text in any language.")], []
    bad = [
        _("%(language)s: the subject is missing.", language=language_name(tag))
        for tag, text in texts.items()
        if not text.subject
    ]
    bad += [
        _("%(language)s: the text is missing.", language=language_name(tag))
        for tag, text in texts.items()
        if not text.body
    ]
    return bad, []


def _other_languages(action_id: int, texts: Texts) -> list[str]:
    """Not in the way: somebody reads it in another language rather than not at all."""
    return [
        ngettext(
            "%(num)d person who signed in %(signed)s will read %(read)s.",
            "%(num)d people who signed in %(signed)s will read %(read)s.",
            readers.number,
            signed=language_name(readers.signed_in),
            read=language_name(readers.read),
        )
        for readers in readers_of(action_id, texts)
        if readers.read and readers.read != readers.signed_in
    ]


def _unwritten(rendered: Rendered) -> list[str]:
    return [
        _("%(language)s: the mail can not be written.", language=language_name(tag))
        for tag, mail in rendered.items()
        if mail is None
    ]


def _without_way_out(rendered: Rendered) -> list[str]:
    return [
        _(
            "%(language)s: the link to get no more of these mails is missing.",
            language=language_name(tag),
        )
        for tag, mail in rendered.items()
        if mail and not all("/unsubscribe/" in part for part in (mail.text, mail.html))
    ]


def _links(texts: Texts) -> tuple[list[str], list[str]]:
    bad = [
        _(
            "%(language)s: %(link)s is no whole address. Write it with https://.",
            language=language_name(tag),
            link=link or _("an empty link"),
        )
        for tag, link in _each_link(texts)
        if not _is_whole(link)
    ]
    look = [
        _("%(language)s: %(link)s is not encrypted (http).", language=language_name(tag), link=link)
        for tag, link in _each_link(texts)
        if link.startswith("http://")
    ]
    numbers = {tag: len(links_in(text.body)) for tag, text in texts.items()}
    if len(set(numbers.values())) > 1:
        each = ", ".join(f"{language_name(tag)} {number}" for tag, number in numbers.items())
        look.append(_("The languages have different numbers of links: %(numbers)s.", numbers=each))
    return bad, look


def _each_link(texts: Texts) -> Iterator[tuple[str, str]]:
    return ((tag, link) for tag, text in texts.items() for link in links_in(text.body))


def _is_whole(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _lengths(texts: Texts, rendered: Rendered) -> tuple[list[str], list[str]]:
    bad = [
        _(
            "%(language)s: the mail is so long that some programs cut it off.",
            language=language_name(tag),
        )
        for tag, mail in rendered.items()
        if mail and len(mail.html.encode()) > MOST_BYTES
    ]
    look = [
        _(
            "%(language)s: the subject is long, and phones show only its beginning.",
            language=language_name(tag),
        )
        for tag, text in texts.items()
        if len(text.subject) > SHOWN_SUBJECT
    ]
    return bad, look


def _left_over(texts: Texts) -> tuple[list[str], list[str]]:
    bad = _found(
        texts,
        PLACEHOLDERS,
        lambda tag, it: _("%(language)s: “%(it)s” is still to be filled in.", language=tag, it=it),
    )
    look = _found(
        texts,
        TAGS,
        lambda tag, it: _("%(language)s: “%(it)s” will stand there as text.", language=tag, it=it),
    )
    return bad, look


def _found(texts: Texts, pattern: re.Pattern[str], say: Callable[[str, str], str]) -> list[str]:
    said = [
        say(language_name(tag), match[0])
        for tag, text in texts.items()
        for match in pattern.finditer(f"{text.subject}\n{text.body}")
    ]
    return list(dict.fromkeys(said))


def _recipients(action_id: int) -> Check:
    number = sum(count_recipients(action_id).values())
    if not number:
        nobody = _("Nobody has confirmed and asked for news about this action yet.")
        return Check(_("Recipients"), "bad", [nobody])
    return Check(_("Recipients"), "good", [ngettext("%(num)d person", "%(num)d people", number)])


def _running(update: Update) -> list[str]:
    other: Any = find_running(update.action_id, but=update.id)
    return [_("Wait until it has gone out, so that nobody gets two at once.")] if other else []
