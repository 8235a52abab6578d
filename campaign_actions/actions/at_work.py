"""Campaigns and actions as staff see them."""

from dataclasses import dataclass
from datetime import datetime

from campaign_actions.actions.kinds.base import ActionKind


@dataclass(frozen=True)
class ActionAtWork:
    """An action as staff see it, its title in their language or in any it has."""

    id: int
    campaign_id: int
    slug: str
    kind: ActionKind
    title: str
    locale: str  # of the title
    locales: tuple[str, ...]
    state: str  # draft, scheduled, open, closed
    goal: int  # that is shown
    first_goal: int  # that was set
    count: int
    published_at: datetime | None
    closes_at: datetime | None
    position: int
    version: int


@dataclass(frozen=True)
class CampaignAtWork:
    """A campaign as staff see it, with its actions in their order."""

    id: int
    slug: str
    title: str
    locale: str  # of the title
    locales: tuple[str, ...]
    public_locales: tuple[str, ...]
    state: str  # draft, scheduled, open, closed, archived
    document_index: str | None
    published_at: datetime | None
    archived_at: datetime | None
    position: int
    version: int
    actions: tuple[ActionAtWork, ...]
    without_consent: tuple[str, ...]  # languages in which there is nothing to agree to

    @property
    def gaps(self) -> tuple[tuple[ActionAtWork, tuple[str, ...]], ...]:
        """Actions with the languages of the campaign that they are not written in."""
        missing = (
            (action, tuple(tag for tag in self.locales if tag not in action.locales))
            for action in self.actions
        )
        return tuple((action, tags) for action, tags in missing if tags)

    @property
    def hidden_locales(self) -> tuple[str, ...]:
        """Languages of a published campaign that the public does not see yet."""
        return tuple(tag for tag in self.locales if tag not in self.public_locales)

    @property
    def removable(self) -> tuple[str, ...]:
        """Languages that can be taken out: one stays, and so does what the public may see."""
        found = self.hidden_locales if self.published_at else self.locales
        return found if self.locales[1:] else ()

    def removable_of(self, action: ActionAtWork) -> tuple[str, ...]:
        """The same of an action in it."""
        kept = self.public_locales if action.published_at and self.published_at else ()
        found = tuple(tag for tag in action.locales if tag not in kept)
        return found if action.locales[1:] else ()

    @property
    def waits(self) -> bool:
        """Whether there is something to do before the public sees all of it."""
        is_hidden = self.published_at is not None and self.hidden_locales
        return bool(not self.actions or self.gaps or is_hidden or self.without_consent)
