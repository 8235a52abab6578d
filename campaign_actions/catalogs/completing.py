"""Writing what is whole of a translated campaign to its texts: nothing of a language before all of it is."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from campaign_actions.actions.models import Action
from campaign_actions.audit.recording import add_entry
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.naming import name_of_campaign
from campaign_actions.campaigns.revising import revising
from campaign_actions.catalogs.composing import Composed, Translations, compose_rows, is_whole
from campaign_actions.catalogs.existing import catalog_of
from campaign_actions.catalogs.noting import Change, note_changes
from campaign_actions.staff.queries import actor_of


def hold(connection: Connection, campaign_id: int) -> None:
    """Who else translates or saves it waits; who signs does not.

    So of two who write its last two texts one sees that it is whole. The rows are held before its
    translations are touched, as by staff who save: so no two wait for each other.
    """
    this = select(Campaign.id).where(Campaign.id == campaign_id)
    connection.execute(this.with_for_update(key_share=True))
    actions = select(Action.id).where(Action.campaign_id == campaign_id).order_by(Action.id)
    connection.execute(actions.with_for_update(key_share=True)).all()


def complete(
    connection: Connection,
    campaign_id: int,
    locale: str,
    translations: Translations,
    *,
    staff_id: int | None,
    now: datetime,
) -> bool:
    """Write each text that is whole, in the caller's transaction; whether the language is public by it.

    A language that the campaign does not have yet gets its texts once the campaign and what is
    published of its actions are whole in it, and is public with them. Whether the public sees one
    that it has is for who publishes to say.
    """
    rows = compose_rows(connection, campaign_id, locale, translations)
    is_new = not _has(connection, campaign_id, locale)
    if is_new and not is_whole(rows):
        return False
    for row in rows:
        if row.changes and not (is_new and row.lacking):
            _write(connection, row, staff_id, now)
    if is_new:
        _open(connection, campaign_id, locale, staff_id=staff_id, now=now)
    return is_new


def _has(connection: Connection, campaign_id: int, locale: str) -> bool:
    texts = select(func.count()).where(
        CampaignText.campaign_id == campaign_id, CampaignText.locale == locale
    )
    return bool(connection.scalar(texts))


def _write(connection: Connection, row: Composed, staff_id: int | None, now: datetime) -> None:
    with revising(connection, row.subject, row.subject_id, staff_id=staff_id, now=now):
        before = row.subject.read(connection, row.subject_id)
        after = {**before, **row.changes}
        row.subject.write(connection, row.subject_id, before, after, now)


def _open(
    connection: Connection,
    campaign_id: int,
    locale: str,
    *,
    staff_id: int | None,
    now: datetime,
) -> None:
    this = (CampaignText.campaign_id == campaign_id, CampaignText.locale == locale)
    connection.execute(update(CampaignText).where(*this).values(is_public=True))
    catalog = catalog_of(campaign_id)
    note_changes(
        connection, catalog, locale, [Change()], how="complete", staff_id=staff_id, now=now
    )
    is_published = select(Campaign.published_at).where(Campaign.id == campaign_id)
    if connection.scalar(is_published):
        add_entry(
            connection,
            "language-opened",
            actor=actor_of(connection, staff_id),
            now=now,
            subject=name_of_campaign(connection, campaign_id),
            language=locale,
        )
