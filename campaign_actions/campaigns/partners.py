"""The partners of a campaign, as a part of its content."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, select, update

from campaign_actions.campaigns.models import Campaign, ChannelName, Partner, PartnerText
from campaign_actions.campaigns.source_names import RESERVED, free_source, source_from
from campaign_actions.campaigns.texts import names_by_key
from campaign_actions.campaigns.versioning.three_way_merge import Content

NEW = "new"  # in place of the id of a new partner: partners.new.website


def read_partners(connection: Connection, campaign_id: int) -> dict[str, Any]:
    """partners.<id>.website, .position and .<locale>.name, .points

    A partner without texts is one of a draft, which has the rest.
    """
    content: dict[str, Any] = {}
    own = Partner.id, Partner.website, Partner.position
    rows = (
        select(*own, PartnerText.locale, PartnerText.name, PartnerText.points)
        .join(PartnerText, PartnerText.partner_id == Partner.id)
        .where(Partner.campaign_id == campaign_id)
    )
    for row in connection.execute(rows):
        content[f"partners.{row.id}.website"] = row.website or ""
        content[f"partners.{row.id}.position"] = row.position
        content[f"partners.{row.id}.{row.locale}.name"] = row.name
        content[f"partners.{row.id}.{row.locale}.points"] = row.points
    return content


def write_partners(
    connection: Connection, campaign_id: int, before: Content, after: Content
) -> None:
    """Write the partners that differ. A key that is not the id of a partner adds one.

    One that is removed keeps its row, with the source that its links have.
    """
    old, new, known = partners_in(before), partners_in(after), _keys(connection, campaign_id)
    for key in old.keys() - new.keys():
        connection.execute(delete(PartnerText).where(PartnerText.partner_id == int(key)))
    for key, partner in new.items():
        if partner == old.get(key):
            continue
        own = {"website": partner.get("website") or None, "position": partner.get("position") or 0}
        if key in known:
            partner_id = int(key)
            connection.execute(update(Partner).where(Partner.id == partner_id).values(own))
            connection.execute(delete(PartnerText).where(PartnerText.partner_id == partner_id))
        else:
            made = insert(Partner).values(campaign_id=campaign_id, **own).returning(Partner.id)
            partner_id = connection.scalar(made) or 0
        for locale, text in texts_of(partner).items():
            row = {"partner_id": partner_id, "locale": locale, "name": "", "points": "", **text}
            connection.execute(insert(PartnerText), row)
    give_sources(connection, campaign_id)


def give_sources(connection: Connection, campaign_id: int) -> None:
    """Give each partner that has none a source, made from its name. It keeps it under every later name.

    A partner that was removed and added again gets the one that it had.
    """
    own = Partner.id, Partner.source, Partner.former_sources
    rows = connection.execute(select(*own).where(Partner.campaign_id == campaign_id)).all()
    names = _names(connection, campaign_id)
    channels = select(ChannelName.source).where(ChannelName.campaign_id == campaign_id)
    taken = {*RESERVED, *connection.scalars(channels)}
    for row in rows:
        taken.update([row.source or "", *row.former_sources.split()])
    for row in rows:
        if row.source or row.id not in names:
            continue
        wanted = source_from(names[row.id])
        removed = next((one for one in rows if one.source == wanted and one.id not in names), None)
        if removed:
            connection.execute(delete(Partner).where(Partner.id == removed.id))
            its = {"source": removed.source, "former_sources": removed.former_sources}
        else:
            its = {"source": free_source(names[row.id], taken)}
            taken.add(its["source"])
        connection.execute(update(Partner).where(Partner.id == row.id).values(its))


def _names(connection: Connection, campaign_id: int) -> dict[int, str]:
    """The name of each partner that has texts, in the source language of the campaign or else in any."""
    rows = (
        select(PartnerText.partner_id, PartnerText.name)
        .join(Partner)
        .join(Campaign)
        .where(Partner.campaign_id == campaign_id)
        .order_by(PartnerText.locale == Campaign.source_locale, PartnerText.locale.desc())
    )
    return {row.partner_id: row.name for row in connection.execute(rows)}


def reserve_ids(connection: Connection, campaign_id: int, content: Content) -> Content:
    """A content in which every partner has the id of a row; for a new one, a row without texts."""
    known, renamed = _keys(connection, campaign_id), dict(content)
    for key, partner in partners_in(content).items():
        if key not in known:
            made = insert(Partner).values(campaign_id=campaign_id, position=0)
            own = connection.scalar(made.returning(Partner.id))
            for field, value in partner.items():
                del renamed[f"partners.{key}.{field}"]
                renamed[f"partners.{own}.{field}"] = value
    return renamed


def delete_reserved(connection: Connection, campaign_id: int, content: Content) -> None:
    """Delete the rows of partners that were never public and are not in the newest content."""
    kept = [int(key) for key in partners_in(content) if key.isdecimal()]
    has_texts = select(PartnerText.partner_id).where(PartnerText.partner_id == Partner.id).exists()
    unused = delete(Partner).where(
        Partner.campaign_id == campaign_id,
        Partner.source.is_(None),
        ~has_texts,
        Partner.id.not_in(kept),
    )
    connection.execute(unused)


def _keys(connection: Connection, campaign_id: int) -> set[str]:
    ids = select(Partner.id).where(Partner.campaign_id == campaign_id)
    return {str(one) for one in connection.scalars(ids)}


def partners_in(content: Content) -> dict[str, dict[str, Any]]:
    """The partners of a content by id, in their order. One without any value was removed."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in content.items():
        kind, _dot, rest = name.partition(".")
        if kind == "partners" and value is not None:
            key, _dot, field = rest.partition(".")
            found.setdefault(key, {})[field] = value
    return dict(sorted(found.items(), key=lambda pair: (pair[1].get("position") or 0, pair[0])))


def texts_of(partner: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The texts of a partner by language, where it has a name."""
    texts: dict[str, dict[str, str]] = {}
    for name, value in partner.items():
        locale, _dot, field = name.rpartition(".")
        if locale:
            texts.setdefault(locale, {})[field] = value
    return {locale: text for locale, text in texts.items() if text.get("name")}


def partner_names(contents: Iterable[Content], locales: Iterable[str]) -> dict[str, str]:
    """The names of partners by key, as names_by_key() has them."""
    return names_by_key(contents, _names_in, locales)


def _names_in(content: Content) -> Iterator[tuple[str, dict[str, str]]]:
    for key, partner in partners_in(content).items():
        yield key, {locale: text["name"] for locale, text in texts_of(partner).items()}


def partner_label(key: str, name: str = "") -> str:
    """The start of the label of a partner's field."""
    if name:
        # Translators: of one of several partners, by its name, as in “Partner “Women’s Line”: Website”
        return str(_("Partner “%(name)s”", name=name))
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
