"""Writing campaigns: what is in them besides actions, as a whole, and new ones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns import partners
from campaign_actions.campaigns.forms import CampaignTextForm
from campaign_actions.campaigns.models import Campaign, CampaignText, FormerCampaignSlug, Picture
from campaign_actions.campaigns.texts import add_texts, name_of_campaign, read_texts, write_texts
from campaign_actions.campaigns.versioning.save import Saved, SlugTaken, make_new, revise
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Subject
from campaign_actions.core.content.slugs import first_free_slug
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.staff.models import StaffMember

FIELDS = ("slug", "document_index")
TEXT_FIELDS = ("title", "headline", "summary", "body", "picture_alt", "result")
# How it looks, changed by `picture.py` alone. Empty: none; older revisions have no such field.
LOOK = (
    func.coalesce(Campaign.accent, "").label("accent"),
    func.coalesce(Picture.name, "").label("picture"),
    func.coalesce(Picture.focus, 0).label("focus"),
)


def new_campaign(
    slug: str | None,
    texts: Mapping[str, Mapping[str, str]],
    *,
    proposed: str = "campaign",
    by: StaffMember,
    now: datetime,
    **fields: Any,
) -> int:
    """A campaign that nobody sees yet, with texts by language; its id.

    Without a slug it gets the one proposed, with a number behind it if need be. Raises SlugTaken.
    """

    def add(connection: Connection) -> int:
        free = slug or first_free_slug(proposed, is_slug_taken)
        return add_campaign(connection, free, texts, **fields)

    return make_new(CAMPAIGN, add, by=by, now=now)


def add_campaign(
    connection: Connection, slug: str, texts: Mapping[str, Mapping[str, str]], **fields: Any
) -> int:
    """The rows of a new campaign, the last of all, in the caller's transaction."""
    last = connection.scalar(select(func.max(Campaign.position)))
    row = {"slug": slug, "position": 0 if last is None else last + 1, **fields}
    campaign_id = connection.scalar(insert(Campaign).values(row).returning(Campaign.id))
    assert isinstance(campaign_id, int)
    if _is_former(connection, slug, campaign_id):
        raise SlugTaken
    owner = {"campaign_id": campaign_id}
    add_texts(connection, CampaignText, owner, texts, names=TEXT_FIELDS)
    return campaign_id


def save_campaign(
    campaign_id: int, changes: Content, *, opened_at: int, by: StaffMember, now: datetime
) -> Saved:
    """Save fields of a campaign that was opened at a version; see revising.revise()."""
    return revise(CAMPAIGN, campaign_id, changes, opened_at=opened_at, by=by, now=now)


def is_slug_taken(slug: str) -> bool:
    """Whether a campaign has the slug, or had it while it was public."""
    connection = db.session.connection()
    is_current = connection.scalar(select(Campaign.id).where(Campaign.slug == slug))
    return is_current is not None or _is_former(connection, slug, 0)


def move_campaign(campaign_id: int, step: int, *, by: StaffMember, now: datetime) -> None:
    """One place up (-1) or down (1) in lists."""
    with write_transaction() as connection:
        ids = list(connection.scalars(select(Campaign.id).order_by(Campaign.position, Campaign.id)))
        if not moved_in(ids, campaign_id, step):
            return
        for position, one in enumerate(ids):
            connection.execute(update(Campaign).where(Campaign.id == one).values(position=position))
        about = name_of_campaign(connection, campaign_id)
        add_entry(connection, "campaign-saved", actor=by.email, now=now, subject=about, moved=step)


def moved_in(order: list[Any], one: Any, step: int) -> bool:
    """Change the place of one with its neighbour; whether there is one."""
    place = order.index(one) if one in order else -1
    if place < 0 or not 0 <= place + step < len(order):
        return False
    order[place], order[place + step] = order[place + step], order[place]
    return True


def _read(connection: Connection, campaign_id: int) -> dict[str, Any]:
    campaign = connection.execute(
        select(Campaign.slug, Campaign.document_index, *LOOK)
        .outerjoin(Picture, Picture.campaign_id == Campaign.id)
        .where(Campaign.id == campaign_id)
    ).one()
    content: dict[str, Any] = dict(campaign._mapping)
    owner, names = {"campaign_id": campaign_id}, ("is_public", *TEXT_FIELDS)
    content |= read_texts(connection, CampaignText, owner, names)
    return content | partners.read(connection, campaign_id)


def _write(
    connection: Connection, campaign_id: int, before: Content, after: Content, now: datetime
) -> None:
    own = {name: after[name] for name in FIELDS if after[name] != before[name]}
    if own:
        connection.execute(update(Campaign).where(Campaign.id == campaign_id).values(own))
    if "slug" in own:
        _leave_slug(connection, campaign_id, before["slug"], after["slug"], now)
    # a language that comes new to a campaign with a time of publication is not public yet
    is_draft = connection.scalar(select(Campaign.published_at).filter_by(id=campaign_id)) is None
    write_texts(
        connection,
        CampaignText,
        {"campaign_id": campaign_id},
        before,
        after,
        names=TEXT_FIELDS,
        is_public=is_draft,
    )
    partners.write(connection, campaign_id, before, after)


def _leave_slug(
    connection: Connection, campaign_id: int, old: str, new: str, now: datetime
) -> None:
    """Addresses that were public lead to the new one for good; others are as if they never were."""
    if _is_former(connection, new, campaign_id):
        raise SlugTaken
    former = FormerCampaignSlug
    connection.execute(delete(former).where(former.slug == new))  # it goes back to what was its own
    published = connection.scalar(select(Campaign.published_at).filter_by(id=campaign_id))
    if published and published <= now:
        connection.execute(insert(former).values(slug=old, campaign_id=campaign_id))


def _is_former(connection: Connection, slug: str, campaign_id: int) -> bool:
    """Whether another campaign had the slug. Asked after it was taken: who had it has committed."""
    former = FormerCampaignSlug
    theirs = select(former.slug).where(former.slug == slug, former.campaign_id != campaign_id)
    return connection.scalar(theirs) is not None


def _public_locales(connection: Connection, campaign_id: int) -> list[str]:
    """The languages that the public sees, or will see at an instant to come."""
    public = select(CampaignText.locale).join(Campaign).order_by(CampaignText.locale)
    public = public.where(CampaignText.campaign_id == campaign_id, CampaignText.is_public)
    return list(connection.scalars(public.where(Campaign.published_at.is_not(None))))


CAMPAIGN = Subject(
    "campaign",
    "campaign-saved",
    Campaign,
    _read,
    _write,
    name_of_campaign,
    decided_elsewhere=("is_public", "picture_alt", "result", "accent", "picture", "focus"),
    needed=CampaignTextForm.needed,
    public_locales=_public_locales,
)
