"""A filter of signatures in words."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from campaign_actions.actions.models import ActionText
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    FILL_TIME_LABELS,
    FILTER_STATUS_LABELS,
    WITHOUT_LABELS,
)
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.formatting import country
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import language_here, locales_current_first
from campaign_actions.core.i18n.timezones import datetime_here


def filter_facts(
    wanted: SignatureFilter, sources: SourceNames, *, usual_status: str = "", comment: str = ""
) -> Iterator[tuple[str, str]]:
    """The filter as pairs of label and text; `usual_status` goes without saying.

    `comment`: the text of `wanted.same_comment`, for readers who may see it.
    """
    if wanted.ids:
        number = len(wanted.ids)
        yield _("Selected"), ngettext("%(num)d participant", "%(num)d participants", number)
    if wanted.name:
        yield _("Name"), wanted.name
    if wanted.email:
        yield _("Email"), wanted.email
    if wanted.domain:
        yield _("Email domain"), wanted.domain
    if wanted.since_at:
        yield _("Form sent from"), datetime_here(wanted.since_at)
    if wanted.until_at:
        yield _("Form sent before"), datetime_here(wanted.until_at)
    if wanted.language:
        yield _("Language"), language_here(wanted.language)
    if wanted.country:
        yield _("Country"), country(wanted.country)
    if wanted.countries:
        yield _("Country"), join_with_commas(map(country, wanted.countries))
    if wanted.source:
        yield _("Channel"), sources.name(wanted.source)
    if wanted.channel:
        yield _("How they took part"), str(CHANNEL_LABELS[wanted.channel])
    if wanted.without:
        yield _("Without"), str(WITHOUT_LABELS[wanted.without])
    if wanted.fill_time:
        yield _("Time to fill in the form"), str(FILL_TIME_LABELS[wanted.fill_time])
    if wanted.same_comment and comment:
        yield _("The same comment"), comment
    elif wanted.same_comment:
        yield _("Same comment as"), wanted.same_comment
    if wanted.not_signed:
        yield _("Did not take part in"), title_of_action(wanted.not_signed)
    if wanted.status not in ("", usual_status):
        yield _("Status"), str(FILTER_STATUS_LABELS[wanted.status])


def title_of_action(action_id: int) -> str:
    """In the first of the reader's languages that it has."""
    rows = select(ActionText.locale, ActionText.title).where(ActionText.action_id == action_id)
    titles = {row.locale: row.title for row in db.session.execute(rows)}
    tag = next((tag for tag in locales_current_first() if tag in titles), None)
    return titles[tag] if tag else ""
