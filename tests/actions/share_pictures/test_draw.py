"""The worker draws share pictures when they are missing or out of date, once, and whatever fails."""

from datetime import timedelta
from io import BytesIO

import structlog
from PIL import Image
from sqlalchemy import delete, select, update

from campaign_actions.actions.models import ActionCount, ActionText, SharePicture
from campaign_actions.actions.share_pictures import draw as drawing
from campaign_actions.actions.share_pictures.draw import LEASE, draw_share_pictures
from campaign_actions.actions.share_pictures.subjects import outdated_subjects
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.picture import (
    PictureDetails,
    choose_accent,
    of_campaign,
    put_picture,
    remove_picture,
)
from campaign_actions.core.content.images import process_image
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.sharing.render import DrawingFailed
from campaign_actions.outbox.worker_loop import slow_tasks
from tests.support.changes import publish_all
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_action, make_campaign
from tests.support.images import picture

LATER = NOON + timedelta(minutes=1)
GRACE = {"actor": "grace@example.org", "now": NOON}


def pictures() -> dict[tuple[int, str], SharePicture]:
    db.session.rollback()
    db.session.expire_all()
    return {(one.action_id, one.locale): one for one in db.session.scalars(select(SharePicture))}


def only_picture() -> SharePicture:
    (found,) = pictures().values()
    return found


def hash_after(change) -> tuple[str | None, str | None]:
    """The hash of the only picture before and after a change of what it shows."""
    draw_share_pictures(NOON)
    before = only_picture().content_hash
    change()
    draw_share_pictures(LATER)
    return before, only_picture().content_hash


def set_count(action_id: int, count: int) -> None:
    with write_transaction() as connection:
        connection.execute(delete(ActionCount).filter_by(action_id=action_id))
        connection.execute(
            ActionCount.__table__.insert().values(
                action_id=action_id, confirmed=count, folded_to=NOON
            )
        )


def set_text(action_id: int, **values: str) -> None:
    with write_transaction() as connection:
        connection.execute(update(ActionText).filter_by(action_id=action_id).values(values))


def test_each_public_language_of_an_action_gets_a_picture(app):
    campaign = make_campaign(locales=("en", "ru", "ar", "tlh"))
    action = make_action(campaign=campaign, locales=("en", "ru", "ar", "tlh"))

    drawn = draw_share_pictures(NOON)

    assert drawn == 3, "Klingon is not served"
    assert pictures().keys() == {(action.id, tag) for tag in ("en", "ru", "ar")}
    for one in pictures().values():
        assert one.png
        assert Image.open(BytesIO(one.png)).size == (1200, 630)
        assert (one.drawn_at, one.leased_until) == (NOON, None)


def test_the_worker_does_it(app):
    make_action()

    slow_tasks.of(app)["draw_share_pictures"](NOON)

    assert only_picture().png


def test_a_draft_gets_none(app):
    make_action()
    db.session.execute(update(Campaign).values(published_at=None))
    db.session.commit()

    assert draw_share_pictures(NOON) == 0


def test_an_action_that_is_a_draft_again_loses_its_picture(app):
    make_action()
    draw_share_pictures(NOON)
    db.session.execute(update(Campaign).values(published_at=None))
    db.session.commit()

    draw_share_pictures(LATER)

    assert pictures() == {}


def test_nothing_is_drawn_twice(app):
    make_action()

    assert [draw_share_pictures(NOON), draw_share_pictures(LATER)] == [1, 0]


def test_two_workers_share_the_work(app):
    make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))

    drawn = run_concurrently(app, *[lambda: draw_share_pictures(NOON)] * 3)

    assert sum(drawn) == 2
    assert len(pictures()) == 2


def test_a_new_text_gives_a_new_picture(app):
    action = make_action()

    before, after = hash_after(lambda: set_text(action.id, title="Another demand"))

    assert before != after


def test_a_text_that_it_does_not_show_changes_nothing(app):
    action = make_action()

    before, after = hash_after(lambda: set_text(action.id, body="Other reasons"))

    assert before == after


def test_a_count_that_passes_a_step_gives_a_new_picture(app):
    action = make_action(goal=5000)
    set_count(action.id, 1001)

    before, between = hash_after(lambda: set_count(action.id, 2499))
    _between, after = hash_after(lambda: set_count(action.id, 2500))

    assert before == between
    assert between != after


def test_the_first_people_are_words_and_not_a_number(app):
    action = make_action()
    set_count(action.id, 19)
    (few,) = outdated_subjects(NOON)
    set_count(action.id, 20)
    (enough,) = outdated_subjects(NOON)

    assert (few.card.figure, few.card.words) == ("", "Be one of the first")
    assert "s" not in few.card.heads
    assert (enough.card.figure, enough.card.heads.count("s")) == ("20+", 12)


def test_a_closed_action_has_its_exact_number_and_invites_nobody(app):
    action = make_action(goal=5000, closes_at=NOON - timedelta(days=1))
    said = []
    for count in (12, 1234):
        set_count(action.id, count)
        (subject,) = outdated_subjects(NOON)
        said.append((subject.card.figure, subject.card.words))

    assert said == [("12", "people signed"), ("1,234", "people signed")]


