"""The picture and the accent of a campaign: who sees them when, and what staff can do about them."""

import io
import re
import struct
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.models import Campaign, CampaignText, Picture, PictureFile, Revision
from campaign_actions.campaigns.picture import (
    PictureDetails,
    UnknownAccent,
    choose_accent,
    describe_picture,
    of_campaign,
    put_picture,
    remove_picture,
)
from campaign_actions.campaigns.picture_content import PictureMissing
from campaign_actions.campaigns.versioning.history import revisions
from campaign_actions.campaigns.versioning.row_changes import APPEARANCE
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.theme import ACCENTS
from campaign_actions.core.ttl_cache import byte_store
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action, make_campaign, make_staff
from tests.support.images import decompression_bomb, picture
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of

GRACE = {"actor": "grace@example.org", "now": NOON}
MADE = ProcessedImage(
    1600,
    1000,
    {(width, "webp"): b"webp-%d" % width for width in (320, 640, 960, 1600)}
    | {(1200, "jpeg"): b"jpeg-1200"},
)
OTHER = ProcessedImage(1600, 1000, {key: data + b"!" for key, data in MADE.files.items()})
ALTS = {"en": "Three women hold hands."}


def details(*, alts=ALTS, focus=5, **more) -> PictureDetails:
    texts = {tag: {"picture_alt": alt} for tag, alt in alts.items()}
    return PictureDetails(texts, focus=focus, **more)


def put(campaign, *, made=MADE, staff_id=None, **changes) -> str:
    """Set a picture and publish it."""
    owner = of_campaign(campaign.id)
    name = put_picture(owner, made, details(**changes), staff_id=staff_id, **GRACE)
    publish_all()
    return name


def describe(campaign, *, staff_id=None, **changes) -> None:
    describe_picture(of_campaign(campaign.id), details(**changes), staff_id=staff_id, **GRACE)
    publish_all()


def choose_and_publish(campaign_id, accent) -> None:
    choose_accent(campaign_id, accent, **GRACE)
    publish_all()


def remove(campaign, *, staff_id=None) -> bool:
    return remove_picture(of_campaign(campaign.id), staff_id=staff_id, **GRACE)


def count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def entries():
    """Without those about publishing."""
    db.session.rollback()
    others = select(AuditEntry).where(AuditEntry.event != "published")
    return db.session.scalars(others.order_by(AuditEntry.id)).all()


@pytest.fixture
def writer(client):
    log_in(client, make_staff("campaigner", email="lin@example.org"))
    return client


def address_of(campaign) -> str:
    return f"/staff/campaigns/{campaign.id}/appearance/"


def send(client, campaign, data: bytes | None = None, *, part="", filename="a.jpg", **fields):
    """Post to the page as a browser does, with all it shows, and publish what was saved."""
    address = address_of(campaign)
    token = token_of(client.get(address).text)
    given = {
        "csrf_token": token,
        "focus": "5",
        "licence": "",
        "alt-en": ALTS["en"],
        "accent": "red",
    }
    given |= fields
    if data is not None:
        given["file"] = FileStorage(io.BytesIO(data), filename)
    answer = post_parts(client, f"{address}{part}", given)
    publish_all()
    return answer


def post_parts(client, address: str, given: dict):
    """As multipart/form-data; by our own hands, since the client keeps large files open."""
    boundary, body = encode_multipart(given)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


# --- what the public sees


def test_a_page_shows_the_picture_in_sizes_to_choose_from_and_room_kept_for_it(app, client):
    action = make_action()
    campaign = db.session.get(Campaign, action.campaign_id)
    name = put(campaign, focus=2)

    for page in ("/en/campaigns/racism/", "/en/campaigns/racism/hate-crimes/", "/en/"):
        text = client.get(page).text
        image = re.search(r"<picture.*?</picture>", text, re.S)[0]
        assert f"/pictures/{name}-640.webp 640w, /pictures/{name}-960.webp 960w" in image
        phone = re.search(r'<source media="[^"]+" type="image/webp" srcset="([^"]+)"', image)[1]
        assert phone == f"/pictures/{name}-320.webp 320w, /pictures/{name}-640.webp 640w"
        assert f'src="/pictures/{name}-640.webp"' in image
        assert 'class="photo at-2"' in image
        assert 'width="1600" height="1000" alt="Three women hold hands."' in image
        assert "style=" not in image


