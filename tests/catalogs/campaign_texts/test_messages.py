"""The messages of a campaign, and texts by staff in other languages as their translations."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.edit import CAMPAIGN, save_campaign
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.restore import restore
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.campaign_texts.alignment import aligned_blocks, translatable_units
from campaign_actions.catalogs.campaign_texts.parts import context_in_words
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.fuzzy_match import former_translations
from campaign_actions.catalogs.store.repository import (
    campaign_catalog,
    find_catalog,
    stored_translations,
)
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.catalogs.validation.validate_translation import issues
from campaign_actions.core.db.session import db
from campaign_actions.demo.load import load_demo
from tests.support.factories import NOON, make_action, make_campaign, make_staff

FIRST = "Racism rarely starts with a fist."
LATER = NOON.replace(hour=13)


@pytest.fixture
def racism(app):
    load_demo(now=NOON)
    return db.session.scalars(select(Campaign.id).filter_by(slug="racism")).one()


@pytest.fixture
def grace(app):
    return make_staff("administrator")


def untranslated(campaign_id, locale="ru"):
    """Messages without a translation, each with its former translation."""
    catalog = campaign_catalog(campaign_id)
    stored = stored_translations(catalog, locale)
    missing = [message for message in catalog.messages if message.key not in stored]
    former = former_translations(catalog, locale, missing)
    return [(message, former.get(message.key)) for message in missing]


def translation_of(campaign_id, source, locale="ru"):
    catalog = campaign_catalog(campaign_id)
    (key,) = [message.key for message in catalog.messages if message.source == source]
    return stored_translations(catalog, locale)[key].forms


def text_of(campaign_id, field, locale="en"):
    text = select(getattr(CampaignText, field)).filter_by(campaign_id=campaign_id, locale=locale)
    return db.session.scalars(text).one()


def save(campaign_id, by, **changes):
    """`changes`: texts by field and language, like body_en."""
    names = {f"texts.{name[-2:]}.{name[:-3]}": value for name, value in changes.items()}
    save_campaign(campaign_id, names, opened_at=version(campaign_id), by=by, now=LATER)


def version(campaign_id):
    return db.session.scalars(select(Campaign.version).filter_by(id=campaign_id)).one()


def history(campaign_id):
    of_campaign = select(TranslationChange).filter_by(catalog=f"campaign-{campaign_id}")
    return db.session.scalars(of_campaign.order_by(TranslationChange.id)).all()


def reworded(text):
    return text.replace(FIRST, "Racism hardly ever starts with a fist.")


@pytest.mark.parametrize("locale", ["ru", "fr", "es", "ar"])
def test_demo_campaigns_are_fully_translated(racism, locale):
    for campaign_id in db.session.scalars(select(Campaign.id)):
        catalog = campaign_catalog(campaign_id)
        stored = stored_translations(catalog, locale)

        assert [message.source for message in catalog.messages if message.key not in stored] == []
        assert [issues(m, stored[m.key].forms, locale) for m in catalog.messages] == [[]] * len(
            catalog.messages
        )


def test_a_message_has_its_places_its_maximum_length_and_notes(racism):
    messages = {(m.context, m.source): m for m in campaign_catalog(racism).messages}

    button = messages["action hate-crimes: button", "Sign the petition"]
    assert (button.max_length, button.markup) == (60, "text")
    assert button.places == ("action/hate-crimes", "campaign")
    assert button.notes[1] == "At most 60 characters."
    heading = messages["campaign: body", "It begins long before the first blow"]
    assert heading.notes == (
        "Part of the text on the campaign page.",
        "A heading.",
        "The whole text can have at most 20,000 characters.",
    )


def test_messages_are_in_reading_order(racism):
    messages = campaign_catalog(racism).messages
    contexts = list(dict.fromkeys(re.sub(r"\d+", "1", m.context) for m in messages))

    assert contexts[:8] == [
        *("campaign: title", "campaign: headline", "campaign: summary"),
        *("campaign: picture alt", "campaign: body"),
        *("partner 1: name", "partner 1: points"),
        "action hate-crimes: title",
    ]


def test_every_text_of_a_campaign_is_a_message(app):
    campaign = make_campaign()
    make_action(campaign=campaign)
    partner = Partner(campaign_id=campaign.id)
    partner.texts = [PartnerText(locale="en", name="Centre", points="- Hosts it.")]
    db.session.add(partner)
    db.session.commit()
    db.session.get(CampaignText, (campaign.id, "en")).picture_alt = "A crowd"
    db.session.commit()

    messages = campaign_catalog(campaign.id).messages
    found = {message.context: message.source for message in messages}
    notes = {note for message in messages for note in message.notes}

    assert found["campaign: picture alt"] == "A crowd"
    assert found[f"partner {partner.id}: name"] == "Centre"
    assert found[f"partner {partner.id}: points"] == "Hosts it."
    assert "About this partner: Centre" in notes
    assert found["action hate-crimes: share text"] == "I have signed this."


def test_messages_are_in_the_source_language_of_the_campaign(racism):
    db.session.get(Campaign, racism).source_locale = "ru"
    db.session.commit()

    catalog = campaign_catalog(racism)

    assert catalog.messages[0].source == "Расизм и дискриминация"
    assert stored_translations(catalog, "en")[catalog.messages[0].key].forms == (
        "Racism and discrimination",
    )


def test_a_catalog_is_found_by_its_name(racism):
    assert find_catalog(f"campaign-{racism}").campaign_id == racism
    assert find_catalog("interface").name == "interface"
    assert find_catalog("campaign-99") is find_catalog("campaign-x") is find_catalog("") is None


def test_only_a_changed_paragraph_is_stale(racism, grace):
    before = text_of(racism, "body")

    save(racism, grace, body_en=reworded(before))

    ((message, former),) = untranslated(racism)
    assert message.source.startswith("Racism hardly ever")
    assert former.source.startswith(FIRST)
    assert former.forms[0].startswith("Расизм редко начинается с кулака.")


def test_only_a_new_paragraph_is_untranslated(racism, grace):
    save(
        racism, grace, body_en=text_of(racism, "body").replace("## The road", "New.\n\n## The road")
    )

    ((message, _former),) = untranslated(racism)
    assert message.source == "New."


SECTION = "## Heading\n\nOne.\n\n- First\n- Second\n\nTwo.\n\nThree."


@pytest.mark.parametrize(
    ("theirs", "missing"),
    [
        ("## Kop\n\nEen.\n\n- Eerste\n\nTwee.\n\nDrie.", {"First", "Second"}),
        ("## Kop\n\nEen.\n\n- Eerste\n- Tweede\n\nTwee.", {"Two.", "Three."}),
        ("## Kop\n\n- Eerste\n- Tweede", {"One.", "Two.", "Three."}),
        ("## Kop\n\nEen.", {"One.", "First", "Second", "Two.", "Three."}),
        ("## Kop\n\nEen.\n\n> Zo.", {"One.", "First", "Second", "Two.", "Three."}),
    ],
)
def test_a_missing_block_leaves_only_like_blocks_beside_it_untranslated(theirs, missing):
    pairs = aligned_blocks(SECTION, theirs, is_markdown=True)

    units = set(translatable_units(SECTION, is_markdown=True))
    assert units - {ours for ours, _theirs in pairs} == missing


def test_a_restored_paragraph_has_its_translation_again(racism, grace):
    before = text_of(racism, "body")
    save(racism, grace, body_en=reworded(before))

    save(racism, grace, body_en=before)

    assert untranslated(racism) == []


def test_a_changed_title_is_stale_however_different_it_is(racism, grace):
    save(racism, grace, title_en="Hatred")

    ((message, former),) = untranslated(racism)
    assert (message.source, former.source) == ("Hatred", "Racism and discrimination")
    assert former.forms == ("Расизм и дискриминация",)


def test_a_text_that_staff_save_in_another_language_is_a_translation(racism, grace):
    save(racism, grace, body_en=reworded(text_of(racism, "body")))

    theirs = text_of(racism, "body", "ru").replace("Расизм редко", "Расизм почти никогда не")
    save(racism, grace, body_ru=theirs)

    assert untranslated(racism) == []
    (change,) = history(racism)
    assert (change.how, change.staff_id, change.locale) == ("staff", grace.id, "ru")
    assert change.after[0].startswith("Расизм почти никогда не")


def test_source_and_translation_may_change_in_one_save(racism, grace):
    theirs = text_of(racism, "body", "ru").replace("Расизм редко", "Расизм почти никогда не")

    save(racism, grace, body_en=reworded(text_of(racism, "body")), body_ru=theirs)

    assert untranslated(racism) == []
    ((message, _former),) = untranslated(racism, "fr")
    assert message.source.startswith("Racism hardly ever")


def test_a_new_wording_by_staff_replaces_the_translation(racism, grace):
    save(racism, grace, title_ru="Расизм")

    assert translation_of(racism, "Racism and discrimination") == ("Расизм",)


def test_a_text_with_another_structure_is_offered_as_a_whole(racism, grace):
    save(racism, grace, body_en="Only one paragraph.")

    ((message, former),) = untranslated(racism)
    assert message.source == "Only one paragraph."
    assert former.forms == (text_of(racism, "body", "ru"),)
    assert former.source == ""


def test_an_action_keeps_its_translations_under_a_new_slug(racism, grace):
    action = db.session.scalars(select(Action).filter_by(slug="hate-crimes")).one()
    first = {"opened_at": 0, "by": grace, "now": NOON}
    save_changes(ACTION, action.id, {"texts.ru.button": "Подписать"}, **first)
    db.session.execute(CampaignText.__table__.delete().where(CampaignText.locale == "ru"))
    db.session.commit()

    save_changes(ACTION, action.id, {"slug": "hatred"}, opened_at=2, by=grace, now=LATER)

    catalog = campaign_catalog(racism)
    (button,) = [m for m in catalog.messages if m.context == "action hatred: button"]
    assert stored_translations(catalog, "ru")[button.key].forms == ("Подписать",)
    assert [change.key for change in history(racism)] == [button.key]


@pytest.mark.parametrize("in_one_save", [False, True])
def test_a_stale_translation_stays_stale_under_a_new_slug(racism, grace, in_one_save):
    action = db.session.scalars(select(Action).filter_by(slug="hate-crimes")).one()
    text, slug = {"texts.en.button": "Sign the new text"}, {"slug": "hatred"}
    by = {"by": grace, "now": NOON}
    if in_one_save:
        save_changes(ACTION, action.id, text | slug, opened_at=0, **by)
    else:
        save_changes(ACTION, action.id, text, opened_at=0, **by)
        save_changes(ACTION, action.id, slug, opened_at=2, **by)

    ((message, former),) = untranslated(racism)
    assert (message.context, message.source) == ("action hatred: button", "Sign the new text")
    assert former.forms == ("Подписать петицию",)
    assert history(racism) == []


def test_a_translation_that_a_restored_revision_brings_back_is_stale_again(racism, grace):
    former = text_of(racism, "headline", "ru")
    save(racism, grace, headline_en="A new headline")
    stale = find_content(CAMPAIGN, racism)
    save(racism, grace, headline_ru="Новый заголовок")
    fresh = find_content(CAMPAIGN, racism)
    assert untranslated(racism) == []

    by = {"by": grace, "now": LATER}
    restore(CAMPAIGN, racism, *stale, **by)

    ((message, found),) = untranslated(racism)
    assert (message.source, found.forms) == ("A new headline", (former,))
    restore(CAMPAIGN, racism, *fresh, **by)
    assert untranslated(racism) == []
    assert translation_of(racism, "A new headline") == ("Новый заголовок",)


@pytest.mark.parametrize("is_return", [False, True])
def test_an_undone_translation_is_stale_and_one_that_staff_type_is_not(racism, grace, is_return):
    former = {"texts.ru.headline": text_of(racism, "headline", "ru")}
    save(racism, grace, headline_en="A new headline")
    save(racism, grace, headline_ru="Новый заголовок")

    opened = {"opened_at": version(racism), "by": grace, "now": LATER}
    save_changes(CAMPAIGN, racism, former, is_return=is_return, **opened)

    assert len(untranslated(racism)) == is_return


TWO = "One paragraph.\n\nAnother paragraph."
CHANGED = "One new paragraph.\n\nAnother new paragraph."
FIRST_RU, SECOND_RU = "Один новый абзац.", "Другой новый абзац."


def half_translated(racism, grace):
    """Both paragraphs of the page text have changed, and a translator has translated the first."""
    save(racism, grace, body_en=TWO, body_ru="Один абзац.\n\nДругой абзац.")
    save(racism, grace, body_en=CHANGED)
    catalog = campaign_catalog(racism)
    (key,) = [each.key for each in catalog.messages if each.source == "One new paragraph."]
    edits = {key: TranslationEdit((FIRST_RU,), ())}
    save_translations(catalog, "ru", edits, how="web", staff_id=grace.id, now=LATER)
    db.session.rollback()


def test_a_text_that_staff_finish_has_the_paragraphs_of_translators_as_well(racism, grace):
    half_translated(racism, grace)

    save(racism, grace, body_ru=f"Один абзац.\n\n{SECOND_RU}")

    assert find_content(CAMPAIGN, racism)[0]["texts.ru.body"] == f"{FIRST_RU}\n\n{SECOND_RU}"
    assert untranslated(racism) == []


def test_a_text_stays_as_it_was_while_one_of_its_paragraphs_is_stale(racism, grace):
    half_translated(racism, grace)

    save(racism, grace, headline_ru="Другой заголовок")

    assert find_content(CAMPAIGN, racism)[0]["texts.ru.body"] == "Один абзац.\n\nДругой абзац."
    assert len(untranslated(racism)) == 1


def test_what_staff_write_themselves_replaces_the_paragraph_of_a_translator(racism, grace):
    half_translated(racism, grace)

    save(racism, grace, body_ru=f"Мой абзац.\n\n{SECOND_RU}")

    assert find_content(CAMPAIGN, racism)[0]["texts.ru.body"] == f"Мой абзац.\n\n{SECOND_RU}"
    assert translation_of(racism, "One new paragraph.") == ("Мой абзац.",)


def test_a_source_that_returns_completes_the_text(racism, grace):
    half_translated(racism, grace)

    save(racism, grace, body_en="One new paragraph.\n\nAnother paragraph.")

    assert find_content(CAMPAIGN, racism)[0]["texts.ru.body"] == f"{FIRST_RU}\n\nДругой абзац."
    assert untranslated(racism) == []


def test_saving_other_fields_changes_no_translation(racism, grace):
    save_campaign(racism, {"document_index": "EUR 46/039/2003"}, opened_at=0, by=grace, now=NOON)

    assert history(racism) == []
    assert untranslated(racism) == []


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ("campaign: body", "Page text"),
        ("partner 5: description", "partner 5: description"),
        ("partner 5: name", "Name"),
        ("action film-every-interrogation: body", "Why it matters · film-every-interrogation"),
        ("action x: share text", "Text for sharing · x"),
        ("button: formatting", "button: formatting"),
    ],
)
def test_the_context_of_a_campaign_text_has_the_label_of_its_field(app, context, words):
    with app.test_request_context("/en/"):
        assert context_in_words(context) == words
