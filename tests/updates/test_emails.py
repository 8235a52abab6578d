"""The emails of updates: what they say, their links and their unsubscribe headers."""

import re

import pytest

from campaign_actions.core.mail.mime import build_message
from campaign_actions.core.mail.render import sender
from campaign_actions.updates.draft import delete_draft
from campaign_actions.updates.trial_email import send_test
from tests.support.factories import NOON, make_action, make_signature, make_update
from tests.support.mail_server import mail_server
from tests.support.outbox import text_of
from tests.support.translators import begin
from tests.support.updates import WHO, deliver, make_recipients, queue_all, start_update

HOSTILE = "Good news\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script>"

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def server(app):
    with mail_server() as server:
        server.url = f"smtp://127.0.0.1:{server.port}"
        yield server


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def mail_of(app, server, action, **values):
    make_recipients(action, 1, email="ada@example.org")
    update = make_update(action, **values)
    start_update(update)
    queue_all()
    deliver(app, server.url)
    (mail,) = server.messages
    return mail


def test_the_text_is_sent_as_plain_text_and_as_html(app, server):
    mail = mail_of(app, server, make_action())

    assert (mail["To"], mail["Subject"]) == ("ada@example.org", "The law has passed")
    assert "It *passed* today." in text_of(mail)
    assert "It <strong>passed</strong> today." in html_of(mail)
    for body in (text_of(mail), html_of(mail)):
        assert "Title of hate-crimes (en)" in body
        assert "asked for updates" in body
        assert "Ada" not in body


def test_each_email_has_links_to_unsubscribe_and_to_withdraw(app, client, server):
    mail = mail_of(app, server, make_action())

    for body in (text_of(mail), html_of(mail)):
        for purpose in ("unsubscribe", "withdraw"):
            (link,) = set(re.findall(rf"http://actions.example.org(/en/{purpose}/[^/\s]+/)", body))
            assert client.get(link).status_code == 200


def test_mail_programs_can_unsubscribe_by_one_click(app, client, server):
    mail = mail_of(app, server, make_action())

    link = mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.fullmatch(r"<http://actions.example.org(/en/unsubscribe/[^/]+/)>", link)[1]
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200


@pytest.mark.parametrize(
    ("written", "subject", "body"),
    [
        ({"en": ("Law", "Passed."), "uk": ("Закон", "Є.")}, "Law", "Passed."),
        ({"ru": ("Закон", "Принят."), "uk": ("Новина", "Є.")}, "Закон", "Принят."),
        ({"uk": ("Новина", "Закон є.")}, "Новина", "Закон є."),
    ],
)
def test_signers_whose_language_is_no_longer_served_get_another_one(
    app, client, server, written, subject, body
):
    """If no served language has a text, any other is sent, with its language marked."""
    begin("uk")
    action = make_action(locales=("en", "uk"))
    make_recipients(action, 1, email="ada@example.org", locale="uk")
    start_update(make_update(action, texts=written))
    queue_all()
    deliver(app, server.url)
    (mail,) = server.messages

    assert (mail["Subject"], mail["Content-Language"]) == (subject, "en")
    assert body in text_of(mail)
    assert "asked for updates" in text_of(mail)
    assert ('<div lang="' in html_of(mail)) == ("en" not in written)
    assert "/uk/" not in text_of(mail) + html_of(mail) + mail["List-Unsubscribe"]


def test_other_emails_have_no_unsubscribe_header(app, server):
    make_signature(make_action())
    deliver(app, server.url)

    assert server.messages[0]["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/\r\nBcc: eve@example.org",
        "https://x.example/>,<https://evil.example/",
        "https://x.example/ö",
        "javascript:alert(1)",
        "https://x.example/" + "a" * 1000,
    ],
)
def test_the_unsubscribe_header_holds_nothing_but_a_url(app, url):
    with pytest.raises(ValueError, match="cannot be put in a header"):
        build_message(
            sender=sender("en"),
            to="ada@example.org",
            locale="en",
            subject="Hello",
            text="Text",
            html="<p>Text",
            message_id="<1@example.org>",
            now=NOON,
            unsubscribe=url,
        )


def test_a_subject_can_neither_add_headers_nor_run_scripts(app, server):
    mail = mail_of(app, server, make_action(), texts={"en": (HOSTILE, "Text")})

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Good news Bcc: eve@example.org <script>alert(1)</script>"
    assert "<script" not in html_of(mail)


def test_template_syntax_in_a_text_is_sent_as_text(app, server):
    action = make_action()
    make_recipients(action, 1, email="grace@example.org")
    update = make_update(
        action, texts={"en": ("{{ config }}", "{{ config.SECRET_KEY }} {% raw %}")}
    )

    send_test(update, locale="en", now=NOON, **WHO)
    deliver(app, server.url)

    (mail,) = server.messages
    assert mail["Subject"] == "[Test] {{ config }}"
    assert "{{ config.SECRET_KEY }} {% raw %}" in text_of(mail)


@pytest.mark.parametrize(("locale", "direction"), [("ru", "ltr"), ("ar", "rtl")])
def test_the_email_has_the_direction_of_its_language(app, server, locale, direction):
    action = make_action(locales=(locale,))
    make_recipients(action, 1, locale=locale)
    update = make_update(action, texts={locale: ("Тема", "Текст")})
    start_update(update)
    queue_all()
    deliver(app, server.url)

    (mail,) = server.messages
    assert f'<html lang="{locale}" dir="{direction}"' in html_of(mail)
    assert mail["Content-Language"] == locale


def test_a_text_in_another_language_has_words_in_the_readers_own_around_it(app, client, server):
    action = make_action(locales=("en", "ar"))
    make_recipients(action, 1, locale="ar")
    start_update(make_update(action))  # in English
    queue_all()
    deliver(app, server.url)

    (mail,) = server.messages
    html = html_of(mail)
    assert mail["Subject"] == "The law has passed"
    assert '<html lang="ar" dir="rtl"' in html
    assert '<div lang="en" dir="ltr">' in html
    assert "Title of hate-crimes (ar)" in html
    assert "إيقاف هذه الرسائل" in html
    link = re.search(r"http://actions.example.org(/ar/unsubscribe/[^/\s]+/)", text_of(mail))[1]
    assert '<html lang="ar" dir="rtl"' in client.get(link).text


def test_a_test_email_goes_to_its_author_and_its_links_change_nothing(app, client, server):
    action = make_action()
    update = make_update(action)

    send_test(update, locale="en", now=NOON, **WHO)
    deliver(app, server.url)

    (mail,) = server.messages
    assert (mail["To"], mail["Subject"]) == ("grace@example.org", "[Test] The law has passed")
    link = re.search(r"http://actions.example.org(/en/unsubscribe/[^/\s]+/)", text_of(mail))[1]
    for answer in (client.get(link), client.post(link)):
        assert "In a test it changes nothing." in answer.text


def test_the_test_email_of_a_deleted_draft_is_not_sent(app, server):
    action = make_action()
    update = make_update(action)
    send_test(update, locale="en", now=NOON, **WHO)
    delete_draft(update.id, now=NOON, **WHO)

    done = deliver(app, server.url)

    assert (done.sent, done.dropped) == (0, 1)
