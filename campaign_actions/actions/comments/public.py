"""Comments under an action, as the public reads them: those that staff have shown."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from campaign_actions.actions import public_page_sql
from campaign_actions.actions.models import Comment, SignatureRow
from campaign_actions.actions.signatures.keyset_pagination import encode_time
from campaign_actions.core.db.session import db

PAGE_SIZE = 20
MAX_PAGE_CHARACTERS = 6000  # of all comments on a public page, to keep it light
FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ShownComment:
    """A comment as the public sees it."""

    text: str
    locale: str
    country_code: str | None
    name: str  # empty unless the signer allowed it to be shown
    decided_at: datetime


@dataclass(frozen=True)
class CommentPage:
    shown: list[ShownComment]
    older: str = ""  # the key of the next page; empty if there is none


def shown_comments(action_id: int, *, before: datetime = FAR_FUTURE) -> CommentPage:
    """A page of the comments that staff have shown, latest decision first."""
    parameters = {"action_id": action_id, "before": before, "limit": PAGE_SIZE + 1}
    rows = db.session.connection().execute(public_page_sql.SHOWN_COMMENTS, parameters).all()
    shown: list[ShownComment] = []
    characters = 0
    for row in rows[:PAGE_SIZE]:
        characters += len(row.comment)
        if shown and characters > MAX_PAGE_CHARACTERS:
            break
        shown.append(_to_shown_comment(row))
    older = encode_time(shown[-1].decided_at) if len(rows) > len(shown) else ""
    return CommentPage(shown, older)


def canonical_page_start(action_id: int, before: datetime) -> datetime | None:
    """The time in the canonical address of the page before a moment; None for the first page.

    Redirecting to it leaves no more pages than comments, whatever addresses people make up.
    """
    later = select(Comment.decided_at).where(
        Comment.action_id == action_id,
        Comment.is_shown.is_(True),
        Comment.decided_at >= before,
    )
    return db.session.scalar(later.order_by(Comment.decided_at).limit(1))


def _to_shown_comment(row: SignatureRow) -> ShownComment:
    names = (row.given_name, row.family_name) if row.show_name else ()
    name = " ".join(filter(None, names))
    return ShownComment(row.comment, row.locale, row.country_code, name, row.decided_at)