def test_the_picture_never_claims_more_people_than_have_taken_part(app):
    action = make_action(goal=5000)
    for count in (20, 99, 100, 1234, 9999, 5000):
        set_count(action.id, count)
        (subject,) = outdated_subjects(NOON)
        assert int(subject.card.figure.replace(",", "").removesuffix("+")) <= count


def test_a_new_accent_gives_a_new_picture(app):
    action = make_action()

    def choose() -> None:
        choose_accent(action.campaign_id, "teal", **GRACE)
        publish_all()

    before, after = hash_after(choose)

    assert before != after


def test_a_photograph_is_in_the_picture_and_gone_from_it_at_once(app):
    action = make_action()
    made = process_image(picture())
    owner = of_campaign(action.campaign_id)
    put_picture(owner, made, PictureDetails({"en": {"picture_alt": "A sign"}}, focus=1), **GRACE)
    publish_all()
    draw_share_pictures(NOON)
    with_photo = Image.open(BytesIO(only_picture().png or b"")).convert("RGB")

    remove_picture(owner, **GRACE)
    removed = pictures()
    draw_share_pictures(LATER)
    without = Image.open(BytesIO(only_picture().png or b"")).convert("RGB")

    red, green, blue = with_photo.getpixel((1000, 100))
    assert red > 180
    assert max(green, blue) < 80
    assert removed == {}
    assert without.getpixel((1000, 100)) != (red, green, blue)


def test_a_photograph_that_is_removed_while_it_is_drawn_is_not_stored(app, monkeypatch):
    action = make_action()
    owner = of_campaign(action.campaign_id)
    put_picture(owner, process_image(picture()), PictureDetails({}), **GRACE)
    publish_all()
    draw = drawing.draw

    def remove_and_draw(svg: str) -> bytes:
        remove_picture(owner, **GRACE)
        return draw(svg)

    monkeypatch.setattr(drawing, "draw", remove_and_draw)
    drawn = draw_share_pictures(NOON)

    assert drawn == 0
    assert only_picture().png is None


def test_a_picture_goes_with_its_text(app):
    action = make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))
    draw_share_pictures(NOON)

    with write_transaction() as connection:
        connection.execute(delete(ActionText).filter_by(action_id=action.id, locale="ru"))

    assert pictures().keys() == {(action.id, "en")}


def test_a_script_that_the_fonts_lack_gets_no_picture(app):
    action = make_action()
    draw_share_pictures(NOON)

    set_text(action.id, title="მოვითხოვთ სამართლიანობას")
    draw_share_pictures(LATER)

    assert only_picture().png is None
    assert outdated_subjects(NOON) == []


def test_a_failure_removes_the_old_picture_and_stops_nothing(app, monkeypatch):
    first = make_action(campaign=make_campaign(slug="first"))
    second = make_action(campaign=make_campaign(slug="second"), slug="other")
    draw_share_pictures(NOON)
    set_text(first.id, title="A new demand")
    set_text(second.id, title="Another new demand")
    draw = drawing.draw

    def fail_for_the_first(svg: str) -> bytes:
        if "A new" in svg:
            raise DrawingFailed("PanicException")
        return draw(svg)

    monkeypatch.setattr(drawing, "draw", fail_for_the_first)
    with structlog.testing.capture_logs() as logs:
        drawn = draw_share_pictures(LATER)

    found = pictures()
    assert drawn == 1
    assert found[first.id, "en"].png is None
    assert found[second.id, "en"].drawn_at == LATER
    (line,) = [line for line in logs if line["event"] == "share_picture_failed"]
    assert line == {
        "event": "share_picture_failed",
        "log_level": "error",
        "kind": "DrawingFailed",
        "action_id": first.id,
        "locale": "en",
    }

    monkeypatch.undo()
    assert draw_share_pictures(LATER + timedelta(seconds=5)) == 0, "it is left alone for a while"
    assert draw_share_pictures(LATER + LEASE) == 1


def test_a_worker_that_died_leaves_the_picture_to_others_when_its_lease_ends(app):
    action = make_action()
    (subject,) = outdated_subjects(NOON)
    assert drawing._take(subject, NOON)

    assert draw_share_pictures(LATER) == 0
    assert draw_share_pictures(NOON + LEASE) == 1
    assert pictures()[action.id, "en"].png


def test_a_lease_from_before_the_clock_was_set_back_is_ignored(app):
    make_action()
    (subject,) = outdated_subjects(NOON)
    assert drawing._take(subject, NOON + timedelta(days=1))

    assert draw_share_pictures(NOON) == 1


def test_a_text_that_is_deleted_meanwhile_is_skipped(app):
    action = make_action()
    (subject,) = outdated_subjects(NOON)
    with write_transaction() as connection:
        connection.execute(delete(ActionText).filter_by(action_id=action.id))

    assert not drawing._take(subject, NOON)
