"""Duplicating a campaign: texts, partners and actions become a draft with its own addresses."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions import edit as actions
from campaign_actions.actions.goals import write_milestones
from campaign_actions.actions.models import Action
from campaign_actions.actions.questions.stored import write_questions
from campaign_actions.campaigns import edit as campaigns
from campaign_actions.campaigns import partners
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.tags.save import copy_tags
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.drafts import read_newest
from campaign_actions.campaigns.versioning.errors import SlugTaken
from campaign_actions.campaigns.versioning.save import add_first_revision, log_creation
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import change_hook, copy_hook
from campaign_actions.core.content.slugs import first_free_slug
from campaign_actions.core.db.session import write_transaction
from campaign_actions.staff.models import StaffMember


def copy_campaign(
    campaign_id: int,
    *,
    slug: str | None,
    proposed: str,
    titles: Mapping[str, str],
    by: StaffMember,
    now: datetime,
) -> int:
    """Copy everything but pictures, signatures and times. Returns the id of the copy.

    `titles`: new ones, by language; in other languages it keeps those of the original. Without a slug it
    gets the proposed one, with a number appended if that is taken. Raises SlugTaken.
    """
    try:
        return _copy(campaign_id, slug, proposed, titles, by, now)
    except IntegrityError as error:
        if "slug" in str(error.orig):
            raise SlugTaken from error
        raise


def _copy(
    campaign_id: int,
    slug: str | None,
    proposed: str,
    titles: Mapping[str, str],
    by: StaffMember,
    now: datetime,
) -> int:
    with write_transaction() as connection:
        content = read_newest(connection, campaigns.CAMPAIGN, campaign_id)
        texts = _copied_texts(content, campaigns.TEXT_FIELDS)
        copy_id = campaigns.add_campaign(
            connection,
            slug or first_free_slug(proposed, campaigns.is_slug_taken),
            texts,
            source_locale=_source_locale(connection, campaign_id),
        )
        copy_hook()(connection, campaign_id, copy_id)
        # A topic that keeps its words is then a translation of the original's.
        with change_hook()(connection, campaigns.CAMPAIGN, copy_id, staff_id=by.id, now=now):
            _rename(connection, copy_id, titles)
        partners.write_partners(connection, copy_id, {}, _copied_partners(content))
        copy_tags(connection, campaign_id, copy_id)
        add_first_revision(connection, campaigns.CAMPAIGN, copy_id, by=by, now=now)
        for action_id in _action_ids(connection, campaign_id):
            _copy_action(connection, action_id, copy_id, by, now)
        log_creation(
            connection, campaigns.CAMPAIGN, copy_id, by=by, now=now, copy_of=content["slug"]
        )
    return copy_id


def _rename(connection: Connection, campaign_id: int, titles: Mapping[str, str]) -> None:
    for locale, title in titles.items():
        text = update(CampaignText).filter_by(campaign_id=campaign_id, locale=locale)
        connection.execute(text.values(title=title))


def _copy_action(
    connection: Connection, action_id: int, campaign_id: int, by: StaffMember, now: datetime
) -> None:
    content = read_newest(connection, actions.ACTION, action_id)
    own = {name: content[name] for name in actions.FIELDS if name not in ("slug", "closes_at")}
    texts = _copied_texts(content, actions.TEXT_FIELDS)
    copy_id = actions.add_action(connection, campaign_id, content["slug"], texts, **own)
    write_milestones(connection, copy_id, {}, content)
    write_questions(connection, copy_id, {}, content)
    add_first_revision(connection, actions.ACTION, copy_id, by=by, now=now)


def _copied_texts(content: Content, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """The texts with these names, without results and those that other verbs set."""
    copied = set(names) - {"result", *campaigns.CAMPAIGN.decided_elsewhere}
    return {
        locale: {name: value for name, value in text.items() if name in copied}
        for locale, text in texts_in(content).items()
    }


def _copied_partners(content: Content) -> Content:
    return {name: value for name, value in content.items() if name.startswith("partners.")}


def _source_locale(connection: Connection, campaign_id: int) -> str:
    return connection.scalars(select(Campaign.source_locale).filter_by(id=campaign_id)).one()


def _action_ids(connection: Connection, campaign_id: int) -> list[int]:
    of_campaign = select(Action.id).where(Action.campaign_id == campaign_id)
    return list(connection.scalars(of_campaign.order_by(Action.position, Action.id)))
