"""Types of parameters that name catalogs, campaigns and staff members, and the catalog that a file is for."""

import json
from pathlib import Path

import click
from sqlalchemy import select

from campaign_actions.campaigns.models import Campaign
from campaign_actions.catalogs.store.repository import Catalog, campaign_catalog, interface_catalog
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.language_tags import UnknownLanguage, parse_tag
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member, languages_of, may_at, rights_of

LOCALE_OF_FILE_HELP = "The language of the file, if it does not name one."


class LanguageParam(click.ParamType[str]):
    """A BCP 47 tag, with hyphens or underscores: pt-BR, pt_BR."""

    name = "locale"

    def __init__(self, *, may_be_source: bool = False) -> None:
        """`may_be_source`: campaigns may be translated into English, the interface may not."""
        self._may_be_source = may_be_source

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        try:
            tag = parse_tag(value)
        except UnknownLanguage as error:
            near = (
                f" Did you mean {_join_languages(error.suggestions)}?" if error.suggestions else ""
            )
            self.fail(f"{value!r} is not a known language.{near}", param, context)
        if tag == SOURCE and not self._may_be_source:
            self.fail(f"{tag} is the language of the source texts.", param, context)
        return tag


class RewordedParam(click.ParamType[dict[str, str]]):
    """A JSON file with an object of new source texts by old ones."""

    name = "file"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> dict[str, str]:
        try:
            found = json.loads(Path(value).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self.fail(f"{value} cannot be read as JSON: {error}", param, context)
        if not isinstance(found, dict) or not all(isinstance(new, str) for new in found.values()):
            self.fail(f'{value} must contain {{"old source": "new source", …}}.', param, context)
        return found


class CampaignParam(click.ParamType[Campaign]):
    """A campaign, by the slug in its address."""

    name = "slug"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> Campaign:
        campaign = find_campaign_by_slug(value)
        if campaign is None:
            self.fail(
                f"There is no campaign {value!r}. Use the slug in its address.", param, context
            )
        return campaign


class StaffParam(click.ParamType[StaffMember]):
    """An active staff member, by email address."""

    name = "email"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> StaffMember:
        member = find_member(value)
        if member is None or not member.active:
            self.fail(f"There is no active staff member with the address {value}.", param, context)
        return member


def catalog_of(campaign: Campaign | None) -> Catalog:
    """Of a campaign; None: of the interface."""
    return (campaign and campaign_catalog(campaign.id)) or interface_catalog()


def check_permission(by: StaffMember, permission: str, locale: str, catalog: str) -> None:
    """Raises ClickException if they do not have the permission for this catalog and language."""
    scope = {"language": locale, "catalog": catalog}
    if not may_at(rights_of(by), languages_of(by), permission, scope):
        raise click.ClickException(
            f"{by.email} is not allowed to do this in {language_name(locale)}."
        )


def find_campaign_by_slug(slug: str) -> Campaign | None:
    """Published or not."""
    return db.session.scalars(select(Campaign).filter_by(slug=slug)).one_or_none()


def campaign_named_by_file(slug: str) -> Campaign | None:
    """`slug`: from the header of a file, or empty. Raises ClickException if there is no such campaign."""
    campaign = find_campaign_by_slug(slug) if slug else None
    if slug and campaign is None:
        raise click.ClickException(
            f"The file is for the campaign {slug}, which does not exist here."
        )
    return campaign


def language_named_by_file(name: str) -> str | None:
    """`name`: from the header of a file, or empty. None if there is no such language."""
    try:
        return parse_tag(name)
    except UnknownLanguage:
        return None


def check_not_source(catalog: Catalog, locale: str) -> None:
    """Raises ClickException for the language that a catalog is translated from."""
    if locale == catalog.source:
        raise click.ClickException(f"{language_name(locale)} is the language of the source texts.")


def _join_languages(tags: list[str]) -> str:
    """Up to three tags with the names of their languages."""
    return " or ".join(f"{tag} ({language_name(tag)})" for tag in tags[:3])
