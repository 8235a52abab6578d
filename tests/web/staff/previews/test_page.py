"""Previews of public pages are for staff and for people with a link, and for nobody else."""

import re
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import delete, select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, CodeTries, Signature
from campaign_actions.actions.signatures.email_links import CONFIRM
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText, Picture, PictureFile, PreviewLink
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.content.html_document import parse_document, write_document
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.previews.links import revoke_preview, share_preview
from campaign_actions.previews.queries import PREVIEW, preview_token
from campaign_actions.publishing.archive import archive
from campaign_actions.staff.models import StaffMember, StaffRole
from campaign_actions.web.staff.access.authorization import SHARED_PREVIEWS
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import LONG_AGO, make_action, make_campaign, make_staff
from tests.support.sign_form import ADA, Inputs
from tests.support.staff_client import log_in, token_of
from tests.support.translators import begin

DAY = timedelta(days=1)
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
SIGNERS_MAILS = ("confirm", "receipt", "remind", "already-signed", "not-accepted")
BANNER = re.compile(r'<aside class="demo-bar".*?</aside>\s*', re.DOTALL)
WORD = re.compile(r"(?<=<title>)[^·<]+ · (?=[^<]* · )")
CHANGING = re.compile(r'(href|data-meter|content|value)="[^"]*"| data-meter="[^"]*"')


@pytest.fixture
def campaign(app):
    return make_draft()


@pytest.fixture
def action_id(campaign) -> int:
    return db.session.scalar(select(Action.id))


@pytest.fixture
def staff(client):
    log_in(client, make_staff("reviewer"))
    return client


def share(campaign, *, expires_at=None, **values) -> int:
    values = {"label": "Elena", "actor": "grace@example.org", "staff_id": None} | values
    now = values.pop("now", utc_now())
    return share_preview(campaign.id, expires_at=expires_at or now + DAY, now=now, **values)


def token_for(link_id: int) -> str:
    token = preview_token(db.session.get_one(PreviewLink, link_id))
    db.session.commit()
    return token


def shared(link_id: int, *, locale: str = "en", rest: str = "") -> str:
    return f"{SHARED_PREVIEWS}{token_for(link_id)}/{locale}/{rest}"


def bare(page: str) -> str:
    """A page without its banner, the word before its title and its addresses."""
    return " ".join(CHANGING.sub("", BANNER.sub("", WORD.sub("", page))).split())


@pytest.mark.parametrize("place", ["", "{}/", "{}/thanks/"])
def test_a_preview_in_the_demo_has_no_bar_of_the_demo(app, staff, campaign, action_id, place):
    app.config["DEMO"] = True
    rest = place.format(action_id)

    pages = [staff.get(f"/staff/preview/en/{campaign.id}/{rest}"), staff.get("/en/")]

    assert ["About this demo" in page.text for page in pages] == [False, True]


def test_the_banner_is_in_the_language_of_the_member_or_else_of_the_page(staff, campaign):
    own = staff.get(f"/staff/preview/ru/{campaign.id}/").text
    by_link = staff.get(shared(share(campaign), locale="ru")).text

    assert '<aside class="demo-bar" lang="en" dir="ltr"' in own
    assert "<title>Предпросмотр · " in own
    assert "Back to publishing" in own
    assert '<html lang="ru"' in own
    assert '<aside class="demo-bar" lang="ru" dir="ltr"' in by_link


@pytest.mark.parametrize(
    ("query", "page", "words"),
    [
        ("", "publish/", "Back to publishing"),
        ("?back=elsewhere&of=1", "publish/", "Back to publishing"),
        ("?back=checklist", "checklist/", "Back to the checklist"),
        ("?back=changes&of={}", "changes/?of={}", "Back to the changes"),
    ],
)
def test_a_preview_leads_back_to_where_someone_came_from(
    staff, campaign, action_id, query, page, words
):
    query, page = query.format(action_id), page.format(action_id)

    shown = staff.get(f"/staff/preview/en/{campaign.id}/{query}").text
    banner = BANNER.search(shown)[0]

    assert f'<a href="/staff/campaigns/{campaign.id}/{page}">{words}</a>' in banner
    kept = query.replace("&", "&amp;") if words != "Back to publishing" else ""
    assert f'href="/staff/preview/en/{campaign.id}/{action_id}/{kept}' in shown
    assert f"/staff/preview/ru/{campaign.id}/{kept}" in shown


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("place", ["", "{}/", "{}/thanks/", "{}/poster/"])
def test_a_preview_is_the_later_public_page(client, campaign, action_id, locale, place):
    link = share(campaign)
    names = place.format("hate-crimes")

    preview = client.get(shared(link, locale=locale, rest=place.format(action_id)))
    before = client.get(f"/{locale}/campaigns/racism/{names}").status_code
    set_opening_time(campaign.id, LONG_AGO)
    public = client.get(f"/{locale}/campaigns/racism/{names}")

    assert before == 404
    assert BANNER.search(preview.text)
    assert not BANNER.search(public.text)
    as_written = write_document(parse_document(public.text))  # as every preview is
    assert bare(preview.text) == bare(as_written)


