"""What an upload changes: what is new at once, what was changed in both places when somebody says so."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.edit import save_action
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.repository import campaign_catalog, interface, stored
from campaign_actions.catalogs.store.save import (
    TranslationConflict,
    TranslationEdit,
    save_translations,
)
from campaign_actions.catalogs.store.shipped import shipped
from campaign_actions.catalogs.workflow.export import outgoing, write_po
from campaign_actions.catalogs.workflow.import_plan import apply_import, plan_import
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


def say(catalog, words, locale="uk"):
    """Somebody translates on the web."""
    key = key_of(catalog)
    seen = said(catalog, locale)
    wish = {key: TranslationEdit((words,), seen)}
    save_translations(catalog, locale, wish, how="web", staff_id=None, now=NOON)


def said(catalog, locale="uk"):
    found = stored(catalog, locale).get(key_of(catalog))
    return found.forms if found else ()


def export(catalog, locale="uk"):
    return write_po(outgoing(catalog, locale)).decode()


def edited(text, words):
    """The file with other words for the button."""
    head, entry, rest = text.partition(f'msgid "{SOURCE}"\n')
    _old, newline, rest = rest.partition("\n")
    return f'{head}{entry}msgstr "{words}"{newline}{rest}'.encode()


def plan(catalog, data, locale="uk"):
    return plan_import(catalog, locale, data)


def apply(catalog, data, locale="uk", **options):
    how = {"how": "upload", "staff_id": None, "now": NOON}
    return apply_import(plan(catalog, data, locale), catalog, locale, **how, **options)


def test_what_nobody_has_translated_is_taken(catalog):
    apply(catalog, edited(export(catalog), "Підписати"))

    assert said(catalog) == ("Підписати",)
    (change,) = db.session.scalars(select(TranslationChange)).all()
    assert (change.how, change.before, change.after) == ("upload", [], ["Підписати"])


def test_who_knew_what_was_there_may_change_it(catalog):
    say(catalog, "Підпис")

    apply(catalog, edited(export(catalog), "Підписати"))

    assert said(catalog) == ("Підписати",)


def test_what_was_changed_since_the_file_was_made_is_asked_about(catalog):
    say(catalog, "Підпис")
    file = edited(export(catalog), "Підписати")
    say(catalog, "Ваш підпис")

    found = plan(catalog, file)
    apply(catalog, file)

    (conflict,) = found.conflicts
    assert (conflict.stored, conflict.uploaded) == (("Ваш підпис",), ("Підписати",))
    assert found.new == []
    assert said(catalog) == ("Ваш підпис",)


def test_what_was_taken_back_since_the_file_was_made_is_asked_about(catalog):
    say(catalog, "Підпис")
    old = edited(export(catalog), "Підписати")
    say(catalog, "")

    apply(catalog, old)

    assert said(catalog) == ()
    (asked,) = plan(catalog, old).conflicts
    assert (asked.uploaded, asked.stored) == (("Підписати",), ())


def test_who_knew_that_it_was_taken_back_may_write_it_anew(catalog):
    say(catalog, "Підпис")
    say(catalog, "")

    apply(catalog, edited(export(catalog), "Підписати"))

    assert said(catalog) == ("Підписати",)


def test_a_conflict_is_taken_when_somebody_says_so(catalog):
    say(catalog, "Підпис")
    file = edited(export(catalog), "Підписати")
    say(catalog, "Ваш підпис")

    apply(catalog, file, take=[key_of(catalog)])

    assert said(catalog) == ("Підписати",)


def test_an_untouched_file_never_takes_newer_words_back(catalog):
    say(catalog, "Підпис")
    file = export(catalog).encode()
    say(catalog, "Ваш підпис")

    assert len(plan(catalog, file).conflicts) == 1


def test_old_words_are_known_by_the_history_when_a_file_has_lost_its_mark(catalog):
    say(catalog, "Підпис")
    file = export(catalog)
    say(catalog, "Ваш підпис")
    newest = export(catalog)

    mark = next(line for line in newest.split("\n") if "Actions-Version" in line)
    lost = next(line for line in file.split("\n") if "Actions-Version" in line)

    assert len(plan(catalog, file.replace(lost, mark).encode()).conflicts) == 1


@pytest.mark.parametrize("mark", ["", "soon", "-1", "9" * 40])
def test_a_file_that_does_not_say_as_of_when_it_is_changes_nothing_unasked(catalog, mark):
    say(catalog, "Підпис")
    line = next(line for line in export(catalog).split("\n") if "Actions-Version" in line)
    file = export(catalog).replace(line, f'"X-Campaign-Actions-Version: {mark}\\n"')

    assert len(plan(catalog, edited(file, "Підписати")).conflicts) == 1


def test_what_staff_wrote_side_by_side_meanwhile_is_newer_too(app):
    action = make_action(locales=("en", "uk"))
    catalog = campaign_catalog(action.campaign_id)
    file = edited(export(catalog), "Підписати")
    changes = {"texts.uk.button": "Ваш підпис"}
    save_action(action.id, changes, opened_at=0, by=make_staff("administrator"), now=NOON)

    found = plan(catalog, file)

    assert [item.stored for item in found.conflicts] == [("Ваш підпис",)]


def test_who_was_faster_between_plan_and_apply_is_not_overwritten(catalog):
    found = plan(catalog, edited(export(catalog), "Підписати"))
    say(catalog, "Ваш підпис")

    with pytest.raises(TranslationConflict):
        apply_import(found, catalog, "uk", how="upload", staff_id=None, now=NOON)

    assert said(catalog) == ("Ваш підпис",)


def test_what_has_a_fault_is_refused_and_the_rest_is_taken(catalog):
    text = edited(export(catalog), "Підписати").decode()
    text = text.replace(
        'msgid "Thank you."\nmsgstr ""', 'msgid "Thank you."\nmsgstr "Далі: http://evil.org"'
    )

    found = plan(catalog, text.encode())
    apply(catalog, text.encode())

    (refusal,) = found.refused
    assert (refusal.fault.code, refusal.source) == ("link_foreign", "Thank you.")
    assert text.split("\n")[refusal.line - 1].startswith(("#", "msg"))
    assert said(catalog) == ("Підписати",)


def test_what_staff_wrote_side_by_side_is_not_refused_when_it_comes_back_untouched(app):
    action = make_action(locales=("en", "uk"))
    changes = {"texts.uk.button": "Підписати: http://evil.org"}
    save_action(action.id, changes, opened_at=0, by=make_staff("administrator"), now=NOON)
    catalog = campaign_catalog(action.campaign_id)

    found = plan(catalog, export(catalog).encode())

    assert (found.refused, found.same, found.new) == ([], len(catalog.messages), [])


def test_a_translation_of_a_former_source_is_offered_to_the_one_it_may_be_of(catalog):
    text = export(catalog).replace("I have signed this.", "I have signed that.")
    text = text.replace('that."\nmsgstr ""', 'that."\nmsgstr "Я підписав це."')

    (unknown,) = plan(catalog, text.encode()).unknown
    apply(catalog, text.encode())
    assert stored(catalog, "uk") == {}
    apply(catalog, text.encode(), take=[unknown.near.key])

    assert unknown.near.source == "I have signed this."
    assert [one.forms for one in stored(catalog, "uk").values()] == [("Я підписав це.",)]


def test_what_is_like_nothing_here_is_told(catalog):
    text = export(catalog) + '\nmsgctxt "campaign: title"\nmsgid "Sport"\nmsgstr "Спорт"\n'

    (unknown,) = plan(catalog, text.encode()).unknown

    assert (unknown.entry.source, unknown.near) == ("Sport", None)


def test_a_file_from_before_an_action_got_another_slug_is_understood(catalog):
    file = edited(export(catalog), "Підписати")
    action = db.session.scalars(select(Action)).one()
    by = make_staff("administrator")
    save_action(action.id, {"slug": "hatred"}, opened_at=0, by=by, now=NOON)
    catalog = campaign_catalog(catalog.campaign_id)

    apply(catalog, file)

    assert said(catalog) == ("Підписати",)


def test_words_of_the_program_that_ship_are_overlaid(app):
    catalog, source = interface(), "Skip to the content"
    ours = shipped("ru")["", source][0]
    text = export(catalog, "ru").replace(f'msgstr "{ours}"', 'msgstr "Сразу к делу"')

    apply(catalog, text.encode(), "ru")

    row = db.session.scalars(select(TranslationChange).filter_by(source=source)).one()
    assert (row.before, row.after) == ([ours], ["Сразу к делу"])


def test_words_that_ship_are_not_taken_back_by_a_file_from_before_an_upgrade(app):
    catalog, source = interface(), "Skip to the content"
    ours = shipped("ru")["", source][0]
    text = export(catalog, "ru").replace(f'msgstr "{ours}"', 'msgstr "Пропустить"')
    line = next(line for line in text.split("\n") if "Actions-Version" in line)
    text = text.replace(line, '"X-Campaign-Actions-Version: 0-00000000\\n"')

    found = plan(catalog, text.encode(), "ru")

    assert [item.uploaded for item in found.conflicts] == [("Пропустить",)]


def test_the_whole_catalog_of_the_program_comes_back_as_it_went(app):
    found = plan(interface(), export(interface(), "ar").encode(), "ar")

    assert (found.new, found.conflicts, found.refused) == ([], [], [])


def test_the_text_of_a_campaign_is_not_changed_by_an_unfinished_language(catalog):
    apply(catalog, edited(export(catalog), "Підписати"))

    assert db.session.scalars(select(CampaignText.locale)).all() == ["en"]


def test_a_file_in_another_language_is_refused_though_it_says_that_it_is_this_one(app):
    catalog = interface()
    french, spanish = (export(catalog, tag) for tag in ("fr", "es"))
    head = spanish[: spanish.index("\n\n")]
    file = head + french[french.index("\n\n") :]

    looked = plan(catalog, file.encode(), "es")

    (refusal,) = looked.refused
    assert (refusal.fault.code, refusal.fault.values) == ("other_language", {"found": "Français"})
    assert (looked.new, looked.conflicts, looked.same) == ([], [], 0)


def test_a_variant_of_a_language_may_say_the_same(app):
    file = export(interface(), "fr").replace("Language: fr", "Language: fr-CA")

    looked = plan(interface(), file.encode(), "fr-CA")

    assert "other_language" not in [refusal.fault.code for refusal in looked.refused]
    assert looked.new
