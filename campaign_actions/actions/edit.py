"""Creating and editing actions: their fields, their texts, their order and their end."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from campaign_actions.actions.edit_forms import EMAIL_TEXTS, ActionTextForm
from campaign_actions.actions.goals import read_milestones, write_milestones
from campaign_actions.actions.models import Action, ActionText, FormerActionSlug, Signature
from campaign_actions.actions.naming import find_action_name
from campaign_actions.actions.questions.stored import read_questions, write_questions
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, Picture
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.campaigns.positions import move_row, next_position
from campaign_actions.campaigns.slugs import FormerSlugs
from campaign_actions.campaigns.texts import add_texts, read_texts, write_texts
from campaign_actions.campaigns.versioning.errors import EndsBeforeOpening, TimePassed
from campaign_actions.campaigns.versioning.save import create_versioned
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.content.slugs import first_free_slug
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.staff.models import StaffMember

ASKS = ("asks_family_name", "asks_show_name", "asks_updates", "asks_comment")
FIELDS = ("slug", "kind", "goal", *ASKS, "shows_comments", "sends_receipt", "closes_at")
TEXT_FIELDS: tuple[str, ...] = (
    *("title", "addressee", "summary", "teaser", "button", "body", "background"),
    *("thanks", "share_text", *EMAIL_TEXTS, "result"),
    *picture_content.TEXTS,
)


def create_action(
    campaign_id: int,
    slug: str | None,
    texts: Mapping[str, Mapping[str, str]],
    *,
    proposed: str = "action",
    by: StaffMember,
    now: datetime,
    kind: str,
    goal: int,
) -> int:
    """Create a draft with texts by language. Returns its id. Raises SlugTaken.

    Without a slug it gets the proposed one, with a number appended if that is taken.
    """

    def add(connection: Connection) -> int:
        free = slug or first_free_slug(proposed, lambda one: is_slug_taken(campaign_id, one))
        return add_action(connection, campaign_id, free, texts, kind=kind, goal=goal)

    return create_versioned(ACTION, add, by=by, now=now)


def add_action(
    connection: Connection,
    campaign_id: int,
    slug: str,
    texts: Mapping[str, Mapping[str, str]],
    **fields: str | int | bool,
) -> int:
    """Insert an action as the last of its campaign, in the caller's transaction. Returns its id.

    `fields`: its other columns, named in FIELDS.
    """
    place = next_position(connection, Action, campaign_id=campaign_id)
    row = {"campaign_id": campaign_id, "slug": slug, "position": place, **fields}
    action_id = connection.scalar(insert(Action).values(row).returning(Action.id))
    assert isinstance(action_id, int)
    _former_slugs(campaign_id).refuse_other_owner(connection, slug, action_id)
    add_texts(connection, ActionText, {"action_id": action_id}, texts, names=TEXT_FIELDS)
    return action_id


def is_slug_taken(campaign_id: int, slug: str) -> bool:
    """Whether an action of the campaign has the slug, or had it while it was public."""
    connection = db.session.connection()
    current = select(Action.id).where(Action.campaign_id == campaign_id, Action.slug == slug)
    is_current = connection.scalar(current) is not None
    return is_current or _former_slugs(campaign_id).contain(connection, slug)


def move_action(action_id: int, step: int, *, by: StaffMember, now: datetime) -> bool:
    """Move an action one place up (-1) or down (1) in its campaign; False if it is at that end.

    The order does not belong to a draft: the public page shows it at once.
    """
    with write_transaction() as connection:
        campaign_id = select(Action.campaign_id).where(Action.id == action_id).scalar_subquery()
        if not move_row(connection, Action, action_id, step, campaign_id=campaign_id):
            return False
        name = find_action_name(connection, action_id)
        add_entry(connection, "action-saved", actor=by.email, now=now, subject=name, moved=step)
    return True


def set_end(
    connection: Connection,
    action_id: int,
    at: datetime | None,
    now: datetime,
    *,
    with_campaign: bool = False,
) -> None:
    """Set the end in the caller's transaction; None removes it. Raises TimePassed, EndsBeforeOpening.

    `with_campaign`: it ends because its campaign is closed, and reopens with it.

    The retention period starts at the end, but never before the end was set. Otherwise an end long
    ago, entered by mistake, would erase all signatures.
    """
    if at and at < now:
        raise TimePassed
    if at and at > now:
        _check_opening(connection, action_id, at)
    values = {
        "closes_at": at,
        "retain_from": at and max(at, now),
        "closed_with_campaign": with_campaign,
    }
    connection.execute(update(Action).where(Action.id == action_id).values(values))


def _check_opening(connection: Connection, action_id: int, ends_at: datetime) -> None:
    """Raises EndsBeforeOpening. A draft cannot open before its campaign either."""
    times = select(Action.published_at, Campaign.published_at.label("campaign_at")).join(Campaign)
    row = connection.execute(times.where(Action.id == action_id)).one()
    opens_at = max(filter(None, (row.published_at, row.campaign_at)), default=None)
    if opens_at and ends_at <= opens_at:
        raise EndsBeforeOpening(opens_at, of_campaign=opens_at != row.published_at)


def _read(connection: Connection, action_id: int) -> dict[str, Any]:
    columns = [getattr(Action, name) for name in FIELDS]
    action = connection.execute(select(*columns).where(Action.id == action_id)).one()
    content = dict(action._mapping)
    closes_at = content["closes_at"]
    content["closes_at"] = closes_at and closes_at.isoformat()
    content |= read_texts(connection, ActionText, {"action_id": action_id}, TEXT_FIELDS)
    content |= read_milestones(connection, action_id)
    content |= read_questions(connection, action_id)
    return content | picture_content.read_picture(connection, Picture.action_id == action_id)


def _write(
    connection: Connection, action_id: int, before: Content, after: Content, now: datetime
) -> None:
    own = {name: after[name] for name in FIELDS if after[name] != before[name]}
    if "closes_at" in own:
        end = own.pop("closes_at")
        set_end(connection, action_id, end and datetime.fromisoformat(end), now)
    if own:
        connection.execute(update(Action).where(Action.id == action_id).values(own))
    if "slug" in own:
        _change_slug(connection, action_id, old=before["slug"], new=after["slug"], now=now)
    owner = {"action_id": action_id}
    write_texts(connection, ActionText, owner, before, after, names=TEXT_FIELDS)
    write_milestones(connection, action_id, before, after)
    write_questions(connection, action_id, before, after)
    campaign_id = _campaign_of(connection, action_id)
    picture_content.write_picture(connection, campaign_id, action_id, before, after)


def _change_slug(
    connection: Connection, action_id: int, *, old: str, new: str, now: datetime
) -> None:
    found = select(Action.campaign_id, Action.published_at).where(Action.id == action_id)
    action = connection.execute(found).one()
    was_public = has_opened(now, action.published_at)
    slugs = _former_slugs(action.campaign_id)
    slugs.change(connection, action_id, old=old, new=new, was_public=was_public)


def _campaign_of(connection: Connection, action_id: int) -> int:
    return connection.scalars(select(Action.campaign_id).filter_by(id=action_id)).one()


def _is_public(connection: Connection, action_id: int, now: datetime) -> bool:
    """Whether it and its campaign are."""
    published_at = connection.scalar(select(Action.published_at).filter_by(id=action_id))
    campaign_id = _campaign_of(connection, action_id)
    return has_opened(now, published_at) and CAMPAIGN.is_public(connection, campaign_id, now)


def _has_closed(connection: Connection, action_id: int, now: datetime) -> bool:
    closes_at = connection.scalar(select(Action.closes_at).filter_by(id=action_id))
    return closes_at is not None and closes_at <= now


def _clean(connection: Connection, action_id: int, content: Content) -> None:
    campaign_id = _campaign_of(connection, action_id)
    picture_content.delete_drafts(connection, campaign_id, action_id, content)


def _former_slugs(campaign_id: int) -> FormerSlugs:
    return FormerSlugs(FormerActionSlug, owner="action_id", scope={"campaign_id": campaign_id})


def _public_locales(connection: Connection, action_id: int) -> Iterable[str]:
    """The public languages of its campaign, if the action has a time of publication."""
    this = select(Action.campaign_id, Action.published_at).where(Action.id == action_id)
    action = connection.execute(this).one()
    return CAMPAIGN.public_locales(connection, action.campaign_id) if action.published_at else ()


def _is_fixed(connection: Connection, action_id: int) -> bool:
    """Whether it has a time of publication, or had one, which shows in its signatures.

    So unpublishing an action does not make it a draft, whose end every editor may change.
    """
    is_signed = select(Signature.id).where(Signature.action_id == Action.id).exists()
    was_published = or_(Action.published_at.is_not(None), is_signed)
    found = connection.scalar(select(Action.id).where(Action.id == action_id, was_published))
    return found is not None


ACTION = Versioned(
    "action",
    "action-saved",
    Action,
    _read,
    _write,
    find_action_name,
    decided_elsewhere=("closes_at", *picture_content.TEXTS, *picture_content.FIELDS),
    # Signatures answer the questions of this kind. Closing has its own verb.
    fixed=("kind", "closes_at"),
    is_fixed=_is_fixed,
    is_public=_is_public,
    is_over=_has_closed,
    clean=_clean,
    needed=ActionTextForm.needed,
    public_locales=_public_locales,
)
