"""Pre-flight checks of an update before it is sent."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from campaign_actions.actions.models import UPDATES_BY_ACTIONS, Action
from campaign_actions.actions.personal_data.later_uses import has_earlier_texts
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.list_format import join_with_semicolons
from campaign_actions.core.i18n.locale import language_here, locales
from campaign_actions.publishing.findings import Finding
from campaign_actions.updates.audience import (
    Audience,
    audience_of,
    count_recipients,
    count_steps,
    fallback_locale,
)
from campaign_actions.updates.checks.clusters import recipients_in_clusters
from campaign_actions.updates.checks.emails import (
    render_update,
    too_large,
    unrendered,
    without_unsubscribe_link,
)
from campaign_actions.updates.checks.others import recent, running
from campaign_actions.updates.checks.texts import (
    invalid_links,
    long_subjects,
    missing,
    placeholders,
)
from campaign_actions.updates.checks.translations import edit_url, outdated
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import texts_of


@dataclass(frozen=True)
class Readers:
    """The number of recipients who signed in a language, and the one in which they will read."""

    signed_in: str
    number: int
    read: str | None


def run_preflight(
    update: Update, *, with_others: bool = True, now: datetime | None = None
) -> list[Finding]:
    """All checks of a draft. No other site is requested: people try out links themselves.

    `with_others`: whether other updates that are being sent matter. `now`: if recent ones do, which only
    warns.
    """
    texts, audience = texts_of(update.id), audience_of(update)
    rendered = {tag: render_update(update.id, tag) for tag in texts}
    readers = readers_by_locale(audience, texts)
    return [
        _finding(_("Texts"), missing(texts)),
        _finding(_("Languages"), warnings=_other_languages(readers)),
        _translations(update),
        _finding(_("Email templates"), unrendered(rendered)),
        _finding(_("Unsubscribe link in every email"), without_unsubscribe_link(rendered)),
        _finding(_("Links"), *invalid_links(texts)),
        _finding(_("Length"), too_large(rendered), long_subjects(texts)),
        _finding(_("Placeholders"), *placeholders(texts)),
        _recipients(audience, sum(one.number for one in readers)),
        *recipients_in_clusters(audience),
        _finding(
            _("Other updates to these people in the last 7 days"),
            running(update, audience) if with_others else (),
            recent(update, audience, now) if now else (),
        ),
    ]


def is_ready(findings: Sequence[Finding]) -> bool:
    return all(finding.state != "blocker" for finding in findings)


def readers_by_locale(audience: Audience, written: Collection[str]) -> list[Readers]:
    """The recipients by the language they signed in. `written`: the languages of the update."""
    return [
        Readers(tag, number, fallback_locale(tag, written, locales()))
        for tag, number in count_recipients(audience).items()
    ]


def _finding(title: str, blockers: Sequence[str] = (), warnings: Sequence[str] = ()) -> Finding:
    details = (*blockers, *warnings)
    return Finding(
        "blocker" if blockers else "warning" if warnings else "ok", title, details=details
    )


def _translations(update: Update) -> Finding:
    """Only a warning: people who write both languages know whether these still say the same."""
    found = _finding(_("Translations"), warnings=outdated(update))
    if found.state == "ok":
        return found
    return replace(found, url=edit_url(update), deed=_("Back to the text"))


def _other_languages(found: Sequence[Readers]) -> list[str]:
    """Only a warning: reading in another language is better than not at all."""
    return [
        ngettext(
            "%(num)d person who took part in %(signed)s will receive it in %(read)s.",
            "%(num)d people who took part in %(signed)s will receive it in %(read)s.",
            readers.number,
            signed=language_here(readers.signed_in),
            read=language_here(readers.read),
        )
        for readers in found
        if readers.read and readers.read != readers.signed_in
    ]


def nobody_in_words(audience: Audience) -> str:
    """Why an audience is empty."""
    numbers = count_steps(audience, people=0)
    if not numbers.asked:
        return str(_("Nobody has confirmed and asked for updates yet."))
    if not numbers.agreed:
        return _not_covered(audience)
    return str(
        _(
            "Nobody matches these filters, so nobody would get it. Change the filters or the actions."
        )
    )


def _not_covered(audience: Audience) -> str:
    """The reason if no consent text covers it: it compares actions, or chooses people."""
    unfiltered = replace(audience, filter=SignatureFilter(not_signed=audience.filter.not_signed))
    may_compare = not audience.is_combined or count_steps(unfiltered, people=0).agreed
    if audience.is_segmented and may_compare:
        return str(
            _(
                "People have asked for updates, but the consent text they agreed to does not cover an update"
                " to some people only. Remove the filters."
            )
        )
    return str(
        _(
            "People have asked for updates, but the consent text they agreed to does not cover an update"
            " that compares actions. Choose a single action, and leave nobody out for another one."
        )
    )


def not_left_out(audience: Audience) -> str:
    """That some people who took part in the other action may get it even so; empty: none."""
    other = audience.filter.not_signed
    kind = db.session.scalar(select(Action.kind).where(Action.id == other)) if other else None
    if not kind or not has_earlier_texts(UPDATES_BY_ACTIONS, kind):
        return ""
    return str(
        _(
            "Anyone who agreed to an earlier consent text in the other action is not left out: that text does"
            " not cover comparing actions."
        )
    )


def _recipients(audience: Audience, number: int) -> Finding:
    if not number:
        return _finding(_("Recipients"), [nobody_in_words(audience)])
    people = ngettext("%(num)d person", "%(num)d people", number)
    details = (people, note) if (note := not_left_out(audience)) else (people,)
    return Finding("ok", _("Recipients"), details=details)


def took_part_in(titles: Iterable[str]) -> tuple[str, str]:
    """A label, and the titles of the actions of which one is enough."""
    shown = list(titles)
    label = _("Took part in") if len(shown) == 1 else _("Took part in at least one of these")
    return str(label), join_with_semicolons(shown)
