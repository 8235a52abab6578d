"""The languages of this installation: shipped catalogs, overlaid with what was translated on the web."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Row, func, select

from campaign_actions.actions.models import ConsentText
from campaign_actions.catalogs.files.areas import AREAS
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.models import AddedLocale, Translation, TranslationChange
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.store.shipped_catalogs import shipped_locales, shipped_translations
from campaign_actions.catalogs.workflow.progress import CONSENT, has_consent, readiness_of
from campaign_actions.catalogs.workflow.translation_approvals import APPROVAL, PRIVACY
from campaign_actions.config import WrongSetting
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.catalog import Translations
from campaign_actions.core.i18n.locale_registry import Languages
from campaign_actions.core.i18n.message import SOURCE, Forms
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES

Written = Mapping[str, Translations]  # translations from the web, by locale

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
TranslationRow = Row[str, str, str, str, str | None, list[str], list[str] | None]


class LanguageLoader:
    """Loads languages for `core.i18n.locale_registry`, by the settings LOCALES and LOCALE_NEEDS."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._wanted = tuple(settings["LOCALES"])
        self._needs = frozenset(settings["LOCALE_NEEDS"])
        if unknown := self._needs - {*AREAS, CONSENT, APPROVAL}:
            known = ", ".join((*AREAS, CONSENT, APPROVAL))
            raise WrongSetting(
                f"LOCALE_NEEDS cannot contain {', '.join(sorted(unknown))}. Choose from {known}."
            )
        self._pseudo = PSEUDO_LOCALES if settings["PSEUDO_LOCALES"] else ()
        self._loaded: Languages | None = None

    def stamp(self) -> Hashable:
        """Changes with every change to a translation or a consent text."""
        with db.engine.connect() as connection:
            return tuple(connection.execute(_STAMP).one())

    def load(self) -> Languages:
        with db.engine.connect() as connection:
            written = _by_locale(connection.execute(_ROWS), self._keys_to_approve())
            added = connection.scalars(select(AddedLocale.locale)).all()
            consents = connection.scalars(select(ConsentText.locale).distinct()).all()
        loaded = self._languages(written, added=added, consents=consents)
        if self._loaded:
            loaded.keep_catalogs_of(self._loaded)
        self._loaded = loaded
        return loaded

    def shipped(self) -> Languages:
        """Without the database."""
        return self._languages({}, added=(), consents=())

    def _languages(
        self, written: Written, *, added: Iterable[str], consents: Collection[str]
    ) -> Languages:
        """`consents`: the languages that have a consent text."""
        tags = sorted({*shipped_locales(), *added} - {SOURCE})
        ours = {tag: _overlaid(shipped_translations(tag), written.get(tag)) for tag in tags}
        ready = [tag for tag in tags if self._is_ready(tag, ours[tag], consents)]
        all_ready = (SOURCE, *ready)
        served = tuple(tag for tag in self._wanted or all_ready if tag in all_ready)
        return Languages(
            served=(served or (SOURCE,)) + self._pseudo,
            known=(SOURCE, *tags, *self._pseudo),
            translations=ours,
            needs=self._needs,
            allowed=self._wanted,
        )

    def _keys_to_approve(self) -> frozenset[str]:
        """Of messages whose translations are shown only once they are approved."""
        if APPROVAL not in self._needs:
            return frozenset()
        return frozenset(m.key for m in interface_messages() if m.area == PRIVACY)

    def _is_ready(self, tag: str, ours: Translations, consents: Collection[str]) -> bool:
        can_agree = has_consent(tag, consents)
        return readiness_of(ours, needs=self._needs, has_consent=can_agree).is_ready


@cache
def _plurals() -> dict[str, str | None]:
    """The plural source of each message, by key."""
    return {message.key: message.plural for message in interface_messages()}


def _overlaid(shipped: Translations, written: Translations | None) -> Translations:
    """The shipped translations themselves if there are no others, so that their catalog can be kept."""
    return {**shipped, **written} if written else shipped


def _by_locale(rows: Iterable[TranslationRow], keys_to_approve: Collection[str]) -> Written:
    """Without translations that were deleted or are not approved, or that are of another plural."""
    found: dict[str, dict[tuple[str, str], Forms]] = defaultdict(dict)
    for row in rows:
        forms = row.approved if row.key in keys_to_approve else row.forms
        if forms and row.plural == _plurals().get(row.key, row.plural):
            found[row.locale][row.context, row.source] = tuple(forms)
    return found
