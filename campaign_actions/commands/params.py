"""What commands about translations are told: a language, a campaign, somebody who works here."""

from typing import Any

import click
from sqlalchemy import select

from campaign_actions.campaigns.models import Campaign
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.language_tags import UnknownLanguage, parse_tag
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member, languages_of, may_at, rights_of


class Language(click.ParamType[str]):
    """A BCP 47 tag, or as Babel writes it: pt-BR, pt_BR."""

    name = "locale"

    def __init__(self, *, may_be_source: bool = False) -> None:
        """`may_be_source`: a campaign may be translated into English, too."""
        self._may_be_source = may_be_source

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        try:
            tag = parse_tag(value)
        except UnknownLanguage as error:
            near = f" Is it {_listed(error.suggestions)}?" if error.suggestions else ""
            self.fail(f"{value} is no language that we know.{near}", param, context)
        if tag == SOURCE and not self._may_be_source:
            self.fail(f"{tag} is the language of the sources.", param, context)
        return tag


class CampaignName(click.ParamType[Campaign]):
    """A campaign by the slug in its address."""

    name = "slug"

    def convert(self, value: Any, param: Any, context: Any) -> Campaign:
        campaign = find_campaign_named(value)
        if campaign is None:
            self.fail(
                f"there is no campaign {value!r}: write it as in its address.", param, context
            )
        return campaign


class StaffName(click.ParamType[StaffMember]):
    """Somebody who works here, by their address."""

    name = "email"

    def convert(self, value: Any, param: Any, context: Any) -> StaffMember:
        member = find_member(value)
        if member is None or not member.active:
            self.fail(f"nobody here has the address {value}.", param, context)
        return member


def check_right(by: StaffMember, permission: str, locale: str, catalog: str) -> None:
    """Raises ClickException, unless they may do that in a catalog and a language."""
    there = {"language": locale, "catalog": catalog}
    if not may_at(rights_of(by), languages_of(by), permission, there):
        raise click.ClickException(f"{by.email} may not do this in {language_name(locale)}.")


def find_campaign_named(slug: str) -> Campaign | None:
    """Any campaign, published or not."""
    return db.session.scalars(select(Campaign).filter_by(slug=slug)).one_or_none()


def campaign_told(slug: str) -> Campaign | None:
    """The campaign that a file says it is of, if it says so. Raises ClickException if it is not here."""
    campaign = find_campaign_named(slug) if slug else None
    if slug and campaign is None:
        raise click.ClickException(f"The file is of the campaign {slug}, which is not here.")
    return campaign


def language_told(name: str) -> str | None:
    """The language that a file says it is in; None if it names none that we know."""
    try:
        return parse_tag(name)
    except UnknownLanguage:
        return None


def check_not_source(catalog: Catalog, locale: str) -> None:
    """Raises ClickException for the language that a catalog is translated from."""
    if locale == catalog.source:
        raise click.ClickException(
            f"{language_name(locale)} is the language that this is translated from."
        )


def _listed(tags: list[str]) -> str:
    """Codes with the names of their languages."""
    return " or ".join(f"{tag} ({language_name(tag)})" for tag in tags[:3])
