"""Why a save, or a restored revision, was refused."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l

from campaign_actions.campaigns.versioning.differences import Difference, text_differences
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.errors import Conflict, DomainError
from campaign_actions.core.i18n.timezones import datetime_here


class EditConflict(Conflict):
    """Someone else changed the same fields in another way. Nothing was stored."""

    title = _l("Someone else has changed this")
    message = _l("Nothing was saved. Go back, reload the page and check what has changed.")

    def __init__(
        self, clashes: tuple[str, ...], theirs: Content, merged: Content, number: int
    ) -> None:
        """`merged` has our values where they clash, and theirs where we changed nothing."""
        super().__init__()
        self.clashes, self.theirs, self.merged, self.number = clashes, theirs, merged, number

    @property
    def differences(self) -> Mapping[str, Difference]:
        """Between our texts and theirs, by the names of fields."""
        return text_differences(self.merged, self.theirs, self.clashes)


class SlugTaken(Conflict):
    title = _l("This address is taken")
    message = _l(
        "Another page has this address, or had it while it was public. Choose a different one."
    )


class WrongEnd(DomainError):
    """Nothing can end at the given time."""


class TimePassed(WrongEnd):
    """It lies in the past."""

    message = _l("This time has passed. Choose a later one.")


class EndsBeforeOpening(WrongEnd):
    """Nobody could ever take part. `of_campaign`: the opening time is that of the campaign alone."""

    def __init__(self, opens_at: datetime, *, of_campaign: bool) -> None:
        super().__init__()
        moment = datetime_here(opens_at)
        self.message = (
            _l("The campaign opens on %(moment)s. Choose a later time.", moment=moment)
            if of_campaign
            else _l("It opens on %(moment)s. Choose a later time.", moment=moment)
        )


class PublicTextMissing(Conflict):
    """These fields are public, or will be at the time of opening, and would be empty."""

    title = _l("This revision cannot be restored")
    message = _l("A text that will be public was empty in this revision. Nothing was restored.")

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names
