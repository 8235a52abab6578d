"""What is saved of a public campaign is a draft: nobody else sees it until its changes are published."""

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.edit_forms import EMAIL_TEXTS
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.newest.pages import find_newest_pages
from campaign_actions.actions.pictures import of_action
from campaign_actions.actions.queries import find_written_action
from campaign_actions.actions.share_pictures.subjects import outdated_subjects
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.edit import CAMPAIGN, remove_partner, save_campaign
from campaign_actions.campaigns.models import (
    Campaign,
    CampaignText,
    DraftPicture,
    DraftPictureFile,
    Partner,
    Picture,
    PictureFile,
    Revision,
)
from campaign_actions.campaigns.picture import (
    PictureDetails,
    choose_accent,
    of_campaign,
    put_picture,
    remove_picture,
)
from campaign_actions.campaigns.tags.queries import tags_of
from campaign_actions.campaigns.tags.save import set_tags
from campaign_actions.campaigns.versioning.errors import EditConflict, SlugTaken
from campaign_actions.campaigns.versioning.history import find_content, find_revision
from campaign_actions.campaigns.versioning.restore import restore
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.db.session import db
from campaign_actions.publishing.archive import archive, reopen
from campaign_actions.publishing.changes import (
    ChangesConflict,
    NoChanges,
    discard_changes,
    publish_changes,
)
from campaign_actions.publishing.close import close_action, close_campaign
from campaign_actions.publishing.conflicts import CampaignArchived
from campaign_actions.publishing.languages import Languages, set_languages
from campaign_actions.publishing.publish import open_action, unpublish
from campaign_actions.publishing.queries import find_plan
from tests.support.changes import drafts_in, publish_all, seen_of
from tests.support.factories import (
    LONG_AGO,
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
)

LATER = NOON + timedelta(hours=1)
BOTH = ("en", "ru")
SECRET = "unheard-of"
GRACE = {"actor": "grace@example.org", "staff_id": None, "now": LATER}
MADE = ProcessedImage(640, 800, {(640, "webp"): b"webp", (640, "jpeg"): b"jpeg"})
OTHER = ProcessedImage(640, 800, {(640, "webp"): b"other webp", (640, "jpeg"): b"other jpeg"})


@pytest.fixture
def grace(app):
    return make_staff("administrator", email="grace@example.org")


@pytest.fixture
def action(app):
    """A public petition in two languages, in a public campaign."""
    return make_action(locales=BOTH, shows_comments=True)


@pytest.fixture
def campaign(action):
    return db.session.get(Campaign, action.campaign_id)


def save(subject, subject_id, changes, *, by, opened_at=0, now=NOON):
    return save_changes(subject, subject_id, changes, opened_at=opened_at, by=by, now=now)


def rows_of(subject, subject_id):
    """The content of the rows, which are what the public sees."""
    content = subject.read(db.session.connection(), subject_id)
    db.session.rollback()
    return content


def newest_of(subject, subject_id):
    return find_content(subject, subject_id)[0]


def make_picture(alt="Three women"):
    return PictureDetails({"en": {"picture_alt": alt}}, credit="Ana", licence="own")


def change_everything(action, *, by) -> None:
    """Change all that a revision contains, with a word that no page may show."""
    texts = {
        f"texts.{tag}.{name}": f"{SECRET} {name} {tag}"
        for tag in BOTH
        for name in ("title", "headline", "summary", "body", "result")
    }
    partner = {f"partners.new.{tag}.name": f"{SECRET} partner {tag}" for tag in BOTH}
    own = {"slug": SECRET, "document_index": "EUR 46/039/2003", "partners.new.website": ""}
    save(CAMPAIGN, action.campaign_id, texts | partner | own, by=by)
    texts = {
        f"texts.{tag}.{name}": f"{SECRET} {name} {tag}"
        for tag in BOTH
        for name in ("title", "addressee", "summary", "teaser", "button", "body", "background")
    }
    texts |= {
        f"texts.{tag}.{name}": f"{SECRET} {name} {tag}" for tag in BOTH for name in EMAIL_TEXTS
    }
    texts |= {"texts.en.thanks": SECRET, "texts.en.share_text": SECRET, "texts.uk.title": SECRET}
    numbers = {"goal": 7, "milestone_1": 5, "texts.en.milestone_1": SECRET}
    flags = {"asks_comment": True, "asks_updates": False, "shows_comments": False}
    save(ACTION, action.id, texts | numbers | flags | {"slug": f"{SECRET}-action"}, by=by)
    facts = {"actor": by.email, "now": NOON}
    put_picture(of_campaign(action.campaign_id), MADE, make_picture(SECRET), **facts)
    put_picture(of_action(action.campaign_id, action.id), MADE, make_picture(SECRET), **facts)
    choose_accent(action.campaign_id, "olive", **facts)


