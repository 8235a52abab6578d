"""Pictures of actions: who sees them when, their quotation and credit, and the page of staff."""

import io
import re
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.pictures import find_action_appearance, of_action
from campaign_actions.campaigns.models import Campaign, Picture, PictureFile
from campaign_actions.campaigns.picture import (
    PictureDetails,
    describe_picture,
    of_campaign,
    put_picture,
    remove_picture,
)
from campaign_actions.campaigns.versioning.history import find_content, find_revision, revisions
from campaign_actions.campaigns.versioning.restore import restore
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.findings import PreflightContext
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.queries import get_plan
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action, make_campaign, make_staff
from tests.support.images import picture, saved
from tests.support.staff_client import log_in, token_of

PAGE = "/en/campaigns/racism/hate-crimes/"
MADE = ProcessedImage(
    800,
    1000,
    {(width, "webp"): b"webp-%d" % width for width in (320, 640, 800)} | {(800, "jpeg"): b"jpeg"},
)
GRACE = {"actor": "grace@example.org", "now": NOON}
TEXTS = {
    "en": {
        "picture_alt": "A woman looks at us.",
        "picture_quote": "They asked what he’d lost.",
        "picture_person": "Zarina, 34, nurse",
        "picture_place": "Yekaterinburg",
    },
    "ru": {"picture_alt": "Женщина смотрит на нас."},
}
DETAILS = PictureDetails(TEXTS, credit="Ana Lee", licence="cc-by-4.0", quoted_on=date(2026, 3, 21))


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


def put(action, details=DETAILS, made=MADE) -> str:
    """Set its picture and publish it."""
    name = put_picture(of_action(action.campaign_id, action.id), made, details, **GRACE)
    publish_all()
    return name


def count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


# --- what the public sees


def test_an_action_shows_its_own_picture_or_else_that_of_its_campaign(client, action):
    of_whole = put_picture(of_campaign(action.campaign_id), MADE, DETAILS, **GRACE)
    publish_all()
    before = client.get(PAGE).text
    own = put(action)
    other = make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="speak-up")

    after = client.get(PAGE).text

    assert own != of_whole, "the same picture has its own address for each owner"
    assert f"/pictures/{of_whole}-640.webp" in before
    assert f"/pictures/{own}-640.webp" in after
    assert of_whole not in after
    assert of_whole in client.get(f"/en/campaigns/racism/{other.slug}/").text
    assert of_whole in client.get("/en/campaigns/racism/").text


def test_a_head_is_not_cropped_unless_staff_choose_so(client, action):
    put(action)

    assert 'class="photo at-2"' in client.get(PAGE).text  # at the top


def test_the_caption_has_words_person_credit_and_licence(app, action):
    put(action)
    macro = '{% from "components/portrait.html" import portrait %}{{ portrait(look, "x", "1rem") }}'

    def shown(locale):
        look = find_action_appearance(action.campaign_id, action.id, locale)
        return app.jinja_env.from_string(macro).render(look=look)

    with app.test_request_context(PAGE):
        english = shown("en")
        russian = shown("ru")

    assert "“They asked what he’d lost.”" in english
    assert "Zarina, 34, nurse" in english
    assert "Yekaterinburg" in english
    assert "21 March 2026" in english
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in english
    assert "CC BY 4.0" in english
    assert "Ana Lee" in english
    assert 'alt="Женщина смотрит на нас."' in russian
    assert "Zarina" not in russian


@pytest.mark.parametrize("hidden", ["campaign", "action"])
@pytest.mark.parametrize("opens_in", [None, timedelta(hours=1)])
def test_the_file_is_public_once_campaign_and_action_both_are(client, action, hidden, opens_in):
    address = f"/pictures/{put(action)}-640.webp"
    assert client.get(address).data == b"webp-640"
    table, row_id = {
        "campaign": (Campaign, action.campaign_id),
        "action": (Action, action.id),
    }[hidden]

    opens_at = opens_in and utc_now() + opens_in
    db.session.execute(update(table).filter_by(id=row_id).values(published_at=opens_at))
    db.session.commit()

    answer = client.get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_the_same_picture_again_has_the_same_address(action):
    assert put(action) == put(action)
    assert put(action, made=ProcessedImage(800, 1000, {**MADE.files, (800, "jpeg"): b"!"})) != put(
        action
    )
    assert (count(Picture), count(PictureFile)) == (1, 4)


# --- revisions


