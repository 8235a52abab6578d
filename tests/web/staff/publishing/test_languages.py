"""The languages of an open campaign: leaving the site after a question, and joining it with a draft."""

import re
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText, ScheduledDraft
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.timezones import local_input
from campaign_actions.publishing.archive import archive
from campaign_actions.publishing.close import close_campaign
from campaign_actions.publishing.scheduled.changes import publish_scheduled
from tests.support.drafts import LIFETIMES, make_draft, set_opening_time
from tests.support.factories import LONG_AGO, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def campaign(app):
    campaign = make_draft()
    set_opening_time(campaign.id, LONG_AGO)
    return campaign


@pytest.fixture
def staff(client):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    return client


def page_of(campaign, part: str) -> str:
    return f"/staff/campaigns/{campaign.id}/{part}"


def choose(client, campaign, *tags: str, seen=("en", "ru"), **fields):
    page = client.get(page_of(campaign, "publish/")).text
    data = {"csrf_token": token_of(page), "public": [*tags], "seen_public": [*seen]} | fields
    return client.post(page_of(campaign, "publish/languages/"), data=data)


def add_spanish(campaign, **texts) -> None:
    """A draft of the campaign with Spanish, which is not public."""
    by = make_staff("campaigner", name="Ada")
    changes = {f"texts.es.{name}": text for name, text in texts.items()}
    save_changes(CAMPAIGN, campaign.id, changes, opened_at=0, by=by, now=utc_now())
    db.session.rollback()


def publish(client, campaign, **fields):
    """Send the form of the changes with the drafts that it shows."""
    page = client.get(page_of(campaign, "changes/")).text
    seen = [one.partition('"')[0] for one in page.split('name="seen" value="')[1:]]
    data = {"csrf_token": token_of(page), "seen": sorted(set(seen)), "offered": "es"} | fields
    answer = client.post(page_of(campaign, "changes/publish/"), data=data)
    db.session.rollback()
    db.session.expire_all()
    return answer


def public_languages(campaign) -> set[str]:
    db.session.rollback()
    these = CampaignText.campaign_id == campaign.id, CampaignText.is_public
    return set(db.session.scalars(select(CampaignText.locale).where(*these)))


def test_a_language_leaves_the_site_only_after_a_question(staff, campaign):
    asked = choose(staff, campaign, "en")
    still = public_languages(campaign)
    answer = staff.post(page_of(campaign, "publish/languages/"), data=sent_by(asked.text))

    page = visible_text(staff.get(answer.location).text)
    assert (asked.status_code, still, answer.status_code) == (200, {"en", "ru"}, 303)
    assert "Take these languages off the site: Russian?" in visible_text(asked.text)
    assert "Public languages saved. Public now: English. No longer public: Russian." in page
    assert "Not public: Russian" in visible_text(staff.get(page_of(campaign, "")).text)
    assert staff.get("/ru/campaigns/racism/").status_code == 404


def sent_by(page: str) -> dict[str, list[str]]:
    """The fields of the form that the page asks with."""
    found = defaultdict(list)
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        found[name].append(value)
    return {**found, "csrf_token": token_of(page)}


def test_a_campaign_that_is_not_open_asks_nothing(staff, campaign):
    set_opening_time(campaign.id, None)

    answer = choose(staff, campaign, "en")

    assert answer.status_code == 303
    said = "Public languages saved. Public when the campaign opens: English."
    assert said in visible_text(staff.get(answer.location).text)


@pytest.mark.parametrize("end", [None, close_campaign, archive])
def test_a_language_that_is_not_ready_is_refused_with_what_is_to_be_fixed(staff, campaign, end):
    hidden = update(CampaignText).filter_by(locale="ru").values(is_public=False, summary="")
    db.session.execute(hidden)
    db.session.commit()
    if end:
        facts = {"results": None} if end is archive else {}
        end(campaign.id, actor="ada", now=utc_now(), **facts)

    answer = choose(staff, campaign, "en", "ru", seen=("en",))

    assert answer.status_code == 400
    notice = answer.text.partition('id="errors"')[2].partition('class="split')[0]
    assert "Fix the problems listed below, or leave these languages out: Russian." in notice
    assert "summary" in notice.partition("prelist")[2]


