"""Texts of a campaign are composed from translations once they are complete, and only if they differ."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText
from campaign_actions.catalogs.campaign_texts.fields import CAMPAIGN_FIELDS
from campaign_actions.catalogs.campaign_texts.publish import compose_texts, is_complete
from campaign_actions.catalogs.store.repository import campaign_catalog, stored_translations
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.pseudo import pseudo_localize
from campaign_actions.demo.load import load_demo
from tests.support.factories import NOON, make_action, make_campaign


@pytest.fixture
def racism(app):
    load_demo(now=NOON)
    return db.session.scalars(select(Campaign.id).filter_by(slug="racism")).one()


def composed(campaign_id, locale, translations):
    return compose_texts(db.session.connection(), campaign_id, locale, translations)


def forms_in(campaign_id, locale):
    found = stored_translations(campaign_catalog(campaign_id), locale)
    return {key: each.forms for key, each in found.items()}


def key_of(campaign_id, source):
    messages = campaign_catalog(campaign_id).messages
    return next(message.key for message in messages if message.source == source)


@pytest.mark.parametrize("locale", ["ru", "ar"])
def test_texts_that_say_the_same_are_not_changed(racism, locale):
    texts = composed(racism, locale, forms_in(racism, locale))

    assert [each.changes for each in texts] == [{}] * 4
    assert is_complete(texts)


def test_a_new_translation_changes_only_its_block(racism):
    key = key_of(racism, "It begins long before the first blow")

    campaign, *actions = composed(racism, "ru", forms_in(racism, "ru") | {key: ("До удара",)})

    body = db.session.get(CampaignText, (racism, "ru")).body
    heading = "Всё начинается задолго до первого удара"
    assert campaign.changes == {"texts.ru.body": body.replace(heading, "До удара")}
    assert [action.changes for action in actions] == [{}, {}, {}]


def test_a_text_without_a_block_is_not_changed(racism):
    translations = forms_in(racism, "ru")
    del translations[key_of(racism, "It begins long before the first blow")]
    translations[key_of(racism, "The road so far")] = ("Дорога",)

    campaign, *_actions = composed(racism, "ru", translations)

    assert (campaign.changes, campaign.missing) == ({}, 1)


def test_texts_in_a_new_language_have_the_structure_of_the_source(racism):
    messages = campaign_catalog(racism).messages
    translations = {m.key: (pseudo_localize(m.source, "ar-XB"),) for m in messages}

    texts = composed(racism, "uk", translations)

    assert is_complete(texts)
    text = texts[1].changes["texts.uk.background"]
    assert text.startswith("## ")
    assert (text.count("\n::: "), text.count("\n> ")) == (3, 2)
    assert {name for each in texts for name in each.changes if name.endswith("title")} == {
        "texts.uk.title"
    }


def test_draft_actions_hold_no_language_back(racism):
    action = db.session.scalars(select(Action).filter_by(slug="speak-up")).one()
    action.published_at = None
    db.session.commit()
    messages = campaign_catalog(racism).messages
    translations = {m.key: ("x",) for m in messages if "speak-up" not in m.context}

    texts = composed(racism, "uk", translations)

    assert is_complete(texts)
    assert not is_complete(composed(racism, "uk", dict(list(translations.items())[1:])))


def test_a_repeated_paragraph_keeps_its_different_translations(app):
    campaign = make_campaign(locales=("en", "ru"))
    make_action(campaign=campaign, locales=("en", "ru"))
    for locale, body in {"en": "A.\n\nB.\n\nA.", "ru": "А1.\n\nБ.\n\nА2."}.items():
        db.session.get(CampaignText, (campaign.id, locale)).body = body
    db.session.commit()
    translations = forms_in(campaign.id, "ru") | {key_of(campaign.id, "B."): ("В.",)}

    found, _action = composed(campaign.id, "ru", translations)

    assert found.changes == {"texts.ru.body": "А1.\n\nВ.\n\nА2."}


@pytest.mark.parametrize("spare", [0, -1])
def test_blocks_that_are_too_long_together_are_not_published(app, spare):
    campaign = make_campaign(locales=("en",))
    db.session.get(CampaignText, (campaign.id, "en")).body = "A.\n\nB."
    db.session.commit()
    most = next(each.max_length for each in CAMPAIGN_FIELDS if each.name == "body")
    forms = {m.key: (m.source,) for m in campaign_catalog(campaign.id).messages}
    forms[key_of(campaign.id, "A.")] = ("x" * (most - len("\n\nB.") - spare),)

    texts = composed(campaign.id, "uk", forms)

    assert is_complete(texts) == (spare == 0)
    assert ("texts.uk.body" in texts[0].changes) == (spare == 0)


def test_notes_on_a_block_say_how_long_the_whole_text_may_be(app):
    campaign = make_campaign(locales=("en",))
    make_partner(campaign.id)

    notes = {m.context: m.notes for m in campaign_catalog(campaign.id).messages}

    (points,) = (found for context, found in notes.items() if context.endswith(": points"))
    assert "The whole text can have at most 5,000 characters." in points
    assert "The whole text can have at most 20,000 characters." in notes["campaign: body"]


def test_the_texts_of_a_partner_are_composed(racism):
    campaign = make_campaign(slug="joint", locales=("en",))
    make_partner(campaign.id)
    messages = campaign_catalog(campaign.id).messages

    (found,) = composed(campaign.id, "uk", {m.key: (f"{m.source}!",) for m in messages})

    partner = next(name for name in found.changes if name.endswith("uk.name"))
    assert found.changes[partner] == "Centre!"
    assert partner.startswith("partners.")


def make_partner(campaign_id):
    partner = Partner(campaign_id=campaign_id)
    partner.texts = [PartnerText(locale="en", name="Centre", points="- Hosts it.")]
    db.session.add(partner)
    db.session.commit()
