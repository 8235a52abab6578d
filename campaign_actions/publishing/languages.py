"""The public languages of a campaign: someone ticks them when it is published, or later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.drafts import find_draft, read_newest, saving_revision
from campaign_actions.core.db.session import write_transaction
from campaign_actions.publishing.conflicts import ScheduleConflict, lock_row


@dataclass(frozen=True)
class Languages:
    """Those of a campaign that are to be `public`. `seen`: those that were, when someone chose."""

    public: Collection[str]
    seen: Collection[str]


def set_languages(
    campaign_id: int,
    languages: Languages,
    *,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> bool:
    """Make these languages of a campaign public and hide the others; returns whether others were public.

    Raises ScheduleConflict.

    A language that only a draft has is public once the draft is published.
    """
    with write_transaction() as connection:
        return change_languages(
            connection, campaign_id, languages, actor=actor, now=now, staff_id=staff_id
        )


def new_languages(connection: Connection, campaign_id: int) -> dict[str, bool]:
    """The languages that only a campaign’s draft has, and whether they become public with it."""
    draft = texts_in(find_draft(connection, CAMPAIGN, campaign_id) or {})
    texts = select(CampaignText.locale).filter_by(campaign_id=campaign_id)
    stored = set(connection.scalars(texts))
    return {tag: bool(text.get("is_public")) for tag, text in draft.items() if tag not in stored}


def choose_new_languages(
    connection: Connection,
    campaign_id: int,
    chosen: Collection[str],
    *,
    actor: str,
    now: datetime,
    staff_id: int | None,
) -> None:
    """Which of the languages that only a draft has become public with it, in the caller’s transaction."""
    new = new_languages(connection, campaign_id)
    texts = texts_in(read_newest(connection, CAMPAIGN, campaign_id))
    public = {tag for tag, text in texts.items() if text.get("is_public")}
    wanted = (public - new.keys()) | (set(chosen) & new.keys())
    change_languages(
        connection,
        campaign_id,
        Languages(wanted, public),
        actor=actor,
        now=now,
        staff_id=staff_id,
    )


def change_languages(
    connection: Connection,
    campaign_id: int,
    languages: Languages,
    *,
    actor: str,
    now: datetime,
    staff_id: int | None,
) -> bool:
    """The same in the caller’s transaction. Nothing is stored if they are public already."""
    campaign = lock_row(connection, Campaign, Campaign.id == campaign_id)
    newest = texts_in(read_newest(connection, CAMPAIGN, campaign_id))
    public = {tag for tag, text in newest.items() if text.get("is_public")}
    if public != set(languages.seen):
        raise ScheduleConflict
    wanted = set(languages.public)
    if wanted == public:
        return False
    texts = select(CampaignText.locale).filter_by(campaign_id=campaign_id)
    rows = connection.scalars(texts).all()
    chosen = {f"texts.{tag}.is_public": tag in wanted for tag in newest}
    with saving_revision(
        connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now, also=chosen
    ):
        for locale in rows:
            text = update(CampaignText).filter_by(campaign_id=campaign_id, locale=locale)
            connection.execute(text.values(is_public=locale in wanted))
    add_entry(
        connection,
        "published",
        actor=actor,
        now=now,
        subject=campaign.slug,
        did="languages",
        public=sorted(wanted),
    )
    return True
