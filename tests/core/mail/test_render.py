"""What a mail says, in whose language, and what its headers are."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from flask import url_for
from flask_babel import get_locale

from campaign_actions.actions.kinds import KINDS
from campaign_actions.core import ttl_cache
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import (
    RenderedMail,
    locale_context,
    make_message,
    make_message_id,
    render_mail,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LINK = "http://actions.example.org/en/confirm/a.token/"
CONFIRM = {
    "kind": KINDS["petition"],
    "action_locale": "en",
    "action_title": "Call a hate crime by its name",
    "confirm_url": LINK,
    "withdraw_url": "http://actions.example.org/en/withdraw/a.token/",
    "privacy_url": "http://actions.example.org/en/privacy/",
    "days": 14,
}
ALREADY = CONFIRM | {"withdraw_url": "http://actions.example.org/en/withdraw/another.token/"}


def rendered(**values):
    return RenderedMail(
        **{"locale": "en", "subject": "Hello", "text": "Text\n", "html": "<p>Text"} | values
    )


def message(mail=None, to="ada@example.org"):
    return make_message(mail or rendered(), to=to, message_id=make_message_id(1), now=NOON)


def as_received(message):
    return message_from_bytes(message.wire, policy=policy.default)


def lines_of(part):
    return part.get_content().splitlines()


def test_a_mail_has_a_subject_of_one_line_and_says_the_same_as_text_and_as_html(app):
    mail = render_mail("confirm", locale="en", values=CONFIRM)

    assert mail.subject == "Please confirm your signature"
    for body in (mail.text, mail.html):
        assert "Call a hate crime by its name" in body
        assert LINK in body
        assert "The link is good for 14 days." in body


@pytest.mark.parametrize("template", ["confirm", "remind", "already-signed"])
def test_every_mail_names_the_sender_and_a_way_out(app, template):
    app.config["ORGANIZATION_NAME"] = "The Office"

    mail = render_mail(template, locale="en", values=CONFIRM)

    for body in (mail.text, mail.html):
        assert "The Office" in body
        assert "/en/withdraw/a.token/" in body
        assert "/en/privacy/" in body


def test_what_staff_wrote_is_text_in_html_and_as_typed_in_text(app):
    mail = render_mail("confirm", locale="en", values=CONFIRM | {"action_title": "<b>1 & 2</b>"})

    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in mail.html
    assert "<b>1 & 2</b>" in mail.text


def test_the_style_is_in_the_elements_and_what_is_for_the_dark_stays_a_sheet(app):
    html = render_mail("confirm", locale="en", values=CONFIRM).html

    assert 'class="button"' in html
    assert "background: #b3181c" in html
    assert html.count("<style>") == 1
    assert "prefers-color-scheme: dark" in html
    assert "<link" not in html
    assert "<img" not in html


def test_a_part_of_a_digest_has_no_frame(app):
    part = render_mail("confirm", locale="en", values=CONFIRM, layout="part")

    assert not part.is_whole
    assert "<html" not in part.html
    assert "<h2" in part.html
    assert LINK in part.text
    assert "tracking pixel" not in part.text + part.html


def test_a_digest_holds_each_part_with_its_subject_and_link_in_its_own_language(app):
    parts = [
        render_mail("confirm", locale="en", values=CONFIRM, layout="part"),
        render_mail("already-signed", locale="he", values=ALREADY, layout="part"),
    ]

    mail = render_mail("digest", locale="en", values={"parts": parts, "privacy_url": ""})

    assert mail.subject == "2 messages for you"
    assert "1. Please confirm your signature" in mail.text
    assert f"2. {parts[1].subject}" in mail.text
    for body in (mail.text, mail.html):
        assert LINK in body
        assert "another.token" in body
    assert '<div class="part" dir="rtl" lang="he"' in mail.html
    assert mail.html.count("<h1") == 1


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("ru", "ltr"), ("ar", "rtl")])
def test_a_mail_runs_in_the_direction_of_its_language(app, locale, direction):
    mail = render_mail("confirm", locale=locale, values=CONFIRM)

    assert f'<html lang="{locale}" dir="{direction}"' in mail.html


@pytest.mark.parametrize("locale", ["ru", "ar", "pt-BR"])
def test_a_mail_is_written_as_its_reader_would_see_a_page(app, locale):
    outside = str(get_locale())

    with locale_context(locale):
        inside, link = str(get_locale()), url_for("pages.privacy", _external=True)

    assert inside == locale.replace("-", "_")
    assert link == f"http://actions.example.org/{locale}/privacy/"
    assert str(get_locale()) == outside


def test_a_message_comes_from_the_organisation_under_its_name_in_the_readers_language(app):
    app.config["ORGANIZATION_NAMES"] = ["ru=Центр «Права, люди»"]
    app.config["MAIL_SENDER"] = "campaigns@example.org"

    received = as_received(
        message(rendered(locale="ru", subject="Подтвердите, пожалуйста, подпись"))
    )

    (sender,) = received["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (
        "Центр «Права, люди»",
        "campaigns@example.org",
    )
    assert received["Subject"] == "Подтвердите, пожалуйста, подпись"
    assert received["Content-Language"] == "ru"


def test_a_message_says_when_it_was_made_and_that_a_machine_made_it(app):
    received = as_received(message())

    assert received["Date"].datetime == NOON
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["MIME-Version"] == "1.0"


@pytest.mark.parametrize(
    "text", ["Plain text.\n", "Русский текст.\n", "نص عربي\n", "é" * 2000 + "\n"]
)
def test_a_message_is_text_and_html_and_holds_both_unharmed(app, text):
    received = as_received(message(rendered(text=text, html=f"<p>{text}</p>")))

    assert received.get_content_type() == "multipart/alternative"
    plain, html = received.iter_parts()
    assert (plain.get_content_type(), lines_of(plain)) == ("text/plain", text.splitlines())
    assert (html.get_content_type(), lines_of(html)) == ("text/html", f"<p>{text}</p>".splitlines())
    assert plain.get_content_charset() == "utf-8"


@pytest.mark.parametrize("text", ["a" * 5000, "Русский " * 500, "short\n.\n..\n"])
def test_a_message_goes_over_the_wire_in_ascii_and_short_lines(app, text):
    wire = message(rendered(text=text, subject="Ж" * 300)).wire

    assert wire.isascii()
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_a_plain_mail_can_be_read_as_it_is(app):
    wire = message(render_mail("confirm", locale="en", values=CONFIRM)).wire

    assert LINK.encode() in wire


def test_nothing_in_a_subject_or_a_name_ends_a_header(app):
    app.config["ORGANIZATION_NAME"] = "Office\r\nBcc: eve@example.org"

    received = as_received(message(rendered(subject="Hello\r\nBcc: eve@example.org\x00")))

    assert received["Bcc"] is None
    assert received["Subject"] == "Hello Bcc: eve@example.org"
    assert received["From"].addresses[0].display_name == "Office Bcc: eve@example.org"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example.org\nBcc: eve@example.org",
        "ada@example.org, eve@example.org",
        "Ada <ada@example.org>",
        "ada@exa mple.org",
        "ada\x00@example.org",
        "ada@-.рф",
    ],
)
def test_what_is_no_address_is_refused_for_good(app, to):
    with pytest.raises(MailRefused):
        message(to=to)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("ada@почта.рф", "ada@xn--80a1acny.xn--p1ai"),
        ("ada@straße.de", "ada@xn--strae-oqa.de"),
        ("Ada.O'Neil+x@Example.org", "Ada.O'Neil+x@Example.org"),
    ],
)
def test_a_domain_is_written_as_mail_servers_know_it(app, to, expected):
    received = as_received(message(to=to))

    (recipient,) = received["To"].addresses
    assert recipient.addr_spec == expected
    assert not message(to=to).is_international


def test_other_letters_before_the_at_need_a_server_that_knows_them(app):
    made = message(to="иван@почта.рф")

    assert made.is_international
    assert "To: иван@xn--80a1acny.xn--p1ai".encode() in made.wire


def test_a_message_id_is_the_same_at_every_try_and_tells_nothing(app):
    one, again, other = (make_message_id(*names) for names in [(17, NOON), (17, NOON), (18, NOON)])

    assert one == again
    assert one != other
    assert "17" not in one.split("@")[0][:3]
    assert one.endswith("@example.org>")


def test_a_message_id_depends_on_the_secret_key(app):
    before = make_message_id(17)

    app.config["SECRET_KEY"] = "another"

    assert make_message_id(17) != before


LINKS = {"confirm_url": f"{LINK}?a=1&b=2", "withdraw_url": LINK}
SHARED = {
    "kind": KINDS["petition"],
    "action_locale": "en",
    "action_title": "A title",
    "privacy_url": "http://x.example/",
    "days": 14,
}


def test_links_of_one_mail_are_put_in_as_rendering_would_have_done(app):
    at_once = render_mail("confirm", locale="en", values=SHARED | LINKS)

    afterwards = render_mail("confirm", locale="en", values=SHARED, links=LINKS)

    assert afterwards == at_once
    assert "a=1&amp;b=2" in afterwards.html
    assert "a=1&b=2" in afterwards.text


def test_no_link_breaks_out_of_its_attribute(app):
    hostile = LINKS | {"confirm_url": 'http://evil.example/"><script>'}

    html = render_mail("confirm", locale="en", values=SHARED, links=hostile).html

    assert "<script>" not in html
    assert 'evil.example/"' not in html


def test_two_mails_of_the_same_second_have_each_their_own_links(app):
    app.config["CACHE_SECONDS"] = 1
    ttl_cache.init_app(app)

    first, second = (
        render_mail("confirm", locale="en", values=SHARED, links=LINKS | {"confirm_url": url})
        for url in ("http://one.example/", "http://two.example/")
    )

    app.config["CACHE_SECONDS"] = 0
    ttl_cache.init_app(app)
    assert "http://one.example/" in first.text
    assert "http://two.example/" in second.text
    assert "http://one.example/" not in second.text + second.html


@pytest.mark.parametrize("to", ["ada@exam>ple.org", "ada@exam,ple.org", "ada@[1.2.3.4", "ada@a b"])
def test_a_domain_that_would_break_out_of_its_header_or_command_is_refused(app, to):
    with pytest.raises(MailRefused):
        message(to=to)
