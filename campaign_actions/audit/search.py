"""The search form of the audit log."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import Field, SelectField
from wtforms.validators import StopValidation

from campaign_actions.audit.describe import COMMAND_LINE, parse_actor
from campaign_actions.audit.events import EVENTS, VIEWS
from campaign_actions.audit.queries import AuditFilter
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import Checkbox, Identifier
from campaign_actions.core.i18n.collation import collation_key
from campaign_actions.core.i18n.locale import babel_locale, current_locale


class FilterForm(StaffForm):
    """Sent by GET, so that a search can be bookmarked."""

    who = Identifier(
        _l("Staff member"),
        max_length=254,
        hint=_l("An email address, or “%(name)s”", name=COMMAND_LINE),
    )
    event = SelectField(_l("Event"))
    subject = Identifier(
        _l("Item"), max_length=200, hint=_l("For example, racism or racism/hate-crimes")
    )
    since = LocalDateTime(_l("Start"), widened_to="earlier")
    until = LocalDateTime(lazy_pgettext("end of a period", "End"), widened_to="later")
    no_views = Checkbox(_l("Leave out views"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_order = collation_key(babel_locale(current_locale()).language)
        events = sorted(
            ((name, str(words)) for name, words in EVENTS.items()),
            key=lambda event: in_order(event[1]),
        )
        self.event.choices = [("", _("All events")), *events]
        self.event.validate_choice = False
        self.event.data = self.event.data or ""

    def validate_event(self, field: Field) -> None:
        if field.data and field.data not in EVENTS:
            raise StopValidation(_("Choose an event from the list."))

    def validate_no_views(self, field: Field) -> None:
        if field.data and self.event.data in VIEWS:
            raise StopValidation(_("This event is a view. Choose another event, or include views."))

    def validate_until(self, field: Field) -> None:
        if self.since.data and field.data and field.data < self.since.data:
            raise StopValidation(_("The end must not be before the start."))

    def to_filter(self) -> AuditFilter:
        """The validated values; the minute given as `until` is included."""
        until = self.until.data
        return AuditFilter(
            actor=parse_actor(self.who.data or ""),
            event=self.event.data,
            subject=self.subject.data or "",
            since=self.since.data,
            until=until and until + timedelta(minutes=1),
            omits_views=self.no_views.data,
        )