def test_the_picture_of_the_first_screen_is_loaded_at_once(app, client):
    make_action()
    put(db.session.scalars(select(Campaign)).one())

    images = re.findall(r"<img[^>]+>", client.get("/en/").text)

    assert ["lazy" in image for image in images] == [False]


def test_a_shared_link_shows_the_picture_by_an_absolute_address(app, client):
    make_action()
    name = put(db.session.scalars(select(Campaign)).one())

    for page in ("/en/campaigns/racism/", "/en/campaigns/racism/hate-crimes/"):
        text = client.get(page).text
        assert f'content="http://actions.example.org/pictures/{name}-1200.jpg"' in text
        assert '<meta property="og:image:width" content="1200">' in text
        assert '<meta property="og:image:height" content="750">' in text


def test_each_language_has_its_own_words_for_the_picture(app, client):
    campaign = make_campaign(locales=("en", "ru"))
    put(campaign, alts={"en": "Hands", "ru": "Руки <b>"})

    assert 'alt="Hands"' in client.get("/en/campaigns/racism/").text
    assert 'alt="Руки &lt;b&gt;"' in client.get("/ru/campaigns/racism/").text


def test_without_a_picture_pages_show_none(app, client):
    make_action()

    for page in ("/en/", "/en/campaigns/racism/", "/en/campaigns/racism/hate-crimes/"):
        text = client.get(page).text
        assert "<picture" not in text
        assert "og:image" not in text


@pytest.mark.parametrize(("suffix", "kind"), [("webp", "image/webp"), ("jpg", "image/jpeg")])
def test_the_files_of_a_picture_are_kept_for_a_minute_and_asked_for_by_their_tag(
    app, client, suffix, kind
):
    name = put(make_campaign())
    width = {"webp": 960, "jpg": 1200}[suffix]
    address = f"/pictures/{name}-{width}.{suffix}"

    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.data == f"{kind.partition('/')[2]}-{width}".encode()
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert (again.status_code, again.data) == (304, b"")


def test_before_its_instant_nobody_gets_the_picture_of_a_campaign(app, client):
    draft = make_campaign(slug="draft", published_at=None)
    embargoed = make_campaign(slug="embargoed", published_at=utc_now() + timedelta(hours=1))

    for campaign in (draft, embargoed):
        answer = client.get(f"/pictures/{put(campaign)}-960.webp")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_a_picture_that_was_replaced_or_removed_is_gone_at_once(app, client):
    campaign = make_campaign()
    first = put(campaign)
    second = put(campaign, made=OTHER)

    assert client.get(f"/pictures/{first}-960.webp").status_code == 404
    assert client.get(f"/pictures/{second}-960.webp").status_code == 200
    assert (count(Picture), count(PictureFile)) == (1, 5)
    assert remove(campaign)
    assert client.get(f"/pictures/{second}-960.webp").status_code == 404
    assert (count(Picture), count(PictureFile)) == (0, 0)
    assert not remove(campaign)


def test_a_campaign_taken_off_the_web_takes_its_picture_with_it(app, client):
    campaign = make_campaign()
    address = f"/pictures/{put(campaign)}-960.webp"
    assert client.get(address).status_code == 200

    db.session.get(Campaign, campaign.id).published_at = None
    db.session.commit()

    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "file",
    ["{}-481.webp", "{}-1200.webp", "{}-960.png", "{}.webp", "{}-0.jpg", "{}-99999999999.jpg"],
)
def test_a_file_that_there_is_not_is_not_found(app, client, file):
    name = put(make_campaign())

    assert client.get(f"/pictures/{file.format(name)}").status_code == 404
    assert client.get(f"/pictures/{file.format('0' * 32)}").status_code == 404


def test_the_memory_for_files_is_bounded(app, client):
    cache = byte_store.of(app).entries
    large = dict.fromkeys(MADE.files, b"x" * (6 * 1024 * 1024))
    name = put(make_campaign(), made=ProcessedImage(1600, 1000, large))

    for width, suffix in ((320, "webp"), (960, "webp"), (1600, "webp"), (1200, "jpg")):
        assert client.get(f"/pictures/{name}-{width}.{suffix}").status_code == 200

    assert 0 < cache.currsize <= cache.maxsize == 16 * 1024 * 1024


# --- verbs


