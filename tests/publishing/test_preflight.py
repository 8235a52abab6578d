"""Pre-flight checks: a complete campaign passes, and each problem is found, with its remedy."""

from datetime import timedelta

import pytest
from flask import g
from sqlalchemy import delete, select, update

from campaign_actions.actions import edit as actions
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.edit_forms import EMAIL_TEXTS, ActionTextForm
from campaign_actions.actions.models import Action, ActionText, Signature
from campaign_actions.campaigns import edit as campaigns
from campaign_actions.campaigns.edit import save_campaign
from campaign_actions.campaigns.forms import CampaignTextForm
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText, Picture
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.publishing.checks.needed_texts import (
    ACTION_TEXTS,
    CAMPAIGN_TEXTS,
    OPTIONAL_ACTION_TEXTS,
)
from tests.support.drafts import make_draft, preflight_of, set_opening_time
from tests.support.factories import LONG_AGO, NOON, ended, make_action, make_campaign, make_staff

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def in_a_request(app):
    """Messages are in the language of the page."""
    with app.test_request_context("/en/"):
        yield


def execute_and_commit(statement) -> None:
    db.session.execute(statement)
    db.session.commit()


def messages(result, state: str) -> list[str]:
    return [f.message for s in result.sections for f in s.findings if f.state == state]


def test_a_complete_campaign_has_nothing_to_fix(app):
    result = preflight_of(make_draft().id)

    assert result.blockers() == []
    assert messages(result, "blocker") == []
    assert {section.locale for section in result.sections} == {"en", "ru", ""}


def test_a_test_signature_is_made_for_each_language_and_leaves_no_trace(app):
    result = preflight_of(make_draft().id)

    done = [text for text in messages(result, "ok") if "test entry" in text]
    assert len(done) == 2
    assert db.session.query(Signature).count() == db.session.query(OutboxMail).count() == 0


def test_actions_are_named_in_the_language_of_the_reader_or_of_the_campaign(app):
    campaign = make_draft(locales=("ar", "en", "ru"))
    titles = {"ar": "عنوان", "en": "English title", "ru": "Русский заголовок"}
    for locale, title in titles.items():
        execute_and_commit(update(ActionText).filter_by(locale=locale).values(title=title))

    for reader, seen in {"ru": "ru", "en": "en", "fr": "en"}.items():
        g.locale = reader
        whole = preflight_of(campaign.id).sections[-1]
        assert {(f.subject, f.locale) for f in whole.findings} == {(titles[seen], seen)}


def test_missing_texts_have_the_labels_of_their_fields(app):
    lists = {
        CampaignTextForm: CAMPAIGN_TEXTS,
        ActionTextForm: ACTION_TEXTS | OPTIONAL_ACTION_TEXTS,
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
            "missing these texts: summary",
            "/edit/",
        ),
        (
            update(ActionText).filter_by(locale="ru").values(button=""),
            "missing these texts: button text",
            "/edit/",
        ),
        (delete(ActionText).filter_by(locale="ru"), "not available in this language", "/edit/"),
        (update(Action).values(ended(NOON)), "would already be closed", "/close/"),
        (update(Action).values(ended(NOON - timedelta(days=1))), "The action closed on", "/close/"),
        (
            update(CampaignText).values(is_public=False),
            "No language is marked as public",
            "#languages",
        ),
    ],
)
def test_what_is_missing_blocks_publishing_and_links_to_where_it_is_fixed(
    app, statement, said, place
):
    campaign = make_draft()
    execute_and_commit(statement)

    blockers = preflight_of(campaign.id).blockers()

    assert any(said in blocker.message and place in blocker.url for blocker in blockers), blockers
    assert all(blocker.remedy for blocker in blockers)


def test_without_a_consent_text_of_each_kind_a_language_is_not_ready(app):
    campaign = make_campaign(locales=("en", "ru"))
    make_action(campaign=campaign, locales=("en", "ru"))
    pledge = make_action(campaign=campaign, slug="pledge", kind="pledge", locales=("en", "ru"))
    set_opening_time(campaign.id, None)
    execute_and_commit(db.text("delete from consent_texts where locale = 'ru'"))

    blockers = preflight_of(campaign.id).blockers()

    found = [(blocker.message.partition(" is ")[0], blocker.url) for blocker in blockers]
    assert found == [
        (f"The consent text for {kind}s", f"/staff/consent/ru/{kind}/?campaign={campaign.id}")
        for kind in ("petition", "pledge")
    ]
    others = preflight_of(campaign.id).blockers(without_actions=[pledge.id])
    assert [blocker.url for blocker in others] == [
        f"/staff/consent/ru/petition/?campaign={campaign.id}"
    ]


