"""Creating, saving and moving campaigns: everything about them except their actions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns import partners, picture_content
from campaign_actions.campaigns.forms import CampaignTextForm
from campaign_actions.campaigns.models import Campaign, CampaignText, FormerCampaignSlug, Picture
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.campaigns.positions import move_row, next_position
from campaign_actions.campaigns.slugs import FormerSlugs
from campaign_actions.campaigns.texts import add_texts, campaign_name, read_texts, write_texts
from campaign_actions.campaigns.versioning.drafts import read_newest, saving_revision
from campaign_actions.campaigns.versioning.save import Saved, create_versioned, save_changes
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned, lock_version
from campaign_actions.core.content.slugs import first_free_slug
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.models import StaffMember

FIELDS = ("slug", "document_index")
TEXT_FIELDS = ("title", "headline", "summary", "body", *picture_content.TEXTS, "result")
ARCHIVED = "archived_at"  # in the content only while it is archived
FORMER_SLUGS = FormerSlugs(FormerCampaignSlug, owner="campaign_id")


def new_campaign(
    slug: str | None,
    texts: Mapping[str, Mapping[str, str]],
    *,
    proposed: str = "campaign",
    by: StaffMember,
    now: datetime,
) -> int:
    """Create a campaign that is not public yet, with texts by language, its source first; returns its id.

    Without a slug it gets the proposed one, with a number appended if that is taken.
    Raises SlugTaken.
    """

    def add(connection: Connection) -> int:
        free = slug or first_free_slug(proposed, is_slug_taken)
        return add_campaign(connection, free, texts, source_locale=next(iter(texts), SOURCE))

    return create_versioned(CAMPAIGN, add, by=by, now=now)


def add_campaign(
    connection: Connection,
    slug: str,
    texts: Mapping[str, Mapping[str, str]],
    *,
    source_locale: str,
) -> int:
    """Insert a campaign at the end of the list, in the caller's transaction; returns its id."""
    position = next_position(connection, Campaign)
    row = {"slug": slug, "position": position, "source_locale": source_locale}
    campaign_id = connection.scalar(insert(Campaign).values(row).returning(Campaign.id))
    assert isinstance(campaign_id, int)
    FORMER_SLUGS.refuse_other_owner(connection, slug, campaign_id)
    owner = {"campaign_id": campaign_id}
    add_texts(connection, CampaignText, owner, texts, names=TEXT_FIELDS)
    return campaign_id


def save_campaign(
    campaign_id: int, changes: Content, *, opened_at: int, by: StaffMember, now: datetime
) -> Saved:
    """Save fields of a campaign that was opened at a version; see versioning/save.py."""
    return save_changes(CAMPAIGN, campaign_id, changes, opened_at=opened_at, by=by, now=now)


def remove_partner(campaign_id: int, key: str, *, by: StaffMember, now: datetime) -> None:
    """Remove a partner from a campaign and its draft. The public page changes at once: it may be that
    the organisation no longer wants to be named.
    """
    with write_transaction() as connection:
        lock_version(connection, CAMPAIGN, campaign_id)
        content = read_newest(connection, CAMPAIGN, campaign_id)
        rows = CAMPAIGN.read(connection, campaign_id)
        gone = partners.removal_changes({**content, **rows}, key)
        if not gone:
            return
        with saving_revision(connection, CAMPAIGN, campaign_id, staff_id=by.id, now=now, also=gone):
            left = {name: value for name, value in rows.items() if name not in gone}
            partners.write_partners(connection, campaign_id, rows, left)
        name = campaign_name(connection, campaign_id)
        add_entry(
            connection,
            "campaign-saved",
            actor=by.email,
            now=now,
            subject=name,
            campaign_id=campaign_id,
            fields=sorted(gone),
        )


def is_slug_taken(slug: str) -> bool:
    """Whether a campaign has the slug, or had it while it was public."""
    connection = db.session.connection()
    is_current = connection.scalar(select(Campaign.id).where(Campaign.slug == slug))
    return is_current is not None or FORMER_SLUGS.contain(connection, slug)


