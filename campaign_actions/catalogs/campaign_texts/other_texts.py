"""Texts of a campaign that are on none of its pages, such as emails: a later feature provides them.

They are in the catalog of the campaign, and written once they are complete in a language. No page waits
for them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from campaign_actions.catalogs.campaign_texts.parts import TextPart, find_source_locale
from campaign_actions.catalogs.campaign_texts.publish import Translations, compose_text
from campaign_actions.core.services import Service


class OtherTexts(Protocol):
    """The texts of one feature."""

    def parts(self, connection: Connection, campaign_id: int) -> Sequence[TextPart]:
        """Those that can be translated now."""

    def write(
        self,
        connection: Connection,
        part: TextPart,
        locale: str,
        texts: Mapping[str, str],
        *,
        staff_id: int | None,
        now: datetime,
    ) -> None:
        """Save all texts of a part in a language, by field, in the caller's transaction."""


other_texts = Service[OtherTexts]("other_texts")


def write_complete_others(
    connection: Connection,
    campaign_id: int,
    locale: str,
    translations: Translations,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    """Save each part that is complete in a language, in the caller's transaction."""
    source = find_source_locale(connection, campaign_id) or ""
    for part in other_texts().parts(connection, campaign_id):
        texts, stored = {}, {}
        for each in part.fields:
            stored[each.name] = part.text(each, locale)
            text = compose_text(
                part, each, part.text(each, source), stored[each.name], translations
            )
            if text and len(text) <= each.max_length:
                texts[each.name] = text
        if texts.keys() == stored.keys() and texts != stored:
            other_texts().write(connection, part, locale, texts, staff_id=staff_id, now=now)