def test_it_is_in_revisions_and_restoring_leaves_it(action):
    put(action)
    describe_picture(
        of_action(action.campaign_id, action.id), PictureDetails(TEXTS, focus=5), **GRACE
    )
    by = make_staff("campaigner")

    first = find_revision("action", action.id, 1)
    assert not restore(ACTION, action.id, first, 1, by=by, now=NOON).is_new

    second = find_revision("action", action.id, 2)
    assert (second["credit"], second["licence"], second["quoted_on"]) == (
        "Ana Lee",
        "cc-by-4.0",
        "2026-03-21",
    )
    assert second["texts.en.picture_quote"] == TEXTS["en"]["picture_quote"]
    said = [(one.number, one.picture) for one in revisions("action", action.id, offset=0, limit=9)]
    assert said == [(3, "focused"), (2, "added"), (1, None)]
    assert find_content(ACTION, action.id)[0]["focus"] == 5


def test_removing_it_takes_everything_said_about_it_along(action):
    put(action)

    assert remove_picture(of_action(action.campaign_id, action.id), **GRACE)

    assert (count(Picture), count(PictureFile)) == (0, 0)
    texts = select(ActionText.picture_alt, ActionText.picture_quote, ActionText.picture_person)
    assert set(db.session.execute(texts).all()) == {("", "", "")}


def test_a_copy_of_the_campaign_has_no_picture_and_no_words_about_one(action):
    put(action)

    copy_id = copy_campaign(
        action.campaign_id,
        slug=None,
        proposed="copy",
        titles={},
        by=make_staff("campaigner"),
        now=NOON,
    )

    copied = db.session.scalars(select(ActionText).join(Action).filter_by(campaign_id=copy_id))
    assert {text.picture_quote for text in copied} == {""}
    assert count(Picture) == 1


def test_its_texts_are_translated_like_others(action):
    put(action)

    found = {
        message.context: message.source for message in campaign_catalog(action.campaign_id).messages
    }

    assert found["action hate-crimes: picture quote"] == TEXTS["en"]["picture_quote"]
    assert found["action hate-crimes: picture place"] == "Yekaterinburg"


def test_before_publishing_each_language_needs_what_the_source_has(action):
    put(action)
    put_picture(of_campaign(action.campaign_id), MADE, PictureDetails({}), **GRACE)
    context = PreflightContext(opens_at=NOON, now=NOON, visible_ids=None)

    found = run_preflight(get_plan(action.campaign_id), context).blockers()

    assert [(one.message, one.url) for one in found if "icture" in one.message] == [
        (
            "The picture description is missing in this language.",
            f"/staff/campaigns/{action.campaign_id}/appearance/",
        ),
        (
            "The picture description is missing in this language.",
            f"/staff/campaigns/{action.campaign_id}/appearance/",
        ),
        (
            "The picture is missing these texts: quotation, name of the person quoted, place.",
            f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/picture/",
        ),
    ]


# --- the staff page


@pytest.fixture
def writer(client):
    log_in(client, make_staff("campaigner"))
    return client


def address_of(action) -> str:
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/picture/"


def send(client, action, data: bytes | None = None, **fields):
    """Post to the page as a browser does, with everything it shows, and publish what was saved."""
    address = address_of(action)
    given = {"csrf_token": token_of(client.get(address).text), "focus": "2", "licence": ""}
    given |= {"alt-en": "A woman", "alt-ru": "Женщина"} | fields
    if data is not None:
        given["file"] = FileStorage(io.BytesIO(data), "a.jpg")
    boundary, body = encode_multipart(given)
    kind = f"multipart/form-data; boundary={boundary}"
    answer = client.post(address, data=body, content_type=kind)
    publish_all()
    return answer


def test_staff_add_a_portrait_with_all_that_belongs_to_it(writer, action):
    fields = {"quote-en": "They asked.", "person-en": "Zarina", "place-en": "Yekaterinburg"}
    fields |= {"said_on": "2026-03-21", "credit": "Ana Lee", "licence": "cc-by-sa-3.0"}

    answer = send(writer, action, picture(1200, 1500), **fields)

    assert (answer.status_code, answer.location) == (303, address_of(action))
    stored = db.session.scalars(select(Picture)).one()
    assert (stored.action_id, stored.focus, stored.quoted_on) == (action.id, 2, date(2026, 3, 21))
    assert (stored.credit, stored.licence) == ("Ana Lee", "cc-by-sa-3.0")
    page = writer.get(address_of(action)).text
    for value in (*fields.values(), "A woman"):
        assert any(shown in page for shown in (f'value="{value}"', f">\n{value}</textarea>"))
    assert "focus-picture" in page


