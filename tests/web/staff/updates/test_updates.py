"""The pages of updates: permissions, content and bad input."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security.rate_limit import rate_limiter
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.permissions import ROLES
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.queries import texts_of
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
    make_update,
)
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.staff_forms import fields_of as all_fields_of
from tests.support.updates import make_recipients, reload_update, start_update

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

FACTOR = {"tf_primary_method": "authenticator"}  # of those who see personal data
PAGES = [
    "",
    "new/",
    "{id}/",
    "{id}/preview/en/",
    "{id}/preview/en/email/",
    "{id}/check/",
    "{id}/send/",
    "{id}/delete/",
]
POSTS = [
    "new/",
    "{id}/",
    "{id}/preview/en/test/",
    "{id}/send/",
    "{id}/stop/",
    "{id}/resume/",
    "{id}/delete/",
]
TEXTS = {
    "texts.en.subject": "Hello",
    "texts.en.body": "Some **news**",
    "texts.ru.subject": "Привет",
    "texts.ru.body": "Новости",
}


def base(action):
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/updates/"


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


@pytest.fixture
def campaigner(client, action):
    member = make_staff("campaigner", email="grace@example.org", **FACTOR)
    log_in(client, member)
    return member


def post(client, address, **fields):
    """Post the form of a page, with its token."""
    token = token_of(client.get("/staff/").text)
    return client.post(address, data={"csrf_token": token, **fields})


def fields_of(page):
    """The digests of the update as the page showed it."""
    return dict(re.findall(r'name="(seen|was)" value="([^"]*)"', page))


@pytest.mark.parametrize("role", ROLES)
def test_only_roles_that_may_send_updates_see_the_pages(client, action, role):
    make_recipients(action, 1)
    update = make_update(action)
    log_in(client, make_staff(role, **FACTOR))

    answers = {page: client.get(base(action) + page.format(id=update.id)) for page in PAGES}

    expected = 200 if "updates.send" in ROLES[role] else 403
    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(
        PAGES, expected
    )


@pytest.mark.parametrize("role", [role for role in ROLES if "updates.send" not in ROLES[role]])
def test_other_roles_cannot_post(client, action, role):
    update = make_update(action)
    log_in(client, make_staff(role, **FACTOR))

    answers = [post(client, base(action) + page.format(id=update.id), **TEXTS) for page in POSTS]

    assert {answer.status_code for answer in answers} == {403}
    assert reload_update(update).status == "draft"


def test_a_role_for_other_campaigns_does_not_open_the_pages(client, action):
    other = make_campaign(slug="other")
    log_in(client, make_staff("campaigner", campaigns=(other.id,), **FACTOR))

    mine = base(action).replace(f"campaigns/{action.campaign_id}/", f"campaigns/{other.id}/")

    assert client.get(base(action)).status_code == 403
    assert client.get(mine).status_code == 404, "the action is found by both ids"


def test_a_post_without_a_form_token_does_nothing(client, action, campaigner):
    update = make_update(action)

    answers = [client.post(base(action) + page.format(id=update.id), data=TEXTS) for page in POSTS]

    assert {answer.status_code for answer in answers} == {400}
    assert reload_update(update).status == "draft"


@pytest.mark.parametrize("number", ["0", "999", str(2**31), str(2**63), "9" * 40])
def test_a_missing_update_or_action_is_not_found(client, action, campaigner, number):
    for address in (
        f"{base(action)}{number}/",
        f"/staff/campaigns/{action.campaign_id}/actions/{number}/updates/",
    ):
        assert client.get(address).status_code in {400, 404}
    assert client.get(f"{base(action)}?before={number}").status_code == 200


def test_the_update_of_another_action_is_not_found(client, action, campaigner):
    campaign = make_campaign(slug="other", locales=("en", "ru"))
    other = make_update(make_action(campaign=campaign, locales=("en", "ru")))

    assert client.get(f"{base(action)}{other.id}/").status_code == 404


def test_a_new_update_is_saved_and_leads_to_its_preview(client, action, campaigner):
    answer = post(client, f"{base(action)}new/", then="preview", **TEXTS)

    db.session.rollback()  # ends the snapshot that SQLite reads in
    update = db.session.scalars(select(Update)).one()
    assert (answer.status_code, answer.location) == (303, f"{base(action)}{update.id}/preview/en/")
    texts = db.session.scalars(select(UpdateText).order_by(UpdateText.locale)).all()
    assert [(text.locale, text.subject, text.body) for text in texts] == [
        ("en", "Hello", "Some **news**"),
        ("ru", "Привет", "Новости"),
    ]
    assert (update.status, update.staff_id) == ("draft", campaigner.id)
    assert db.session.scalars(select(AuditEntry.event)).all() == ["update-saved"]


def test_an_empty_update_is_not_saved(client, action, campaigner):
    answer = post(client, f"{base(action)}new/")

    assert answer.status_code == 400
    assert "at least one language" in answer.text
    assert db.session.scalars(select(Update)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("texts.en.subject", "x" * 151, "must be 150 characters or fewer"),
        ("texts.ru.body", "ж" * 20_001, "must be 20,000 characters or fewer"),
        ("texts.ru.subject", "a\u202eb", "hidden character"),
        ("texts.en.body", "a\x00b", "hidden character"),
        ("texts.en.subject", "Two\nlines", "hidden character"),
    ],
)
def test_bad_input_answers_400_and_keeps_what_was_typed(
    client, action, campaigner, field, value, words
):
    answer = post(client, f"{base(action)}new/", **TEXTS | {field: value})

    assert answer.status_code == 400
    assert words.replace(",", "") in answer.text.replace(",", "")
    assert "Some **news**" in answer.text or field == "texts.en.body"
    assert db.session.scalars(select(Update)).all() == []


def test_texts_in_many_bytes_fit_and_what_no_text_can_be_is_refused(client, action, campaigner):
    full = {"texts.en.body": "ж" * 20_000, "texts.ru.body": "ж" * 20_000}

    fits = post(client, f"{base(action)}new/", **TEXTS | full)
    too_much = post(client, f"{base(action)}new/", **{"texts.en.body": "x" * 3_000_000})

    assert (fits.status_code, too_much.status_code) == (303, 413)


def test_concurrent_edits_lose_nothing(client, action, campaigner):
    update = make_update(action)
    address = f"{base(action)}{update.id}/"
    mine = fields_of(client.get(address).text)
    theirs = fields_of(client.get(address).text)

    first = post(client, address, **theirs, **TEXTS | {"texts.en.body": "Theirs"})
    second = post(client, address, **mine, **TEXTS | {"texts.en.body": "Mine"})
    again = post(client, address, **fields_of(second.text), **TEXTS | {"texts.en.body": "Both"})

    assert [answer.status_code for answer in (first, second, again)] == [303, 409, 303]
    assert "Theirs" in second.text
    assert "Mine" in second.text
    assert db.session.get(UpdateText, (update.id, "en"), populate_existing=True).body == "Both"


def test_texts_that_someone_else_has_added_while_one_was_writing_are_kept(
    client, action, campaigner
):
    update = make_update(action, texts={"en": ("Old", "Old")})
    address = f"{base(action)}{update.id}/"
    mine = all_fields_of(client.get(address).text)
    post(client, address, **all_fields_of(client.get(address).text) | TEXTS)
    english = {"texts.en.subject": "Old", "texts.en.body": "Mine"}

    answer = post(client, address, **mine | english)

    assert answer.status_code == 409, "both have changed the English text"
    assert stored_texts(update) == {"en": ("Hello", "Some **news**"), "ru": ("Привет", "Новости")}
    assert 'value="Hello"' in answer.text, "the subject that only the other one has changed"
    assert post(client, address, **all_fields_of(answer.text)).status_code == 303
    assert stored_texts(update) == {"en": ("Hello", "Mine"), "ru": ("Привет", "Новости")}


def test_two_people_who_change_different_texts_both_keep_theirs(client, action, campaigner):
    update = make_update(action, texts={"en": ("Old", "Old")})
    address = f"{base(action)}{update.id}/"
    mine = all_fields_of(client.get(address).text)
    russian = {"texts.ru.subject": "Привет", "texts.ru.body": "Новости"}
    post(client, address, **all_fields_of(client.get(address).text) | russian)

    answer = post(client, address, **mine | {"texts.en.body": "Mine"})

    assert answer.status_code == 303
    assert stored_texts(update) == {"en": ("Old", "Mine"), "ru": ("Привет", "Новости")}
    assert "Those changes are kept." in client.get(address).text


def test_the_version_of_the_other_person_can_be_taken(client, action, campaigner):
    update = make_update(action)
    address = f"{base(action)}{update.id}/"
    mine = all_fields_of(client.get(address).text) | {"texts.en.body": "Mine"}
    theirs = all_fields_of(client.get(address).text) | {"texts.en.body": "Theirs"}
    post(client, address, **theirs)

    clash = post(client, address, **mine)
    post(client, address, **all_fields_of(clash.text), take="texts.en.body")

    assert stored_texts(update)["en"][1] == "Theirs"


def test_recipients_that_only_the_other_person_has_chosen_stay(client, action, campaigner):
    update = make_update(action)
    address = f"{base(action)}{update.id}/"
    mine = all_fields_of(client.get(address).text) | {"texts.en.body": "Mine"}
    theirs = all_fields_of(client.get(address).text) | {"country": "DE"}
    post(client, address, **theirs)

    kept = post(client, address, **mine)
    clash = post(client, address, **theirs | {"country": "FR", "texts.en.body": "Mine"})

    assert kept.status_code == 303
    assert db.session.get(Update, update.id, populate_existing=True).filter == {"country": "DE"}
    assert clash.status_code == 409
    assert "They chose other recipients while you were editing." in clash.text
    assert "Country: Germany" in visible_text(clash.text)


def test_an_update_shows_two_languages_and_another_one_without_losing_anything(client, campaigner):
    tags = ("en", "es", "fr", "ru")
    action = make_action(campaign=make_campaign(slug="other", locales=tags), locales=tags)
    page = f"{base(action)}new/"
    typed = all_fields_of(client.get(page).text) | TEXTS | {"country": "DE"}

    french = post(client, page, **typed | {"right": "fr", "switch": "right"})

    fields = all_fields_of(french.text)
    assert {name: fields[name] for name in TEXTS} == TEXTS
    assert fields["country"] == "DE"
    shown = re.findall(r'<textarea [^>]*name="texts\.(..)\.body"', french.text)
    assert shown == re.findall(r'<textarea [^>]*name="texts\.(..)\.body"', client.get(page).text)
    assert shown == ["en", "fr"]
    assert "Not saved yet." in french.text
    assert db.session.scalars(select(Update)).all() == []


def stored_texts(update) -> dict[str, tuple[str, str]]:
    db.session.rollback()
    return {tag: (text.subject, text.body) for tag, text in texts_of(update.id).items()}


def test_a_text_in_a_language_no_longer_served_is_kept(client, action, campaigner):
    french = ("La loi est passée", "Aujourd’hui.")
    update = make_update(action, texts={"en": ("Old", "Old"), "fr": french})
    page = client.get(f"{base(action)}{update.id}/").text
    assert "Français" in page

    english = {"texts.en.subject": "New", "texts.en.body": "New"}
    post(client, f"{base(action)}{update.id}/", **fields_of(page), **english)

    db.session.expire_all()
    texts = {tag: (text.subject, text.body) for tag, text in texts_of(update.id).items()}
    assert texts == {"en": ("New", "New"), "fr": french}


def test_the_preview_frame_runs_no_scripts(client, action, campaigner):
    update = make_update(action, texts={"en": ("Hi", "<script>alert(1)</script> **bold**")})

    page = client.get(f"{base(action)}{update.id}/preview/en/")
    mail = client.get(f"{base(action)}{update.id}/preview/en/email/")

    assert re.search(r'<iframe[^>]* sandbox(="")?>', page.text)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert "<strong>bold</strong>" in mail.text
    assert "<script" not in mail.text
    assert "*bold*" in page.text


def test_a_test_email_is_queued_to_oneself(client, action, campaigner):
    update = make_update(action)

    answer = post(client, f"{base(action)}{update.id}/preview/en/test/")

    assert answer.location == f"{base(action)}{update.id}/preview/en/"
    mail = db.session.scalars(select(OutboxMail)).one()
    assert (mail.template, mail.recipient, mail.lane) == (
        "staff-update-test",
        "grace@example.org",
        "staff",
    )


def test_test_emails_are_rate_limited(app, client, action, campaigner):
    app.config["RATELIMIT_ENABLED"] = True
    rate_limiter.of(app).storage.reset()
    update = make_update(action)

    for _test in range(12):
        assert post(client, f"{base(action)}{update.id}/preview/en/test/").status_code == 303

    assert len(db.session.scalars(select(OutboxMail)).all()) == 10
    page = client.get("/staff/").text
    assert "You have sent too many tests" in page
    assert '<div class="notice attention" role="alert">' in page


def test_a_check_with_something_to_review_does_not_claim_that_there_are_no_problems(
    client, action, campaigner
):
    make_recipients(action, 1, locale="ru")
    update = make_update(action)  # not in Russian

    page = client.get(f"{base(action)}{update.id}/check/").text

    assert "To review" in page
    assert "Continue to sending" in page
    assert "Nothing needs fixing." in page


def test_a_blocker_keeps_an_update_from_being_sent(client, action, campaigner):
    update = make_update(action)  # nobody wants it
    address = f"{base(action)}{update.id}/"
    seen = fields_of(client.get(address).text)

    checks = client.get(f"{address}check/").text
    confirmation = client.get(f"{address}send/")
    answer = post(client, f"{address}send/", **seen)

    assert "Nobody has confirmed and asked for updates" in checks
    assert confirmation.location == f"{address}check/"
    assert answer.status_code == 409
    assert reload_update(update).status == "draft"


def test_the_confirmation_names_the_number_of_recipients_and_sending_shows_progress(
    client, action, campaigner
):
    make_recipients(action, 3)
    make_recipients(action, 1, locale="ru")
    update = make_update(action)
    address = f"{base(action)}{update.id}/"

    confirmation = client.get(f"{address}send/").text
    answer = post(client, f"{address}send/", **fields_of(confirmation))
    progress = client.get(address).text

    assert "Send this update to 4 people?" in confirmation
    assert answer.location == address
    assert ">Sending</span>" in progress
    assert 'data-fresh="sending"' in progress
    assert reload_update(update).recipients == 4


def test_the_buttons_stop_and_resume_an_update(client, action, campaigner):
    make_recipients(action, 1)
    update = make_update(action)
    start_update(update)
    address = f"{base(action)}{update.id}/"

    post(client, f"{address}stop/")
    stopped = reload_update(update).status
    page = client.get(address).text
    post(client, f"{address}resume/")

    assert (stopped, reload_update(update).status) == ("stopped", "sending")
    assert "Resume sending" in page


def test_resuming_an_update_being_sent_is_a_conflict(client, action, campaigner):
    make_recipients(action, 1)
    update = make_update(action)
    start_update(update)

    answer = post(client, f"{base(action)}{update.id}/resume/")

    assert (answer.status_code, "This update cannot be resumed" in answer.text) == (409, True)


def test_a_draft_is_deleted_after_a_confirmation(client, action, campaigner):
    update = make_update(action)
    address = f"{base(action)}{update.id}/delete/"

    question = client.get(address).text
    answer = post(client, address)

    assert "Delete this draft?" in question
    assert answer.location == base(action)
    assert db.session.scalars(select(Update)).all() == []


@pytest.mark.parametrize("page", ["check/", "send/", "delete/"])
def test_a_started_update_has_no_pages_for_drafts(client, action, campaigner, page):
    make_recipients(action, 1)
    update = make_update(action)
    start_update(update)

    assert client.get(f"{base(action)}{update.id}/{page}").status_code == 409


def test_the_list_has_pages_and_an_empty_list_explains_updates(client, action, campaigner):
    empty = client.get(base(action)).text
    for number in range(31):
        make_update(action, texts={"en": (f"Number {number}.", "Text")})

    first = client.get(base(action)).text
    older = re.search(r'href="([^"]*\?before=\d+)"', first)[1]

    assert "There are no updates yet" in empty
    assert "Number 30." in first
    assert "Number 0." not in first
    assert "Number 0." in client.get(older).text


def test_the_form_shows_who_reads_which_language(client, action, campaigner):
    make_recipients(action, 2, locale="ru")
    update = make_update(action)

    page = client.get(f"{base(action)}{update.id}/").text

    row = re.search(
        r'<th scope="row">Russian</th>\s*<td class="n">2</td>\s*<td>English</td>',
        page,
    )
    assert row


def test_no_page_shows_the_address_of_a_signer(client, action, campaigner):
    (reader,) = make_recipients(action, 1, email="secret-signer@example.org")
    update = make_update(action)

    pages = [client.get(base(action) + page.format(id=update.id)).text for page in PAGES]
    start_update(update, NOON)
    pages.append(client.get(f"{base(action)}{update.id}/").text)

    assert not [page for page in pages if reader.email in page]


def test_the_page_of_an_update_says_how_many_confirmed_before_and_after_it(
    client, action, campaigner
):
    started_at = utc_now() - timedelta(hours=30)
    update = make_update(action, status="sent", started_at=started_at, ended_at=utc_now())
    for hours in (-3, 2, 4):
        make_confirmed(action, now=started_at + timedelta(hours=hours))
    fold_states(utc_now())

    page = client.get(f"{base(action)}{update.id}/").text

    assert "Confirmed in the day before: 1. In the day after: 2." in page


def test_a_sent_update_says_to_whom_it_went(client, action, campaigner):
    of_germany = {"filter": {"country": "DE"}, "started_at": NOON, "ended_at": NOON}
    sent, running = (
        make_update(action, status=status, **of_germany) for status in ("sent", "sending")
    )

    pages = [client.get(f"{base(action)}{one.id}/").text for one in (sent, running)]

    assert "It went to people who asked for updates and matched this:" in pages[0]
    assert "It goes to people who asked for updates and match this:" in pages[1]


def test_the_second_language_is_that_of_the_pages_until_the_member_chooses_one(client, campaigner):
    tags = ("en", "ar", "es", "ru")
    action = make_action(campaign=make_campaign(slug="women", locales=tags), locales=tags)

    def second() -> str:
        return re.search(
            r'name="texts\.(\w+)\.subject"',
            client.get(f"{base(action)}new/").text.split("texts.en.subject")[-1],
        )[1]

    before = second()
    campaigner.locale = "ru"
    db.session.commit()
    in_russian = second()
    campaigner.second_locale = "es"
    db.session.commit()

    assert (before, in_russian, second()) == ("ar", "ru", "es")


def test_a_draft_opens_with_a_second_language_that_it_has(client, campaigner):
    tags = ("en", "ar", "es", "ru")
    action = make_action(campaign=make_campaign(slug="women", locales=tags), locales=tags)
    update = make_update(action, texts={"en": ("Hello", "News"), "ru": ("Привет", "Новости")})

    def shown() -> list[str]:
        page = client.get(f"{base(action)}{update.id}/").text
        return re.findall(r'<textarea [^>]*name="texts\.(..)\.body"', page)

    first = shown()
    campaigner.second_locale = "none"
    db.session.commit()

    assert (first, shown()) == (["en", "ru"], ["en"])
