"""A language in progress, with something to translate, to read and to approve."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from campaign_actions.catalogs.models import GlossaryTerm
from campaign_actions.catalogs.workflow.glossary import save_term
from campaign_actions.catalogs.workflow.notifications import UNSUBSCRIBE
from campaign_actions.catalogs.workflow.translation_approvals import propose_consent
from campaign_actions.core.db.session import db
from campaign_actions.core.security.email_address import email_key
from campaign_actions.staff.models import StaffMember
from tests.support.factories import make_staff
from tests.support.translators import HELLO, MANY, SKIP, begin, message, put

PETITION = {"term": "petition", "translation": "петиція", "note": "Не «прохання»."}
CONTENT = {"term": "content", "translation": "вміст", "note": ""}


def make_translator_values(
    people: dict[str, StaffMember], now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Address parameters, and those for other states."""
    begin("uk", by=people["administrator"])
    ada = make_staff("translator", email="ada@world.example", name="Ada")
    for words in ("До суті", "До вмісту сторінки", "До вмісту"):
        put(SKIP, words, by=ada, now=now)
    put(HELLO, "Цей сайт веде %(organization)s.", by=ada, now=now)
    propose_consent("petition", "uk", "Ми зберігаємо введене для цієї дії.", by=ada, now=now)
    for term in (PETITION, CONTENT):
        save_term("uk", term, actor=ada.email, now=now)
    values = {
        "language": "uk",
        "kind": "petition",
        "catalog": "interface",
        "key": message(SKIP).key,
        "term_id": db.session.scalar(select(GlossaryTerm.id).limit(1)),
        "mails": UNSUBSCRIBE.make(email_key(ada.email)),
    }
    return values, {"many": {"language": "ar", "key": message(MANY).key}}
