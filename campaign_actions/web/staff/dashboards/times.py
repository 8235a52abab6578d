"""Times of a dashboard in words, in the zone of its days."""

from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _

from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.core.i18n.dates import format_clock_time, join_day_and_time
from campaign_actions.core.i18n.formatting import date_long, day_short, month_short, number
from campaign_actions.core.i18n.locale import current_locale, formatting_locale

HOURS_BETWEEN_MARKS = 3


def bucket_label(period: Period, bucket: int, *, is_long: bool = False) -> str:
    """When a bucket begins: short below a chart, `is_long` in tables."""
    start = period.starts[bucket].astimezone(period.zone)
    if period.unit == "hour":
        locale = formatting_locale(current_locale())
        time = format_clock_time(start, locale)
        return join_day_and_time(day_short(start.date()), time, locale) if is_long else time
    return date_long(start) if is_long else day_short(start.date())


def bucket_mark(period: Period, bucket: int) -> str:
    """When a bucket begins, for narrow columns: every third hour, and of days the number."""
    start = period.starts[bucket].astimezone(period.zone)
    if period.unit == "hour" and start.hour % HOURS_BETWEEN_MARKS:
        return ""
    return number(start.day) if period.unit == "day" else bucket_label(period, bucket)


def bucket_groups(period: Period) -> tuple[tuple[str, int], ...]:
    """The words that narrow columns share, with their number: the month of days, the day of hours."""
    if period.unit == "week":
        return ()
    is_in_days = period.unit == "day"
    days = (start.astimezone(period.zone).date() for start in period.starts)
    # Each is put into words once, which takes longer than all the rest.
    shared = (day.replace(day=1) if is_in_days else day for day in days)
    words = month_short if is_in_days else day_short
    return tuple((words(day), len(list(same))) for day, same in groupby(shared))


def bucket_stamp(period: Period, bucket: int) -> str:
    """When a bucket begins, for programs: 2026-11-03, or 2026-11-03 14:00."""
    start = period.starts[bucket].astimezone(period.zone)
    return f"{start:%Y-%m-%d %H:%M}" if period.unit == "hour" else f"{start:%Y-%m-%d}"


def moment_label(moment: datetime, period: Period) -> str:
    """The day; where hours are shown, with the time."""
    local = moment.astimezone(period.zone)
    if period.unit != "hour":
        return date_long(local)
    locale = formatting_locale(current_locale())
    return join_day_and_time(day_short(local.date()), format_clock_time(local, locale), locale)


def period_words(period: Period) -> str:
    """From its first day to its last, or the only one; of hours, from minute to minute."""
    since, until = (one.astimezone(period.zone) for one in (period.since, period.until))
    first, last = date_long(since), date_long(period.last_day)
    if period.unit == "hour":
        locale = formatting_locale(current_locale())
        first, last = (
            join_day_and_time(date_long(one), format_clock_time(one, locale), locale)
            for one in (since, until)
        )
    if first == last:
        return str(_("One day: %(day)s.", day=first))
    return str(_("%(first)s to %(last)s.", first=first, last=last))
