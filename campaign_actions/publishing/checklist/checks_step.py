"""The findings of the publishing checks in the checklist: each problem at the one step that is about it.

The step of the languages has the texts that are not translated; the step of the checks has what no other has.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.core.i18n.locale import language_here
from campaign_actions.publishing.checklist.steps import Step
from campaign_actions.publishing.checks.language_shares import LanguageShare
from campaign_actions.publishing.findings import (
    STATUS_URL,
    Finding,
    PreflightResult,
    lacks_text,
)
from campaign_actions.publishing.queries import Plan

Shares = tuple[LanguageShare, ...]


def find_unfinished(plan: Plan, result: PreflightResult, shares: Shares) -> Step | None:
    """The step of the languages, if one that is begun and to be public lacks texts. None: none does."""
    unfinished = result.only(partial(_is_untranslated, plan, shares)).blocked()
    if not unfinished:
        return None
    first = unfinished[0].findings[0]
    return Step(
        "languages",
        False,
        _("A language can be public once all of it is translated."),
        _("Finish %(language)s", language=language_here(unfinished[0].locale)),
        first.url,
        permission=first.permission or "campaigns.edit",
        languages=shares,
        sections=unfinished,
        can_leave_out=result.can_open(without_actions=()),
    )


def make_checks_step(
    plan: Plan, result: PreflightResult, shares: Shares, *, said_by: Iterable[Step]
) -> Step:
    """`said_by`: the steps about texts of the source; what is missing there is not said again."""
    said = {step.url for step in said_by if not (step.is_done or step.can_wait)}

    def is_new(locale: str, finding: Finding) -> bool:
        is_said = finding.state == "blocker" and finding.place in said
        return not is_said and not _is_untranslated(plan, shares, locale, finding)

    others = result.only(is_new)
    review = _items_to_review(others)
    if others.blockers():
        can_leave_out = result.can_open(without_actions=())
        return replace(_to_fix(plan, others, review), can_leave_out=can_leave_out)
    is_done = not result.blockers() and bool(plan.actions)  # without one, most is still unwritten
    reason = _("Nothing needs fixing in texts, links and times.")
    if not is_done:
        reason = _("Apart from the steps above, nothing needs fixing.")
    return Step(
        "checks",
        is_done,
        f"{reason} {review}".strip(),
        _("See what it needs to go public"),
        _publish_url(plan),
        is_pending=not is_done,
        permission="campaigns.view",
        reviews=others.to_review(),
    )


def problem_url(plan: Plan, result: PreflightResult) -> str:
    """Where to begin to fix what blocks publishing, or where the rest of it is said."""
    first = _first_to_fix(result)
    return first.url if first else _publish_url(plan)


def _to_fix(plan: Plan, result: PreflightResult, review: str) -> Step:
    to_fix, blockers = result.to_fix(), result.blockers()
    if to_fix:
        todo = _("Fix the problems")
        words = ngettext("%(num)d problem to fix.", "%(num)d problems to fix.", len(to_fix))
    else:
        todo = _("See proposal") if _proposals(result) else _("Set up email")
        words = " ".join(dict.fromkeys(finding.message for finding in blockers))
    first = _first_to_fix(result) or _first_with_page(blockers)
    return Step(
        "checks",
        False,
        f"{words} {review}".strip(),
        todo,
        first.url if first else _publish_url(plan),
        is_pending=not to_fix,
        permission=(first.permission or "campaigns.edit") if first else "campaigns.view",
        sections=result.blocked(),
        reviews=result.to_review(),
    )


def _is_untranslated(plan: Plan, shares: Shares, locale: str, finding: Finding) -> bool:
    """Whether texts are missing, or to be translated again, in a language that is begun beside the source."""
    is_begun = any(one.locale == locale and one.is_begun and not one.is_source for one in shares)
    is_for_translators = finding.permission == "translate" or lacks_text(finding, plan.campaign.id)
    return is_begun and not finding.is_pending and is_for_translators


def _items_to_review(result: PreflightResult) -> str:
    count = result.count("warning")
    if not count:
        return ""
    words: str = ngettext("%(num)d item to review.", "%(num)d items to review.", count)
    return words


def _first_to_fix(result: PreflightResult) -> Finding | None:
    return _first_with_page(result.to_fix() or _proposals(result))


def _first_with_page(found: Iterable[Finding]) -> Finding | None:
    return next((one for one in found if one.url and not one.url.startswith("#")), None)


def needs_email(result: PreflightResult) -> bool:
    """Whether email has to be set up, by the people who run the server."""
    return any(finding.url == STATUS_URL for finding in result.blockers())


def _proposals(result: PreflightResult) -> list[Finding]:
    """The blockers that someone else has to approve."""
    return [finding for finding in result.blockers() if finding.url != STATUS_URL]


def _publish_url(plan: Plan) -> str:
    return f"/staff/campaigns/{plan.campaign.id}/publish/"
