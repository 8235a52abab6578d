"""Milestones: numbers of people with a meaning in each language, under the meter and in the history."""

import re
from dataclasses import astuple

import pytest
from sqlalchemy import select

from campaign_actions.actions.action_overview import find_action_overview
from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionCount, Milestone, MilestoneText
from campaign_actions.actions.queries import find_action
from campaign_actions.campaigns.save_form import remove_language
from campaign_actions.campaigns.versioning.errors import EditConflict
from campaign_actions.campaigns.versioning.history import find_content, find_revision
from campaign_actions.campaigns.versioning.restore import restore
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.campaign_texts.publish import write_complete_texts
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.core.content.html_document import parse_document
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.publishing.findings import PreflightContext
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import get_plan
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action, make_staff
from tests.support.staff_client import log_in, token_of

TWO = {
    "milestone_1": 1000,
    "texts.en.milestone_1": "We deliver the petition",
    "milestone_2": 5000,
    "texts.en.milestone_2": "We ask for a hearing",
}


@pytest.fixture
def action(app):
    return make_action(goal=2000, locales=("en", "ru"))


def save(action, changes=TWO, *, opened_at=0):
    by = make_staff("campaigner")
    saved = save_changes(ACTION, action.id, changes, opened_at=opened_at, by=by, now=NOON)
    db.session.commit()
    return saved


def shown(action, locale="en"):
    """As the public sees it once everything is published."""
    publish_all()
    return find_action(action.campaign_slug, action.slug, locale=locale, now=NOON)


def set_count(action, confirmed: int) -> None:
    db.session.merge(ActionCount(action_id=action.id, confirmed=confirmed))
    db.session.commit()


def test_the_page_shows_them_in_order_and_the_next_one_is_the_goal(client, action):
    save(action, TWO | {"milestone_3": 400, "texts.en.milestone_3": "We write a letter"})
    set_count(action, 1000)

    found = shown(action)
    page = parse_document(client.get("/en/campaigns/racism/hate-crimes/").text)
    text = " ".join(page.text_content().split())

    assert [astuple(one) for one in found.milestones] == [
        (400, "We write a letter"),
        (1000, "We deliver the petition"),
        (5000, "We ask for a hearing"),
    ]
    assert found.goal == 2000  # before the next milestone
    assert "400 Reached We write a letter 1,000 Reached We deliver the petition" in text
    assert "5,000 Next We ask for a hearing" in text


@pytest.mark.parametrize(("count", "goal"), [(0, 1000), (1999, 2000), (2000, 5000), (5000, 10000)])
def test_goal_and_milestones_are_reached_one_after_the_other(action, count, goal):
    save(action)
    set_count(action, count)
    publish_all()

    overview = find_action_overview(action.campaign_id, action.id, locales=["en"], now=NOON)

    assert (shown(action).goal, overview.goal) == (goal, goal)


def test_one_without_a_text_in_a_language_moves_the_goal_and_is_not_shown(client, action):
    save(action)

    assert shown(action, "ru").goal == 1000
    assert 'class="milestones"' not in client.get("/ru/campaigns/racism/hate-crimes/").text


def test_two_who_add_different_ones_both_keep_theirs(action):
    save(action, {"milestone_1": 1000, "texts.en.milestone_1": "One"})

    saved = save(action, {"milestone_2": 5000, "texts.en.milestone_2": "Two"}, opened_at=1)

    assert saved.taken == ("milestone_1", "texts.en.milestone_1")
    assert [one.count for one in shown(action).milestones] == [1000, 5000]
    with pytest.raises(EditConflict):
        save(action, {"milestone_2": 6000}, opened_at=1)


def test_they_are_in_revisions_and_come_back_with_them(action):
    save(action)
    save(action, dict.fromkeys(TWO), opened_at=2)
    assert shown(action).milestones == ()

    content = find_revision("action", action.id, 2)
    restore(ACTION, action.id, content, 2, by=make_staff("campaigner"), now=NOON)

    assert {name: content[name] for name in TWO} == TWO
    assert [one.text for one in shown(action).milestones] == [
        TWO["texts.en.milestone_1"],
        TWO["texts.en.milestone_2"],
    ]


def test_a_number_that_is_removed_takes_its_texts_along(action):
    save(action, TWO | {"texts.ru.milestone_1": "Передаём"})
    save(action, {"milestone_1": None}, opened_at=2)

    content, _number = find_content(ACTION, action.id)

    assert {name for name in content if "milestone" in name} == {
        "milestone_2",
        "texts.en.milestone_2",
    }


def test_with_a_language_its_texts_go(action):
    save(action, TWO | {"texts.ru.milestone_1": "Передаём"})

    publish_all()

    remove_language(ACTION, action.id, "ru", by=make_staff("campaigner"), now=NOON)

    publish_all()
    assert set(db.session.scalars(select(MilestoneText.locale))) == {"en"}


def test_a_copy_of_the_campaign_has_them_in_all_languages(action):
    save(action, TWO | {"texts.ru.milestone_1": "Передаём"})

    copy_id = copy_campaign(
        action.campaign_id,
        slug=None,
        proposed="copy",
        titles={},
        by=make_staff("campaigner"),
        now=NOON,
    )

    copied = db.session.scalars(select(Action.id).filter_by(campaign_id=copy_id)).one()
    content, _number = find_content(ACTION, copied)
    assert content["milestone_2"] == 5000
    assert content["texts.ru.milestone_1"] == "Передаём"


