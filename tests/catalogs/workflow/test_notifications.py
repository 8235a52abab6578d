"""The mail to translators: at most one a day, only when something new waits, and to nobody who wants none."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.versioning.save import saving_revision
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.catalogs.workflow.notifications import tell_translators, translation_mails
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
    """Translates a campaign into Ukrainian, and has a password."""
    begin()
    campaign = make_campaign()
    return make_translator("uk", campaigns=(campaign.id,), name="Ada")


def test_a_translator_is_told_what_waits_in_their_languages_and_campaigns(app, ada):
    make_campaign(slug="other")

    tell_translators(utc_now())

    mail = asked(ada)
    assert [name for name, _title, _number in mail.values["lines"]] == ["Ukrainian"]
    assert mail.values["lines"][0][1] == "Title of racism (en)"
    assert mail.to == ada.email
    assert mail.unsubscribe == mail.links["unsubscribe_url"]


def test_nobody_is_told_twice_of_the_same(app, ada):
    now = utc_now()

    told = [tell_translators(now + DAY * days) for days in range(3)]

    assert told == [1, 0, 0]


def test_what_is_new_is_told_on_another_day(app, ada):
    now = utc_now()
    tell_translators(now)
    change_the_source()

    on_the_same_day = tell_translators(utc_now() + DAY / 2)
    on_the_next = tell_translators(now + DAY + timedelta(minutes=1))

    assert (on_the_same_day, on_the_next) == (0, 1)


@pytest.mark.parametrize(
    "values",
    [{"wants_translation_mail": False}, {"active": False}, {"password": None}],
)
def test_who_wants_none_or_is_not_there_gets_none(app, ada, values):
    db.session.execute(update(StaffMember).where(StaffMember.id == ada.id).values(values))
    db.session.commit()

    assert tell_translators(utc_now()) == 0


def test_others_who_may_translate_are_left_in_peace(app):
    begin()
    make_staff("administrator")
    make_staff("campaigner")

    assert tell_translators(utc_now()) == 0


def test_where_all_is_done_nobody_is_told(app, ada):
    campaign_id = next(iter(ada.granted[0].campaigns)).campaign_id
    tell_translators(utc_now())
    catalog = copy_of(campaign_id)
    wishes = {m.key: TranslationEdit(("Слова",), ()) for m in catalog.messages}
    save_translations(catalog, "uk", wishes, how="web", staff_id=ada.id, now=utc_now())

    assert asked(ada) is None


def test_the_mail_is_queued_in_the_lane_of_staff(app, ada):
    tell_translators(utc_now())

    assert list(db.session.scalars(select(OutboxMail.lane))) == ["staff"]


@pytest.mark.parametrize("locale", ["en", "ru", "ar"])
def test_the_mail_says_it_in_both_parts(app, ada, locale):
    mail = asked(ada, locale=locale)

    rendered = render_mail(mail.template, locale=locale, values=mail.values, links=mail.links)

    assert "/staff/translations/" in rendered.text
    assert "/mails/" in rendered.html
    assert "Title of racism (en)" in rendered.html


def test_the_link_shows_a_button_and_the_button_ends_them(client, ada):
    link = asked(ada).links["unsubscribe_url"].removeprefix("http://actions.example.org")

    opened, before = client.get(link), wants(ada)
    answer = client.post(link)
    after = client.get(link)

    assert ("Send me no more of these" in opened.text, before) == (True, True)
    assert (answer.status_code, wants(ada)) == (303, False)
    assert "You get no more of these mails" in after.text
    assert after.headers["Cache-Control"] == "no-store"


def test_a_mail_program_ends_them_with_one_click(client, ada):
    link = asked(ada).links["unsubscribe_url"].removeprefix("http://actions.example.org")

    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, wants(ada)) == (200, False)


@pytest.mark.parametrize("token", ["x", "1.x.y", "%00"])
def test_a_made_up_link_ends_nothing(client, ada, token):
    assert client.post(f"/en/mails/{token}/").status_code == 404
    assert wants(ada)


def test_they_are_turned_off_and_on_in_ones_account(client, ada):
    log_in(client, ada)
    page = client.get("/staff/account/").text
    there = "/staff/account/translation-mails/"

    client.post(there, data={"csrf_token": token_of(page)})
    off = wants(ada)
    client.post(there, data={"csrf_token": token_of(page), "wanted": "y"})

    assert (off, wants(ada)) == (False, True)


def change_the_source(staff_id: int | None = None) -> None:
    """As somebody does who saves a campaign."""
    campaign = db.session.scalars(select(Campaign)).first()
    with (
        write_transaction() as connection,
        saving_revision(connection, CAMPAIGN, campaign.id, staff_id=staff_id, now=utc_now()),
    ):
        new = update(CampaignText).where(CampaignText.campaign_id == campaign.id)
        connection.execute(new.values(headline="Another headline"))


def asked(member: StaffMember, *, locale: str = "en"):
    """What the mail would say at delivery."""
    db.session.rollback()
    return translation_mails()["staff-translations"](member.id, "", locale, utc_now())


def wants(member: StaffMember) -> bool:
    db.session.rollback()
    db.session.expire_all()
    return bool(
        db.session.scalar(select(StaffMember.wants_translation_mail).filter_by(id=member.id))
    )
