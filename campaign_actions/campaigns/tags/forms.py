"""The form for the tags of a campaign."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import Field
from wtforms.validators import StopValidation

from campaign_actions.campaigns.tags.models import MAX_TAG_LENGTH, MAX_TAGS
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import PlainText

COMMAS = str.maketrans({"،": ",", "、": ",", "，": ","})  # of Arabic, Chinese and Japanese


class TagsForm(StaffForm):
    tags = PlainText(
        _l("Tags"),
        max_length=MAX_TAGS * (MAX_TAG_LENGTH + 2),
        hint=_l(
            "Words of your own, separated by commas, such as justice, 2026. Only staff see them."
        ),
    )

    @property
    def words(self) -> list[str]:
        return read_tags(self.tags.data or "")

    def validate_tags(self, field: Field) -> None:
        if len(self.words) > MAX_TAGS:
            raise StopValidation(
                ngettext(
                    "A campaign can have %(num)d tag at most.",
                    "A campaign can have %(num)d tags at most.",
                    MAX_TAGS,
                )
            )
        if too_long := [word for word in self.words if len(word) > MAX_TAG_LENGTH]:
            raise StopValidation(
                ngettext(
                    "A tag can have %(num)d character at most. This one is longer: %(tag)s",
                    "A tag can have %(num)d characters at most. This one is longer: %(tag)s",
                    MAX_TAG_LENGTH,
                    tag=too_long[0],
                )
            )


def read_tags(text: str) -> list[str]:
    """The words between commas, each once, in the case in which it was typed first."""
    found: dict[str, str] = {}
    for part in text.translate(COMMAS).split(","):
        if word := " ".join(part.split()):
            found.setdefault(word.casefold(), word)
    return list(found.values())
