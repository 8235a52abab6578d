"""Naming a channel of a campaign: its links and the figures of its people have the name from then on."""

from datetime import datetime

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.models import ChannelName
from campaign_actions.campaigns.source_names import source_from
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.upsert import upsert_sums


def name_channel(campaign_id: int, name: str, *, campaign: str, actor: str, now: datetime) -> None:
    """`campaign`: its slug. A name that makes the same link replaces the earlier one."""
    name, source = name.strip(), source_from(name)
    row = {"campaign_id": campaign_id, "source": source, "name": name}
    with write_transaction() as connection:
        upsert_sums(connection, ChannelName, [row], add=(), replace=("name",))
        add_entry(
            connection, "channel-named", actor=actor, now=now, subject=campaign, channel=source
        )
