"""Saving translations: validated, without overwriting others, and public once complete."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign_actions.actions.models import ActionText
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText, Revision
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.repository import (
    campaign_catalog,
    interface_catalog,
    stored_translations,
)
from campaign_actions.catalogs.store.save import (
    TranslationConflict,
    TranslationEdit,
    TranslationsRefused,
    save_translations,
)
from campaign_actions.catalogs.workflow.entries import count_by_filter, entries
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action, make_campaign, make_staff

SKIP = next(m for m in interface_catalog().messages if m.source == "Skip to main content")
BY_WEB = {"how": "web", "staff_id": None, "now": NOON}


def test_a_saved_translation_is_stored_and_recorded_in_the_history(app):
    member = make_staff("translator")

    count = save_translations(
        interface_catalog(),
        "uk",
        {SKIP.key: TranslationEdit(("До змісту",), ())},
        **BY_WEB | {"staff_id": member.id},
    )

    stored = stored_translations(interface_catalog(), "uk")[SKIP.key]
    change = db.session.scalars(select(TranslationChange)).one()
    assert (count, stored.forms, stored.staff_id) == (1, ("До змісту",), member.id)
    assert (change.before, change.after, change.how) == ([], ["До змісту"], "web")


def test_one_fault_refuses_all_edits_saved_together(app):
    other = next(m for m in interface_catalog().messages if m.source == "Your data")
    edits = {
        SKIP.key: TranslationEdit(("До змісту",), ()),
        other.key: TranslationEdit(("Ваші дані {{ config }}",), ()),
    }

    with pytest.raises(TranslationsRefused) as refused:
        save_translations(interface_catalog(), "uk", edits, **BY_WEB)

    assert set(refused.value.found) == {other.key}
    assert stored_translations(interface_catalog(), "uk") == {}


def test_a_newer_translation_is_not_overwritten_unseen(app):
    save_translations(
        interface_catalog(), "uk", {SKIP.key: TranslationEdit(("До змісту",), ())}, **BY_WEB
    )

    with pytest.raises(TranslationConflict) as conflict:
        save_translations(
            interface_catalog(), "uk", {SKIP.key: TranslationEdit(("Перейти",), ())}, **BY_WEB
        )

    assert conflict.value.theirs == {SKIP.key: ("До змісту",)}
    assert stored_translations(interface_catalog(), "uk")[SKIP.key].forms == ("До змісту",)


def test_saving_the_stored_translation_changes_nothing(app):
    save_translations(
        interface_catalog(), "uk", {SKIP.key: TranslationEdit(("До змісту",), ())}, **BY_WEB
    )

    count = save_translations(
        interface_catalog(), "uk", {SKIP.key: TranslationEdit(("До змісту",), ())}, **BY_WEB
    )

    assert (count, count_rows(TranslationChange)) == (0, 1)


def test_deleting_a_translation_restores_the_shipped_one(app):
    shipped = stored_translations(interface_catalog(), "ru")[SKIP.key].forms
    save_translations(
        interface_catalog(), "ru", {SKIP.key: TranslationEdit(("К делу",), shipped)}, **BY_WEB
    )

    save_translations(
        interface_catalog(), "ru", {SKIP.key: TranslationEdit((), ("К делу",))}, **BY_WEB
    )

    assert stored_translations(interface_catalog(), "ru")[SKIP.key].forms == shipped


def test_an_unknown_key_is_not_found(app):
    with pytest.raises(NotFound):
        save_translations(
            interface_catalog(), "uk", {"0" * 64: TranslationEdit(("Так",), ())}, **BY_WEB
        )


def test_a_language_is_public_once_its_last_text_is_translated(app, client):
    action = make_action()
    catalog = campaign_catalog(campaign_of(action))
    *most, last = catalog.messages

    save_translations(
        catalog, "ru", {m.key: TranslationEdit((russian(m),), ()) for m in most}, **BY_WEB
    )
    before = (count_rows(CampaignText), count_rows(ActionText))
    save_translations(catalog, "ru", {last.key: TranslationEdit((russian(last),), ())}, **BY_WEB)

    assert before == (count_rows(CampaignText), count_rows(ActionText)) == (1, 1), "a draft"
    publish_all()
    page = client.get("/ru/campaigns/racism/hate-crimes/")
    assert (count_rows(CampaignText), count_rows(ActionText)) == (2, 2)
    assert page.status_code == 404, "there is no consent text in Russian"
    assert "Перевод" in client.get("/ru/campaigns/racism/").text


def test_a_language_that_is_complete_before_the_campaign_opens_is_announced(app):
    catalog = campaign_catalog(make_campaign(published_at=NOON + timedelta(days=1)).id)

    save_translations(
        catalog,
        "ru",
        {m.key: TranslationEdit((russian(m),), ()) for m in catalog.messages},
        **BY_WEB,
    )

    assert ("language-opened", "command") in events()


def test_translations_of_a_changed_text_are_public_together_with_it(app, client):
    campaign = make_campaign(locales=("en", "ru"))
    changes = {"texts.en.title": "New"}
    by = make_staff("campaigner")
    save_changes(CAMPAIGN, campaign.id, changes, opened_at=0, by=by, now=NOON)
    catalog = campaign_catalog(campaign.id)
    title = next(m for m in catalog.messages if m.source == "New")

    save_translations(catalog, "ru", {title.key: TranslationEdit(("Новое",), ())}, **BY_WEB)
    before = [client.get(f"/{tag}/campaigns/racism/").text for tag in ("en", "ru")]
    publish_all()
    after = [client.get(f"/{tag}/campaigns/racism/").text for tag in ("en", "ru")]

    assert "Title of racism (en)" in before[0]
    assert "Title of racism (ru)" in before[1]
    assert "New" in after[0]
    assert "Новое" in after[1]


def test_a_draft_whose_translations_are_half_done_keeps_those_of_the_former_text(app, client):
    """One of two changed texts is translated: the other is shown as it was, and marked as stale."""
    campaign = make_campaign(locales=("en", "ru"))
    changes = {"texts.en.title": "New", "texts.en.headline": "Newer"}
    by = make_staff("campaigner")
    save_changes(CAMPAIGN, campaign.id, changes, opened_at=0, by=by, now=NOON)
    catalog = campaign_catalog(campaign.id)
    title = next(m for m in catalog.messages if m.source == "New")
    save_translations(catalog, "ru", {title.key: TranslationEdit(("Новое",), ())}, **BY_WEB)

    publish_all()

    page = client.get("/ru/campaigns/racism/").text
    assert "Новое" in page
    assert "Headline of racism (ru)" in page
    assert count_by_filter(entries(campaign_catalog(campaign.id), "ru"))["stale"] == 1


def test_a_draft_gets_its_texts_but_is_not_announced_as_public(app):
    campaign = make_campaign(published_at=None)
    catalog = campaign_catalog(campaign.id)

    save_translations(
        catalog,
        "ru",
        {m.key: TranslationEdit((russian(m),), ()) for m in catalog.messages},
        **BY_WEB,
    )

    text = db.session.get(CampaignText, (campaign.id, "ru"))
    assert text.title.startswith("Перевод")
    assert "language-opened" not in dict(events())


def test_a_changed_translation_changes_the_public_text_and_makes_a_revision(app):
    campaign = make_campaign(locales=("en", "ru"))
    catalog = campaign_catalog(campaign.id)
    title = next(m for m in catalog.messages if m.source == "Title of racism (en)")
    seen = stored_translations(catalog, "ru")[title.key].forms

    save_translations(
        catalog, "ru", {title.key: TranslationEdit(("Новое название",), seen)}, **BY_WEB
    )

    publish_all()
    text = db.session.get(CampaignText, (campaign.id, "ru"))
    assert text.title == "Новое название"
    assert count_rows(Revision) == 2


def test_a_language_hidden_by_staff_stays_hidden(app):
    campaign = make_campaign(locales=("en", "ru"))
    held = db.session.get(CampaignText, (campaign.id, "ru"))
    held.is_public = False
    db.session.commit()
    catalog = campaign_catalog(campaign.id)

    save_translations(catalog, "ru", edits_of_all(catalog), **BY_WEB)

    db.session.expire_all()
    assert db.session.get(CampaignText, (campaign.id, "ru")).is_public is False


def edits_of_all(catalog):
    stored = stored_translations(catalog, "ru")
    return {m.key: TranslationEdit((russian(m),), stored[m.key].forms) for m in catalog.messages}


def russian(message) -> str:
    """A different text for each message."""
    return f"Перевод {message.key[:4].translate(CYRILLIC)}"


CYRILLIC = str.maketrans("0123456789abcdef", "абвгдежзиклмнопр")


def campaign_of(action) -> int:
    return db.session.scalars(select(CampaignText.campaign_id)).first()


def count_rows(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def events() -> list[tuple[str, str]]:
    """Names of events with their actors."""
    return [tuple(row) for row in db.session.execute(select(AuditEntry.event, AuditEntry.actor))]