def public_pages(client, *, campaign="racism", action="hate-crimes") -> dict[str, object]:
    """Everything that anyone can see of a campaign, as it is without a cache."""
    pages = ["/sitemap.xml", "/robots.txt", "/metrics"]
    for tag in BOTH:
        place = f"/{tag}/campaigns/{campaign}/"
        pages += [f"/{tag}/", place, f"{place}{action}/", f"{place}{action}/thanks/"]
        pages += [f"{place}{action}/poster/", f"{place}{action}/count.json"]
        pages += [f"{place}{action}/comments/"]
    shown = {page: client.get(page) for page in pages}
    found = {
        page: (answer.status, answer.text if page != "/metrics" else "", answer.headers.get("ETag"))
        for page, answer in shown.items()
    }
    found["share pictures"] = [
        (subject.action_id, subject.locale, subject.content_hash)
        for subject in outdated_subjects(NOON)
    ]
    return found


def test_no_public_page_shows_anything_of_a_draft(client, action, grace):
    with time_machine.travel(LATER, tick=False):
        before = public_pages(client)
        change_everything(action, by=grace)
        after = public_pages(client)
        draft_of_action = client.get(f"/en/campaigns/racism/{SECRET}-action/").status_code
        draft_of_campaign = client.get(f"/en/campaigns/{SECRET}/").status_code

    assert before == after
    assert SECRET not in str(after)
    assert (draft_of_action, draft_of_campaign) == (404, 404)


def test_paragraphs_in_emails_wait_until_they_are_published(action, grace):
    save(ACTION, action.id, {"texts.en.confirm_text": SECRET}, by=grace)
    emails, drafts = [], []
    for _time in ("before", "after"):
        emails.append(find_written_action(action.id, locales=("en",), now=NOON).confirm_text)
        pages = find_newest_pages(action.campaign_id, locale="en", now=NOON)
        drafts.append(pages.find_action(action.id).confirm_text)
        publish_all()

    assert emails == ["", SECRET]
    assert drafts == [SECRET, SECRET]


def test_tags_are_not_public_so_they_never_wait(action):
    set_tags(action.campaign_id, ["2026"], actor="grace@example.org", now=NOON)

    assert tags_of(action.campaign_id) == ("2026",)
    assert drafts_in(action.campaign_id) == {}


def test_publishing_shows_all_of_a_draft_at_once(client, action, grace):
    with time_machine.travel(LATER, tick=False):
        change_everything(action, by=grace)
        newest = [newest_of(CAMPAIGN, action.campaign_id), newest_of(ACTION, action.id)]
        publish_changes(action.campaign_id, seen=seen_of(action.campaign_id), **GRACE)
        page = client.get(f"/ru/campaigns/{SECRET}/{SECRET}-action/").text
        former = client.get("/ru/campaigns/racism/hate-crimes/")

    assert [rows_of(CAMPAIGN, action.campaign_id), rows_of(ACTION, action.id)] == newest
    assert f"{SECRET} title ru" in page
    assert former.location == f"/ru/campaigns/{SECRET}/{SECRET}-action/"
    assert drafts_in(action.campaign_id) == {}
    assert db.session.scalars(select(DraftPicture)).all() == []
    assert db.session.scalars(select(DraftPictureFile)).all() == []
    assert len(db.session.scalars(select(PictureFile)).all()) == 4


def test_a_picture_of_a_draft_is_no_public_file(client, action, grace):
    put_picture(of_campaign(action.campaign_id), MADE, make_picture(), actor="g", now=NOON)
    publish_all()
    old = db.session.scalars(select(Picture.name)).one()
    new = put_picture(of_campaign(action.campaign_id), OTHER, make_picture(), actor="g", now=NOON)

    before = [client.get(f"/pictures/{name}-640.webp").status_code for name in (old, new)]
    publish_all()
    after = [client.get(f"/pictures/{name}-640.webp").status_code for name in (old, new)]

    assert (before, after) == ([200, 404], [404, 200])