def test_a_kind_that_a_campaign_does_not_use_needs_no_consent_text(app):
    campaign = make_draft()

    result = preflight_of(campaign.id)

    assert "There is a consent text for petitions." in messages(result, "ok")
    assert "There is a consent text for pledges." not in messages(result, "ok")
    assert result.blockers() == []


def test_a_hidden_language_blocks_nothing(app):
    campaign = make_draft()
    execute_and_commit(
        update(CampaignText).filter_by(locale="ru").values(is_public=False, summary="")
    )

    result = preflight_of(campaign.id)

    assert result.blockers() == []
    assert [blocker.message for blocker in result.blockers(locales=["ru"])] == [
        "The campaign is missing these texts: summary."
    ]


def test_an_action_that_does_not_open_yet_blocks_nothing(app):
    campaign = make_draft()
    action = make_draft_action(campaign, button="")

    result = preflight_of(campaign.id)

    assert {blocker.action_id for blocker in result.blockers()} == {action.id}
    assert result.blockers(without_actions=[action.id]) == []


def make_draft_action(campaign, **texts):
    set_opening_time(campaign.id, LONG_AGO)
    action = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    set_opening_time(campaign.id, None)
    execute_and_commit(update(ActionText).filter_by(action_id=action.id).values(**texts))
    return action


@pytest.mark.parametrize(
    ("copy", "said"),
    [
        ("[here](javascript:alert)", "looks like a link but does not work as one"),
        ("[here](https://example.org", "looks like a link but does not work as one"),
        ("[here] (https://example.org)", "looks like a link but does not work as one"),
        ("[here](mailto:ada@example.org)", "This link will not work"),
        ("[here](ftp://example.org/)", "This link will not work"),
        ("[here]()", "A link has no address."),
        ("[here](example.org)", "This is not a full address"),
        ("[here](/en/campaigns/nothing/)", "This page does not exist on this site"),
        ("[here](/en/campaigns/racism/nothing/)", "This page does not exist on this site"),
        ("[here](/xx/)", "This page does not exist on this site"),
        ("[here](/en/nothing)", "This page does not exist on this site"),
        ("[here](http://actions.example.org/nothing/)", "This page does not exist on this site"),
    ],
)
def test_a_broken_link_blocks_publishing(app, copy, said):
    campaign = make_draft()
    execute_and_commit(
        update(CampaignText).filter_by(locale="en").values(body=f"## Why\n\nRead it {copy}")
    )

    blockers = preflight_of(campaign.id).blockers()

    assert len(blockers) == 1
    assert said in blockers[0].message


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
def test_a_link_to_a_page_that_will_be_public_is_fine(app, link):
    make_campaign(slug="women", locales=("en", "ru"))
    campaign = make_draft()
    execute_and_commit(
        update(CampaignText).filter_by(locale="en").values(body=f"## Why\n\nRead it [here]({link})")
    )

    assert preflight_of(campaign.id).blockers() == []


def test_a_link_to_a_campaign_that_opens_later_blocks_publishing(app):
    other = make_campaign(slug="women")
    set_opening_time(other.id, NOON + timedelta(days=2))
    campaign = make_draft()
    body = "## Why\n\nSee [them](/en/campaigns/women/)"
    execute_and_commit(
        update(CampaignText).filter_by(campaign_id=campaign.id, locale="en").values(body=body)
    )

    before = preflight_of(campaign.id, at=NOON + timedelta(days=1)).blockers()
    after = preflight_of(campaign.id, at=NOON + timedelta(days=2)).blockers()

    assert [blocker.message for blocker in before] == [
        "This page will not be public when the campaign opens: /en/campaigns/women/"
    ]
    assert "That page opens on 22 November 2026, 12:00 (UTC)" in before[0].remedy
    assert after == []


