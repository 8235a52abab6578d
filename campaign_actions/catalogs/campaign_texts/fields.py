"""The texts of a campaign in reading order: what each is, and where it is shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.edit_forms import ActionTextForm
from campaign_actions.actions.goals import MILESTONES
from campaign_actions.campaigns.forms import CampaignTextForm, Markdown, PartnerTextForm, TextForm
from campaign_actions.campaigns.models import (
    MAX_ALT_LENGTH,
    MAX_PERSON_LENGTH,
    MAX_QUOTE_LENGTH,
)
from campaign_actions.core.content.blocks import Block
from campaign_actions.core.i18n.formatting import number


@dataclass(frozen=True, kw_only=True)
class CopyField:
    """`places`: pages and emails, with {slug} in place of the action's slug."""

    name: str
    note: LazyString  # for translators
    max_length: int  # characters
    is_markdown: bool
    places: tuple[str, ...]


def form_field(form: type[TextForm], name: str, note: LazyString, *places: str) -> CopyField:
    """A field of the form in which staff write it, with the same maximum length."""
    field = vars(form)[name]
    return CopyField(
        name=name,
        note=note,
        max_length=field.kwargs["max_length"],
        is_markdown=issubclass(field.field_class, Markdown),
        places=places,
    )


def _picture_fields(*places: str) -> Iterator[CopyField]:
    for name, max_length, note in (
        (
            "picture_alt",
            MAX_ALT_LENGTH,
            _l("Describes the picture for people who cannot see it."),
        ),
        (
            "picture_quote",
            MAX_QUOTE_LENGTH,
            _l("The words of the person in the picture, without quotation marks."),
        ),
        (
            "picture_person",
            MAX_PERSON_LENGTH,
            _l("The name of the person quoted, perhaps with age or occupation."),
        ),
        (
            "picture_place",
            MAX_PERSON_LENGTH,
            _l("The place where the person quoted said this. Shown after the name."),
        ),
    ):
        yield CopyField(
            name=name, note=note, max_length=max_length, is_markdown=False, places=places
        )


ACTION_PAGE, CONFIRMED, RECEIPT = "action/{slug}", "confirmed/{slug}", "mail/receipt/{slug}"
MAILS = tuple(
    f"mail/{name}/{{slug}}" for name in ("confirm", "remind", "already-signed", "not-accepted")
)
ASKING = tuple(f"mail/{name}/{{slug}}" for name in ("confirm", "remind"))
CARDS = ("campaign", "home")

CAMPAIGN_FIELDS = (
    form_field(
        CampaignTextForm,
        "title",
        _l("The topic, in a few words. Shown above the headline and on the home page."),
        *CARDS,
    ),
    form_field(
        CampaignTextForm,
        "headline",
        _l("One sentence. It is the largest text on the page, and the page’s title elsewhere."),
        *CARDS,
    ),
    form_field(
        CampaignTextForm,
        "summary",
        _l("Two or three sentences below the headline. Also shown in shared links."),
        *CARDS,
    ),
    *_picture_fields("campaign"),
    form_field(
        CampaignTextForm,
        "result",
        _l("Part of what the campaign achieved. Shown above the text on its page."),
        "campaign",
    ),
    form_field(CampaignTextForm, "body", _l("Part of the text on the campaign page."), "campaign"),
)
PARTNER_FIELDS = (
    form_field(
        PartnerTextForm,
        "name",
        _l("The name of a partner organisation, as it calls itself."),
        "campaign",
    ),
    form_field(
        PartnerTextForm,
        "points",
        _l("Part of what this organisation does in the campaign."),
        "campaign",
    ),
)
ACTION_FIELDS = (
    form_field(
        ActionTextForm,
        "title",
        _l(
            "The demand, in one sentence. It is the largest text on the page, and appears"
            " on cards, in emails and in shared links."
        ),
        ACTION_PAGE,
        "campaign",
        CONFIRMED,
        RECEIPT,
        *MAILS,
    ),
    form_field(
        ActionTextForm,
        "addressee",
        _l("The addressee, in small type above the demand."),
        ACTION_PAGE,
        RECEIPT,
    ),
    form_field(
        ActionTextForm,
        "summary",
        _l("Two or three sentences with which the text of the page begins."),
        ACTION_PAGE,
        CONFIRMED,
    ),
    form_field(
        ActionTextForm,
        "button",
        _l("The text of the button, which says what pressing it does. The shorter the better."),
        ACTION_PAGE,
        "campaign",
    ),
    form_field(
        ActionTextForm,
        "teaser",
        _l("Shown at the top of the page, on cards on other pages, and in shared links."),
        ACTION_PAGE,
        "campaign",
    ),
    form_field(
        ActionTextForm,
        "result",
        _l("Part of what the action achieved. Shown above its text."),
        ACTION_PAGE,
    ),
    form_field(ActionTextForm, "body", _l("Part of the text beside the form."), ACTION_PAGE),
    form_field(ActionTextForm, "background", _l("Part of the text below the form."), ACTION_PAGE),
    form_field(
        ActionTextForm, "thanks", _l("Shown to people after they confirm."), CONFIRMED, RECEIPT
    ),
    form_field(
        ActionTextForm,
        "share_text",
        _l("The text people send to their friends, followed by the link."),
        CONFIRMED,
        RECEIPT,
    ),
    form_field(
        ActionTextForm,
        "confirm_text",
        _l("Part of the email that asks people to confirm, above its button."),
        *ASKING,
    ),
    form_field(
        ActionTextForm,
        "receipt_text",
        _l("Part of the receipt that people get after they confirm."),
        RECEIPT,
    ),
    *_picture_fields(ACTION_PAGE),
    *(
        form_field(
            ActionTextForm,
            name,
            _l("The next step once this many people have taken part. Shown below the meter."),
            ACTION_PAGE,
        )
        for name in MILESTONES
    ),
)


def notes_on(field: CopyField, block: Block | None = None) -> tuple[str, ...]:
    """Notes for translators on a text, or on one of its blocks."""
    most = number(field.max_length)
    if block is None:
        return (str(field.note), _("At most %(most)s characters.", most=most))
    whole = _("The whole text can have at most %(most)s characters.", most=most)
    about = (field.note, KINDS[block.kind], _markup_note(block), whole)
    return tuple(str(note) for note in about if note)


KINDS = {
    "heading": _l("A heading."),
    "item": _l("A list item."),
    "quote": _l(
        "A paragraph of a quotation. If there are several, the last one says who is quoted."
    ),
    "paragraph": _l("A paragraph."),
}


def _markup_note(block: Block) -> LazyString | str:
    """The effect of a block's Markdown, for translators who have to keep it."""
    head = "**" if block.text.startswith("**") else block.text[:1]
    if block.kind == "item" and head == "**":
        ends = block.inside == "facts" and block.text.endswith("*")
        return (
            _l(
                "Starts with its heading between ** and **, and ends with its source between"
                " * and *."
            )
            if ends
            else _l("Starts with its heading between ** and **.")
        )
    if block.kind == "item" and head == "*":
        return _l("Text between * and * at the start says that something has not happened yet.")
    has_signs = "*" in block.text or "](" in block.text
    return _l("Keep the marks * and [ ]( ) around the same words.") if has_signs else ""