def test_a_draft_says_who_saved_it_and_when(action, grace):
    ada = make_staff("administrator", email="ada@example.org", name="Ada")
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    save(ACTION, action.id, {"texts.en.button": "New"}, by=ada, opened_at=2, now=LATER)

    (draft,) = drafts_in(action.campaign_id).values()

    assert draft.authors == (grace.name, "Ada")
    assert (draft.since, draft.saved_at) == (NOON, LATER)
    assert (draft.published, draft.number) == (1, 3)


def test_a_draft_that_says_what_is_public_is_none(action, grace):
    public = rows_of(ACTION, action.id)["texts.en.title"]
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)

    save(ACTION, action.id, {"texts.en.title": public}, by=grace, opened_at=2)

    assert drafts_in(action.campaign_id) == {}


@pytest.mark.parametrize("published_at", [None, LATER])
def test_what_is_not_public_is_itself_the_draft(app, grace, published_at):
    action = make_action()
    for table in (Campaign, Action):
        db.session.execute(update(table).values(published_at=published_at))
    db.session.commit()

    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)

    assert rows_of(CAMPAIGN, action.campaign_id)["texts.en.title"] == "New"
    assert rows_of(ACTION, action.id)["texts.en.title"] == "New"
    assert drafts_in(action.campaign_id) == {}


def test_a_new_action_of_a_public_campaign_is_itself_the_draft(action, grace):
    db.session.execute(update(Action).values(published_at=None))
    db.session.commit()

    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)

    assert rows_of(ACTION, action.id)["texts.en.title"] == "New"


def test_two_people_who_edit_a_draft_are_merged_and_clash_as_before(action, grace):
    save(ACTION, action.id, {"texts.en.title": "Ours"}, by=grace, opened_at=0)

    saved = save(ACTION, action.id, {"texts.ru.title": "Их"}, by=grace, opened_at=1)
    with pytest.raises(EditConflict) as met:
        save(ACTION, action.id, {"texts.en.title": "Mine"}, by=grace, opened_at=1)

    newest = newest_of(ACTION, action.id)
    assert (newest["texts.en.title"], newest["texts.ru.title"]) == ("Ours", "Их")
    assert saved.taken == ("texts.en.title",)
    assert met.value.theirs["texts.en.title"] == "Ours"