@pytest.mark.parametrize("path", ["women/", "women/march/"])
@pytest.mark.parametrize("opens_at", [None, NOON + timedelta(days=1)])
def test_links_do_not_reveal_campaigns_that_the_reader_may_not_see(app, path, opens_at):
    """Guessed slugs would reveal what others prepare, and different times when it opens."""
    make_action(campaign=make_campaign(slug="women"), slug="march")
    other = db.session.scalars(select(Campaign).filter_by(slug="women")).one()
    set_opening_time(other.id, opens_at)
    campaign = make_draft()
    later = {"at": NOON + timedelta(days=2), "visible_ids": frozenset({campaign.id})}

    set_link(campaign, path)
    secret = preflight_of(campaign.id, **later).blockers()
    set_link(campaign, path.replace("women", "nothing"))
    nothing = preflight_of(campaign.id, **later).blockers()

    assert [(f.message.replace("women", "nothing"), f.remedy) for f in secret] == [
        (f.message, f.remedy) for f in nothing
    ]
    assert len(nothing) == 1


@pytest.mark.parametrize("path", ["women/", "women/march/"])
def test_a_link_to_a_public_page_is_fine_for_every_reader(app, path):
    make_action(campaign=make_campaign(slug="women"), slug="march")
    campaign = make_draft()
    set_link(campaign, path)

    assert preflight_of(campaign.id, visible_ids=frozenset({campaign.id})).blockers() == []


def test_the_remedy_names_the_opening_time_of_a_campaign_that_the_reader_may_see(app):
    action = make_action(campaign=make_campaign(slug="women"), slug="march")
    set_opening_time(action.campaign_id, NOON)
    tomorrow = NOON + timedelta(days=1)
    execute_and_commit(update(Action).filter_by(id=action.id).values(published_at=tomorrow))
    campaign = make_draft()
    visible_ids = frozenset({campaign.id, action.campaign_id})
    set_link(campaign, "women/march/")

    early = preflight_of(campaign.id, visible_ids=visible_ids).blockers()
    in_time = preflight_of(campaign.id, at=tomorrow, visible_ids=visible_ids).blockers()
    execute_and_commit(update(Action).filter_by(id=action.id).values(published_at=None))
    undecided = preflight_of(campaign.id, visible_ids=visible_ids).blockers()

    assert "That page opens on 21 November 2026, 12:00 (UTC)" in early[0].remedy
    assert in_time == []
    assert undecided[0].remedy == "Publish that page first, or remove the link."


def set_link(campaign, path: str) -> None:
    body = f"## Why\n\nSee [them](/en/campaigns/{path})"
    execute_and_commit(
        update(CampaignText).filter_by(campaign_id=campaign.id, locale="en").values(body=body)
    )


def test_links_to_other_sites_are_listed_for_a_person(app):
    campaign = make_draft()
    body = "## Why\n\n[a](https://ohchr.org/report?x=1) and [b](//un.org/)"
    execute_and_commit(update(CampaignText).filter_by(locale="en").values(body=body))

    result = preflight_of(campaign.id)

    found = [f for s in result.sections for f in s.findings if f.external_urls]
    assert [f.external_urls for f in found] == [("https://ohchr.org/report?x=1", "//un.org/")]
    assert result.blockers() == []


def test_a_picture_must_be_described_in_each_language(app):
    campaign = make_draft()
    db.session.add(Picture(name="p", campaign_id=campaign.id, width=1, height=1, added_at=NOON))
    execute_and_commit(update(CampaignText).filter_by(locale="en").values(picture_alt="A crowd"))

    blockers = preflight_of(campaign.id).blockers()

    assert [blocker.message for blocker in blockers] == [
        "The picture description is missing in this language."
    ]


def make_partner(campaign, website=None, **names) -> Partner:
    texts = [PartnerText(locale=tag, name=name, points="- One") for tag, name in names.items()]
    partner = Partner(campaign_id=campaign.id, website=website, texts=texts)
    db.session.add(partner)
    db.session.commit()
    return partner


NAMELESS = "The partner has no name in this language."
NOT_SHOWN = "The partner is not shown in this language because it has no name there."


def test_a_language_without_the_name_of_a_partner_can_be_public(app):
    campaign = make_draft(source_locale="en")
    partner = make_partner(campaign, en="The Women's League")

    result = preflight_of(campaign.id)

    assert result.blockers() == []
    (found,) = [f for s in result.to_review() for f in s.findings if f.subject]
    assert (found.message, found.subject, found.locale) == (NOT_SHOWN, "The Women's League", "en")
    field = f"#partners.{partner.id}.ru.name"
    assert found.url == f"/staff/campaigns/{campaign.id}/partners/{partner.id}/{field}"


