"""The inbox of comments: reading, showing and hiding them, one or many, and undoing it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.comments.inbox import (
    IS_SHOWN,
    MAX_COUNTED,
    MAX_SHOWN,
    STATES,
    CommentFilter,
    InboxPage,
    comments_matching,
    count_comments,
    count_repeats,
    find_batch,
    find_comment,
    find_comment_of,
)
from campaign_actions.actions.comments.moderation import decide_comments, undo_batch
from campaign_actions.actions.models import CommentBatch, SignatureRow
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.keyset_pagination import decode_time
from campaign_actions.actions.signatures.staff_forms import COMMENT_STATE_LABELS
from campaign_actions.audit.log import record
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.db.session import release_connection, utc_now
from campaign_actions.staff.queries import member_names
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.actions.comment_addresses import (
    MAX_NAME_LENGTH,
    chosen_comments,
    find_kept_batch,
    list_parameters,
    to_number,
    wanted_comments,
)
from campaign_actions.web.staff.actions.comment_messages import (
    decision_message,
    decision_warnings,
    nothing_selected,
    public_pages,
    undo_messages,
    writer,
)
from campaign_actions.web.staff.actions.many_comments import (
    chosen_or_listed,
    hide_question,
    show_question,
)
from campaign_actions.web.staff.lookups import action_or_404
from campaign_actions.web.staff.tab_counts import count_undecided_comments
from campaign_actions.web.staff.waiting.all_waiting import say_next_item

bp = Blueprint(
    "staff_actions_comments",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/comments",
)
bp.add_app_template_filter(signing_id)
bp.add_app_template_filter(writer, "comment_writer")
DECISIONS = {"show": True, "hide": False}


@bp.get("/")
@needs("comments.moderate")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """A page of one list, and one comment of it to read: that in the address, or the first."""
    action = action_or_404(campaign_id, action_id)
    wanted = wanted_comments()
    found = comments_matching(action_id, wanted, page=request.args.get("page", ""))
    named = request.args.get("c", "")
    opened = _opened(action_id, found, named)
    rows = [*found.rows, *([opened] if opened and opened not in found.rows else [])]
    batch, is_fresh = find_kept_batch(action_id)
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=action.name,
        rows=len(rows),
        comments=wanted.state,
    )
    return render_template(
        "staff/actions/comments.html",
        action=action,
        wanted=wanted,
        place=list_parameters(wanted),
        page=request.args.get("page", ""),
        states=COMMENT_STATE_LABELS,
        counts=count_comments(action_id),
        most=MAX_COUNTED,
        found=found,
        opened=opened,
        source_names=SourceNames((campaign_id,)),
        state_of=STATES,
        is_named=bool(named),
        is_missing=bool(named) and opened is None,
        repeats=count_repeats(action_id, rows),
        names=member_names(row.staff_id for row in rows),
        batch=batch,
        is_fresh=is_fresh,
        done=_done_message(action, batch),
    )


@bp.post("/")
@needs("comments.moderate")
def moderate(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Show or hide one comment, or those that are selected: before these are shown, they have to be read."""
    action = action_or_404(campaign_id, action_id)
    wanted, names = wanted_comments(), []
    decision = next((one for one in DECISIONS if one in request.form), "")
    if decision:
        names = request.form.getlist(decision)[:1]
    else:
        decision = request.form.get("do", "")
        names = chosen_comments(request.form.getlist("c"))
    if decision not in DECISIONS or not names:
        flash(nothing_selected(), "warning")
        return _to_list(action, wanted)
    if decision == "show" and "show" not in request.form:
        place = list_parameters(wanted)
        return redirect(url_for(".show", **action.ids, **place, c=names), 303)
    return _decide(action, wanted, decision, names, following=request.form.get("next", ""))


@bp.route("/show/", methods=["GET", "POST"])
@needs("comments.moderate")
def show(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The whole comments to read first: those in the address, or the newest of a list.

    POST shows those that the page contained, and no others.
    """
    action, wanted = action_or_404(campaign_id, action_id), wanted_comments()
    if request.method == "GET":
        return show_question(action, wanted)
    names = chosen_comments(request.form.getlist("c"))
    return _decide(action, wanted, "show", names[:MAX_SHOWN])


@bp.route("/hide/", methods=["GET", "POST"])
@needs("comments.moderate")
def hide(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Ask before all comments of a list are hidden. Nobody has to read them for that."""
    action, wanted, now = action_or_404(campaign_id, action_id), wanted_comments(), utc_now()
    if request.method == "GET":
        return hide_question(action, wanted, now=now)
    until = decode_time(request.form.get("until", ""))
    if until is None:
        abort(400)
    names = chosen_or_listed(action_id, wanted, until=until)
    return _decide(action, wanted, "hide", names[:MAX_COUNTED])


@bp.post("/undo/")
@needs("comments.moderate")
def undo(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Undo a decision, but not what anyone has decided since."""
    action = action_or_404(campaign_id, action_id)
    batch = find_batch(action_id, to_number(request.form.get("batch", "")))
    comment = find_comment_of(batch) if batch else None
    who = {"action": action.name, "actor": current_staff().email}
    undone = undo_batch(action_id, batch.id, **who, now=utc_now()) if batch else None
    for category, words in undo_messages(undone):
        flash(words, category)
    return _to_list(action, wanted_comments(), c=comment.public_id if comment else None, last=None)


def _decide(
    action: ActionOverview,
    wanted: CommentFilter,
    decision: str,
    names: list[str],
    *,
    following: str = "",
) -> ResponseReturnValue:
    """Decide, and go on to the next comment; or to the same, if someone else was faster."""
    member, is_shown = current_staff(), DECISIONS[decision]
    seen = request.form.get("seen", "")
    read_as = seen if seen in STATES.values() else STATES[IS_SHOWN[wanted.state]]
    decided = decide_comments(
        action.id,
        names,
        is_shown=is_shown,
        read_as=read_as,
        action=action.name,
        staff_id=member.id,
        actor=member.email,
        now=utc_now(),
    )
    for words in decision_warnings(decided, is_shown):
        flash(words, "warning")
    if len(names) == 1 and (decided.changed or decided.already):
        following = names[0].rpartition("-")[0]
    made = {"done": decided.batch_id, "last": None} if decided.batch_id else {}
    release_connection()  # to count without what was just decided
    if read_as == STATES[None] and not count_undecided_comments(action):
        say_next_item(here="")
    return _to_list(action, wanted, c=following or None, **made)


def _to_list(action: ActionOverview, wanted: CommentFilter, **more: Any) -> ResponseReturnValue:
    """To a list. `more`: other parameters; with `last`, the decision to undo is not that of the address."""
    page = request.args.get("page") or None
    there: dict[str, Any] = {**action.ids, **list_parameters(wanted), "page": page, **more}
    return redirect(url_for(".index", **there), 303)


def _opened(action_id: int, found: InboxPage, named: str) -> SignatureRow | None:
    """The comment to read: also one that is no longer in the list. None if there is none."""
    if not named:
        return found.rows[0] if found.rows else None
    on_page = (row for row in found.rows if row.public_id == named)
    is_name = named.isprintable() and len(named) <= MAX_NAME_LENGTH
    return next(on_page, None) or (find_comment(action_id, named) if is_name else None)


def _done_message(action: ActionOverview, batch: CommentBatch | None) -> str:
    if batch is None:
        return ""
    return decision_message(batch, find_comment_of(batch), public_pages(*_ids(action)))


def _ids(action: ActionOverview) -> tuple[int, int]:
    return action.campaign_id, action.id
