"""What the languages of a process are made of: shipped catalogs, and over them what was made on the web."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Row, func, select

from campaign_actions.actions.models import ConsentText
from campaign_actions.catalogs.files.areas import AREAS
from campaign_actions.catalogs.files.interface import interface_messages
from campaign_actions.catalogs.models import AddedLocale, Translation, TranslationChange
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.store.shipped import shipped, shipped_locales
from campaign_actions.catalogs.workflow.approvals import APPROVAL, PRIVACY
from campaign_actions.catalogs.workflow.progress import CONSENT, has_consent, readiness_of
from campaign_actions.config import WrongSetting
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.catalog import Translations
from campaign_actions.core.i18n.message import SOURCE, Forms
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.core.i18n.registry import Languages

Local = Mapping[str, Translations]  # by locale

_STAMP = select(
    select(func.max(TranslationChange.id)).scalar_subquery(),
    select(func.count()).select_from(ConsentText).scalar_subquery(),
)
_ROWS = select(
    Translation.locale,
    Translation.context,
    Translation.source,
    Translation.key,
    Translation.plural,
    Translation.forms,
    Translation.approved,
).where(Translation.catalog == INTERFACE)


class Installed:
    """The languages of this installation. LOCALES holds some back, LOCALE_NEEDS says what must be there."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._wanted = tuple(settings["LOCALES"])
        self._needs = frozenset(settings["LOCALE_NEEDS"])
        if unknown := self._needs - {*AREAS, CONSENT, APPROVAL}:
            known = ", ".join((*AREAS, CONSENT, APPROVAL))
            raise WrongSetting(f"LOCALE_NEEDS knows {known}, not {', '.join(sorted(unknown))}.")
        self._pseudo = PSEUDO_LOCALES if settings["PSEUDO_LOCALES"] else ()

    def stamp(self) -> Hashable:
        with db.engine.connect() as connection:
            return tuple(connection.execute(_STAMP).one())

    def load(self) -> Languages:
        with db.engine.connect() as connection:
            local = _by_locale(connection.execute(_ROWS), self._waiting())
            added = connection.scalars(select(AddedLocale.locale)).all()
            consents = connection.scalars(select(ConsentText.locale).distinct()).all()
        return self._languages(local, added=added, consents=consents)

    def shipped(self) -> Languages:
        return self._languages({}, added=(), consents=())

    def _languages(
        self, local: Local, *, added: Iterable[str], consents: Collection[str]
    ) -> Languages:
        """`consents`: the languages that have a consent text."""
        tags = sorted({*shipped_locales(), *added} - {SOURCE})
        ours = {tag: {**shipped(tag), **local.get(tag, {})} for tag in tags}
        ready = [tag for tag in tags if self._is_ready(tag, ours[tag], consents)]
        all_ready = (SOURCE, *ready)
        served = tuple(tag for tag in self._wanted or all_ready if tag in all_ready)
        return Languages(
            served=(served or (SOURCE,)) + self._pseudo,
            known=(SOURCE, *tags, *self._pseudo),
            translations=ours,
        )

    def _waiting(self) -> frozenset[str]:
        """The messages whose words wait for approval."""
        if APPROVAL not in self._needs:
            return frozenset()
        return frozenset(m.key for m in interface_messages() if m.area == PRIVACY)

    def _is_ready(self, tag: str, ours: Translations, consents: Collection[str]) -> bool:
        can_agree = has_consent(tag, consents)
        return readiness_of(ours, needs=self._needs, has_consent=can_agree).is_ready


@cache
def _plurals() -> dict[str, str | None]:
    """The words for many of each message, by its key."""
    return {message.key: message.plural for message in interface_messages()}


def _by_locale(rows: Iterable[Row[Any]], approved_only: Collection[str]) -> Local:
    """What is shown of what was written: nothing that was taken back, or waits for approval.

    Nor what was made when the message had one form, or other words for many.
    """
    local: dict[str, dict[tuple[str, str], Forms]] = defaultdict(dict)
    for row in rows:
        shown = row.approved if row.key in approved_only else row.forms
        if shown and row.plural == _plurals().get(row.key, row.plural):
            local[row.locale][row.context, row.source] = tuple(shown)
    return local
