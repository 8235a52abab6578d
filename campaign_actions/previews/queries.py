"""Preview links."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from campaign_actions.campaigns.models import PreviewLink
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.signed_tokens import LinkBroken, TokenKind
from campaign_actions.staff.queries import find_member_by_id, may, rights_of

PREVIEW = TokenKind("preview")  # each link ends at a time of its own
PERMISSION = "campaigns.publish"  # to make a link


class PreviewEnded(DomainError):
    status = 410
    title = _l("This preview link no longer works")
    message = _l(
        "Preview links only work for a limited time. Please ask the person who"
        " sent you this one for a new link."
    )


def open_link(token: str, *, now: datetime) -> PreviewLink:
    """The link that a token belongs to. Raises LinkBroken, PreviewEnded."""
    of_token = select(PreviewLink).filter_by(public_id=PREVIEW.read(token))
    link = db.session.scalars(of_token).one_or_none()
    if link is None:
        raise LinkBroken
    if not is_valid(link, now=now):
        raise PreviewEnded
    return link


def is_valid(link: PreviewLink, *, now: datetime) -> bool:
    return link.revoked_at is None and now < link.expires_at and _may_still_share(link)


def _may_still_share(link: PreviewLink) -> bool:
    """Whether the author could make this link today. Links of a command or the demo have none."""
    if link.staff_id is None:
        return True
    author = find_member_by_id(link.staff_id)
    return bool(author and author.active and may(rights_of(author), PERMISSION, link.campaign_id))


def preview_token(link: PreviewLink) -> str:
    return PREVIEW.make(link.public_id)


def preview_links(campaign_id: int, *, offset: int, limit: int) -> Sequence[PreviewLink]:
    """Newest first."""
    links = select(PreviewLink).filter_by(campaign_id=campaign_id).order_by(PreviewLink.id.desc())
    return db.session.scalars(links.offset(offset).limit(limit)).all()


def count_preview_links(campaign_id: int) -> int:
    links = select(func.count(PreviewLink.id)).filter_by(campaign_id=campaign_id)
    return db.session.scalar(links) or 0
