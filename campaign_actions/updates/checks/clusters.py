"""The check for recipients who may be robots: suspicious clusters without a decision."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, func, or_, select

from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.signatures.clusters.queries import open_clusters
from campaign_actions.core.db.session import db
from campaign_actions.publishing.findings import Finding
from campaign_actions.updates.audience import Audience, recipients_in


def recipients_in_clusters(audience: Audience) -> Iterator[Finding]:
    """One for each action that has any. It does not block sending, since robots may be people."""
    for action_id in audience.actions:
        if number := _count(audience, action_id):
            yield suspicious(number, _clusters_url(action_id))


def suspicious(number: int, url: str) -> Finding:
    """`number`: recipients. `url`: the page of the clusters."""
    words = ngettext(
        "%(num)d recipient is in a suspicious cluster awaiting a decision.",
        "%(num)d recipients are in suspicious clusters awaiting a decision.",
        number,
    )
    title, deed = _("Suspicious clusters"), _("Review clusters")
    right = "signatures.change"
    return Finding("warning", title, details=(words,), url=url, deed=deed, permission=right)


def _count(audience: Audience, action_id: int) -> int:
    """Recipients in several clusters count once."""
    clusters = [and_(*one.wanted.conditions()) for one in open_clusters(action_id)]
    if not clusters:
        return 0
    found = select(func.count()).select_from(Signature)
    found = found.where(*recipients_in(audience, action_id), or_(*clusters))
    return db.session.scalar(found) or 0


def _clusters_url(action_id: int) -> str:
    campaign_id = db.session.scalar(select(Action.campaign_id).where(Action.id == action_id))
    return f"/staff/campaigns/{campaign_id}/actions/{action_id}/signatures/clusters/"
