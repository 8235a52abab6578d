"""The translations of a campaign that is copied, so that one whose source has changed stays stale."""

from sqlalchemy import Connection, insert, literal, not_, null, or_, select

from campaign_actions.catalogs.campaign_texts.alignment import catalog_name
from campaign_actions.catalogs.models import Translation

# Pictures and results are not copied. Partners have other keys in the copy.
LEFT_OUT = ("partner %", "%: picture%", "%: result")


def copy_translations(connection: Connection, campaign_id: int, copy_id: int) -> None:
    """The copy hook."""
    names = ("locale", "key", "context", "source", "plural", "forms", "changed_at", "staff_id")
    columns = (getattr(Translation, name) for name in names)
    rows = select(literal(catalog_name(copy_id)), null(), *columns).where(
        Translation.catalog == catalog_name(campaign_id),
        not_(or_(*(Translation.context.like(pattern) for pattern in LEFT_OUT))),
    )
    connection.execute(insert(Translation).from_select(["catalog", "approved", *names], rows))
