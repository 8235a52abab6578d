"""The partners of a campaign, as a part of its content."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, select, update

from campaign_actions.campaigns.models import Partner, PartnerText
from campaign_actions.campaigns.versioning.three_way_merge import Content

NEW = "new"  # in place of the id of a new partner: partners.new.website


def read_partners(connection: Connection, campaign_id: int) -> dict[str, Any]:
    """partners.<id>.website, .position and .<locale>.name, .points"""
    content: dict[str, Any] = {}
    for row in connection.execute(
        select(Partner.id, Partner.website, Partner.position).filter_by(campaign_id=campaign_id)
    ):
        content[f"partners.{row.id}.website"] = row.website or ""
        content[f"partners.{row.id}.position"] = row.position
    for text in connection.execute(
        select(PartnerText.partner_id, PartnerText.locale, PartnerText.name, PartnerText.points)
        .join(Partner, Partner.id == PartnerText.partner_id)
        .where(Partner.campaign_id == campaign_id)
    ):
        content[f"partners.{text.partner_id}.{text.locale}.name"] = text.name
        content[f"partners.{text.partner_id}.{text.locale}.points"] = text.points
    return content


def write_partners(
    connection: Connection, campaign_id: int, before: Content, after: Content
) -> None:
    """Write the partners that differ. A key that is not the id of a partner adds one."""
    old, new = partners_in(before), partners_in(after)
    for key in old.keys() - new.keys():
        connection.execute(delete(PartnerText).where(PartnerText.partner_id == int(key)))
        connection.execute(delete(Partner).where(Partner.id == int(key)))
    for key, partner in new.items():
        if partner == old.get(key):
            continue
        own = {"website": partner.get("website") or None, "position": partner.get("position") or 0}
        if key in old:
            partner_id = int(key)
            connection.execute(update(Partner).where(Partner.id == partner_id).values(own))
            connection.execute(delete(PartnerText).where(PartnerText.partner_id == partner_id))
        else:
            made = insert(Partner).values(campaign_id=campaign_id, **own).returning(Partner.id)
            partner_id = connection.scalar(made) or 0
        for locale, text in _texts(partner).items():
            row = {"partner_id": partner_id, "locale": locale, "name": "", "points": "", **text}
            connection.execute(insert(PartnerText), row)


def partners_in(content: Content) -> dict[str, dict[str, Any]]:
    """The partners of a content by id, in their order. One without any value was removed."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in content.items():
        kind, _dot, rest = name.partition(".")
        if kind == "partners" and value is not None:
            key, _dot, field = rest.partition(".")
            found.setdefault(key, {})[field] = value
    return dict(sorted(found.items(), key=lambda pair: (pair[1].get("position") or 0, pair[0])))


def partner_label(key: str) -> str:
    """The start of the label of a partner's field."""
    if key == NEW:
        # Translators: of a partner that was just added, as in “Partner (new): Name, English”
        return str(_("Partner (new)"))
    # Translators: of one of several partners, by its number, as in “Partner 3: Website”
    return str(_("Partner %(number)s", number=key))


def removal_changes(content: Content, key: str) -> dict[str, None]:
    """The changes to a content that remove a partner."""
    return {name: None for name in content if name.startswith(f"partners.{key}.")}


def order_changes(keys: list[str]) -> dict[str, int]:
    """The changes to a content that put partners in this order."""
    return {f"partners.{key}.position": place for place, key in enumerate(keys)}


def _texts(partner: dict[str, Any]) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for name, value in partner.items():
        locale, _dot, field = name.rpartition(".")
        if locale:
            texts.setdefault(locale, {})[field] = value
    return {locale: text for locale, text in texts.items() if text.get("name")}
