"""Translators get an email about new work: at most one a day, and none if they opted out."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.versioning.drafts import saving_revision
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.catalogs.workflow.notifications import notify_translators, translation_mails
from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.core.mail.render import render_mail
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember
from tests.support.factories import make_campaign, make_staff
from tests.support.staff_client import log_in, token_of
from tests.support.translators import begin, copy_of, make_translator

DAY = timedelta(days=1)


@pytest.fixture
def ada(app):
    """A translator of a campaign into Ukrainian."""
    begin()
    campaign = make_campaign()
    return make_translator("uk", campaigns=(campaign.id,), name="Ada")


def test_a_translator_is_notified_of_work_in_their_languages_and_campaigns(app, ada):
    make_campaign(slug="other")

    notify_translators(utc_now())

    mail = render_pending(ada)
    assert [name for name, _title, _number in mail.values["lines"]] == ["Ukrainian"]
    assert mail.values["lines"][0][1] == "Title of racism (en)"
    assert mail.to == ada.email
    assert mail.unsubscribe == mail.links["unsubscribe_url"]


def test_a_translator_is_not_notified_twice_of_the_same_work(app, ada):
    now = utc_now()

    counts = [notify_translators(now + DAY * days) for days in range(3)]

    assert counts == [1, 0, 0]


def test_new_work_is_notified_at_the_earliest_a_day_later(app, ada):
    now = utc_now()
    notify_translators(now)
    change_the_source()

    on_the_same_day = notify_translators(utc_now() + DAY / 2)
    on_the_next = notify_translators(now + DAY + timedelta(minutes=1))

    assert (on_the_same_day, on_the_next) == (0, 1)


@pytest.mark.parametrize(
    "values",
    [{"wants_translation_mail": False}, {"active": False}, {"password": None}],
)
def test_translators_who_opted_out_or_have_left_get_no_email(app, ada, values):
    db.session.execute(update(StaffMember).where(StaffMember.id == ada.id).values(values))
    db.session.commit()

    assert notify_translators(utc_now()) == 0


def test_other_roles_that_may_translate_get_no_email(app):
    begin()
    make_staff("administrator")
    make_staff("campaigner")

    assert notify_translators(utc_now()) == 0


def test_no_email_is_sent_when_everything_is_translated(app, ada):
    campaign_id = next(iter(ada.granted[0].campaigns)).campaign_id
    notify_translators(utc_now())
    catalog = copy_of(campaign_id)
    edits = {m.key: TranslationEdit(("Слова",), ()) for m in catalog.messages}
    save_translations(catalog, "uk", edits, how="web", staff_id=ada.id, now=utc_now())

    assert render_pending(ada) is None


def test_the_mail_is_queued_in_the_lane_of_staff(app, ada):
    notify_translators(utc_now())

    assert list(db.session.scalars(select(OutboxMail.lane))) == ["staff"]


@pytest.mark.parametrize("locale", ["en", "ru", "ar"])
def test_the_email_has_the_same_content_as_text_and_html(app, ada, locale):
    mail = render_pending(ada, locale=locale)

    rendered = render_mail(mail.template, locale=locale, values=mail.values, links=mail.links)

    assert "/staff/translations/" in rendered.text
    assert "/mails/" in rendered.html
    assert "Title of racism (en)" in rendered.html


def test_the_link_shows_a_button_that_unsubscribes(client, ada):
    link = render_pending(ada).links["unsubscribe_url"].removeprefix("http://actions.example.org")

    opened, before = client.get(link), wants_mail(ada)
    answer = client.post(link)
    after = client.get(link)

    assert ("Stop these emails" in opened.text, before) == (True, True)
    assert (answer.status_code, wants_mail(ada)) == (303, False)
    assert "You’ve unsubscribed from these emails" in after.text
    assert after.headers["Cache-Control"] == "no-store"


def test_mail_programs_unsubscribe_with_one_click(client, ada):
    link = render_pending(ada).links["unsubscribe_url"].removeprefix("http://actions.example.org")

    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, wants_mail(ada)) == (200, False)


@pytest.mark.parametrize("token", ["x", "1.x.y", "%00"])
def test_a_forged_link_unsubscribes_nobody(client, ada, token):
    assert client.post(f"/en/mails/{token}/").status_code == 404
    assert wants_mail(ada)


def test_the_emails_can_be_turned_off_and_on_in_the_account(client, ada):
    log_in(client, ada)
    page = client.get("/staff/account/").text
    there = "/staff/account/translation-emails/"

    client.post(there, data={"csrf_token": token_of(page)})
    off = wants_mail(ada)
    client.post(there, data={"csrf_token": token_of(page), "wanted": "y"})

    assert (off, wants_mail(ada)) == (False, True)


def change_the_source(staff_id: int | None = None) -> None:
    """Change the source text, as saving a campaign does."""
    campaign = db.session.scalars(select(Campaign)).first()
    with (
        write_transaction() as connection,
        saving_revision(connection, CAMPAIGN, campaign.id, staff_id=staff_id, now=utc_now()),
    ):
        new = update(CampaignText).where(CampaignText.campaign_id == campaign.id)
        connection.execute(new.values(headline="Another headline"))


def render_pending(member: StaffMember, *, locale: str = "en"):
    """The email as it would be delivered now."""
    db.session.rollback()
    return translation_mails()["staff-translations"](member.id, "", locale, utc_now())


def wants_mail(member: StaffMember) -> bool:
    db.session.rollback()
    db.session.expire_all()
    return bool(
        db.session.scalar(select(StaffMember.wants_translation_mail).filter_by(id=member.id))
    )
