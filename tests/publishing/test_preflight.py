"""The pre-flight list: a whole campaign passes, and each fault is found, with its remedy."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from campaign_actions.actions.edit_forms import ActionTextForm
from campaign_actions.actions.models import Action, ActionText, ConsentText, Signature
from campaign_actions.campaigns.edit import save_campaign
from campaign_actions.campaigns.forms import CampaignTextForm
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText, Picture
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.publishing.checks.texts import (
    ACTION_TEXTS,
    ACTION_TEXTS_THAT_MAY_BE_EMPTY,
    CAMPAIGN_TEXTS,
)
from tests.support.drafts import look, make_draft, set_instant
from tests.support.factories import LONG_AGO, NOON, ended, make_action, make_campaign, make_staff


@pytest.fixture(autouse=True)
def in_a_request(app):
    """The list is in the language of who reads it."""
    with app.test_request_context("/en/"):
        yield


def change(statement) -> None:
    db.session.execute(statement)
    db.session.commit()


def words(looked, state: str) -> list[str]:
    return [f.words for s in looked.sections for f in s.findings if f.state == state]


def test_a_whole_campaign_has_nothing_to_mend(app):
    looked = look(make_draft().id)

    assert looked.faults() == []
    assert words(looked, "mend") == []
    assert {section.locale for section in looked.sections} == {"en", "ru", ""}


def test_each_language_of_each_action_is_rehearsed_and_nothing_is_left(app):
    looked = look(make_draft().id)

    done = [text for text in words(looked, "ok") if "test signature" in text]
    assert len(done) == 2
    assert db.session.query(Signature).count() == db.session.query(OutboxMail).count() == 0


def test_what_lacks_is_named_as_its_field_is_where_it_is_written(app):
    lists = {
        CampaignTextForm: CAMPAIGN_TEXTS,
        ActionTextForm: ACTION_TEXTS | ACTION_TEXTS_THAT_MAY_BE_EMPTY,
    }

    differing = {
        (form.__name__, name): (str(said), form()[name].label.text)
        for form, names in lists.items()
        for name, said in names.items()
        if str(said) != str(form()[name].label.text)
    }

    assert differing == {}


@pytest.mark.parametrize(
    ("statement", "said", "place"),
    [
        (
            update(CampaignText).filter_by(locale="ru").values(summary=" "),
            "lacks: Summary",
            "/edit/",
        ),
        (update(ActionText).filter_by(locale="ru").values(button=""), "lacks: Button", "/edit/"),
        (delete(ActionText).filter_by(locale="ru"), "not written in this language", "/edit/"),
        (update(Action).values(ended(NOON)), "would be closed", "/close/"),
        (
            update(CampaignText).values(is_public=False),
            "No language is marked as public",
            "#languages",
        ),
    ],
)
def test_what_is_missing_must_be_mended_and_says_where(app, statement, said, place):
    campaign = make_draft()
    change(statement)

    faults = look(campaign.id).faults()

    assert any(said in fault.words and place in fault.address for fault in faults), faults
    assert all(fault.remedy for fault in faults)


def test_without_a_consent_text_a_language_is_not_ready(app):
    campaign = make_draft()
    if db.engine.dialect.name == "sqlite":
        change(db.text("delete from consent_texts where locale = 'ru'"))
    else:
        change(delete(ConsentText).filter_by(locale="ru"))

    faults = look(campaign.id).faults()

    assert [fault.words for fault in faults] == [
        "There is no consent text in this language, so nobody can sign in it."
    ]


def test_a_language_that_is_left_out_holds_nothing_up(app):
    campaign = make_draft()
    change(update(CampaignText).filter_by(locale="ru").values(is_public=False, summary=""))

    looked = look(campaign.id)

    assert looked.faults() == []
    assert [fault.words for fault in looked.faults(locales=["ru"])] == [
        "The campaign lacks: Summary."
    ]


def test_an_action_that_does_not_open_yet_holds_nothing_up(app):
    campaign = make_draft()
    action = make_draft_action(campaign, button="")

    looked = look(campaign.id)

    assert {fault.action_id for fault in looked.faults()} == {action.id}
    assert looked.faults(without_actions=[action.id]) == []


def make_draft_action(campaign, **texts):
    set_instant(campaign.id, LONG_AGO)
    action = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    set_instant(campaign.id, None)
    change(update(ActionText).filter_by(action_id=action.id).values(**texts))
    return action


@pytest.mark.parametrize(
    ("copy", "said"),
    [
        ("[here](javascript:alert)", "looks like a link and is none"),
        ("[here](https://example.org", "looks like a link and is none"),
        ("[here] (https://example.org)", "looks like a link and is none"),
        ("[here](mailto:ada@example.org)", "Pages do not lead there"),
        ("[here](ftp://example.org/)", "Pages do not lead there"),
        ("[here](example.org)", "This address is not whole"),
        ("[here](/en/campaigns/nothing/)", "There is no such page here"),
        ("[here](/en/campaigns/racism/nothing/)", "There is no such page here"),
        ("[here](/xx/)", "There is no such page here"),
        ("[here](/en/nothing)", "There is no such page here"),
        ("[here](http://actions.example.org/nothing/)", "There is no such page here"),
    ],
)
def test_a_link_that_leads_nowhere_must_be_mended(app, copy, said):
    campaign = make_draft()
    change(update(CampaignText).filter_by(locale="en").values(body=f"Read it {copy}"))

    faults = look(campaign.id).faults()

    assert len(faults) == 1
    assert said in faults[0].words


@pytest.mark.parametrize(
    "link",
    [
        "/en/",
        "/ru/privacy/",
        "/en/campaigns/racism/",
        "/en/campaigns/racism/hate-crimes/#sign",
        "/ru/campaigns/women/?source=racism",
        "http://actions.example.org/en/campaigns/racism/",
        "#what-we-ask",
    ],
)
def test_a_link_to_a_page_that_will_be_there_is_well(app, link):
    make_campaign(slug="women", locales=("en", "ru"))
    campaign = make_draft()
    change(update(CampaignText).filter_by(locale="en").values(body=f"Read it [here]({link})"))

    assert look(campaign.id).faults() == []


def test_a_link_to_a_campaign_that_opens_later_is_a_fault(app):
    other = make_campaign(slug="women")
    set_instant(other.id, NOON + timedelta(days=2))
    campaign = make_draft()
    body = "See [them](/en/campaigns/women/)"
    change(update(CampaignText).filter_by(campaign_id=campaign.id, locale="en").values(body=body))

    before = look(campaign.id, at=NOON + timedelta(days=1)).faults()
    after = look(campaign.id, at=NOON + timedelta(days=2)).faults()

    assert [fault.words for fault in before] == [
        "This page is not public by then: /en/campaigns/women/"
    ]
    assert "That page opens on 22 November 2026, 12:00 (UTC)" in before[0].remedy
    assert after == []


@pytest.mark.parametrize("path", ["women/", "women/march/"])
@pytest.mark.parametrize("opens_at", [None, NOON + timedelta(days=1)])
def test_a_link_does_not_tell_of_campaigns_that_somebody_may_not_see(app, path, opens_at):
    """By their slugs one could find out what others prepare, and by `at` for when."""
    make_action(campaign=make_campaign(slug="women"), slug="march")
    other = db.session.scalars(select(Campaign).filter_by(slug="women")).one()
    set_instant(other.id, opens_at)
    campaign = make_draft()
    later = {"at": NOON + timedelta(days=2), "sees": frozenset({campaign.id})}

    link_to_another(campaign, path)
    secret = look(campaign.id, **later).faults()
    link_to_another(campaign, path.replace("women", "nothing"))
    nothing = look(campaign.id, **later).faults()

    assert [(f.words.replace("women", "nothing"), f.remedy) for f in secret] == [
        (f.words, f.remedy) for f in nothing
    ]
    assert len(nothing) == 1


@pytest.mark.parametrize("path", ["women/", "women/march/"])
def test_a_link_to_what_is_public_is_well_whoever_looks(app, path):
    make_action(campaign=make_campaign(slug="women"), slug="march")
    campaign = make_draft()
    link_to_another(campaign, path)

    assert look(campaign.id, sees=frozenset({campaign.id})).faults() == []


def test_of_a_campaign_that_somebody_may_see_the_time_is_told(app):
    action = make_action(campaign=make_campaign(slug="women"), slug="march")
    set_instant(action.campaign_id, NOON)
    tomorrow = NOON + timedelta(days=1)
    change(update(Action).filter_by(id=action.id).values(published_at=tomorrow))
    campaign = make_draft()
    sees = frozenset({campaign.id, action.campaign_id})
    link_to_another(campaign, "women/march/")

    early = look(campaign.id, sees=sees).faults()
    in_time = look(campaign.id, at=tomorrow, sees=sees).faults()
    change(update(Action).filter_by(id=action.id).values(published_at=None))
    undecided = look(campaign.id, sees=sees).faults()

    assert "That page opens on 21 November 2026, 12:00 (UTC)" in early[0].remedy
    assert in_time == []
    assert undecided[0].remedy == "Publish that page first, or take the link out."


def link_to_another(campaign, path: str) -> None:
    body = f"See [them](/en/campaigns/{path})"
    change(update(CampaignText).filter_by(campaign_id=campaign.id, locale="en").values(body=body))


def test_links_to_other_sites_are_listed_for_a_person(app):
    campaign = make_draft()
    body = "[a](https://example.org/report?x=1) and [b](//example.com/)"
    change(update(CampaignText).filter_by(locale="en").values(body=body))

    looked = look(campaign.id)

    found = [f for s in looked.sections for f in s.findings if f.outside]
    assert [f.outside for f in found] == [("https://example.org/report?x=1", "//example.com/")]
    assert looked.faults() == []


def test_a_picture_must_be_described_in_each_language(app):
    campaign = make_draft()
    db.session.add(Picture(name="p", campaign_id=campaign.id, width=1, height=1, added_at=NOON))
    change(update(CampaignText).filter_by(locale="en").values(picture_alt="A crowd"))

    faults = look(campaign.id).faults()

    assert [fault.words for fault in faults] == ["The picture is not described in this language."]


def test_a_partner_must_have_a_name_in_each_language_and_may_have_points(app):
    campaign = make_draft()
    name = PartnerText(locale="en", name="The Women's League", points="")
    db.session.add(Partner(campaign_id=campaign.id, website="example.org", texts=[name]))
    db.session.commit()

    looked = look(campaign.id)

    said = {fault.words for fault in looked.faults()}
    assert "Partner 1 has no name in this language." in said
    assert "The website of a partner is no whole address: example.org" in said
    assert any("no action points of The Women's League" in w for w in words(looked, "warning"))


def test_the_faults_of_partners_lead_to_their_page(app):
    campaign = make_draft()
    text = PartnerText(locale="en", name="The League", points="See [this](www.example.org).")
    db.session.add(Partner(campaign_id=campaign.id, website="example.org", texts=[text]))
    db.session.commit()

    faults = look(campaign.id).faults()

    assert {f.address for f in faults} == {f"/staff/campaigns/{campaign.id}/partners/"}
    assert {f.words.partition(":")[0] for f in faults} >= {
        "Partner 1 has no name in this language.",
        "The website of a partner is no whole address",
    }
    assert len({f.words for f in faults}) == 3


def test_where_there_is_nothing_to_do_the_list_leads_to_a_new_action(app):
    campaign = make_campaign()

    looked = look(campaign.id)

    (found,) = [f for s in looked.sections for f in s.findings if "cannot do anything" in f.words]
    assert found.address == f"/staff/campaigns/{campaign.id}/actions/new/"


def test_a_small_goal_and_an_empty_background_are_pointed_out(app):
    campaign = make_draft()
    change(update(Action).values(goal=1))
    change(update(ActionText).values(background=""))

    looked = look(campaign.id)

    assert looked.faults() == []
    assert {"Goal: 1.", "Empty, as it may be: Background."} <= set(words(looked, "warning"))


@pytest.mark.parametrize(("locale", "is_half"), [("ru", True), ("en", False)])
def test_what_the_source_has_no_public_language_lacks(app, locale, is_half):
    campaign = make_draft(source_locale="en")
    texts = [
        PartnerText(locale=tag, name="League", points="" if tag == locale else "- One")
        for tag in ("en", "ru")
    ]
    db.session.add(Partner(campaign_id=campaign.id, texts=texts))
    change(update(ActionText).filter_by(locale=locale).values(background=" "))

    looked = look(campaign.id)

    background = "This action lacks: Background." if is_half else "Empty, as it may be: Background."
    points = "There are no action points of League in this language."
    state = "mend" if is_half else "warning"
    assert {background, points} <= set(words(looked, state))
    assert len(looked.faults()) == (2 if is_half else 0)
    assert looked.faults(locales=["en"]) == []


def test_a_mail_whose_template_breaks_is_found(app, monkeypatch):
    campaign = make_draft(locales=("en",))
    monkeypatch.setitem(
        app.jinja_env.globals, "direction", lambda *_given: 1 / 0
    )  # as a wrong template would
    app.jinja_env.cache.clear()

    faults = look(campaign.id).faults()

    app.jinja_env.cache.clear()
    assert [fault.words for fault in faults] == [
        "These mails do not come out: Mail to confirm, Reminder, Mail to people who have signed already,"
        " Email to people whose address is not accepted."
    ]


def test_a_text_that_was_changed_after_it_had_been_translated_is_named(app):
    campaign, grace = make_draft(), make_staff("campaigner")
    before = look(campaign.id)

    changes = {"texts.en.title": "Another title"}
    save_campaign(campaign.id, changes, opened_at=campaign.version, by=grace, now=NOON)
    after = look(campaign.id)

    assert "No source has changed since it was translated." in words(before, "ok")
    (found,) = [f for s in after.sections for f in s.findings if "translated" in f.words]
    assert found.words == "1 text was changed after it had been translated."
    assert found.address == f"/staff/translations/ru/campaign-{campaign.id}/?show=stale"
    assert after.faults() == []
