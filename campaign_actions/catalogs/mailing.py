"""What the mail to translators says, decided when it is delivered."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from campaign_actions.campaigns.titles import campaign_titles
from campaign_actions.catalogs.finding import INTERFACE
from campaign_actions.catalogs.naming import name_in
from campaign_actions.catalogs.telling import TEMPLATE, Waiting, waiting_for
from campaign_actions.core.i18n import locales
from campaign_actions.core.links import public_url_for
from campaign_actions.core.mail import Mail, MailMaker, reading_in
from campaign_actions.core.tokens import make_token
from campaign_actions.staff.queries import find_member_by_id

PURPOSE = "translation mail"  # of the link that ends them
MOST_LINES = 20


def translation_mails() -> dict[str, MailMaker]:
    """What is queued by the chore that tells translators."""
    return {TEMPLATE: _mail}


def _mail(about: int | None, _email_key: str, locale: str, _now: datetime) -> Mail | None:
    """Nothing where all is done meanwhile, or for who wants none any more."""
    member = find_member_by_id(about) if about else None
    if member is None or not member.active or not member.wants_translation_mail:
        return None
    waiting = waiting_for(member)
    if not waiting.work:
        return None
    with reading_in(locale):
        lines = tuple(_lines(waiting, locale))
    values: dict[str, Any] = {
        "lines": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
        "count": sum(line.share.left for line in waiting.work),
        "privacy_url": "",
    }
    address = public_url_for(
        "translation_mails.end", locale=locale, token=make_token(PURPOSE, str(member.id))
    )
    links = {
        "translations_url": public_url_for("staff_translations.index"),
        "unsubscribe_url": address,
    }
    return Mail(TEMPLATE, values, links, to=member.email, unsubscribe=address)


def _lines(waiting: Waiting, locale: str) -> Iterator[tuple[str, str, int]]:
    """Language, catalog, and how many wait."""
    titles = campaign_titles((locale, *locales()))
    for line in waiting.work:
        title = _("Words of the program")
        if line.catalog != INTERFACE:
            title = titles.get(int(line.catalog.rpartition("-")[2]), line.catalog)
        yield name_in(line.locale, locale), str(title), line.share.left
