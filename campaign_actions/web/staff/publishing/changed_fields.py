"""The fields in which a draft differs from what the public sees, for the page of the changes."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from flask import request, url_for

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.field_labels import (
    field_label,
    field_order,
    format_value,
    owner_names,
)
from campaign_actions.actions.newest.drafts import Draft
from campaign_actions.actions.newest.pages import find_newest_pages
from campaign_actions.actions.pictures import own_appearances
from campaign_actions.actions.questions.differences import says_something
from campaign_actions.actions.questions.whole_changes import (
    WholeQuestion,
    fields_of,
    names_with_whole,
    question_order,
    whole_questions,
)
from campaign_actions.campaigns.appearance import Appearance, ShownPicture, find_appearance
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.texts import language_of_field
from campaign_actions.campaigns.versioning.differences import Difference, differences
from campaign_actions.campaigns.versioning.drafts import changed_names
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import find_content_at
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.publishing.changes import SUBJECTS, ChangesConflict, Seen, Times
from campaign_actions.publishing.conflicts import read_instant
from campaign_actions.web.staff.publishing.edit_addresses import edit_address

NOT_SEEN: Seen = MappingProxyType({})
SHARED = "shared"  # instead of a language: the fields that are the same in all of them


@dataclass(frozen=True)
class ChangedField:
    """`pictures`: the public one and that of the draft, where the picture differs.

    `whole`: a question that only one of them has, whose fields are all in it.

    `is_late`: it was changed after someone had set the time of publishing. `is_unseen`: after the page that
    was sent back had been opened. `is_kept`: a result, which no page shows while people can take part.
    """

    difference: Difference
    label: str
    locale: str  # empty: the same in all languages
    edit_url: str
    pictures: tuple[ShownPicture | None, ShownPicture | None] | None = None
    whole: WholeQuestion | None = None
    is_late: bool = False
    is_unseen: bool = False
    is_kept: bool = False

    @property
    def locales(self) -> frozenset[str]:
        if self.whole:
            return self.whole.locales
        return frozenset({self.locale} if self.locale else ())


@dataclass(frozen=True)
class ShownDraft:
    """A draft with its differences. `title` and `locale`: of the campaign or action."""

    draft: Draft
    title: str
    locale: str
    fields: tuple[ChangedField, ...]

    @property
    def seen(self) -> str:
        """The draft as the page showed it, with its time if it has one, to be sent back."""
        seen = f"{self.draft.subject.name} {self.draft.subject_id} {self.draft.number}"
        return f"{seen} {self.draft.schedule.at.isoformat()}" if self.draft.schedule else seen

    @property
    def locales(self) -> frozenset[str]:
        """The languages in which something differs."""
        return frozenset(tag for field in self.fields for tag in field.locales)

    def in_language(self, tag: str) -> "ShownDraft":
        """Only with the fields in a language, or those that are SHARED; all of them if there is none."""
        kept = tuple(
            field for field in self.fields if not tag or tag in (field.locales or {SHARED})
        )
        return replace(self, fields=kept)


def shown_drafts(
    campaign: CampaignOverview, drafts: Iterable[Draft], *, now: datetime, seen: Seen = NOT_SEEN
) -> list[ShownDraft]:
    """`seen`: the drafts as a page showed them before; empty: there was none."""
    return [_shown(campaign, draft, now, seen) for draft in drafts]


def languages_in(shown: Iterable[ShownDraft], order: Sequence[str]) -> dict[str, int]:
    """How many fields differ in each language, in the order of the campaign."""
    counts = Counter(tag for draft in shown for field in draft.fields for tag in field.locales)
    return {tag: counts[tag] for tag in (*order, *counts.keys() - {*order}) if tag in counts}


def count_fields(shown: Iterable[ShownDraft]) -> int:
    """How many fields differ."""
    return sum(len(draft.fields) for draft in shown)


def count_shared(shown: Iterable[ShownDraft]) -> int:
    """How many fields differ that are the same in all languages."""
    return sum(not field.locales for draft in shown for field in draft.fields)


def seen_drafts() -> tuple[Seen, Times]:
    """The drafts that the page showed, and their times, sent as ShownDraft.seen.

    Raises ChangesConflict for anything else.
    """
    seen, times = {}, {}
    for text in request.form.getlist("seen"):
        name, *rest = text.split(" ")
        if name not in SUBJECTS or len(rest) not in (2, 3):
            raise ChangesConflict
        if not all(one.isascii() and one.isdecimal() and len(one) < 10 for one in rest[:2]):
            raise ChangesConflict
        key = name, int(rest[0])
        seen[key] = int(rest[1])
        if rest[2:]:
            at = read_instant(rest[2])
            if at is None:
                raise ChangesConflict
            times[key] = at
    return seen, times


def seen_before() -> Seen:
    """The drafts as the page that was sent back showed them; empty if it does not say."""
    try:
        return seen_drafts()[0]
    except ChangesConflict:
        return NOT_SEEN


def _shown(campaign: CampaignOverview, draft: Draft, now: datetime, seen: Seen) -> ShownDraft:
    action = next((one for one in campaign.actions if one.draft == draft), None)
    public = draft.subject.read(db.session.connection(), draft.subject_id)
    fields, late, unseen = [], _late_names(draft), _unseen_names(draft, public, seen)
    names = owner_names(
        (public, draft.content), (current_locale(), campaign.source_locale, campaign.locale)
    )
    tags = campaign.listed_locales
    is_open = any(one.state == "open" for one in ([action] if action else campaign.actions))
    whole = whole_questions(public, draft.content, names, (campaign.source_locale, *tags))
    found = {
        one.name: one
        for one in differences(public, draft.content, format_value)
        if says_something(one.name, public, draft.content)
        and not _is_new_and_hidden(one.name, public, draft.content)
    }
    questions = question_order(draft.content, public)
    in_order = sorted(
        found, key=lambda name: field_order(draft.subject.name, name, tags, questions)
    )
    for name in names_with_whole(in_order, whole):
        own = fields_of(name, public, draft.content)
        field = ChangedField(
            difference=found.get(name) or Difference(name, ()),
            label=whole[name].label
            if name in whole
            else field_label(draft.subject.name, name, names=names),
            locale=language_of_field(name),
            edit_url=edit_address(draft, name, campaign_id=campaign.id),
            whole=whole.get(name),
            is_late=any(one in late for one in own),
            is_unseen=any(one in unseen for one in own),
            is_kept=is_open and name.endswith(".result"),
        )
        if name == "picture":
            field = replace(field, pictures=_pictures(campaign, draft, now))
        fields.append(field)
    owner = action or campaign
    return ShownDraft(draft, owner.title, owner.locale, tuple(fields))


def _is_new_and_hidden(name: str, public: Content, newest: Content) -> bool:
    """Whether the field only says that a new language is not public, which changes nothing."""
    is_choice = name.startswith("texts.") and name.endswith(".is_public")
    return is_choice and name not in public and not newest.get(name)


def _late_names(draft: Draft) -> Collection[str]:
    """The fields that were changed after someone had set the time of publishing."""
    if draft.schedule is None or draft.schedule.number == draft.number:
        return ()
    return _changed_since(draft, draft.schedule.number)


def _unseen_names(draft: Draft, public: Content, seen: Seen) -> Collection[str]:
    """The fields that were changed since someone saw the drafts. One that they did not see is new."""
    if not seen:
        return ()
    if draft.key not in seen:
        return changed_names(public, draft.content)
    return _changed_since(draft, seen[draft.key]) if seen[draft.key] != draft.number else ()


def _changed_since(draft: Draft, number: int) -> Collection[str]:
    then = find_content_at(db.session.connection(), draft.subject, draft.subject_id, number)
    return changed_names(then or {}, draft.content)


def _pictures(
    campaign: CampaignOverview, draft: Draft, now: datetime
) -> tuple[ShownPicture | None, ShownPicture | None]:
    """The public one, and that of the draft."""
    folder = url_for("staff_campaigns_appearance.edit", campaign_id=campaign.id)
    newest = find_newest_pages(campaign.id, locale=campaign.locale, now=now)
    public = find_appearance(campaign.id, campaign.locale)
    if draft.subject is CAMPAIGN:
        both = public, newest.appearance
    else:
        its = {draft.subject_id: public}
        none = Appearance()
        both = (
            own_appearances(its, campaign.locale).get(draft.subject_id, none),
            newest.own_appearances.get(draft.subject_id, none),
        )
    before, after = (each.at(folder).picture for each in both)
    return before, after
