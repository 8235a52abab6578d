"""Choosing an export, looking at its first rows, and downloading it."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.campaign_overview import CampaignOverview, get_campaign_overview
from campaign_actions.actions.models import COUNTED, Action
from campaign_actions.actions.personal_data.former_addressees import AddresseeChanged
from campaign_actions.actions.personal_data.purposes import Purpose, purposes_for_kinds
from campaign_actions.actions.questions.due_answers import expiring_questions
from campaign_actions.actions.questions.export_columns import recipients_in
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.form import SearchForm
from campaign_actions.actions.signatures.search import ResultCount, count_confirmed
from campaign_actions.approvals.carry_out import approved_export
from campaign_actions.approvals.queries import usable_exports
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import db, read_snapshot, utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.locale import current_locale, locales
from campaign_actions.core.switches.state import EXPORT, is_off
from campaign_actions.disclosures.export import (
    FOR_PEOPLE,
    Export,
    ExportsAreOff,
    refuse_while_off,
)
from campaign_actions.disclosures.export_form import ExportForm
from campaign_actions.disclosures.files import find_last
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.disclosures.labels import compare_contents
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.preview import Preview, preview, record_preview
from campaign_actions.staff.dual_control import is_active_now
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.exports.send import (
    SAME_ADDRESSEE,
    file_name_today,
    progress_attributes,
    send_export,
)
from campaign_actions.web.staff.lookups import action_or_404
from campaign_actions.web.staff.responses import page_response
from campaign_actions.web.staff.signatures.filters_in_address import find_filters

bp = Blueprint("staff_exports_make", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")
Sent = MultiDict[str, str] | None
Confirmed = tuple[ResultCount, ResultCount] | None  # as `count_confirmed` returns them


@bp.get("/export/")
@needs("signatures.export", fresh=True)
def choose(campaign_id: int) -> ResponseReturnValue:
    """Of a campaign: all actions, until some are chosen."""
    return _render(campaign_id, _form(campaign_id))


@bp.get("/actions/<int:action_id>/export/")
@needs("signatures.export", fresh=True)
def choose_of_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The same with one action chosen, and the filters of its list of signatures."""
    action = action_or_404(campaign_id, action_id)
    filters = find_filters(action)
    form = _form(campaign_id, chosen=[action_id])
    if filters is None:
        return _render(campaign_id, form)
    _fill_in(form, *filters)
    wanted = filters[1]
    confirmed = None if wanted.status else count_confirmed(action_id, wanted)
    return _render(campaign_id, form, confirmed=confirmed)


@bp.post("/export/preview/")
@needs("signatures.export", fresh=True)
def show_preview(campaign_id: int) -> ResponseReturnValue:
    """The number of rows and the first of them, with masked names. It is recorded in the audit log."""
    form = _form(campaign_id, request.form)
    if not form.validate():
        return _render(campaign_id, form), 400
    return _render_preview(campaign_id, form, form.export(campaign_id, current_staff().id))


@bp.post("/export/")
@needs("signatures.export", fresh=True)
def download(campaign_id: int) -> ResponseReturnValue:
    """Send the file, or ask for approval if a second person is required."""
    form = _form(campaign_id, request.form)
    if not form.validate():
        return _render(campaign_id, form), 400
    is_same = SAME_ADDRESSEE in request.form
    export = replace(form.export(campaign_id, current_staff().id), same_addressee=is_same)
    try:
        refuse_while_off()
        return apply_or_request(
            GuardedExport(export), lambda approval: send_export(export, approval)
        )
    except ExportsAreOff as off:
        return page_response(_render(campaign_id, form), off.status, retry_after=off.retry_after)
    except AddresseeChanged as error:
        return _render_preview(campaign_id, form, export, problem=str(error.message)), error.status
    except DomainError as error:
        form.format.errors = [str(error.message)]
        return _render(campaign_id, form), error.status


@bp.post("/export/<int:request_id>/")
@needs("signatures.export", fresh=True)
def download_approved(campaign_id: int, request_id: int) -> ResponseReturnValue:
    """Send an approved export to the person who requested it, as it was approved."""
    export, approval = approved_export(
        request_id, campaign_id=campaign_id, by=current_staff(), now=utc_now()
    )
    return send_export(export, approval)


