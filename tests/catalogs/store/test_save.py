"""The only way a translation enters: checked, nobody overwritten, and public once it is whole."""

import pytest
from sqlalchemy import func, select

from campaign_actions.actions.models import ActionText
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.models import CampaignText, Revision
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.repository import campaign_catalog, interface, stored
from campaign_actions.catalogs.store.save import (
    Refused,
    TranslationConflict,
    TranslationEdit,
    save_translations,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from tests.support.factories import NOON, make_action, make_campaign, make_staff

SKIP = next(m for m in interface().messages if m.source == "Skip to the content")
HOW = {"how": "web", "staff_id": None, "now": NOON}


def test_what_is_translated_is_stored_and_in_the_history(app):
    member = make_staff("translator")

    new = save_translations(
        interface(),
        "uk",
        {SKIP.key: TranslationEdit(("До змісту",), ())},
        **HOW | {"staff_id": member.id},
    )

    said = stored(interface(), "uk")[SKIP.key]
    change = db.session.scalars(select(TranslationChange)).one()
    assert (new, said.forms, said.staff_id) == (1, ("До змісту",), member.id)
    assert (change.before, change.after, change.how) == ([], ["До змісту"], "web")


def test_one_refusal_refuses_all_that_came_with_it(app):
    other = next(m for m in interface().messages if m.source == "Your data")
    wishes = {
        SKIP.key: TranslationEdit(("До змісту",), ()),
        other.key: TranslationEdit(("Ваші дані {{ config }}",), ()),
    }

    with pytest.raises(Refused) as refused:
        save_translations(interface(), "uk", wishes, **HOW)

    assert set(refused.value.found) == {other.key}
    assert stored(interface(), "uk") == {}


def test_nobody_s_newer_words_are_overwritten_unseen(app):
    save_translations(interface(), "uk", {SKIP.key: TranslationEdit(("До змісту",), ())}, **HOW)

    with pytest.raises(TranslationConflict) as faster:
        save_translations(interface(), "uk", {SKIP.key: TranslationEdit(("Перейти",), ())}, **HOW)

    assert faster.value.theirs == {SKIP.key: ("До змісту",)}
    assert stored(interface(), "uk")[SKIP.key].forms == ("До змісту",)


def test_words_that_are_there_already_change_nothing(app):
    save_translations(interface(), "uk", {SKIP.key: TranslationEdit(("До змісту",), ())}, **HOW)

    new = save_translations(
        interface(), "uk", {SKIP.key: TranslationEdit(("До змісту",), ())}, **HOW
    )

    assert (new, count(TranslationChange)) == (0, 1)


def test_a_translation_can_be_taken_back_and_the_shipped_one_speaks_again(app):
    shipped = stored(interface(), "ru")[SKIP.key].forms
    save_translations(interface(), "ru", {SKIP.key: TranslationEdit(("К делу",), shipped)}, **HOW)

    save_translations(interface(), "ru", {SKIP.key: TranslationEdit((), ("К делу",))}, **HOW)

    assert stored(interface(), "ru")[SKIP.key].forms == shipped


def test_there_is_no_translation_of_what_is_no_message(app):
    with pytest.raises(NotFound):
        save_translations(interface(), "uk", {"0" * 64: TranslationEdit(("Так",), ())}, **HOW)


def test_nothing_of_a_language_is_public_before_the_last_text_is_translated(app, client):
    action = make_action()
    catalog = campaign_catalog(campaign_of(action))
    *most, last = catalog.messages

    save_translations(
        catalog, "ru", {m.key: TranslationEdit((russian(m),), ()) for m in most}, **HOW
    )
    before = (count(CampaignText), count(ActionText))
    save_translations(catalog, "ru", {last.key: TranslationEdit((russian(last),), ())}, **HOW)

    page = client.get("/ru/campaigns/racism/hate-crimes/")
    assert before == (1, 1)
    assert (count(CampaignText), count(ActionText)) == (2, 2)
    assert page.status_code == 404, "nobody has said what people agree to in Russian"
    assert "Перевод" in client.get("/ru/campaigns/racism/").text
    assert ("language-opened", "command") in events()


def test_a_draft_gets_its_texts_and_no_entry_about_the_public(app):
    campaign = make_campaign(published_at=None)
    catalog = campaign_catalog(campaign.id)

    save_translations(
        catalog, "ru", {m.key: TranslationEdit((russian(m),), ()) for m in catalog.messages}, **HOW
    )

    text = db.session.get(CampaignText, (campaign.id, "ru"))
    assert text.title.startswith("Перевод")
    assert "language-opened" not in dict(events())


def test_a_changed_translation_is_in_the_public_text_at_once_and_a_revision(app):
    campaign = make_campaign(locales=("en", "ru"))
    catalog = campaign_catalog(campaign.id)
    title = next(m for m in catalog.messages if m.source == "Title of racism (en)")
    said = stored(catalog, "ru")[title.key].forms

    save_translations(catalog, "ru", {title.key: TranslationEdit(("Новое название",), said)}, **HOW)

    db.session.expire_all()
    text = db.session.get(CampaignText, (campaign.id, "ru"))
    assert text.title == "Новое название"
    assert count(Revision) == 2


def test_a_language_that_staff_hold_back_stays_held_back(app):
    campaign = make_campaign(locales=("en", "ru"))
    held = db.session.get(CampaignText, (campaign.id, "ru"))
    held.is_public = False
    db.session.commit()
    catalog = campaign_catalog(campaign.id)

    save_translations(catalog, "ru", wishes_for_all(catalog), **HOW)

    db.session.expire_all()
    assert db.session.get(CampaignText, (campaign.id, "ru")).is_public is False


def wishes_for_all(catalog):
    said = stored(catalog, "ru")
    return {m.key: TranslationEdit((russian(m),), said[m.key].forms) for m in catalog.messages}


def russian(message) -> str:
    """Another text each time, with the structure of its source."""
    return f"Перевод {message.key[:4].translate(CYRILLIC)}"


CYRILLIC = str.maketrans("0123456789abcdef", "абвгдежзиклмнопр")


def campaign_of(action) -> int:
    return db.session.scalars(select(CampaignText.campaign_id)).first()


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def events() -> list[tuple[str, str]]:
    """Each with who did it."""
    return [tuple(row) for row in db.session.execute(select(AuditEntry.event, AuditEntry.actor))]
