"""What administrators set about the organisation is saved with a trace, and every process learns of it."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from campaign_actions import create_app
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.content.images import ProcessedImage, process_logo
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.timezones import zone_name
from campaign_actions.core.mail.render import make_message, render_mail, show_logo
from campaign_actions.core.organization import (
    organization,
    organization_email,
    organization_name,
    organization_store,
)
from campaign_actions.organization.edit import (
    KEPT,
    Brand,
    BrandChanged,
    PictureGone,
    keep_picture,
    save_brand,
    set_timezone,
)
from campaign_actions.organization.load import find_picture, find_picture_data
from tests.support.factories import NOON
from tests.support.images import picture

GRACE = {"actor": "grace@example.org", "now": NOON}
ENGLISH = {
    "name": "The Office",
    "footer": "We help.",
    "imprint": "Street 1",
    "contact": "a@b.example",
}


def save(*, expected: int = 0, **values) -> bool:
    return save_brand(Brand(**values), expected=expected, **GRACE)


def image(name: str = "png") -> ProcessedImage:
    """A picture, a different one for each name."""
    file = BytesIO()
    Image.new("RGB", (300, 100), (len(name), 0, 0)).save(file, "PNG")
    return ProcessedImage(300, 100, {(300, "png"): file.getvalue()})


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_without_anything_set_the_settings_apply(app):
    app.config.update(ORGANIZATION_NAME="Settings", ORGANIZATION_NAMES=["ru=Настройки"])
    app.config.update(ORGANIZATION_EMAIL="settings@example.org", TIMEZONE="Asia/Tbilisi")

    assert [organization_name(tag) for tag in ("en", "ru", "fr")] == [
        *("Settings", "Настройки", "Settings")
    ]
    assert organization_email("en") == "settings@example.org"
    assert zone_name() == "Asia/Tbilisi"


def test_what_is_set_comes_before_the_settings_in_its_language(app):
    app.config.update(ORGANIZATION_NAME="Settings", ORGANIZATION_NAMES=["ru=Настройки"])

    save(texts={"en": ENGLISH})

    assert [organization_name(tag) for tag in ("en", "ru", "fr")] == [
        *("The Office", "Настройки", "The Office")
    ]
    assert organization_email("ru") == "a@b.example"
    assert organization().shown_text("imprint", "ru") == ("Street 1", "en")


def test_a_change_has_an_entry_that_names_the_fields(app):
    save(texts={"en": ENGLISH, "ru": {"name": "Контора"}}, accent="#1f3f77")

    (entry,) = entries()
    assert (entry.event, entry.actor) == ("organization-changed", "grace@example.org")
    assert entry.details == {
        "accent": "#1f3f77",
        "fields": ["accent", "name", "footer", "imprint", "contact"],
        "languages": ["en", "ru"],
    }


def test_saving_the_same_changes_nothing(app):
    assert save(texts={"en": ENGLISH})

    assert not save(texts={"en": ENGLISH}, expected=1)

    assert len(entries()) == 1
    assert organization().version == 1


def test_two_people_do_not_overwrite_each_other(app):
    save(texts={"en": ENGLISH})

    with pytest.raises(BrandChanged):
        save(texts={"en": ENGLISH | {"name": "Mine"}}, expected=0)

    assert organization_name("en") == "The Office"


def test_a_language_that_is_not_on_the_page_keeps_its_texts(app):
    save(texts={"en": ENGLISH, "uk": {"name": "Контора"}})

    save(texts={"en": {"name": "Other"}}, expected=1)

    assert organization_name("uk") == "Контора"
    assert organization().text("imprint", "en") == ""


def test_a_picture_is_public_only_while_it_is_in_use(app):
    name = keep_picture(image(), now=NOON)
    before = find_picture_data(name)

    save(logo=name)
    in_use = find_picture_data(name)
    save(logo=None, expected=1)

    (png,) = image().files.values()
    assert [before, in_use, find_picture_data(name)] == [None, png, None]
    assert find_picture_data(name, only_used=False) == png


def test_pictures_that_were_never_saved_go_after_a_day_and_others_stay(app):
    used, unused = (keep_picture(image(text), now=NOON) for text in ("used", "unused"))
    save(logo=used)

    keep_picture(image("another"), now=NOON + KEPT + timedelta(seconds=1))

    assert find_picture(used)
    assert find_picture(unused) is None


def test_a_picture_that_is_gone_can_not_be_saved(app):
    with pytest.raises(PictureGone):
        save(logo="0" * 32)

    assert organization().version == 0


def test_the_time_zone_is_saved_with_an_entry(app):
    assert set_timezone("Asia/Tbilisi", **GRACE)
    assert not set_timezone("Asia/Tbilisi", **GRACE)

    assert zone_name() == "Asia/Tbilisi"
    assert [entry.details for entry in entries()] == [
        {"fields": ["timezone"], "timezone": "Asia/Tbilisi"}
    ]


def test_changing_the_brand_keeps_the_time_zone(app):
    set_timezone("Asia/Tbilisi", **GRACE)

    save(texts={"en": ENGLISH}, expected=1)

    assert zone_name() == "Asia/Tbilisi"


def test_another_process_learns_of_a_change(app):
    other = create_app(dict(app.config) | {"CATALOG_SECONDS": 0})
    with other.app_context():
        assert organization_name("en") == app.config["ORGANIZATION_NAME"]

    save(texts={"en": ENGLISH})

    page = other.test_client().get("/en/").text
    assert "The Office" in page
    with other.app_context():
        assert organization_store().current.version == 1
        db.session.remove()
        db.engine.dispose()


def test_emails_bring_the_logo_with_them_and_load_nothing(app):
    name = keep_picture(process_logo(picture(900, 200, form="PNG"), "logo"), now=NOON)
    save(logo=name)

    message = make_message(reset_mail(), to="ada@example.org", message_id="<1@x>", now=NOON)

    parts = {
        part.get_content_type(): part
        for part in message_from_bytes(message.wire, policy=policy.default).walk()
    }
    assert [*parts] == [
        *("multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png")
    ]
    assert parts["image/png"]["Content-ID"] == "<logo@organization>"
    logo = Image.open(BytesIO(parts["image/png"].get_content()))
    assert logo.size == (288, 64)
    html = parts["text/html"].get_content()
    assert re.findall(r'<img[^>]* src="([^"]+)"', html) == ["cid:logo@organization"]
    (tag,) = re.findall(r"<img[^>]+>", html)
    assert {*re.findall(r'\b(?:width|height|alt)="[^"]*"', tag)} == {
        *('width="144"', 'height="32"', 'alt="Human Rights Resource Centre"')
    }
    assert "<bdi>" not in html


def test_a_browser_is_shown_the_logo_of_an_email_without_the_email(app):
    save(logo=keep_picture(image(), now=NOON))

    html = show_logo(reset_mail().html)

    assert "cid:" not in html
    assert re.search(r'<img[^>]* src="data:image/png;base64,[A-Za-z0-9+/=]+"', html)


def test_without_a_logo_an_email_is_as_small_as_before(app):
    message = make_message(reset_mail(), to="ada@example.org", message_id="<1@x>", now=NOON)

    types = [part.get_content_type() for part in message_from_bytes(message.wire).walk()]
    assert types == ["multipart/alternative", "text/plain", "text/html"]


def reset_mail():
    return render_mail(
        "staff-reset",
        locale="en",
        values={"privacy_url": "", "contact": "", "hours": 1},
        links={"reset_url": "http://actions.example.org/x"},
    )


def test_emails_have_the_name_the_colour_the_footer_and_a_link_to_the_imprint(app):
    save(texts={"en": ENGLISH}, accent="#1f3f77")

    mail = reset_mail()

    for body in (mail.html, mail.text):
        assert "The Office" in body
        assert "We help." in body
        assert "http://actions.example.org/en/imprint/" in body
    assert "#1f3f77" in mail.html
    assert "#b3181c" not in mail.html
