"""The messages after publishing something, choosing languages or reopening a campaign."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.gettext import isolate
from campaign_actions.core.i18n.list_format import join_list, join_with_commas
from campaign_actions.core.i18n.locale import language_here, locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing.checks.language_shares import make_language_shares
from campaign_actions.publishing.conflicts import NothingToClose, NothingToReopen
from campaign_actions.publishing.queries import get_plan
from campaign_actions.web.staff.access.authorization import Lacking
from campaign_actions.web.staff.access.whom_to_ask import whom_lacking
from campaign_actions.web.staff.publishing.changed_fields import ShownDraft, languages_in


def published_words(campaign: CampaignOverview, shown: Sequence[ShownDraft]) -> str:
    """`campaign`: as it is now. `shown`: the drafts that were published, as their page showed them."""
    fields = [field for draft in shown for field in draft.fields]
    changed = languages_in(shown, campaign.listed_locales)
    hidden = [tag for tag in changed if tag not in campaign.public_locales]
    words = (
        ngettext("%(num)d change published.", "%(num)d changes published.", len(fields))
        if fields and all(field.locale in hidden for field in fields)
        else ngettext(
            "%(num)d change published. It will appear on the site within seconds.",
            "%(num)d changes published. They will appear on the site within seconds.",
            len(fields),
        )
    )
    return " ".join((words, *_hidden_words(campaign, hidden)))


def _hidden_words(campaign: CampaignOverview, locales: Sequence[str]) -> Iterator[str]:
    """For each language that is not public, what it lacks."""
    shares = make_language_shares(get_plan(campaign.id)) if locales else ()
    left = {share.locale: share.left for share in shares}
    for locale in locales:
        name = language_here(locale)
        if count := left.get(locale):
            yield ngettext(
                "%(language)s is not public: %(num)d string left.",
                "%(language)s is not public: %(num)d strings left.",
                count,
                language=name,
            )
        else:
            yield _("Not public: %(languages)s.", languages=name)


def already_published_words(by: str, at: datetime | None) -> str:
    """For the second of two people who publish a campaign. `by`: the first; "" if that is not known."""
    parts = [_("Published by %(name)s.", name=isolate(by))] if by else []
    if at:
        parts.append(_("Public since %(since)s.", since=datetime_here(at)))
    return " ".join((*parts, _("Your choices on the page were not saved.")))


def languages_words(campaign_id: int, removed: Collection[str]) -> str:
    """After the public languages were saved. `removed`: those that were on the site until then."""
    newest, rows = get_plan(campaign_id), get_plan(campaign_id, of=())
    if not newest.is_open(utc_now()):
        names = _names(newest.public_locales)
        words: str = _(
            "Public languages saved. Public when the campaign opens: %(names)s.", names=names
        )
        return words
    served = [tag for tag in rows.public_locales if tag in locales()]
    parts = [_("Public languages saved. Public now: %(names)s.", names=_names(served))]
    if unserved := [tag for tag in rows.public_locales if tag not in served]:
        parts.append(_("Public once the site has the language: %(names)s.", names=_names(unserved)))
    if removed:
        parts.append(_("No longer public: %(names)s.", names=_names(sorted(removed))))
    if later := [tag for tag in newest.public_locales if tag not in rows.texts]:
        parts.append(_("Public once the changes are published: %(names)s.", names=_names(later)))
    return " ".join(parts)


def asked_words(campaign_id: int, tag: str) -> str:
    """After a language was added for translators: who sees the texts, or that nobody else does."""
    names = {"campaign_id": campaign_id, "language": tag}
    able = whom_lacking(Lacking("translate", names, everywhere=False)).able
    language = language_here(tag)
    parts = [_("%(language)s added.", language=language)]
    if able:
        parts.append(
            _(
                "These people see the texts to translate in their lists: %(names)s.",
                names=join_list(able),
            )
        )
    else:
        parts.append(
            _(
                "Nobody else can translate into %(language)s yet. Ask an administrator to invite a"
                " translator.",
                language=language,
            )
        )
    return " ".join(parts)


def _names(tags: Iterable[str]) -> str:
    return join_with_commas(map(language_here, tags)) or str(_("none"))


def closed_words(cancelled: int) -> str:
    """`cancelled`: the actions that were to open later."""
    parts = [_("All actions closed. Their pages stay online, with their counts.")]
    if cancelled:
        parts.append(
            ngettext(
                "The opening of %(num)d action was cancelled. It is a draft now.",
                "The openings of %(num)d actions were cancelled. They are drafts now.",
                cancelled,
            )
        )
    return " ".join(parts)


def already_closed_words(by: str) -> str:
    """For the second of two people who close all actions. `by`: the first; "" if that is not known."""
    if by:
        return str(_("%(name)s has already closed all actions.", name=isolate(by)))
    return f"{NothingToClose.title}. {NothingToClose.message}"


def already_reopened_words(opened: int, by: str) -> str:
    """For the second of two people who reopen a campaign. `opened`: its actions that are open."""
    if not opened:
        return f"{NothingToReopen.title}. {NothingToReopen.message}"
    reopened = _("%(name)s has already reopened the campaign.", name=isolate(by))
    return " ".join(
        (
            reopened if by else _("The campaign is already open."),
            ngettext("%(num)d action is open.", "%(num)d actions are open.", opened),
        )
    )


def reopened_words(opened: int, closed: int, closed_with_it: int, *, was_archived: bool) -> str:
    """`closed`, `closed_with_it`: the actions that stay closed, as they were closed before their campaign,
    or with it before it was archived.
    """
    if opened:
        parts = [
            _("The campaign has left the archive.") if was_archived else _("Campaign reopened."),
            ngettext("%(num)d action is open again.", "%(num)d actions are open again.", opened),
        ]
    else:
        parts = [_("The campaign has left the archive, but no action is open.")]
    if closed:
        parts.append(
            ngettext(
                "%(num)d action had been closed separately and stays closed.",
                "%(num)d actions had been closed separately and stay closed.",
                closed,
            )
        )
    if closed_with_it:
        parts.append(
            ngettext(
                "%(num)d action had been closed with the campaign and stays closed.",
                "%(num)d actions had been closed with the campaign and stay closed.",
                closed_with_it,
            )
        )
    if closed and not opened:
        parts.append(_("You can reopen an action on its own page."))
    return " ".join(parts)
