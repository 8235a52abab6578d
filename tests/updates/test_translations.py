"""Translators find the texts of drafts among those of the campaign, and complete them."""

import pytest
from lxml import html

from campaign_actions.catalogs.store.repository import campaign_catalog, stored_translations
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.core.db.session import db
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.updates.checks.translations import outdated
from campaign_actions.updates.draft import TextsChanged, create_draft, fingerprint, save_draft
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import texts_of
from tests.support.factories import NOON, make_action, make_staff, make_update
from tests.support.staff_client import log_in
from tests.support.translators import make_translator
from tests.support.updates import WHO

TEXTS = {"en": ("It has passed", "The **law** has passed.\n\nThank you.")}
RUSSIAN = {
    "It has passed": "Закон принят",
    "The **law** has passed.": "**Закон** принят.",
    "Thank you.": "Спасибо.",
}


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


def catalog_of(action):
    db.session.rollback()
    return campaign_catalog(action.campaign_id)


def strings(action, update):
    prefix = f"update {update.id}: "
    return [m for m in catalog_of(action).messages if m.context.startswith(prefix)]


def translate(action, update, *sources, by=None):
    catalog = catalog_of(action)
    edits = {
        message.key: TranslationEdit((RUSSIAN[message.source],), ())
        for message in strings(action, update)
        if message.source in sources
    }
    by = by or make_staff("translator").id
    save_translations(catalog, "ru", edits, how="web", staff_id=by, now=NOON)


def test_a_draft_is_in_their_list_by_its_parts(action):
    update = make_update(action, texts=TEXTS)

    found = [message.source for message in strings(action, update)]

    assert found == list(RUSSIAN)
    assert not campaign_catalog(action.campaign_id, only_pages=True).by_key.keys() & {
        message.key for message in strings(action, update)
    }


@pytest.mark.parametrize("status", ["scheduled", "sending", "stopped", "sent"])
def test_only_drafts_are_in_it(action, status):
    started = {} if status == "scheduled" else {"started_at": NOON}

    update = make_update(action, texts=TEXTS, status=status, send_at=NOON, **started)

    assert strings(action, update) == []


def test_the_draft_gets_its_text_once_everything_is_translated(action):
    update = make_update(action, texts=TEXTS)
    by = make_staff("translator").id

    translate(action, update, "It has passed", "The **law** has passed.", by=by)
    before = texts_of(update.id).keys()
    db.session.rollback()
    translate(action, update, "Thank you.", by=by)
    db.session.rollback()

    assert list(before) == ["en"]
    text = texts_of(update.id)["ru"]
    assert (text.subject, text.body) == ("Закон принят", "**Закон** принят.\n\nСпасибо.")


def test_a_page_that_was_open_meanwhile_does_not_overwrite_it(action):
    update = make_update(action, texts=TEXTS)
    seen = fingerprint(db.session.connection(), update.id)
    db.session.rollback()
    translate(action, update, *RUSSIAN)

    with pytest.raises(TextsChanged):
        save_draft(update.id, {"ru": ("", "")}, seen=seen, now=NOON, **WHO)


def test_what_staff_wrote_counts_as_translated(action):
    texts = TEXTS | {"ru": ("Закон принят", "**Закон** принят.\n\nСпасибо.")}

    update = make_update(action, texts=texts)

    done = stored_translations(catalog_of(action), "ru")
    assert all(message.key in done for message in strings(action, update))


def test_their_list_says_which_strings_belong_to_an_update(client, action):
    make_update(action, texts=TEXTS)
    log_in(client, make_translator("ru"))

    page = client.get(f"/staff/translations/ru/campaign-{action.campaign_id}/?show=all").text

    rows = [
        " ".join(row.text_content().split())
        for row in html.fromstring(page).xpath("//ul[contains(@class, 'strings')]/li")
    ]
    of_update = [row for row in rows if "Update: It has passed" in row]
    assert [row.split(" Update:")[0] for row in of_update] == [
        "It has passed To translate",
        "The **law** has passed. To translate",
        "Thank you. To translate",
    ]
    assert len(rows) > len(of_update)


def save(update, texts):
    """As the form does, with the texts as they are now."""
    seen = fingerprint(db.session.connection(), update.id)
    db.session.rollback()
    save_draft(update.id, texts, seen=seen, now=NOON, **WHO)
    db.session.rollback()


def to_review(update):
    with locale_context("en"):
        return outdated(db.session.get_one(Update, update.id))


OUTDATED = "Russian: translated from an earlier text. Changed since then: Many thanks."


def test_a_translation_that_is_older_than_its_source_is_to_be_reviewed(action):
    update = make_update(action, texts=TEXTS)
    translate(action, update, *RUSSIAN)
    before = to_review(update)

    save(update, {"en": ("It has passed", "The **law** has passed.\n\nMany thanks.")})

    assert (before, to_review(update)) == ([], [OUTDATED])


def test_the_same_for_one_that_staff_wrote_beside_it(action):
    update = create(action, TEXTS | {"ru": ("Закон принят", "**Закон** принят.\n\nСпасибо.")})
    before = to_review(update)

    save(update, {"en": ("It has passed", "The **law** has passed.\n\nMany thanks.")})

    assert (before, to_review(update)) == ([], [OUTDATED])


def test_not_if_they_changed_both(action):
    update = create(action, TEXTS | {"ru": ("Закон принят", "**Закон** принят.\n\nСпасибо.")})

    save(
        update,
        {
            "en": ("It has passed", "The **law** has passed.\n\nMany thanks."),
            "ru": ("Закон принят", "**Закон** принят.\n\nБольшое спасибо."),
        },
    )

    assert to_review(update) == []


def test_a_paragraph_that_only_the_source_has_is_to_be_reviewed(action):
    update = create(action, TEXTS | {"ru": ("Закон принят", "**Закон** принят.\n\nСпасибо.")})

    save(update, {"en": ("It has passed", f"{TEXTS['en'][1]}\n\nGoodbye.")})

    assert to_review(update) == ["Russian: 1 paragraph not translated"]


def test_translators_do_not_restore_what_staff_changed(action):
    update = make_update(action, texts=TEXTS)
    translate(action, update, *RUSSIAN)

    save(update, {"ru": ("Закон принят", "**Закон** принят.\n\nБольшое спасибо.")})

    message = strings(action, update)[-1]
    assert stored_translations(catalog_of(action), "ru")[message.key].forms == ("Большое спасибо.",)


def create(action, texts):
    update_id = create_draft(action.id, texts, staff_id=make_staff().id, now=NOON, **WHO)
    db.session.rollback()
    return db.session.get_one(Update, update_id)


def test_everyone_who_translated_a_part_is_an_author(action):
    update = make_update(action, texts=TEXTS)
    writers = [make_staff("translator", email=f"{one}@example.org").id for one in ("a", "b")]

    translate(action, update, "It has passed", "The **law** has passed.", by=writers[0])
    db.session.rollback()
    translate(action, update, "Thank you.", by=writers[1])

    db.session.rollback()
    assert db.session.get_one(Update, update.id, populate_existing=True).author_ids == writers
