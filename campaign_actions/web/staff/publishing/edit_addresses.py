"""Where the fields of a draft are edited: the page, with the language, and the field in it."""

from typing import Any

from flask import url_for

from campaign_actions.actions.newest.drafts import Draft
from campaign_actions.actions.questions.stored import questions_in
from campaign_actions.campaigns.appearance_forms import PREFIX
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.partners import partners_in
from campaign_actions.campaigns.texts import language_of_field

# Fields of pictures and of the colour, and the anchor of each on their page.
LOOK = {
    "accent": "accent",
    "picture": "file",
    "focus": "focus",
    "credit": "credit",
    "licence": "licence",
    "quoted_on": "said_on",
}


def is_of_look(name: str) -> bool:
    """Whether a field is of a picture or a colour, which restoring a revision leaves as they are."""
    return name in LOOK or name.rpartition(".")[2].startswith(PREFIX)


def edit_address(draft: Draft, name: str, *, campaign_id: int) -> str:
    """The page with a field of a draft, open at that field."""
    is_campaign = draft.subject is CAMPAIGN
    ids: dict[str, Any] = {"campaign_id": campaign_id}
    if name.startswith("partners."):
        return _partner_address(draft, name, campaign_id)
    if name.startswith("questions."):
        return _question_address(draft, name, campaign_id)
    if not is_campaign:
        ids["action_id"] = draft.subject_id
    field, language = name.rpartition(".")[2], language_of_field(name)
    if is_of_look(name):
        page = "edit" if is_campaign else "edit_action"
        anchor = LOOK.get(name) or f"{field.removeprefix(PREFIX)}-{language}"
        return url_for(f"staff_campaigns_appearance.{page}", **ids, _anchor=anchor)
    if field == "is_public":
        return url_for("staff_publishing_publish.show", **ids, _anchor="languages")
    page = "edit_campaign" if is_campaign else "edit_action"
    return url_for(f"staff_campaigns_edit.{page}", **ids, right=language or None, _anchor=name)


def _partner_address(draft: Draft, name: str, campaign_id: int) -> str:
    """The list of partners for a place in it, and for a partner that the draft no longer has."""
    key = name.split(".")[1]
    if name.endswith(".position") or key not in partners_in(draft.content):
        return url_for("staff_campaigns_partners.index", campaign_id=campaign_id)
    return url_for(
        "staff_campaigns_partners.edit", campaign_id=campaign_id, partner_id=int(key), _anchor=name
    )


def _question_address(draft: Draft, name: str, campaign_id: int) -> str:
    """The list of questions for a place in it, and for a question that the draft no longer has."""
    ids: dict[str, Any] = {"campaign_id": campaign_id, "action_id": draft.subject_id}
    key = name.split(".")[1]
    if name.endswith(".position") or key not in questions_in(draft.content):
        return url_for("staff_questions.index", **ids)
    anchor = name if name.count(".") > 1 else None  # the name of a whole question has no field
    return url_for("staff_questions.edit", **ids, question_key=key, _anchor=anchor)