def test_of_two_who_publish_one_draft_the_second_is_told(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    seen = seen_of(action.campaign_id)
    publish_changes(action.campaign_id, seen=seen, **GRACE)

    with pytest.raises(NoChanges):
        publish_changes(action.campaign_id, seen=seen, **GRACE)

    assert rows_of(ACTION, action.id)["texts.en.title"] == "New"


def test_two_who_publish_one_draft_at_once_publish_it_once(app, action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    seen, outcomes, start = seen_of(action.campaign_id), [], threading.Barrier(2)

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes.append(publish_changes(action.campaign_id, seen=seen, **GRACE))
            except NoChanges as error:
                outcomes.append(type(error))

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == sorted(map(str, [None, NoChanges]))
    published = select(AuditEntry).filter_by(event="published")
    assert len(db.session.scalars(published).all()) == 1


@pytest.mark.parametrize("verb", [publish_changes, discard_changes])
def test_nothing_happens_to_a_draft_that_someone_has_changed_since(action, grace, verb):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    seen = seen_of(action.campaign_id)
    save(ACTION, action.id, {"texts.en.title": "Newer"}, by=grace, opened_at=2)

    with pytest.raises(ChangesConflict):
        verb(action.campaign_id, seen=seen, **GRACE)

    assert newest_of(ACTION, action.id)["texts.en.title"] == "Newer"
    assert rows_of(ACTION, action.id)["texts.en.title"] == "Title of hate-crimes (en)"


def test_a_draft_of_another_campaign_is_not_published(action, grace):
    other = make_action(campaign=make_campaign(slug="other"), slug="other")
    save(ACTION, other.id, {"texts.en.title": "New"}, by=grace)

    with pytest.raises(NoChanges):
        publish_changes(action.campaign_id, seen=seen_of(other.campaign_id), **GRACE)

    assert rows_of(ACTION, other.id)["texts.en.title"] == "Title of other (en)"


def test_one_part_can_be_published_without_the_others(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)
    seen = {key: n for key, n in seen_of(action.campaign_id).items() if key[0] == "action"}

    publish_changes(action.campaign_id, seen=seen, **GRACE)

    assert rows_of(ACTION, action.id)["texts.en.title"] == "New"
    assert list(drafts_in(action.campaign_id)) == [("campaign", action.campaign_id)]


def test_a_discarded_draft_stays_in_the_history(action, grace):
    public = rows_of(ACTION, action.id)
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    put_picture(of_action(action.campaign_id, action.id), MADE, make_picture(), actor="g", now=NOON)

    discard_changes(action.campaign_id, seen=seen_of(action.campaign_id), **GRACE)

    assert drafts_in(action.campaign_id) == {}
    assert rows_of(ACTION, action.id) == newest_of(ACTION, action.id) == public
    assert find_revision("action", action.id, 2)["texts.en.title"] == "New"
    assert find_revision("action", action.id, 4) == public
    assert db.session.scalars(select(DraftPicture)).all() == []
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.event, entry.details["did"]) == ("action-saved", "discarded")


def test_a_restored_revision_is_a_draft(action, grace):
    save(ACTION, action.id, {"texts.en.title": "Second"}, by=grace)
    publish_all()
    first = find_revision("action", action.id, 1)

    saved = restore(ACTION, action.id, first, 1, by=grace, now=LATER)

    assert saved.is_draft
    assert newest_of(ACTION, action.id) == first
    assert rows_of(ACTION, action.id)["texts.en.title"] == "Second"


@pytest.mark.parametrize("is_archived", [False, True])
def test_a_restored_revision_of_a_closed_campaign_reopens_nothing(action, grace, is_archived):
    save(ACTION, action.id, {"texts.en.title": "Second"}, by=grace)
    publish_all()
    if is_archived:
        archive(action.campaign_id, results=None, actor="grace", now=LATER)
    else:
        close_campaign(action.campaign_id, actor="grace", now=LATER)

    restore(ACTION, action.id, find_revision("action", action.id, 1), 1, by=grace, now=LATER)
    publish_all(now=LATER)

    content = rows_of(ACTION, action.id)
    assert content["texts.en.title"] == "Title of hate-crimes (en)"
    assert content["closes_at"] == LATER.isoformat()


def test_closing_does_not_wait_for_a_draft_and_a_draft_does_not_reopen(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)

    close_action(action.campaign_id, action.id, at=LATER, actor="grace", now=LATER)

    assert rows_of(ACTION, action.id)["closes_at"] == LATER.isoformat()
    assert rows_of(ACTION, action.id)["texts.en.title"] == "Title of hate-crimes (en)"
    publish_all(now=LATER)
    assert rows_of(ACTION, action.id)["closes_at"] == LATER.isoformat()
    assert rows_of(ACTION, action.id)["texts.en.title"] == "New"


def test_a_form_opened_before_the_end_does_not_undo_it(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    close_action(action.campaign_id, action.id, at=LATER, actor="grace", now=LATER)

    save(ACTION, action.id, {"texts.en.button": "Go"}, by=grace, opened_at=2, now=LATER)

    newest = newest_of(ACTION, action.id)
    assert (newest["texts.en.title"], newest["texts.en.button"]) == ("New", "Go")
    assert newest["closes_at"] == LATER.isoformat()


def test_a_result_is_public_with_the_archive_and_the_draft_has_it(action, grace):
    save(
        CAMPAIGN,
        action.campaign_id,
        {"texts.en.result": "Not this", "texts.en.summary": "New"},
        by=grace,
    )

    results = {"en": "They listened.", "ru": "Они услышали."}
    archive(action.campaign_id, results=results, actor="grace", now=LATER)

    rows, newest = (read(CAMPAIGN, action.campaign_id) for read in (rows_of, newest_of))
    assert rows["texts.en.result"] == newest["texts.en.result"] == "They listened."
    assert (rows["texts.en.summary"], newest["texts.en.summary"]) == (
        "Summary of racism (en)",
        "New",
    )
    reopen(action.campaign_id, actor="grace", now=LATER)
    assert newest_of(CAMPAIGN, action.campaign_id)["texts.en.summary"] == "New"


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_removed_picture_is_gone_from_the_public_page_and_the_draft_at_once(
    action, grace, is_replaced
):
    owner = of_campaign(action.campaign_id)
    put_picture(owner, MADE, make_picture(), actor="g", now=NOON)
    publish_all()
    if is_replaced:
        put_picture(owner, OTHER, make_picture("Others"), actor="g", now=NOON)
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace, opened_at=9)

    assert remove_picture(owner, actor="grace", now=LATER)

    rows, newest = (read(CAMPAIGN, action.campaign_id) for read in (rows_of, newest_of))
    for content in (rows, newest):
        assert (content["picture"], content["texts.en.picture_alt"]) == ("", "")
    assert newest["texts.en.title"] == "New"
    for table in (Picture, PictureFile, DraftPicture, DraftPictureFile):
        assert db.session.scalars(select(table)).all() == []


def test_a_picture_that_only_a_draft_has_can_be_removed(action, grace):
    owner = of_action(action.campaign_id, action.id)
    put_picture(owner, MADE, make_picture(), actor="g", now=NOON)

    assert remove_picture(owner, actor="grace", now=LATER)

    assert drafts_in(action.campaign_id) == {}
    assert db.session.scalars(select(DraftPicture)).all() == []


def test_a_partner_that_is_removed_is_not_named_any_longer(client, action, grace):
    name = {"partners.new.website": "https://a.example", "partners.new.en.name": "Alpha"}
    save(CAMPAIGN, action.campaign_id, name, by=grace)
    publish_all()
    (key,) = [n.split(".")[1] for n in rows_of(CAMPAIGN, action.campaign_id) if "website" in n]
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace, opened_at=2)

    remove_partner(action.campaign_id, key, by=grace, now=LATER)

    assert "Alpha" not in client.get("/en/campaigns/racism/").text
    newest = newest_of(CAMPAIGN, action.campaign_id)
    assert not any(name.startswith("partners.") for name in newest)
    assert newest["texts.en.title"] == "New"