def test_a_wide_picture_is_told_from_a_portrait(client, writer, action):
    send(writer, action, picture(1500, 1000))
    assert '<picture class="wide">' in client.get(PAGE).text

    send(writer, action, picture(1000, 1250))
    assert "<picture>" in client.get(PAGE).text


def test_a_new_picture_does_not_take_the_focus_of_the_former_one(writer, action):
    send(writer, action, picture(1000, 1250), focus="7")
    focus = select(Picture.focus)
    chosen = db.session.scalar(focus)

    send(writer, action, picture(1100, 1300), focus="7")
    db.session.rollback()
    replaced = db.session.scalar(focus)
    send(writer, action, picture(1000, 1300), focus="4")
    db.session.rollback()

    assert (chosen, replaced, db.session.scalar(focus)) == (7, 2, 4)


def test_a_picture_sent_without_its_description_is_kept_until_that_is_there(writer, action):
    first = send(writer, action, picture(1300, 1600), **{"alt-en": "", "quote-en": "Words"})
    kept = re.search(r'name="kept" value="([^"]+)"', first.text)[1]
    assert first.status_code == 400
    assert "The picture you chose is kept." in first.text
    assert ">\nWords</textarea>" in first.text
    assert count(Picture) == 0

    second = send(writer, action, **{"kept": kept, "quote-en": "Words"})

    assert second.status_code == 303
    assert count(Picture) == 1
    stored = db.session.scalars(select(Picture)).one()
    assert (stored.width, stored.height) == (1300, 1600)


def test_what_the_page_keeps_is_checked_like_any_upload(writer, action):
    for kept, message in (("PHN2Zz48L3N2Zz4=", "not a JPEG, PNG or WebP"), ("%%", "was removed")):
        answer = send(writer, action, kept=kept)

        assert answer.status_code in {400, 409}
        assert message in answer.text
        assert count(Picture) == 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"licence": "cc-by-4.0"}, "This licence requires a credit."),
        ({"licence": "mine"}, "Choose a licence from the list."),
        ({"focus": "0"}, "Choose one of the nine positions."),
        ({"said_on": "yesterday"}, "Enter a date like 2026-11-24."),
        ({"said_on": "0026-11-24"}, "Enter a date like 2026-11-24."),
        ({"alt-en": " "}, "Describe the picture."),
        ({"quote-ru": "x" * 301}, "300 characters or fewer"),
        ({"credit": "a\u202eb"}, "hidden character"),
    ],
)
def test_other_mistakes_are_said_beside_the_field_and_nothing_is_lost(
    writer, action, fields, message
):
    answer = send(writer, action, picture(1300, 1600), **{"person-en": "Zarina"} | fields)

    assert answer.status_code == 400
    assert message in answer.text
    assert 'value="Zarina"' in answer.text
    assert "The picture you chose is kept." in answer.text
    assert count(Picture) == 0


def test_a_moving_picture_is_refused_in_plain_words(writer, action):
    frames = [Image.new("RGB", (800, 1000), colour) for colour in ("#d02020", "#1f3f77")]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])

    answer = send(writer, action, data, **{"quote-en": "Words"})

    assert answer.status_code == 400
    assert "The picture moves." in re.search(r'id="file-error">.*?</p>', answer.text, re.S)[0]
    assert ">\nWords</textarea>" in answer.text


def test_it_is_removed_after_a_question(writer, action):
    put(action)
    token = token_of(writer.get(f"{address_of(action)}remove/").text)

    answer = writer.post(f"{address_of(action)}remove/", data={"csrf_token": token})

    assert answer.status_code == 303
    assert count(Picture) == 0
    assert writer.get(f"{address_of(action)}remove/").location == address_of(action)


def test_the_picture_of_another_campaigns_action_is_not_found(writer, action):
    other = make_campaign(slug="women")

    wrong = f"/staff/campaigns/{other.id}/actions/{action.id}/picture/"

    assert writer.get(wrong).status_code == 404


def test_a_draft_shows_it_to_staff_and_by_link_only(client, writer, action):
    name = put(action)
    db.session.execute(update(Action).values(published_at=None))
    db.session.commit()

    address = f"/staff/campaigns/{action.campaign_id}/appearance/{name}-640.webp"

    assert writer.get(address).data == b"webp-640"
    assert name in writer.get(f"/staff/preview/en/{action.campaign_id}/{action.id}/").text
    assert client.get(f"/pictures/{name}-640.webp").status_code == 404
