"""Saving a bilingual form of a campaign or an action, or showing it again with what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.versioning.errors import EditConflict, SlugTaken, WrongEnd
from campaign_actions.campaigns.versioning.history import author_of, find_content, find_revision
from campaign_actions.campaigns.versioning.save import Saved, save_changes
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.i18n.locale import known_locales, locales
from campaign_actions.staff.models import StaffMember

NO_LANGUAGE = "none"  # instead of a second language
KEPT_OTHERS = _l("Other fields were saved while you were editing. Those changes are kept.")


@dataclass(frozen=True)
class OpenedForm:
    """A form to be shown: the version it was opened at, and any conflict with another save."""

    number: int
    status: int = 200
    met: EditConflict | None = None
    author: str = ""  # of the conflicting save
    is_own: bool = False  # the reader saved it, in another tab
    is_unsaved: bool = False  # it shows what was typed


def save_submitted(
    subject: Versioned,
    subject_id: int,
    bilingual_form: BilingualForm,
    submitted: MultiDict[str, str],
    *,
    by: StaffMember,
    now: datetime,
    also: Content | None = None,
) -> Saved | OpenedForm:
    """Save the fields that differ from those that the page showed, or return the form to show again.

    The submitted `version` is that of the page; each submitted `take` names a field in which the
    text of the other person is kept. `also`: values without a field. Raises NotFound.
    """
    opened_at = opened_version(submitted)
    if not bilingual_form.validate():
        bilingual_form.reveal(())
        return OpenedForm(opened_at, 400, is_unsaved=True)
    base = find_revision(subject.name, subject_id, max(1, opened_at))
    changes = bilingual_form.changes(find_content(subject, subject_id)[0] if base is None else base)
    changes |= also or {}
    for name in submitted.getlist("take"):
        changes.pop(name, None)
    try:
        return save_changes(subject, subject_id, changes, opened_at=opened_at, by=by, now=now)
    except SlugTaken as error:
        bilingual_form.own["slug"].errors = [error.message]
        return OpenedForm(opened_at, 400, is_unsaved=True)
    except WrongEnd as error:
        bilingual_form.own["closes_at"].errors = [error.message]
        return OpenedForm(opened_at, 400, is_unsaved=True)
    except EditConflict as met:
        bilingual_form.show(met.merged)
        bilingual_form.reveal(met.clashes)
        author_id, author = author_of(subject.name, subject_id, met.number)
        return OpenedForm(met.number, 409, met, author, author_id == by.id, is_unsaved=True)


def save_messages(saved: Saved) -> Iterator[str]:
    """The messages after a save."""
    if not saved.is_new:
        yield _("No changes to save")
    elif saved.is_draft:
        yield _("Saved as a draft. The public page changes when you publish the changes.")
    else:
        yield _("Saved")
    if saved.taken:
        yield str(KEPT_OTHERS)
    if saved.is_completed:
        yield _("Paragraphs that translators had finished have been added to the texts.")


def add_language(
    subject: Versioned, subject_id: int, tag: str, *, by: StaffMember, now: datetime
) -> Saved:
    """Add a language without a word in it yet, for translators. Raises NotFound, EditConflict.

    Nothing is saved if it has the language already.
    """
    content, number = find_content(subject, subject_id)
    is_there = any(name.startswith(f"texts.{tag}.") for name in content)
    added = {} if is_there else {f"texts.{tag}.title": ""}
    return save_changes(subject, subject_id, added, opened_at=number, by=by, now=now)


def remove_language(
    subject: Versioned, subject_id: int, tag: str, *, by: StaffMember, now: datetime
) -> Saved:
    """Remove a language; the history keeps its texts. Raises NotFound, EditConflict."""
    content, number = find_content(subject, subject_id)
    removed = {name: None for name in content if name.startswith(f"texts.{tag}.")}
    return save_changes(subject, subject_id, removed, opened_at=number, by=by, now=now)


def choose_locales(
    own: Sequence[str], wanted: Mapping[str, str], *, also: Sequence[str] = (), last: str = ""
) -> list[str]:
    """The languages of the two columns: the source on the left. Only one if it is written in no other.

    `own`: the languages it is written in, at least one. `also`: those of its campaign. `wanted`: the
    reader's choice, as `left` and `right`, which may be NO_LANGUAGE. `last`: the second language of
    their last choice.
    """
    first = next((tag for tag in locales() if tag in own), own[0])
    left = wanted.get("left", "")
    left = left if left in own else first
    choices = (wanted.get("right", ""), last, *own, *also, NO_LANGUAGE)
    known = {*own, *known_locales(), NO_LANGUAGE} - {left}
    right = next(tag for tag in choices if tag in known)
    return [left] if right == NO_LANGUAGE else [left, right]


def choose_of(own: Sequence[str], wanted: Mapping[str, str], *, last: str = "") -> list[str]:
    """The same for texts that can have these languages only."""
    left = next((tag for tag in locales() if tag in own), own[0])
    choices = (wanted.get("right", ""), last, *own, NO_LANGUAGE)
    right = next(tag for tag in choices if tag in {*own, NO_LANGUAGE} - {left})
    return [left] if right == NO_LANGUAGE else [left, right]


def opened_version(submitted: Mapping[str, str]) -> int:
    """The version that the page showed."""
    text = submitted.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