def test_the_texts_of_a_partner_that_a_language_leaves_out_are_one_warning(app):
    campaign = make_draft(source_locale="en")
    make_partner(campaign, en="The Women's League")

    (section,) = [one for one in preflight_of(campaign.id).sections if one.locale == "ru"]

    said = [finding.message for finding in section.of("warning")]
    assert NOT_SHOWN in said
    assert not any("not been translated" in message for message in said)


@pytest.mark.parametrize("names", [{"ru": "Лига"}, {"en": " ", "ru": ""}])
def test_a_partner_must_have_a_name_in_the_source_language(app, names):
    campaign = make_draft(source_locale="en")
    partner = make_partner(campaign, **names)

    result = preflight_of(campaign.id)

    found = result.blockers(locales=["en"])
    assert [f.message for f in found] == [NAMELESS]
    assert found[0].url.endswith(f"#partners.{partner.id}.en.name")
    assert bool(result.blockers(locales=["ru"])) == (not names["ru"])


def test_a_partner_may_have_points_and_has_a_full_website(app):
    campaign = make_draft(locales=("en",))
    partner = make_partner(campaign, "example.org", en="The Women's League")
    partner.texts[0].points = ""
    db.session.commit()

    result = preflight_of(campaign.id)

    said = {blocker.message for blocker in result.blockers()}
    assert said == {"A partner’s website is not a full address: example.org"}
    assert any("no action points for The Women's League" in w for w in messages(result, "warning"))


def test_problems_of_partners_link_to_their_fields(app):
    campaign = make_draft(source_locale="ru")
    text = PartnerText(locale="en", name="The League", points="See [this](www.example.org).")
    partner = Partner(campaign_id=campaign.id, website="example.org", texts=[text])
    db.session.add(partner)
    db.session.commit()

    blockers = preflight_of(campaign.id).blockers()

    page, own = f"/staff/campaigns/{campaign.id}/partners/", f"#partners.{partner.id}"
    assert {f.url: f.field for f in blockers} == {
        f"{page}{partner.id}/?line=1{own}.en.points": "Agreed action points (English)",
        f"{page}{partner.id}/{own}.website": "Website",
        f"{page}{partner.id}/{own}.ru.name": "Name (Russian)",
    }
    assert {f.message.partition(":")[0] for f in blockers} >= {
        NAMELESS,
        "A partner’s website is not a full address",
    }
    assert len({f.message for f in blockers}) == 3


def test_a_campaign_without_actions_links_to_the_form_for_a_new_one(app):
    campaign = make_campaign()

    result = preflight_of(campaign.id)

    (found,) = [
        f
        for s in result.sections
        for f in s.findings
        if "cannot take part in this campaign" in f.message
    ]
    assert found.url == f"/staff/campaigns/{campaign.id}/actions/new/"


def test_a_small_goal_is_a_warning_and_an_empty_background_is_not(app):
    campaign = make_draft()
    execute_and_commit(update(Action).values(goal=1))
    execute_and_commit(update(ActionText).values(background=""))

    result = preflight_of(campaign.id)

    assert result.blockers() == []
    assert "Goal: 1." in messages(result, "warning")
    assert "Optional and empty: background." in messages(result, "ok")
    assert "Optional and empty: background." not in messages(result, "warning")


@pytest.mark.parametrize(("locale", "is_half"), [("ru", True), ("en", False)])
def test_an_optional_text_is_needed_where_the_source_has_it(app, locale, is_half):
    campaign = make_draft(source_locale="en")
    texts = [
        PartnerText(locale=tag, name="League", points="" if tag == locale else "- One")
        for tag in ("en", "ru")
    ]
    db.session.add(Partner(campaign_id=campaign.id, texts=texts))
    execute_and_commit(update(ActionText).filter_by(locale=locale).values(background=" "))

    result = preflight_of(campaign.id)

    background = "This action is missing these texts: background."
    points = "There are no action points for League in this language."
    assert points in messages(result, "blocker" if is_half else "warning")
    assert (background in messages(result, "blocker")) == is_half
    assert len(result.blockers()) == (2 if is_half else 0)
    assert result.blockers(locales=["en"]) == []


