"""Writing actions: what they ask for, until when, and their texts, as a whole; and new ones."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from campaign_actions.actions.edit_forms import ActionTextForm
from campaign_actions.actions.end import set_end
from campaign_actions.actions.models import Action, ActionText, FormerActionSlug, Signature
from campaign_actions.actions.naming import name_of_action
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN, moved_in
from campaign_actions.campaigns.texts import add_texts, read_texts, write_texts
from campaign_actions.campaigns.versioning.save import Saved, SlugTaken, make_new, revise
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Subject
from campaign_actions.core.content.slugs import first_free_slug
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.staff.models import StaffMember

ASKS = ("asks_family_name", "asks_show_name", "asks_updates", "asks_comment")
FIELDS = ("slug", "kind", "goal", *ASKS, "shows_comments", "closes_at")
TEXT_FIELDS: tuple[str, ...] = (
    *("title", "addressee", "summary", "teaser", "button", "body", "background"),
    *("thanks", "share_text", "result"),
)


def new_action(
    campaign_id: int,
    slug: str | None,
    texts: Mapping[str, Mapping[str, str]],
    *,
    proposed: str = "action",
    by: StaffMember,
    now: datetime,
    **fields: Any,
) -> int:
    """An action that nobody sees yet, with texts by language; its id. Raises SlugTaken.

    Without a slug it gets the one proposed, with a number behind it if need be.
    """

    def add(connection: Connection) -> int:
        free = slug or first_free_slug(proposed, lambda one: is_slug_taken(campaign_id, one))
        return add_action(connection, campaign_id, free, texts, **fields)

    return make_new(ACTION, add, by=by, now=now)


def add_action(
    connection: Connection,
    campaign_id: int,
    slug: str,
    texts: Mapping[str, Mapping[str, str]],
    **fields: Any,
) -> int:
    """The rows of a new action, the last of its campaign, in the caller's transaction."""
    last = connection.scalar(
        select(func.max(Action.position)).where(Action.campaign_id == campaign_id)
    )
    place = 0 if last is None else last + 1
    row = {"campaign_id": campaign_id, "slug": slug, "position": place, **fields}
    action_id = connection.scalar(insert(Action).values(row).returning(Action.id))
    assert isinstance(action_id, int)
    if _is_former(connection, campaign_id, slug, action_id):
        raise SlugTaken
    add_texts(connection, ActionText, {"action_id": action_id}, texts, names=TEXT_FIELDS)
    return action_id


def save_action(
    action_id: int, changes: Content, *, opened_at: int, by: StaffMember, now: datetime
) -> Saved:
    """Save fields of an action that was opened at a version; see revising.revise()."""
    return revise(ACTION, action_id, changes, opened_at=opened_at, by=by, now=now)


def is_slug_taken(campaign_id: int, slug: str) -> bool:
    """Whether an action of the campaign has the slug, or had it while it was public."""
    connection = db.session.connection()
    current = select(Action.id).where(Action.campaign_id == campaign_id, Action.slug == slug)
    return connection.scalar(current) is not None or _is_former(connection, campaign_id, slug, 0)


def move_action(action_id: int, step: int, *, by: StaffMember, now: datetime) -> None:
    """One place up (-1) or down (1) in its campaign."""
    with write_transaction() as connection:
        of_action = select(Action.campaign_id).where(Action.id == action_id).scalar_subquery()
        theirs = select(Action.id).where(Action.campaign_id == of_action)
        ids = list(connection.scalars(theirs.order_by(Action.position, Action.id)))
        if not moved_in(ids, action_id, step):
            return
        for position, one in enumerate(ids):
            connection.execute(update(Action).where(Action.id == one).values(position=position))
        about = name_of_action(connection, action_id)
        add_entry(connection, "action-saved", actor=by.email, now=now, subject=about, moved=step)


def _read(connection: Connection, action_id: int) -> dict[str, Any]:
    columns = [getattr(Action, name) for name in FIELDS]
    action = connection.execute(select(*columns).where(Action.id == action_id)).one()
    content: dict[str, Any] = dict(action._mapping)
    closes_at = content["closes_at"]
    content["closes_at"] = closes_at and closes_at.isoformat()
    return content | read_texts(connection, ActionText, {"action_id": action_id}, TEXT_FIELDS)


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
        _leave_slug(connection, action_id, before["slug"], after["slug"], now)
    owner = {"action_id": action_id}
    write_texts(connection, ActionText, owner, before, after, names=TEXT_FIELDS)


def _leave_slug(connection: Connection, action_id: int, old: str, new: str, now: datetime) -> None:
    """Addresses that were public lead to the new one for good; others are as if they never were."""
    found = select(Action.campaign_id, Action.published_at).where(Action.id == action_id)
    action = connection.execute(found).one()
    if _is_former(connection, action.campaign_id, new, action_id):
        raise SlugTaken
    former = FormerActionSlug
    in_campaign = former.campaign_id == action.campaign_id
    connection.execute(delete(former).where(in_campaign, former.slug == new))
    if action.published_at and action.published_at <= now:
        row = {"campaign_id": action.campaign_id, "slug": old, "action_id": action_id}
        connection.execute(insert(former), row)


def _is_former(connection: Connection, campaign_id: int, slug: str, action_id: int) -> bool:
    """Whether another action had the slug. Asked after it was taken: who had it has committed."""
    former = FormerActionSlug
    of_others = (former.campaign_id == campaign_id, former.action_id != action_id)
    return connection.scalar(select(former.slug).where(former.slug == slug, *of_others)) is not None


def _public_locales(connection: Connection, action_id: int) -> Iterable[str]:
    """The languages of its campaign that the public sees, if it has a time of publication, too."""
    this = select(Action.campaign_id, Action.published_at).where(Action.id == action_id)
    action = connection.execute(this).one()
    return CAMPAIGN.public_locales(connection, action.campaign_id) if action.published_at else ()


def _is_fixed(connection: Connection, action_id: int) -> bool:
    """It has a time of publication, or had one: somebody has signed.

    Taking it off the site makes no draft of it, whose end anybody may write who may write its texts.
    """
    signed = select(Signature.id).where(Signature.action_id == Action.id).exists()
    is_so = or_(Action.published_at.is_not(None), signed)
    found = connection.scalar(select(Action.id).where(Action.id == action_id, is_so))
    return found is not None


ACTION = Subject(
    "action",
    "action-saved",
    Action,
    _read,
    _write,
    name_of_action,
    decided_elsewhere=("result", "closes_at"),
    # Who has signed has answered this kind; closing is a verb of its own.
    fixed=("kind", "closes_at"),
    is_fixed=_is_fixed,
    needed=ActionTextForm.needed,
    public_locales=_public_locales,
)
