"""Preview links for people without an account: made, revoked, and counted when opened."""

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
    """Make a link to the preview of a campaign and return its id. `label`: for whom it is."""
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
    """Idempotent. True if this call revoked it."""
    this = update(PreviewLink).filter_by(id=link_id, campaign_id=campaign_id)
    active = this.where(PreviewLink.revoked_at.is_(None))
    with write_transaction() as connection:
        is_done = bool(connection.execute(active.values(revoked_at=now)).rowcount)
        if is_done:
            slug = campaign_name(connection, campaign_id)
            add_entry(
                connection, "preview-revoked", actor=actor, now=now, subject=slug, link=link_id
            )
    return is_done


def record_opening(link_id: int, *, now: datetime) -> None:
    """Count a page read through a link."""
    write_async_commit(_OPENED, {"its_id": link_id, "now": now})
