"""No text that the public has not seen yet reaches a signer: on no page, by no link and in no email.

Every text of a campaign and of its actions gets a mark once someone has signed, and stays a draft, or belongs
to a page that was unpublished, will open later, or is in a language that is not public.
"""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.one_press.links import make_link
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.mail.render import Mail, render_mail
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.publishing.languages import Languages, set_languages
from campaign_actions.updates.emails import update_mails
from tests.support.changes import publish_all
from tests.support.drafts import BOTH_LOCALES, hide, set_opening_time
from tests.support.factories import (
    find_signature_of,
    link_to,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
    make_update,
)
from tests.support.questions import GROUP, INVOLVED, ask
from tests.support.updates import start_update

MARK = "unheardof"
LINKS = ("confirm", "withdraw", "files", "unsubscribe", "next")
# Addresses that have nothing of a campaign, for anyone.
WITHOUT = {
    *("/", "/favicon.ico", "/healthz", "/metrics", "/readyz", "/robots.txt"),
    *("/<locale>/privacy/", "/<locale>/imprint/"),
    "/<locale>/mails/<token>/",  # for who translates
    "/brand/<string(length=32):name>.png",
    "/brand/<string(length=6):digits>.css",
    "/pictures/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>",
}
PAGES = (
    "/<locale>/",
    "/sitemap.xml",
    "/<locale>/campaigns/<campaign_slug>/",
    *(
        f"/<locale>/campaigns/<campaign_slug>/<action_slug>/{rest}"
        for rest in (
            *("", "count.json", "poster/", "thanks/", "challenge.json", "share.png"),
            *("comments/", "comments/<page>/"),
        )
    ),
)


def mark_texts(subject, subject_id: int, locales=BOTH_LOCALES) -> None:
    """Save a mark in every text and in the slug, as staff would."""
    content, opened_at = find_content(subject, subject_id)
    marked = {
        name: f"{value} {MARK}"
        for name, value in content.items()
        if isinstance(value, str) and value and any(f".{tag}." in name for tag in locales)
    }
    if locales == BOTH_LOCALES:
        marked["slug"] = f"{content['slug']}-{MARK}"
    db.session.commit()
    by = make_staff("campaigner")
    save_changes(subject, subject_id, marked, opened_at=opened_at, by=by, now=utc_now())
    db.session.commit()


def as_draft(campaign_id: int, marked) -> None:
    marked()


def as_unpublished(campaign_id: int, marked) -> None:
    hide(campaign_id, "unpublished", now=utc_now())
    marked()


def as_scheduled(campaign_id: int, marked) -> None:
    hide(campaign_id, "unpublished", now=utc_now())
    marked()
    set_opening_time(campaign_id, utc_now() + timedelta(days=3))


def as_hidden_language(campaign_id: int, marked) -> None:
    languages = Languages(public=("en",), seen=BOTH_LOCALES)
    set_languages(campaign_id, languages, actor="grace@example.org", now=utc_now())
    marked(("ru",))
    publish_all(now=utc_now())


def as_half_translated(campaign_id: int, marked) -> None:
    never = update(CampaignText).filter_by(campaign_id=campaign_id, locale="ru")
    db.session.execute(never.values(is_public=False))
    db.session.commit()
    marked(("ru",))
    publish_all(now=utc_now())


@pytest.fixture(
    params=[as_draft, as_unpublished, as_scheduled, as_hidden_language, as_half_translated]
)
def signed(app, request):
    """The links and emails of people who signed before the texts changed."""
    now = utc_now()
    campaign = make_campaign(locales=BOTH_LOCALES)
    action = make_action(campaign=campaign, locales=BOTH_LOCALES, shows_comments=True)
    other = make_action(campaign=campaign, slug="speak-up", kind="pledge", locales=BOTH_LOCALES)
    ask(action, GROUP, INVOLVED)
    action = find_action("racism", "hate-crimes", locale="en", now=now)
    db.session.commit()
    pending = make_signature(action, locale="ru", now=now)
    confirmed = make_confirmed(action, locale="ru", wants_updates=True, now=now)
    update = make_update(action, texts=dict.fromkeys(BOTH_LOCALES, ("News", "It passed.")))
    start_update(update, now=now)
    ids = [(CAMPAIGN, campaign.id), (ACTION, action.id), (ACTION, other.id)]

    def marked(locales=BOTH_LOCALES) -> None:
        for subject, subject_id in ids:
            mark_texts(subject, subject_id, locales)

    request.param(campaign.id, marked)
    db.session.expire_all()
    people = [find_signature_of(action.id, one.email_key) for one in (pending, confirmed)]
    tokens = [link_to(purpose, one) for one in people for purpose in LINKS[:2]]
    tokens += [link_to("files", one) for one in people]
    tokens += [link_to("unsubscribe", people[1])]
    tokens += [f"/en/next/{make_link(people[1], other, utc_now())}/"]
    mails = {}
    for makers, about in (
        (signature_mails(timedelta(days=14)), action.id),
        ({"update": update_mails()["update"]}, update.id),
    ):
        for (name, make), one, tag in product(makers.items(), people, BOTH_LOCALES):
            mails[name, one.email, tag] = make(about, one.email_key, tag, utc_now())
            db.session.rollback()
    return tokens, mails


def test_every_public_address_is_walked_here():
    listed = (Path(__file__).with_name("routes.txt")).read_text().splitlines()
    routes = {line.split()[0] for line in listed}
    public = {one for one in routes if not one.startswith(("/staff/", "/static/", "/demo/"))}

    assert public == {*WITHOUT, *PAGES, *(f"/<locale>/{link}/<token>/" for link in LINKS)}


@pytest.mark.parametrize("locale", BOTH_LOCALES)
def test_no_page_or_link_shows_a_text_that_the_public_has_not_seen(client, signed, locale):
    links, _mails = signed
    pages = [
        page.replace("<locale>", locale)
        .replace("<campaign_slug>", campaign)
        .replace("<action_slug>", action)
        .replace("<page>", "2")
        for page in PAGES
        for campaign, action in (
            ("racism", "hate-crimes"),
            (f"racism-{MARK}", f"hate-crimes-{MARK}"),
        )
    ]
    answers = {
        path: client.get(path)
        for path in [*pages, *(link.replace("/en/", f"/{locale}/", 1) for link in links)]
    }

    showing = [path for path, answer in answers.items() if MARK in answer.text and MARK not in path]
    its = [answer for path, answer in answers.items() if "/withdraw/" in path]

    assert showing == []
    assert all("Title of hate-crimes" in answer.text for answer in its)


def test_no_email_has_a_text_that_the_public_has_not_seen(signed):
    _links, mails = signed
    written = {}
    for (name, email, tag), mail in mails.items():
        if isinstance(mail, Mail):
            with locale_context(tag):
                made = render_mail(mail.template, locale=tag, values=mail.values, links=mail.links)
            written[name, email, tag] = f"{made.subject}{made.text}{made.html}"

    assert {name for name, _, _ in written} >= {"sign", "remind", "receipt", "next", "update"}
    assert [key for key, text in written.items() if MARK in text] == []
    assert all("Title of hate-crimes" in text for text in written.values())
