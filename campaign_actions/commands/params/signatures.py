"""Types of parameters that choose signatures. They load no accounts, so that exports start fast."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from campaign_actions.core.forms.datetime_field import ACCEPTED_YEARS
from campaign_actions.core.forms.input_text import forbidden_characters, normalize_text
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.timezones import first_moment


class ActionsParam(click.ParamType[Sequence[Action]]):
    """The actions that CAMPAIGN or CAMPAIGN/ACTION names, by the slugs in their addresses."""

    name = "CAMPAIGN[/ACTION]"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> Sequence[Action]:
        campaign, slash, slug = value.partition("/")
        named = select(Action).join(Campaign).where(Campaign.slug == campaign)
        found = db.session.scalars(named.filter(Action.slug == slug) if slash else named).all()
        if not found:
            what = "action" if slash else "campaign with actions"
            self.fail(f"There is no {what} {value!r}. Write {self.name} as in the address.")
        return found


class SiteLanguageParam(click.ParamType[str]):
    """One of the languages that the site is served in."""

    name = "language"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        if value not in locales():
            self.fail(
                f"{value!r} is not a language of this site. Choose from: {', '.join(locales())}."
            )
        return value


class DayParam(click.ParamType[datetime]):
    """A day as YYYY-MM-DD: its first moment in the organisation's time zone."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> datetime:
        try:
            day = datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007
        except ValueError:
            self.fail(f"{value!r} is not a day. Write YYYY-MM-DD.")
        if day.year not in ACCEPTED_YEARS:
            self.fail(f"{value!r} is not a year in which anyone can sign.")
        return first_moment(day)


class LineParam(click.ParamType[str]):
    """One line of text, as forms accept it."""

    name = "TEXT"

    def __init__(self, *, max_length: int) -> None:
        self._max_length = max_length

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        text = normalize_text(value)
        if len(text) > self._max_length or forbidden_characters(text, multiline=False):
            self.fail(f"Write one line of at most {self._max_length} characters.")
        return text


class PatternParam(click.ParamType[str]):
    """A code that matches a pattern."""

    def __init__(self, name: str, pattern: str) -> None:
        self.name, self.pattern = name, re.compile(pattern)

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        if not self.pattern.fullmatch(value):
            self.fail(f"{value!r} is not a {self.name}.")
        return value
