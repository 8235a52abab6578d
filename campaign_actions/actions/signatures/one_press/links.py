"""The links that take an action with one press, and why one may not be enough."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select

from campaign_actions.actions.models import ConsentText, Signature
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.email_links import find_linked_signature
from campaign_actions.core.db.session import db
from campaign_actions.core.security.signed_tokens import SEPARATOR, LinkBroken, TokenKind

LIFE = timedelta(hours=24)  # of the offer after confirming, and of each link
NEXT = TokenKind("next", LIFE)
Obstacle = Literal["used", "not_counted", "consent"]


def make_link(signature: Signature, action: PublicAction, now: datetime) -> str | None:
    """The token of a link to take an action; None if it would not work, or the confirmation is too old."""
    is_recent = signature.confirmed_at is not None and now - signature.confirmed_at < LIFE
    if not is_recent or find_obstacle(signature):
        return None
    return NEXT.make(signing_id(signature), SEPARATOR.join((action.campaign_slug, action.slug)))


def read_link(token: str) -> tuple[Signature, tuple[str, str], bool]:
    """The confirmed signature, the slugs of the action, and whether that is still the same act of signing.

    Raises LinkBroken, LinkExpired.
    """
    signing, campaign_slug, slug = NEXT.read(token).split(SEPARATOR)
    signature = find_linked_signature(signing)
    if signature is None:
        raise LinkBroken
    is_same = signature.signed_at is not None and signing == signing_id(signature)
    return signature, (campaign_slug, slug), is_same


def find_obstacle(signature: Signature) -> Obstacle | None:
    """Why the person has to confirm by email; None if one press is enough.

    "consent": they agreed to an earlier text, which may not cover this use of their data.
    """
    if not signature.is_counted or not signature.email:
        return "not_counted"
    if signature.next_action_id is not None:
        return "used"
    of_kind = ConsentText.kind == signature.kind, ConsentText.locale == signature.locale
    newest = db.session.scalar(select(func.max(ConsentText.version)).where(*of_kind))
    return None if signature.consent_version == newest else "consent"
