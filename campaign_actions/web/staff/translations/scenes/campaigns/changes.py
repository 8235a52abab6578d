"""Scenes of changes that the public does not see yet: publishing and discarding them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import get_args

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.newest.drafts import Draft
from campaign_actions.actions.newest.schedules import CLOSED, Schedule
from campaign_actions.actions.questions.whole_changes import WholeQuestion, whole_questions
from campaign_actions.campaigns.appearance import ShownPicture
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import SCHEDULE_FAILURES
from campaign_actions.campaigns.versioning.differences import MIN_FOLDED, Difference
from campaign_actions.campaigns.versioning.draft_ends import DraftEnd, EndKind
from campaign_actions.catalogs.preview.sample_campaign import (
    ADDRESS,
    COUNT,
    ID,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.content.block_markup import markup_problems
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.publishing.change_checks import ChangeChecks, same_demand
from campaign_actions.publishing.checks.addressees import new_addressee
from campaign_actions.publishing.findings import Finding, PreflightResult, Section
from campaign_actions.publishing.forms import ChangesForm
from campaign_actions.web.staff.publishing.changed_fields import SHARED, ChangedField, ShownDraft
from campaign_actions.web.staff.publishing.changes_page import (
    REFUSALS,
    UNSCHEDULED,
    ShownPublication,
)
from campaign_actions.web.staff.publishing.conflicts import TIME_CHANGED, ended_words, news_of
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)

CHANGES = _l("Publish changes")
ENDED = {  # drafts that someone else published or discarded: whether one knows who, and whether some are left
    "some-ended": (True, True),
    "ended": (True, False),
    "some-gone": (False, True),
    "gone": (False, False),
}
STATES = (
    *(
        "fine",
        "refused",
        "unconfirmed",
        "readdressed",
        "taken",
        "planned",
        "changed",
        "wrong",
        "early",
    ),
    *("undo", "discard", "cancel"),
    *ENDED,
)
WRONG_MARKUP = ":::\n::: nothing\n:: points\n:::\n::: points"
LONG = ("same", f"\n\n{PLACEHOLDER}\n\n{'x' * MIN_FOLDED}")  # its end is folded away
PICTURE = ShownPicture("0" * 32, 1600, 900, 5, PLACEHOLDER)


def change_scenes() -> Iterator[Scene]:
    for state in STATES:
        values = partial(_changes, state=state)
        yield staff_scene(f"changes-{state}", CHANGES, "publishing/changes", values)
    for failure in SCHEDULE_FAILURES:
        values = partial(_changes, state=failure)
        yield staff_scene(f"changes-failed-{failure}", CHANGES, "publishing/changes", values)
    yield staff_scene("changes-visitor", CHANGES, "publishing/changes", _without_rights)
    yield staff_scene("changes-ask-discard", CHANGES, "publishing/discard_changes", _discard)


def make_draft(
    sample: SampleCampaign,
    *,
    of_action: bool = False,
    is_known: bool = True,
    schedule: Schedule | None = None,
) -> Draft:
    return Draft(
        subject=ACTION if of_action else CAMPAIGN,
        subject_id=ID,
        number=3,
        published=1,
        content={},
        since=sample.now,
        saved_at=sample.now,
        authors=(NAME,) if is_known else (),
        saved_by=NAME if is_known else "",
        schedule=schedule,
    )


def sample_questions() -> dict[str, WholeQuestion]:
    """One that is new and one that is gone."""
    facts = {"type": "choice", f"{SOURCE}.label": PLACEHOLDER, f"{SOURCE}.choice_1": PLACEHOLDER}
    new, gone = (
        {f"questions.{key}.{name}": value for name, value in facts.items()}
        for key in ("qnewaaa", "qgoneaa")
    )
    return whole_questions(gone, new, {}, [SOURCE])


def _changes(sample: SampleCampaign, *, state: str) -> Values:
    fields = (
        _field("texts.en.title", SOURCE, ("same", "a "), ("gone", "b"), ("new", "c"), LONG),
        replace(_field("texts.fr.title", OTHER_LOCALE, ("new", "c")), is_late=state == "changed"),
        replace(_field("picture", ""), pictures=(None, PICTURE), is_unseen=state == "changed"),
        _field("slug", "", ("new", "c")),
        replace(_field("texts.en.result", SOURCE, ("new", "c")), is_kept=True),
    )
    is_known = state != "taken"
    draft = make_draft(sample, is_known=is_known, schedule=_schedule(sample, state))
    shown = [
        ShownDraft(draft, PLACEHOLDER, SOURCE, fields),
        ShownDraft(
            make_draft(sample, of_action=True, is_known=is_known),
            PLACEHOLDER,
            SOURCE,
            (*fields[:1], *_questions()),
        ),
    ]
    is_fine, is_unconfirmed = state == "fine", state in {"unconfirmed", "readdressed"}
    campaign = make_campaign(sample, draft=draft)
    problems = [] if is_fine or is_unconfirmed else list(markup_problems(WRONG_MARKUP))
    blockers = tuple(
        Finding("blocker", problem.message, can_leave_out=True) for problem in problems
    )
    result = PreflightResult((Section(SOURCE, True, (Finding("ok", PLACEHOLDER),)),))
    count = COUNT if is_unconfirmed else 0
    demands = (same_demand(make_action(sample, count=count)),)
    has_other = not is_fine and state != "unconfirmed"
    addressees = tuple(_addressee(state)) if has_other else ()
    return {
        "campaign": campaign,
        "drafts": shown,
        "count": 1 if is_fine else 4,
        "hidden": 1 if is_fine else 4,
        "languages": {SOURCE: 2, OTHER_LOCALE: 1},
        "language": SOURCE,
        "form": _form(sample, state),
        "publications": [
            ShownPublication(one, shown if state == "planned" else shown[:1])
            for one in campaign.publications_of([draft])
        ],
        "checks": ChangeChecks(result, blockers, () if is_fine else demands, addressees, {None}),
        "is_blocked": bool(blockers),
        "chosen": "campaign",
        "shared": 1,
        "SHARED": SHARED,
        "new_languages": {OTHER_LOCALE: False},
        "others": True,
        "refused": _refused(state),
        "problem": _problem(state, draft),
    }


def _addressee(state: str) -> Iterator[Finding]:
    count = COUNT if state == "readdressed" else 0
    before, after = {SOURCE: PLACEHOLDER}, {SOURCE: NAME}
    return new_addressee(before, after, count=count, action_id=ID, title=NAME, tag=SOURCE)


def _refused(state: str) -> str:
    """The heading above what is wrong; "" if nothing is."""
    if state in {"wrong", "refused"}:
        return str(UNSCHEDULED)
    return "" if state == "fine" else str(REFUSALS.get(state, REFUSALS["publish"]))


def _problem(state: str, draft: Draft) -> str:
    if state == "cancel":
        return str(TIME_CHANGED)
    if state in ENDED:
        is_known, has_others = ENDED[state]
        ends = [DraftEnd(kind, draft.since, by) for kind in get_args(EndKind) for by in (NAME, "")]
        return ended_words(ends if is_known else (), ADDRESS, has_others=has_others)
    return news_of([draft]) if state in {"taken", "undo", "discard"} else ""


def _form(sample: SampleCampaign, state: str) -> ChangesForm:
    sent = MultiDict({"when": "at"}) if state in {"wrong", "refused"} else None
    form = ChangesForm(sent)
    form.now = sample.now
    return with_errors(form) if state == "wrong" else form


def _schedule(sample: SampleCampaign, state: str) -> Schedule | None:
    """Planned, changed since, ended early or failed."""
    if state == "early":
        return Schedule(sample.now + timedelta(days=1), 3, NAME, sample.now, CLOSED)
    if state in {"planned", "changed"}:
        return Schedule(sample.now, 3 if state == "planned" else 2, NAME)
    failed = state in SCHEDULE_FAILURES
    return Schedule(sample.now, 3, NAME, sample.now, state) if failed else None


def _without_rights(sample: SampleCampaign) -> Values:
    def may(permission: str, *_campaign: object) -> bool:
        return permission != "campaigns.publish"

    return {**_changes(sample, state="fine"), "may": may}


def _discard(sample: SampleCampaign) -> Values:
    return {**_changes(sample, state="fine"), "has_look": True}


def _field(name: str, locale: str, *pieces: tuple[str, str]) -> ChangedField:
    return ChangedField(Difference(name, pieces), PLACEHOLDER, locale, ADDRESS)


def _questions() -> list[ChangedField]:
    return [replace(_field(name, ""), whole=one) for name, one in sample_questions().items()]
