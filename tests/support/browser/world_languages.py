"""The campaigns of the world of tests in languages that nobody speaks."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from campaign_actions.actions.consent import find_newest_consent, publish_consent
from campaign_actions.actions.models import ActionText
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.core.content.blocks import compose
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES, pseudo_localize


def speak_strangely(now: datetime) -> None:
    """All that is written in English is there in the pseudo-locales, too."""
    consent = find_newest_consent("en")
    for tag in PSEUDO_LOCALES:
        say = partial(pseudo_localize, tag=tag)
        publish_consent(tag, say(consent.body if consent else ""), now=now)
        for text in _texts(CampaignText) + _texts(ActionText):
            db.session.add(_in(text, tag, say))
        db.session.commit()


def _texts(table: Any) -> list[Any]:
    return list(db.session.scalars(select(table).filter_by(locale="en")))


def _in(text: Any, tag: str, say: Callable[[str], str]) -> Any:
    values = {column.name: getattr(text, column.name) for column in text.__table__.columns}
    said = {name: _said(value, say) for name, value in values.items() if isinstance(value, str)}
    return type(text)(**values | said | {"locale": tag})


def _said(text: str, say: Callable[[str], str]) -> str:
    return compose(text, say) or "" if "\n" in text else say(text) if text else ""
