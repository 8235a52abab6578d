"""Emails: contents, language, headers, encoding."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from flask import url_for
from flask_babel import get_locale

from campaign_actions.actions.kinds import KINDS
from campaign_actions.core import ttl_cache
from campaign_actions.core.content.email_markdown import mail_words
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import (
    RenderedMail,
    make_message,
    make_message_id,
    render_mail,
)
from campaign_actions.core.templating.environment import locale_context

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LINK = "http://actions.example.org/en/confirm/a.token/"
CONFIRM = {
    "kind": KINDS["petition"],
    "action_locale": "en",
    "action_title": "Call a hate crime by its name",
    "confirm_url": LINK,
    "code": "K7M 4PX",
    "withdraw_url": "http://actions.example.org/en/withdraw/a.token/",
    "privacy_url": "http://actions.example.org/en/privacy/",
    "days": 14,
    "code_hours": 24,
    "confirm_words": mail_words(""),
    "receipt_words": mail_words(""),
    "code_page_url": "https://actions.example.org/thanks/",
    "is_counted": True,
    "by_press": False,
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


def test_an_email_has_a_one_line_subject_and_equal_text_and_html(app):
    mail = render_mail("confirm", locale="en", values=CONFIRM)

    assert mail.subject == "Confirm your signature: Call a hate crime by its name"
    for body in (mail.text, mail.html):
        assert "Call a hate crime by its name" in body
        assert LINK in body
        assert "The link works for 14 days." in body


@pytest.mark.parametrize("template", ["confirm", "remind", "already-signed"])
def test_every_email_names_its_sender_and_how_to_opt_out(app, template):
    app.config["ORGANIZATION_NAME"] = "The Office"

    mail = render_mail(template, locale="en", values=CONFIRM)

    for body in (mail.text, mail.html):
        assert "The Office" in body
        assert "/en/withdraw/a.token/" in body
        assert "/en/privacy/" in body


def test_text_by_staff_is_escaped_in_html_and_as_typed_in_plain_text(app):
    mail = render_mail("confirm", locale="en", values=CONFIRM | {"action_title": "<b>1 & 2</b>"})

    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in mail.html
    assert "<b>1 & 2</b>" in mail.text


def test_styles_are_inlined_except_for_dark_mode(app):
    html = render_mail("confirm", locale="en", values=CONFIRM).html

    assert 'class="button"' in html
    assert "background: #b3181c" in html
    assert html.count("<style>") == 1
    assert "prefers-color-scheme: dark" in html
    assert "<link" not in html
    assert "<img" not in html


def test_the_name_beside_the_logo_has_its_distance_in_old_mail_programs(app):
    """They know neither logical padding, nor attributes of a table that HTML no longer has."""
    html = render_mail("confirm", locale="ar", values=CONFIRM).html
    table = html.partition("<table")[2].partition("</table>")[0]

    assert "border-collapse: collapse" in table
    assert table.count("padding: 0") == table.count("<td") == 2
    assert "inline-start" not in table


def test_a_part_of_a_digest_has_no_header_and_footer(app):
    part = render_mail("confirm", locale="en", values=CONFIRM, layout="part")

    assert not part.is_whole
    assert "<html" not in part.html
    assert "<h2" in part.html
    assert LINK in part.text
    assert "doesn’t track you" not in part.text + part.html


def test_a_digest_contains_each_part_with_its_subject_and_link_in_its_own_language(app):
    parts = [
        render_mail("confirm", locale="en", values=CONFIRM, layout="part"),
        render_mail("already-signed", locale="he", values=ALREADY, layout="part"),
    ]

    values = {"parts": parts, "titles": ["One", "Two"], "privacy_url": ""}
    mail = render_mail("digest", locale="en", values=values)

    assert mail.subject == "2 emails from us: One; Two"
    assert "1. Confirm your signature: Call a hate crime by its name" in mail.text
    assert f"2. {parts[1].subject}" in mail.text
    for body in (mail.text, mail.html):
        assert LINK in body
        assert "another.token" in body
    assert '<div class="part" dir="rtl" lang="he"' in mail.html
    assert mail.html.count("<h1") == 1


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("ru", "ltr"), ("ar", "rtl")])
def test_an_email_has_the_direction_of_its_language(app, locale, direction):
    mail = render_mail("confirm", locale=locale, values=CONFIRM)

    assert f'<html lang="{locale}" dir="{direction}"' in mail.html


@pytest.mark.parametrize("locale", ["ru", "ar", "pt-BR"])
def test_an_email_is_rendered_like_a_page_in_its_language(app, locale):
    outside = str(get_locale())

    with locale_context(locale):
        inside, link = str(get_locale()), url_for("site.privacy", _external=True)

    assert inside == locale.replace("-", "_")
    assert link == f"http://actions.example.org/{locale}/privacy/"
    assert str(get_locale()) == outside


def test_the_sender_is_the_organisation_named_in_the_readers_language(app):
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


def test_a_message_has_a_date_and_is_marked_as_automatic(app):
    received = as_received(message())

    assert received["Date"].datetime == NOON
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["MIME-Version"] == "1.0"


@pytest.mark.parametrize(
    "text", ["Plain text.\n", "Русский текст.\n", "نص عربي\n", "é" * 2000 + "\n"]
)
def test_text_and_html_survive_the_encoding(app, text):
    received = as_received(message(rendered(text=text, html=f"<p>{text}</p>")))

    assert received.get_content_type() == "multipart/alternative"
    plain, html = received.iter_parts()
    assert (plain.get_content_type(), lines_of(plain)) == ("text/plain", text.splitlines())
    assert (html.get_content_type(), lines_of(html)) == ("text/html", f"<p>{text}</p>".splitlines())
    assert plain.get_content_charset() == "utf-8"


@pytest.mark.parametrize("text", ["a" * 5000, "Русский " * 500, "short\n.\n..\n"])
def test_a_message_is_ascii_with_short_lines(app, text):
    wire = message(rendered(text=text, subject="Ж" * 300)).wire

    assert wire.isascii()
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_an_ascii_message_is_readable_as_source(app):
    wire = message(render_mail("confirm", locale="en", values=CONFIRM)).wire

    assert LINK.encode() in wire


def test_no_subject_or_name_can_inject_a_header(app):
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
def test_an_invalid_address_is_a_permanent_failure(app, to):
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
def test_a_domain_is_converted_to_ascii(app, to, expected):
    received = as_received(message(to=to))

    (recipient,) = received["To"].addresses
    assert recipient.addr_spec == expected
    assert not message(to=to).is_international


def test_non_ascii_characters_before_the_at_sign_need_smtputf8(app):
    made = message(to="иван@почта.рф")

    assert made.is_international
    assert "To: иван@xn--80a1acny.xn--p1ai".encode() in made.wire


def test_a_message_id_is_the_same_for_every_attempt_and_reveals_nothing(app):
    one, again, other = (make_message_id(*names) for names in [(17, NOON), (17, NOON), (18, NOON)])

    assert one == again
    assert one != other
    assert "17" not in one.split("@")[0][:3]
    assert one.endswith("@example.org>")


def test_a_message_id_depends_on_the_secret_key(app):
    before = make_message_id(17)

    app.config["SECRET_KEY"] = "another"

    assert make_message_id(17) != before


LINKS = {"confirm_url": f"{LINK}?a=1&b=2", "withdraw_url": LINK, "code": "K7M 4PX"}
SHARED = {
    "kind": KINDS["petition"],
    "action_locale": "en",
    "action_title": "A title",
    "privacy_url": "http://x.example/",
    "days": 14,
    "code_hours": 24,
    "confirm_words": mail_words(""),
    "receipt_words": mail_words(""),
    "code_page_url": "https://actions.example.org/thanks/",
    "is_counted": True,
    "by_press": False,
}


def test_inserted_links_give_the_same_email_as_rendering(app):
    rendered_at_once = render_mail("confirm", locale="en", values=SHARED | LINKS)

    inserted = render_mail("confirm", locale="en", values=SHARED, links=LINKS)

    assert inserted == rendered_at_once
    assert "a=1&amp;b=2" in inserted.html
    assert "a=1&b=2" in inserted.text


def test_no_link_can_end_its_attribute(app):
    hostile = LINKS | {"confirm_url": 'http://evil.example/"><script>'}

    html = render_mail("confirm", locale="en", values=SHARED, links=hostile).html

    assert "<script>" not in html
    assert 'evil.example/"' not in html


def test_two_emails_of_the_same_second_have_their_own_links(app):
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
def test_a_domain_that_would_end_its_header_or_command_is_rejected(app, to):
    with pytest.raises(MailRefused):
        message(to=to)
