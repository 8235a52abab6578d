"""Texts by language, as rows of a table and as fields of a content like `texts.en.title`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import Base, db
from campaign_actions.core.i18n.locale import is_language


def campaign_name(connection: Connection, campaign_id: int) -> str:
    """The slug of a campaign; empty if it does not exist."""
    return connection.scalar(select(Campaign.slug).where(Campaign.id == campaign_id)) or ""


def campaign_titles(tags: Sequence[str]) -> dict[int, str]:
    """The title of each campaign in the first of these languages that has one, else in any, else its slug."""
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    for row in db.session.execute(
        select(CampaignText.campaign_id, CampaignText.locale, CampaignText.title)
    ):
        texts[row.campaign_id][row.locale] = row.title
    in_order = select(Campaign.id, Campaign.slug).order_by(Campaign.position, Campaign.id)
    return {
        row.id: next((its[tag] for tag in (*tags, *sorted(its)) if its.get(tag)), row.slug)
        for row in db.session.execute(in_order)
        for its in [texts[row.id]]
    }


def campaign_ids(slugs: Sequence[str]) -> dict[str, int]:
    """The ids of campaigns by slug; unknown slugs are left out."""
    found = select(Campaign.slug, Campaign.id).where(Campaign.slug.in_(slugs))
    return {row.slug: row.id for row in db.session.execute(found)}


Texts = Mapping[str, Mapping[str, Any]]  # by language


def texts_in(content: Content) -> dict[str, dict[str, Any]]:
    """The texts of a content by language. A language without any value was removed."""
    texts: dict[str, dict[str, Any]] = {}
    for name, value in content.items():
        kind, _, rest = name.partition(".")
        if kind == "texts" and value is not None:
            locale, _, field = rest.partition(".")
            texts.setdefault(locale, {})[field] = value
    return texts


def language_of_field(name: str) -> str:
    """The language of a field like texts.en.title or partners.7.en.name; "" if it has none."""
    return next((part for part in name.split(".")[1:-1] if is_language(part)), "")


def topics_in(content: Content, first: str) -> dict[str, str]:
    """The title of a campaign in each of its languages, that of the language `first` before the others."""
    texts = texts_in(content)
    in_order = sorted(texts, key=lambda tag: (tag != first, tag))
    return {tag: texts[tag].get("title") or "" for tag in in_order}


def read_texts(
    connection: Connection, table: type[Base], owner: Mapping[str, int], names: Iterable[str]
) -> dict[str, Any]:
    """The texts of an owner like `{"campaign_id": 7}`, as fields."""
    columns = [table.__table__.c[name] for name in ("locale", *names)]
    rows = connection.execute(select(*columns).filter_by(**owner)).mappings()
    return {
        f"texts.{row['locale']}.{name}": value
        for row in rows
        for name, value in row.items()
        if name != "locale"
    }


def add_texts(
    connection: Connection,
    table: type[Base],
    owner: Mapping[str, int],
    texts: Texts,
    *,
    names: Iterable[str],
    **also: Callable[[str], bool],
) -> None:
    """Insert texts; missing ones are empty. `also`: other columns of the rows, by their language."""
    empty = dict.fromkeys(names, "")
    for locale, text in texts.items():
        others = {name: value_in(locale) for name, value_in in also.items()}
        row = {**owner, **others, "locale": locale, **empty, **text}
        connection.execute(insert(table).values(row))


def write_texts(
    connection: Connection,
    table: type[Base],
    owner: Mapping[str, int],
    before: Content,
    after: Content,
    *,
    names: tuple[str, ...],
    **new: Callable[[str], bool],
) -> None:
    """Write the languages that differ between two contents. `new`: other columns of new rows."""
    old = texts_in(before)
    texts = {tag: _only(names, text) for tag, text in texts_in(after).items()}
    added = {tag: text for tag, text in texts.items() if tag not in old}
    add_texts(connection, table, owner, added, names=names, **new)
    columns = table.__table__.c
    of_owner = and_(*(columns[name] == value for name, value in owner.items()))
    for locale, text in texts.items():
        if locale in old and text != _only(names, old[locale]):
            this = update(table).where(of_owner, columns.locale == locale)
            connection.execute(this.values(text))
    removed = old.keys() - texts.keys()
    connection.execute(delete(table).where(of_owner, columns.locale.in_(removed)))


def _only(names: Iterable[str], text: Mapping[str, Any]) -> dict[str, Any]:
    return {name: text.get(name) or "" for name in names}


def names_by_key(
    contents: Iterable[Content],
    texts_by_key: Callable[[Content], Iterable[tuple[str, Mapping[str, str]]]],
    locales: Iterable[str],
) -> dict[str, str]:
    """The names of partners or questions by key: in the first of the languages in which they have one.

    `texts_by_key`: the names in a content, by language. The last content that has one decides.
    """
    preferred = list(locales)
    found: dict[str, str] = {}
    for content in contents:
        for key, names in texts_by_key(content):
            tags = (*preferred, *names)
            found |= {key: next(names[tag] for tag in tags if tag in names)} if names else {}
    return found