def test_an_email_with_a_broken_template_is_found(app, monkeypatch):
    campaign = make_draft(locales=("en",))
    monkeypatch.setitem(
        app.jinja_env.globals, "direction", lambda *_given: 1 / 0
    )  # as a wrong template would
    app.jinja_env.cache.clear()

    blockers = preflight_of(campaign.id).blockers()

    app.jinja_env.cache.clear()
    assert [blocker.message for blocker in blockers] == [
        "These emails cannot be created: Confirmation email, Receipt after confirming, Reminder, Email to"
        " people who have already taken part, Email to people whose address is not accepted."
    ]


def test_a_source_text_changed_since_its_translation_is_a_warning(app):
    campaign, grace = make_draft(), make_staff("campaigner")
    before = preflight_of(campaign.id)

    changes = {"texts.en.title": "Another title"}
    save_campaign(campaign.id, changes, opened_at=campaign.version, by=grace, now=NOON)
    after = preflight_of(campaign.id)

    assert "Every source text is translated, and none has changed since." in messages(before, "ok")
    (found,) = [f for s in after.sections for f in s.findings if "older" in f.message]
    assert found.message == "1 translation is older than its source text."
    (key,) = (m.key for m in campaign_catalog(campaign.id).messages if m.source == "Another title")
    assert found.url == f"/staff/translations/ru/campaign-{campaign.id}/{key}/?show=stale"
    assert after.blockers() == []


def copied_in(campaign_id: int) -> list[tuple[str, str, str]]:
    """State, message and address of what the checks say about paragraphs left as they are in the source."""
    found = [f for s in preflight_of(campaign_id).sections for f in s.findings]
    return [(f.state, f.message, f.url) for f in found if "same as the source text" in f.message]


def test_a_paragraph_left_as_it_is_in_the_source_is_to_be_reviewed(app):
    campaign, grace = make_draft(), make_staff("campaigner")
    english = "The police must count these attacks.\n\nThe ministry must publish the figures."
    russian = "Полиция должна считать нападения.\n\nThe ministry must publish the figures."
    changes = {"texts.en.body": english, "texts.ru.body": russian}
    save_campaign(campaign.id, changes, opened_at=0, by=grace, now=NOON)

    found = copied_in(campaign.id)
    save_campaign(campaign.id, {"texts.ru.body": english}, opened_at=99, by=grace, now=NOON)
    both = copied_in(campaign.id)

    there = f"/staff/campaigns/{campaign.id}/edit/?right=ru#texts.ru.body"
    assert found == [("warning", "1 paragraph reads the same as the source text.", there)]
    assert both == [("warning", "2 paragraphs read the same as the source text.", there)]
    assert preflight_of(campaign.id).blockers() == []


@pytest.mark.parametrize(
    "text",
    [
        "Anna Schmidt, Prof. Dr. Omar Haddad, University of Hamburg",
        "Sign the petition",
        "12 345 678 90",
        "https://example.org/we/count/every/single/attack",
        "press@example.org, office@example.org, team@example.org, one@example.org",
        "Ludwig van der Berg und Carlos de la Torre",
    ],
)
def test_names_numbers_and_addresses_may_be_the_same_in_both_languages(app, text):
    campaign, grace = make_draft(), make_staff("campaigner")
    changes = {f"texts.{tag}.body": text for tag in ("en", "ru")}
    save_campaign(campaign.id, changes, opened_at=0, by=grace, now=NOON)

    assert copied_in(campaign.id) == []


def test_a_copied_sentence_in_the_field_of_an_action_leads_there(app):
    campaign = make_draft()
    (action,) = db.session.scalars(select(Action)).all()
    for locale in ("en", "ru"):
        write_paragraph("We act for everyone here.", locale=locale, field="summary")

    ((_state, _message, url),) = copied_in(campaign.id)

    assert url == (
        f"/staff/campaigns/{campaign.id}/actions/{action.id}/edit/?right=ru#texts.ru.summary"
    )


def test_a_paragraph_that_was_never_translated_blocks_and_is_not_called_changed(app):
    campaign, grace = make_draft(), make_staff("campaigner")
    body = "## Why racism\n\nBody (en)\n\nA paragraph of its own."
    save_campaign(campaign.id, {"texts.en.body": body}, opened_at=0, by=grace, now=NOON)

    result = preflight_of(campaign.id)

    found = [f for s in result.sections for f in s.findings if "translated" in f.message]
    assert [(f.state, f.message) for f in found] == [("blocker", "1 paragraph not translated")]
    assert found[0].url == f"/staff/campaigns/{campaign.id}/edit/?right=ru#texts.ru.body"
    assert result.blockers(locales=["en"]) == []