def _form(campaign_id: int, sent: Sent = None, *, chosen: Sequence[int] = ()) -> ExportForm:
    """The form with the purposes for which the actions may be exported."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    actions = {str(action.id): str(action.title) for action in campaign.actions}
    form = ExportForm(sent, actions=[str(number) for number in chosen] or list(actions))
    form.source.names = SourceNames((campaign_id,))
    form.source.action_ids = [action.id for action in campaign.actions]
    purposes = _purposes(campaign, form)
    form.offer(purposes, actions, locales())
    form.words_in.data = form.words_in.data or current_locale()
    if sent is None:
        form.format.data = FOR_PEOPLE
        if len(purposes) == 1:
            form.purpose.data = purposes[0].name
    return form


def _fill_in(form: ExportForm, typed: SearchForm, wanted: SignatureFilter) -> None:
    for name in ("country", "language", "source", "channel", "without", "domain"):
        form[name].data = typed[name].data
    for name in ("since", "until"):
        form[name].process_data(typed[name].data)
    form.status.data = wanted.status or COUNTED
    form.s.data = list(wanted.ids)


def _confirmed_in(export: Export) -> Confirmed:
    """How many of a filtered list are confirmed, if only they are exported."""
    wanted = export.selection
    if len(wanted.actions) > 1 or wanted.is_empty or wanted.status != COUNTED:
        return None
    return count_confirmed(wanted.actions[0], wanted)


def _purposes(campaign: CampaignOverview, form: ExportForm) -> list[Purpose]:
    return purposes_for_kinds(_kinds(campaign, form))


def _kinds(campaign: CampaignOverview, form: ExportForm) -> set[str]:
    """The kinds of the chosen actions, or of all if none of them exists."""
    chosen = set(form.actions.data or ())
    kinds = {action.kind.name for action in campaign.actions if str(action.id) in chosen}
    return kinds or {action.kind.name for action in campaign.actions}


def _actions(campaign: CampaignOverview, form: ExportForm) -> Sequence[Action]:
    """Those that were chosen, or all."""
    chosen = [int(one) for one in form.actions.data or () if one.isdecimal()]
    ids = [action.id for action in campaign.actions if not chosen or action.id in chosen]
    return db.session.scalars(select(Action).where(Action.id.in_(ids))).all()


def _render_preview(
    campaign_id: int, form: ExportForm, export: Export, *, problem: str = ""
) -> str:
    """`problem`: why the file was not sent."""
    release_slot()  # counting may take a second
    with read_snapshot() as connection:
        found = preview(connection, export)
    record_preview(found, export, actor=current_staff().email, now=utc_now())
    confirmed = _confirmed_in(export)
    return _render(campaign_id, form, export, found, confirmed=confirmed, problem=problem)


def _render(
    campaign_id: int,
    form: ExportForm,
    export: Export | None = None,
    found: Preview | None = None,
    *,
    confirmed: Confirmed = None,
    problem: str = "",
) -> str:
    campaign, staff = get_campaign_overview(campaign_id, now=utc_now()), current_staff()
    purposes, actions = _purposes(campaign, form), _actions(campaign, form)
    kinds = sorted(_kinds(campaign, form))
    of = (request.view_args or {}).get("action_id") or request.args.get("of", 0, int)
    return render_template(
        "staff/exports/make.html",
        campaign=campaign,
        action=campaign.find_action(of),  # None on the page of the campaign
        form=form,
        purposes=purposes,
        contents=compare_contents(purposes, kinds, recipients_in(actions)) if purposes else [],
        has_expiring=any(expiring_questions(actions, purpose) for purpose in purposes),
        found=found,
        problem=problem,
        confirmed=confirmed,
        progress=progress_attributes(file_name_today(export)) if export else "",
        is_guarded=export is not None and export.has_contact_data and is_active_now(),
        last=find_last(staff.id, ExportRecord.campaign_id == campaign_id),
        requests=usable_exports(staff, utc_now(), campaign_id),
        is_off=is_off(EXPORT),
    )
