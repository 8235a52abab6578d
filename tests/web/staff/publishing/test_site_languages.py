"""A language of a campaign that the site does not have yet: the checks say what the site lacks."""

import pytest
from sqlalchemy import delete, update

from campaign_actions.actions.models import ConsentText
from campaign_actions.campaigns.models import Campaign
from campaign_actions.catalogs.languages import add_language
from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.catalogs.workflow.translation_approvals import propose_consent
from campaign_actions.config import LOCALE_NEEDS
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.locale_registry import init_app as init_locale_registry
from campaign_actions.core.i18n.locale_registry import locale_registry
from tests.support.drafts import make_draft
from tests.support.factories import make_action, make_campaign, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NO_INTERFACE = "The site is not available in this language yet, so nobody can see it."
NO_CONSENT = "There is no consent text, so nobody can see the campaign in this language."


@pytest.fixture(autouse=True)
def needs(app):
    """Those of a new installation. Other tests use the same app."""
    before = {name: app.config[name] for name in ("LOCALE_NEEDS", "LOCALES")}
    read_settings(app, LOCALE_NEEDS=LOCALE_NEEDS)
    yield
    read_settings(app, **before)


def read_settings(app, **settings) -> None:
    app.config.update(settings)
    init_locale_registry(app, LanguageLoader(app.config))


@pytest.fixture
def staff(client):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    return client


def make_new(*tags: str) -> Campaign:
    """A draft without actions. Another campaign has a consent text for petitions in English."""
    make_action(campaign=make_campaign(slug="other"))
    campaign = make_campaign(slug="new", locales=("en", *tags))
    db.session.execute(update(Campaign).filter_by(id=campaign.id).values(published_at=None))
    db.session.execute(delete(ConsentText).where(ConsentText.locale != "en"))
    db.session.commit()
    locale_registry().refresh_now()
    return campaign


def test_a_language_that_lacks_only_a_consent_text_leads_to_that(staff):
    campaign = make_new("es")
    assert "es" not in locales()

    page = staff.get(f"/staff/campaigns/{campaign.id}/publish/").text

    assert NO_CONSENT in page
    assert f'href="/staff/consent/es/petition/?campaign={campaign.id}"' in page
    assert NO_INTERFACE not in page, "it is translated"


def test_a_consent_text_that_is_proposed_is_pending(staff):
    campaign = make_new("es")
    propose_consent("petition", "es", "Text", by=make_staff("translator"), now=utc_now())

    page = staff.get(f"/staff/campaigns/{campaign.id}/publish/").text

    assert NO_CONSENT not in page
    assert "The consent text is pending approval, so nobody can see the campaign" in page


def test_an_action_without_a_consent_text_is_said_once(staff):
    campaign = make_draft(locales=("en", "es"))
    db.session.execute(delete(ConsentText).filter_by(locale="es"))
    db.session.commit()

    page = staff.get(f"/staff/campaigns/{campaign.id}/publish/").text

    assert "The consent text for petitions is missing in this language." in page
    assert NO_CONSENT not in page
    assert NO_INTERFACE not in page


def test_a_language_that_lacks_everything_says_both(staff):
    add_language("uk", by=make_staff("administrator"), now=utc_now())
    campaign = make_new("uk")

    page = staff.get(f"/staff/campaigns/{campaign.id}/publish/").text

    assert NO_INTERFACE in page
    assert 'href="/staff/translations/uk/"' in page
    assert NO_CONSENT in page


def test_a_ready_language_that_a_setting_holds_back_says_so(app, staff):
    read_settings(app, LOCALES=["en"])
    campaign = make_draft(locales=("en", "es"))

    page, status = (
        visible_text(staff.get(address).text)
        for address in (f"/staff/campaigns/{campaign.id}/publish/", "/staff/translations/es/")
    )

    assert "The LOCALES setting keeps this language from going public." in page
    assert "This language is ready, but the LOCALES setting keeps it from going public." in status
