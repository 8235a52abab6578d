"""The filter of the audit log, as it stands in an address."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import StopValidation

from campaign_actions.audit.queries import AuditFilter
from campaign_actions.audit.vocabulary import EVENTS
from campaign_actions.core.fields import PlainText, StaffForm
from campaign_actions.core.zones import NoSuchTime, TwoSuchTimes, to_utc

YEARS = range(1970, 9999)  # that every zone can be told in


class LocalTime(StringField):
    """A day and time on the organisation's clocks; `data` is the text, `instant` the time in UTC."""

    hint: Any = ""
    instant: datetime | None = None

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            local = datetime.fromisoformat(self.data)
        except ValueError:
            local = None
        if local is None or local.tzinfo or local.year not in YEARS:
            raise StopValidation(_("Write a day and a time, like 2026-11-25T14:00."))
        try:
            self.instant = to_utc(local)
        except TwoSuchTimes as twice:  # to find more is no harm
            self.instant = twice.earlier if self.name == "since" else twice.later
        except NoSuchTime as skipped:
            self.instant = to_utc(skipped.first.replace(tzinfo=None))


class FilterForm(StaffForm):
    """By GET: it changes nothing, and its address can be kept."""

    who = PlainText(_l("Who"), most=254, hint=_l("An address, or “command”"))
    event = SelectField(_l("What"))
    subject = PlainText(_l("About"), most=200, hint=_l("Like racism, or racism/hate-crimes"))
    since = LocalTime(_l("Start"))
    until = LocalTime(_l("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = sorted(((name, str(words)) for name, words in EVENTS.items()), key=lambda e: e[1])
        self.event.choices = [("", _("Everything")), *events]
        self.event.validate_choice = False
        self.event.data = self.event.data or ""

    def validate_event(self, field: Any) -> None:
        if field.data and field.data not in EVENTS:
            raise StopValidation(_("Choose an event from the list."))

    def validate_until(self, field: Any) -> None:
        if self.since.instant and field.instant and field.instant < self.since.instant:
            raise StopValidation(_("This is before the time in “Start”."))

    def wanted(self) -> AuditFilter:
        """The checked values; the minute in `until` is in it."""
        until = self.until.instant
        return AuditFilter(
            actor=(self.who.data or "").lower(),
            event=self.event.data,
            subject=self.subject.data or "",
            since=self.since.instant,
            until=until and until + timedelta(minutes=1),
        )