def test_a_new_partner_keeps_its_id_and_is_not_public_before(action, grace):
    name = {"partners.new.website": "", "partners.new.en.name": "Alpha"}
    save(CAMPAIGN, action.campaign_id, name, by=grace)
    before = newest_of(CAMPAIGN, action.campaign_id)
    public = find_plan(action.campaign_id, of=()).partners

    publish_all()

    assert public == []
    assert rows_of(CAMPAIGN, action.campaign_id) == before


def test_a_partner_of_a_discarded_draft_leaves_no_row(action, grace):
    name = {"partners.new.website": "", "partners.new.en.name": "Alpha"}
    save(CAMPAIGN, action.campaign_id, name, by=grace)

    discard_changes(action.campaign_id, seen=seen_of(action.campaign_id), **GRACE)

    assert db.session.scalars(select(Partner)).all() == []


def test_hiding_a_language_does_not_wait_for_a_draft(client, action, grace):
    save(CAMPAIGN, action.campaign_id, {"texts.ru.title": "Новое"}, by=grace)

    set_languages(action.campaign_id, Languages(["en"], ["en", "ru"]), **GRACE)

    assert client.get("/ru/campaigns/racism/").status_code == 404
    publish_all(now=LATER)
    assert rows_of(CAMPAIGN, action.campaign_id)["texts.ru.is_public"] is False


def test_a_language_of_a_draft_is_public_once_it_is_chosen_and_published(action, grace):
    save(CAMPAIGN, action.campaign_id, {"texts.uk.title": "Расизм"}, by=grace)

    set_languages(action.campaign_id, Languages(["en", "ru", "uk"], ["en", "ru"]), **GRACE)

    assert "texts.uk.title" not in rows_of(CAMPAIGN, action.campaign_id)
    publish_all(now=LATER)
    assert rows_of(CAMPAIGN, action.campaign_id)["texts.uk.is_public"] is True


def test_unpublishing_takes_the_drafts_along(client, action, grace):
    change_everything(action, by=grace)
    newest = [newest_of(CAMPAIGN, action.campaign_id), newest_of(ACTION, action.id)]

    unpublish(action.campaign_id, seen=LONG_AGO, **GRACE)

    assert drafts_in(action.campaign_id) == {}
    assert [rows_of(CAMPAIGN, action.campaign_id), rows_of(ACTION, action.id)] == newest
    assert SECRET not in str(public_pages(client))


