"""The choices of an export: everything that decides what is in the file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from campaign_actions.actions.models import COUNTED, Action
from campaign_actions.actions.naming import action_name
from campaign_actions.actions.personal_data.purposes import ANSWERS, CRM, PURPOSES, Purpose
from campaign_actions.actions.questions.contact_data import contact_questions
from campaign_actions.actions.questions.due_answers import ExpiringQuestion, expiring_questions
from campaign_actions.actions.questions.export_columns import question_names
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import JsonValue, db
from campaign_actions.core.errors import Conflict, DomainError, NotFound
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.switches.state import EXPORT, RETRY_AFTER_SECONDS, is_off
from campaign_actions.disclosures.models import COMPLETE, ExportRecord
from campaign_actions.disclosures.presets import PRESETS, Preset
from campaign_actions.disclosures.selection import (
    Selection,
    selection_from_json,
    selection_from_text,
)
from campaign_actions.exports.encryption import parse_recipient

FOR_PEOPLE = "xlsx"  # all other formats are for programs


class ExportsAreOff(DomainError):
    status = 503
    retry_after = RETRY_AFTER_SECONDS
    title = _l("Exports are switched off")
    message = _l(
        "Exports are switched off, so no file was made. Try again when an administrator has switched them on."
    )


class PresetNotForPurpose(DomainError):
    message = _l(
        "Files for this program are only for the purpose “%(purpose)s”. Choose it, or another format.",
        purpose=CRM.label,
    )


class StatusNotForPurpose(DomainError):
    message = _l(
        "A file for this purpose contains confirmed participations only. Choose that status, or the"
        " purpose of work of your own team."
    )


class RecipientMissing(DomainError):
    message = _l("Enter who gets the file.")


class WordsNotForFormat(DomainError):
    message = _l(
        "Only an XLSX file can have headings in a language. Choose XLSX, or no language for the headings."
    )


class UnknownWords(DomainError):
    message = _l(
        "The language of the headings is not a language of this site. Export the whole file in another"
        " language."
    )


def refuse_while_off() -> None:
    """Raises ExportsAreOff."""
    if is_off(EXPORT):
        raise ExportsAreOff


@dataclass(frozen=True)
class Export:
    """A file of signatures for one of PURPOSES, for one staff member or a command.

    With `base`, the file has only what changed since that record.
    """

    campaign: int
    selection: Selection
    purpose: str
    format: str
    staff_id: int | None = None  # who may download it; None: a command
    preset: str = ""
    raw: bool = False
    bom: bool = False
    words_in: str = ""  # the language of headings and values; "": names of columns, and codes
    recipient: str = ""  # who gets the file, in words
    public_key: str = ""  # to encrypt it to; "" for none
    base: int | None = None
    same_addressee: bool = False  # people signed for the same authority, under another name

    def __post_init__(self) -> None:
        """A request for approval stores the fields as JSON."""
        selection: Any = self.selection
        if isinstance(selection, dict):
            object.__setattr__(self, "selection", selection_from_json(selection))

    @property
    def what_for(self) -> Purpose:
        return PURPOSES[self.purpose]

    @property
    def program(self) -> Preset | None:
        """The preset, if any."""
        return PRESETS[self.preset] if self.preset else None

    def subject(self) -> str:
        """The name of the one action, or of the campaign."""
        actions = self.actions()
        campaign: str = actions[0].campaign.slug
        return action_name(campaign, actions[0].slug) if len(actions) == 1 else campaign

    def check(self) -> None:
        """Raises NotFound, NotForThisKind, and the errors above or of `parse_recipient()`."""
        self.columns()
        if self.program and not self.program.reads <= set(self.what_for.columns):
            raise PresetNotForPurpose
        if self.program and not self.what_for.is_for_updates_only:
            raise PresetNotForPurpose
        if self.selection.status != COUNTED and not self.what_for.may_choose_status:
            raise StatusNotForPurpose
        if self.what_for.needs_recipient and not self.recipient:
            raise RecipientMissing
        if self.words_in and self.format != FOR_PEOPLE:
            raise WordsNotForFormat
        if self.words_in and self.words_in not in known_locales():
            raise UnknownWords
        if self.public_key:
            parse_recipient(self.public_key)

    def to_json(self) -> dict[str, JsonValue]:
        return {**asdict(self), "selection": asdict(self.selection)}

    def kinds(self) -> list[str]:
        return sorted({action.kind for action in self.actions()})

    def columns(self) -> tuple[str, ...]:
        """The names of the columns of the purpose. A preset writes others, from these."""
        own = self.what_for.columns_of_kinds(self.kinds())
        return own + question_names(self.actions(), self.what_for)

    @property
    def has_contact_data(self) -> bool:
        """Whether a column of the file may have contact data, so that a second person has to approve it."""
        asked = (key for one in self.actions() for key in contact_questions(one, in_doubt=True))
        answers = {f"{ANSWERS}{key}" for key in asked}
        return not answers.union({"email"}).isdisjoint(self.columns())

    def actions(self) -> Sequence[Action]:
        """The actions, in the order of the file. Raises NotFound if one is not of the campaign."""
        wanted = select(Action).where(
            Action.id.in_(self.selection.actions), Action.campaign_id == self.campaign
        )
        found = db.session.scalars(wanted.order_by(Action.id)).all()
        if not found or len(found) != len(self.selection.actions):
            raise NotFound
        return found

    def expiring_questions(self) -> list[ExpiringQuestion]:
        """Those whose answers have to be deleted before the file. Presets have no answers."""
        return [] if self.preset else expiring_questions(self.actions(), self.what_for)

    def file_stem(self, day: str) -> str:
        """The name of the file without its suffix."""
        actions = self.actions()
        campaign: Campaign = actions[0].campaign
        names = [campaign.slug, *(action.slug for action in actions[:1] if len(actions) == 1)]
        names += [self.preset or self.purpose, day, *(["changes"] if self.base else [])]
        return "-".join(names)


def export_of(
    record: ExportRecord, *, base: int | None = None, staff_id: int | None = None
) -> Export:
    """The choices of a recorded export, with which it can be made again, or continued from `base`."""
    return Export(
        campaign=record.campaign_id,
        selection=selection_from_text(record.selection),
        purpose=record.purpose,
        format=record.format,
        staff_id=staff_id,
        preset=record.preset,
        raw=record.raw,
        bom=record.bom,
        words_in=record.words_in,
        recipient=record.recipient,
        public_key=record.public_key,
        base=base,
    )


class BaseNotUsable(Conflict):
    title = _l("The changes cannot be exported")


class BaseNotYours(BaseNotUsable):
    message = _l(
        "Only the person who exported a file can ask what has changed since. Export the whole file yourself."
    )


class BaseNotComplete(BaseNotUsable):
    message = _l("That export was interrupted. Export the whole file again.")


class BaseDestroyed(BaseNotUsable):
    message = _l("That file is marked as deleted. Export the whole file again.")


class BasePending(BaseNotUsable):
    message = _l("Changes of pending participations are not recorded. Export the whole file again.")


class BaseDiffers(BaseNotUsable):
    message = _l(
        "That file was made with other choices: purpose, actions, filter, program or language of the"
        " headings. Make the same choices, or export the whole file."
    )


def find_base(export: Export) -> ExportRecord | None:
    """The record whose changes an export wants; None if it wants all rows.

    Raises NotFound, BaseNotYours, BaseNotComplete, BaseDestroyed, BasePending, BaseDiffers.
    """
    if export.base is None:
        return None
    base = db.session.get(ExportRecord, export.base, populate_existing=True)
    if base is None or base.campaign_id != export.campaign:
        raise NotFound
    if base.staff_id != export.staff_id:
        raise BaseNotYours
    if base.state != COMPLETE:
        raise BaseNotComplete
    if base.destroyed_at:
        raise BaseDestroyed
    if export.selection.status == "pending":
        raise BasePending
    same = (base.purpose, base.preset, base.selection, base.words_in)
    if same != (export.purpose, export.preset, export.selection.to_text(), export.words_in):
        raise BaseDiffers
    return base
