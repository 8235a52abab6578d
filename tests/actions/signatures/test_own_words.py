"""An action's own paragraphs are in its emails, and never take the place of what every email has."""

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.sample_emails import (
    REQUIRED_LINKS,
    SAMPLE_MAILS,
    WRITTEN_MAILS,
    sample_mail,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.urls import public_url_for
from tests.support.factories import NOON, make_action, make_staff

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
OWN = "We meet the **minister** on [Friday](https://rights.example/friday).\n\n- Bring a friend"
USES = {"confirm": {"confirm"}, "remind": {"confirm"}, "receipt": {"receipt"}}  # by email


def written(locale: str = "en", **texts: str):
    make_action(locales=("en", "ru"))
    texts = dict.fromkeys(WRITTEN_MAILS.values(), "") | texts
    db.session.execute(update(ActionText).where(ActionText.locale == locale).values(texts))
    db.session.commit()
    return find_action("racism", "hate-crimes", locale=locale, now=NOON)


@pytest.mark.parametrize("name", SAMPLE_MAILS)
def test_the_words_are_in_the_emails_they_are_for_and_in_no_others(app, name):
    texts = {column: f"Own words of {kind}." for kind, column in WRITTEN_MAILS.items()}

    mail = sample_mail(written(**texts), name, days=14)

    for body in (mail.html, mail.text):
        found = {kind for kind in WRITTEN_MAILS if f"Own words of {kind}." in body}
        assert found == USES.get(name, set())


@pytest.mark.parametrize("name", ["confirm", "remind", "receipt"])
def test_they_are_formatted_like_updates(app, name):
    mail = sample_mail(written(confirm_text=OWN, receipt_text=OWN), name, days=14)

    assert "<strong>minister</strong>" in mail.html
    assert 'href="https://rights.example/friday"' in mail.html
    assert "*minister* on Friday (https://rights.example/friday)" in mail.text
    assert "- Bring a friend" in mail.text


@pytest.mark.parametrize("name", SAMPLE_MAILS)
def test_whatever_they_say_the_links_and_the_information_stay(app, name):
    plain = sample_mail(written(), name, days=14)
    db.session.execute(update(ActionText).values(confirm_text=OWN, receipt_text="<!-- x"))
    db.session.commit()

    mail = sample_mail(find_action("racism", "hate-crimes", locale="en", now=NOON), name, days=14)

    for link in REQUIRED_LINKS[name]:
        address = public_url_for(
            f"signature_links.{link.removesuffix('_url')}", locale="en", token="preview"
        )
        assert address in mail.html
        assert address in mail.text
    missing = [line for line in plain.text.splitlines() if line not in mail.text]
    assert missing == []


def test_html_in_them_is_text(app):
    mail = sample_mail(written(confirm_text="<script>x</script> <b>1</b>"), "confirm", days=14)

    assert "<script" not in mail.html
    assert "&lt;b&gt;1&lt;/b&gt;" in mail.html


def test_they_say_their_language_where_the_email_is_in_another(app):
    action = written("ru", confirm_text="Мы встретимся с министром.")

    mail = sample_mail(action, "confirm", days=14)

    assert mail.locale == "ru"
    assert "Мы встретимся с министром." in mail.html


def test_without_any_the_emails_are_as_before(app):
    mail = sample_mail(written(), "confirm", days=14)

    assert 'class="words"' not in mail.html
    assert "\n\n\n" not in mail.text


def test_they_are_part_of_the_revision_and_of_a_copy(app):
    action = written(confirm_text=OWN, receipt_text="Thanks.")
    content = ACTION.read(db.session.connection(), action.id)
    db.session.commit()

    copy_campaign(
        action.campaign_id,
        slug=None,
        proposed="copy",
        titles={},
        by=make_staff("campaigner"),
        now=NOON,
    )

    assert content["texts.en.confirm_text"] == OWN
    copied = select(ActionText).join(Action).where(Action.id != action.id)
    texts = {text.locale: text for text in db.session.scalars(copied)}
    assert (texts["en"].confirm_text, texts["en"].receipt_text) == (OWN, "Thanks.")
