"""Editing an action, and its effect on the sign form."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionText, Signature
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing.archive import reopen
from campaign_actions.publishing.close import close_campaign
from campaign_actions.staff.permissions import ROLES
from tests.support.changes import publish_all
from tests.support.factories import (
    LONG_AGO,
    link_to,
    make_action,
    make_campaign,
    make_signature,
    make_staff,
)
from tests.support.page_text import visible_text
from tests.support.sign_form import ADA, hidden_inputs, post
from tests.support.staff_client import log_in
from tests.support.staff_forms import fields_of, send

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both

PUBLIC = "/en/campaigns/racism/hate-crimes/"


@pytest.fixture
def staff(client):
    member = make_staff("campaigner", tf_primary_method="authenticator")
    log_in(client, member)
    return member


@pytest.fixture
def action(client):
    return make_action()


def address_of(action, page="edit/"):
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/{page}"


@pytest.fixture
def draft(action):
    """The action without a time of publication."""
    db.session.execute(update(Action).filter_by(id=action.id).values(published_at=None))
    db.session.commit()
    return action


def row_of(action):
    db.session.expire_all()
    return db.session.get(Action, action.id)


def test_a_new_action_is_a_draft_with_a_slug_made_from_its_title(client, staff):
    campaign = make_campaign()
    address = f"/staff/campaigns/{campaign.id}/actions/new/"

    answer = send(client, address, kind="pledge", title="Speak up!", goal="2 500")

    made = db.session.scalars(select(Action)).one()
    assert (made.slug, made.kind, made.goal, made.published_at) == (
        "speak-up",
        "pledge",
        2500,
        None,
    )
    assert answer.location == f"/staff/campaigns/{campaign.id}/actions/{made.id}/edit/"


def test_a_new_action_has_first_words_in_its_language(client, staff):
    campaign = make_campaign(locales=("ru",))

    send(client, f"/staff/campaigns/{campaign.id}/actions/new/", kind="pledge", title="Вместе")

    text = db.session.scalars(select(ActionText)).one()
    assert text.button == "Дать обещание"
    assert text.thanks
    assert text.share_text
    assert text.summary == ""


def test_the_emails_are_previewed_in_each_language_that_is_shown(client, staff):
    action = make_action(locales=("en", "ru"))

    page = client.get(address_of(action)).text

    for locale in ("en", "ru"):
        for name in ("confirm", "receipt"):
            assert f'formaction="{address_of(action, f"preview/{locale}/emails/{name}/")}"' in page


def test_an_action_is_found_only_in_its_own_campaign(client, staff, action):
    other = make_campaign(slug="other")

    page = client.get(f"/staff/campaigns/{other.id}/actions/{action.id}/edit/")

    assert page.status_code == 404


def test_saving_an_unchanged_page_changes_nothing(client, staff):
    action = make_action(closes_at=datetime(2027, 1, 1, 12, 30, 15, 7, tzinfo=UTC))

    send(client, address_of(action))

    assert row_of(action).version == 0


@pytest.mark.parametrize("is_closed", [True, False])
def test_saving_a_correction_does_not_close_or_reopen_an_action(client, staff, action, is_closed):
    grace = {"actor": "grace@example.org", "now": utc_now()}
    if not is_closed:
        close_campaign(action.campaign_id, **grace)
    fields = fields_of(client.get(address_of(action)).text)
    (close_campaign if is_closed else reopen)(action.campaign_id, **grace)

    answer = client.post(address_of(action), data=fields | {"texts.en.button": "Sign now"})

    assert answer.status_code == 303
    assert (row_of(action).closes_at is not None) == is_closed
    assert fields_of(client.get(address_of(action)).text)["texts.en.button"] == "Sign now"


@on_sqlite
def test_the_sign_form_has_the_fields_that_the_action_asks_for(client, staff, action):
    none = {"asks_family_name": None, "asks_show_name": None, "asks_updates": None}
    send(client, address_of(action), **none)
    publish_all()

    page = client.get(PUBLIC).text

    for name in ("family_name", "show_comment", "show_name", "wants_updates", "comment"):
        assert f'name="{name}"' not in page
    assert post(client, PUBLIC, given_name="Ada").status_code == 303
    signature = db.session.scalars(select(Signature)).one()
    assert (signature.family_name, signature.show_name, signature.wants_updates) == (
        None,
        False,
        False,
    )


@on_sqlite
def test_staff_can_turn_the_receipt_off_and_the_form_no_longer_promises_it(client, staff, action):
    promised = "and later a receipt" in client.get(PUBLIC).text

    send(client, address_of(action), sends_receipt=None)
    publish_all()

    page = client.get(PUBLIC).text
    history = client.get(f"{address_of(action).removesuffix('edit/')}history/2/").text
    assert promised
    assert not row_of(action).sends_receipt
    assert "receipt" not in page
    assert "Receipt after confirming, with a link to withdraw" in history


def test_a_field_no_longer_asked_for_can_still_be_corrected_when_confirming(client, staff, action):
    signature = make_signature(
        action, family_name="Lovelace", comment="I saw it", show_comment=True, show_name=True
    )
    send(client, address_of(action), asks_family_name=None, asks_show_name=None, asks_updates=None)
    publish_all()

    page = client.get(link_to("confirm", signature)).text

    assert 'name="family_name"' in page
    assert 'name="comment"' in page
    ticks = ('name="show_comment"', 'name="show_name"')
    assert not any(tick in page for tick in ticks), "a tick that is not asked for is not given"
    assert 'name="wants_updates"' not in page


@on_sqlite
def test_a_planned_end_is_entered_in_the_time_zone_of_the_organisation(app, client, staff, draft):
    app.config["TIMEZONE"] = "Europe/Berlin"
    send(client, address_of(draft), closes_at="2099-12-10T18:00")
    shown = fields_of(client.get(address_of(draft)).text)["closes_at"]

    assert row_of(draft).closes_at == datetime(2099, 12, 10, 17, tzinfo=UTC)
    assert shown == "2099-12-10T18:00"


@on_sqlite
def test_a_time_skipped_by_daylight_saving_is_refused(app, client, staff, draft):
    app.config["TIMEZONE"] = "Europe/Berlin"
    answer = send(client, address_of(draft), closes_at="2027-03-28T02:30")

    assert answer.status_code == 400
    assert "Choose 03:00 or later" in answer.text
    assert 'value="2027-03-28T02:30"' in answer.text


@on_sqlite
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("goal", "0"),
        ("goal", "many"),
        ("goal", "99999999999"),
        ("texts.en.button", "x" * 61),
        ("slug", "../x"),
    ],
)
def test_an_invalid_value_is_explained(client, staff, action, field, value):
    answer = send(client, address_of(action), **{field.replace(".", "__"): value})

    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert row_of(action).version == 0


def test_the_kind_of_a_published_action_is_fixed(client, staff, action):
    page = client.get(address_of(action)).text
    send(client, address_of(action), kind="pledge")

    assert 'name="kind"' not in page
    assert row_of(action).kind == "petition"


@on_sqlite
@pytest.mark.parametrize("value", ["tomorrow", "0001-01-01T00:00+14:00"])
def test_a_malformed_planned_end_is_explained(client, staff, draft, value):
    answer = send(client, address_of(draft), closes_at=value)

    assert answer.status_code == 400
    assert "Enter a date and time" in answer.text
    assert row_of(draft).version == 0


@on_sqlite
def test_a_planned_end_in_the_past_is_refused(client, staff, draft):
    answer = send(client, address_of(draft), closes_at="1999-01-01T00:00")

    assert answer.status_code == 400
    assert "This time has passed. Choose a later one." in answer.text
    assert 'value="1999-01-01T00:00"' in answer.text
    assert (row_of(draft).version, row_of(draft).closes_at) == (0, None)


@on_sqlite
def test_a_draft_does_not_end_before_its_campaign_opens(client, staff, draft):
    opens_at = datetime(2099, 12, 10, 17, tzinfo=UTC)
    db.session.execute(update(Campaign).values(published_at=opens_at))
    db.session.commit()

    refused = send(client, address_of(draft), closes_at="2099-12-10T17:00")
    unsaved = row_of(draft).closes_at
    saved = send(client, address_of(draft), closes_at="2099-12-10T17:01")

    assert (refused.status_code, saved.status_code) == (400, 303)
    words = f"The campaign opens on {datetime_here(opens_at)}. Choose a later time."
    assert words in visible_text(refused.text)
    assert unsaved is None
    assert row_of(draft).closes_at == opens_at + timedelta(minutes=1)


def test_a_draft_whose_end_has_passed_can_be_edited(client, staff):
    end = datetime(2026, 1, 1, 12, 30, 15, 7, tzinfo=UTC)
    action = make_action(closes_at=end)
    db.session.execute(update(Action).values(published_at=None))
    db.session.commit()

    answer = send(client, address_of(action), texts__en__button="Sign now")

    assert answer.status_code == 303
    row = row_of(action)
    assert (row.closes_at, row.retain_from, row.version) == (end, end, 2)


def test_kind_and_end_stay_fixed_when_a_signed_action_is_unpublished(client, staff, action):
    make_signature(action)
    db.session.execute(update(Action).values(published_at=None))
    db.session.commit()

    page = client.get(address_of(action)).text
    changed = {"closes_at": "2099-12-10T18:00", "kind": "pledge", "texts__en__button": "Sign now"}
    send(client, address_of(action), **changed)

    assert 'name="closes_at"' not in page
    assert 'name="kind"' not in page
    assert address_of(action, "close/") in page
    row = row_of(action)
    assert (row.kind, row.closes_at, row.retain_from) == ("petition", None, None)
    assert db.session.scalars(select(ActionText.button)).one() == "Sign now"


def test_the_end_of_a_published_action_is_set_on_the_page_that_closes_it(client, staff, action):
    page = client.get(address_of(action)).text
    send(client, address_of(action), closes_at="2030-12-10T18:00")

    assert 'name="closes_at"' not in page
    assert address_of(action, "close/") in page
    assert row_of(action).closes_at is None


def test_planning_an_end_while_someone_publishes_is_refused_and_keeps_the_text(
    client, staff, draft
):
    fields = fields_of(client.get(address_of(draft)).text)
    db.session.execute(update(Action).filter_by(id=draft.id).values(published_at=LONG_AGO))
    db.session.commit()

    typed = {"closes_at": "2030-12-10T18:00", "texts.en.button": "Sign now"}
    answer = client.post(address_of(draft), data=fields | typed)

    said = client.get(answer.location).text
    assert "its kind and closing time were not changed" in said
    assert '<div class="notice attention" role="alert">' in said
    assert row_of(draft).closes_at is None
    assert find_content(ACTION, draft.id)[0]["texts.en.button"] == "Sign now"


def test_a_role_that_cannot_close_cannot_edit_the_result(client, staff, action, monkeypatch):
    without = ROLES["campaigner"] - {"campaigns.publish"}
    monkeypatch.setitem(ROLES, "campaigner", without)

    for address in (address_of(action), f"/staff/campaigns/{action.campaign_id}/edit/"):
        page = client.get(address).text
        send(client, address, texts__en__result="They listened.")
        assert 'name="texts.en.result"' not in page

    for table in (ActionText, CampaignText):
        assert db.session.scalars(select(table.result)).all() == [""]


def test_a_former_address_still_takes_signatures(client, staff, action):
    open_page = hidden_inputs(client, PUBLIC)
    send(client, address_of(action), slug="new-name")
    publish_all()

    assert client.get(f"{PUBLIC}?source=paper").location == (
        "/en/campaigns/racism/new-name/?source=paper"
    )
    assert client.post(PUBLIC, data=open_page | ADA).status_code == 303
    assert len(db.session.scalars(select(Signature)).all()) == 1
    assert client.get(f"{PUBLIC}count.json").location == (
        "/en/campaigns/racism/new-name/count.json"
    )


def test_a_new_language_of_a_public_action_must_be_complete_to_be_published(client, staff):
    campaign = make_campaign(locales=("en", "ru"))
    action = make_action(campaign=campaign, locales=("en",))

    answer = send(client, address_of(action), texts__ru__title="Требование")

    changes = client.get(f"/staff/campaigns/{campaign.id}/changes/").text
    assert answer.status_code == 303
    assert "This action is missing these texts" in changes
    assert db.session.scalars(select(ActionText.locale)).all() == ["en"]


def test_the_result_of_a_closed_action_is_on_its_page(client, staff):
    action = make_action(closes_at=datetime(2026, 1, 1, tzinfo=UTC))
    send(client, address_of(action), texts__en__result="They listened.")
    publish_all()

    page = client.get(PUBLIC)

    assert page.status_code == 200
    assert "They listened." in page.text


@on_sqlite
def test_the_choice_between_two_ambiguous_times_is_kept(app, client, staff, draft):
    app.config["TIMEZONE"] = "Europe/Berlin"

    asked = send(client, address_of(draft), closes_at="2099-10-25T02:30")
    send(client, address_of(draft), closes_at="2099-10-25T02:30", closes_at_which="1")
    send(client, address_of(draft))  # saved again as it is shown

    assert asked.status_code == 400
    assert "Choose which one you mean" in asked.text
    assert row_of(draft).closes_at == datetime(2099, 10, 25, 1, 30, tzinfo=UTC)
    assert row_of(draft).version == 2, "the first revision, and one change"


def test_the_language_of_the_source_texts_cannot_be_removed(client, staff):
    campaign = make_campaign(locales=("en", "ru"))
    action = make_action(campaign=campaign, locales=("en", "ru"))
    campaign.published_at = None
    db.session.commit()

    for page in (f"/staff/campaigns/{campaign.id}/", address_of(action, "")):
        shown = client.get(f"{page}edit/").text

        assert "Remove Russian" in shown
        assert "Remove English" not in shown
        assert client.get(f"{page}languages/en/remove/").status_code == 404


def test_a_language_that_is_not_public_can_be_removed(client, staff):
    campaign = make_campaign(locales=("en", "ru"))
    action = make_action(campaign=campaign, locales=("en", "ru"))
    assert client.get(address_of(action, "languages/ru/remove/")).status_code == 404
    campaign.published_at = None
    db.session.commit()

    answer = send(client, address_of(action, "languages/ru/remove/"))

    assert answer.status_code == 303
    assert db.session.scalars(select(ActionText.locale)).all() == ["en"]
    assert client.get(address_of(action, "languages/en/remove/")).status_code == 404


@on_sqlite
def test_the_form_of_a_pledge_speaks_of_pledges(client, staff):
    pledge = make_action(kind="pledge", slug="speak-up")

    form = client.get(address_of(pledge)).text

    assert '<label for="texts.en.title">Pledge' in form
    assert "One sentence that says what people promise to do." in form
    assert "with which the text of the page begins" in form
    assert "for example “Make the pledge”" in form
    assert "“Sign the petition”" not in form
    assert "“We publish what you have achieved”" in form
    assert "petition" not in visible_text(form).lower()


@on_sqlite
def test_a_background_is_needed_where_the_source_has_one(client, staff):
    action = make_action(locales=("en", "ru"))

    page = client.get(address_of(action)).text
    send(client, address_of(action), texts__ru__background="")
    public = client.get(address_of(action)).text

    assert 'data-need="texts.ru.background"' in page
    assert 'data-need="texts.en.background"' not in page
    assert 'data-need="texts.ru.background"' not in public


@on_sqlite
def test_a_translation_of_an_earlier_source_is_marked_with_the_change(client, staff):
    action = make_action(locales=("en", "ru"))
    before = client.get(address_of(action)).text

    send(client, address_of(action), texts__en__summary="Summary of all crimes (en)")
    page = client.get(address_of(action)).text

    mark = '<span class="tag warn">English changed</span>'
    assert (before.count(mark), page.count(mark)) == (0, 1)
    field = page.partition('id="texts.ru.summary"')[0].rpartition('for="texts.ru.summary"')[2]
    assert mark in field
    assert re.search(r"<del>.*?hate-crimes</del>", field)
    assert re.search(r"<ins>.*?all crimes</ins>", field)


@on_sqlite
def test_a_translation_can_be_said_to_be_still_right(client, staff):
    action = make_action(locales=("en", "ru"))
    send(client, address_of(action), texts__en__summary="Summary of all crimes (en)")
    page = client.get(address_of(action)).text
    number = find_content(ACTION, action.id)[1]
    assert page.count("The translation is still right") == 1
    (tick,) = re.findall(r'name="still_right" value="([^"]+)"', page)

    send(client, address_of(action))
    unticked = client.get(address_of(action)).text
    refused = send(client, address_of(action), still_right=tick, slug="Not a slug").text
    send(client, address_of(action), still_right=tick)
    after = client.get(address_of(action)).text

    assert "English changed" in unticked
    assert f'value="{tick}" checked' in refused
    assert "English changed" not in after
    assert "The translation is still right" not in after
    assert re.search(r"data-saved>(Draft s|S)aved at ", after)
    assert find_content(ACTION, action.id)[1] == number, "no text has changed"


@on_sqlite
def test_a_tick_confirms_no_translation_of_a_source_that_has_changed_since(client, staff):
    action = make_action(locales=("en", "ru"))
    send(client, address_of(action), texts__en__summary="Summary of all crimes (en)")
    (tick,) = re.findall(r'name="still_right" value="([^"]+)"', client.get(address_of(action)).text)

    send(client, address_of(action), texts__en__summary="Another demand (en)", still_right=tick)

    assert "English changed" in client.get(address_of(action)).text


@pytest.mark.parametrize("tick", ["", " ", "x", "texts.xx.title 1", "texts.ru.title nothing"])
@on_sqlite
def test_ticks_that_no_page_shows_are_ignored(client, staff, tick):
    assert send(client, address_of(make_action()), still_right=tick).status_code == 303


@on_sqlite
def test_a_new_action_has_the_usual_texts_in_the_second_language_too(client, staff):
    campaign = make_campaign(locales=("en", "ru"))
    new = f"/staff/campaigns/{campaign.id}/actions/new/"

    there = send(client, new, kind="petition", title="Punish hate crimes").location
    fields = fields_of(client.get(there).text)
    send(client, there, texts__en__summary="A summary")
    untouched = db.session.scalars(select(ActionText.locale)).all()
    send(client, there, texts__ru__title="Накажите")

    assert fields["texts.ru.button"] == "Подписать петицию"
    assert all(fields[f"texts.ru.{name}"] for name in ("thanks", "share_text"))
    assert untouched == ["en"]
    text = db.session.scalars(select(ActionText).filter_by(locale="ru")).one()
    assert (text.title, text.button) == ("Накажите", "Подписать петицию")


@on_sqlite
def test_two_languages_share_each_hint_and_unused_texts_are_folded(client, staff):
    action = make_action(locales=("en", "ru"))

    page = client.get(f"{address_of(action)}?right=ru").text

    assert page.count("Two or three sentences with which the text of the page begins.") == 1
    described = 'aria-describedby="texts.en.summary-hint"'
    assert page.count(described) == 2
    folded = re.findall(r'<details class="fold2 optional-text">(.*?)</details>', page, re.DOTALL)
    assert any('name="texts.en.result"' in one for one in folded)
    assert not any('name="texts.en.background"' in one for one in folded), "it has a text"


@on_sqlite
def test_the_usual_texts_that_are_filled_in_count_as_translated(client, staff):
    campaign = make_campaign(locales=("en", "ru"))
    new = f"/staff/campaigns/{campaign.id}/actions/new/"
    there = send(client, new, kind="petition", title="Punish hate crimes").location

    page = client.get(f"{there}?right=ru").text

    assert "Подписать петицию" in page
    assert "not translated" not in page


@on_sqlite
def test_words_of_its_own_in_emails_are_folded_until_there_are_any(client, staff):
    action = make_action(locales=("en", "ru"))
    fold = r'<details class="fold2"( open)?>\s*<summary>Your own words in the emails'

    empty = client.get(address_of(action)).text
    send(client, address_of(action), texts__en__receipt_text="We will write to the minister.")
    filled = client.get(address_of(action)).text

    assert [re.search(fold, page)[1] for page in (empty, filled)] == [None, " open"]


@on_sqlite
def test_a_closing_time_is_entered_in_the_time_of_a_city(app, client, staff, draft):
    app.config["TIMEZONE"] = "Europe/Berlin"

    page = client.get(address_of(draft)).text

    label = page.partition('<label for="closes_at">')[2].partition("</label>")[0]
    assert "<span>Berlin</span>" in label


@on_sqlite
def test_a_closing_time_that_has_passed_is_marked_in_a_draft(client, staff, draft):
    words = "so nobody could take part."
    later = utc_now() + timedelta(days=1)
    db.session.execute(update(Action).values(closes_at=later, retain_from=later))
    db.session.commit()
    before = client.get(address_of(draft)).text
    times = {"closes_at": LONG_AGO, "retain_from": LONG_AGO}
    db.session.execute(update(Action).values(times))
    db.session.commit()

    after = client.get(address_of(draft)).text
    answer = send(client, address_of(draft), closes_at="2020-01-02T03:04")

    assert (words in before, words in after) == (False, True)
    assert 'id="closes_at-problem"' in after
    assert answer.status_code == 400
    assert "This time has passed. Choose a later one." in answer.text


@on_sqlite
def test_the_meaning_of_a_milestone_says_its_language_beside_another(client, staff, action):
    page = client.get(address_of(action, "edit/?right=ru")).text

    labels = re.findall(r"<label [^>]*>(Meaning of milestone 1.*?)</label>", page)

    assert [re.sub(r"[\u2066-\u2069]", "", label) for label in labels] == [
        "Meaning of milestone 1 <span>(English)</span>",
        "Meaning of milestone 1 <span>(Russian)</span>",
    ]
