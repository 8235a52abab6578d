"""The email that carries an anchor."""

from datetime import datetime

from sqlalchemy import select

from campaign_actions.audit.anchors.destinations import ANCHOR_MAIL
from campaign_actions.audit.anchors.document import BadAnchor, read_anchor
from campaign_actions.audit.models import AuditAnchor
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import Mail, MailMaker
from campaign_actions.core.organization import organization_email


def anchor_mails() -> dict[str, MailMaker]:
    """By template name."""
    return {ANCHOR_MAIL: _anchor}


def _anchor(about: int | None, _email_key: str, _locale: str, _now: datetime) -> Mail | None:
    """None if the anchor is gone or cannot be read."""
    text = db.session.scalar(select(AuditAnchor.text).filter_by(id=about))
    try:
        anchor = read_anchor(text or "")
    except BadAnchor:
        return None
    values = {
        "anchor": anchor.text,
        "made_at": anchor.made_at,
        "entry": anchor.entry,
        "contact": organization_email(),
        "privacy_url": "",
    }
    return Mail(ANCHOR_MAIL, values)
