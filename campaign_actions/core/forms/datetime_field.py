"""The field for a day and a time on the organisation's clocks."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal

from flask_babel import gettext as _
from wtforms import StringField
from wtforms.validators import StopValidation

from campaign_actions.core.forms.fields import OneValue
from campaign_actions.core.i18n.timezones import (
    NoSuchTime,
    TwoSuchTimes,
    local_input,
    to_local,
    to_utc,
)

YEARS = range(1970, 2200)  # a slip of the finger is none of ours


class LocalTime(OneValue, StringField):
    """A day and a time on the organisation's clocks; its data is the instant, or None.

    `typed` stands in the field. A time that clocks skip is refused. One that comes twice is asked
    about: then `twice` holds both instants, and a second field, `<name>_which`, says which one is
    meant (`which`). A filter asks nothing: it is widened to the earlier or the later one.
    """

    typed = ""
    twice: tuple[datetime, datetime] | None = None
    which: int | None = None

    def __init__(
        self,
        *args: Any,
        least_message: Any = None,
        widened_to: Literal["earlier", "later"] | None = None,
        hint: Any = "",
        **kwargs: Any,
    ) -> None:
        """`least_message`: what is said when it is empty; None: it may be."""
        self.least_message, self.widened_to, self.hint = least_message, widened_to, hint
        super().__init__(*args, **kwargs)
        self.flags.required = least_message is not None

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        sent = formdata.get(f"{self.name}_which", "") if formdata else ""
        self._sent_which = {"0": 0, "1": 1}.get(sent)
        super().process(formdata, *args, **kwargs)

    def process_data(self, value: Any) -> None:
        """Show an instant: as such, or as revisions hold it."""
        self.data = datetime.fromisoformat(value) if isinstance(value, str) and value else value
        self.typed, self.twice, self.which = local_input(self.data), None, None
        if self.data:
            self.which = to_local(self.data).fold
            self._instant(datetime.fromisoformat(self.typed))  # finds out whether it comes twice

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed, self.data = (valuelist[0].strip() if valuelist else ""), None
        self.twice, self.which = None, self._sent_which
        if self.typed:
            self.data = self._instant(self._local())

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.process_errors:
            raise StopValidation
        if self.data is None and self.least_message is not None:
            raise StopValidation(self.least_message)

    def _local(self) -> datetime:
        with suppress(ValueError):
            local = datetime.fromisoformat(self.typed)
            if not local.tzinfo and local.year in YEARS:
                return local
        raise ValueError(_("Write a day and a time, like 2026-11-25T14:00."))

    def _instant(self, local: datetime) -> datetime:
        try:
            return to_utc(local)
        except NoSuchTime as error:
            if self.widened_to:
                return error.first.astimezone(UTC)
            raise ValueError(
                _(
                    "On this day clocks are put forward over this time, so it does not come."
                    " Choose %(first)s or later.",
                    first=error.first.strftime("%H:%M"),
                )
            ) from None
        except TwoSuchTimes as both:
            if self.widened_to:
                return both.earlier if self.widened_to == "earlier" else both.later
            self.twice = (both.earlier, both.later)
            if self.which is None:
                raise ValueError(
                    _("On this day clocks are put back, and this time comes twice. Say which one.")
                ) from None
            return self.twice[self.which]