def test_a_new_language_in_a_draft_says_when_it_is_public(staff, campaign):
    add_spanish(campaign, title="Racismo")

    answer = choose(staff, campaign, "en", "ru", "es")

    page = visible_text(staff.get(answer.location).text)
    assert "Public now: English, Russian. Public once the changes are published: Spanish." in page


def test_a_new_language_that_stays_hidden_is_no_change(staff, campaign):
    add_spanish(campaign, title="Racismo")

    page = staff.get(page_of(campaign, "changes/")).text

    assert "Publish 1 change<" in page
    assert "Public (Spanish)" not in visible_text(page)
    assert '<span class="tag wait">Not public</span>' in page
    assert '<input type="checkbox" name="public" value="es">' in page


def test_a_new_language_with_problems_is_refused_or_left_out(staff, campaign):
    add_spanish(campaign, title="Racismo")

    refused = publish(staff, campaign, when="now", public="es")
    published = publish(staff, campaign, when="now")

    assert (refused.status_code, published.status_code) == (400, 303)
    assert 'name="public" value="es" checked' in refused.text, "what was ticked is kept"
    assert 'aria-describedby="blocked" disabled' not in refused.text
    assert public_languages(campaign) == {"en", "ru"}


def test_a_new_language_is_public_with_the_changes_when_it_is_ticked(staff, campaign):
    complete_spanish(campaign)

    answer = publish(staff, campaign, when="now", public="es")

    assert answer.status_code == 303, visible_text(answer.text)
    assert public_languages(campaign) == {"en", "es", "ru"}
    assert staff.get("/es/campaigns/racism/").status_code == 200


def test_a_new_language_is_public_at_the_time_of_its_changes(staff, campaign):
    complete_spanish(campaign)
    tomorrow = utc_now() + timedelta(days=1)

    answer = publish(staff, campaign, when="at", at=local_input(tomorrow), public="es")
    before = public_languages(campaign)
    scheduled = db.session.scalars(select(ScheduledDraft.subject)).all()
    db.session.rollback()
    publish_scheduled(tomorrow, lifetimes=LIFETIMES)

    assert (answer.status_code, before) == (303, {"en", "ru"})
    assert sorted(scheduled) == ["action", "campaign"]
    assert public_languages(campaign) == {"en", "es", "ru"}


def complete_spanish(campaign) -> None:
    """Drafts of the campaign and its action, with all texts in Spanish."""
    other = make_draft(slug="other", locales=("en", "es"))
    rows = db.session.execute(select(Action.campaign_id, Action.id))
    ids = dict(rows.all())
    pairs = ((CAMPAIGN, other.id, campaign.id), (ACTION, ids[other.id], ids[campaign.id]))
    for subject, source, target in pairs:
        content = subject.read(db.session.connection(), source)
        changes = {name: text for name, text in content.items() if name.startswith("texts.es.")}
        hidden = {"texts.es.is_public": False} if subject is CAMPAIGN else {}
        by = make_staff("campaigner", name="Nino")
        save_changes(subject, target, changes | hidden, opened_at=0, by=by, now=utc_now())
        db.session.rollback()


def test_languages_that_stay_are_not_saved_again(staff, campaign):
    answer = choose(staff, campaign, "en", "ru")

    assert "No changes to save." in staff.get(answer.location).text


def test_a_language_that_a_draft_completes_waits_for_the_draft(staff, campaign):
    of_russian = update(CampaignText).filter_by(campaign_id=campaign.id, locale="ru")
    db.session.execute(of_russian.values(is_public=False, headline=""))
    db.session.commit()
    by = make_staff("campaigner", name="Ada")
    changes = {"texts.ru.headline": "Никто не должен бояться"}

    before = choose(staff, campaign, "en", "ru", seen=("en",))
    save_changes(CAMPAIGN, campaign.id, changes, opened_at=0, by=by, now=utc_now())
    db.session.rollback()
    answer = choose(staff, campaign, "en", "ru", seen=("en",))

    assert [before.status_code, answer.status_code] == [400, 400]
    page = visible_text(answer.text)
    assert "Publish the changes first, then tick the language." in page
    assert "Publish the changes first" not in visible_text(before.text)
    assert "Nothing needs fixing" not in page
