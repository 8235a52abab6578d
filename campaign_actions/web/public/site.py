"""Home, privacy, health checks, robots.txt and the sitemap."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from campaign_actions.actions.queries import PublicAction, public_actions
from campaign_actions.actions.view_models import privacy_page_context
from campaign_actions.campaigns.appearance import PLAIN, Appearance, appearances
from campaign_actions.campaigns.queries import PublicCampaign, campaigns
from campaign_actions.core.db.session import HEAD_REVISION, current_revision, utc_now
from campaign_actions.core.i18n.locale import current_locale, locales, negotiate_locale
from campaign_actions.core.urls import public_url
from campaign_actions.web.http.security_headers import cacheable

bp = Blueprint("site", __name__)
ROBOTS = """\
User-agent: *
Disallow: /staff/
Disallow: /demo/
Disallow: /*/confirm/
Disallow: /*/withdraw/
Disallow: /*/unsubscribe/
Disallow: /*/mails/
Disallow: /*/my/
Disallow: /*/thanks/

Sitemap: {sitemap}
"""


@dataclass(frozen=True)
class HomeCampaign(PublicCampaign):
    """A campaign with its actions and its appearance."""

    actions: list[PublicAction]
    appearance: Appearance


@bp.get("/")
def redirect_to_language() -> ResponseReturnValue:
    """Redirect to the best language for the visitor; never cached, since it differs."""
    response = make_response(redirect(url_for(".home", locale=negotiate_locale()), 302))
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<locale>/")
def home() -> ResponseReturnValue:
    """Open campaigns with their actions, and what was achieved."""
    now = utc_now()
    found = public_actions(locale=current_locale(), now=now)
    open_ones = campaigns(locale=current_locale(), now=now)
    found_of = appearances((campaign.id for campaign in open_ones), current_locale())
    shown = [
        HomeCampaign(
            **vars(campaign),
            actions=[a for a in found if a.campaign_id == campaign.id],
            appearance=found_of.get(campaign.id, PLAIN),
        )
        for campaign in open_ones
    ]
    page = render_template(
        "site/home.html",
        campaigns=[campaign for campaign in shown if not campaign.is_archived_at(now)],
        achieved=[campaign for campaign in shown if campaign.is_archived_at(now)],
        total=sum(action.count for action in found),
        as_of=min((action.as_of for action in found), default=now),
        is_count_late=any(action.is_count_late for action in found),
    )
    return cacheable(make_response(page))


@bp.get("/<locale>/privacy/")
def privacy() -> ResponseReturnValue:
    page = render_template("site/privacy.html", **privacy_page_context())
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