def test_what_is_done_about_a_picture_is_written_down(app):
    campaign = make_campaign()

    put(campaign)
    put(campaign, made=OTHER)
    for focus in (5, 1):
        describe(campaign, alts={"en": "Other words"}, focus=focus)
    remove(campaign)

    assert [(entry.event, entry.subject) for entry in entries()] == [
        ("picture-changed", "racism")
    ] * 5
    changes = [entry.details["change"] for entry in entries()]
    assert changes == ["added", "replaced", "described", "focused", "removed"]
    assert entries()[2].details["alt"] == {"en": "Other words"}


def test_a_picture_that_went_meanwhile_can_not_be_described(app):
    campaign = make_campaign()

    with pytest.raises(PictureMissing):
        describe(campaign, alts=ALTS, focus=1)

    assert entries() == []
    assert db.session.scalars(select(CampaignText.picture_alt)).all() == [""]


def test_with_the_picture_its_descriptions_go(app):
    campaign = make_campaign()
    put(campaign)

    remove(campaign)

    assert db.session.scalars(select(CampaignText.picture_alt)).all() == [""]


def test_other_words_about_a_picture_are_a_revision_and_the_same_ones_are_none(app):
    campaign = make_campaign()
    put(campaign, staff_id=7)

    describe(campaign, alts=ALTS, focus=5, staff_id=8)
    describe(campaign, alts={"en": "Other words"}, focus=5, staff_id=8)
    remove(campaign, staff_id=9)

    saved = db.session.scalars(select(Revision).order_by(Revision.number)).all()
    assert [(one.staff_id, one.content["texts.en.picture_alt"]) for one in saved] == [
        (None, ""),
        (7, ALTS["en"]),
        (8, "Other words"),
        (9, ""),
    ]


def test_the_history_tells_who_changed_the_looks_between_the_revisions(writer):
    campaign = make_campaign()
    other = make_campaign(slug="women")
    send(writer, campaign, picture(1300, 800), focus="5")
    send(writer, campaign, focus="1")
    send(writer, campaign, focus="1", accent="violet")
    send(writer, other, picture(1300, 800))

    page = writer.get(f"/staff/campaigns/{campaign.id}/history/").text

    said = [
        "The colour was changed to violet.",
        "The focal point was changed.",
        "A picture was added.",
    ]
    places = [page.index(words) for words in said]
    assert places == sorted(places)
    assert page.count("<bdi>Grace</bdi>") == 3
    assert page.count("A picture was added.") == 1


def test_each_change_of_the_looks_is_a_revision_that_says_what_it_was(app):
    campaign = make_campaign()
    put(campaign, focus=5)
    put(campaign, made=OTHER, focus=1)
    describe(campaign, alts=ALTS, focus=9)
    describe(campaign, alts={"en": "Other words"}, focus=9)
    remove(campaign)
    for accent in ("blue", "blue", "red"):
        choose_and_publish(campaign.id, accent)

    pages = [revisions("campaign", campaign.id, offset=skip, limit=3) for skip in (0, 3, 6)]

    said = [(one.number, one.picture, one.accent) for page in pages for one in page]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert said == [
        (8, None, "red"),
        (7, None, "blue"),
        (6, "removed", None),
        (5, None, None),  # other words alone
        (4, "focused", None),
        (3, "replaced", None),
        (2, "added", None),
        (1, None, None),
    ]


def test_a_revision_from_before_looks_were_in_them_says_nothing_of_them(app):
    campaign = make_campaign()
    choose_and_publish(campaign.id, "blue")
    first = db.session.scalars(select(Revision).filter_by(number=1)).one()
    first.content = {n: v for n, v in first.content.items() if n not in APPEARANCE}
    db.session.commit()

    newest = revisions("campaign", campaign.id, offset=0, limit=1)

    assert [(one.number, one.picture, one.accent) for one in newest] == [(2, None, None)]


def test_a_restored_revision_brings_back_neither_picture_nor_colour(writer):
    campaign = make_campaign()
    choose(writer, campaign, accent="blue")
    send(writer, campaign, picture(1300, 800), accent="blue")
    page = f"/staff/campaigns/{campaign.id}/history/"

    asked = visible_text(writer.get(f"{page}1/").text)
    token = token_of(writer.get("/staff/").text)
    writer.post(f"{page}1/restore/", data={"csrf_token": token})

    db.session.rollback()
    said = visible_text(writer.get(page).text)
    words = "Restoring this revision leaves these fields as they are: Colour, Picture"
    assert words in asked
    assert f"Nothing was restored. {words}" in " ".join(said.split())
    assert db.session.scalar(select(Campaign.accent)) == "blue"
    assert count(Picture) == 1


