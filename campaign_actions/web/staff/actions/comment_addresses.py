"""Addresses of the inbox of comments: which list, which comments, and the decision that can be undone."""

import re
from typing import Any

from flask import abort, request

from campaign_actions.actions.comments.inbox import IS_SHOWN, CommentFilter, find_batch
from campaign_actions.actions.models import CommentBatch
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.web.staff.access.authorization import MAX_ID

MAX_SEARCH_LENGTH = 100
MAX_NAME_LENGTH = 60  # of a public id or a signing id
TEXT_KEY = re.compile("[0-9a-f]{16}")


def wanted_comments() -> CommentFilter:
    """The list in this address, or a 404 page: a part that is not understood must not widen it."""
    state, same = request.args.get("state", "waiting"), request.args.get("same", "")
    locale = request.args.get("language", "")
    if state not in IS_SHOWN or (same and not TEXT_KEY.fullmatch(same)):
        abort(404)
    if locale and locale not in known_locales():
        abort(404)
    words = "".join(filter(str.isprintable, request.args.get("q", "")[:MAX_SEARCH_LENGTH]))
    return CommentFilter(state, " ".join(words.split()), same, locale)


def list_parameters(wanted: CommentFilter) -> dict[str, Any]:
    """The list, as arguments of an address, and the last decision: it can be undone until the next."""
    last = to_number(request.args.get("done", "")) or to_number(request.args.get("last", ""))
    return {
        "state": wanted.state,
        "q": wanted.words or None,
        "same": wanted.same_as or None,
        "language": wanted.locale or None,
        "last": last or None,
    }


def find_kept_batch(action_id: int) -> tuple[CommentBatch | None, bool]:
    """The last decision, unless it was undone, and whether it has just been made."""
    is_fresh = "done" in request.args
    name = "done" if is_fresh else "last"
    batch = find_batch(action_id, to_number(request.args.get(name, "")))
    return (batch, is_fresh) if batch and not batch.undone_at else (None, False)


def chosen_comments(names: list[str]) -> list[str]:
    """Signing ids, each once."""
    return list(dict.fromkeys(name for name in names if 0 < len(name) <= MAX_NAME_LENGTH))


def to_number(text: str) -> int:
    """0 for a text that cannot be an id."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 11
    return int(text) if is_number and int(text) <= MAX_ID else 0
