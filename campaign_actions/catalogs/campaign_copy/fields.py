"""The texts of a campaign, in the order in which one reads them: what they are, where they are seen."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.edit_forms import ActionTextForm
from campaign_actions.campaigns.forms import CampaignTextForm, Markdown, PartnerTextForm
from campaign_actions.campaigns.models import ALT_LENGTH
from campaign_actions.core.content.blocks import Block


@dataclass(frozen=True, kw_only=True)
class CopyField:
    """`places`: pages and mails, with {slug} for that of the action."""

    name: str
    note: Any  # for translators
    most: int  # characters
    is_markdown: bool
    places: tuple[str, ...]


def _of(form: Any, name: str, note: Any, *places: str) -> CopyField:
    """As long as the form in which staff write it allows."""
    field = vars(form)[name]
    is_markdown = issubclass(field.field_class, Markdown)
    most = field.kwargs["max_length"]
    return CopyField(name=name, note=note, most=most, is_markdown=is_markdown, places=places)


ACTION_PAGE, CONFIRMED = "action/{slug}", "confirmed/{slug}"
MAILS = tuple(
    f"mail/{name}/{{slug}}" for name in ("confirm", "remind", "already-signed", "not-accepted")
)
CARDS = ("campaign", "home")

CAMPAIGN_FIELDS = (
    _of(
        CampaignTextForm,
        "title",
        _l("The topic, in a few words: above the headline of the page, and on the first page."),
        *CARDS,
    ),
    _of(
        CampaignTextForm,
        "headline",
        _l("One sentence, the largest on the page, and the name of the page elsewhere."),
        *CARDS,
    ),
    _of(
        CampaignTextForm,
        "summary",
        _l("Two or three sentences below the headline; shared with the link."),
        *CARDS,
    ),
    CopyField(
        name="picture_alt",
        note=_l("Says what is on the picture, for who does not see it."),
        most=ALT_LENGTH,
        is_markdown=False,
        places=("campaign",),
    ),
    _of(
        CampaignTextForm,
        "result",
        _l("Part of what the campaign achieved: above the text of its page."),
        "campaign",
    ),
    _of(CampaignTextForm, "body", _l("Part of the text of the campaign's page."), "campaign"),
)
PARTNER_FIELDS = (
    _of(
        PartnerTextForm,
        "name",
        _l("The name of an organisation that carries the campaign, as it calls itself."),
        "campaign",
    ),
    _of(
        PartnerTextForm,
        "points",
        _l("Part of what this organisation does in the campaign."),
        "campaign",
    ),
)
ACTION_FIELDS = (
    _of(
        ActionTextForm,
        "title",
        _l(
            "The demand, one sentence: the largest on the page, on cards, in mails, and when shared."
        ),
        ACTION_PAGE,
        "campaign",
        CONFIRMED,
        *MAILS,
    ),
    _of(
        ActionTextForm,
        "addressee",
        _l("To whom this goes, in small letters above it."),
        ACTION_PAGE,
    ),
    _of(
        ActionTextForm,
        "summary",
        _l("Two or three sentences below the demand."),
        ACTION_PAGE,
        CONFIRMED,
    ),
    _of(
        ActionTextForm,
        "button",
        _l("On the button: what one does by pressing it. The shorter the better."),
        ACTION_PAGE,
        "campaign",
    ),
    _of(ActionTextForm, "teaser", _l("On cards of other pages, and in shared links."), "campaign"),
    _of(
        ActionTextForm,
        "result",
        _l("Part of what the action achieved: above its text."),
        ACTION_PAGE,
    ),
    _of(ActionTextForm, "body", _l("Part of the text beside the form."), ACTION_PAGE),
    _of(ActionTextForm, "background", _l("Part of the text below the form."), ACTION_PAGE),
    _of(ActionTextForm, "thanks", _l("Said to those who have confirmed."), CONFIRMED),
    _of(
        ActionTextForm,
        "share_text",
        _l("What people send to their friends, with the link behind it."),
        CONFIRMED,
    ),
)


def notes_on(field: CopyField, block: Block | None = None) -> tuple[str, ...]:
    """What a translator should know of a text, or of a block of one."""
    if block is None:
        return (str(field.note), _("At most %(most)s characters.", most=field.most))
    whole = _("The whole text: at most %(most)s characters.", most=field.most)
    about = (field.note, KINDS[block.kind], _signs(block), whole)
    return tuple(str(note) for note in about if note)


KINDS = {
    "heading": _l("A heading."),
    "item": _l("An item of a list."),
    "quote": _l("A paragraph of a quotation. Of several, the last says whose words they are."),
    "paragraph": _l("A paragraph."),
}


def _signs(block: Block) -> Any:
    """What the signs in it do: whoever keeps them needs to know no more."""
    head = "**" if block.text.startswith("**") else block.text[:1]
    if block.kind == "item" and head == "**":
        ends = block.inside == "facts" and block.text.endswith("*")
        return (
            _l("Begins with its head between ** and **, ends with its source between * and *.")
            if ends
            else _l("Begins with its head between ** and **.")
        )
    if block.kind == "item" and head == "*":
        return _l("What stands between * and * at the beginning says that it has not happened yet.")
    has_signs = "*" in block.text or "](" in block.text
    return (
        _l("Keep the signs * and [ ]( ) around the words they stand around.") if has_signs else ""
    )
