"""Administrators set the brand in the browser; a mistake is named, and nothing they chose is lost."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from campaign_actions.core.content.images import MAX_LOGO_BYTES
from campaign_actions.core.db.session import db
from campaign_actions.core.organization import organization
from campaign_actions.organization.edit import Brand, save_brand
from campaign_actions.organization.models import OrganizationPicture
from tests.support.brand_form import ADDRESS, send, square, wordmark
from tests.support.factories import NOON, make_staff
from tests.support.images import picture
from tests.support.staff_client import log_in
from tests.support.translators import begin


@pytest.fixture
def admin(client):
    log_in(client, make_staff("administrator", email="grace@example.org"))
    return client


def text_of(page: str) -> str:
    return re.sub(r"[\u2066-\u2069]", "", unescape(re.sub(r"<[^>]+>", "", page)))


def test_only_administrators_have_the_page(client):
    log_in(client, make_staff("campaigner"))

    assert client.get(ADDRESS).status_code == 403
    assert "Organisation" not in client.get("/staff/").text


def test_name_footer_and_imprint_are_public_at_once(admin):
    fields = {"name-en": "The Office", "footer-en": "We help.", "imprint-en": "Street 1\nBerlin"}

    answer = send(admin, **fields, **{"contact-en": "help@office.example"})

    assert answer.status_code == 303
    home = admin.get("/en/").text
    assert "The Office" in home
    assert "We help." in home
    assert 'href="mailto:help@office.example"' in home
    assert 'href="/en/imprint/"' in home
    assert "Street 1\nBerlin" in admin.get("/en/imprint/").text


def test_without_an_imprint_there_is_no_page_for_it(admin):
    assert admin.get("/en/imprint/").status_code == 404
    assert "/en/imprint/" not in admin.get("/en/").text


def test_a_language_without_an_imprint_shows_the_one_there_is_and_says_its_language(admin):
    send(admin, **{"imprint-en": "Street 1"})

    page = admin.get("/ru/imprint/").text

    assert re.search(r'<p[^>]* lang="en" dir="ltr">Street 1', page)


def test_a_logo_and_the_icon_made_from_it_are_on_every_page(admin):
    assert send(admin, logo=wordmark()).status_code == 303

    now, home = organization(), admin.get("/en/").text
    assert now.logo.has_name
    assert (now.icon.width, now.icon.height) == (192, 192)
    assert f'<img src="/brand/{now.logo.name}.png"' in home
    assert f'<link rel="icon" type="image/png" href="/brand/{now.icon.name}.png">' in home
    assert admin.get(f"/brand/{now.logo.name}.png").mimetype == "image/png"
    assert admin.get("/favicon.ico").location == f"/brand/{now.icon.name}.png"


def test_a_wide_logo_replaces_the_name_and_a_square_one_stands_beside_it(admin):
    name = organization_name_in(admin)
    send(admin, logo=wordmark())
    wide = brand_of(admin)
    send(admin, logo=square())
    beside = brand_of(admin)

    assert f'alt="{name}"' in wide
    assert "<span>" not in wide
    assert 'alt=""' in beside
    assert f"<bdi>{name}</bdi>" in beside


def brand_of(client) -> str:
    return re.search(r'<a class="brand".*?</a>', client.get("/en/").text, re.S)[0]


def organization_name_in(client) -> str:
    return re.search(r"<bdi>(.*?)</bdi>", brand_of(client))[1]


def test_a_new_logo_brings_a_new_icon_unless_someone_chose_one(admin):
    send(admin, logo=wordmark())
    first = organization().icon
    send(admin, logo=square())
    second = organization().icon
    send(admin, icon=picture(64, 64, form="PNG"))
    chosen = organization().icon
    send(admin, logo=wordmark())

    assert len({first.name, second.name, chosen.name}) == 3
    assert organization().icon == chosen


def test_a_logo_is_removed_by_its_tick(admin):
    send(admin, logo=wordmark())

    send(admin, remove_logo="y", remove_icon="y")

    assert organization().logo is None
    assert "favicon.svg" in admin.get("/favicon.ico").location


REFUSED = {
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is an SVG file"),
    "large": (b"\x89PNG" + b"x" * 6 * MAX_LOGO_BYTES, "larger than 1"),
    "text": (b"hello", "not a JPEG, PNG or WebP picture"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_refused_says_why_and_keeps_what_was_typed(admin, name):
    data, reason = REFUSED[name]

    answer = send(admin, logo=data, **{"name-en": "The Office"})

    assert answer.status_code == 400
    assert reason in text_of(answer.text)
    assert 'value="The Office"' in answer.text
    assert organization().version == 0


def test_a_mistake_elsewhere_keeps_the_logo(admin):
    answer = send(admin, logo=wordmark(), accent="#ffcc00")
    assert answer.status_code == 400
    assert organization().version == 0

    assert send(admin, before=answer.text, accent="#1f3f77").status_code == 303

    assert organization().logo.has_name
    assert organization().accent == "#1f3f77"


def test_a_colour_without_contrast_names_the_pair_the_ratio_and_the_nearest_that_passes(admin):
    answer = send(admin, accent="#ffcc00", **{"name-en": "The Office"})

    words = text_of(answer.text)
    assert answer.status_code == 400
    assert "White words on the button have a contrast of 1.51 to 1, but need 4.5 to 1." in words
    assert "Meters and links on the page have a contrast of 1.44 to 1" in words
    nearest = re.search(r"The nearest colour that passes is (#[0-9a-f]{6})\.", words)[1]
    assert f'name="use" value="{nearest}"' in answer.text
    assert 'value="The Office"' in answer.text


def test_the_proposed_colour_is_shown_before_it_is_saved(admin):
    answer = send(admin, accent="#ffcc00")
    proposed = re.search(r'name="use" value="(#[0-9a-f]{6})"', answer.text)[1]

    preview = send(admin, before=answer.text, accent="#ffcc00", use=proposed)

    assert preview.status_code == 200
    assert f'value="{proposed}"' in preview.text
    assert f'fill="{proposed}"' in preview.text
    assert organization().version == 0
    assert send(admin, before=preview.text, accent=proposed).status_code == 303


def test_a_colour_from_the_picker_counts_without_a_script(admin):
    page = admin.get(ADDRESS).text
    assert '<input type="color" id="picker" name="picker"' in page

    assert send(admin, before=page, picker="#1f3f77").status_code == 303

    assert organization().accent == "#1f3f77"
    page = admin.get(ADDRESS).text
    assert re.search(r'name="picker" [^>]*value="#1f3f77"', page)
    send(admin, before=page, accent="#4a2c6d", picker="#1f3f77")
    assert organization().accent == "#4a2c6d"
    send(admin, accent="", picker="#4a2c6d")
    assert organization().accent == ""


@pytest.mark.parametrize("picked", ["", "red", "#12345", "<b>"])
def test_a_picker_without_a_colour_changes_nothing(admin, picked):
    assert send(admin, picker=picked).status_code == 303

    assert organization().accent == ""


def test_words_that_are_no_colour_are_refused(admin):
    answer = send(admin, accent="dark red")

    assert answer.status_code == 400
    assert "This is not a colour." in answer.text
    assert 'value="dark red"' in answer.text


def test_the_colour_is_a_style_sheet_of_its_own_that_can_be_kept(admin):
    assert "/brand/" not in admin.get("/en/").text
    send(admin, accent="#1f3f77")

    assert '<link rel="stylesheet" href="/brand/1f3f77.css">' in admin.get("/en/").text
    sheet = admin.get("/brand/1f3f77.css")
    assert sheet.mimetype == "text/css"
    assert sheet.headers["Cache-Control"] == "public, max-age=86400"
    assert "--act:#1f3f77" in sheet.text


@pytest.mark.parametrize("digits", ["ffcc00", "zzzzzz", "1F3F7;"])
def test_there_is_no_style_sheet_of_what_can_not_be_read(client, digits):
    assert client.get(f"/brand/{digits}.css").status_code == 404


def test_two_people_with_the_page_open_do_not_overwrite_each_other(admin):
    mine = admin.get(ADDRESS).text
    theirs = Brand(texts={"en": {"name": "Theirs"}})
    save_brand(theirs, expected=0, actor="boris@example.org", now=NOON)

    answer = send(admin, before=mine, **{"name-en": "Mine"})

    assert answer.status_code == 409
    assert "1 field has two versions" in answer.text
    assert re.search(r'<a href="#name-en">Name \(English\)</a>', answer.text)
    assert 'value="Mine"' in answer.text
    assert '<p class="words" lang="en" dir="ltr">Theirs</p>' in answer.text
    assert "Theirs" in admin.get("/en/").text
    assert send(admin, before=answer.text, **{"name-en": "Mine"}).status_code == 303
    assert "Mine" in admin.get("/en/").text


def test_a_change_by_someone_else_in_another_field_stays(admin):
    send(admin, logo=wordmark(), accent="#1f3f77", **{"footer-en": "Before"})
    mine = admin.get(ADDRESS).text
    logo = send(admin, logo=square(), **{"footer-en": "Theirs", "name-en": ""}).status_code
    theirs = organization()

    kept = {"accent": "#1f3f77", "footer-en": "Before"}
    answer = send(admin, before=mine, **kept, **{"name-en": "Mine"})

    assert (logo, answer.status_code) == (303, 303)
    assert "Those changes are kept." in admin.get(ADDRESS).text
    now = organization()
    assert (now.text("name", "en"), now.text("footer", "en")) == ("Mine", "Theirs")
    assert (now.accent, now.logo, now.icon) == (theirs.accent, theirs.logo, theirs.icon)


def test_of_two_versions_the_saved_one_can_be_chosen(admin):
    mine = admin.get(ADDRESS).text
    send(admin, accent="#1f3f77", logo=wordmark(), **{"name-en": "Theirs"})
    theirs = organization()

    fields = {"name-en": "Mine", "footer-ru": "Мы помогаем", "accent": "#0b5d3b"}
    asked = send(admin, before=mine, logo=square(), **fields)
    answer = send(admin, before=asked.text, **fields, take=["name-en", "accent", "logo", "icon"])

    assert "4 fields have two versions" in asked.text
    assert (asked.status_code, answer.status_code) == (409, 303)
    now = organization()
    assert (now.text("name", "en"), now.text("footer", "ru")) == ("Theirs", "Мы помогаем")
    assert (now.accent, now.logo, now.icon) == (theirs.accent, theirs.logo, theirs.icon)


def test_a_saved_version_that_was_chosen_stays_chosen_after_a_mistake(admin):
    mine = admin.get(ADDRESS).text
    send(admin, **{"name-en": "Theirs"})
    asked = send(admin, before=mine, **{"name-en": "Mine"}).text

    answer = send(admin, before=asked, take="name-en", **{"name-en": "Mine", "contact-en": "ada"})

    assert answer.status_code == 400
    assert 'value="Theirs"' in answer.text
    assert 'value="Mine"' not in answer.text


@pytest.mark.parametrize(
    "opened", ["", "x", "name-en", "name-en:", ":", "name-en:x", "[" * 5000, '{"name-en": 1}']
)
def test_without_knowing_what_the_page_showed_nothing_is_overwritten(admin, opened):
    mine = admin.get(ADDRESS).text
    send(admin, **{"name-en": "Theirs"})

    answer = send(admin, before=mine, opened=opened, **{"name-en": "Mine"})

    assert answer.status_code == 409
    assert organization().text("name", "en") == "Theirs"
    assert "Theirs</p>" in answer.text


def test_a_mistake_names_the_language_of_its_field(admin):
    answer = send(admin, **{"contact-en": "ada", "contact-ru": "ada"})

    assert "Email address for questions (English): Enter an email address" in answer.text
    assert "Email address for questions (Russian): Enter an email address" in answer.text


def test_a_chosen_file_that_is_gone_is_asked_for_again(admin):
    answer = send(admin, logo_kept="0" * 32, icon_kept="0" * 32, **{"name-en": "The Office"})

    assert answer.status_code == 409
    assert "Choose it again." in answer.text
    assert 'value="The Office"' in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("contact-en", "ada"), ("name-ru", "x" * 121), ("footer-en", "a\u202eb"), ("version", "x")],
)
def test_other_mistakes_are_errors_of_their_fields(admin, field, value):
    answer = send(admin, **{"name-fr": "Le Bureau", field: value})

    assert answer.status_code in {400, 409}
    assert 'value="Le Bureau"' in answer.text
    assert organization().version == 0


def test_texts_can_be_prepared_in_a_language_that_is_not_public(admin):
    begin("uk")
    page = admin.get(ADDRESS).text
    assert re.search(r'lang="uk">Українська</bdi> <span class="tag wait">Not public yet<', page)
    assert not re.search(r'lang="ru">Русский</bdi> <span class="tag', page)

    assert send(admin, **{"name-uk": "Контора", "imprint-uk": "Вулиця 1"}).status_code == 303

    assert organization().text("name", "uk") == "Контора"
    assert 'value="Контора"' in admin.get(ADDRESS).text
    assert "Вулиця 1" not in admin.get("/en/").text
    assert admin.get("/en/imprint/").status_code == 404, "nor does any other language show it"


def test_a_file_twice_is_stored_once(admin):
    send(admin, logo=square(), icon=square(), preview="y")
    send(admin, logo=square(), icon=square(), preview="y")

    db.session.rollback()  # SQLite still reads as it was at log-in
    assert db.session.scalar(select(func.count()).select_from(OrganizationPicture)) == 2
