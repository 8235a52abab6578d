"""What must be right before an update goes out: one list, each line good, worth a look, or in the way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.core.i18n.locale import language_name, locales
from campaign_actions.updates.checks.emails import (
    render_update,
    too_large,
    unrendered,
    without_unsubscribe_link,
)
from campaign_actions.updates.checks.texts import (
    invalid_links,
    long_subjects,
    missing,
    placeholders,
)
from campaign_actions.updates.locale_fallback import fallback_locale
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import count_recipients, find_running, texts_of

State = Literal["good", "look", "bad"]


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


def run_preflight(update: Update) -> list[Check]:
    """All checks of a draft. It asks no other site: whether a link leads anywhere is for people to try."""
    texts = texts_of(update.id)
    rendered = {tag: render_update(update.id, tag) for tag in texts}
    return [
        _check(_("Texts"), missing(texts)),
        _check(_("Languages"), look=_other_languages(update.action_id, texts)),
        _check(_("Mails can be written"), unrendered(rendered)),
        _check(_("The way out stands in each mail"), without_unsubscribe_link(rendered)),
        _check(_("Links"), *invalid_links(texts)),
        _check(_("Length"), too_large(rendered), long_subjects(texts)),
        _check(_("Nothing left to fill in"), *placeholders(texts)),
        _recipients(update.action_id),
        _check(_("No other update of this action is being sent"), _running(update)),
    ]


def is_ready(checks: Sequence[Check]) -> bool:
    return all(check.state != "bad" for check in checks)


def readers_by_locale(action_id: int, written: Collection[str]) -> list[Readers]:
    """How many people read which language: their own, or the first that has a text."""
    return [
        Readers(tag, number, fallback_locale(tag, written, locales()))
        for tag, number in count_recipients(action_id).items()
    ]


def _check(title: str, bad: Sequence[str] = (), look: Sequence[str] = ()) -> Check:
    return Check(title, "bad" if bad else "look" if look else "good", (*bad, *look))


def _other_languages(action_id: int, texts: Collection[str]) -> list[str]:
    """Not in the way: somebody reads it in another language rather than not at all."""
    return [
        ngettext(
            "%(num)d person who signed in %(signed)s will read %(read)s.",
            "%(num)d people who signed in %(signed)s will read %(read)s.",
            readers.number,
            signed=language_name(readers.signed_in),
            read=language_name(readers.read),
        )
        for readers in readers_by_locale(action_id, texts)
        if readers.read and readers.read != readers.signed_in
    ]


def _recipients(action_id: int) -> Check:
    number = sum(count_recipients(action_id).values())
    if not number:
        nobody = _("Nobody has confirmed and asked for news about this action yet.")
        return Check(_("Recipients"), "bad", [nobody])
    return Check(_("Recipients"), "good", [ngettext("%(num)d person", "%(num)d people", number)])


def _running(update: Update) -> list[str]:
    other = find_running(update.action_id, but=update.id)
    return [_("Wait until it has gone out, so that nobody gets two at once.")] if other else []
