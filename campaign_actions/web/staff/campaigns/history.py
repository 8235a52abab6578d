"""The history of campaigns and actions: revisions, differences and restoring."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import (
    CampaignOverview,
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.field_labels import field_label, owner_names
from campaign_actions.actions.newest.schedules import REASONS
from campaign_actions.actions.questions.whole_changes import whole_questions
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.versioning.errors import PublicTextMissing, SlugTaken
from campaign_actions.campaigns.versioning.events import history_rows, published_changes, saved_at
from campaign_actions.campaigns.versioning.history import (
    count_revisions,
    find_content,
    find_revision,
    number_before,
    revisions,
    saves,
)
from campaign_actions.campaigns.versioning.restore import changes_newest, kept_fields, restore
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs
from campaign_actions.web.staff.campaigns.history_events import (
    events_of,
    opening_of,
    public_numbers,
)
from campaign_actions.web.staff.campaigns.revision_changes import (
    changed_labels,
    kept_pictures,
    kept_words,
    languages_of,
    news_since,
    shown_and_hidden,
    shown_differences,
)

bp = Blueprint("staff_campaigns_history", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")
PAGE_SIZE = 20  # each is loaded whole, to say what it changed


@bp.get("/history/")
@needs("campaigns.view")
def campaign_history(campaign_id: int) -> ResponseReturnValue:
    return _list(get_campaign_overview(campaign_id, now=utc_now()), None)


@bp.get("/actions/<int:action_id>/history/")
@needs("campaigns.view")
def action_history(campaign_id: int, action_id: int) -> ResponseReturnValue:
    return _list(*get_action_and_campaign(campaign_id, action_id, now=utc_now()))


@bp.get("/history/<int:number>/")
@needs("campaigns.view")
def campaign_revision(campaign_id: int, number: int) -> ResponseReturnValue:
    return _compare(get_campaign_overview(campaign_id, now=utc_now()), None, number)


@bp.get("/actions/<int:action_id>/history/<int:number>/")
@needs("campaigns.view")
def action_revision(campaign_id: int, action_id: int, number: int) -> ResponseReturnValue:
    return _compare(*get_action_and_campaign(campaign_id, action_id, now=utc_now()), number)


@bp.post("/history/<int:number>/restore/")
@needs("campaigns.edit")
def restore_campaign(campaign_id: int, number: int) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    if problem := news_since(campaign.id, CAMPAIGN, campaign_id):
        return _compare(campaign, None, number, problem=problem), 409
    try:
        _restore(campaign, CAMPAIGN, campaign_id, number)
    except PublicTextMissing as error:
        return _compare(campaign, None, number, missing=error.names), 409
    return redirect(url_for(".campaign_history", campaign_id=campaign_id), 303)


@bp.post("/actions/<int:action_id>/history/<int:number>/restore/")
@needs("campaigns.edit")
def restore_action(campaign_id: int, action_id: int, number: int) -> ResponseReturnValue:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    if problem := news_since(campaign.id, ACTION, action_id):
        return _compare(campaign, action, number, problem=problem), 409
    try:
        _restore(campaign, ACTION, action_id, number)
    except PublicTextMissing as error:
        return _compare(campaign, action, number, missing=error.names), 409
    return redirect(url_for(".action_history", campaign_id=campaign_id, action_id=action_id), 303)


def _list(campaign: CampaignOverview, action: ActionOverview | None) -> ResponseReturnValue:
    subject, subject_id = ("action", action.id) if action else ("campaign", campaign.id)
    page = paginate(count_revisions(subject, subject_id), size=PAGE_SIZE)
    opening = opening_of(campaign, action)
    found = revisions(
        subject, subject_id, **page.part, **public_numbers(action or campaign), opening=opening
    )
    newer = saved_at(subject, subject_id, found[0].number + 1) if found else None
    events = events_of(campaign, action, opening, now=utc_now())
    openings = {one.at for one in events if one.name == "opened"}
    found = [replace(one, is_opening=one.public_from in openings) for one in found]
    rows = history_rows(found, events, before=newer)
    return render_template(
        "staff/campaigns/history.html",
        campaign=campaign,
        action=action,
        rows=rows,
        published=published_changes(subject, subject_id, rows),
        reasons=REASONS,
        shown_and_hidden=shown_and_hidden,
        labels_of=partial(
            changed_labels, subject, languages_of(campaign), tags=campaign.listed_locales
        ),
        page=page,
    )


def _compare(
    campaign: CampaignOverview,
    action: ActionOverview | None,
    number: int,
    *,
    missing: Sequence[str] = (),
    problem: str = "",
) -> str:
    """Compare a revision with what it changed, or with the one given by `with`.

    `missing`: the fields that are empty in it, so that it was not restored to a page that opens without
    another check. `problem`: why else it was not restored.
    """
    subject, subject_id = (ACTION, action.id) if action else (CAMPAIGN, campaign.id)
    other = request.args.get("with", type=int)
    if other is None:
        other = number_before(subject.name, subject_id, number)
    new = find_revision(subject.name, subject_id, number) or abort(404)
    old = find_revision(subject.name, subject_id, other) if 0 < other < 2**31 else {}
    old = old if old is not None else abort(404)
    current, newest = find_content(subject, subject_id)
    times = [one.published_at for one in (campaign, action) if one]
    can_be_restored = number != newest and changes_newest(
        subject,
        subject_id,
        current,
        new,
        without=_fields_of_others(campaign.id, new),
        now=utc_now(),
    )
    names = owner_names((old, new), languages_of(campaign))
    tags = campaign.source_locale, *campaign.listed_locales
    whole = whole_questions(old, new, names, tags)
    return render_template(
        "staff/campaigns/revision.html",
        campaign=campaign,
        action=action,
        number=number,
        other=other,
        newest=newest,
        label_of=partial(
            field_label,
            subject.name,
            kind_of_action=action.kind.name if action else "",
            names=names,
        ),
        problem=problem,
        can_be_restored=can_be_restored,
        replaced=(action or campaign).draft if can_be_restored else None,
        missing={name: field_label(subject.name, name, names=names) for name in missing},
        pictures=kept_pictures(campaign.id, old, new),
        opens_at=max(filter(None, times), default=None),
        others=saves(subject.name, subject_id, without=number),
        kept=_kept_words(campaign, subject, subject_id, current, new),
        differences=shown_differences(subject.name, old, new, whole, tags=campaign.listed_locales),
        whole=whole,
    )


def _restore(campaign: CampaignOverview, subject: Versioned, subject_id: int, number: int) -> None:
    """The fields that the page sent as `kept` stay as they are. Raises PublicTextMissing."""
    content = find_revision(subject.name, subject_id, number) or abort(404)
    former, _number = find_content(subject, subject_id)
    sent = request.form.getlist("kept")
    kept = _kept_words(campaign, subject, subject_id, former, content, sent)
    try:
        saved = restore(
            subject,
            subject_id,
            content,
            number,
            by=current_staff(),
            now=utc_now(),
            without=[*sent, *_fields_of_others(campaign.id, content)],
        )
    except SlugTaken:
        flash(
            _(
                "Not restored, because another page now has the address from this revision."
                " Copy the texts that you need from the revision."
            ),
            "warning",
        )
        return
    if not saved.is_new and kept:
        flash(_("Nothing was restored."))
    elif not saved.is_new:
        flash(_("Nothing was restored, because the revision is the same as the newest one."))
    elif saved.is_draft:
        flash(
            _(
                "Revision %(number)d restored as a draft. The public page changes when you publish"
                " the changes.",
                number=number,
            )
        )
    else:
        flash(_("Revision %(number)d restored as a new revision", number=number))
    for words in kept:
        flash(words)


def _kept_words(
    campaign: CampaignOverview,
    subject: Versioned,
    subject_id: int,
    current: Content,
    content: Content,
    sent: Sequence[str] = (),
) -> list[str]:
    """Sentences about fields and languages that stay. `sent`: fields that the person keeps."""
    without = [*sent, *_fields_of_others(campaign.id, content)]
    names = kept_fields(subject, subject_id, current, content, without=without, now=utc_now())
    return kept_words(
        subject.name, languages_of(campaign), names, current, content, tags=campaign.listed_locales
    )


def _fields_of_others(campaign_id: int, content: Content) -> list[str]:
    """The results, for people who cannot publish: the edit page does not let them write these."""
    if allows("campaigns.publish", campaign_id):
        return []
    return [name for name in content if name.endswith(".result")]