def test_half_a_text_of_an_action_or_a_partner_blocks(app):
    campaign, grace = make_draft(), make_staff("campaigner")
    partner = Partner(campaign_id=campaign.id, position=1)
    partner.texts = [
        PartnerText(locale="en", name="School", points="- One.\n- Two.\n- Three."),
        PartnerText(locale="ru", name="Школа", points="- Один."),
    ]
    db.session.add(partner)
    (action,) = db.session.scalars(select(Action)).all()
    changes = {"texts.en.body": "One.\n\nTwo.", "texts.ru.body": "Один."}
    save_changes(ACTION, action.id, changes, opened_at=action.version, by=grace, now=NOON)

    found = preflight_of(campaign.id).blockers(locales=["ru"])

    assert {(f.message, f.action_id) for f in found} == {
        ("1 paragraph not translated", action.id),
        ("2 paragraphs not translated", None),
    }


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://example.org/report", "This link is only an example: https://example.org/report"),
        ("http://www.Example.com", "This link is only an example: http://www.Example.com"),
        ("//example.net/", "This link is only an example: //example.net/"),
        ("https://", "This link has no address yet: https://"),
    ],
)
def test_a_link_that_is_an_example_blocks_as_in_an_update(app, link, words):
    campaign = make_draft()
    execute_and_commit(
        update(CampaignText).filter_by(locale="en").values(body=f"## Why\n\n[a]({link})")
    )

    assert [f.message for f in preflight_of(campaign.id).blockers()] == [words]


@pytest.mark.parametrize("name", campaigns.TEXT_FIELDS)
def test_a_bare_example_blocks_in_every_text_of_a_campaign(app, name):
    campaign = make_draft()
    text = "See example.org/report. Write to ada@example.org."
    execute_and_commit(update(CampaignText).filter_by(locale="en").values({name: text}))

    assert [f.message for f in preflight_of(campaign.id).blockers(locales=["en"])] == [
        "This link is only an example: example.org/report"
    ]


@pytest.mark.parametrize("name", actions.TEXT_FIELDS)
def test_a_bare_example_blocks_in_every_text_of_an_action(app, name):
    campaign = make_draft()
    text = "(https://example.org/report)"
    execute_and_commit(update(ActionText).filter_by(locale="en").values({name: text}))

    blockers = preflight_of(campaign.id).blockers(locales=["en"])

    (found,) = blockers
    assert found.message.endswith(
        "“https://example.org/report” still needs to be filled in."
        if name in EMAIL_TEXTS
        else "This link is only an example: https://example.org/report"
    )
    own = (
        f"{name.removeprefix('picture_')}-en" if name.startswith("picture") else f"texts.en.{name}"
    )
    assert found.url.endswith(f"#{own}")


def test_a_problem_of_a_link_names_the_field_and_its_language(app):
    campaign = make_draft()
    execute_and_commit(update(ActionText).filter_by(locale="ru").values(body="## Why\n\n[a](b)"))

    (found,) = preflight_of(campaign.id).blockers()

    assert found.field == "Why it matters (Russian)"
    assert found.url.endswith("/edit/?right=ru&line=3#texts.ru.body")
    assert found.leads_to_field


def test_an_address_that_cannot_work_blocks_at_its_line_and_is_not_offered_to_open(app):
    campaign = make_draft()
    body = "## Why\n\n[a](https://https://un.org)"
    execute_and_commit(update(CampaignText).filter_by(locale="en").values(body=body))

    result = preflight_of(campaign.id)

    (found,) = result.blockers()
    assert found.message.startswith("Line 3: the link to “https://https://un.org” cannot work.")
    assert found.url.endswith("/edit/?right=en&line=3#texts.en.body")
    findings = [one for section in result.sections for one in section.findings]
    assert not any(one.external_urls for one in findings)


def test_an_example_after_a_second_scheme_blocks(app):
    campaign = make_draft()
    body = "## Why\n\n[a](https://https://example.org)"
    execute_and_commit(update(CampaignText).filter_by(locale="en").values(body=body))

    messages = [found.message for found in preflight_of(campaign.id).blockers()]

    assert "This link is only an example: https://https://example.org" in messages


