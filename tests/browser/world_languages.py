"""What translators have made in the world of tests, and its campaigns in languages that nobody speaks."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from campaign_actions.actions.consenting import find_newest_consent, publish_consent
from campaign_actions.actions.models import ActionText
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.catalogs.approving import propose_consent
from campaign_actions.catalogs.finding import interface, stored
from campaign_actions.catalogs.mailing import PURPOSE
from campaign_actions.catalogs.models import GlossaryTerm
from campaign_actions.catalogs.translating import Wish, translate
from campaign_actions.core.copy_blocks import compose
from campaign_actions.core.database import db
from campaign_actions.core.messages import Forms
from campaign_actions.core.pseudo import PSEUDO_LOCALES, strange
from campaign_actions.core.tokens import make_token
from campaign_actions.staff.models import StaffMember

LANGUAGE = "ru"
COUNTED = "%(num)d thing to put right"  # has plural forms
PRIVATE = "privacy"


def make_translations(people: dict[str, StaffMember], now: datetime) -> dict[str, Any]:
    """What stands in addresses: a message with a history, and a term; something waits to be approved."""
    translator = people["translator"]
    catalog, there = interface(), stored(interface(), LANGUAGE)
    message = next(m for m in catalog.messages if m.source == COUNTED)
    private = next(m for m in catalog.messages if m.area == PRIVATE and not m.plural)
    wishes = {
        m.key: Wish(tuple(f"{f}." for f in there[m.key].forms), there[m.key].forms)
        for m in (message, private)
    }
    translate(catalog, LANGUAGE, wishes, how="web", staff_id=translator.id, now=now)
    propose_consent(LANGUAGE, "Мы храним это.", by=translator, now=now)
    term = GlossaryTerm(locale=LANGUAGE, term="petition", translation="петиция", note="")
    db.session.add(term)
    db.session.commit()
    return {
        "language": LANGUAGE,
        "catalog": catalog.name,
        "key": message.key,
        "term_id": term.id,
        "mails": make_token(PURPOSE, str(translator.id)),
    }


def _longer(forms: Forms) -> Wish:
    return Wish(tuple(f"{form}." for form in forms), forms)


def speak_strangely(now: datetime) -> None:
    """All that is written in English is there in the pseudo-locales, too."""
    consent = find_newest_consent("en")
    for tag in PSEUDO_LOCALES:
        say = partial(strange, tag=tag)
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