def test_staff_also_see_languages_that_are_not_public(staff, campaign, action_id):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(is_public=False))
    db.session.commit()
    base = f"/staff/preview/ru/{campaign.id}/"

    answers = [staff.get(f"{base}{rest}") for rest in ("", f"{action_id}/", f"{action_id}/thanks/")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert all('<html lang="ru"' in answer.text for answer in answers)
    assert "Headline of racism (ru)" in answers[0].text


@pytest.mark.parametrize("place", ["", "{}/", "{}/thanks/"])
def test_a_link_shows_only_served_languages(staff, place):
    campaign = make_draft(slug="women", locales=("en", "uk"))
    action_id = db.session.scalar(select(Action.id).filter_by(campaign_id=campaign.id))
    begin("uk")
    link, rest = share(campaign), place.format(action_id)

    served, known = (staff.get(shared(link, locale=tag, rest=rest)) for tag in ("en", "uk"))

    assert (served.status_code, known.status_code) == (200, 404)
    assert '<html lang="en"' in known.text
    assert staff.get(f"/staff/preview/uk/{campaign.id}/{rest}").status_code == 200


def test_preview_pages_link_to_each_other(staff, campaign, action_id):
    base = f"/staff/preview/en/{campaign.id}/"

    page = staff.get(base).text
    action = staff.get(f"{base}{action_id}/").text

    assert f'href="{base}{action_id}/"' in page
    assert f'href="{base}"' in action
    assert f"/staff/preview/ru/{campaign.id}/{action_id}/" in action
    assert not re.search(r'<a [^>]*href="[^"]*/(en|ru)/campaigns/', page + action)
    assert "data-meter" not in action


def test_the_preview_of_a_closed_action_leads_to_the_open_one(staff, campaign, action_id):
    set_opening_time(campaign.id, LONG_AGO)
    make_action(campaign=campaign, slug="over", closes_at=utc_now() - DAY)
    over = db.session.scalar(select(Action.id).filter_by(slug="over"))

    page = staff.get(f"/staff/preview/en/{campaign.id}/{over}/").text

    assert re.search(rf'href="/staff/preview/en/{campaign.id}/{action_id}/">\s*Open now:', page)


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_preview_of_a_closed_action_says_what_the_public_page_says(
    staff, campaign, action_id, locale
):
    set_opening_time(campaign.id, LONG_AGO)
    later = make_action(campaign=campaign, slug="later").id
    db.session.execute(update(Action).filter_by(id=later).values(published_at=None))
    db.session.commit()
    by = {"actor": "grace@example.org", "now": utc_now()}
    archive(campaign.id, results={"en": "We won."}, later=["ru"], **by)

    public = band_of(staff.get(f"/{locale}/campaigns/racism/hate-crimes/").text)
    preview = band_of(staff.get(f"/staff/preview/{locale}/{campaign.id}/{action_id}/").text)

    assert ("We won." in public) == (locale == "en")
    assert preview == public


def band_of(page: str) -> str:
    """The words about the end of an action."""
    band = page.partition('class="band"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", band).split())


def test_the_banner_says_what_the_public_sees(staff, campaign):
    base = f"/staff/preview/en/{campaign.id}/"

    draft = staff.get(base).text
    set_opening_time(campaign.id, utc_now() + DAY)
    embargoed = staff.get(base).text
    set_opening_time(campaign.id, LONG_AGO)
    public = staff.get(base).text

    assert "This page is not public." in draft
    assert "Under embargo until" in embargoed
    assert "This page is public, exactly as shown here." in public


NOT_YET = "This preview has changes that are not public yet. Please do not share them."


@pytest.mark.parametrize("is_of_action", [True, False])
@pytest.mark.parametrize("by_link", [True, False])
@pytest.mark.parametrize("changed", ["en", "ru"])
def test_the_banner_says_where_a_draft_differs_from_the_public_page(
    staff, campaign, action_id, is_of_action, by_link, changed
):
    set_opening_time(campaign.id, LONG_AGO)
    subject = (ACTION, action_id) if is_of_action else (CAMPAIGN, campaign.id)
    number, by = find_content(*subject)[1], make_staff("campaigner")
    title = {f"texts.{changed}.title": "A new title"}
    save_changes(*subject, title, opened_at=number, by=by, now=utc_now())
    link, base = share(campaign), f"/staff/preview/en/{campaign.id}/"

    pages = [
        staff.get(shared(link, rest=rest) if by_link else f"{base}{rest}").text
        for rest in ("", f"{action_id}/")
    ]

    assert [NOT_YET in page for page in pages] == [changed == "en"] * 2
    assert ["exactly as shown here" in page for page in pages] == [changed == "ru"] * 2


def test_the_banner_of_a_hidden_language_and_of_an_unopened_action_says_so(
    staff, campaign, action_id
):
    set_opening_time(campaign.id, LONG_AGO)
    of_campaign = f"/staff/preview/en/{campaign.id}/"
    db.session.execute(update(Action).values(published_at=None))
    db.session.commit()
    of_public = staff.get(of_campaign).text
    db.session.execute(update(CampaignText).filter_by(locale="en").values(is_public=False))
    db.session.commit()

    unopened = staff.get(f"{of_campaign}{action_id}/").text

    assert "This page is not public." in unopened
    assert NOT_YET in of_public
    assert "This page is not public." in staff.get(of_campaign).text


@pytest.mark.parametrize("is_staff", [True, False])
def test_sending_the_form_of_a_preview_does_nothing_and_says_so(
    client, campaign, action_id, is_staff
):
    address = shared(share(campaign), rest=f"{action_id}/")
    if is_staff:
        log_in(client, make_staff("reviewer"))
        address = f"/staff/preview/en/{campaign.id}/{action_id}/"
    hidden = Inputs(client.get(address).text).hidden

    answer = client.post(address, data=hidden | ADA)

    assert answer.status_code == 200
    assert "Nothing was sent or saved" in answer.text
    assert db.session.query(Signature).count() == db.session.query(OutboxMail).count() == 0


@pytest.mark.parametrize("is_staff", [True, False])
def test_a_code_typed_in_a_preview_is_not_tried(client, campaign, action_id, is_staff):
    address = shared(share(campaign), rest=f"{action_id}/thanks/")
    if is_staff:
        log_in(client, make_staff("reviewer"))
        address = f"/staff/preview/en/{campaign.id}/{action_id}/thanks/"

    answer = client.post(address, data={"email": ADA["email"], "code": "222222"})

    assert answer.status_code == 200
    assert "Nothing was sent or saved" in answer.text
    assert db.session.query(CodeTries).count() == 0


@pytest.mark.parametrize(
    "address",
    ["en/1/", "en/{}/999/", "xx/{}/", "en/999/", "en/{}/999/thanks/", "en/{}/999/emails/"],
)
def test_what_does_not_exist_has_no_preview(staff, address):
    campaign = make_draft(locales=("ru",))

    assert staff.get(f"/staff/preview/{address.format(campaign.id)}").status_code == 404


@pytest.mark.parametrize("rest", ["", "{}/", "{}/thanks/", "{}/emails/", "{}/emails/confirm/"])
def test_anyone_else_is_redirected_to_the_login(client, campaign, action_id, rest):
    address = f"/staff/preview/en/{campaign.id}/{rest.format(action_id)}"

    answer = client.get(address)

    assert (answer.status_code, answer.location) == (302, f"/staff/login?next={address}")


def test_a_member_limited_to_other_campaigns_sees_no_preview(client, campaign):
    other = make_campaign(slug="women")
    log_in(client, make_staff("reviewer", campaigns=(other.id,)))

    assert client.get(f"/staff/preview/en/{campaign.id}/").status_code == 403


def test_mails_are_shown_as_signers_get_them(staff, campaign, action_id):
    base = f"/staff/preview/ru/{campaign.id}/{action_id}/emails/"

    page = staff.get(base)
    mails = [staff.get(f"{base}{name}/") for name in SIGNERS_MAILS]

    assert page.text.count("<iframe") == 5
    assert all("Title of hate-crimes (ru)" in mail.text for mail in mails)
    assert all(
        mail.headers["Content-Security-Policy"]
        == "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
        for mail in mails
    )
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert staff.get(f"{base}digest/").status_code == 404


@pytest.mark.parametrize("origin", ["publish", "checklist"])
def test_the_emails_lead_back_to_the_page_that_lists_them(staff, campaign, action_id, origin):
    there = f"/staff/campaigns/{campaign.id}/{origin}/"
    emails = f"/staff/preview/ru/{campaign.id}/{action_id}/emails/"
    link = re.search(rf'href="({emails}[^"]*)"', staff.get(there).text)[1]

    page = staff.get(link).text.partition("</nav>")[2]

    assert re.search(rf'<a href="{there}">Back to (publishing|the checklist)</a>', page)


def test_a_link_opens_only_its_campaign(client, campaign, action_id):
    other = make_draft(slug="women")
    others_action = db.session.scalar(select(Action.id).filter_by(campaign_id=other.id))
    link = share(campaign)

    mine = client.get(shared(link, rest=f"{action_id}/"))
    theirs = client.get(shared(link, rest=f"{others_action}/"))

    assert (mine.status_code, theirs.status_code) == (200, 404)


def test_the_picture_of_a_draft_is_served_only_in_previews(client, campaign):
    name = "p" * 32
    files = [PictureFile(width=320, format=form, data=b"picture") for form in ("webp", "jpeg")]
    picture = Picture(
        name=name, campaign_id=campaign.id, width=320, height=200, added_at=LONG_AGO, files=files
    )
    db.session.add(picture)
    db.session.commit()
    link = share(campaign)
    place = shared(link).removesuffix("en/")

    page = client.get(f"{place}en/").text
    answers = [client.get(f"{base}pictures/{name}-320.webp") for base in (place, "/")] + [
        client.get(f"{place}pictures/{'x' * 32}-320.webp")
    ]
    revoke_preview(campaign.id, link, actor="grace@example.org", now=utc_now())

    assert f"{SHARED_PREVIEWS}" in page.split("srcset=")[1]
    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert client.get(f"{place}pictures/{name}-320.webp").status_code == 410


def test_openings_of_a_link_are_counted(client, campaign, action_id):
    link = share(campaign)

    client.get(shared(link))
    client.post(shared(link, rest=f"{action_id}/"))
    client.head(shared(link))
    client.get(shared(link, rest=f"{action_id}/"))

    db.session.rollback()
    row = db.session.get(PreviewLink, link)
    assert row.opened == 2
    assert row.last_opened_at is not None


def test_a_link_ends_when_it_expires_or_is_revoked(client, campaign):
    ended = share(campaign, now=utc_now() - 2 * DAY)
    revoked = share(campaign)
    before = client.get(shared(revoked)).status_code

    revoke_preview(campaign.id, revoked, actor="grace@example.org", now=utc_now())

    answers = [client.get(shared(link)) for link in (ended, revoked)]
    assert before == 200
    assert [answer.status_code for answer in answers] == [410, 410]
    assert all("This preview link no longer works" in answer.text for answer in answers)
    assert all("racism" not in answer.text for answer in answers)


def test_a_link_ends_with_the_access_of_who_made_it(client, campaign):
    author = make_staff("campaigner")
    link = shared(share(campaign, staff_id=author.id))
    before = client.get(link).status_code

    db.session.rollback()
    db.session.execute(update(StaffMember).values(active=False))
    db.session.commit()
    disabled = client.get(link).status_code
    db.session.rollback()
    db.session.execute(update(StaffMember).values(active=True))
    db.session.execute(delete(StaffRole))
    db.session.commit()

    assert (before, disabled, client.get(link).status_code) == (200, 410, 410)


def test_a_link_never_opens_another_campaign_whose_link_has_its_number(client, campaign):
    old = shared(share(campaign))
    db.session.execute(delete(PreviewLink))
    db.session.commit()
    share(make_draft(slug="under-embargo"))

    assert client.get(old).status_code == 404


@pytest.mark.parametrize("token", ["nonsense", "1", "a.b.c", PREVIEW.make])
def test_an_invalid_token_opens_nothing(app, client, campaign, token):
    if not isinstance(token, str):
        token = token("x" * 26)

    assert client.get(f"{SHARED_PREVIEWS}{token}/en/").status_code == 404


def test_a_token_for_something_else_opens_nothing(client, campaign):
    link = db.session.get_one(PreviewLink, share(campaign))
    token = CONFIRM.make(link.public_id)

    assert client.get(f"{SHARED_PREVIEWS}{token}/en/").status_code == 404


@pytest.mark.parametrize("is_staff", [True, False])
def test_shared_pages_are_not_cached_and_set_no_cookie(client, campaign, action_id, is_staff):
    if is_staff:
        log_in(client, make_staff("reviewer"))
    link = share(campaign)

    answers = [
        client.get(shared(link)),
        client.get(shared(link, rest=f"{action_id}/")),
        client.post(shared(link, rest=f"{action_id}/"), data=ADA),
        client.get(shared(link, locale="xx")),
        client.get(f"{SHARED_PREVIEWS}nonsense/en/"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 404]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_tokens_are_not_logged(client, campaign):
    token = token_for(share(campaign))

    with structlog.testing.capture_logs() as logs:
        for rest in ("", "999/", "thanks/", "1/thanks/"):
            client.get(f"{SHARED_PREVIEWS}{token}/en/{rest}")

    assert {"/staff/preview/shared/<token>/<locale>/"} <= {line.get("route") for line in logs}
    assert token.rpartition(".")[2] not in str(logs)


def test_opening_links_is_rate_limited(app, client, campaign):
    app.config["RATELIMIT_ENABLED"] = True
    link = share(campaign)

    answers = [
        client.get(shared(link)).status_code for _time in range(150)
    ]  # some of them perhaps in the minute before

    assert answers[0] == 200
    assert answers[-1] == 429


def test_pictures_by_link_are_rate_limited(app, client, campaign):
    app.config["RATELIMIT_ENABLED"] = True
    token = token_for(share(campaign))
    address = f"{SHARED_PREVIEWS}{token}/pictures/{'x' * 32}-320.webp"

    answers = [client.get(address) for _time in range(121)]

    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_link_is_made_listed_and_revoked_by_staff(client, campaign):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    page = f"/staff/campaigns/{campaign.id}/publish/"
    fields = {"csrf_token": token_of(client.get(page).text), "label": "Elena, evening news"}
    end = f"{utc_now() + DAY:%Y-%m-%dT%H:%M}"

    made = client.post(
        f"/staff/campaigns/{campaign.id}/previews/", data=fields | {"expires_at": end}
    )
    listed = client.get(page).text
    address = re.search(r'value="http://actions.example.org(/staff/preview/shared/[^"]+)"', listed)[
        1
    ]
    opened = client.get(address).status_code
    db.session.rollback()
    link = db.session.scalar(select(PreviewLink.id))
    revoked = client.post(f"/staff/campaigns/{campaign.id}/previews/{link}/revoke/", data=fields)

    assert [made.status_code, opened, revoked.status_code] == [303, 200, 303]
    assert "Elena, evening news" in listed
    assert client.get(address).status_code == 410
    db.session.rollback()
    events = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    mine = [entry for entry in events if entry.event.startswith("preview-")]
    assert [entry.event for entry in mine] == ["preview-shared", "preview-revoked"]
    assert all("Elena" not in str(entry.details) for entry in mine)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": ""}, "Enter who the link is for"),
        ({"label": "x" * 121}, "must be 120 characters or fewer"),
        ({"expires_at": ""}, "Enter a date and time."),
        ({"expires_at": "2020-01-01T09:00"}, "This time has passed."),
    ],
)
def test_an_invalid_link_form_is_shown_again(client, campaign, changes, message):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    token = token_of(client.get(f"/staff/campaigns/{campaign.id}/publish/").text)
    end = f"{utc_now() + DAY:%Y-%m-%dT%H:%M}"
    fields = {"csrf_token": token, "label": "Elena", "expires_at": end} | changes

    answer = client.post(f"/staff/campaigns/{campaign.id}/previews/", data=fields)

    assert answer.status_code == 400
    assert message in answer.text
    assert db.session.query(PreviewLink).count() == 0


def test_a_link_of_another_campaign_is_not_revoked(client, campaign):
    other = make_draft(slug="women")
    link = share(campaign)

    assert not revoke_preview(other.id, link, actor="grace@example.org", now=utc_now())
    assert client.get(shared(link)).status_code == 200


def test_a_new_link_is_proposed_to_end_with_the_embargo(client, campaign):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    opens_at = utc_now().replace(second=0, microsecond=0) + 30 * DAY
    page = f"/staff/campaigns/{campaign.id}/publish/"

    draft = client.get(page).text
    set_opening_time(campaign.id, opens_at)
    scheduled = client.get(page).text

    end = re.compile(r'name="expires_at"[^>]*value="([^"]+)"')
    assert end.search(draft)[1].startswith(f"{utc_now() + 7 * DAY:%Y-%m-%d}")
    assert end.search(scheduled)[1] == f"{opens_at:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("rest", ["", "7/thanks/", "pictures/x-1.webp", "no/such/page/"])
def test_an_unsupported_method_of_a_shared_preview_is_refused_without_a_session(
    client, campaign, method, rest
):
    """Even if the browser says that the request comes from this site."""
    addresses = shared(share(campaign), rest=rest), f"{SHARED_PREVIEWS}abc/en/{rest}"

    answers = [client.open(address, method=method, headers=FROM_HERE) for address in addresses]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert all("Set-Cookie" not in answer.headers for answer in answers)
