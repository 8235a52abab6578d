"""A form field for a date and time in the time zone of the person who fills it in."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign_actions.core.forms.fields import SingleValue
from campaign_actions.core.i18n.timezones import (
    LOCAL_FORMAT,
    AmbiguousTime,
    NonexistentTime,
    city_of,
    is_zone,
    to_utc,
    zone,
    zone_name,
)

ACCEPTED_YEARS = range(1970, 2200)  # any other is a typing error


class LocalDateTime(SingleValue, StringField):
    """A local date and time. Its data is the instant in UTC, or None.

    `typed` is the text to show in the field. A time that the clocks skip is rejected. For an ambiguous
    time `instants` has both instants, and the page asks which one is meant in a second field,
    `<name>_which` (0 the earlier, 1 the later: `which`). A filter does not ask: `widened_to` says which
    of the two it takes. `<name>_zone` says in which time zone the page showed the field, in case it has
    been changed since.
    """

    typed = ""
    instants: tuple[datetime, datetime] | None = None
    which: int | None = None
    _place: ZoneInfo | None = None

    def __init__(
        self,
        *args: Any,
        required_message: LazyString | None = None,
        widened_to: Literal["earlier", "later"] | None = None,
        hint: LazyString | str = "",
        **kwargs: Any,
    ) -> None:
        """`required_message`: the error if it is empty; None: it is optional."""
        self.required_message, self.widened_to, self.hint = required_message, widened_to, hint
        super().__init__(*args, **kwargs)
        self.flags.required = required_message is not None

    def process(self, formdata: MultiDict[str, str] | None, *args: Any, **kwargs: Any) -> None:
        submitted = formdata.get(f"{self.name}_which", "") if formdata else ""
        self._submitted_which = {"0": 0, "1": 1}.get(submitted)
        place = formdata.get(f"{self.name}_zone", "") if formdata else ""
        self._place = ZoneInfo(place) if is_zone(place) else None
        super().process(formdata, *args, **kwargs)

    @property
    def zone_name(self) -> str:
        """The time zone of `typed`."""
        return self._place.key if self._place else zone_name()

    def process_data(self, value: datetime | str | None) -> None:
        """Take an instant as a datetime, or as text in ISO format, as revisions store it."""
        self.data = (
            datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
        )
        self.typed, self.instants, self.which = "", None, None
        if self.data:
            local = self.data.astimezone(self._place or zone())
            self.typed, self.which = local.strftime(LOCAL_FORMAT), local.fold
            self._instant(datetime.fromisoformat(self.typed))  # sets `instants` if it is ambiguous

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed, self.data = (valuelist[0].strip() if valuelist else ""), None
        self.instants, self.which = None, self._submitted_which
        if self.typed:
            self.data = self._instant(self._local())

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.process_errors:
            raise StopValidation
        if self.data is None and self.required_message is not None:
            raise StopValidation(self.required_message)

    def _local(self) -> datetime:
        with suppress(ValueError):
            local = datetime.fromisoformat(self.typed)
            if not local.tzinfo and local.year in ACCEPTED_YEARS:
                return local
        raise ValueError(_("Enter a date and time, for example 2026-11-25 14:00."))

    def _instant(self, local: datetime) -> datetime:
        try:
            return to_utc(local, place=self._place)
        except NonexistentTime as error:
            if self.widened_to:
                return error.first.astimezone(UTC)
            raise ValueError(
                _(
                    "This time does not exist in %(zone)s: the clocks go forward that day."
                    " Choose %(first)s or later.",
                    zone=city_of(self.zone_name),
                    first=error.first.strftime("%H:%M"),
                )
            ) from None
        except AmbiguousTime as both:
            if self.widened_to:
                return both.earlier if self.widened_to == "earlier" else both.later
            self.instants = (both.earlier, both.later)
            if self.which is None:
                raise ValueError(
                    _(
                        "This time occurs twice in %(zone)s: the clocks go back that day."
                        " Choose which one you mean.",
                        zone=city_of(self.zone_name),
                    )
                ) from None
            return self.instants[self.which]
