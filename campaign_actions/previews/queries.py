"""Preview links."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from campaign_actions.campaigns.models import PreviewLink
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.signed_tokens import LinkBroken, make_token, read_token

PURPOSE = "preview"


class PreviewEnded(DomainError):
    status = 410
    title = _l("This preview link no longer works")
    message = _l(
        "Preview links only work for a limited time. Please ask the person who"
        " sent you this one for a new link."
    )


def open_link(token: str, *, now: datetime) -> PreviewLink:
    """The link that a token belongs to. Raises LinkBroken, PreviewEnded."""
    subject = read_token(PURPOSE, token)
    link = db.session.get(PreviewLink, int(subject)) if subject.isdecimal() else None
    if link is None:
        raise LinkBroken
    if not is_valid(link, now=now):
        raise PreviewEnded
    return link


def is_valid(link: PreviewLink, *, now: datetime) -> bool:
    return link.revoked_at is None and now < link.expires_at


def preview_token(link: PreviewLink) -> str:
    return make_token(PURPOSE, str(link.id))


def preview_links(campaign_id: int, *, offset: int, limit: int) -> Sequence[PreviewLink]:
    """Newest first."""
    links = select(PreviewLink).filter_by(campaign_id=campaign_id).order_by(PreviewLink.id.desc())
    return db.session.scalars(links.offset(offset).limit(limit)).all()


def count_preview_links(campaign_id: int) -> int:
    links = select(func.count(PreviewLink.id)).filter_by(campaign_id=campaign_id)
    return db.session.scalar(links) or 0
