"""Nothing that staff typed is lost when their session ends."""

import re
from html import unescape
from io import BytesIO

import pytest
from wtforms import FileField, Form, PasswordField

from campaign_actions.core.db.session import db
from campaign_actions.staff.models import StaffSession
from campaign_actions.web.staff.access import resubmission
from tests.support.factories import make_campaign, make_staff
from tests.support.passkey import Authenticator, add
from tests.support.staff_client import log_in, log_in_with_all_factors, token_of

TEXT = "Всё, что написано <script>alert(1)</script>\r\n\r\nдо конца"
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def edit() -> str:
    return f"/staff/campaigns/{make_campaign().id}/edit/"


@pytest.fixture
def writer(client):
    member = make_staff("campaigner")
    log_in(client, member)
    return member


def test_after_the_session_ends_a_form_can_be_resubmitted_by_logging_in_in_another_tab(
    client, writer, edit
):
    fields = fields_on(client.get(edit).text) | {"texts.en.body": TEXT}
    end_session()

    logged_out = client.post(edit, data=fields, headers=HERE)
    log_in(client, writer)
    once_more = client.post(edit, data=kept_fields(logged_out.text), headers=HERE)
    saved = client.post(edit, data=kept_fields(once_more.text), headers=HERE)

    assert (logged_out.status_code, once_more.status_code) == (401, 403)
    assert "/staff/login?next=/staff/logged-in/" in logged_out.text
    assert writer.email in once_more.text
    assert saved.status_code == 303
    assert fields_on(client.get(edit).text)["texts.en.body"] == TEXT.replace("\r\n", "\n")


def test_a_kept_form_is_shown_escaped(client, writer, edit):
    fields = {"texts.en.body": TEXT, "texts.en.title": "", "base": "1"}
    end_session()

    page = client.post(edit, data=fields, headers=HERE).text

    assert (
        page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    )  # once visible, once in the form
    assert "<script>alert" not in page
    assert fields == {name: kept_fields(page)[name] for name in fields}


def test_only_what_was_typed_is_listed(client, writer, edit):
    fields = fields_on(client.get(edit).text) | {"texts.en.body": TEXT}
    end_session()

    page = client.post(edit, data=fields, headers=HERE).text

    listed = re.findall(r"<dt>(.*?)</dt>", page)
    assert "Page text (English)" in listed
    assert not {"version", "left", "right"} & {*listed}
    assert kept_fields(page)["version"] == fields["version"]


def test_a_form_from_before_a_new_log_in_can_be_resubmitted(client, writer, edit):
    fields = fields_on(client.get(edit).text) | {"texts.en.body": TEXT}
    log_in(client, writer)
    client.get(edit)

    once_more = client.post(edit, data=fields, headers=HERE)
    saved = client.post(edit, data=kept_fields(once_more.text), headers=HERE)

    assert (once_more.status_code, saved.status_code) == (403, 303)


def test_reauthentication_keeps_a_submitted_choice(client):
    log_in(client, make_staff("administrator"))
    page = "/staff/people/invite/"
    fields = fields_on(client.get(page).text) | {"email": "new@example.org", "role-reviewer": "all"}
    age_log_in(client, minutes=31)

    waiting = client.post(page, data=fields, headers=HERE)
    age_log_in(client, minutes=-31)
    sent = client.post(page, data=kept_fields(waiting.text), headers=HERE)

    assert waiting.status_code == 403
    assert "/staff/reauthenticate?next=/staff/logged-in/" in waiting.text
    assert sent.status_code == 303
    assert re.fullmatch(r"/staff/people/\d+/", sent.location)


def test_setting_up_a_second_factor_keeps_a_submitted_form(client, edit):
    member = make_staff("campaigner")
    log_in(client, member)
    fields = fields_on(client.get(edit).text) | {"texts.en.body": TEXT}
    member.tf_primary_method = None
    db.session.commit()

    waiting = client.post(edit, data=fields, headers=HERE)
    add(client, Authenticator())
    saved = client.post(edit, data=kept_fields(waiting.text), headers=HERE)

    assert waiting.status_code == 403
    assert "/staff/account/second-factor/" in waiting.text
    assert saved.status_code == 303
    assert fields_on(client.get(edit).text)["texts.en.body"] == TEXT.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize("is_in", [True, False])
def test_a_form_sent_by_another_site_is_not_kept(client, writer, edit, headers, is_in):
    if not is_in:
        end_session()

    answer = client.post(edit, data={"texts.en.body": "planted"}, headers=headers)

    assert answer.status_code in {302, 400, 403}
    assert "planted" not in answer.text


def test_a_browser_that_sends_only_the_origin_header_is_accepted(app, client, writer, edit):
    end_session()

    answer = client.post(
        edit, data={"texts.en.body": TEXT}, headers={"Origin": app.config["PUBLIC_URL"]}
    )

    assert answer.status_code == 401


