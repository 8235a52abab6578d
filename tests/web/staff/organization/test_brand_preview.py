"""The frame on the brand page shows the true pages and emails with values that nobody has saved."""

import re
from html import unescape

import pytest

from campaign_actions.core.db.session import db
from campaign_actions.core.organization import organization
from campaign_actions.organization.models import OrganizationPicture
from campaign_actions.web.staff.organization.brand_preview import MAX_IMPRINT, VIEWS
from tests.support.brand_form import ADDRESS, send, wordmark
from tests.support.factories import make_action, make_staff
from tests.support.staff_client import log_in
from tests.support.translators import begin

PREVIEW = f"{ADDRESS}preview/"
LONGEST_ADDRESS = 8000  # bytes: nginx refuses lines of more than 8 kB


@pytest.fixture
def admin(client):
    log_in(client, make_staff("administrator", email="grace@example.org"))
    return client


def frame_of(page: str) -> str:
    """The address of the frame."""
    return unescape(re.search(r'<iframe [^>]*src="([^"]+)"', page)[1])


def preview(client, view: str = "petition", *, locale: str = "en", scheme: str = "light", **fields):
    """What the frame shows after “Show preview”."""
    chosen = {"preview_view": view, "preview_locale": locale, "preview_scheme": scheme}
    answer = send(client, preview="y", **chosen, **fields)
    assert answer.status_code == 200
    shown = client.get(frame_of(answer.text))
    assert shown.status_code == 200
    return shown


def test_the_frame_shows_the_brand_as_it_is_until_someone_changes_it(admin):
    send(admin, **{"footer-en": "We help."})

    page = admin.get(ADDRESS)

    assert frame_of(page.text) == f"{PREVIEW}petition/en/light/"
    assert "We help." in admin.get(frame_of(page.text)).text


def test_the_page_shows_what_is_not_saved_and_changes_nothing(admin):
    fields = {"name-en": "The Office", "footer-en": "Soon.", "imprint-en": "Street 1"}

    shown = preview(admin, logo=wordmark(), accent="#1f3f77", **fields)

    db.session.rollback()  # SQLite still reads as it was at log-in
    names = {one.width: one.name for one in db.session.query(OrganizationPicture)}
    assert "The Office" in shown.text
    assert "Soon." in shown.text
    assert 'href="/en/imprint/"' in shown.text
    assert f'<img src="{ADDRESS}{names.pop(192)}.png"' not in shown.text, "the icon"
    (logo,) = names.values()
    assert f'<img src="{ADDRESS}{logo}.png"' in shown.text
    assert admin.get(f"{ADDRESS}{logo}.png").status_code == 200
    assert admin.get(f"/brand/{logo}.png").status_code == 404
    assert organization().version == 0
    assert "Soon." not in admin.get("/en/").text


def test_each_scheme_has_its_own_style_sheets(admin):
    sheets = {}
    for scheme in ("light", "dark"):
        page = preview(admin, scheme=scheme, accent="#1f3f77").text
        links = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
        sheets[scheme] = "".join(
            admin.get(unescape(link)).text for link in links if "/preview/" in link
        )

    for scheme, sheet in sheets.items():
        assert "prefers-color-scheme" not in sheet
        assert f"color-scheme: {scheme};" in sheet
        assert "#1f3f77" in sheet
        assert 'url("/static/' in sheet
        assert "../fonts/" not in sheet
    assert "@media not all" in sheets["light"]
    assert "@media not all" not in sheets["dark"]


def test_the_email_has_colour_logo_footer_and_a_link_to_the_imprint(admin):
    fields = {"name-en": "The Office", "footer-en": "Soon.", "imprint-en": "Street 1"}

    light = preview(admin, "email", logo=wordmark(), accent="#1f3f77", **fields).text
    dark = preview(admin, "email", scheme="dark", accent="#1f3f77", **fields).text

    assert 'src="data:image/png;base64,' in light
    assert 'alt="The Office"' in light
    assert "background: #1f3f77" in light
    assert "Soon." in light
    assert "/en/imprint/" in light
    assert "@media not all" in light
    assert "@media screen" in dark
    assert "prefers-color-scheme" not in light + dark
    assert re.search(r'name="color-scheme"\s+content="dark"', dark)