def test_a_link_that_a_text_has_twice_is_one_problem(app):
    campaign = make_draft()
    body = (
        "## Why\n\n[a](https://example.org/) [b](https://example.org/) and example.com, example.com"
    )
    execute_and_commit(update(CampaignText).filter_by(locale="en").values(body=body))

    assert [f.message for f in preflight_of(campaign.id).blockers()] == [
        "This link is only an example: https://example.org/",
        "This link is only an example: example.com",
    ]


def test_a_partner_with_an_example_as_its_website_blocks(app):
    campaign = make_draft(locales=("en",))
    name = PartnerText(locale="en", name="The League", points="")
    db.session.add(Partner(campaign_id=campaign.id, website="https://example.org", texts=[name]))
    db.session.commit()

    blockers = preflight_of(campaign.id).blockers()

    assert [f.message for f in blockers] == ["This link is only an example: https://example.org"]


def test_a_pledge_is_asked_for_its_pledge_not_for_a_demand(app):
    campaign = make_campaign(published_at=None)
    action = make_pledge_without_title(campaign)

    (found,) = [f for f in preflight_of(campaign.id).blockers() if f.action_id == action.id]

    assert found.message == "This action is missing these texts: pledge."


def make_pledge_without_title(campaign):
    set_opening_time(campaign.id, NOON)
    action = make_action(campaign=campaign, kind="pledge")
    set_opening_time(campaign.id, None)
    execute_and_commit(update(ActionText).filter_by(action_id=action.id).values(title=""))
    return action


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("One.\n\nTwo\nis **bold.", ["Line 4: “**” will appear as plain text."]),
        ("Two. ::: facts\n\nThree.", ["Line 1: “:::” will appear as plain text."]),
        ("- One\n- **Two", ["Line 2: “**” will appear as plain text."]),
        (
            "One <b>word</b>.",
            [f"Line 1: “{tag}” will appear as plain text." for tag in ("<b>", "</b>")],
        ),
        ("One.\n\n##No space", ["Line 3: “##” will appear as plain text."]),
        ("One\n![x](https://ohchr.org/a)", ["Line 2: “!x” will appear as plain text."]),
        ("One\n[a *b*](#)", ["Line 2: the link “a b” leads nowhere."]),
        ("One\nTODO", ["Line 2: “TODO” still needs to be filled in."]),
        ("#MeToo ## \\##x\n\n\\##x\n\nAct\\![x](https://ohchr.org/)\n\n[a](#facts) ### x", []),
        ("**One** and ***two***, *three* and `**`\n\\*\\*four, 5 < 6 > 4", []),
        ("::: points\n1. **Act** now.\n:::\n\n<https://ohchr.org/>", []),
    ],
)
def test_marks_that_readers_would_see_are_reviewed_with_their_lines(app, body, said):
    campaign = make_draft(locales=("en",))
    execute_and_commit(update(CampaignText).values(body=body))

    found = [one for one in messages(preflight_of(campaign.id), "warning") if "Line" in one]

    assert found == said


def test_a_block_in_a_text_without_formatting_is_reviewed(app):
    campaign = make_draft(locales=("en",))
    execute_and_commit(update(CampaignText).values(summary="Why\n::: facts\n- **9** in 10\n:::"))

    found = [one for one in messages(preflight_of(campaign.id), "warning") if "Line" in one]

    assert found == [
        f"Line {line}: “{mark}” will appear as plain text."
        for line, mark in ((2, "::: facts"), (4, ":::"))
    ]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("- **…** One", "…"),
        ("- **2005** Description of the event. *Source*", "Description of the event."),
        ("- **1960** Описание события.", "Описание события."),
    ],
)
def test_examples_and_places_of_the_buttons_that_nobody_wrote_over_stop_publishing(
    app, line, place
):
    campaign = make_draft(locales=("en",))
    execute_and_commit(update(CampaignText).values(body=f"Why…\n\n::: facts\n{line}\n:::"))

    (found,) = preflight_of(campaign.id).blockers()

    assert found.message == f"Line 4: “{place}” still needs to be filled in."
    assert found.field == "Page text (English)"


def test_a_block_without_items_stops_publishing(app):
    campaign = make_draft(locales=("en",))
    execute_and_commit(update(CampaignText).values(body="Why\n\n::: facts\nMany.\n:::"))

    (found,) = preflight_of(campaign.id).blockers()

    assert "Line 3: the block “facts” has no items." in found.message


