"""History: who saved when, what differs, and the way back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import (
    Campaign,
    CampaignText,
    DraftPicture,
    DraftPictureFile,
    Revision,
)
from campaign_actions.campaigns.picture import (
    PictureDetails,
    of_campaign,
    put_picture,
    remove_picture,
)
from campaign_actions.core.content.images import process_image
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.changes import discard_changes, publish_changes
from campaign_actions.publishing.close import archive, close_action, reopen
from campaign_actions.publishing.publish import publish as open_campaign
from campaign_actions.publishing.publish import unpublish
from campaign_actions.staff.models import StaffMember
from tests.support.changes import publish_all
from tests.support.drafts import set_opening_time
from tests.support.factories import LONG_AGO, NOON, make_action, make_campaign, make_staff
from tests.support.images import picture
from tests.support.page_text import visible_text
from tests.support.questions import WHY, ask, fields, remove, save
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of, send

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def address(client):
    log_in(client, make_staff("campaigner", name="Grace", tf_primary_method="authenticator"))
    campaign = make_campaign()
    return f"/staff/campaigns/{campaign.id}"


def titles():
    db.session.rollback()
    return db.session.scalars(select(CampaignText.title)).all()


def restore(client, address, number):
    token = fields_of(client.get("/staff/campaigns/new/").text)["csrf_token"]
    return client.post(f"{address}/history/{number}/restore/", data={"csrf_token": token})


def test_the_history_of_a_campaign_never_saved_is_empty_and_says_why(client, address):
    assert "Nothing has been saved here yet" in client.get(f"{address}/history/").text


def test_each_revision_names_its_author(client, address):
    send(client, f"{address}/edit/", texts__en__title="New")

    page = client.get(f"{address}/history/").text

    assert page.count('<th scope="row"') == 2, "two revisions"
    assert page.count('<td data-l="Revision">') == 1, "the opening"
    assert "<td><bdi>Grace</bdi></td>" in page


def test_the_list_says_which_fields_each_revision_changed(client, address):
    send(client, f"{address}/edit/", texts__en__title="New", texts__en__headline="Newer")

    page = client.get(f"{address}/history/").text

    assert "Topic (English), Headline (English)" in marked(page).replace("\u2068", "").replace(
        "\u2069", ""
    )
    assert "The first revision." in page


def test_differences_are_marked_word_by_word(client, address):
    send(client, f"{address}/edit/", texts__en__title="Title of rights (en)")

    page = client.get(f"{address}/history/2/").text

    assert ">Topic (English)</h3>" in page
    assert "</span>racism</del>" in page
    assert "</span>rights</ins>" in page


def test_any_two_revisions_can_be_compared(client, address):
    for title in ("One", "Two", "Three"):
        send(client, f"{address}/edit/", texts__en__title=title)

    page = client.get(f"{address}/history/4/?with=2").text

    assert "</span>One</del>" in page
    assert "</span>Three</ins>" in page


def test_an_old_revision_is_restored_as_a_new_one(client, address):
    send(client, f"{address}/edit/", texts__en__title="One")

    restore(client, address, 1)

    assert titles() == ["Title of racism (en)"]
    assert db.session.scalars(select(Revision.number).order_by(Revision.number)).all() == [1, 2, 3]


def test_a_missing_revision_is_not_found(client, address):
    assert client.get(f"{address}/history/7/").status_code == 404
    assert restore(client, address, 7).status_code == 404


def test_an_action_has_its_own_history(client, address):
    campaign_id = int(address.rpartition("/")[2])
    token = {"kind": "petition", "title": "Do it", "goal": "100"}
    made = send(client, f"{address}/actions/new/", **token).location.split("/")[-3]
    send(client, f"{address}/actions/{made}/edit/", texts__en__title="Do it now")

    page = client.get(f"/staff/campaigns/{campaign_id}/actions/{made}/history/2/").text

    assert "now</ins>" in page


def test_values_are_formatted_in_the_readers_language(app, client, address):
    app.config["TIMEZONE"] = "Europe/Moscow"
    place, action_id = make_action_of(address)
    db.session.execute(update(Action).filter_by(id=action_id).values(published_at=None))
    db.session.commit()
    asked = {"asks_comment": "y", "goal": "5000", "closes_at": "2099-12-01T18:00"}
    send(client, f"{place}/edit/", **asked)
    db.session.execute(update(StaffMember).values(locale="ru"))
    db.session.commit()

    page = client.get(f"{place}/history/2/").text

    assert ">нет</del>" in marked(page)
    assert ">да</ins>" in marked(page)
    assert ">5\N{NO-BREAK SPACE}000</ins>" in marked(page)
    assert "1 декабря 2099" in marked(page)
    assert "18:00 (Москва)</ins>" in marked(page)


def marked(page):
    """The page without its parts for screen readers."""
    return re.sub(r'<span class="sr">.*?</span>', "", page)


def make_action_of(address):
    """The address of a published action of the campaign, and its id."""
    campaign = db.session.get(Campaign, int(address.rpartition("/")[2]))
    action = make_action(campaign=campaign)
    return f"{address}/actions/{action.id}", action.id


def tags_of(page):
    """By revision, its tag."""
    rows = re.findall(r'data-l="Revision">(\d+)(?: <span class="[^"]*">([^<]*)</span>)?', page)
    return {int(number): tag for number, tag in rows}


def test_the_history_says_what_is_public_now_and_what_is_a_draft(client, address):
    place, action_id = make_action_of(address)
    campaign_id = int(address.rpartition("/")[2])
    send(client, f"{place}/edit/", texts__en__title="New")
    close_action(
        campaign_id,
        action_id,
        at=utc_now() + timedelta(days=9),
        actor="grace@example.org",
        now=NOON,
    )

    page = client.get(f"{place}/history/").text

    assert tags_of(page) == {3: "", 2: "Draft", 1: "Public now"}


def test_the_newest_revision_is_marked_as_public_when_there_is_no_draft(client, address):
    place, action_id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__title="New")
    before = tags_of(client.get(f"{place}/history/").text)
    number = db.session.scalar(select(Action.version).filter_by(id=action_id))
    publish_changes(
        int(address.rpartition("/")[2]),
        seen={("action", action_id): number},
        actor="grace@example.org",
        staff_id=None,
        now=utc_now(),
    )

    after = tags_of(client.get(f"{place}/history/").text)
    set_opening_time(int(address.rpartition("/")[2]), None)
    unpublished = tags_of(client.get(f"{place}/history/").text)

    assert before == {2: "Draft", 1: "Public now"}
    assert after == {2: "Public now", 1: ""}
    assert unpublished == {2: "", 1: ""}


@pytest.mark.parametrize("results", [None, {"en": "We won."}])
def test_the_history_says_when_a_campaign_was_archived_and_reopened(client, address, results):
    campaign_id = int(address.rpartition("/")[2])
    by = {"actor": "grace@example.org", "now": utc_now()}
    archive(campaign_id, results=results, **by)
    reopen(campaign_id, **by)
    reopen(campaign_id, **by)  # nothing is left to do

    page = visible_text(client.get(f"{address}/history/").text)

    assert page.index("The campaign was reopened.") < page.index("The campaign was archived.")
    assert page.count("The campaign was reopened.") == 1
    assert ("The campaign was archived. What this achieved" in page) == bool(results)
    assert "Nothing that a reader sees" not in page
    assert "Archived" in visible_text(client.get(f"{address}/history/2/").text)


def test_restoring_a_revision_does_not_reopen_a_campaign(client, address):
    send(client, f"{address}/edit/", texts__en__title="New")
    archive(int(address.rpartition("/")[2]), results=None, actor="grace@example.org", now=utc_now())

    restore(client, address, 1)

    db.session.rollback()
    assert db.session.scalar(select(Campaign.archived_at))


def own_field(name, action_id):
    db.session.rollback()
    return db.session.scalar(select(getattr(Action, name)).filter_by(id=action_id))


@pytest.mark.parametrize("at", [NOON, None])
def test_restoring_texts_neither_closes_nor_opens_an_action(client, address, at):
    place, action_id = make_action_of(address)
    campaign_id = int(address.rpartition("/")[2])
    before = {NOON: None, None: NOON}[at]
    close_action(campaign_id, action_id, at=before, actor="grace@example.org", now=NOON)
    send(client, f"{place}/edit/", texts__en__title="New")
    close_action(campaign_id, action_id, at=at, actor="grace@example.org", now=NOON)

    restore(client, place, 2)

    assert own_field("closes_at", action_id) == at
    page = client.get(f"{place}/edit/").text
    assert fields_of(page)["texts.en.title"] == "Title of hate-crimes (en)"


def test_restoring_a_revision_of_a_draft_restores_no_end(client, address):
    place, action_id = make_action_of(address)
    db.session.execute(update(Action).filter_by(id=action_id).values(published_at=None))
    db.session.commit()
    send(client, f"{place}/edit/", closes_at="2099-12-01T18:00", texts__en__title="Old")
    send(client, f"{place}/edit/", closes_at="2099-12-02T18:00", texts__en__title="New")

    restore(client, place, 2)

    assert own_field("closes_at", action_id).day == 2
    assert fields_of(client.get(f"{place}/edit/").text)["texts.en.title"] == "Old"


def test_the_result_is_not_restored(client, address):
    place, _id = make_action_of(address)
    for page in (address, place):
        send(client, f"{page}/edit/", texts__en__title="New")
    for table in (CampaignText, ActionText):
        db.session.execute(update(table).values(result="The law has changed."))
    db.session.commit()

    restore(client, address, 1)
    restore(client, place, 1)

    assert titles() == ["Title of racism (en)"]
    for table in (CampaignText, ActionText):
        assert db.session.scalars(select(table.result)).all() == ["The law has changed."]


@pytest.mark.parametrize(("published_at", "kind"), [(LONG_AGO, "pledge"), (None, "petition")])
def test_only_a_draft_gets_back_its_kind(client, address, published_at, kind):
    place, action_id = make_action_of(address)
    this = update(Action).filter_by(id=action_id)
    db.session.execute(this.values(published_at=None))
    db.session.commit()
    send(client, f"{place}/edit/", kind="pledge")
    db.session.execute(this.values(published_at=published_at))
    db.session.commit()

    restore(client, place, 1)

    assert own_field("kind", action_id) == kind


def test_an_empty_text_of_a_public_campaign_is_restored_as_a_draft(client, address):
    campaign_id = int(address.rpartition("/")[2])
    text = update(CampaignText).filter_by(campaign_id=campaign_id)
    db.session.execute(text.values(summary="", headline=""))
    db.session.commit()
    send(client, f"{address}/edit/", texts__en__headline="Now", texts__en__summary="It is written.")
    publish_all()

    answer = restore(client, address, 1)

    assert "Revision 1 restored as a draft." in client.get(answer.location).text
    assert fields_of(client.get(f"{address}/edit/").text)["texts.en.headline"] == ""


def test_an_empty_text_is_not_restored_where_it_opens_without_another_check(client, address):
    campaign_id = int(address.rpartition("/")[2])
    this = update(Campaign).filter_by(id=campaign_id)
    db.session.execute(this.values(published_at=utc_now() + timedelta(days=1)))
    text = update(CampaignText).filter_by(campaign_id=campaign_id)
    db.session.execute(text.values(summary="", headline="", body=""))
    db.session.commit()
    texts = {"texts__en__headline": "Now", "texts__en__summary": "It is written."}
    send(client, f"{address}/edit/", texts__en__body="Why", **texts)

    answer = restore(client, address, 1)

    assert answer.status_code == 409
    assert "Revision 1 was not restored" in answer.text
    assert 'role="alert"' in answer.text
    assert "Headline (English), Summary (English), Page text (English)" in answer.text
    assert "To restore all of it, cancel the scheduled opening first." in answer.text
    assert fields_of(client.get(f"{address}/edit/").text)["texts.en.headline"] == "Now"


def test_all_other_fields_are_restored_to_a_scheduled_campaign(client, address):
    campaign_id = int(address.rpartition("/")[2])
    this = update(Campaign).filter_by(id=campaign_id)
    db.session.execute(this.values(published_at=utc_now() + timedelta(days=1)))
    db.session.execute(update(CampaignText).values(summary="", title="Old"))
    db.session.commit()
    send(client, f"{address}/edit/", texts__en__title="New", texts__en__summary="It is written.")
    refused = restore(client, address, 1).text

    kept = re.findall(r'name="kept" value="([^"]+)"', refused)
    form = {"csrf_token": token_of(refused), "kept": kept}
    client.post(f"{address}/history/1/restore/", data=form)

    fields = fields_of(client.get(f"{address}/edit/").text)
    assert kept == ["texts.en.summary"]
    assert (fields["texts.en.title"], fields["texts.en.summary"]) == ("Old", "It is written.")


def test_revisions_to_compare_with_have_their_time_and_author(client, address):
    send(client, f"{address}/edit/", texts__en__title="One")
    send(client, f"{address}/edit/", texts__en__title="Two")

    page = client.get(f"{address}/history/3/").text

    assert re.search(
        r'<option value="2" selected>2 · \d+ \w+ \d{4}, \d\d:\d\d.* · .+</option>', page
    )


def test_restoring_keeps_the_picture_description(client, address):
    send(client, f"{address}/edit/", texts__en__title="One")
    db.session.execute(update(CampaignText).values(picture_alt="A crowd"))
    db.session.commit()
    send(client, f"{address}/edit/", texts__en__title="Two")

    restore(client, address, 1)

    assert db.session.scalars(select(CampaignText.picture_alt)).all() == ["A crowd"]
    assert titles() == ["Title of racism (en)"]


def test_an_empty_text_of_a_public_action_is_restored_as_a_draft(client, address):
    place, action_id = make_action_of(address)
    text = update(ActionText).filter_by(action_id=action_id)
    db.session.execute(text.values(button=""))
    db.session.commit()
    send(client, f"{place}/edit/", texts__en__button="Sign")
    publish_all()

    answer = restore(client, place, 1)

    assert "Revision 1 restored as a draft." in client.get(answer.location).text
    assert fields_of(client.get(f"{place}/edit/").text)["texts.en.button"] == ""


def test_an_empty_text_of_a_draft_is_restored(client, address):
    campaign_id = int(address.rpartition("/")[2])
    db.session.execute(update(Campaign).filter_by(id=campaign_id).values(published_at=None))
    db.session.execute(update(CampaignText).values(summary=""))
    db.session.commit()
    send(client, f"{address}/edit/", texts__en__summary="It is written.")

    restore(client, address, 1)

    assert fields_of(client.get(f"{address}/edit/").text)["texts.en.summary"] == ""


def rows_of(page):
    """By revision, the words of its row."""
    rows = re.findall(r'<th scope="row".*?</tr>', page, re.DOTALL)
    words = [" ".join(visible_text(row).split()) for row in rows]
    return {int(found[0]): row for row in words if (found := re.match(r"\d+", row))}


def publish(address, action_id, now, by=None):
    number = db.session.scalar(select(Action.version).filter_by(id=action_id))
    db.session.rollback()
    publish_changes(
        int(address.rpartition("/")[2]),
        seen={("action", action_id): number},
        actor="grace@example.org",
        staff_id=by,
        now=now,
    )


def test_the_history_says_when_the_public_saw_each_revision(client, address):
    place, action_id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__title="Never public")
    send(client, f"{place}/edit/", texts__en__title="Second")
    publish(address, action_id, datetime(2027, 1, 2, 9, tzinfo=UTC))
    send(client, f"{place}/edit/", texts__en__title="Third")
    publish(address, action_id, datetime(2027, 1, 5, 9, tzinfo=UTC))

    rows = rows_of(client.get(f"{place}/history/").text)

    assert "Public since 5 Jan 2027" in rows[4]
    assert re.search(r"Public from 2 Jan 2027\D.* to 5 Jan 2027", rows[3])
    assert "Public" not in rows[2].replace("Never public", "")
    assert "to 2 Jan 2027" in rows[1] or "Public until 2 Jan 2027" in rows[1]


def test_the_history_says_who_published_each_revision(client, address):
    place, action_id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__title="Second")
    publish(address, action_id, datetime(2027, 1, 2, 9, tzinfo=UTC), make_staff(name="Ada").id)
    send(client, f"{place}/edit/", texts__en__title="Third")
    send(client, f"{place}/edit/", texts__en__title="Fourth")
    publish(address, action_id, datetime(2027, 1, 5, 9, tzinfo=UTC), make_staff(name="Olga").id)

    rows = rows_of(client.get(f"{place}/history/").text)

    assert "Published by Olga." in rows[4]
    assert "Published by Ada." in rows[2]
    assert "Published by" not in rows[3] + rows[1]


def test_the_history_says_who_opened_the_campaign(client, address):
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff(name="Ada").id
    set_opening_time(campaign_id, None)
    send(client, f"{address}/edit/", texts__en__title="Saved before it opened")
    by = {"actor": "ada@example.org", "staff_id": ada, "now": utc_now()}
    open_campaign(campaign_id, at=utc_now(), seen=None, action_ids=(), **by)

    rows = rows_of(client.get(f"{address}/history/").text)

    assert "Published by Ada." in rows[2]
    assert "Published by" not in rows[1]


def test_the_history_says_when_a_draft_was_discarded_and_what_was_restored(client, address):
    place, action_id = make_action_of(address)
    campaign_id = int(address.rpartition("/")[2])
    send(client, f"{place}/edit/", texts__en__title="New")
    by = {"actor": "grace@example.org", "staff_id": None, "now": utc_now()}
    discard_changes(campaign_id, seen={("action", action_id): 2}, **by)
    restore(client, place, 2)

    rows = rows_of(client.get(f"{place}/history/").text)

    assert "Restored from revision 2." in rows[4]
    assert "Draft discarded." in rows[3]
    assert "discarded" not in rows[2]


def test_what_was_public_ends_when_the_campaign_leaves_the_site(client, address):
    send(client, f"{address}/edit/", texts__en__title="New")
    campaign_id = int(address.rpartition("/")[2])
    at = db.session.scalar(select(Campaign.published_at).filter_by(id=campaign_id))
    db.session.rollback()

    unpublish(campaign_id, seen=at, actor="grace@example.org", now=datetime(2027, 1, 2, tzinfo=UTC))

    rows = rows_of(client.get(f"{address}/history/").text)
    assert "2 Jan 2027" in rows[1]
    assert "Public" not in rows[2]


def events_in(page):
    """The time, the person and the words of each row that is not a revision, the newest first."""
    rows = re.findall(r'<td data-l="Revision"><span aria-hidden.*?</tr>', page, re.DOTALL)
    return [" ".join(visible_text(row).split()) for row in rows]


def at(hour: int) -> datetime:
    return datetime(2027, 1, 2, hour, tzinfo=UTC)


def test_the_history_has_the_events_of_an_action_in_order(client, address, monkeypatch):
    place, action_id = make_action_of(address)
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff(name="Ada").id
    set_opening_time(campaign_id, None)
    send(client, f"{address}/edit/", texts__en__title="Saved before it opened")
    send(client, f"{place}/edit/", texts__en__title="Saved before it opened")
    by = {"actor": "ada@example.org", "staff_id": ada}
    open_campaign(campaign_id, at=at(1), seen=None, action_ids=[action_id], now=at(1), **by)
    close_action(campaign_id, action_id, at=at(4), now=at(2), **by)
    close_action(campaign_id, action_id, at=None, now=at(6), **by)
    unpublish(campaign_id, seen=at(1), now=at(8), **by)
    open_campaign(campaign_id, at=at(9), seen=None, action_ids=[action_id], now=at(9), **by)
    close_action(campaign_id, action_id, at=at(10), now=at(10), **by)
    monkeypatch.setattr("campaign_actions.web.staff.campaigns.history.utc_now", lambda: at(12))

    page = client.get(f"{place}/history/").text
    of_campaign = client.get(f"{address}/history/").text

    opened_again, closed, opened = events_in(page)
    assert "9:00" in opened_again
    assert "Ada Opened to the public." in opened_again
    assert "4:00" in closed
    assert "Ada Closed." in closed
    assert "1:00" in opened
    assert "Ada Opened to the public." in opened
    rows = rows_of(page)
    assert "Ada Unpublished." in rows[5]
    assert "Ada Closed." in rows[6]
    text = visible_text(page)
    places = [text.index(words) for words in (rows[5], closed, rows[3], opened)]
    assert places == sorted(places)
    assert "Ada Unpublished." in visible_text(of_campaign)
    assert "Ada Closed." in visible_text(of_campaign)


def test_differences_are_in_the_order_of_the_form(client, address):
    send(client, f"{address}/edit/", texts__en__title="New", texts__en__headline="Newer")

    page = visible_text(client.get(f"{address}/history/2/").text)

    differences = page.partition("Underlined text")[2]
    assert 0 < differences.index("Topic (") < differences.index("Headline (")


def test_each_page_of_the_history_has_the_events_of_its_time(client, address, monkeypatch):
    monkeypatch.setattr("campaign_actions.web.staff.campaigns.history.PAGE_SIZE", 1)
    set_opening_time(int(address.rpartition("/")[2]), None)
    for title in ("Saved before", "Saved as well"):
        send(client, f"{address}/edit/", texts__en__title=title)
    by = {"actor": "grace@example.org", "staff_id": None, "now": utc_now()}
    open_campaign(int(address.rpartition("/")[2]), at=utc_now(), seen=None, action_ids=(), **by)

    pages = [client.get(f"{address}/history/?page={number}").text for number in (1, 2, 3)]

    assert ["Opened to the public." in page for page in pages] == [True, False, False]


def test_the_list_names_questions_by_their_text(client):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    action = make_action()
    ask(action, WHY, en__label="Why do you sign?")
    save(action, fields(WHY, en__help="In one sentence."))
    remove(action, WHY)

    page = client.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/history/").text

    shown = visible_text(page)
    assert "New question “Why do you sign?”" in shown
    assert "Removed question “Why do you sign?”" in shown
    assert "Question “Why do you sign?”: Help (English)" in shown
    assert "switched off" not in shown, "settings that the question does not have"
    assert WHY not in page


def test_a_change_of_the_picture_is_said_in_words_with_what_is_still_kept(client, address):
    its = of_campaign(int(address.rpartition("/")[2]))
    made = process_image(picture(800, 450))
    details = PictureDetails({"en": {"picture_alt": "A crowd"}}, focus=5)
    by = {"staff_id": None, "actor": "grace@example.org", "now": NOON}
    put_picture(its, made, details, **by)

    section = picture_section(client, f"{address}/history/2/")

    assert "A picture was added." in section
    shown = re.search(r'<img src="([^"]+)"', section)
    assert client.get(shown[1]).mimetype == "image/webp"
    assert "<ins>" not in section
    put_picture(its, process_image(picture(900, 600)), details, **by)
    assert "The picture was replaced." in picture_section(client, f"{address}/history/3/")
    remove_picture(its, **by)
    assert "The picture was removed." in picture_section(client, f"{address}/history/4/")
    for table in (DraftPictureFile, DraftPicture):
        db.session.execute(delete(table))
    db.session.commit()
    section = picture_section(client, f"{address}/history/2/")
    assert "A picture was added." in section
    assert "<img" not in section


def picture_section(client, page):
    return client.get(page).text.partition(">Picture</h3>")[2].partition("</section>")[0]
