"""Writing campaigns: what is in them besides actions, as a whole, and new ones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.recording import add_entry
from campaign_actions.campaigns import partnering
from campaign_actions.campaigns.forms import CampaignTextForm
from campaign_actions.campaigns.merging import Content
from campaign_actions.campaigns.models import Campaign, CampaignText, FormerCampaignSlug
from campaign_actions.campaigns.naming import name_of_campaign
from campaign_actions.campaigns.revising import Saved, SlugTaken, Subject, begin, revise
from campaign_actions.core.database import db, writing
from campaign_actions.core.slugs import first_free
from campaign_actions.staff.models import StaffMember

FIELDS = ("slug", "document_index")
TEXT_FIELDS = ("title", "headline", "summary", "body", "picture_alt", "result")


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
    try:
        with writing() as connection:
            free = slug or first_free(proposed, is_slug_taken)
            campaign_id = add_campaign(connection, free, texts, **fields)
            begin(connection, CAMPAIGN, campaign_id, by=by, now=now)
            add_entry(
                connection,
                "campaign-saved",
                actor=by.email,
                now=now,
                subject=free,
                campaign_id=campaign_id,
                revision=1,
            )
    except IntegrityError as error:
        raise SlugTaken from error
    return campaign_id


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
    for locale, text in texts.items():
        whole = dict.fromkeys(TEXT_FIELDS, "") | dict(text)
        connection.execute(
            insert(CampaignText).values(campaign_id=campaign_id, locale=locale, **whole)
        )
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
    with writing() as connection:
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
        select(Campaign.slug, Campaign.document_index).where(Campaign.id == campaign_id)
    ).one()
    content: dict[str, Any] = dict(campaign._mapping)
    columns = [getattr(CampaignText, name) for name in ("locale", "is_public", *TEXT_FIELDS)]
    for text in connection.execute(
        select(*columns).where(CampaignText.campaign_id == campaign_id)
    ).mappings():
        content |= {f"texts.{text['locale']}.{k}": v for k, v in text.items() if k != "locale"}
    return content | partnering.read(connection, campaign_id)


def _write(
    connection: Connection, campaign_id: int, before: Content, after: Content, now: datetime
) -> None:
    own = {name: after[name] for name in FIELDS if after[name] != before[name]}
    if own:
        connection.execute(update(Campaign).where(Campaign.id == campaign_id).values(own))
    if "slug" in own:
        _leave_slug(connection, campaign_id, before["slug"], after["slug"], now)
    _write_texts(connection, campaign_id, before, after)
    partnering.write(connection, campaign_id, before, after)


def _write_texts(connection: Connection, campaign_id: int, before: Content, after: Content) -> None:
    """A language that comes new to a campaign with a time of publication is not public yet."""
    old, new = texts_in(before), texts_in(after)
    of_campaign = CampaignText.campaign_id == campaign_id
    is_draft = connection.scalar(select(Campaign.published_at).filter_by(id=campaign_id)) is None
    for locale, text in new.items():
        values = {name: text.get(name) or "" for name in TEXT_FIELDS}
        if locale not in old:
            row = {"campaign_id": campaign_id, "locale": locale, "is_public": is_draft, **values}
            connection.execute(insert(CampaignText), row)
        elif text != old[locale]:
            this = update(CampaignText).where(of_campaign, CampaignText.locale == locale)
            connection.execute(this.values(values))
    gone = old.keys() - new.keys()
    connection.execute(delete(CampaignText).where(of_campaign, CampaignText.locale.in_(gone)))


def texts_in(content: Content) -> dict[str, dict[str, Any]]:
    """The texts of a content by language; one without any value has gone."""
    texts: dict[str, dict[str, Any]] = {}
    for name, value in content.items():
        kind, _, rest = name.partition(".")
        if kind == "texts" and value is not None:
            locale, _, field = rest.partition(".")
            texts.setdefault(locale, {})[field] = value
    return texts


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
    decided_elsewhere=("is_public", "picture_alt", "result"),
    needed=CampaignTextForm.needed,
    public_locales=_public_locales,
)
