"""Sharing a preview with somebody who has no account, until a time or until it is revoked."""

from datetime import datetime

from sqlalchemy import bindparam, insert, update

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.models import PreviewLink
from campaign_actions.campaigns.texts import campaign_name
from campaign_actions.core.db.session import write_async_commit, write_transaction

_OPENED = (
    update(PreviewLink)
    .where(PreviewLink.id == bindparam("its_id"))
    .values(opened=PreviewLink.opened + 1, last_opened_at=bindparam("now"))
)


def share_preview(
    campaign_id: int,
    *,
    label: str,
    expires_at: datetime,
    actor: str,
    staff_id: int | None,
    now: datetime,
) -> int:
    """A link to the preview of a campaign, for whom `label` says; its id."""
    row = {
        "campaign_id": campaign_id,
        "label": label,
        "made_at": now,
        "staff_id": staff_id,
        "expires_at": expires_at,
        "opened": 0,
    }
    with write_transaction() as connection:
        link_id: int | None = connection.scalar(
            insert(PreviewLink).values(row).returning(PreviewLink.id)
        )
        assert link_id is not None
        add_entry(
            connection,
            "preview-shared",
            actor=actor,
            now=now,
            subject=campaign_name(connection, campaign_id),
            link=link_id,
            until=expires_at.isoformat(),
        )
    return link_id


def revoke_preview(campaign_id: int, link_id: int, *, actor: str, now: datetime) -> bool:
    """End a link at once; done again, it changes nothing. True if this call did it."""
    held = (PreviewLink.id == link_id, PreviewLink.campaign_id == campaign_id)
    revoked = update(PreviewLink).where(*held, PreviewLink.revoked_at.is_(None))
    with write_transaction() as connection:
        is_done = bool(connection.execute(revoked.values(revoked_at=now)).rowcount)
        if is_done:
            slug = campaign_name(connection, campaign_id)
            add_entry(
                connection, "preview-revoked", actor=actor, now=now, subject=slug, link=link_id
            )
    return is_done


def note_opening(link_id: int, *, now: datetime) -> None:
    """Count a page that was read by a link."""
    write_async_commit(_OPENED, {"its_id": link_id, "now": now})