def test_an_email_that_is_sent_has_nothing_of_a_preview(admin):
    preview(admin, "email", **{"name-en": "The Office"})

    shown = preview(admin, "email", **{"name-en": "Another"})

    assert "Another" in shown.text
    assert "The Office" not in shown.text


def test_the_home_page_has_the_campaigns_of_the_site(admin):
    action = make_action()

    shown = preview(admin, "home", **{"name-en": "The Office"})

    assert action.title in shown.text
    assert "The Office" in shown.text


def test_the_imprint_is_shown_and_the_end_of_a_very_long_one_is_left_out(admin):
    short = preview(admin, "imprint", **{"imprint-en": "Street 1\nBerlin"}).text
    long = preview(admin, "imprint", **{"imprint-en": "x" * 4000}).text

    assert "Street 1\nBerlin" in short
    assert "x" * MAX_IMPRINT in long
    assert "x" * (MAX_IMPRINT + 1) not in long
    assert "The preview ends here." in long


def test_a_text_that_a_language_lacks_is_shown_as_on_public_pages(admin):
    shown = preview(admin, locale="ru", **{"footer-en": "We help.", "name-ru": "Контора"}).text

    assert '<html lang="ru"' in shown
    assert '<p class="lined" lang="en" dir="ltr">We help.</p>' in shown
    assert "<bdi>Контора</bdi>" in shown


def test_a_language_that_is_not_public_has_a_preview(admin):
    begin("uk")

    shown = preview(admin, locale="uk", **{"name-uk": "Контора"}).text

    assert '<html lang="uk"' in shown
    assert "<bdi>Контора</bdi>" in shown


def test_a_colour_that_fails_is_shown_as_the_nearest_that_passes(admin):
    answer = send(admin, preview="y", accent="#ffcc00")

    nearest = re.search(r'name="use" value="#([0-9a-f]{6})"', answer.text)[1]
    assert f"accent={nearest}" in admin.get(frame_of(answer.text)).text


@pytest.mark.parametrize("view", VIEWS)
def test_a_frame_runs_nothing_and_only_our_pages_show_it(admin, view):
    fields = {"name-en": "<script>alert(1)</script>", "imprint-en": "<b onclick=x>"}

    shown = preview(admin, view, **fields)

    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert shown.headers["Cache-Control"] == "no-store"
    assert "<script" not in shown.text
    assert "<b onclick" not in shown.text
    assert 'sandbox="allow-same-origin"' in admin.get(ADDRESS).text


def test_no_link_can_show_other_values(admin, client):
    address = frame_of(send(admin, preview="y", **{"name-en": "The Office"}).text)
    changed = address[:-3] + ("abc" if address[-3:] != "abc" else "abd")

    assert admin.get(changed).status_code == 404
    assert admin.get(f"{PREVIEW}petition/en/light/?brand=x").status_code == 404


@pytest.mark.parametrize("role", ["campaigner", "translator", None])
def test_only_administrators_see_a_preview(client, role):
    if role:
        log_in(client, make_staff(role))

    for address in (f"{PREVIEW}petition/en/light/", f"{PREVIEW}dark.css"):
        assert client.get(address).status_code == (403 if role else 302)


@pytest.mark.parametrize("letter", ["x", "ж", "語", "\U0001f9d1"])
def test_the_longest_texts_fit_into_an_address(admin, letter):
    def text(length: int) -> str:
        return "".join(chr(ord(letter) + (7 * place * place) % 60) for place in range(length))

    fields = {"name-en": text(120), "footer-en": text(500), "imprint-en": text(4000)}

    for view in VIEWS:
        answer = send(admin, preview="y", preview_view=view, **fields)
        assert len(frame_of(answer.text)) < LONGEST_ADDRESS
        assert admin.get(frame_of(answer.text)).status_code == 200


def test_wrong_choices_show_the_first_page(admin):
    answer = send(
        admin, preview="y", preview_view="x", preview_locale="x", preview_scheme="<script>"
    )

    assert frame_of(answer.text).startswith(f"{PREVIEW}petition/en/light/")
