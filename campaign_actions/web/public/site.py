"""Home, privacy, health checks, robots.txt and the sitemap."""

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from campaign_actions.actions.pictures import own_appearances
from campaign_actions.actions.queries import public_actions
from campaign_actions.actions.signatures.restrictions import paused_ids
from campaign_actions.actions.view_models import (
    Context,
    HomeCampaign,
    home_page_context,
    privacy_page_context,
)
from campaign_actions.campaigns.appearance import PLAIN, appearances
from campaign_actions.campaigns.queries import campaigns, partners_of_all
from campaign_actions.core.db.session import HEAD_REVISION, current_revision, utc_now
from campaign_actions.core.i18n.locale import current_locale, locales, negotiate_locale
from campaign_actions.core.organization import organization
from campaign_actions.core.switches.state import SIGN, is_off
from campaign_actions.core.urls import public_url
from campaign_actions.web.http.security_headers import cacheable
from campaign_actions.web.public.language_notice import language_notice

bp = Blueprint("site", __name__)
ROBOTS = """\
User-agent: *
Disallow: /staff/
Disallow: /demo/
Disallow: /*/confirm/
Disallow: /*/withdraw/
Disallow: /*/files/
Disallow: /*/unsubscribe/
Disallow: /*/mails/
Disallow: /*/my/
Disallow: /*/thanks/

Sitemap: {sitemap}
"""


@bp.get("/")
def redirect_to_language() -> ResponseReturnValue:
    """Redirect to the best language for the visitor; never cached, since it differs."""
    response = make_response(redirect(url_for(".home", locale=negotiate_locale()), 302))
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<locale>/")
def home() -> ResponseReturnValue:
    """Open actions first, then campaigns and what was achieved."""
    if notice := language_notice(locales()):
        return notice
    return cacheable(make_response(render_template("site/home.html", **home_page_values())))


def home_page_values() -> Context:
    """The values of the home page in the language of the page, as everyone sees it now."""
    now, locale = utc_now(), current_locale()
    actions = public_actions(locale=locale, now=now)
    found = campaigns(locale=locale, now=now)
    ids = [campaign.id for campaign in found]
    appearance_of = appearances(ids, locale)
    of_campaigns = {one.id: appearance_of.get(one.campaign_id, PLAIN) for one in actions}
    own = own_appearances(of_campaigns, locale)
    shown = [
        HomeCampaign(
            **vars(campaign),
            actions=[action for action in actions if action.campaign_id == campaign.id],
            appearance=appearance_of.get(campaign.id, PLAIN),
            own_appearances=own,
        )
        for campaign in found
    ]
    values = home_page_context(shown, partners_of_all(ids, locale), now=now)
    return {**values, "is_paused": is_off(SIGN), "paused": paused_ids(actions)}


@bp.get("/<locale>/privacy/")
def privacy() -> ResponseReturnValue:
    page = render_template("site/privacy.html", **privacy_page_context())
    return cacheable(make_response(page))


@bp.get("/<locale>/imprint/")
def imprint() -> ResponseReturnValue:
    """The imprint; 404 while nobody has written one."""
    text, locale = organization().shown_text("imprint")
    page = render_template("site/imprint.html", imprint=text or abort(404), imprint_locale=locale)
    return cacheable(make_response(page))


@bp.get("/healthz")
def health() -> ResponseReturnValue:
    """Answers as long as the process runs."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """200 if the database answers and has the tables of this version; otherwise 503 with the reason."""
    try:
        revision = current_revision()
    except SQLAlchemyError:
        return Response("the database does not respond\n", 503, mimetype="text/plain")
    if revision != HEAD_REVISION:
        found = f"is at revision {revision}" if revision else "has no tables"
        reason = f"the database {found}, but needs revision {HEAD_REVISION}: run `db upgrade`\n"
        return Response(reason, 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    text = ROBOTS.format(sitemap=public_url(url_for(".sitemap")))
    return cacheable(Response(text, mimetype="text/plain"))


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """All public pages in their languages, with links to their translations."""
    pages: dict[str, dict[str, str]] = {}  # address without language -> language -> address
    for tag in locales():
        for page in _pages_of(tag):
            pages.setdefault(page.split("/", 2)[2], {})[tag] = public_url(page)
    xml = render_template("site/sitemap.xml", pages=list(pages.values()))
    return cacheable(Response(xml, mimetype="application/xml"))


def _pages_of(tag: str) -> list[str]:
    now = utc_now()
    return [
        url_for(".home", locale=tag),
        url_for(".privacy", locale=tag),
        *([url_for(".imprint", locale=tag)] if organization().shown_text("imprint")[0] else ()),
        *(
            url_for("campaigns.show", locale=tag, campaign_slug=campaign.slug)
            for campaign in campaigns(locale=tag, now=now)
        ),
        *(
            url_for(
                "actions.show",
                locale=tag,
                campaign_slug=action.campaign_slug,
                action_slug=action.slug,
            )
            for action in public_actions(locale=tag, now=now)
        ),
    ]
