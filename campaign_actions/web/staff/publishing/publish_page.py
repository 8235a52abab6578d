"""The content of the page that publishes a campaign, and the languages ticked on it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import known_locales, language_here
from campaign_actions.previews.forms import PreviewLinkForm
from campaign_actions.previews.queries import (
    count_preview_links,
    is_valid,
    preview_links,
    preview_token,
)
from campaign_actions.publishing.change_checks import OVER
from campaign_actions.publishing.checks.addressees import check_addressee
from campaign_actions.publishing.findings import Finding, PreflightResult
from campaign_actions.publishing.forms import PublishForm
from campaign_actions.publishing.languages import Languages
from campaign_actions.publishing.queries import Plan
from campaign_actions.staff.queries import member_names
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.publishing.conflicts import requested_part
from campaign_actions.web.staff.publishing.preflight_runs import (
    quick_preflight,
)
from campaign_actions.web.staff.publishing.publishing_messages import already_published_words

LINKS_PAGE_SIZE = 20
NO_LANGUAGE = _l("Tick at least one language. To take the campaign off the site, unpublish it.")
PROBLEMS = _l("Nothing was changed. Fix the problems listed below, then try again.")
FIXED_IN_DRAFT = _l(
    "The unpublished changes fix the problems listed below. Publish the changes first, then tick the"
    " language."
)
UNCONFIRMED = _l("Nothing was changed. Confirm what the checks below ask, then try again.")
REFUSALS = {  # by the page that was asked for it
    "publish": _l("The campaign was not published"),
    "languages": _l("The languages were not saved"),
    "cancel": _l("The scheduled opening was not cancelled"),
}
NOT_SCHEDULED = _l("The campaign was not scheduled")
TIME_NOT_SAVED = _l("The opening time was not saved")
ALREADY_PUBLISHED = _l("The campaign is already published")
LINK_DAYS = 7  # how long a preview link works if the campaign is not scheduled


def ticked_languages(plan: Plan) -> set[str]:
    return set(request.form.getlist("public")) & plan.texts.keys()


def chosen_languages(plan: Plan) -> Languages | None:
    """Of a form with languages; None if it showed none."""
    ticked, seen = ticked_languages(plan), request.form.getlist("seen_public")
    return Languages(ticked, seen) if ticked or seen else None


def has_new_addressee(plan: Plan, action_ids: Collection[int]) -> bool:
    """Whether one of these petitions was signed while it had another addressee."""
    opening = (action for action in plan.actions if action.id in action_ids)
    return any(any(check_addressee(plan, action, utc_now())) for action in opening)


def problem_in(locales: Iterable[str]) -> str:
    """That these languages, which are not public yet, have problems."""
    names = join_with_commas(map(language_here, sorted(locales)))
    words = _(
        "Fix the problems listed below, or leave these languages out: %(names)s.", names=names
    )
    return str(words)


def publish_page(
    plan: Plan,
    form: PublishForm | None = None,
    *,
    result: PreflightResult | None = None,
    problem: str = "",
    to_fix: Sequence[Finding] = (),
    has_opened: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    """`problem`: why nothing was done, if the form does not say it. `to_fix`: in new languages.

    `has_opened`: someone else has published it since the page was opened.
    """
    now, campaign = utc_now(), plan.campaign
    chosen = chosen_languages(plan)
    form = form or _form_of(plan)
    form.remember(campaign.published_at)
    shown = paginate(count_preview_links(campaign.id), size=LINKS_PAGE_SIZE)
    shared = preview_links(campaign.id, **shown.part)
    overview = get_campaign_overview(campaign.id, now=utc_now())
    is_over = overview.state in OVER  # nothing opens, so there is nothing to check before
    later = [action.id for action in overview.unopened]  # checked when someone opens them
    page = render_template(
        "staff/publishing/publish.html",
        campaign=overview,
        plan=plan,
        form=form,
        preflight=None if is_over else (result or quick_preflight(plan)).without(later),
        refused=ALREADY_PUBLISHED
        if has_opened
        else _refusal(plan, form)
        if problem or form.errors
        else "",
        to_fix=to_fix,
        problem=already_published_words(_publisher(plan), overview.published_at)
        if has_opened
        else problem,
        has_opened=has_opened,
        ended=plan.ended(now),
        has_new_addressee=has_new_addressee(plan, [action.id for action in plan.actions]),
        ticked_languages=chosen.public if chosen else plan.public_locales,
        is_open=plan.is_open(now),
        is_scheduled=plan.is_scheduled(now),
        now=now,
        links=shared,
        links_page=shown,
        tokens={link.id: preview_token(link) for link in shared if is_valid(link, now=now)},
        preview_locales=[tag for tag in known_locales() if tag in plan.texts],
        share_form=_share_form(plan),
    )
    return page, status


def _refusal(plan: Plan, form: PublishForm) -> str:
    """Says what was not done."""
    part = requested_part()
    if part != "publish" or form.when.data != "at":
        return str(REFUSALS[part])
    return str(TIME_NOT_SAVED if plan.is_scheduled(utc_now()) else NOT_SCHEDULED)


def _publisher(plan: Plan) -> str:
    """The name of the member who published it; "" if that is not known."""
    campaign = plan.rows.campaign if plan.rows else plan.campaign
    names = member_names([campaign.publisher_id]) if campaign.publisher_id else {}
    return next(iter(names.values()), "")


def hide_languages_page(plan: Plan, removed: Collection[str]) -> str:
    """Asks before the pages in these languages leave the site."""
    return render_template(
        "staff/publishing/hide_languages.html",
        campaign=get_campaign_overview(plan.campaign.id, now=utc_now()),
        removed=[tag for tag in plan.texts if tag in removed],
        public=ticked_languages(plan),
        seen=request.form.getlist("seen_public"),
    )


def _form_of(plan: Plan) -> PublishForm:
    """Prefilled with the scheduled time, or with now."""
    form = PublishForm(formdata=None)
    form.prefill(plan.campaign.published_at, utc_now())
    form.actions.data = _actions_to_open(plan)
    return form


def _actions_to_open(plan: Plan) -> list[int]:
    """The ids of the actions that open with the campaign: all that neither open later nor have ended."""
    opens_at, now = plan.campaign.published_at, utc_now()
    if opens_at:
        return [action.id for action in plan.actions if action.published_at == opens_at]
    opening = [
        a.id for a in plan.actions if a.published_at is None or has_opened(now, a.published_at)
    ]
    ended = plan.ended(now)
    return [action_id for action_id in opening if action_id not in ended]


def _share_form(plan: Plan) -> PreviewLinkForm:
    now, opens_at = utc_now(), plan.campaign.published_at
    form = PreviewLinkForm(formdata=None)
    is_scheduled = opens_at is not None and opens_at > now
    form.expires_at.process_data(opens_at if is_scheduled else now + timedelta(days=LINK_DAYS))
    return form
