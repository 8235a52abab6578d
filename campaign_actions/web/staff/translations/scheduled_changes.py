"""Scheduled changes that saving a translation stops, as translators are told before and after."""

from collections.abc import Iterable

from flask import flash
from flask_babel import gettext as _

from campaign_actions.actions.newest.drafts import SubjectKey, changed_campaigns
from campaign_actions.actions.newest.schedules import Publication, schedules_of
from campaign_actions.catalogs.campaign_texts.parts import Part
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.core.i18n.message import Message
from campaign_actions.core.i18n.timezones import datetime_here


def scheduled_changes(catalog: Catalog, message: Message | None = None) -> tuple[Publication, ...]:
    """Those that were not ended: of the campaign, or of the page with a message."""
    if catalog.campaign_id is None:
        return ()
    found = changed_campaigns([catalog.campaign_id])
    pending = [one for each in found for one in each.publications if one.state != "failed"]
    if message is not None and pending:
        schedule = schedules_of([catalog.campaign_id]).get(subject_of(catalog, message))
        pending = [one for one in pending if schedule and one.at == schedule.at]
    return tuple(pending)


def flash_saved(before: Iterable[Publication], after: Iterable[Publication]) -> None:
    """Says that a translation is saved, and which scheduled changes it has stopped."""
    planned = {one.at for one in before if one.state == "planned"}
    stopped = [one.at for one in after if one.state == "changed" and one.at in planned]
    for at in stopped:
        words = _(
            "Saved. Changes of this campaign were to be published on %(moment)s, and now include your"
            " translation. Nothing will be published then unless someone checks them and sets the time"
            " again.",
            moment=datetime_here(at),
        )
        flash(words, "warning")
    if not stopped:
        flash(_("Saved"))


def subject_of(catalog: Catalog, message: Message) -> SubjectKey:
    """The campaign or the action whose draft has the translation; ("", 0): neither."""
    name = message.context.partition(": ")[0]
    parts = (part for part in catalog.parts if isinstance(part, Part) and part.name == name)
    return next(((part.subject.name, part.subject_id) for part in parts), ("", 0))
