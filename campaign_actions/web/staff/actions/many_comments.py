"""The questions before many comments are shown or hidden.

People were promised that each comment is read before it is public. So the question about showing contains
the whole comments, and its form names them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.comments.inbox import (
    MAX_COUNTED,
    MAX_SHOWN,
    CommentFilter,
    comments_named,
    count_repeats,
    count_searched,
    signings_matching,
)
from campaign_actions.actions.models import SignatureRow
from campaign_actions.actions.signatures.keyset_pagination import encode_time
from campaign_actions.actions.signatures.staff_forms import COMMENT_STATE_LABELS
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.actions.comment_addresses import chosen_comments, list_parameters
from campaign_actions.web.staff.actions.comment_messages import public_pages


def chosen_or_listed(action_id: int, wanted: CommentFilter, *, until: datetime) -> list[str]:
    """The signing ids in the address, or else of a list, without those that arrived later."""
    if "c" in request.args:
        return chosen_comments(request.args.getlist("c"))
    return signings_matching(action_id, wanted, until=until)


def show_question(action: ActionOverview, wanted: CommentFilter) -> str:
    names = chosen_or_listed(action.id, wanted, until=utc_now())
    listed = comments_named(action.id, names, limit=MAX_SHOWN)
    flagged = sum(1 for row in listed if row.has_contact or row.is_repeated)
    return _question(
        action,
        wanted,
        is_shown=True,
        listed=listed,
        count=len(listed),
        has_more=len(names) > MAX_SHOWN,
        most=MAX_SHOWN,
        flagged=flagged if wanted == CommentFilter() and "c" not in request.args else 0,
        pages=public_pages(action.campaign_id, action.id),
        address=url_for("staff_actions_comments.show", **action.ids, **list_parameters(wanted)),
    )


def hide_question(action: ActionOverview, wanted: CommentFilter, *, now: datetime) -> str:
    names = chosen_or_listed(action.id, wanted, until=now)
    return _question(
        action,
        wanted,
        is_shown=False,
        listed=comments_named(action.id, names),
        count=min(len(names), MAX_COUNTED),
        has_more=len(names) > MAX_COUNTED,
        most=MAX_COUNTED,
        address=url_for(
            "staff_actions_comments.hide",
            **action.ids,
            **list_parameters(wanted),
            c=chosen_comments(request.args.getlist("c")),
        ),
        until=encode_time(now),
    )


def _question(
    action: ActionOverview, wanted: CommentFilter, *, listed: Sequence[SignatureRow], **values: Any
) -> str:
    """`listed`: the comments that the page contains."""
    is_whole_list = "c" not in request.args
    return render_template(
        "staff/actions/many_comments.html",
        action=action,
        wanted=wanted,
        place=list_parameters(wanted),
        states=COMMENT_STATE_LABELS,
        listed=listed,
        repeats=count_repeats(action.id, listed),
        searched=count_searched(action.id, wanted) if is_whole_list else 0,
        is_whole_list=is_whole_list,
        **values,
    )