def move_campaign(campaign_id: int, step: int, *, by: StaffMember, now: datetime) -> None:
    """Move a campaign one place up (-1) or down (1) in lists, which fold archived ones away."""
    with write_transaction() as connection:
        is_archived = Campaign.published_at.is_not(None), Campaign.archived_at <= now
        archived = connection.scalars(select(Campaign.id).where(*is_archived)).all()
        if move_row(connection, Campaign, campaign_id, step, passed=archived):
            name = campaign_name(connection, campaign_id)
            add_entry(
                connection, "campaign-saved", actor=by.email, now=now, subject=name, moved=step
            )


def _read(connection: Connection, campaign_id: int) -> dict[str, Any]:
    columns = Campaign.slug, Campaign.document_index, Campaign.accent
    these = select(*columns, Campaign.archived_at).where(Campaign.id == campaign_id)
    content: dict[str, Any] = dict(connection.execute(these).one()._mapping)
    if archived_at := content.pop(ARCHIVED):  # so that the history says it; no save changes it
        content[ARCHIVED] = archived_at.isoformat()
    its = Picture.campaign_id == campaign_id, Picture.action_id.is_(None)
    content |= picture_content.read_picture(connection, *its)
    owner, names = {"campaign_id": campaign_id}, ("is_public", *TEXT_FIELDS)
    content |= read_texts(connection, CampaignText, owner, names)
    return content | partners.read_partners(connection, campaign_id)


def _write(
    connection: Connection, campaign_id: int, before: Content, after: Content, now: datetime
) -> None:
    names = (*FIELDS, "accent")
    own = {name: after[name] for name in names if name in after and after[name] != before[name]}
    if own:
        connection.execute(update(Campaign).where(Campaign.id == campaign_id).values(own))
    published_at = connection.scalar(select(Campaign.published_at).filter_by(id=campaign_id))
    if "slug" in own:
        was_public = has_opened(now, published_at)
        FORMER_SLUGS.change(
            connection,
            campaign_id,
            old=before["slug"],
            new=after["slug"],
            was_public=was_public,
        )
    write_texts(
        connection,
        CampaignText,
        {"campaign_id": campaign_id},
        before,
        after,
        names=TEXT_FIELDS,
        # Of a published campaign, a new language is hidden until it is complete or staff choose it.
        is_public=lambda tag: bool(after.get(f"texts.{tag}.is_public", published_at is None)),
    )
    picture_content.write_picture(connection, campaign_id, None, before, after)
    partners.write_partners(connection, campaign_id, before, after)


def _is_public(connection: Connection, campaign_id: int, now: datetime) -> bool:
    published_at = connection.scalar(select(Campaign.published_at).filter_by(id=campaign_id))
    return has_opened(now, published_at)


def _is_archived(connection: Connection, campaign_id: int, _now: datetime) -> bool:
    """Whether it was archived, even if it has been unpublished since."""
    archived_at = connection.scalar(select(Campaign.archived_at).filter_by(id=campaign_id))
    return archived_at is not None


def _clean(connection: Connection, campaign_id: int, content: Content) -> None:
    partners.delete_reserved(connection, campaign_id, content)
    picture_content.delete_drafts(connection, campaign_id, None, content)


def _public_locales(connection: Connection, campaign_id: int) -> list[str]:
    """The languages that are public, or will be once the campaign opens."""
    public = select(CampaignText.locale).join(Campaign).order_by(CampaignText.locale)
    public = public.where(CampaignText.campaign_id == campaign_id, CampaignText.is_public)
    return list(connection.scalars(public.where(Campaign.published_at.is_not(None))))


CAMPAIGN = Versioned(
    "campaign",
    "campaign-saved",
    Campaign,
    _read,
    _write,
    campaign_name,
    decided_elsewhere=(
        *("is_public", "accent", ARCHIVED),
        *picture_content.TEXTS,
        *picture_content.FIELDS,
    ),
    is_public=_is_public,
    is_over=_is_archived,
    reserve=partners.reserve_ids,
    clean=_clean,
    needed=CampaignTextForm.needed,
    public_locales=_public_locales,
)