def test_two_revisions_that_are_compared_show_how_it_looked_in_each(writer):
    campaign = make_campaign()
    send(writer, campaign, picture(1300, 800), focus="5")
    send(writer, campaign, picture(1300, 700), focus="1")
    send(writer, campaign, focus="1", accent="blue")

    page = writer.get(f"/staff/campaigns/{campaign.id}/history/4/?with=2").text

    assert all(words in page for words in (">Centre<", ">Top left<", ">Blue<"))
    assert db.session.scalars(select(Picture.name)).one() in page


def test_two_who_upload_at_once_leave_one_picture(app):
    campaign_id = make_campaign().id

    def upload() -> None:
        with app.app_context():
            for _ in range(5):
                put_picture(of_campaign(campaign_id), MADE, details(), **GRACE)

    threads = [Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    publish_all()

    assert (count(Picture), count(PictureFile), len(entries())) == (1, 5, 20)


# --- the staff page


@pytest.mark.parametrize("role", ["translator", "reviewer", "exporter"])
def test_who_does_not_write_campaigns_changes_no_looks(client, role):
    campaign = make_campaign()
    log_in(client, make_staff(role))

    for part in ("", "remove/"):
        assert client.get(f"{address_of(campaign)}{part}").status_code == 403


def test_an_upload_becomes_the_picture(writer):
    campaign = make_campaign(locales=("en", "ru"))

    answer = send(writer, campaign, picture(1300, 800), **{"alt-ru": "Руки", "focus": "3"})

    assert (answer.status_code, answer.location) == (303, address_of(campaign))
    stored = db.session.scalars(select(Picture)).one()
    assert (stored.campaign_id, stored.width, stored.height, stored.focus) == (
        campaign.id,
        1300,
        800,
        3,
    )
    assert dict(
        db.session.execute(select(CampaignText.locale, CampaignText.picture_alt)).all()
    ) == {
        "en": ALTS["en"],
        "ru": "Руки",
    }
    assert entries()[-1].actor == "lin@example.org"
    assert "Saved as a draft." in writer.get(address_of(campaign)).text


def test_ten_megabytes_come_through_and_nothing_else_may_be_so_large(writer):
    campaign = make_campaign()
    data = picture(1300, 800)
    padded = data[:2] + b"".join(comment(65_000) for _ in range(100)) + data[2:]

    assert len(padded) > 6_000_000
    assert send(writer, campaign, padded).status_code == 303
    assert send(writer, campaign, padded, part="remove/").status_code == 413


def comment(size: int) -> bytes:
    return b"\xff\xfe" + struct.pack(">H", size) + b"x" * (size - 2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
        (decompression_bomb(), "too large"),
        (b"<svg onload=alert(1)></svg>", "not a JPEG, PNG or WebP"),
        (picture()[:2000], "damaged"),
    ],
    ids=["bytes", "decompression_bomb", "svg", "broken"],
)
def test_what_can_be_no_picture_is_said_beside_the_field_and_words_stay(writer, data, words):
    campaign = make_campaign()

    answer = send(writer, campaign, data, **{"alt-en": "My words", "focus": "7"})

    assert answer.status_code == 400
    assert words in re.search(r'id="file-error">.*?</p>', answer.text, re.S)[0]
    assert ">\nMy words</textarea>" in answer.text
    assert 'value="7" checked' in answer.text
    assert count(Picture) == 0
    assert "Traceback" not in answer.text


def test_far_too_much_is_refused_without_being_read(writer):
    campaign = make_campaign()

    answer = send(writer, campaign, b"x" * (17 * 1024 * 1024))

    assert answer.status_code == 413
    assert "This file is too large" in answer.text


def test_the_texts_lead_to_a_picture_description_that_is_left_to_translate(writer):
    campaign = make_campaign(locales=("en", "ru"))
    put(campaign)
    texts = f"/staff/campaigns/{campaign.id}/edit/?left=en&right=ru"

    before = visible_text(writer.get(texts).text)
    describe(campaign, alts={**ALTS, "ru": "Три женщины держатся за руки."})
    after = visible_text(writer.get(texts).text)

    assert "Translate picture description" in before
    assert "Translate picture description" not in after


def test_the_description_of_a_picture_can_be_translated_later(writer):
    campaign = make_campaign(locales=("en", "ru"))

    answer = send(writer, campaign, picture(), **{"alt-ru": ""})

    assert answer.status_code == 303
    assert count(Picture) == 1