def test_translators_are_told_the_number_and_their_translation_is_shown(action):
    save(action)
    messages = campaign_catalog(action.campaign_id).messages
    found = next(one for one in messages if one.context == "action hate-crimes: milestone 1")
    forms = {found.key: ("Передаём петицию",)}

    with write_transaction() as connection:
        write_complete_texts(connection, action.campaign_id, "ru", forms, staff_id=None, now=NOON)

    assert "At this number of people: 1,000" in found.notes
    assert found.max_length == 120
    assert [one.text for one in shown(action, "ru").milestones] == ["Передаём петицию", ""]


def test_the_database_keeps_eight_at_most(app):
    action = make_action()
    numbers = range(1, 9)
    save(action, {f"milestone_{n}": n * 10 for n in numbers})

    assert [one.count for one in shown(action).milestones] == [n * 10 for n in numbers]
    db.session.add(Milestone(action_id=action.id, number=9, count=1))
    with pytest.raises(Exception, match="number"):
        db.session.commit()
    db.session.rollback()


# --- before publishing


def findings(action) -> dict[str, str]:
    context = PreflightContext(opens_at=NOON, now=NOON, visible_ids=None)
    sections = run_preflight(get_plan(action.campaign_id), context).sections
    return {each.message: each.state for section in sections for each in section.findings}


def test_a_missing_meaning_is_pointed_out_and_stops_publishing_in_the_source_only(action):
    save(action, TWO | {"texts.ru.milestone_1": "Передаём", "texts.en.milestone_1": ""})

    found = findings(action)

    assert found["The meaning of these milestones is missing: 5,000."] == "warning"
    assert found["The meaning of these milestones is missing: 1,000."] == "blocker"
    assert found["Milestones: 1,000; 5,000."] == "ok"


def test_reached_and_unordered_and_repeated_ones_are_pointed_out(action):
    save(action, {"milestone_1": 5000, "milestone_2": 1000})
    set_count(action, 1000)
    found = findings(action)

    assert found["The milestones are not in order: 5,000; 1,000."] == "warning"
    assert found["These milestones are already reached: 1,000."] == "warning"
    save(action, {"milestone_1": 1000}, opened_at=2)
    assert findings(action)["Some milestones have the same number: 1,000."] == "blocker"


# --- the form


@pytest.fixture
def writer(client):
    log_in(client, make_staff("campaigner"))
    return client


def post_form(client, action, **changes):
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/"
    page = client.get(address).text
    content, number = find_content(ACTION, action.id)
    fields = {name: value for name, value in content.items() if value not in (None, False)}
    fields |= {"csrf_token": token_of(page), "version": number, "left": "en", "right": "ru"}
    return client.post(address, data=fields | changes)


def test_staff_set_them_in_the_form_and_hear_that_one_is_reached(writer, action):
    set_count(action, 1200)
    typed = {name: str(value) for name, value in TWO.items()} | {
        "milestone_1": " 1 000 ",
        "texts.ru.milestone_1": "Передаём",
        "texts.ru.milestone_2": "Просим о слушаниях",
    }

    answer = post_form(writer, action, **typed)

    assert answer.status_code == 303
    assert [one.count for one in shown(action, "ru").milestones] == [1000, 5000]
    page = writer.get(answer.location).text
    assert "Milestones at or below the present count are shown as reached: 1,000." in page
    assert 'value="5000"' in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"milestone_1": "many"}, "Enter a whole number above 0"),
        ({"milestone_1": "0"}, "Enter a whole number above 0"),
        ({"milestone_1": "-5"}, "Enter a whole number above 0"),
        (
            {"texts.en.milestone_2": "We deliver"},
            "Enter the number of people, or delete the meaning.",
        ),
        ({"milestone_1": "7", "milestone_4": "7"}, "Another milestone has this number."),
        ({"milestone_1": "7", "texts.en.milestone_1": "x" * 121}, "120 characters or fewer"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_field_and_nothing_is_lost(
    writer, action, typed, message
):
    answer = post_form(writer, action, **typed)

    assert answer.status_code == 400
    assert message in answer.text
    page = re.sub(r">\s+", ">", answer.text)
    assert all(
        f'value="{text}"' in page or f">{text}</textarea>" in page for text in typed.values()
    )
    assert shown(action).milestones == ()


def test_a_meaning_may_be_empty_in_a_draft_of_a_public_action_and_stops_publishing(writer, action):
    answer = post_form(writer, action, milestone_1="5")

    assert answer.status_code == 303
    changes = writer.get(f"/staff/campaigns/{action.campaign_id}/changes/").text
    assert "The meaning of these milestones is missing: 5." in changes
    assert "1 problem to fix." in changes  # with a link for each language


def test_a_new_milestone_that_is_not_translated_holds_nothing_back(writer, action):
    typed = {"milestone_1": "5", "texts.en.milestone_1": "We deliver"}
    post_form(writer, action, **typed)
    address = f"/staff/campaigns/{action.campaign_id}/changes/"

    changes = writer.get(address).text

    assert "The meaning of these milestones is missing: 5." in changes
    assert "The page in this language leaves them out until they are translated." in changes
    assert "problem to fix" not in changes
    seen = re.findall(r'name="seen" value="([^"]+)"', changes)
    sent = {"csrf_token": token_of(changes), "seen": seen}
    assert writer.post(f"{address}publish/", data=sent).status_code == 303
    assert [one.text for one in shown(action, "en").milestones] == ["We deliver"]
    assert [one.text for one in shown(action, "ru").milestones] == [""]