# --- paragraphs in emails


def write_paragraph(text: str, *, locale: str = "en", field: str = "confirm_text") -> None:
    execute_and_commit(update(ActionText).filter_by(locale=locale).values({field: text}))


def in_both_languages(text: str) -> None:
    for locale in ("en", "ru"):
        write_paragraph(text, locale=locale)


def test_a_finished_paragraph_in_every_language_is_fine(app):
    campaign = make_draft()
    in_both_languages("We meet the minister on [Friday](https://rights.example.net.example/).")

    assert messages(preflight_of(campaign.id), "blocker") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "See https://example.org/friday",
            "In the email that asks to confirm (English): “https://example.org/friday” still needs",
        ),
        ("Dear [NAME]", "[NAME]"),
        ("TODO", "TODO"),
        ("[Friday](/en/campaigns/)", "/en/campaigns/ is not a full address."),
        ("[Friday]()", "a link has no address."),
        ("[Friday](friday)", "friday is not a full address."),
        ("::: points\n- Friday\n:::", "Line 1: emails have no blocks"),
    ],
    ids=range(7),
)
def test_an_unfinished_paragraph_or_a_link_without_an_address_blocks(app, text, message):
    campaign = make_draft()
    in_both_languages(text)

    blockers = messages(preflight_of(campaign.id), "blocker")

    assert any(message in blocker for blocker in blockers)


@pytest.mark.parametrize("may_translate", [True, False])
def test_only_someone_who_may_not_translate_is_told_to_ask(app, may_translate):
    campaign = make_draft(source_locale="en")
    write_paragraph("We meet the minister.", field="receipt_text")

    result = preflight_of(campaign.id, may_translate=lambda *_catalog: may_translate)

    (found,) = [
        f for s in result.sections for f in s.findings if "not been translated" in f.message
    ]
    assert ("Ask a translator" in found.remedy) != may_translate
    assert bool(found.url) == may_translate


@pytest.mark.parametrize("field", ["confirm_text", "receipt_text"])
def test_half_a_paragraph_blocks_its_language_and_leads_to_its_field(app, field):
    campaign = make_draft()
    (action,) = db.session.scalars(select(Action)).all()
    write_paragraph("One.\n\nTwo.", field=field)
    write_paragraph("Один.", locale="ru", field=field)

    result = preflight_of(campaign.id)

    (found,) = result.blockers(locales=["ru"])
    assert found.message == "1 paragraph not translated"
    assert found.url.endswith(f"/actions/{action.id}/edit/?right=ru#texts.ru.{field}")
    assert result.blockers(locales=["en"]) == []
    assert not any("not been translated yet" in one for one in messages(result, "warning"))


def test_a_paragraph_that_one_language_lacks_is_reviewed_once(app):
    campaign = make_draft(source_locale="en")
    write_paragraph("We meet the minister.", field="receipt_text")

    result = preflight_of(campaign.id)

    assert result.blockers() == []
    assert messages(result, "warning").count("1 source text has not been translated yet.") == 1
    assert "In the receipt" not in " ".join(messages(result, "warning"))


def test_html_and_length_are_warnings(app):
    campaign = make_draft()
    in_both_languages("<b>Now</b> " + "word " * 130)

    result = preflight_of(campaign.id)

    warnings = " ".join(messages(result, "warning"))
    assert "“<b>” will appear as plain text." in warnings
    assert "the text is long (66" in warnings
    assert result.blockers() == []


def test_a_paragraph_longer_than_the_form_allows_blocks(app):
    campaign = make_draft()
    in_both_languages("word " * 310)

    assert "the text is longer than 1,500 characters." in " ".join(
        messages(preflight_of(campaign.id), "blocker")
    )


@pytest.mark.parametrize(("published_at", "state"), [(None, "blocker"), (LONG_AGO, "warning")])
def test_an_address_that_nobody_can_open_stops_only_what_is_not_public(app, published_at, state):
    app.config["PUBLIC_URL"] = "http://127.0.0.1:5000"

    result = preflight_of(make_draft(published_at=published_at).id)

    said = "Links in emails open on the server alone, so no one can confirm."
    assert said in messages(result, state)
    assert result.to_fix() == [], "an editor cannot fix it"