def test_unpublishing_does_not_fail_because_an_address_is_taken(action, grace):
    save(CAMPAIGN, action.campaign_id, {"slug": "other", "texts.en.title": "New"}, by=grace)
    make_campaign(slug="other")

    unpublish(action.campaign_id, seen=LONG_AGO, **GRACE)

    content = rows_of(CAMPAIGN, action.campaign_id)
    assert (content["slug"], content["texts.en.title"]) == ("racism", "New")


def test_an_address_that_is_taken_is_refused_when_it_is_saved_and_when_it_is_published(
    action, grace
):
    make_campaign(slug="taken")
    with pytest.raises(SlugTaken):
        save(CAMPAIGN, action.campaign_id, {"slug": "taken"}, by=grace)
    save(CAMPAIGN, action.campaign_id, {"slug": "free"}, by=grace)
    make_campaign(slug="free")

    with pytest.raises(SlugTaken):
        publish_changes(action.campaign_id, seen=seen_of(action.campaign_id), **GRACE)

    assert rows_of(CAMPAIGN, action.campaign_id)["slug"] == "racism"
    assert newest_of(CAMPAIGN, action.campaign_id)["slug"] == "free"


def test_publishing_is_whole_or_nothing(action, grace):
    """The campaign could be published, and its action not: neither is."""
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)
    save(ACTION, action.id, {"slug": "free"}, by=grace)
    make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="free")

    with pytest.raises(SlugTaken):
        publish_changes(action.campaign_id, seen=seen_of(action.campaign_id), **GRACE)

    assert rows_of(CAMPAIGN, action.campaign_id)["texts.en.title"] == "Title of racism (en)"
    assert len(seen_of(action.campaign_id)) == 2


def test_publishing_a_draft_is_in_the_audit_log(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)

    publish_changes(action.campaign_id, seen=seen_of(action.campaign_id), **GRACE)

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.event == "published"
    assert entry.details["did"] == "changes"
    assert entry.details["fields"] == ["texts.en.title"]


def test_the_newest_pages_are_those_that_publishing_makes(action, grace):
    change_everything(action, by=grace)
    newest = [find_newest_pages(action.campaign_id, locale=tag, now=NOON) for tag in BOTH]

    publish_all()

    published = [find_newest_pages(action.campaign_id, locale=tag, now=NOON) for tag in BOTH]
    assert newest == published
    assert newest[0].partners
    assert newest[0].own_appearances
    assert newest[0].find_action(action.id)


def test_an_action_in_an_archived_campaign_neither_opens_nor_closes(action, grace):
    archive(action.campaign_id, results=None, actor="grace", now=NOON)
    ids = action.campaign_id, action.id

    with pytest.raises(CampaignArchived):
        open_action(*ids, at=LATER, seen=LONG_AGO, actor="grace", now=NOON)
    with pytest.raises(CampaignArchived):
        close_action(*ids, at=None, actor="grace", now=NOON)


def test_signatures_go_on_while_there_is_a_draft(action, grace):
    save(ACTION, action.id, {"kind": "pledge", "asks_comment": True}, by=grace)

    signature = make_confirmed(action)

    assert signature.status == "confirmed"


def test_a_draft_keeps_a_revision_for_each_save(action, grace):
    save(ACTION, action.id, {"texts.en.title": "A"}, by=grace)
    save(ACTION, action.id, {"texts.en.title": "B"}, by=grace, opened_at=2)
    publish_all()

    found = db.session.execute(
        select(Revision.number, Revision.content).filter_by(subject="action").order_by("number")
    )
    titles = [(number, content["texts.en.title"]) for number, content in found]
    assert titles == [(1, "Title of hate-crimes (en)"), (2, "A"), (3, "B")]


def test_saving_says_that_it_is_a_draft(action, grace):
    draft = save_campaign(
        action.campaign_id, {"texts.en.title": "New"}, opened_at=0, by=grace, now=NOON
    )

    assert draft.is_draft
    assert not save(
        CAMPAIGN, make_campaign(slug="b", published_at=None).id, {"texts.en.title": "B"}, by=grace
    ).is_draft


def text_of(table, **key) -> str:
    return db.session.scalars(select(table.title).filter_by(**key)).one()


def test_the_rows_of_the_public_pages_are_not_touched(action, grace):
    change_everything(action, by=grace)

    assert text_of(CampaignText, locale="en") == "Title of racism (en)"
    assert text_of(ActionText, locale="ru") == "Title of hate-crimes (ru)"
    assert isinstance(db.session.scalars(select(Action.published_at)).one(), datetime)
