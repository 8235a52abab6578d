"""The field for a channel: a source, its name or a part of it, or the words for unknown ones."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_pgettext
from sqlalchemy import exists, select
from wtforms.validators import StopValidation

from campaign_actions.actions.counts.source_limit import SOURCE_PATTERN
from campaign_actions.actions.models import StateDay, TallySource
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.db.session import db
from campaign_actions.core.forms.fields import Identifier
from campaign_actions.core.i18n.list_format import join_with_semicolons

# As dashboards call signatures without a source, or without one that is counted by name.
WORDS_WITHOUT = {
    "source": lazy_pgettext("channel", "Unknown"),
    "named-source": lazy_pgettext("channels", "others"),
}
MAX_CANDIDATES = 5
MAX_SOURCE_DAYS = 1000  # sources by day that are looked through for a list of sources
MAX_SOURCES_LISTED = 50


class SourceField(Identifier):
    """A source, as in the addresses of public pages, or its name. In a form with `without`, also none.

    `names`: of the campaign. `action_ids`: whose sources without a name are known.
    """

    names = SourceNames(())
    action_ids: Collection[int] = ()

    @property
    def shown(self) -> str:
        return self.names.typed(self.data) if self.data else ""

    @property
    def whole(self) -> str:
        """As filters have it: of a partner, with the sources that it had before."""
        return self.names.whole(self.data) if self.data else ""

    def pre_validate(self, form: Any) -> None:
        self.data = self.names.find(self.data) if self.data else self.data
        is_named = not self.data or self.data in self.names.labels
        if not is_named and not ("without" in form and self._means_none(form.without)):
            self.data = self._by_part()
        super().pre_validate(form)
        if self.data and not SOURCE_PATTERN.fullmatch(self.data):
            raise StopValidation(
                _(
                    "Use only lower-case Latin letters, numbers, dots, hyphens and"
                    " underscores, for example leaflet-2."
                )
            )

    def _means_none(self, without: Any) -> bool:
        """If it is one of WORDS_WITHOUT, leave it to the field for that, unless that is about others."""
        meant = {str(words).casefold(): what for what, words in WORDS_WITHOUT.items()}
        what = meant.get((self.data or "").casefold())
        if what is None or without.data not in (None, "", what) or self._is_used():
            return False
        without.data, self.data = what, ""
        return True

    def _by_part(self) -> str:
        """The one source whose name has this in it; the text itself if none has, or if it is a source."""
        typed = self.data or ""
        part, labels = typed.casefold(), self.names.labels.values()
        found = list(dict.fromkeys(name for name in labels if part in name.casefold()))
        if not found or self._is_used():
            return typed
        if len(found) > 1:
            shown = found[:MAX_CANDIDATES] + ["…"] * (len(found) > MAX_CANDIDATES)
            names = join_with_semicolons(shown)
            raise StopValidation(
                _("Several channels match. Enter one of them: %(names)s", names=names)
            )
        return self.names.find(found[0])

    def _is_used(self) -> bool:
        """Whether people came with this source, which has no name."""
        if not self.action_ids:
            return False
        tallied = exists().where(
            StateDay.action_id.in_(self.action_ids),
            StateDay.part == "source",
            StateDay.value == self.data,
        )
        return bool(db.session.scalar(select(tallied)))


def recent_sources(action_id: int) -> list[str]:
    """The sources of confirmed signatures, those of the last days first."""
    newest = select(TallySource.source).filter_by(action_id=action_id)
    newest = newest.order_by(TallySource.day.desc(), TallySource.number.desc()).limit(
        MAX_SOURCE_DAYS
    )
    return list(dict.fromkeys(db.session.scalars(newest)))[:MAX_SOURCES_LISTED]