@pytest.mark.parametrize(
    ("language", "alt"),
    [("en", ""), ("en", "   "), ("en", "\u200b"), ("ru", "x" * 301), ("ru", "a\u202eb")],
)
def test_no_picture_is_saved_without_proper_words_for_it(writer, language, alt):
    campaign = make_campaign(locales=("en", "ru"))

    answer = send(writer, campaign, picture(), **{f"alt-{language}": alt})

    assert answer.status_code == 400
    assert f'id="alt-{language}-error"' in answer.text
    assert "The picture you chose is kept." in answer.text
    assert count(Picture) == 0


def test_there_is_no_way_to_call_a_picture_decoration(writer):
    campaign = make_campaign()

    assert "checkbox" not in writer.get(address_of(campaign)).text


def test_without_a_file_the_words_are_changed_and_the_picture_stays(writer):
    campaign = make_campaign()
    name = put(campaign)

    answer = send(writer, campaign, **{"alt-en": "Better words", "focus": "9"})

    assert answer.status_code == 303
    stored = db.session.scalars(select(Picture)).one()
    assert (stored.name, stored.focus) == (name, 9)
    assert "Better words" in writer.get(address_of(campaign)).text


def test_the_first_time_a_file_is_needed(writer):
    answer = send(writer, make_campaign())

    assert answer.status_code == 400
    assert "Choose a picture." in answer.text


@pytest.mark.parametrize("focus", ["0", "10", "x", ""])
def test_there_are_nine_places(writer, focus):
    assert send(writer, make_campaign(), picture(), focus=focus).status_code == 400
    assert count(Picture) == 0


def test_a_picture_is_removed_when_that_was_meant(writer):
    campaign = make_campaign()
    put(campaign)

    page = writer.get(f"{address_of(campaign)}remove/")
    assert "cannot be undone" in page.text
    assert count(Picture) == 1
    answer = writer.post(page.request.path, data={"csrf_token": token_of(page.text)})

    assert (answer.status_code, count(Picture)) == (303, 0)


def test_staff_see_the_picture_before_the_public_and_nobody_keeps_it(writer):
    campaign = make_campaign(published_at=None)
    address = f"{address_of(campaign)}{put(campaign)}-960.webp"

    answer = writer.get(address)

    assert (answer.status_code, answer.data) == (200, b"webp-960")
    assert answer.headers["Cache-Control"] == "no-store"
    assert address in writer.get(address_of(campaign)).text
    assert writer.application.test_client().get(address).status_code == 302


def test_the_picture_of_another_campaign_is_not_reached_by_the_address_of_ones_own(client):
    mine, other = make_campaign(slug="mine"), make_campaign(slug="other")
    name = put(other)
    log_in(client, make_staff("campaigner", campaigns=(mine.id,)))

    assert client.get(f"{address_of(mine)}{name}-960.webp").status_code == 404
    assert client.get(f"{address_of(other)}{name}-960.webp").status_code == 403
    assert client.get(address_of(other)).status_code == 403


def test_an_anonymous_visitor_sends_no_file(client):
    address = address_of(make_campaign())

    answer = post_parts(client, address, {"file": FileStorage(io.BytesIO(b"x" * 200_000), "a.jpg")})

    assert answer.status_code in {400, 413}


# --- the accent


def test_an_accent_is_used_on_the_pages_of_its_campaign_and_on_no_other(app, client):
    action = make_action()
    make_campaign(slug="other")
    choose_and_publish(action.campaign_id, "violet")

    for page in ("", "hate-crimes/", "hate-crimes/thanks/"):
        text = client.get(f"/en/campaigns/racism/{page}").text
        assert '<html lang="en" dir="ltr" class="accent-violet">' in text
    assert 'class="accent-red"' in client.get("/en/campaigns/other/").text
    for page in ("/en/", "/en/privacy/"):
        assert '<html lang="en" dir="ltr">' in client.get(page).text


def choose(client, campaign, **fields):
    address = address_of(campaign)
    token = token_of(client.get(address).text)
    answer = client.post(address, data={"csrf_token": token, "focus": "5"} | fields)
    publish_all()
    return answer


def test_each_accent_is_offered_by_its_name_and_the_chosen_one_is_marked(writer):
    campaign = make_campaign(accent="teal")

    page = writer.get(address_of(campaign)).text

    offered = re.findall(
        r'<label class="accent-(\w+)">\s*<input type="radio" name="accent" value="(\w+)"( checked)?>'
        r".*?<span>([^<]+)</span>\s*</label>",
        page,
        re.S,
    )
    assert [(key, value, name) for key, value, _checked, name in offered] == [
        (key, key, str(name)) for key, name in ACCENTS.items()
    ]
    assert [key for key, _value, checked, _name in offered if checked] == ["teal"]
    assert 'type="color"' not in page


