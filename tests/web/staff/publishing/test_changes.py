"""The page of the changes: what it shows beside what is public, and what it refuses."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.field_labels import LABELS
from campaign_actions.actions.models import Action, ActionText, Signature
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.picture import choose_accent
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.archive import archive, reopen
from campaign_actions.publishing.changes import discard_changes, publish_changes
from campaign_actions.publishing.close import close_action, close_campaign
from campaign_actions.publishing.publish import unpublish
from campaign_actions.staff.permissions import ROLES
from campaign_actions.web.staff.publishing.edit_addresses import edit_address
from tests.support.changes import drafts_in, publish_all, seen_of
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_staff,
    set_count,
)
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of, send

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
UNEDITED = {"closes_at", "kind"}  # of a public action, which has pages of their own for them
BROKEN = "## Why\n\n::: facts\n- **One**"


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


@pytest.fixture
def staff(client):
    log_in(client, make_staff("campaigner", email="nino@example.org", name="Nino"))
    return client


def page_of(action, part: str = "") -> str:
    return f"/staff/campaigns/{action.campaign_id}/changes/{part}"


def change(subject, subject_id, **texts):
    changes = {f"texts.en.{name}": text for name, text in texts.items()}
    by = make_staff("campaigner", name="Ada")
    save_changes(subject, subject_id, changes, opened_at=0, by=by, now=NOON)
    db.session.rollback()


def newest(subject, subject_id):
    content = find_content(subject, subject_id)[0]
    db.session.rollback()
    return content


def post(client, action, part: str, *, page: str = "", **fields):
    """Send a form of the page with the drafts that it shows."""
    shown = client.get(page or page_of(action)).text
    seen = list(dict.fromkeys(re.findall(r'name="seen" value="([^"]+)"', shown)))
    data = {"csrf_token": token_of(shown), "seen": seen} | fields
    answer = client.post(page_of(action, part), data=data)
    db.session.rollback()
    db.session.expire_all()
    return answer


@pytest.mark.parametrize("part", ["", "discard/"])
def test_the_changes_of_an_action_are_a_page_of_the_action(staff, action, part):
    change(ACTION, action.id, title="New demand")
    change(CAMPAIGN, action.campaign_id, title="New title")
    title = f"<title>{'Discard draft' if part else 'Changes'} · "

    ours = staff.get(f"{page_of(action, part)}?of={action.id}").text
    all_of_them = staff.get(page_of(action, part)).text

    assert title in ours
    assert "<h1>New demand</h1>" in ours
    assert current_tabs(ours) == [(f"{page_of(action)}?of={action.id}", "Changes")]
    assert title in all_of_them
    assert "<h1>New title</h1>" in all_of_them
    assert current_tabs(all_of_them) == [(page_of(action), "Changes")]


def current_tabs(page: str) -> list[tuple[str, str]]:
    tabs = page.partition('class="tabs"')[2].partition("</nav>")[0]
    return re.findall(r'<a href="([^"]+)" aria-current="(?:page|true)">([^<]+)</a>', tabs)


def test_saving_says_that_it_is_a_draft_and_leads_to_its_changes(staff, action):
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/"

    answer = send(staff, address, texts__en__button="Sign now")

    page = staff.get(answer.location).text
    assert "<strong data-saved>Draft saved at " in page
    assert "Unpublished changes by Nino" in page
    assert 'name="then" value="publish">Publish changes…<' in page
    assert 'value="Sign now"' in page
    assert "Sign now" not in staff.get("/en/campaigns/racism/hate-crimes/").text


def test_the_lists_and_pages_say_that_there_are_changes(staff, action):
    change(CAMPAIGN, action.campaign_id, title="New")

    campaign_page = staff.get(f"/staff/campaigns/{action.campaign_id}/").text
    assert "Unpublished changes by Ada" in campaign_page
    for address in ("/staff/", "/staff/campaigns/"):
        assert f'href="{page_of(action)}">Unpublished changes</a>' in staff.get(address).text


def test_who_only_closes_or_archives_beside_a_draft_has_not_changed_it(staff, action):
    change(ACTION, action.id, title="New")
    change(CAMPAIGN, action.campaign_id, title="New")
    boris = {"actor": "boris@example.org", "staff_id": make_staff(name="Boris").id}
    now = utc_now()
    close_action(action.campaign_id, action.id, at=now, now=now, **boris)
    archive(action.campaign_id, results=None, now=utc_now(), **boris)

    page = visible_text(staff.get(page_of(action)).text)

    assert "Unpublished changes by Ada" in page
    assert "Boris" not in page


def test_publishing_after_the_campaign_has_left_the_site_says_so(staff, action):
    change(ACTION, action.id, title="New")
    page = staff.get(page_of(action)).text
    at = db.session.scalar(select(Campaign.published_at).filter_by(id=action.campaign_id))
    db.session.rollback()
    unpublish(action.campaign_id, seen=at, actor="boris@example.org", now=utc_now())

    data = {"csrf_token": token_of(page), "seen": f"action {action.id} 2", "when": "now"}
    answer = staff.post(page_of(action, "publish/"), data=data)

    said = visible_text(staff.get(answer.location).text)
    assert "This campaign is not public. The unpublished changes are part of it now." in said
    assert "published or discarded" not in said


def test_the_page_shows_both_sides_of_each_field(staff, action):
    change(ACTION, action.id, title="Title of bad crimes (en)")

    page = staff.get(page_of(action)).text

    assert re.search(r"<del>.*?hate-crimes</del>", page)
    assert re.search(r"<ins>.*?bad crimes</ins>", page)
    assert "Demand (English)" in page
    assert "Publish 1 change" in page
    assert '<a href="#checks-heading">Publish changes</a>' in page, (
        "on a phone the button is far below"
    )


def test_the_page_can_be_narrowed_to_a_language_and_publishes_all(staff, action):
    change(ACTION, action.id, button="Join")
    by = make_staff("campaigner")
    texts = {"texts.ru.button": "Сейчас"}
    save_changes(ACTION, action.id, texts, opened_at=2, by=by, now=NOON)

    page = staff.get(f"{page_of(action)}?language=ru").text

    assert "Сейчас" in page
    assert ">Join<" not in page
    assert "Publish 2 changes" in page


def test_the_numbers_of_the_languages_and_of_what_they_share_add_up(staff, action):
    by = make_staff("campaigner")
    changes = {"texts.en.button": "Join", "texts.ru.button": "Сейчас", "goal": 7000}
    save_changes(ACTION, action.id, changes, opened_at=0, by=by, now=NOON)

    page = staff.get(page_of(action)).text
    shared = staff.get(f"{page_of(action)}?language=shared").text

    choice = re.search(r'<nav class="seg" aria-label="Language".*?</nav>', page, re.DOTALL)
    words = "All 3 The same in all languages 1 English 1 Русский 1"
    assert visible_text(choice[0]).strip() == words
    assert "<h4>Goal" in shared
    assert ">Join<" not in shared


def test_publishing_changes_the_public_page(staff, action):
    change(ACTION, action.id, button="Sign now")

    answer = post(staff, action, "publish/")

    assert answer.status_code == 303
    assert "1 change published." in staff.get(answer.location).text
    assert "Sign now" in staff.get("/en/campaigns/racism/hate-crimes/").text
    assert db.session.scalars(select(Signature)).all() == [], "the test entry is gone"


def test_publishing_counts_as_the_page_does_and_says_what_a_hidden_language_lacks(staff, action):
    by = make_staff("campaigner", name="Ada")
    texts = {"texts.fr.title": "Libérez-les", "texts.fr.teaser": "Deux personnes"}
    save_changes(ACTION, action.id, texts, opened_at=0, by=by, now=NOON)
    db.session.rollback()
    button = re.search(r"Publish (\d+) change", staff.get(page_of(action)).text)[1]

    answer = post(staff, action, "publish/")

    page = visible_text(staff.get(answer.location).text)
    assert re.search(
        rf"\b{button} changes published\. .?French.? is not public: \d+ strings left\.", page
    )
    assert "will appear on the site" not in page


def test_a_page_without_changes_leads_to_the_campaign(staff, action):
    answer = staff.get(page_of(action))

    assert answer.location == f"/staff/campaigns/{action.campaign_id}/"


def test_the_fields_are_in_the_order_of_the_form(staff, action):
    change(ACTION, action.id, title="New title", button="Sign now", demand="New demand")

    shown = re.findall(r"<h4>([^<]*) \(English\)", staff.get(page_of(action)).text)

    assert len(shown) > 1
    assert shown != sorted(shown)
    assert shown == [str(label) for label in LABELS["action"].values() if str(label) in shown]


def test_the_second_of_two_people_is_told_that_the_first_has_published(staff, action):
    change(ACTION, action.id, button="Sign now")
    shown = staff.get(page_of(action)).text
    seen = re.findall(r'name="seen" value="([^"]+)"', shown)
    publish_all()

    answer = staff.post(
        page_of(action, "publish/"), data={"csrf_token": token_of(shown), "seen": seen}
    )

    assert answer.status_code == 303
    there = staff.get(answer.location)
    words = " ".join(visible_text(there.text).split())
    assert "These changes were published on 20 November 2026, 12:00 (UTC)." in words, "by a command"
    assert "Nothing is lost, because the history keeps every version. Show the history" in words
    history = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/history/"
    assert f'<a href="{history}">Show the history</a>' in there.text


@pytest.mark.parametrize("end", ["published", "discarded"])
def test_the_second_of_two_people_is_told_who_was_first_and_what_they_did(staff, action, end):
    change(ACTION, action.id, button="Sign now")
    shown = staff.get(page_of(action)).text
    seen = re.findall(r'name="seen" value="([^"]+)"', shown)
    by = make_staff("campaigner", name="Ada")
    facts, later = {"actor": by.email, "staff_id": by.id}, NOON + timedelta(days=1)
    close_action(action.campaign_id, action.id, at=later, now=NOON, **facts)
    verb = publish_changes if end == "published" else discard_changes
    verb(action.campaign_id, seen=seen_of(action.campaign_id), now=later, **facts)

    answer = staff.post(
        page_of(action, "discard/"), data={"csrf_token": token_of(shown), "seen": seen}
    )

    words = " ".join(visible_text(staff.get(answer.location).text).split())
    assert f"Ada {end} these changes on 21 November 2026, 12:00 (UTC)." in words


REFUSED = {
    "publish/": "The changes were not scheduled",
    "discard/": "The draft was not discarded",
    "undo/": "The change was not undone",
    "cancel/": "The time was not changed",
}
LATER = {"when": "at", "at": "2030-12-02T13:00"}


def test_what_changed_since_the_page_was_opened_is_marked(staff, action):
    change(ACTION, action.id, button="Sign now", title="Seen before")
    shown = staff.get(page_of(action)).text
    change_again = {"texts.en.button": "Go"}
    by = make_staff("campaigner")
    save_changes(ACTION, action.id, change_again, opened_at=2, by=by, now=NOON)
    change(CAMPAIGN, action.campaign_id, headline="A draft that the page did not have")

    seen = re.findall(r'name="seen" value="([^"]+)"', shown)
    data = {"csrf_token": token_of(shown), "seen": seen}
    page = staff.post(page_of(action, "publish/"), data=data).text

    headings = [visible_text(one) for one in re.findall(r"<h4>.*?</h4>", page, re.DOTALL)]
    marked = [one for one in headings if "Changed since you opened this page" in one]
    assert [" ".join(one.split()).partition(" (")[0] for one in marked] == [
        "Headline",
        "Button text",
    ]
    assert "Changed since you opened this page" not in shown


def test_each_changed_page_leads_to_its_preview_in_the_languages_that_change(staff, action):
    change(ACTION, action.id, button="Sign now")
    by = make_staff("campaigner")
    russian = {"texts.ru.button": "Подписать"}
    save_changes(ACTION, action.id, russian, opened_at=2, by=by, now=NOON)
    change(CAMPAIGN, action.campaign_id, headline="New headline")

    page = staff.get(page_of(action)).text

    preview = f"/staff/preview/%s/{action.campaign_id}/"
    found = re.findall(r'<a class="chip" href="([^"]+)"', page)
    back = "?back=changes"
    of_action = [f"{preview % tag}{action.id}/{back}" for tag in ("en", "ru")]
    assert found == [f"{preview % 'en'}{back}", *of_action]


def test_the_languages_of_the_changes_begin_with_the_source(staff, action):
    change(CAMPAIGN, action.campaign_id, summary="New")
    by = make_staff("campaigner")
    russian = {"texts.ru.headline": "Новый"}
    save_changes(CAMPAIGN, action.campaign_id, russian, opened_at=2, by=by, now=NOON)

    page = staff.get(page_of(action)).text

    choice = re.search(r'<nav class="seg" aria-label="Language".*?</nav>', page, re.DOTALL)
    assert re.findall(r'<bdi lang="(\w+)"', choice[0]) == ["en", "ru"]


@pytest.mark.parametrize("part", REFUSED)
def test_a_draft_that_has_changed_since_is_shown_again_with_who_saved_it(staff, action, part):
    change(ACTION, action.id, button="Sign now")
    shown = staff.get(page_of(action)).text
    seen = re.findall(r'name="seen" value="([^"]+)"', shown)
    for opened_at, name in ((2, "Ben"), (3, "Ada")):  # Ada has saved before Ben as well
        by = make_staff("campaigner", name=name)
        texts = {"texts.en.button": f"Go-{name}"}
        save_changes(ACTION, action.id, texts, opened_at=opened_at, by=by, now=NOON)

    data = {"csrf_token": token_of(shown), "seen": seen, "field": "texts.en.button", **LATER}
    answer = staff.post(page_of(action, part), data=data)

    assert answer.status_code == 409
    page = visible_text(answer.text)
    assert REFUSED[part] in page
    assert re.search(r"\bAda changed something on 20 November 2026, \d\d:00", page)
    assert "Go-Ada" in page
    assert ('value="2030-12-02T13:00"' in answer.text) == (part == "publish/")
    assert newest(ACTION, action.id)["texts.en.button"] == "Go-Ada"


def test_a_draft_that_the_same_person_saved_elsewhere_is_said_to_be_their_own(staff, action):
    change(ACTION, action.id, button="Sign now")
    shown = staff.get(page_of(action)).text
    seen = re.findall(r'name="seen" value="([^"]+)"', shown)
    place = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/"
    send(staff, place, texts__en__button="Go")

    answer = staff.post(
        page_of(action, "publish/"), data={"csrf_token": token_of(shown), "seen": seen}
    )

    assert answer.status_code == 409
    assert "You changed something on" in visible_text(answer.text)


@pytest.mark.parametrize("part", REFUSED)
def test_what_is_left_is_shown_when_someone_has_published_the_rest(staff, action, part):
    change(ACTION, action.id, button="Sign now")
    shown = staff.get(page_of(action)).text
    seen = re.findall(r'name="seen" value="([^"]+)"', shown)
    publish_all()
    change(CAMPAIGN, action.campaign_id, title="New")

    data = {"csrf_token": token_of(shown), "seen": seen, "field": "texts.en.button", **LATER}
    answer = staff.post(page_of(action, part), data=data)

    assert answer.status_code == 409
    assert "Some of these changes were published on 20 November 2026, 12:00 (UTC)." in visible_text(
        answer.text
    )
    assert "The others are below." in answer.text
    assert "Publish 1 change" in answer.text
    assert list(drafts_in(action.campaign_id)) == [("campaign", action.campaign_id)]


@pytest.mark.parametrize("part", REFUSED)
def test_without_any_changes_left_every_button_leads_to_the_campaign(staff, action, part):
    change(ACTION, action.id, button="Sign now")
    shown = staff.get(page_of(action)).text
    seen = re.findall(r'name="seen" value="([^"]+)"', shown)
    publish_all()

    data = {"csrf_token": token_of(shown), "seen": seen, "field": "texts.en.button", **LATER}
    answer = staff.post(page_of(action, part), data=data)

    assert (answer.status_code, staff.get(page_of(action, "discard/")).status_code) == (303, 303)
    assert "Nothing is lost" in staff.get(answer.location).text


def test_each_field_leads_to_its_place_in_the_editor(app, staff, action):
    """Every field that a draft may have, of the campaign, its partner and the action."""
    ids = {"campaign_id": action.campaign_id}
    partner = {
        "partners.new.website": "",
        "partners.new.en.name": "Ally",
        "partners.new.position": 0,
    }
    by = make_staff("campaigner")
    save_changes(CAMPAIGN, action.campaign_id, partner, opened_at=0, by=by, now=NOON)
    change(ACTION, action.id, button="Sign now")
    db.session.rollback()
    drafts = drafts_in(action.campaign_id).values()
    with app.test_request_context():
        addresses = {
            edit_address(draft, name, **ids)
            for draft in drafts
            for name in draft.content.keys() - UNEDITED
        }
    pages: dict[str, list[str]] = {}
    for address in addresses:
        page, _hash, anchor = address.partition("#")
        pages.setdefault(page, []).append(anchor)

    lost = [
        f"{page}#{anchor}"
        for page, anchors in pages.items()
        for text in [staff.get(page).text]
        for anchor in anchors
        if f'id="{anchor}"' not in text
    ]

    assert lost == [f"/staff/campaigns/{action.campaign_id}/partners/#"], "the order of partners"
    assert len(pages) == 11, "two languages of each form, pictures, partners, public languages"


def test_the_changes_of_a_partner_have_its_name_as_the_checks_have_it(staff, action):
    partner = {
        "partners.new.website": "",
        "partners.new.en.name": "Ally",
        "partners.new.position": 0,
    }
    by = make_staff("campaigner")
    save_changes(CAMPAIGN, action.campaign_id, partner, opened_at=0, by=by, now=NOON)
    db.session.rollback()

    words = visible_text(staff.get(page_of(action)).text)

    assert "Partner “Ally”: Name (English)" in words
    assert "because it has no name there. Ally · Name (Russian)" in words
    assert not re.search(r"[Pp]artner \d", words)


def test_a_text_opens_in_its_language(staff, action):
    change(ACTION, action.id, button="Sign now")
    texts = {"texts.ru.button": "Сейчас"}
    save_changes(ACTION, action.id, texts, opened_at=2, by=make_staff("campaigner"), now=NOON)

    page = staff.get(page_of(action)).text

    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/"
    assert f'href="{address}?right=ru#texts.ru.button"' in page
    assert 'id="texts.ru.button"' in staff.get(f"{address}?right=ru").text


def test_paragraphs_that_did_not_change_are_folded_away(staff, action):
    paragraphs = [f"Paragraph {number}. " + "Some words. " * 9 for number in range(9)]
    db.session.execute(
        update(ActionText).filter_by(locale="en").values(body="\n\n".join(paragraphs))
    )
    db.session.commit()
    change(ACTION, action.id, body="\n\n".join([*paragraphs[:8], "The last one."]))

    page = staff.get(page_of(action)).text

    folded = re.search(r"<summary>7 unchanged paragraphs</summary>(.*?)</details>", page, re.DOTALL)
    assert "Paragraph 6." in folded[1]
    assert page.count("Paragraph 6.") == 1
    assert page.count("Paragraph 7.") == 2, "on both sides, beside what changed"


@pytest.mark.parametrize(
    "seen",
    ["", "action", "action 1", "x 1 1", "action 1 x", "action 1 99999999999999", "action -1 1"],
)
def test_a_tampered_page_changes_nothing(staff, action, seen):
    change(ACTION, action.id, button="Sign now")

    for part in ("publish/", "discard/", "undo/"):
        answer = post(staff, action, part, seen=seen, field="texts.en.button")
        assert answer.status_code == 409

    assert len(drafts_in(action.campaign_id)) == 1


def test_a_demand_that_people_took_part_in_must_be_confirmed(staff, action):
    set_count(action, 12)
    change(ACTION, action.id, title="Something else")

    refused = post(staff, action, "publish/")
    published = post(staff, action, "publish/", same="yes")

    assert refused.status_code == 400
    assert "12 people took part in the demand as it was." in refused.text
    assert "1 thing to confirm before publishing." in refused.text
    assert re.search('<a href="#same">[^<]*Confirm that the demand means the same', refused.text)
    assert 'id="same"' in refused.text
    assert published.status_code == 303


def test_another_addressee_must_be_confirmed_as_the_same_authority(staff, action):
    set_count(action, 12)
    change(ACTION, action.id, addressee="Petition to the security service")

    page = staff.get(page_of(action)).text
    refused = post(staff, action, "publish/", same="yes")
    published = post(staff, action, "publish/", same_addressee="yes")

    assert (
        "The addressee changes from “Petition to the office” to “Petition to the security service”."
        " 12 people have signed and agreed that only the addressee at that time gets their details."
    ) in visible_text(page)
    assert "create a new petition" in page
    assert refused.status_code == 400
    assert "Nothing needs fixing." not in page
    assert "1 thing to confirm before publishing." in page
    assert re.search('<a href="#same_addressee">[^<]*Confirm what the checks below', refused.text)
    assert 'id="same_addressee"' in refused.text
    assert published.status_code == 303


@pytest.mark.parametrize("text", ["button", "addressee"])
def test_nobody_is_asked_about_an_addressee_that_nobody_signed_for(staff, action, text):
    set_count(action, 12 if text == "button" else 0)
    change(ACTION, action.id, **{text: "Something else"})

    assert 'name="same_addressee"' not in staff.get(page_of(action)).text
    assert post(staff, action, "publish/").status_code == 303


def test_unfinished_markup_is_refused_at_its_line(staff, action):
    db.session.execute(update(Action).values(published_at=None))
    db.session.execute(update(ActionText).filter_by(locale="en").values(body=BROKEN))
    db.session.execute(update(Action).values(published_at=NOON))
    db.session.commit()
    change(ACTION, action.id, button="Sign now")

    answer = post(staff, action, "publish/")

    assert answer.status_code == 400
    assert "Line 3: the block “facts” is not closed." in answer.text
    assert len(drafts_in(action.campaign_id)) == 1


def publish_button(client, action) -> str:
    found = re.search(r"<button[^>]*>(?=[^/]*>Publish \d change)", client.get(page_of(action)).text)
    return found[0]


def test_a_problem_disables_the_button_and_leads_to_the_checks(staff, action):
    change(ACTION, action.id, body="## Why\n\n[Report](https://example.org/report)")

    page = staff.get(page_of(action)).text

    assert re.search(r'id="blocked"><a href="#checks-heading">1 problem to fix', page)
    assert ' aria-describedby="blocked" disabled>' in publish_button(staff, action)
    assert post(staff, action, "publish/").status_code == 400


def test_a_problem_that_a_later_time_solves_does_not_disable_the_button(staff, action):
    make_campaign(slug="other", published_at=utc_now() + timedelta(days=2))
    change(ACTION, action.id, body="## Why\n\n[Other](/en/campaigns/other/)")

    button = publish_button(staff, action)

    assert 'aria-describedby="blocked"' in button
    assert "disabled" not in button


def test_a_fault_of_another_action_does_not_keep_a_change_back(staff, action):
    other = make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="other")
    db.session.execute(update(ActionText).filter_by(action_id=other.id).values(body=BROKEN))
    db.session.commit()
    change(ACTION, action.id, button="Sign now")

    assert post(staff, action, "publish/").status_code == 303


def test_only_changed_actions_have_items_to_review(staff, action):
    campaign = db.session.get(Campaign, action.campaign_id)
    other = make_action(campaign=campaign, slug="other", goal=2)
    change(ACTION, action.id, button="Sign now")
    without = staff.get(page_of(action)).text
    change(ACTION, other.id, button="Sign now")

    page = staff.get(page_of(action)).text

    assert ("This goal is very low." in without, "This goal is very low." in page) == (False, True)


def test_an_address_that_was_taken_is_said_in_words(staff, action):
    by = make_staff("campaigner")
    save_changes(CAMPAIGN, action.campaign_id, {"slug": "free"}, opened_at=0, by=by, now=NOON)
    make_campaign(slug="free")

    answer = post(staff, action, "publish/")

    assert answer.status_code == 409
    assert "Choose a different one." in answer.text


def test_a_change_can_be_undone(staff, action):
    change(ACTION, action.id, button="Sign now", thanks="Thanks!")

    answer = post(staff, action, "undo/", field="texts.en.thanks")

    assert answer.status_code == 303
    content = newest(ACTION, action.id)
    assert (content["texts.en.button"], content["texts.en.thanks"]) == ("Sign now", "Thank you.")


def test_a_field_that_there_is_not_cannot_be_undone(staff, action):
    change(ACTION, action.id, button="Sign now")

    assert post(staff, action, "undo/", field="texts.en.nothing").status_code == 404


def test_discarding_asks_first_and_keeps_the_public_page(staff, action):
    change(ACTION, action.id, button="Sign now")
    asked = staff.get(page_of(action, "discard/")).text

    answer = post(staff, action, "discard/", page=page_of(action, "discard/"))

    assert "Discard the draft?" in asked
    assert answer.status_code == 303
    assert drafts_in(action.campaign_id) == {}
    assert newest(ACTION, action.id)["texts.en.button"] == "Sign the petition"


@pytest.mark.parametrize("is_of_look", [True, False])
def test_discarding_says_that_pictures_and_colours_cannot_be_restored(staff, action, is_of_look):
    if is_of_look:
        choose_accent(action.campaign_id, "blue", actor="ada", now=NOON)
    else:
        change(CAMPAIGN, action.campaign_id, summary="New")

    page = visible_text(staff.get(page_of(action, "discard/")).text)

    words = "Pictures, their descriptions and colours cannot be restored."
    assert (words in page) == is_of_look


def test_the_texts_whose_translations_are_older_are_named(staff, action):
    change(CAMPAIGN, action.campaign_id, summary="New")
    change(ACTION, action.id, teaser="New")

    page = visible_text(staff.get(page_of(action)).text)

    assert "Summary, Teaser · hate-crimes" in page.partition("To review:")[2]


def test_only_people_who_may_publish_can_publish(client, action, monkeypatch):
    monkeypatch.setitem(ROLES, "campaigner", ROLES["campaigner"] - {"campaigns.publish"})
    log_in(client, make_staff("campaigner"))
    make_staff("administrator", name="Nino")
    change(ACTION, action.id, button="Sign now")

    page = client.get(page_of(action)).text

    assert "These administrators can give you the right: Nino." in visible_text(page)
    assert post(client, action, "publish/").status_code == 403


def test_publishing_only_one_page_leads_to_that_page(staff, action):
    change(ACTION, action.id, title="New demand")
    change(CAMPAIGN, action.campaign_id, title="New title")

    answer = post(staff, action, "publish/", page=f"{page_of(action)}?of={action.id}", of=action.id)

    assert answer.location == f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    page = visible_text(staff.get(answer.location).text)
    assert "1 change published." in page
    assert "View public page" in page


@pytest.mark.parametrize(
    ("of", "place"), [("", ""), ("campaign", ""), ("1", "actions/1/"), ("99", "")]
)
def test_a_page_of_changes_without_any_says_so(staff, action, of, place):
    answer = staff.get(f"{page_of(action)}?of={of}")

    assert answer.location == f"/staff/campaigns/{action.campaign_id}/{place}"
    assert "There is nothing to publish." in visible_text(staff.get(answer.location).text)


def test_translators_can_see_the_changes_and_do_nothing_about_them(client, action):
    log_in(client, make_staff("translator"))
    change(ACTION, action.id, button="Sign now")

    page = client.get(page_of(action)).text

    assert "Your roles do not include this. Ask Ada." in visible_text(page)
    assert "Undo change" not in page
    assert post(client, action, "discard/").status_code == 403


def test_the_changes_of_one_action_can_be_published_alone(staff, action):
    change(ACTION, action.id, button="Sign now")
    change(CAMPAIGN, action.campaign_id, title="New")

    page = f"{page_of(action)}?of={action.id}"
    answer = post(staff, action, "publish/", page=page, of=str(action.id))

    assert answer.status_code == 303
    assert list(drafts_in(action.campaign_id)) == [("campaign", action.campaign_id)]


def test_changes_of_an_archived_campaign_are_published_without_preflight(staff, action):
    archive(action.campaign_id, results=None, actor="ada", now=utc_now())
    change(CAMPAIGN, action.campaign_id, summary="New")

    answer = post(staff, action, "publish/")

    assert answer.status_code == 303
    assert "New" in staff.get("/en/campaigns/racism/").text


@pytest.mark.parametrize("is_archived", [False, True])
def test_translations_older_than_a_changed_text_are_named_when_a_campaign_is_over(
    staff, action, is_archived
):
    if is_archived:
        archive(action.campaign_id, results=None, actor="ada", now=utc_now())
    else:
        close_campaign(action.campaign_id, actor="ada", now=utc_now())
    change(CAMPAIGN, action.campaign_id, summary="New")

    page = visible_text(staff.get(page_of(action)).text)

    assert "To review: 1 translation is older than its source text." in page


def test_older_translations_are_counted_for_each_language(staff):
    action = make_action(locales=("en", "ru", "fr"))
    change(ACTION, action.id, button="Sign now")

    page = visible_text(staff.get(page_of(action)).text)

    assert page.count("To review: 1 translation is older than its source text.") == 2


def test_an_archived_page_cannot_lose_a_text_that_the_public_needs(staff, action):
    archive(action.campaign_id, results=None, actor="ada", now=utc_now())
    change(CAMPAIGN, action.campaign_id, summary="")
    change(ACTION, action.id, button="")

    answer = post(staff, action, "publish/")

    assert answer.status_code == 400
    assert "The campaign is missing these texts: summary." in answer.text
    assert "This action is missing these texts: button text." in answer.text


DELETED = (
    "To review: The result has been deleted. The page will say that the outcome is not known yet."
)
DELETED_HERE = "The result has been deleted in this language."


def test_a_deleted_result_of_an_archived_campaign_is_to_be_reviewed(staff, action):
    results = {"en": "We won.", "ru": "Победа."}
    archive(action.campaign_id, results=results, actor="ada", now=utc_now())

    delete_result(CAMPAIGN, action.campaign_id, "en")
    in_one = visible_text(staff.get(page_of(action)).text)
    delete_result(CAMPAIGN, action.campaign_id, "ru")
    in_both = visible_text(staff.get(page_of(action)).text)

    assert DELETED_HERE in in_one
    assert DELETED not in in_one
    assert DELETED in in_both
    assert DELETED_HERE not in in_both


@pytest.mark.parametrize("is_archived", [True, False])
def test_a_result_that_no_page_shows_is_not_said_to_be_public(staff, action, is_archived):
    campaign_id, now = action.campaign_id, utc_now()
    archive(campaign_id, results={"en": "We won.", "ru": "Победа."}, actor="ada", now=now)
    if not is_archived:
        reopen(campaign_id, actor="ada", now=utc_now())
    number = find_content(CAMPAIGN, campaign_id)[1]
    changes = {"texts.en.result": "We won it."}
    by = make_staff("campaigner", name="Ada")
    save_changes(CAMPAIGN, campaign_id, changes, opened_at=number, by=by, now=utc_now())
    db.session.rollback()

    page = visible_text(staff.get(page_of(action)).text)

    assert ("Public now" in page) == is_archived
    assert ("The result is public once nobody can take part." in page) != is_archived


def delete_result(subject, subject_id, tag):
    changes = {f"texts.{tag}.result": ""}
    by = make_staff("campaigner", name="Ada")
    number = find_content(subject, subject_id)[1]
    save_changes(subject, subject_id, changes, opened_at=number, by=by, now=NOON)
    db.session.rollback()


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_deleted_result_of_an_action_is_to_be_reviewed_once_it_has_closed(
    staff, action, is_closed
):
    change(ACTION, action.id, result="We won.")
    publish_all()
    make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="other")
    if is_closed:
        now = utc_now()
        close_action(action.campaign_id, action.id, at=now, actor="ada", now=now)
    delete_result(ACTION, action.id, "en")

    page = visible_text(staff.get(page_of(action)).text)

    assert (DELETED in page) == is_closed


def test_a_closed_action_whose_page_shows_the_result_of_its_campaign_may_have_none(staff, action):
    change(ACTION, action.id, result="We won.")
    publish_all()
    results = {"en": "We won.", "ru": "Победа."}
    archive(action.campaign_id, results=results, actor="ada", now=utc_now())
    delete_result(ACTION, action.id, "en")

    page = visible_text(staff.get(page_of(action)).text)

    assert "Nothing needs fixing." in page
    assert "has been deleted" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", ""),
        ("en", "2 changes that the language filter hides will be published as well."),
        ("ru", "1 change that the language filter hides will be published as well."),
    ],
)
def test_a_filter_says_how_many_hidden_changes_are_published_as_well(
    staff, action, language, words
):
    change(ACTION, action.id, button="Sign now")
    by = make_staff("campaigner", name="Ada")
    changes = {"texts.ru.title": "Новое", "texts.ru.headline": "Новое"}
    save_changes(CAMPAIGN, action.campaign_id, changes, opened_at=0, by=by, now=NOON)

    page = staff.get(f"{page_of(action)}?language={language}").text

    form = page.partition('/changes/publish/"')[2].partition("<button")[0]
    assert words in visible_text(form)
    assert ("language filter" in form) == bool(words)
    assert (f'<a href="{page_of(action)}">Show all changes</a>' in form) == bool(words)
    assert "Publish 3 changes" in page


def test_the_preview_and_its_link_show_the_draft(staff, action):
    change(ACTION, action.id, button="Sign now")
    change(CAMPAIGN, action.campaign_id, headline="New headline")

    campaign = staff.get(f"/staff/preview/en/{action.campaign_id}/").text
    one = staff.get(f"/staff/preview/en/{action.campaign_id}/{action.id}/").text

    assert "New headline" in campaign
    assert "Sign now" in one


def test_a_restored_revision_is_a_draft_and_says_so(staff, action):
    change(ACTION, action.id, button="Sign now")
    publish_all()
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/history/"
    token = token_of(staff.get(f"{address}1/").text)

    staff.post(f"{address}1/restore/", data={"csrf_token": token})

    page = staff.get(address).text
    assert "Revision 1 restored as a draft." in page
    assert re.search(r">2 <span[^>]*>Public now<", page)
    assert re.search(r">3 <span[^>]*>Draft<", page)
    assert "Sign now" in staff.get("/en/campaigns/racism/hate-crimes/").text


def test_an_archived_campaign_offers_neither_preflight_nor_opening(staff, action):
    later = make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="later")
    opens_at = utc_now().replace(year=utc_now().year + 1)
    db.session.execute(update(Action).filter_by(id=later.id).values(published_at=opens_at))
    db.session.commit()
    archive(action.campaign_id, results=None, actor="ada", now=utc_now())

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/publish/").text

    assert "Publishing checks" not in page
    assert "Opens on" not in page
    assert "Opening time" not in page
    address = f"/staff/campaigns/{action.campaign_id}/actions/{later.id}"
    for part in ("open", "close"):
        answer = staff.get(f"{address}/{part}/", follow_redirects=True)
        assert answer.request.path == f"/staff/campaigns/{action.campaign_id}/publish/"
        assert "Its actions no longer open or close." in answer.text
    page = staff.get(f"{address}/").text
    assert ">Archived<" in page
    assert ">Draft<" not in page
    assert "It was never opened." in page
    assert "Opens on" not in page


def test_unfinished_markup_is_refused_on_save_and_nothing_is_lost(staff, action):
    address = f"/staff/campaigns/{action.campaign_id}/edit/"
    text = "## Why\n\n::: points\n- One\n:::\n\n::: pionts\n- Two\n:::"

    answer = send(staff, address, texts__en__body=text)

    assert answer.status_code == 400
    assert "Line 7: there is no block called “pionts”." in answer.text
    assert fields_of(answer.text)["texts.en.body"].replace("\r\n", "\n") == text


def test_a_block_in_an_email_is_refused_at_its_line(staff, action):
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/edit/"
    text = "Thank you.\n::: points\n- One\n:::"

    answer = send(staff, address, texts__en__confirm_text=text)

    assert answer.status_code == 400
    assert "Line 2: emails have no blocks" in answer.text
    assert fields_of(answer.text)["texts.en.confirm_text"].replace("\r\n", "\n") == text


def test_the_checks_of_one_page_count_its_own_translations(staff, action):
    change(CAMPAIGN, action.campaign_id, summary="New")
    change(ACTION, action.id, summary="New demand", button="Sign now")
    one, two = "1 translation is older", "2 translations are older"

    of_action = staff.get(f"{page_of(action)}?of={action.id}").text
    of_campaign = staff.get(f"{page_of(action)}?of=campaign").text
    of_all = staff.get(page_of(action)).text

    assert (one in of_action, two in of_action) == (False, True)
    assert (one in of_campaign, two in of_campaign) == (True, False)
    assert "3 translations are older" in of_all
    assert checks_passed(of_action) + checks_passed(of_campaign) == checks_passed(of_all)


def checks_passed(page: str) -> int:
    return int(re.search(r"(\d+) checks passed", page)[1])


def test_a_draft_of_another_page_does_not_say_that_translations_are_left(staff, action):
    change(CAMPAIGN, action.campaign_id, body="New, and not translated")
    change(ACTION, action.id, button="Sign now")

    page = staff.get(f"{page_of(action)}?of={action.id}").text

    assert "1 translation is older" in page
    assert "translated yet" not in page
    assert "not translated" not in page


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_result_needs_a_translation_once_people_can_read_it(staff, action, is_closed):
    other = make_action(
        campaign=db.session.get(Campaign, action.campaign_id), slug="other", locales=("en", "ru")
    )
    now = utc_now()
    if is_closed:
        close_action(other.campaign_id, other.id, at=now, actor="a", now=now)
    change(CAMPAIGN, action.campaign_id, result="We will win.")
    change(ACTION, other.id, result="We won.")

    page = staff.get(page_of(action)).text

    assert ("1 source text has not been translated yet." in page) == is_closed
    assert "2 source texts" not in page
    assert ("Every source text is translated" in page) != is_closed
