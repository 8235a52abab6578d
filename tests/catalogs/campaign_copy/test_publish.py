"""Texts of a campaign put together from translations: whole, and only where something else is wanted."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText
from campaign_actions.catalogs.campaign_copy.fields import CAMPAIGN_FIELDS
from campaign_actions.catalogs.campaign_copy.publish import compose_rows, is_whole
from campaign_actions.catalogs.store.repository import campaign_catalog, stored
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.pseudo import pseudo_localize
from campaign_actions.demo.load import load_demo
from tests.support.factories import NOON, make_action, make_campaign


@pytest.fixture
def racism(app):
    load_demo(now=NOON)
    return db.session.scalars(select(Campaign.id).filter_by(slug="racism")).one()


def composed(campaign_id, locale, translations):
    return compose_rows(db.session.connection(), campaign_id, locale, translations)


def there(campaign_id, locale):
    found = stored(campaign_catalog(campaign_id), locale)
    return {key: one.forms for key, one in found.items()}


def key_of(campaign_id, source):
    messages = campaign_catalog(campaign_id).messages
    return next(message.key for message in messages if message.source == source)


@pytest.mark.parametrize("locale", ["ru", "ar"])
def test_what_is_there_is_left_as_it_is(racism, locale):
    rows = composed(racism, locale, there(racism, locale))

    assert [row.changes for row in rows] == [{}] * 3
    assert is_whole(rows)


def test_other_words_change_one_text_and_nothing_else_in_it(racism):
    key = key_of(racism, "It begins long before the blow")

    campaign, *actions = composed(racism, "ru", there(racism, "ru") | {key: ("До удара",)})

    body = db.session.get(CampaignText, (racism, "ru")).body
    heading = "Всё начинается задолго до удара"
    assert campaign.changes == {"texts.ru.body": body.replace(heading, "До удара")}
    assert [action.changes for action in actions] == [{}, {}]


def test_a_text_that_lacks_a_block_stays(racism):
    translations = there(racism, "ru")
    del translations[key_of(racism, "It begins long before the blow")]
    translations[key_of(racism, "The road so far")] = ("Дорога",)

    campaign, *_actions = composed(racism, "ru", translations)

    assert (campaign.changes, campaign.lacking) == ({}, 1)


def test_a_language_from_nothing_has_all_texts_in_the_shape_of_the_source(racism):
    messages = campaign_catalog(racism).messages
    translations = {m.key: (pseudo_localize(m.source, "ar-XB"),) for m in messages}

    rows = composed(racism, "uk", translations)

    assert is_whole(rows)
    text = rows[1].changes["texts.uk.background"]
    assert text.startswith("## ")
    assert (text.count("\n::: "), text.count("\n> ")) == (3, 2)
    assert {name for row in rows for name in row.changes if name.endswith("title")} == {
        "texts.uk.title"
    }


def test_drafts_of_actions_hold_no_language_back(racism):
    action = db.session.scalars(select(Action).filter_by(slug="speak-up")).one()
    action.published_at = None
    db.session.commit()
    messages = campaign_catalog(racism).messages
    translations = {m.key: ("x",) for m in messages if "speak-up" not in m.context}

    rows = composed(racism, "uk", translations)

    assert is_whole(rows)
    assert not is_whole(composed(racism, "uk", dict(list(translations.items())[1:])))


def test_a_paragraph_that_comes_twice_keeps_both_of_its_translations(app):
    campaign = make_campaign(locales=("en", "ru"))
    make_action(campaign=campaign, locales=("en", "ru"))
    for locale, body in {"en": "A.\n\nB.\n\nA.", "ru": "А1.\n\nБ.\n\nА2."}.items():
        db.session.get(CampaignText, (campaign.id, locale)).body = body
    db.session.commit()
    translations = there(campaign.id, "ru") | {key_of(campaign.id, "B."): ("В.",)}

    row, _action = composed(campaign.id, "ru", translations)

    assert row.changes == {"texts.ru.body": "А1.\n\nВ.\n\nА2."}


@pytest.mark.parametrize("spare", [0, -1])
def test_blocks_that_fit_alone_are_held_back_where_they_are_too_long_together(app, spare):
    campaign = make_campaign(locales=("en",))
    db.session.get(CampaignText, (campaign.id, "en")).body = "A.\n\nB."
    db.session.commit()
    most = next(each.most for each in CAMPAIGN_FIELDS if each.name == "body")
    words = {m.key: (m.source,) for m in campaign_catalog(campaign.id).messages}
    words[key_of(campaign.id, "A.")] = ("x" * (most - len("\n\nB.") - spare),)

    rows = composed(campaign.id, "uk", words)

    assert is_whole(rows) == (spare == 0)
    assert ("texts.uk.body" in rows[0].changes) == (spare == 0)


def test_the_notes_on_each_block_say_how_long_the_whole_may_be(app):
    campaign = make_campaign(locales=("en",))
    make_partner(campaign.id)

    notes = {m.context: m.notes for m in campaign_catalog(campaign.id).messages}

    (points,) = (found for context, found in notes.items() if context.endswith(": points"))
    assert "The whole text: at most 5000 characters." in points
    assert "The whole text: at most 20000 characters." in notes["campaign: body"]


def test_a_partner_is_composed_by_its_number(racism):
    campaign = make_campaign(slug="joint", locales=("en",))
    make_partner(campaign.id)
    messages = campaign_catalog(campaign.id).messages

    (row,) = composed(campaign.id, "uk", {m.key: (f"{m.source}!",) for m in messages})

    partner = next(name for name in row.changes if name.endswith("uk.name"))
    assert row.changes[partner] == "Centre!"
    assert partner.startswith("partners.")


def make_partner(campaign_id):
    partner = Partner(campaign_id=campaign_id)
    partner.texts = [PartnerText(locale="en", name="Centre", points="- Hosts it.")]
    db.session.add(partner)
    db.session.commit()
