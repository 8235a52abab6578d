"""The content of the page of the changes, and the drafts that it sends back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.newest.drafts import Draft, SubjectKey
from campaign_actions.actions.newest.schedules import Publication
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.core.db.session import utc_now
from campaign_actions.publishing.change_checks import ChangeChecks, check_changes
from campaign_actions.publishing.forms import ChangesForm
from campaign_actions.publishing.queries import get_plan
from campaign_actions.web.staff.publishing.changed_fields import (
    SHARED,
    ShownDraft,
    count_fields,
    count_shared,
    languages_in,
    seen_before,
    shown_drafts,
)
from campaign_actions.web.staff.publishing.conflicts import (
    requested_part,
)
from campaign_actions.web.staff.publishing.new_languages import (
    chosen_new_languages,
    offered_languages,
)
from campaign_actions.web.staff.publishing.preflight_runs import preflight_context

CAMPAIGN_KEY = "campaign"
ANY_TIME = timedelta(days=36_500)  # later than anything opens
UNSCHEDULED = _l("The changes were not scheduled")
REFUSALS = {  # by the page that was asked for it
    "publish": _l("The changes were not published"),
    "cancel": _l("The time was not changed"),
    "ask_discard": _l("The draft was not discarded"),
    "discard": _l("The draft was not discarded"),
    "undo": _l("The change was not undone"),
}


@dataclass(frozen=True)
class ShownPublication:
    """Drafts on the page that are to be published together. `drafts`: those of them that it shows."""

    publication: Publication
    drafts: Sequence[ShownDraft]


def make_form(drafts: Sequence[Draft], *, is_sent: bool = False) -> ChangesForm:
    """As the person has sent it, or else with the time that the drafts have."""
    form = ChangesForm() if is_sent else ChangesForm(formdata=None)
    form.now = utc_now()
    if not is_sent:
        times = (draft.schedule.at for draft in drafts if draft.schedule)
        form.prefill(min(times, default=None), form.now)
    return form


def changes_page(
    campaign: CampaignOverview,
    drafts: Sequence[Draft],
    form: ChangesForm,
    checks: ChangeChecks,
    *,
    refused: str = "",
    problem: str = "",
) -> str:
    """`refused`: the heading. `problem`: why, if neither the form nor the checks say it."""
    shown = shown_drafts(campaign, drafts, now=utc_now(), seen=seen_before())
    language = request.values.get("language", "")
    listed = [draft.in_language(language) for draft in shown]
    return render_template(
        "staff/publishing/changes.html",
        campaign=campaign,
        drafts=listed,
        count=count_fields(shown),
        hidden=count_fields(shown) - count_fields(listed),
        languages=languages_in(shown, campaign.listed_locales),
        shared=count_shared(shown),
        SHARED=SHARED,
        language=language,
        form=form,
        publications=_publications(campaign, shown),
        checks=checks,
        is_blocked=_is_blocked(campaign, drafts, checks),
        chosen=chosen_part(),
        new_languages=offered_languages(campaign, drafts),
        others=len(campaign.drafts) > len(shown),
        refused=refused,
        problem=problem,
    )


def refusal(form: ChangesForm) -> str:
    """Says which request was refused."""
    part = requested_part()
    is_unscheduled = part == "publish" and form.is_later
    return str(UNSCHEDULED if is_unscheduled else REFUSALS[part])


def check(
    campaign: CampaignOverview,
    drafts: Sequence[Draft],
    form: ChangesForm,
    lifetimes: Lifetimes | None = None,
) -> ChangeChecks:
    """As these drafts would be published, now or at the time in the form."""
    at: datetime | None = form.at.data if form.is_later else None
    return _check_at(at, campaign, drafts, is_later=form.is_later, lifetimes=lifetimes)


def is_unconfirmed(checks: ChangeChecks, sent: Mapping[str, str]) -> bool:
    """Whether something changes that people have agreed to, and nobody has said that it means the same."""
    asked = {"same": checks.new_demands, "same_addressee": checks.new_addressees}
    return any(found and not sent.get(name) for name, found in asked.items())


def _check_at(
    at: datetime | None,
    campaign: CampaignOverview,
    drafts: Sequence[Draft],
    *,
    is_later: bool,
    lifetimes: Lifetimes | None = None,
    is_without_new: bool = False,
) -> ChangeChecks:
    """`is_without_new`: as if no new language became public."""
    now = utc_now()
    context = preflight_context(max(now, at or now), lifetimes)
    plan = get_plan(campaign.id, of=[draft.key for draft in drafts])
    if is_without_new:
        plan = replace(plan, chosen_locales=campaign.public_locales)
    elif (chosen := chosen_new_languages()) is not None:
        plan = replace(plan, chosen_locales={*campaign.public_locales, *chosen})
    return check_changes(plan, campaign, drafts, context, is_later=is_later)


def _is_blocked(campaign: CampaignOverview, drafts: Sequence[Draft], checks: ChangeChecks) -> bool:
    """Whether a problem stays, whatever is chosen.

    A link may lead to a page that opens later, and a new language can be left out.
    """
    if not checks.blockers:
        return False
    rest = _check_at(None, campaign, drafts, is_later=False, is_without_new=True)
    if not rest.blockers:
        return False
    ever = utc_now() + ANY_TIME
    later = _check_at(ever, campaign, drafts, is_later=True, is_without_new=True)
    return any(blocker in later.blockers for blocker in rest.blockers)


def chosen_drafts(campaign: CampaignOverview) -> list[Draft]:
    """The drafts that the page is about: all of the campaign, or that of one part of it."""
    of = chosen_part()
    return [draft for draft in campaign.drafts if not of or of == _value_of(draft.key)]


def chosen_part() -> str:
    return request.values.get("of", "")


def _publications(
    campaign: CampaignOverview, shown: Sequence[ShownDraft]
) -> list[ShownPublication]:
    return [
        ShownPublication(
            one, [its for its in shown if its.draft.schedule and its.draft.schedule.at == one.at]
        )
        for one in campaign.publications_of(its.draft for its in shown)
    ]


def _value_of(key: SubjectKey) -> str:
    """How an address names a part of the campaign: campaign, or the id of an action."""
    name, subject_id = key
    return CAMPAIGN_KEY if name == CAMPAIGN_KEY else str(subject_id)