def test_a_valid_token_from_another_site_is_refused(client, writer):
    page = "/staff/account/"
    fields = fields_on(client.get(page).text) | {"name": "Eve"}

    answer = client.post(page, data=fields, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    db.session.refresh(writer)
    assert writer.name != "Eve"


def test_a_password_is_never_shown_on_a_page(client, writer):
    page = "/staff/account/password/"
    client.get(page)
    end_session()

    answer = client.post(
        page, data={"password": "my old secret", "new_password": "my new secret"}, headers=HERE
    )

    assert answer.location == f"/staff/login?next={page}"
    assert "secret" not in answer.text


def test_every_password_field_is_among_the_secret_fields(app):
    """So no new field can be forgotten: every form has been imported."""
    assert names_of(PasswordField) <= resubmission.SECRET_FIELDS
    assert names_of(FileField)


def test_a_form_without_fields_is_kept_if_its_address_has_no_page(client, writer):
    campaign = make_campaign()
    end_session()

    move = client.post(f"/staff/campaigns/{campaign.id}/move/", data={"to": "up"}, headers=HERE)
    end = client.post("/staff/account/sessions/end-others/", headers=HERE)

    assert (move.status_code, end.status_code) == (401, 401)
    assert kept_fields(move.text)["to"] == "up"


def test_a_form_without_fields_leads_back_to_its_page(client):
    member = make_staff("administrator")
    log_in(client, member)
    page = f"/staff/people/{member.id}/disable/"
    token = token_of(client.get(page).text)
    end_session()

    answer = client.post(page, data={"csrf_token": token}, headers=HERE)

    assert (answer.status_code, answer.location) == (302, f"/staff/login?next={page}")


def test_a_file_is_not_kept_and_the_page_says_so(client, writer):
    page = f"/staff/campaigns/{make_campaign().id}/appearance/"
    end_session()

    answer = client.post(
        page,
        data={"alt-en": "People on a square", "file": (BytesIO(b"picture"), "square <1>.jpg")},
        headers=HERE,
    )

    assert answer.status_code == 401
    assert "square &lt;1&gt;.jpg" in answer.text
    assert kept_fields(answer.text)["alt-en"] == "People on a square"


def test_long_texts_are_kept_from_known_devices_only(app, edit):
    known, stranger = app.test_client(), app.test_client()
    log_in_with_all_factors(known, make_staff("reviewer"))
    end_session()
    long = {"texts.ru.body": "Ж" * 100_000}

    kept = known.post(edit, data=long, headers=HERE)
    refused = stranger.post(edit, data=long, headers=HERE)

    assert (kept.status_code, refused.status_code) == (401, 413)
    assert kept_fields(kept.text)["texts.ru.body"] == long["texts.ru.body"]


def test_a_form_with_over_a_thousand_fields_is_not_kept(client, writer, edit):
    end_session()

    answer = client.post(edit, data={f"f{n}": "x" for n in range(1001)}, headers=HERE)

    assert answer.location == f"/staff/login?next={edit}"


def test_an_outdated_log_in_page_is_reloaded(client):
    client.get("/staff/login")

    answer = client.post(
        "/staff/login?next=/staff/audit/",
        data={"email": "ada@example.org", "password": "secret", "csrf_token": "old"},
        headers=HERE,
    )

    assert (answer.status_code, answer.location) == (303, "/staff/login?next=/staff/audit/")
    page = client.get("/staff/login").text
    assert "This page was open for a long time" in page
    assert '<div class="notice attention" role="alert">' in page


def test_the_other_tab_says_how_to_continue(client, writer):
    page = client.get("/staff/logged-in/")

    assert page.status_code == 200
    assert "continue in the other one" in page.text


def fields_on(page: str) -> dict[str, str]:
    """The fields a browser would send for the largest form on a page."""
    form = max(re.findall(r"<form.*?</form>", page, re.S), key=len)
    fields = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and not re.search(r'type="(checkbox|radio|file)"', tag):
            fields[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(
        r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S
    ):
        fields[name] = unescape(text)
    return fields


def kept_fields(page: str) -> dict[str, str]:
    """The fields of the form for resubmitting."""
    form = re.search(r"<form[^>]*data-kept.*?</form>", page, re.S)[0]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {unescape(name): unescape(value) for name, value in pairs}


def names_of(kind: type) -> set[str]:
    """The names of all fields of a type in all our forms."""
    forms, seen = [Form], set()
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        fields = vars(form).items() if form.__module__.startswith("campaign_actions.") else ()
        seen |= {
            name for name, made in fields if issubclass(getattr(made, "field_class", Form), kind)
        }
    return seen


def end_session() -> None:
    db.session.query(StaffSession).delete()
    db.session.commit()


def age_log_in(client, *, minutes: int) -> None:
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] -= minutes * 60
