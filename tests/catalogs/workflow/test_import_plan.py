"""An import stores what is new; what was changed both in the file and here is a conflict to be resolved."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import CampaignText
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
    save_translations,
)
from campaign_actions.catalogs.store.shipped_catalogs import shipped_translations
from campaign_actions.catalogs.workflow.export import export_catalog, write_po
from campaign_actions.catalogs.workflow.import_file import apply_plan, preview_import
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_campaign, make_staff

SOURCE = "Sign the petition"


@pytest.fixture
def catalog(app):
    campaign = make_campaign(locales=("en",))
    make_action(campaign=campaign, locales=("en",))
    return campaign_catalog(campaign.id)


def key_of(catalog, source=SOURCE):
    return next(message.key for message in catalog.messages if message.source == source)


def translate(catalog, words, locale="uk"):
    """Translate the button, as on the web."""
    key = key_of(catalog)
    seen = stored_forms(catalog, locale)
    edit = {key: TranslationEdit((words,), seen)}
    save_translations(catalog, locale, edit, how="web", staff_id=None, now=NOON)


def stored_forms(catalog, locale="uk"):
    found = stored_translations(catalog, locale).get(key_of(catalog))
    return found.forms if found else ()


def export(catalog, locale="uk"):
    return write_po(export_catalog(catalog, locale)).decode()


def with_button(text, words):
    """The file with another translation of the button."""
    head, entry, rest = text.partition(f'msgid "{SOURCE}"\n')
    _old, newline, rest = rest.partition("\n")
    return f'{head}{entry}msgstr "{words}"{newline}{rest}'.encode()


def preview(catalog, data, locale="uk"):
    return preview_import(data, catalog, locale)


def import_file(catalog, data, locale="uk", **options):
    how = {"how": "upload", "staff_id": None, "now": NOON}
    return apply_plan(preview(catalog, data, locale), **how, **options)


def test_a_translation_of_an_untranslated_message_is_imported(catalog):
    import_file(catalog, with_button(export(catalog), "Підписати"))

    assert stored_forms(catalog) == ("Підписати",)
    (change,) = db.session.scalars(select(TranslationChange)).all()
    assert (change.how, change.before, change.after) == ("upload", [], ["Підписати"])


def test_a_translator_who_knew_the_stored_translation_may_replace_it(catalog):
    translate(catalog, "Підпис")

    import_file(catalog, with_button(export(catalog), "Підписати"))

    assert stored_forms(catalog) == ("Підписати",)


def test_a_translation_changed_since_the_export_is_a_conflict(catalog):
    translate(catalog, "Підпис")
    file = with_button(export(catalog), "Підписати")
    translate(catalog, "Ваш підпис")

    found = preview(catalog, file)
    import_file(catalog, file)

    (conflict,) = found.conflicts
    assert (conflict.stored, conflict.uploaded) == (("Ваш підпис",), ("Підписати",))
    assert found.new == []
    assert stored_forms(catalog) == ("Ваш підпис",)


def test_a_translation_removed_since_the_export_is_a_conflict(catalog):
    translate(catalog, "Підпис")
    old = with_button(export(catalog), "Підписати")
    translate(catalog, "")

    import_file(catalog, old)

    assert stored_forms(catalog) == ()
    (asked,) = preview(catalog, old).conflicts
    assert (asked.uploaded, asked.stored) == (("Підписати",), ())


def test_a_translator_who_knew_of_the_removal_may_translate_again(catalog):
    translate(catalog, "Підпис")
    translate(catalog, "")

    import_file(catalog, with_button(export(catalog), "Підписати"))

    assert stored_forms(catalog) == ("Підписати",)


def test_an_accepted_conflict_is_imported(catalog):
    translate(catalog, "Підпис")
    file = with_button(export(catalog), "Підписати")
    translate(catalog, "Ваш підпис")

    import_file(catalog, file, accepted=[key_of(catalog)])

    assert stored_forms(catalog) == ("Підписати",)


def test_an_unchanged_old_file_never_replaces_a_newer_translation(catalog):
    translate(catalog, "Підпис")
    file = export(catalog).encode()
    translate(catalog, "Ваш підпис")

    assert len(preview(catalog, file).conflicts) == 1


def test_the_history_recognises_an_old_translation_under_a_wrong_version(catalog):
    translate(catalog, "Підпис")
    file = export(catalog)
    translate(catalog, "Ваш підпис")
    newest = export(catalog)

    mark = next(line for line in newest.split("\n") if "Actions-Version" in line)
    lost = next(line for line in file.split("\n") if "Actions-Version" in line)

    assert len(preview(catalog, file.replace(lost, mark).encode()).conflicts) == 1


@pytest.mark.parametrize("mark", ["", "soon", "-1", "9" * 40])
def test_a_file_without_a_valid_version_replaces_nothing(catalog, mark):
    translate(catalog, "Підпис")
    line = next(line for line in export(catalog).split("\n") if "Actions-Version" in line)
    file = export(catalog).replace(line, f'"X-Campaign-Actions-Version: {mark}\\n"')

    assert len(preview(catalog, with_button(file, "Підписати")).conflicts) == 1


def test_a_translation_that_staff_wrote_beside_the_source_is_newer_as_well(app):
    action = make_action(locales=("en", "uk"))
    catalog = campaign_catalog(action.campaign_id)
    file = with_button(export(catalog), "Підписати")
    changes = {"texts.uk.button": "Ваш підпис"}
    save_changes(ACTION, action.id, changes, opened_at=0, by=make_staff("administrator"), now=NOON)

    found = preview(catalog, file)

    assert [item.stored for item in found.conflicts] == [("Ваш підпис",)]


def test_a_translation_saved_between_plan_and_apply_is_not_overwritten(catalog):
    found = preview(catalog, with_button(export(catalog), "Підписати"))
    translate(catalog, "Ваш підпис")

    with pytest.raises(TranslationConflict):
        apply_plan(found, how="upload", staff_id=None, now=NOON)

    assert stored_forms(catalog) == ("Ваш підпис",)


def test_a_translation_with_an_issue_is_refused_and_the_others_are_imported(catalog):
    text = with_button(export(catalog), "Підписати").decode()
    text = text.replace(
        'msgid "Thank you."\nmsgstr ""', 'msgid "Thank you."\nmsgstr "Далі: http://evil.org"'
    )

    found = preview(catalog, text.encode())
    import_file(catalog, text.encode())

    (each,) = found.issues
    assert (each.issue.code, each.source) == ("link_foreign", "Thank you.")
    assert text.split("\n")[each.line - 1].startswith(("#", "msg"))
    assert stored_forms(catalog) == ("Підписати",)


def test_an_issue_in_a_text_that_staff_wrote_is_not_reported_when_it_comes_back_unchanged(app):
    action = make_action(locales=("en", "uk"))
    changes = {"texts.uk.button": "Підписати: http://evil.org"}
    save_changes(ACTION, action.id, changes, opened_at=0, by=make_staff("administrator"), now=NOON)
    catalog = campaign_catalog(action.campaign_id)

    found = preview(catalog, export(catalog).encode())

    assert (found.issues, found.same, found.new) == ([], len(catalog.messages), [])


def test_a_translation_of_an_earlier_source_is_offered_for_the_similar_one(catalog):
    text = export(catalog).replace("I have signed this.", "I have signed that.")
    text = text.replace('that."\nmsgstr ""', 'that."\nmsgstr "Я підписав це."')

    (unknown,) = preview(catalog, text.encode()).unknown
    import_file(catalog, text.encode())
    assert stored_translations(catalog, "uk") == {}
    import_file(catalog, text.encode(), accepted=[unknown.near.key])

    assert unknown.near.source == "I have signed this."
    assert [one.forms for one in stored_translations(catalog, "uk").values()] == [
        ("Я підписав це.",)
    ]


def test_an_entry_that_resembles_no_message_is_unknown(catalog):
    text = export(catalog) + '\nmsgctxt "campaign: title"\nmsgid "Sport"\nmsgstr "Спорт"\n'

    (unknown,) = preview(catalog, text.encode()).unknown

    assert (unknown.entry.source, unknown.near) == ("Sport", None)


def test_a_file_from_before_an_action_got_another_slug_is_imported(catalog):
    file = with_button(export(catalog), "Підписати")
    action = db.session.scalars(select(Action)).one()
    by = make_staff("administrator")
    save_changes(ACTION, action.id, {"slug": "hatred"}, opened_at=0, by=by, now=NOON)
    catalog = campaign_catalog(catalog.campaign_id)

    import_file(catalog, file)

    assert stored_forms(catalog) == ("Підписати",)


def test_an_imported_interface_translation_replaces_the_shipped_one(app):
    catalog, source = interface_catalog(), "Skip to main content"
    ours = shipped_translations("ru")["", source][0]
    text = export(catalog, "ru").replace(f'msgstr "{ours}"', 'msgstr "Сразу к делу"')

    import_file(catalog, text.encode(), "ru")

    row = db.session.scalars(select(TranslationChange).filter_by(source=source)).one()
    assert (row.before, row.after) == ([ours], ["Сразу к делу"])


def test_a_file_from_before_an_upgrade_conflicts_with_the_shipped_translation(app):
    catalog, source = interface_catalog(), "Skip to main content"
    ours = shipped_translations("ru")["", source][0]
    text = export(catalog, "ru").replace(f'msgstr "{ours}"', 'msgstr "Пропустить"')
    line = next(line for line in text.split("\n") if "Actions-Version" in line)
    text = text.replace(line, '"X-Campaign-Actions-Version: 0-00000000\\n"')

    found = preview(catalog, text.encode(), "ru")

    assert [item.uploaded for item in found.conflicts] == [("Пропустить",)]


def test_the_exported_interface_imported_unchanged_changes_nothing(app):
    found = preview(interface_catalog(), export(interface_catalog(), "ar").encode(), "ar")

    assert (found.new, found.conflicts, found.issues) == ([], [], [])


def test_an_incomplete_language_adds_no_text_to_a_campaign(catalog):
    import_file(catalog, with_button(export(catalog), "Підписати"))

    assert db.session.scalars(select(CampaignText.locale)).all() == ["en"]


def test_a_file_in_another_language_is_refused_whatever_its_header_says(app):
    catalog = interface_catalog()
    french, spanish = (export(catalog, tag) for tag in ("fr", "es"))
    head = spanish[: spanish.index("\n\n")]
    file = head + french[french.index("\n\n") :]

    looked = preview(catalog, file.encode(), "es")

    (each,) = looked.issues
    assert (each.issue.code, each.issue.values) == ("other_language", {"found": "Français"})
    assert (looked.new, looked.conflicts, looked.same) == ([], [], 0)


def test_a_variant_of_a_language_may_have_the_same_translations(app):
    file = export(interface_catalog(), "fr").replace("Language: fr", "Language: fr-CA")

    looked = preview(interface_catalog(), file.encode(), "fr-CA")

    assert "other_language" not in [each.issue.code for each in looked.issues]
    assert looked.new
