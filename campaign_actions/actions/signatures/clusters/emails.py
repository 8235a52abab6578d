"""Emails about clusters, to staff who want them: when one is new or has grown a lot. Nobody is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select, text, update

from campaign_actions.actions.listing.titles import titled_actions
from campaign_actions.actions.models import Action, SignatureCluster
from campaign_actions.actions.models.clusters import IS_OPEN
from campaign_actions.actions.signatures.clusters.grown import TOLD_AGAIN, grown_clusters
from campaign_actions.actions.signatures.clusters.queries import cluster_from
from campaign_actions.actions.signatures.clusters.record import LOCK
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.actions.signatures.clusters.words import words_of
from campaign_actions.actions.signatures.filters.filter import MARKABLE
from campaign_actions.actions.signatures.search import count_results
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.render import Mail, MailMaker
from campaign_actions.core.security.email_address import email_key as key_of
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.core.urls import public_url_for
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import may, members_who_may, rights_of

MAIL_TEMPLATE = "staff-clusters"
PERMISSION = "signatures.change"
MAX_LINES = 10
Found = Row[*tuple[Any, ...]]  # a cluster, and the campaign of its action
CLUSTERS = (
    select(*SignatureCluster.__table__.columns, Action.campaign_id)
    .join(Action, Action.id == SignatureCluster.action_id)
    .order_by(SignatureCluster.id)
)


def tell_staff(now: datetime, *, thresholds: Thresholds) -> int:
    """Queue an email for each member who wants it, about all clusters that are new or have grown a lot.

    Returns how many.
    """
    grown = SignatureCluster.id.in_(grown_clusters(now, thresholds))
    told_long_ago = and_(grown, SignatureCluster.told_at <= now - TOLD_AGAIN)
    to_tell = CLUSTERS.where(or_(SignatureCluster.told_at.is_(None), told_long_ago))
    if not has_rows(to_tell):
        return 0
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        found = connection.execute(to_tell).all()
        told = update(SignatureCluster).where(SignatureCluster.id.in_([row.id for row in found]))
        connection.execute(told.values(told_at=now))
        sent = 0
        for member in _who_want():
            own = [row for row in found if row.state == "open" and _concerns(member, row)]
            if own:
                enqueue_staff_mail(connection, MAIL_TEMPLATE, member, now, about=own[0].id)
                sent += 1
    return sent


def cluster_mails() -> dict[str, MailMaker]:
    """The emails that tell_staff() queues."""
    return {MAIL_TEMPLATE: _mail}


def _mail(about: int | None, email_key: str, locale: str, _now: datetime) -> Mail | None:
    """About the clusters that are told at the same time. None once someone has decided about them."""
    member = next((one for one in _who_want() if key_of(one.email) == email_key), None)
    told_at = db.session.scalar(select(SignatureCluster.told_at).filter_by(id=about))
    if member is None or told_at is None:
        return None
    same = CLUSTERS.where(
        SignatureCluster.told_at == told_at, text(f"signature_clusters.{IS_OPEN}")
    )
    found = [row for row in db.session.execute(same) if _concerns(member, row)]
    if not found:
        return None
    values = {
        "actions": _lines_by_action(found[:MAX_LINES], locale),
        "more": max(0, len(found) - MAX_LINES),
        "count": len(found),
        "privacy_url": "",
    }
    account = public_url_for("staff_account.show", _anchor="cluster-emails")
    return Mail(MAIL_TEMPLATE, values, {"account_url": account}, to=member.email)


def _lines_by_action(
    found: Sequence[Found], locale: str
) -> tuple[tuple[str, str, tuple[tuple[str, int, str], ...]], ...]:
    """The title of each action, the address of its clusters, and about each one: what it is, at least how
    many participations, and when it began.
    """
    campaigns = {row.action_id: row.campaign_id for row in found}
    titles = titled_actions(set(campaigns), locales=(locale, *locales()))
    with locale_context(locale):
        return tuple(
            (
                titles[action_id].title,
                public_url_for(
                    "staff_signatures_clusters.index", campaign_id=campaign_id, action_id=action_id
                ),
                tuple(_line(row) for row in found if row.action_id == action_id),
            )
            for action_id, campaign_id in campaigns.items()
        )


def _line(row: Found) -> tuple[str, int, str]:
    title = str(words_of(row.rule, row.filter.get("fill_time", "")).title)
    now_matching = count_results(row.action_id, replace(cluster_from(row).wanted, status=MARKABLE))
    return title, max(row.rows, now_matching.number), datetime_here(row.since)


def _who_want() -> list[StaffMember]:
    return [member for member in members_who_may(PERMISSION) if member.wants_cluster_mail]


def _concerns(member: StaffMember, row: Found) -> bool:
    return may(rights_of(member), PERMISSION, row.campaign_id)
