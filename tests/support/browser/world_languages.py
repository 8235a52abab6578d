"""The campaigns of the test world in the pseudo-locales."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from campaign_actions.actions.consent import newest_consents, publish_consent
from campaign_actions.actions.models import ActionText
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.core.content.blocks import compose
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES, pseudo_localize


def add_pseudo_locales(now: datetime) -> None:
    """Add a version in each pseudo-locale of everything written in English."""
    consents = newest_consents("en")
    for tag in PSEUDO_LOCALES:
        translate = partial(pseudo_localize, tag=tag)
        for kind, consent in consents.items():
            publish_consent(kind, tag, translate(consent.body if consent else ""), now=now)
        for text in _texts(CampaignText) + _texts(ActionText):
            db.session.add(_copy_in(text, tag, translate))
        db.session.commit()


def _texts(table: Any) -> list[Any]:
    return list(db.session.scalars(select(table).filter_by(locale="en")))


def _copy_in(text: Any, tag: str, translate: Callable[[str], str]) -> Any:
    values = {column.name: getattr(text, column.name) for column in text.__table__.columns}
    translated = {
        name: _translated(value, translate)
        for name, value in values.items()
        if isinstance(value, str)
    }
    return type(text)(**values | translated | {"locale": tag})


def _translated(text: str, translate: Callable[[str], str]) -> str:
    return compose(text, translate) or "" if "\n" in text else translate(text) if text else ""
