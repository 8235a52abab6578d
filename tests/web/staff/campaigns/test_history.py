"""History: who saved when, what differs, and the way back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.campaigns.edit import CAMPAIGN
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
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.drafts import saving_revision
from campaign_actions.campaigns.versioning.history import find_content, find_revision
from campaign_actions.core.content.images import process_image
from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.core.switches.state import Switch
from campaign_actions.publishing.archive import archive, reopen
from campaign_actions.publishing.changes import discard_changes, publish_changes
from campaign_actions.publishing.close import close_action, close_campaign
from campaign_actions.publishing.conflicts import NothingToReopen
from campaign_actions.publishing.languages import Languages, set_languages
from campaign_actions.publishing.publish import cancel, open_action, unpublish
from campaign_actions.publishing.publish import publish as open_campaign
from campaign_actions.publishing.schedule_changes import cancel_schedule, schedule_changes
from campaign_actions.publishing.scheduled.changes import publish_scheduled
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import ROLES
from campaign_actions.switches.switch import switch_off, switch_on
from tests.support.changes import publish_all
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import LONG_AGO, NOON, make_action, make_campaign, make_staff
from tests.support.images import picture
from tests.support.page_text import visible_text
from tests.support.questions import WHY, ask, fields, remove, save
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of, send

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
LIFETIMES = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))
WITHOUT_ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))


def at(hour: int) -> datetime:
    return datetime(2027, 1, 2, hour, tzinfo=UTC)


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


def restoring_form(page):
    """The fields of the form that restores a revision, on its page."""
    form = page.partition('/restore/">')[2].partition("</form>")[0]
    return dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', form))


def test_the_history_of_a_campaign_never_saved_is_empty_and_says_why(client, address):
    assert "Nothing has been saved here yet" in client.get(f"{address}/history/").text


def test_administrators_get_from_the_history_to_the_audit_log(client, address):
    send(client, f"{address}/edit/", texts__en__title="One")
    before = client.get(f"{address}/history/").text
    log_in(client, make_staff("administrator", email="ada@example.org"))

    page = client.get(f"{address}/history/").text

    assert "/staff/audit/?subject=" not in before
    assert 'href="/staff/audit/?subject=racism">Audit log</a>' in page


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


def test_what_became_public_with_an_opening_is_compared_with_what_was_public_before(
    client, address, monkeypatch
):
    send(client, f"{address}/edit/", texts__en__title="One")
    campaign_id, by = int(address.rpartition("/")[2]), {"actor": "grace@example.org"}
    publish_all(now=at(1))
    send(client, f"{address}/edit/", texts__en__title="Two")
    opened_at = db.session.get(Campaign, campaign_id).published_at
    unpublish(campaign_id, seen=opened_at, now=at(2), **by)
    open_campaign(campaign_id, at=at(3), seen=None, action_ids=[], now=at(3), **by)

    monkeypatch.setattr("campaign_actions.web.staff.campaigns.history.utc_now", lambda: at(4))
    page = client.get(f"{address}/history/").text
    opened = events_in(page)[0]
    link = re.search(r'href="([^"]+)" aria-label="Show what was published', page)[1]
    shown = client.get(link.replace("&amp;", "&")).text

    assert "Opened to the public. Topic (English)" in opened
    assert "</span>One</del>" in shown
    assert "</span>Two</ins>" in shown


def test_the_first_revision_is_compared_with_none_until_one_is_chosen(client, address):
    for title in ("One", "Two"):
        send(client, f"{address}/edit/", texts__en__title=title)

    page = client.get(f"{address}/history/1/").text

    assert '<option value="" selected>–</option>' in page
    assert page.count(" selected>") == 1


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


def make_action_of(address, **values):
    """The address of a published action of the campaign, and its id."""
    campaign = db.session.get(Campaign, int(address.rpartition("/")[2]))
    action = make_action(campaign=campaign, **values)
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

    assert tags_of(page) == {4: "Draft", 3: "Public now", 2: "", 1: ""}


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
    with pytest.raises(NothingToReopen):
        reopen(campaign_id, **by)

    page = visible_text(client.get(f"{address}/history/").text)

    assert page.index("The campaign has left the archive.") < page.index(
        "The campaign was archived."
    )
    assert page.count("The campaign has left the archive.") == 1
    assert "reopened" not in page
    assert ("The campaign was archived. Result (English)" in page) == bool(results)
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
    before = {NOON: NOON + timedelta(hours=1), None: NOON}[at]
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


@pytest.mark.parametrize("before", ["", "We may win."])
@pytest.mark.parametrize("of", ["campaign", "action"])
def test_the_result_is_restored_as_a_draft_like_other_texts(client, address, of, before):
    place, _id = make_action_of(address)
    page, table = (address, CampaignText) if of == "campaign" else (place, ActionText)
    send(client, f"{page}/edit/", texts__en__summary="Old", texts__en__result=before)
    publish_all()
    send(client, f"{page}/edit/", texts__en__result="The law has changed.")
    publish_all()

    asked = visible_text(client.get(f"{page}/history/2/").text)
    answer = restore(client, page, 2)

    assert "Revision 2 restored as a draft." in client.get(answer.location).text
    assert "leaves these fields" not in asked
    assert fields_of(client.get(f"{page}/edit/").text)["texts.en.result"] == before
    db.session.rollback()
    assert db.session.scalars(select(table.result)).all() == ["The law has changed."]


def archive_with_result(client, address, **texts):
    """Revision 1 is from before there was a result."""
    send(client, f"{address}/edit/", texts__en__title="New", **texts)
    publish_all()
    results = {"en": "The law has changed."}
    campaign_id = int(address.rpartition("/")[2])
    archive(campaign_id, results=results, actor="grace@example.org", now=utc_now())


def test_an_archived_campaign_keeps_its_result_when_a_revision_without_one_is_restored(
    client, address
):
    archive_with_result(client, address)

    asked = visible_text(client.get(f"{address}/history/1/").text)
    answer = restore(client, address, 1)

    said = visible_text(client.get(answer.location).text)
    words = "leaves these fields as they are: Result (English), Archived."
    assert words in asked.translate(WITHOUT_ISOLATES)
    assert words in said.translate(WITHOUT_ISOLATES)
    publish_all()
    page = client.get("/en/campaigns/racism/").text
    assert "The law has changed." in page
    assert "We don’t know the outcome yet" not in page
    assert titles() == ["Title of racism (en)"]


def test_an_archived_campaign_gets_back_another_result(client, address):
    archive_with_result(client, address, texts__en__result="We may win.")
    newest = find_content(CAMPAIGN, int(address.rpartition("/")[2]))[0]

    restore(client, address, 2)

    assert newest["texts.en.result"] == "The law has changed."
    restored = fields_of(client.get(f"{address}/edit/").text)
    assert restored["texts.en.result"] == "We may win."


def test_a_closed_action_keeps_its_result_when_a_revision_without_one_is_restored(client, address):
    place, action_id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__title="Old")
    send(client, f"{place}/edit/", texts__en__title="New", texts__en__result="They have agreed.")
    publish_all()
    campaign_id, now = int(address.rpartition("/")[2]), utc_now()
    close_action(campaign_id, action_id, at=now, actor="grace@example.org", now=now)

    answer = restore(client, place, 2)

    said = visible_text(client.get(answer.location).text).translate(WITHOUT_ISOLATES)
    fields = fields_of(client.get(f"{place}/edit/").text)
    assert "Result (English)" in said.partition("leaves these fields as they are:")[2]
    assert fields["texts.en.title"] == "Old"
    assert fields["texts.en.result"] == "They have agreed."


def test_who_cannot_publish_restores_no_result_and_learns_so(client, address, monkeypatch):
    place, _id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__teaser="New")
    send(client, f"{place}/edit/", texts__en__result="The law has changed.")
    publish_all()
    monkeypatch.setitem(ROLES, "campaigner", ROLES["campaigner"] - {"campaigns.publish"})

    asked = visible_text(client.get(f"{place}/history/2/").text)
    answer = restore(client, place, 2)

    words = "Restoring this revision leaves these fields as they are: Result (English)."
    said = visible_text(client.get(answer.location).text).translate(WITHOUT_ISOLATES)
    assert f"would change nothing. {words}" in " ".join(asked.translate(WITHOUT_ISOLATES).split())
    assert "Restore revision 2" not in asked
    assert f"Nothing was restored. {words}" in " ".join(said.split())
    assert "the same" not in said


def test_restoring_the_same_content_says_that_nothing_differs(client, address):
    for title in ("One", "Two", "One"):
        send(client, f"{address}/edit/", texts__en__title=title)

    answer = restore(client, address, 2)

    words = "Nothing was restored, because the revision is the same as the newest one."
    assert words in visible_text(client.get(answer.location).text)


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


def test_restoring_says_which_languages_the_revision_lacks(client, address):
    campaign_id = int(address.rpartition("/")[2])
    send(client, f"{address}/edit/", texts__en__headline="Now")
    send(client, f"{address}/edit/?right=ru", texts__ru__title="Расизм")
    publish_all()

    answer = restore(client, address, 1)

    assert "ru" in texts_in(find_content(CAMPAIGN, campaign_id)[0])
    page = client.get(answer.location).text
    assert "The revision has no text in these languages, which stay as they are: Russian." in page


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
    assert re.search(rf"Public from {LONG_AGO:%-d %b %Y}\D.* to 2 Jan 2027", rows[1])


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
    assert "Draft discarded; the public text did not change." in rows[3]
    assert "discarded" not in rows[2]


def discard(address, action_id, now=None):
    number = db.session.scalar(select(Action.version).filter_by(id=action_id))
    db.session.rollback()
    discard_changes(
        int(address.rpartition("/")[2]),
        seen={("action", action_id): number},
        actor="grace@example.org",
        staff_id=None,
        now=now or utc_now(),
    )


def test_discarding_a_draft_is_no_publication(client, address):
    place, action_id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__title="Second")
    publish(address, action_id, at(1), make_staff(name="Ada").id)
    send(client, f"{place}/edit/", texts__en__title="Third")
    discard(address, action_id)

    page = client.get(f"{place}/history/").text

    rows = rows_of(page)
    assert tags_of(page) == {4: "", 3: "", 2: "Public now", 1: ""}
    assert "Public since 2 Jan 2027" in rows[2]
    assert "Published by Ada." in rows[2]
    assert "Draft discarded; the public text did not change. Demand" in rows[4]
    assert "Public since" not in rows[4]
    assert "Published by" not in rows[4] + rows[3]


def test_what_stayed_public_after_a_discarded_draft_ends_with_the_next_publication(client, address):
    place, action_id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__title="Second")
    publish(address, action_id, at(1))
    for title in ("Third", "Fourth"):
        send(client, f"{place}/edit/", texts__en__title=title)
        discard(address, action_id)
    send(client, f"{place}/edit/", texts__en__title="Fifth")
    drafted = tags_of(client.get(f"{place}/history/").text)
    publish(address, action_id, at(5))

    rows = rows_of(client.get(f"{place}/history/").text)

    assert drafted == {7: "Draft", **dict.fromkeys((6, 5, 4, 3, 1), ""), 2: "Public now"}
    assert re.search(r"Public from 2 Jan 2027, 0?1:00.* to 2 Jan 2027, 0?5:00", rows[2])
    assert "Public since 2 Jan 2027" in rows[7]
    assert not [n for n in (3, 4, 5, 6) if "Public " in rows[n]]


def test_restoring_what_is_public_ends_the_draft_and_is_no_publication(client, address):
    send(client, f"{address}/edit/", texts__en__title="New")
    archive(int(address.rpartition("/")[2]), results=None, actor="grace@example.org", now=utc_now())

    restore(client, address, 1)

    page = client.get(f"{address}/history/").text
    assert tags_of(page) == {5: "", 4: "", 3: "Public now", 2: "", 1: ""}
    row = rows_of(page)[5]
    assert "Restored from revision 1. The public text did not change. Topic (" in row
    assert "Public since" not in row
    assert "Published by" not in row


def archive_beside_a_draft(client, address):
    """At 3 o'clock by Ada, with a result. Returns the campaign's id."""
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff(name="Ada").id
    send(client, f"{address}/edit/", texts__en__title="Draft")
    by = {"actor": "ada@example.org", "staff_id": ada, "now": at(3)}
    archive(campaign_id, results={"en": "We won."}, **by)
    return campaign_id


def test_what_is_public_at_once_beside_a_draft_is_in_the_history_without_the_draft(client, address):
    archive_beside_a_draft(client, address)

    page = client.get(f"{address}/history/").text

    rows = rows_of(page)
    assert tags_of(page) == {4: "Draft", 3: "Public now", 2: "", 1: ""}
    assert re.search(rf"Public from {LONG_AGO:%-d %b %Y}\D.* to 2 Jan 2027, 0?3:00", rows[1])
    assert re.search(r"Public since 2 Jan 2027, 0?3:00.* Published by Ada\.", rows[3])
    assert "The campaign was archived. Result (English)" in rows[3]
    assert "Topic" not in rows[3]
    assert "Draft kept. Topic (English)" in marked(rows[4]).translate(WITHOUT_ISOLATES)
    assert "Public" not in rows[4] + rows[2]
    assert "Published by" not in rows[4]
    changes = visible_text(client.get(f"{address}/history/3/").text)
    assert changes == visible_text(client.get(f"{address}/history/3/?with=1").text)
    assert f"{address}/history/3/?with=1" in page
    assert "We won." in changes
    assert "Draft" not in changes.partition("Underlined text")[2]


def test_a_draft_beside_what_was_public_at_once_is_published_later(client, address):
    campaign_id = archive_beside_a_draft(client, address)
    publish_all(now=at(5))

    page = client.get(f"{address}/history/").text

    rows = rows_of(page)
    assert tags_of(page) == {4: "Public now", 3: "", 2: "", 1: ""}
    assert re.search(r"Public from 2 Jan 2027, 0?3:00.* to 2 Jan 2027, 0?5:00", rows[3])
    assert "Public since 2 Jan 2027" in rows[4]
    assert titles() == ["Draft"]
    assert find_revision("campaign", campaign_id, 3)["texts.en.title"] == "Title of racism (en)"


def test_what_was_public_at_once_stays_so_when_the_draft_beside_it_is_discarded(client, address):
    campaign_id = archive_beside_a_draft(client, address)
    by = {"actor": "grace@example.org", "staff_id": None, "now": at(5)}
    discard_changes(campaign_id, seen={("campaign", campaign_id): 4}, **by)

    page = client.get(f"{address}/history/").text

    assert tags_of(page) == {5: "", 4: "", 3: "Public now", 2: "", 1: ""}
    assert "Public since 2 Jan 2027" in rows_of(page)[3]


def test_an_action_closed_beside_a_draft_closed_once(client, address, monkeypatch):
    place, action_id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__title="Draft")
    by = {"actor": "grace@example.org", "staff_id": make_staff(name="Ada").id, "now": at(3)}
    close_action(int(address.rpartition("/")[2]), action_id, at=at(3), **by)
    monkeypatch.setattr("campaign_actions.web.staff.campaigns.history.utc_now", lambda: at(4))

    page = client.get(f"{place}/history/").text

    assert visible_text(page).count("Closed.") == 1
    assert "Closed." in rows_of(page)[3]


def test_a_draft_is_in_the_history_once_however_often_something_else_changes(
    client, address, monkeypatch
):
    place, action_id = make_action_of(address)
    campaign_id, by = int(address.rpartition("/")[2]), {"actor": "grace@example.org"}
    send(client, f"{place}/edit/", texts__en__title="Draft")
    for hour, end in enumerate((at(9), None, at(3), None), 1):
        close_action(campaign_id, action_id, at=end, now=at(hour), **by)
    monkeypatch.setattr("campaign_actions.web.staff.campaigns.history.utc_now", lambda: at(5))

    whole = client.get(f"{place}/history/").text
    monkeypatch.setattr("campaign_actions.web.staff.campaigns.history.PAGE_SIZE", 2)
    pages = [client.get(f"{place}/history/?page={number}").text for number in range(1, 6)]

    assert tags_of(whole) == {10: "Draft", 9: "Public now", **dict.fromkeys((7, 5, 3, 2, 1), "")}
    assert visible_text(whole).count("Draft kept.") == 1
    for number in (7, 5, 3):
        assert f"Revision {number + 1} keeps the draft beside it." in rows_of(whole)[number]
    assert "keeps the draft" not in rows_of(whole)[9], "it is in the list"
    assert sum(visible_text(page).count("keeps the draft") for page in pages) == 3
    shown = [number for page in pages for number in tags_of(page)]
    assert shown == list(tags_of(whole))
    assert sum(visible_text(page).count("Closed.") for page in pages) == 1


def test_only_the_newest_revision_of_a_draft_is_marked_as_one(client, address):
    send(client, f"{address}/edit/", texts__en__title="Draft")
    send(client, f"{address}/edit/", texts__en__title="Other draft")
    restore(client, address, 2)

    page = client.get(f"{address}/history/").text

    assert tags_of(page) == {4: "Draft", 3: "", 2: "", 1: "Public now"}


def test_the_history_says_which_times_were_set_and_cancelled(client, address):
    place, action_id = make_action_of(address)
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff(name="Ada").id
    send(client, f"{place}/edit/", texts__en__title="Draft")
    its, now = {"campaign_id": campaign_id, "seen": {("action", action_id): 2}}, utc_now()
    by = {"actor": "ada@example.org", "staff_id": ada}
    schedule_changes(**its, at=at(4), now=now, **by)
    cancel_schedule(**its, now=now + timedelta(hours=1), **by)

    cancelled, scheduled, _opened = events_in(client.get(f"{place}/history/").text)

    assert "Ada Changes scheduled for 2 Jan 2027, 04:00." in scheduled
    assert "Ada The publishing scheduled for 2 Jan 2027, 04:00 was cancelled." in cancelled
    assert "scheduled for" not in client.get(f"{address}/history/").text, "that of the campaign"


def test_planned_times_have_the_time_of_the_organisation_beside_them(client, address):
    place, action_id = make_action_of(address)
    by = {"actor": "ada@example.org", "staff_id": make_staff().id, "now": utc_now()}
    send(client, f"{place}/edit/", texts__en__title="Draft")
    seen = {("action", action_id): 2}
    schedule_changes(int(address.rpartition("/")[2]), seen=seen, at=at(4), **by)
    db.session.execute(update(StaffMember).values(timezone="Asia/Yekaterinburg"))
    db.session.commit()

    page = visible_text(client.get(f"{place}/history/").text)

    assert "Changes scheduled for 2 Jan 2027, 09:00 · 04:00 (UTC)." in page


def test_the_history_says_why_nothing_was_published_at_the_time_that_was_set(client, address):
    place, action_id = make_action_of(address)
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff("campaigner", name="Ada")
    send(client, f"{place}/edit/", texts__en__title="Draft")
    its, by = {("action", action_id): 2}, {"actor": ada.email, "staff_id": ada.id}
    schedule_changes(campaign_id, seen=its, at=at(4), now=at(1), **by)
    send(client, f"{place}/edit/", texts__en__title="Changed since")
    publish_scheduled(at(4), lifetimes=LIFETIMES)
    db.session.rollback()

    failed = events_in(client.get(f"{place}/history/").text)

    words = (
        "Nothing was published on 2 Jan 2027, 04:00. The draft was changed after the time was set."
    )
    assert any(f"– 2 Jan 2027, 04:00 Automatic {words}" == row.strip() for row in failed), failed


def test_a_draft_published_at_its_time_is_an_event_with_all_that_changed_in_public(client, address):
    place, action_id = make_action_of(address)
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff("campaigner", name="Ada")
    send(client, f"{place}/edit/", texts__en__title="Draft")
    send(client, f"{place}/edit/", texts__en__body="Another demand")
    its, by = {("action", action_id): 3}, {"actor": ada.email, "staff_id": ada.id}
    schedule_changes(campaign_id, seen=its, at=at(4), now=at(1), **by)
    publish_scheduled(at(4), lifetimes=LIFETIMES)
    db.session.rollback()

    page = client.get(f"{place}/history/").text

    (published,) = [row for row in events_in(page) if "published" in row]
    assert "2 Jan 2027, 04:00 Ada Revision 3 published. " in published
    assert published.count("(English)") == 2
    assert f'href="{place}/history/3/?with=1"' in page


def test_a_language_left_out_of_the_first_publication_has_not_left_the_site(client):
    campaign = make_draft()
    by = {"actor": "ada@example.org", "staff_id": make_staff("campaigner", name="Ada").id}
    log_in(client, make_staff("campaigner", name="Grace", tf_primary_method="authenticator"))
    address = f"/staff/campaigns/{campaign.id}"
    languages = Languages({"en"}, {"en", "ru"})
    now = utc_now()
    open_campaign(campaign.id, at=now, seen=None, action_ids=(), languages=languages, now=now, **by)
    db.session.rollback()

    page = visible_text(client.get(f"{address}/history/").text)

    assert "Opened to the public." in page
    assert "No longer public" not in page
    assert "Public (Russian)" in page


def test_a_campaign_is_not_reopened_before_its_next_action_opens(client, address):
    (_place, first), (_place, second) = (make_action_of(address, slug=slug) for slug in "ab")
    campaign_id = int(address.rpartition("/")[2])
    by = {"actor": "ada@example.org", "staff_id": make_staff(name="Ada").id}
    later = update(Action).filter_by(id=second)
    db.session.execute(later.values(published_at=utc_now() + timedelta(days=3)))
    db.session.commit()
    send(client, f"{address}/edit/", texts__en__title="New")
    now = utc_now()
    close_action(campaign_id, first, at=now, now=now, **by)

    page = visible_text(client.get(f"{address}/history/").text)

    assert "Closed." in page
    assert "reopened" not in page


def test_the_history_says_which_languages_left_the_site_and_came_back(client, address):
    campaign_id = make_campaign(slug="hate", locales=("en", "ru")).id
    address = f"/staff/campaigns/{campaign_id}"
    by = {"actor": "ada@example.org", "staff_id": make_staff(name="Ada").id}
    both, one = ("en", "ru"), ("en",)
    for before, after, hour in ((both, one, 2), (one, both, 3)):
        set_languages(campaign_id, Languages(after, before), now=at(hour), **by)
        db.session.rollback()

    rows = rows_of(client.get(f"{address}/history/").text.translate(WITHOUT_ISOLATES))

    assert "No longer public: Russian." in rows[2]
    assert "Now public: Russian." in rows[3]
    assert "Public (Russian)" not in rows[2] + rows[3]


def test_the_history_says_when_an_opening_was_scheduled_and_cancelled(client, address):
    place, action_id = make_action_of(address)
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff(name="Ada").id
    set_opening_time(campaign_id, None)
    for page in (address, place):
        send(client, f"{page}/edit/", texts__en__title="Saved before it opened")
    by, now = {"actor": "ada@example.org", "staff_id": ada}, utc_now()
    its = {"action_ids": [action_id], "at": at(4), "seen": None}
    open_campaign(campaign_id, **its, now=now, **by)
    cancel(campaign_id, seen=at(4), now=now + timedelta(hours=1), **by)
    open_action(campaign_id, action_id, at=at(6), seen=None, now=now + timedelta(hours=2), **by)

    of_campaign = events_in(client.get(f"{address}/history/").text)
    of_action = events_in(client.get(f"{place}/history/").text)

    assert "Ada The opening scheduled for 2 Jan 2027, 04:00 was cancelled." in of_campaign[0]
    assert "Ada Opening scheduled for 2 Jan 2027, 04:00." in of_campaign[1]
    assert len(of_campaign) == 2
    assert "Ada Opening scheduled for 2 Jan 2027, 06:00." in of_action[0]
    assert of_action[1:] == of_campaign


def test_the_history_says_that_all_actions_were_closed_and_the_campaign_reopened(
    client, address, monkeypatch
):
    _place, _action_id = make_action_of(address)
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff(name="Ada").id
    send(client, f"{address}/edit/", texts__en__title="Draft")
    by = {"actor": "ada@example.org", "staff_id": ada}
    close_campaign(campaign_id, now=at(2), **by)
    monkeypatch.setattr("campaign_actions.web.staff.campaigns.history.utc_now", lambda: at(5))
    closed = events_in(client.get(f"{address}/history/").text)
    reopen(campaign_id, now=at(3), **by)

    reopened, *others = events_in(client.get(f"{address}/history/").text)

    assert "Ada All actions were closed." in closed[0]
    assert "Closed." not in "".join(closed), "it is one event"
    assert others == closed
    assert "Ada The campaign was reopened." in reopened


def test_a_campaign_that_was_never_saved_has_the_decisions_about_it(client, address):
    make_action_of(address)
    close_campaign(int(address.rpartition("/")[2]), actor="grace@example.org", now=utc_now())

    assert "All actions were closed." in visible_text(client.get(f"{address}/history/").text)


def test_the_closing_of_an_action_that_was_never_saved_is_by_who_closed_it(client, address):
    place, _action_id = make_action_of(address)
    by = {"actor": "ada@example.org", "staff_id": make_staff(name="Ada").id}
    close_campaign(int(address.rpartition("/")[2]), now=utc_now(), **by)

    rows = rows_of(client.get(f"{place}/history/").text)

    assert "Ada Closed." in rows[2]
    assert "Closed" not in rows[1]


def test_closing_the_page_cancels_the_time_of_its_changes_in_the_history(client, address):
    place, action_id = make_action_of(address)
    campaign_id, now = int(address.rpartition("/")[2]), utc_now()
    send(client, f"{place}/edit/", texts__en__title="Draft")
    by = {"actor": "ada@example.org", "staff_id": make_staff(name="Ada").id}
    schedule_changes(campaign_id, seen={("action", action_id): 2}, at=at(4), now=now, **by)
    close_action(campaign_id, action_id, at=now, now=now, **by)

    page = visible_text(client.get(f"{place}/history/").text)

    assert "The publishing scheduled for 2 Jan 2027, 04:00 was cancelled." in page


def test_a_save_that_changes_nothing_in_public_is_no_publication(client, address):
    place, action_id = make_action_of(address)
    with (
        write_transaction() as connection,
        saving_revision(connection, ACTION, action_id, staff_id=None, now=at(3)),
    ):
        pass

    page = client.get(f"{place}/history/").text

    assert tags_of(page) == {2: "", 1: "Public now"}
    assert "The public text did not change." in rows_of(page)[2]
    assert "Public since" not in rows_of(page)[2]


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
    assert "Public again from" in rows[5]
    assert "Ada Closed." in rows[6]
    text = visible_text(page)
    places = [text.index(words) for words in (rows[5], closed, rows[3], opened)]
    assert places == sorted(places)
    assert "Ada Unpublished." in visible_text(of_campaign)
    assert "Ada Closed." in visible_text(of_campaign)


def test_a_campaign_closes_each_time_that_its_last_open_action_closes(client, address, monkeypatch):
    (_place, first), (_place, second) = (make_action_of(address, slug=slug) for slug in "ab")
    campaign_id, ada = int(address.rpartition("/")[2]), make_staff(name="Ada").id
    by = {"actor": "ada@example.org", "staff_id": ada}
    set_opening_time(campaign_id, at(0))
    send(client, f"{address}/edit/", texts__en__title="New")
    for action_id, end, hour in (
        (first, at(2), 1),
        (second, at(3), 2),
        (first, None, 4),
        (first, at(6), 5),
        (second, None, 7),
    ):
        close_action(campaign_id, action_id, at=end, now=at(hour), **by)
    monkeypatch.setattr("campaign_actions.web.staff.campaigns.history.utc_now", lambda: at(8))

    events = events_in(client.get(f"{address}/history/").text)

    said = [row.partition("Ada ")[2] for row in events if "Ada" in row]
    assert said == ["The campaign was reopened.", "Closed."] * 2
    assert [hour for row in events for hour in "3467" if f"{hour}:00" in row] == list("7643")


def test_the_history_says_that_an_action_was_reopened_and_when_it_closes(client, address):
    place, action_id = make_action_of(address)
    campaign_id, by = int(address.rpartition("/")[2]), {"actor": "grace@example.org"}
    for hour, end in enumerate((at(9), None, at(3), at(8), at(5), None), 1):
        close_action(campaign_id, action_id, at=end, now=at(hour), **by)

    rows = rows_of(client.get(f"{place}/history/").text)

    assert "The closing time is now 2 Jan 2027, 09:00." in rows[2]
    assert "The closing time was removed." in rows[3]
    assert "Reopened. The closing time is now 2 Jan 2027, 08:00." in rows[5]
    assert "Closed." in rows[6]
    assert "Reopened. Closing time" in rows[7]
    assert "Reopened" not in rows[2] + rows[3] + rows[4] + rows[6]


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


def test_the_page_that_restores_names_the_draft_that_it_replaces(client, address):
    place, _id = make_action_of(address)
    send(client, f"{place}/edit/", texts__en__title="Draft")

    equal_to_public = client.get(f"{place}/history/1/").text
    the_draft = client.get(f"{place}/history/2/").text
    send(client, f"{place}/edit/", texts__en__title="Title of hate-crimes (en)", goal="500")
    publish_all()
    without_draft = client.get(f"{place}/history/1/").text

    words = visible_text(equal_to_public).replace("\u2068", "").replace("\u2069", "")
    said = "Restoring replaces the unpublished changes by Grace. The history keeps them. Revision 2"
    assert said in words
    assert f'<a href="{place}/history/2/">Revision 2</a>' in equal_to_public
    assert words.index(said) < words.index("Restore revision 1")
    assert "Restoring replaces" not in the_draft + without_draft


def test_a_revision_equal_to_the_draft_replaces_nothing(client, address):
    for title in ("One", "Two", "One"):
        send(client, f"{address}/edit/", texts__en__title=title)

    page = client.get(f"{address}/history/2/").text

    assert "Restore revision 2" not in page
    assert "Restoring this revision would change nothing." in page
    assert "Restoring replaces" not in page


@pytest.mark.parametrize("of", ["campaign", "action"])
def test_restoring_is_refused_if_the_draft_was_saved_since_the_page_was_opened(client, address, of):
    place, _id = make_action_of(address)
    page = place if of == "action" else address
    send(client, f"{page}/edit/", texts__en__title="Draft")
    stale = restoring_form(client.get(f"{page}/history/1/").text)
    send(client, f"{page}/edit/", texts__en__title="Newer draft")

    answer = client.post(f"{page}/history/1/restore/", data=stale)

    words = visible_text(answer.text)
    assert answer.status_code == 409
    assert "Revision 1 was not restored" in words
    assert "after you had opened this page. Check it, then try again." in words
    assert fields_of(client.get(f"{page}/edit/").text)["texts.en.title"] == "Newer draft"
    again = client.post(f"{page}/history/1/restore/", data=restoring_form(answer.text))
    assert again.status_code == 303


def test_switching_an_action_off_and_on_is_in_its_history(client, address):
    place, action_id = make_action_of(address)
    admin = make_staff("administrator", name="Ada", email="ada@example.org").email
    send(client, f"{place}/edit/", texts__en__title="New")
    switch = Switch("action", str(action_id))
    switch_off(switch, reason="Robots sign", actor=admin, now=at(3))
    switch_on(switch, reason="They stopped", actor=f"command:{admin}", now=at(4))

    page = client.get(f"{place}/history/").text
    first, second = (visible_text(row) for row in page.split("<tr>")[2:4])

    assert "04:00" in first
    assert "The action was switched on again." in first
    assert "03:00" in second
    assert "Ada" in second
    assert "The action was switched off." in second