def test_an_accent_is_chosen_and_written_down(writer):
    campaign = make_campaign()

    answer = choose(writer, campaign, accent="olive")

    assert (answer.status_code, answer.location) == (303, address_of(campaign))
    assert db.session.scalar(select(Campaign.accent)) == "olive"
    assert entries()[-1].details["accent"] == "olive"
    assert "Saved as a draft." in writer.get(address_of(campaign)).text


def test_one_button_saves_picture_and_colour_in_one_revision(writer):
    campaign = make_campaign()
    page = writer.get(address_of(campaign)).text

    answer = send(writer, campaign, picture(1300, 800), accent="teal")

    assert page.partition("<main")[2].partition("</main>")[0].count("<form") == 1
    assert answer.status_code == 303
    assert (count(Picture), db.session.scalar(select(Campaign.accent))) == (1, "teal")
    assert count(Revision) == 2  # with the one from before
    assert entries()[-1].details["change"] == "added"
    assert entries()[-1].details["accent"] == "teal"


def test_words_without_a_picture_are_refused_and_the_colour_stays_chosen(writer):
    campaign = make_campaign()

    answer = send(writer, campaign, accent="teal")

    assert answer.status_code == 400
    assert 'name="accent" value="teal" checked' in answer.text
    assert f">\n{ALTS['en']}</textarea>" in answer.text
    assert db.session.scalar(select(Campaign.accent)) == "red"


def test_a_refused_colour_keeps_the_picture_and_all_that_was_typed(writer):
    campaign = make_campaign()

    answer = send(writer, campaign, picture(1300, 800), accent="mauve")

    assert answer.status_code == 400
    assert '<a href="#accent">' in answer.text
    assert "The picture you chose is kept." in answer.text
    assert f">\n{ALTS['en']}</textarea>" in answer.text
    assert count(Picture) == 0


def test_a_campaign_without_a_picture_goes_on_with_its_colour_alone(writer):
    campaign = make_campaign(published_at=None)

    answer = choose(writer, campaign, accent="teal", then="next")

    assert answer.status_code == 303
    assert answer.location != address_of(campaign)
    db.session.rollback()
    assert "teal" in writer.get(address_of(campaign)).text.split(" checked")[-2][-90:]


@pytest.mark.parametrize("accent", ["", "pink", "#1f3f77", "Red", 'red"><b>'])
def test_any_other_accent_is_refused_beside_the_field(writer, accent):
    campaign = make_campaign()

    answer = choose(writer, campaign, accent=accent)

    assert answer.status_code == 400
    assert "Choose an option." in re.search(r'id="accent-error">.*?</p>', answer.text, re.S)[0]
    assert db.session.scalar(select(Campaign.accent)) == "red"
    assert "<b>" not in answer.text


def test_no_verb_stores_an_accent_that_the_theme_has_not(app):
    campaign = make_campaign()

    for accent in ("pink", "#1f3f77", ""):
        with pytest.raises(UnknownAccent):
            choose_accent(campaign.id, accent, **GRACE)


def test_an_accent_that_the_theme_has_no_more_is_shown_as_the_default(app, client):
    make_campaign(accent="pink")

    assert 'class="accent-red"' in client.get("/en/campaigns/racism/").text


def test_a_chosen_file_is_shown_where_its_focal_point_is_chosen(client):
    log_in(client, make_staff("campaigner"))
    campaign = make_campaign()

    page = client.get(f"/staff/campaigns/{campaign.id}/appearance/").text

    assert 'data-shown-in="focus-on"' in page
    assert re.search(r'<div id="focus-on">\s*<div class="places"', page)
    assert '<div class="cuts" data-until-chosen>' in page


def test_the_page_of_a_public_campaign_says_that_changes_are_a_draft(writer):
    campaign = make_campaign()
    page = writer.get(address_of(campaign)).text

    saved = choose(writer, campaign, accent="olive", then="publish")
    again = choose(writer, campaign, accent="olive")

    assert "Your changes are a draft until you publish them." in page
    assert "Save draft" in page
    assert saved.location == f"/staff/campaigns/{campaign.id}/changes/"
    assert "No changes to save" in writer.get(again.location).text
