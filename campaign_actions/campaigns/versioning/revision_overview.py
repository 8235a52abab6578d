"""A revision as the history shows it, and when the public saw it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from campaign_actions.campaigns.versioning.row_changes import NewEnd
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.theme import ACCENTS


class PublicTimes(TypedDict):
    public_from: datetime | None
    public_until: datetime | None
    publisher: str


@dataclass(frozen=True)
class Opening:
    """Since when a page is public, and who published it: a member’s id, or None if that is not known."""

    at: datetime
    staff_id: int | None


@dataclass(frozen=True)
class RevisionOverview:
    """A revision, and what it changed.

    `fields`: the names of the fields, without those of the appearance. `picture`: added, replaced,
    removed or focused. `accent`: its key, if the revision changed it. `end`: archived or unarchived.
    `new_end`: of an action, if the revision changed it and did not close it. `is_draft`: whether it is
    the newest one of a draft. `is_public`: whether the public sees it. `restored`: the revision whose
    content it has. `is_discard`: a draft was discarded for it. `is_kept`: what was left of a draft when
    something else became public at once; `is_repeated`: and a newer revision has that draft.
    `repeated_number`: of the revision saved with this one that is_repeated, if there is one. `is_same`:
    the public saw the same as before it. `public_from` and `public_until`: when the public saw it, as far
    as that is known; `is_opening`: it began with an opening of its page. `publisher`: who published it
    then; empty: not known. `former`: the number of the revision that it is compared with; 0: none.
    `contents`: of that one, if there is one, and its own.
    """

    number: int
    saved_at: datetime
    author: str  # empty: no longer known, or a command
    fields: tuple[str, ...] = ()  # empty in the first revision
    picture: str | None = None
    accent: str | None = None
    end: str | None = None
    new_end: NewEnd | None = None
    is_draft: bool = False
    is_public: bool = False
    restored: int | None = None
    is_discard: bool = False
    is_kept: bool = False
    is_repeated: bool = False
    repeated_number: int | None = None
    is_same: bool = False
    public_from: datetime | None = None
    public_until: datetime | None = None
    is_opening: bool = False
    publisher: str = ""
    former: int = 0
    contents: tuple[Content, ...] = field(default=(), repr=False)

    @property
    def changed_page(self) -> bool:
        """Whether it replaced another one that the public saw."""
        return (self.is_public or self.public_from is not None) and not self.is_opening

    @property
    def accent_name(self) -> str:
        """In the language of the page; empty where the revision did not change the accent."""
        return str(ACCENTS.get(self.accent or "", self.accent or ""))
