"""The fields that choose who gets an update, and the numbers beside them."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import UPDATES_BY_ACTIONS, UPDATES_TO_SOME
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.updates.audience import audience_of
from campaign_actions.updates.models import Update
from tests.support.factories import NOON, make_action, make_campaign, make_staff, make_update
from tests.support.page_text import visible_text
from tests.support.signature_pages import address
from tests.support.staff_client import log_in, token_of
from tests.support.updates import make_recipients, start_update

DRAFT_PAGES = ("", "preview/en/", "check/", "send/", "delete/")
TEXT = {"texts.en.subject": "News", "texts.en.body": "It passed."}


@pytest.fixture
def actions(client):
    campaign = make_campaign()
    found = [make_action(campaign=campaign, slug=slug) for slug in ("hate-crimes", "silence")]
    set_covered("petition", "en", {UPDATES_BY_ACTIONS: 1, UPDATES_TO_SOME: 1}, now=NOON)
    for action in found:
        make_recipients(action, 1, email="ada@example.org", country_code="DE")
        make_recipients(action, 1, email=f"{action.slug}@example.org", country_code="FR")
    log_in(client, make_staff("campaigner"))
    return found


def save(client, action, **fields):
    page = address(action, "updates", "new")
    token = token_of(client.get(page).text)
    return client.post(page, data={"csrf_token": token, **TEXT, **fields})


def saved():
    db.session.rollback()
    return db.session.scalars(select(Update)).one_or_none()


def test_several_actions_are_chosen_and_each_person_counted_once(client, actions):
    ids = [str(action.id) for action in actions]

    answer = save(client, actions[0], scope="actions", a=ids)
    page = visible_text(client.get(answer.location).text)

    assert audience_of(saved()).actions == tuple(action.id for action in actions)
    assert "3 people get this update, each once" in page
    assert "Took part more than once −1" in page


def test_several_countries_are_chosen_among_those_where_people_live(client, actions):
    fold_states(utc_now())
    new = visible_text(client.get(address(actions[0], "updates", "new")).text)

    answer = save(client, actions[0], scope="campaign", country=["DE", "FR"])
    page = client.get(answer.location).text

    assert "Country: Any country" in new
    assert "France 2 Germany 2" in new or "Germany 2 France 2" in new
    assert saved().filter == {"countries": ["DE", "FR"]}
    assert "Country: Germany, France" in visible_text(page)
    assert page.count('name="country" value="DE" checked') == 1


def test_recipients_are_counted_as_chosen_without_saving(client, actions):
    ids = [str(action.id) for action in actions]

    answer = save(client, actions[0], scope="actions", a=ids, country="FR", count="recipients")

    page = visible_text(answer.text)
    assert answer.status_code == 200
    assert "2 people get this update, each once" in page
    assert "Left out by the filters −2" in page
    assert "It passed." in answer.text
    assert saved() is None


def test_recipients_that_cannot_be_counted_are_explained(client, actions):
    answer = save(client, actions[0], scope="actions", count="recipients")

    pane = answer.text.partition('id="recipients"')[2]
    assert answer.status_code == 400
    assert "Choose at least one action." in visible_text(pane)
    assert "get this update" not in pane


def test_the_whole_campaign_with_filters(client, actions):
    answer = save(client, actions[0], scope="campaign", country="FR", joined="2020-01-01T10:00")
    page = visible_text(client.get(answer.location).text)

    assert saved().scope == "campaign"
    assert "2 people get this update, each once" in page
    assert "Left out by the filters −2" in page


def test_people_of_another_action_are_left_out(client, actions):
    first, second = actions

    answer = save(client, first, scope="actions", a=str(first.id), not_signed=str(second.id))
    page = visible_text(client.get(answer.location).text)

    assert audience_of(saved()).filter.not_signed == second.id
    assert "1 person gets this update, once" in page


def test_an_empty_segment_is_told_and_cannot_be_sent(client, actions):
    answer = save(client, actions[0], scope="actions", a=str(actions[0].id), country="US")
    page = client.get(answer.location).text
    check = client.get(f"{answer.location}check/").text
    send = client.get(f"{answer.location}send/")

    words = "Nobody matches these filters, so nobody would get it."
    assert words in visible_text(page)
    assert words in visible_text(check)
    assert send.location.endswith("/check/")


def test_people_whose_consent_does_not_cover_it_are_named(client, actions):
    set_covered("petition", "en", {UPDATES_BY_ACTIONS: None}, now=NOON)
    ids = [str(action.id) for action in actions]

    page = client.get(save(client, actions[0], scope="actions", a=ids).location).text

    assert "the consent text they agreed to does not cover" in visible_text(page)
    assert "Agreed to an earlier consent text −4" in visible_text(page)


def test_people_whose_consent_does_not_cover_a_segment_are_named(client, actions):
    set_covered("petition", "en", {UPDATES_TO_SOME: None}, now=NOON)

    page = client.get(save(client, actions[0], scope="campaign", country="FR").location).text

    assert "does not cover an update to some people only. Remove the filters." in visible_text(page)
    assert "Agreed to an earlier consent text −4" in visible_text(page)


def test_the_page_says_that_earlier_texts_of_the_other_action_leave_nobody_out(client, actions):
    first, second = actions
    chosen = {"scope": "actions", "a": str(first.id), "not_signed": str(second.id)}
    before = save(client, first, count="recipients", **chosen).text
    publish_consent("petition", "en", "Another text", now=NOON)
    set_covered("petition", "en", {UPDATES_BY_ACTIONS: 2}, now=NOON)

    after = save(client, first, count="recipients", **chosen).text

    words = "Anyone who agreed to an earlier consent text in the other action is not left out"
    assert words not in visible_text(before)
    assert words in visible_text(after)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"scope": "actions"}, "Choose at least one action."),
        ({"scope": "actions", "a": "99999"}, "Choose actions of this campaign."),
        ({"scope": "everywhere"}, "Choose an option."),
        ({"scope": "campaign", "not_signed": "99999"}, "Choose an option."),
        ({"scope": "campaign", "country": "ZZ"}, "Choose a country from the list."),
        ({"scope": "campaign", "joined": "soon"}, "Enter a date and time"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_lost(client, actions, fields, message):
    answer = save(client, actions[0], **fields)

    assert answer.status_code == 400
    assert message in visible_text(answer.text)
    assert "It passed." in answer.text
    assert saved() is None


def test_nobody_can_be_both_chosen_and_left_out(client, actions):
    one = str(actions[0].id)

    answer = save(client, actions[0], scope="actions", a=one, not_signed=one)

    assert "Choose a different one." in visible_text(answer.text)


def fold_of(page):
    """Whether the fields of the recipients are open, and what their summary says."""
    fold = re.search(
        r'<details class="fold2"( open)?>\s*<summary data-live="who">(.*?)</summary>', page
    )
    return bool(fold[1]), visible_text(fold[2])


def test_recipients_are_folded_behind_their_number_in_words(client, actions):
    new = address(actions[0], "updates", "new")

    assert fold_of(client.get(new).text) == (False, "Everyone · 2 people")
    assert fold_of(client.get(new + "?to=campaign").text) == (
        False,
        "The whole campaign · 3 people",
    )


def test_the_recipients_are_open_with_a_filter_or_an_error(client, actions):
    one = str(actions[0].id)

    filtered = save(client, actions[0], scope="actions", a=one, country="FR")
    page = client.get(filtered.location).text
    wrong = save(client, actions[0], scope="actions", a=one, joined="soon").text

    assert fold_of(page) == (True, "Country: France · 1 person")
    assert fold_of(wrong)[0]


def test_the_lists_tell_drafts_apart_by_their_recipients(client, actions):
    first, second = actions
    make_update(first)
    make_update(first, filter={"country": "FR"})
    make_update(first, scope="campaign")
    make_update(first, others=[second], status="scheduled", send_at=NOON)

    of_action = visible_text(client.get(address(first, "updates")).text)
    of_campaign = visible_text(client.get(f"/staff/campaigns/{first.campaign_id}/updates/").text)

    for words in ("Everyone", "Country: France", "The whole campaign", "2 actions"):
        assert f"The law has passed {words}" in of_action
    assert f"The law has passed Title of {first.slug} (en); Country: France" in of_campaign


def test_an_update_to_both_is_in_the_list_of_both(client, actions):
    first, second = actions
    make_update(first, others=[second])

    page = client.get(address(second, "updates")).text

    assert "The law has passed" in page
    assert f"/actions/{first.id}/updates/" in page


def test_the_campaign_has_the_updates_of_all_its_actions(client, actions):
    first, second = actions
    make_update(first)
    make_update(second, texts={"en": ("Another one", "Text")})

    page = client.get(f"/staff/campaigns/{first.campaign_id}/updates/").text
    begun = client.get(address(first, "updates", "new") + "?to=campaign").text

    assert "The law has passed" in page
    assert "Another one" in page
    assert "3 people have confirmed and asked for updates" in visible_text(page)
    assert "?to=campaign" in page
    assert "3 people get this update, each once" in visible_text(begun)


@pytest.mark.parametrize(("scope", "is_for_both"), [("campaign", False), ("actions", True)])
def test_an_update_to_several_actions_has_the_head_of_the_campaign(
    client, actions, scope, is_for_both
):
    others = actions[1:] if is_for_both else ()
    update = make_update(actions[0], others=others, scope=scope)
    at = address(actions[0], "updates", str(update.id))

    pages = [client.get(at + page).text for page in DRAFT_PAGES]
    start_update(update)
    pages.append(client.get(at).text)

    for page in pages:
        assert 'aria-label="Pages of this campaign"' in page
        assert 'aria-label="Pages of this action"' not in page
        assert "Title of racism (en)</h1>" in page


def test_a_new_update_to_the_whole_campaign_begins_and_is_deleted_on_its_pages(client, actions):
    new = address(actions[0], "updates", "new")
    begun = client.get(new + "?to=campaign").text
    answer = save(client, actions[0], scope="campaign")
    draft = answer.location.split("preview")[0]
    token = token_of(client.get(draft).text)
    deleted = client.post(draft + "delete/", data={"csrf_token": token})
    db.session.rollback()
    logged = db.session.scalars(
        select(AuditEntry.subject).where(AuditEntry.event.in_(["update-saved", "update-deleted"]))
    ).all()

    assert 'aria-label="Pages of this campaign"' in begun
    assert deleted.location == f"/staff/campaigns/{actions[0].campaign_id}/updates/"
    assert logged == ["racism", "racism"]


def test_an_update_to_one_action_keeps_the_head_of_the_action(client, actions):
    update = make_update(actions[0])

    page = client.get(address(actions[0], "updates", str(update.id))).text

    assert 'aria-label="Pages of this action"' in page
