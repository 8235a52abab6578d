"""Writing a campaign on its pages: what is typed is saved, or refused in words and kept."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.versioning.drafts import discard_draft
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.catalogs.workflow.entries import entries
from campaign_actions.catalogs.workflow.progress import campaign_readiness
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.locale_registry import LocaleRegistry, locale_registry
from tests.support.changes import publish_all
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import NOON, make_action, make_campaign, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in
from tests.support.staff_forms import fields_of, send

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "[click](data:text/html,x)",
    "{{ config.SECRET_KEY }}",
    "![x](https://example.org/x.png)",
    '<img src=x onerror="alert(1)">',
]


@pytest.fixture
def staff(client):
    member = make_staff("campaigner", tf_primary_method="authenticator")
    log_in(client, member)
    return member


@pytest.fixture
def campaign(client):
    return make_campaign(locales=("en", "ru"))


def text_of(campaign_id, field="title", locale="en"):
    """A text as it was saved last."""
    content, _number = find_content(CAMPAIGN, campaign_id)
    return content.get(f"texts.{locale}.{field}")


def test_a_campaign_can_begin_in_a_language_that_the_public_does_not_see_yet(
    app, client, monkeypatch
):
    """A consent text in English alone leaves English alone to the public."""
    publish_consent("petition", "en", "We keep it.", now=NOON)
    loader = LanguageLoader({**app.config, "LOCALE_NEEDS": ["consent"]})
    monkeypatch.setitem(app.extensions, locale_registry.key, LocaleRegistry(loader, 0))
    log_in(client, make_staff("campaigner"))
    assert locales() == ("en",)

    answer = send(client, "/staff/campaigns/new/", locale="ru", title="Расизм")

    assert answer.status_code == 303
    campaign = db.session.scalars(select(Campaign)).one()
    assert campaign.source_locale == "ru"
    for page in ("", "edit/", "checklist/", "publish/"):
        assert "Расизм" in client.get(f"/staff/campaigns/{campaign.id}/{page}").text, page
    assert "Расизм" in client.get("/staff/campaigns/").text
    assert "Расизм" in client.get("/staff/").text


def test_a_new_campaign_gets_an_address_from_its_topic(client, staff):
    answer = send(client, "/staff/campaigns/new/", locale="ru", title="Насилие над женщинами")

    made = db.session.scalars(select(Campaign)).one()
    assert (made.slug, made.published_at) == ("nasilie-nad-zhenshchinami", None)
    assert (answer.status_code, answer.location) == (
        303,
        f"/staff/campaigns/{made.id}/edit/?left=ru",
    )


def test_staff_limited_to_campaigns_cannot_create_one(client, campaign):
    member = make_staff("campaigner", campaigns=(campaign.id,), tf_primary_method="authenticator")
    log_in(client, member)

    assert client.get("/staff/campaigns/new/").status_code == 403
    assert client.get(f"/staff/campaigns/{campaign.id}/copy/").status_code == 403


def test_reviewers_cannot_edit(client, campaign):
    log_in(client, make_staff("reviewer"))

    for page in ("new/", f"{campaign.id}/edit/", f"{campaign.id}/copy/"):
        assert client.get(f"/staff/campaigns/{page}").status_code == 403


def test_texts_in_two_languages_are_saved(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"

    answer = send(client, address, texts__en__title="New", texts__ru__title="Новое")

    assert answer.status_code == 303
    assert (text_of(campaign.id), text_of(campaign.id, locale="ru")) == ("New", "Новое")
    assert "New" not in client.get("/en/campaigns/racism/").text
    publish_all()
    assert "New" in client.get("/en/campaigns/racism/").text


def test_changes_of_a_public_page_are_saved_and_then_checked_from_the_same_bar(
    client, staff, campaign
):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    assert 'name="then" value="publish"' in client.get(address).text

    answer = send(client, address, texts__en__title="New", then="publish")

    assert answer.location == f"/staff/campaigns/{campaign.id}/changes/"
    page = client.get(answer.location).text
    assert page.count('class="notice good"') == 1
    assert "New" in page


def test_saving_an_unchanged_page_changes_nothing(client, staff, campaign):
    answer = send(client, f"/staff/campaigns/{campaign.id}/edit/")

    assert answer.status_code == 303
    assert db.session.get(Campaign, campaign.id).version == 0


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("texts.en.title", "", "Enter a topic"),
        ("texts.en.title", "x" * 121, "must be 120 characters or fewer"),
        ("texts.en.body", "x" * 20_001, "must be 20,000 characters or fewer"),
        ("texts.en.body", "a\u202eb", "hidden character"),
        ("texts.en.title", "a\x07b", "hidden character"),
        ("slug", "Not A Slug", "lower-case Latin letters"),
        ("slug", "a--b", "lower-case Latin letters"),
        ("document_index", "EUR 46", "EUR 46/039/2003"),
    ],
)
def test_invalid_values_are_explained_and_kept(client, staff, campaign, field, value, words):
    changes = {field.replace(".", "__"): value, "texts__ru__summary": "Набранное"}

    answer = send(client, f"/staff/campaigns/{campaign.id}/edit/", **changes)

    assert answer.status_code == 400
    assert words in answer.text
    assert "Набранное" in answer.text
    assert db.session.get(Campaign, campaign.id).version == 0


def test_a_draft_can_lack_a_text_that_the_public_page_needs_until_it_is_published(
    client, staff, campaign
):
    action = make_action(campaign=campaign, locales=("en", "ru"))
    of_action = f"/staff/campaigns/{campaign.id}/actions/{action.id}/edit/"

    saved = [
        send(client, f"/staff/campaigns/{campaign.id}/edit/", texts__en__headline=""),
        send(client, of_action, texts__en__button=""),
    ]
    page = client.get(f"/staff/campaigns/{campaign.id}/changes/").text

    assert [answer.status_code for answer in saved] == [303, 303]
    assert "The campaign is missing these texts: headline." in page
    assert "This action is missing these texts: button text." in page
    assert "Headline of racism (en)" in client.get("/en/campaigns/racism/").text


def test_a_page_that_opens_later_needs_its_texts_when_it_is_saved(client, staff, campaign):
    later = utc_now() + timedelta(days=2)
    db.session.execute(update(Campaign).values(published_at=later))
    db.session.commit()

    answer = send(client, f"/staff/campaigns/{campaign.id}/edit/", texts__en__headline="")

    assert answer.status_code == 400
    assert "The public will see it" in answer.text


def test_a_huge_request_is_refused(client, staff, campaign):
    data = {"texts.en.body": "x" * 3_000_000}

    assert client.post(f"/staff/campaigns/{campaign.id}/edit/", data=data).status_code == 413


@pytest.mark.parametrize("copy", HOSTILE)
def test_hostile_text_is_escaped_on_the_page_and_in_the_preview(client, staff, campaign, copy):
    send(
        client, f"/staff/campaigns/{campaign.id}/edit/", texts__en__body=copy, texts__en__title=copy
    )
    fields = fields_of(client.get(f"/staff/campaigns/{campaign.id}/edit/").text)

    preview = client.post(f"/staff/campaigns/{campaign.id}/preview/en/", data=fields)
    pages = [preview.text, client.get("/en/campaigns/racism/").text]

    for page in pages:
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
        assert 'href="data:' not in page
        assert "a secret for tests" not in page
        assert "<img" not in page


def test_a_conflict_shows_both_texts_and_loses_none(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    mine = fields_of(client.get(address).text)
    send(client, address, texts__en__title="Theirs", texts__en__summary="Their summary")

    met = client.post(address, data=mine | {"texts.en.title": "Mine"})

    assert met.status_code == 409
    assert "1 field has two versions" in met.text
    assert "“Save draft” keeps the one typed here unless you tick the saved one." in met.text
    assert re.findall('<a href="(#texts[^"]+)">', met.text) == ["#texts.en.title"]
    fields = fields_of(met.text)
    assert (fields["texts.en.title"], fields["texts.en.summary"]) == ("Mine", "Their summary")
    assert "You saved changes in another tab or window while you were editing here." in met.text
    box = met.text.partition('<div class="theirs">')[2].partition("<label")[0]
    assert "Typed here removed: Mine Saved while you were editing added: Theirs" in visible_text(
        box
    )
    assert text_of(campaign.id) == "Theirs"

    assert client.post(address, data=fields).status_code == 303
    assert text_of(campaign.id) == "Mine"


def test_the_other_text_of_a_conflict_can_be_kept(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    mine = fields_of(client.get(address).text)
    send(client, address, texts__en__title="Theirs")
    fields = fields_of(client.post(address, data=mine | {"texts.en.title": "Mine"}).text)

    client.post(address, data=fields | {"take": "texts.en.title"})

    assert text_of(campaign.id) == "Theirs"


def test_a_hidden_language_can_be_removed(client, staff):
    campaign = make_campaign(locales=("en",))
    address = f"/staff/campaigns/{campaign.id}"
    send(client, f"{address}/edit/", right="ru", texts__ru__title="Расизм")
    fields = fields_of(client.get(f"{address}/edit/?right=ru").text)
    client.post(f"{address}/edit/", data=fields | {"texts.ru.title": "Расизм"})
    assert text_of(campaign.id, locale="ru") == "Расизм"

    assert send(client, f"{address}/languages/ru/remove/").status_code == 303

    assert text_of(campaign.id, locale="ru") is None
    assert client.get(f"{address}/languages/en/remove/").status_code == 404


def test_a_former_address_redirects_to_the_new_one_with_its_query(client, staff, campaign):
    make_action(campaign=campaign, locales=("en", "ru"))
    for slug in ("first", "second"):
        send(client, f"/staff/campaigns/{campaign.id}/edit/", slug=slug)
        publish_all()

    for old in ("racism", "first"):
        answer = client.get(f"/ru/campaigns/{old}/?source=paper")
        assert (answer.status_code, answer.location) == (
            301,
            "/ru/campaigns/second/?source=paper",
        )
        action = client.get(f"/ru/campaigns/{old}/hate-crimes/?source=paper")
        assert action.location == "/ru/campaigns/second/hate-crimes/?source=paper"
    assert client.get("/ru/campaigns/second/").status_code == 200


def test_a_former_address_reveals_nothing_that_is_not_public(client, staff, campaign):
    send(client, f"/staff/campaigns/{campaign.id}/edit/", slug="first")
    publish_all()
    db.session.execute(CampaignText.__table__.update().values(is_public=False))
    db.session.commit()

    assert client.get("/en/campaigns/racism/").status_code == 404


def copy_of(campaign):
    return db.session.scalars(select(Campaign).filter(Campaign.id != campaign.id)).one_or_none()


def test_a_copy_is_a_draft_with_actions_and_no_signatures(client, staff, campaign):
    make_action(campaign=campaign, locales=("en", "ru"))

    answer = send(client, f"/staff/campaigns/{campaign.id}/copy/", title_en="Racism in 2027")

    copied = copy_of(campaign)
    assert (copied.slug, copied.published_at) == ("racism-in-2027", None)
    assert answer.location == f"/staff/campaigns/{copied.id}/edit/"
    assert "Title of hate-crimes (en)" in client.get(f"/staff/campaigns/{copied.id}/").text
    assert text_of(copied.id) == "Racism in 2027"
    assert text_of(copied.id, locale="ru") == "Title of racism (ru)"


def test_a_copy_gets_the_names_and_the_address_that_were_given(client, staff, campaign):
    names = {"title_en": "Racism in 2027", "title_ru": "Расизм в 2027 году"}

    send(client, f"/staff/campaigns/{campaign.id}/copy/", **names, slug="racism-2027")

    copied = copy_of(campaign)
    assert copied.slug == "racism-2027"
    assert text_of(copied.id, locale="ru") == "Расизм в 2027 году"


def test_a_topic_that_a_copy_keeps_in_another_language_has_to_be_translated_again(
    client, staff, campaign
):
    send(client, f"/staff/campaigns/{campaign.id}/copy/", title_en="Racism in 2027", slug="later")

    (found,) = [e for e in entries(campaign_catalog(copy_of(campaign).id), "ru") if not e.forms]

    assert (found.message.context, found.is_stale) == ("campaign: title", True)


def test_a_copy_starts_from_the_names_of_a_draft(client, staff, campaign):
    send(client, f"/staff/campaigns/{campaign.id}/edit/", texts__en__title="Hate crimes")

    page = client.get(f"/staff/campaigns/{campaign.id}/copy/").text

    assert "Hate crimes" in page.partition("<form")[2]
    assert "Title of racism (en)" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title_en": ""}, "Enter a topic"),
        ({"title_en": "Title of racism (en)"}, "differs from the original"),
        ({"title_en": "New", "slug": "racism"}, "has this address"),
        ({"title_en": "New", "slug": "Not a slug"}, "lower-case Latin letters"),
    ],
)
def test_no_copy_is_made_without_a_name_and_address_of_its_own(
    client, staff, campaign, fields, words
):
    kept = {"title_ru": "Набранное"}

    answer = send(client, f"/staff/campaigns/{campaign.id}/copy/", **kept, **fields)

    assert answer.status_code == 400
    assert words in answer.text
    assert "Набранное" in answer.text
    assert copy_of(campaign) is None


def switch(client, address: str, fields: dict[str, str], **changes):
    return client.post(address, data=fields | changes | {"switch": "right"})


def test_another_second_language_is_shown_and_nothing_typed_is_lost(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    typed = fields_of(client.get(address).text) | {
        "texts.en.title": "New",
        "texts.ru.title": "Новое",
        "texts.ru.body": "Первое\n\nВторое",
        "slug": "Not a slug yet",
    }

    french = switch(client, address, typed, right="fr")
    fields = fields_of(french.text)
    back = fields_of(switch(client, address, fields | {"texts.fr.title": "Neuf"}, right="ru").text)

    assert french.status_code == 200
    assert "Titre" not in french.text
    assert 'name="texts.fr.title"' in french.text
    assert "Not saved yet." in french.text
    assert text_of(campaign.id) == "Title of racism (en)", "switching saves nothing"
    assert back["texts.ru.body"].split() == ["Первое", "Второе"]
    assert {name: back[name] for name in ("texts.en.title", "texts.ru.title", "slug")} == {
        "texts.en.title": "New",
        "texts.ru.title": "Новое",
        "slug": "Not a slug yet",
    }
    client.post(address, data=back | {"slug": "racism"})
    assert (text_of(campaign.id), text_of(campaign.id, locale="ru")) == ("New", "Новое")
    assert text_of(campaign.id, locale="fr") == "Neuf", "a language that is hidden is saved as well"


def test_an_error_in_a_hidden_language_shows_that_language(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    typed = fields_of(client.get(address).text) | {"texts.ru.title": ""}
    hidden = fields_of(switch(client, address, typed, right="fr").text)

    answer = client.post(address, data=hidden)

    assert answer.status_code == 400
    assert '<label for="texts.ru.title">' in answer.text
    assert "Title of racism (en)" in fields_of(answer.text)["texts.en.title"]


def test_a_conflict_in_a_hidden_language_shows_that_language(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    typed = fields_of(client.get(address).text) | {"texts.ru.title": "Моё"}
    hidden = fields_of(switch(client, address, typed, right="fr").text)
    theirs = fields_of(client.get(f"{address}?right=ru").text)
    client.post(address, data=theirs | {"texts.ru.title": "Их"})

    met = client.post(address, data=hidden)

    assert met.status_code == 409
    assert "Их</ins></p>" in met.text
    assert fields_of(met.text)["texts.ru.title"] == "Моё"


def test_a_language_that_was_only_looked_at_is_not_changed(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    typed = fields_of(client.get(f"{address}?right=fr").text) | {"right": "ru"}

    client.post(address, data=typed | {"texts.en.title": "New"})

    assert text_of(campaign.id) == "New"
    assert text_of(campaign.id, locale="ru") == "Title of racism (ru)"


def test_the_second_language_remembers_the_last_choice_of_each_person(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    switch(client, address, fields_of(client.get(address).text), right="fr")
    other = make_campaign(slug="other")

    mine = fields_of(client.get(f"/staff/campaigns/{other.id}/edit/").text)
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    theirs = fields_of(client.get(f"/staff/campaigns/{other.id}/edit/").text)

    assert (mine["right"], "texts.fr.title" in mine) == ("fr", True)
    assert theirs["right"] != "fr"


def test_the_last_choice_applies_to_no_texts_in_other_languages(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    switch(client, address, fields_of(client.get(address).text), right="fr")
    other = make_campaign(slug="other", locales=("en", "ru"))
    action = make_action(campaign=other)
    both = make_campaign(slug="both", locales=("en", "fr", "ru"))

    def second(page: str) -> str:
        return fields_of(client.get(f"/staff/campaigns/{page}/edit/").text)["right"]

    assert second(str(other.id)) == "ru"
    assert second(f"{other.id}/actions/{action.id}") == "ru"
    assert second(str(both.id)) == "fr"


def test_texts_that_publishing_needs_are_marked(client, staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(summary=""))
    db.session.commit()

    page = client.get(f"/staff/campaigns/{campaign.id}/edit/").text

    assert '<span class="need met" data-need="texts.en.summary"' in page
    assert '<span class="need" data-need="texts.ru.summary"' in page
    assert 'data-need="texts.en.result"' not in page


def test_a_paragraph_of_a_translator_is_shown_and_joins_the_text_that_is_finished_here(
    client, staff, campaign
):
    address = f"/staff/campaigns/{campaign.id}/edit/?left=en&right=ru"
    send(client, address, texts__en__body="One.\n\nTwo.", texts__ru__body="Один.\n\nДва.")
    send(client, address, texts__en__body="One, new.\n\nTwo, new.")
    catalog = campaign_catalog(campaign.id)
    (key,) = [each.key for each in catalog.messages if each.source == "One, new."]
    edits = {key: TranslationEdit(("Один, новый.",), ())}
    save_translations(catalog, "ru", edits, how="web", staff_id=staff.id, now=utc_now())

    page = visible_text(client.get(address).text)
    saved = send(client, address, texts__ru__body="Один.\n\nДва, новый.")

    words = "1 translated paragraph is not in the text yet"
    after = visible_text(client.get(saved.location).text)
    assert "Один, новый." in page.partition(words)[2]
    assert words not in after
    assert "Paragraphs that translators had finished have been added to the texts." in after
    assert text_of(campaign.id, "body", "ru") == "Один, новый.\n\nДва, новый."


def test_a_headline_on_two_lines_is_one_sentence(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"

    send(client, address, texts__en__headline="Everyone may\r\nmeet in peace")

    assert text_of(campaign.id, "headline") == "Everyone may meet in peace"


def test_a_campaign_is_translated_from_the_language_it_was_written_in(client, staff):
    send(client, "/staff/campaigns/new/", locale="ru", title="Расизм")

    assert db.session.scalars(select(Campaign.source_locale)).all() == ["ru"]


def test_campaigns_can_be_reordered(client, staff):
    first, second = make_campaign(slug="first"), make_campaign(slug="second", position=1)
    token = fields_of(client.get("/staff/campaigns/new/").text)["csrf_token"]

    client.post(f"/staff/campaigns/{second.id}/move/", data={"to": "up", "csrf_token": token})

    order = db.session.scalars(select(Campaign.id).order_by(Campaign.position)).all()
    assert order == [second.id, first.id]


def test_saving_texts_keeps_the_picture_description(client, staff, campaign):
    db.session.execute(update(CampaignText).filter_by(locale="en").values(picture_alt="A crowd"))
    db.session.commit()
    address = f"/staff/campaigns/{campaign.id}/edit/"
    fields = fields_of(client.get(address).text)

    client.post(address, data=fields | {"texts.en.title": "New", "texts.en.picture_alt": ""})

    assert "texts.en.picture_alt" not in fields
    assert (text_of(campaign.id), text_of(campaign.id, "picture_alt")) == ("New", "A crowd")


def test_the_result_is_shown_on_the_public_page(client, staff, campaign):
    send(client, f"/staff/campaigns/{campaign.id}/edit/", texts__en__result="The **law** changed.")
    publish_all()

    page = client.get("/en/campaigns/racism/").text

    assert "What this achieved" in page
    assert "<strong>law</strong>" in page


def test_a_campaign_in_one_language_has_one_column_until_a_second_is_chosen(client, staff):
    address = f"/staff/campaigns/{make_campaign(slug='one').id}/edit/"

    alone = client.get(address).text
    both = fields_of(client.get(f"{address}?right=fr").text)
    saved = send(client, address, texts__en__title="New")

    assert "texts.fr.title" not in fields_of(alone)
    assert '<option value="none" selected>None</option>' in alone
    assert "texts.fr.title" in both
    assert saved.location.endswith("?left=en&right=none")


def test_the_second_column_can_be_put_away(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    typed = fields_of(client.get(address).text) | {"texts.ru.title": "Новое"}

    hidden = switch(client, address, typed, right="none").text

    assert fields_of(hidden)["texts.ru.title"] == "Новое"
    assert 'id="column-ru"' not in hidden
    assert 'id="column-ru"' not in client.get(address).text, "remembered"


def test_an_error_in_a_text_names_its_language(client, staff, campaign):
    body = "::: facts\n- **one**"

    page = send(
        client,
        f"/staff/campaigns/{campaign.id}/edit/",
        texts__en__body=body,
        texts__ru__body=body,
    ).text

    assert "Page text (English): " in re.sub(r"[\u2066-\u2069]", "", page)
    assert "Page text (Russian): " in re.sub(r"[\u2066-\u2069]", "", page)


def test_each_fault_of_a_text_is_a_problem_with_a_link_to_its_field(client, staff, campaign):
    body = "::: facts\n- **one**\n\n::: pionts\ntext\n:::"

    page = send(client, f"/staff/campaigns/{campaign.id}/edit/", texts__en__body=body).text

    summary = page.partition('id="errors"')[2].partition("</ul>")[0]
    assert "2 problems to fix" in summary
    assert re.findall(r'<a href="#texts.en.body" data-line="(\d)">', summary) == ["1", "4"]
    at_field = page.partition('id="texts.en.body-error"')[2].partition("</p>")[0]
    assert re.search(r"Line 1: .*<br>Line 4: ", at_field, re.DOTALL)


def test_a_saved_text_that_blocks_publishing_says_so_at_its_field(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    body = "Read [the report](https://example.org/report)."
    send(client, address, texts__en__body=body)

    page = client.get(address).text
    typed = send(client, address, texts__en__body="Read it.", slug="Not a slug").text

    problem = page.partition('id="texts.en.body-problem"')[2].partition("</p>")[0]
    assert "This link is only an example: https://example.org/report" in problem
    assert "Replace it with the real address" in problem
    assert 'aria-describedby="texts.en.body-problem texts.en.body-hint"' in page
    assert "-problem" not in typed, "the text has changed since"


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("headline", "Sign at Example.ORG", "only an example: Example.ORG"),
        ("body", "Read [the report](report.pdf)", "not a full address: report.pdf"),
        ("body", "Read [the report](https://…", "does not work as one: [the report](https://…"),
        ("headline", "A plain headline", ""),
    ],
)
def test_each_kind_of_link_that_blocks_publishing_is_found(
    client, staff, campaign, field, text, problem
):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    send(client, address, **{f"texts__en__{field}": text})

    page = client.get(address).text

    assert problem in page.partition(f'id="texts.en.{field}-problem"')[2].partition("</p>")[0]
    assert bool(problem) == (f'id="texts.en.{field}-problem"' in page)


def test_what_is_not_translated_is_worked_out_from_what_was_typed(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/?left=en&right=fr"
    bodies = {"texts__en__body": "One.\n\nTwo.", "texts__fr__body": "Un."}

    refused = send(client, address, texts__fr__title="Titre", slug="Not a slug", **bodies).text

    title = refused.partition('for="texts.fr.title"')[2].partition("<input")[0]
    body = refused.partition('for="texts.fr.body"')[2].partition("<textarea")[0]
    assert "not translated" not in title
    assert "1 paragraph not translated" in body, "which of the two is not known"
    assert ">Two.</p>" in body


def test_a_draft_has_no_result_yet(client, staff):
    draft = make_campaign(slug="draft", published_at=None)

    page = client.get(f"/staff/campaigns/{draft.id}/edit/").text

    assert "texts.en.result" not in page


def test_the_page_says_below_the_text_when_it_was_saved(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    send(client, address, texts__en__title="Changed")

    page = client.get(address).text

    bar = page.partition('<div class="savebar">')[2]
    assert re.search(r"<strong data-saved>Draft saved at \d\d:\d\d\.</strong>", bar)
    assert 'class="notice good"' not in page, "it is said once"
    assert "data-saved" not in client.get(address).text


def test_a_draft_has_one_button_to_publish_it(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/"
    send(client, address, texts__en__title="Changed")

    page = client.get(address).text

    assert page.count("Publish changes…") == 1
    assert "Unpublished changes" in page
    assert "Publish changes…" in client.get(f"/staff/campaigns/{campaign.id}/").text


def test_a_translation_with_fewer_paragraphs_names_those_that_are_missing(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/?left=en&right=ru"
    bodies = {"texts__en__body": "One.\n\nTwo & three.", "texts__ru__body": "Всё сразу."}
    send(client, address, **bodies)

    page = client.get(address).text
    send(client, address, texts__ru__body="Один.\n\nДва и три.")
    complete = client.get(address).text

    assert "1 paragraph not translated" in page, "which of the two is not known"
    assert ">Two &amp; three.</p>" in page
    heading = page.partition('id="column-ru"')[2].partition("</h2>")[0]
    assert re.search(r">\d\d%<", heading)
    assert "not translated" not in complete
    assert "100%" in complete.partition('id="column-ru"')[2].partition("</h2>")[0]


def test_a_text_lists_and_counts_what_it_lacks_as_the_checks_before_publishing_do(client, staff):
    draft = make_campaign(slug="draft", published_at=None, locales=("en", "ru"))
    address = f"/staff/campaigns/{draft.id}/edit/?left=en&right=ru"
    begin = "## Why\n\nNobody asked.\n\n- One\n- Two"
    rest = "::: facts\n- **1** Fact.\n- **2** Facts.\n:::\n\n> We stay.\n>\n> Anna"
    russian = "## Почему\n\nНикто не спросил.\n\n- Раз\n- Два"
    send(client, address, texts__en__body=f"{begin}\n\n{rest}", texts__ru__body=russian)

    page = client.get(address).text
    checks = client.get(f"/staff/campaigns/{draft.id}/publish/").text

    fold = page.partition('for="texts.ru.body"')[2].partition("<textarea")[0]
    listed = re.findall(r'<p class="words"[^>]*>(.*?)</p>', fold)
    assert listed == ["**1** Fact.", "**2** Facts.", "We stay.", "Anna"]
    assert "4 paragraphs not translated" in fold
    assert "4 paragraphs not translated" in checks


def test_a_translation_that_was_cut_is_incomplete_until_it_is_written_again(
    client, staff, campaign
):
    address = f"/staff/campaigns/{campaign.id}/edit/?left=en&right=ru"
    whole = "## Один\n\nДва.\n\nТри."
    send(client, address, texts__en__body="## One\n\nTwo.\n\nThree.", texts__ru__body=whole)
    done = campaign_readiness(campaign_catalog(campaign.id), "ru").share.left

    send(client, address, texts__ru__body="## Один")
    cut = campaign_readiness(campaign_catalog(campaign.id), "ru").share.left
    page = client.get(address).text
    send(client, address, texts__ru__body=whole)

    assert (done, cut) == (0, 2)
    assert "2 paragraphs not translated" in page
    assert "100%" not in page.partition('id="column-ru"')[2].partition("</h2>")[0]
    assert campaign_readiness(campaign_catalog(campaign.id), "ru").share.left == 0


def test_a_discarded_draft_brings_the_whole_translation_back(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/edit/?left=en&right=ru"
    send(client, address, texts__ru__body="## Почему")
    assert campaign_readiness(campaign_catalog(campaign.id), "ru").share.left == 1

    connection = db.session.connection()
    discard_draft(connection, CAMPAIGN, campaign.id, staff_id=staff.id, now=NOON)

    assert campaign_readiness(campaign_catalog(campaign.id), "ru").share.left == 0


def test_an_archived_campaign_says_that_its_page_is_public(client, staff):
    campaign = make_campaign(archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    action = make_action(campaign=campaign)
    address = f"/staff/campaigns/{campaign.id}/"

    page = client.get(f"{address}edit/").text
    of_action = client.get(f"{address}actions/{action.id}/edit/").text

    assert "The campaign is archived, and its page stays public." in page
    assert "The campaign is archived: nobody can take part" in of_action
    assert "The action is public." not in of_action


def test_the_head_of_the_editor_is_short_on_a_phone(client, staff, campaign):
    address = f"/staff/campaigns/{campaign.id}/"
    languages = r'<span( class="hide-s")?><bdi lang="en">'

    pages = [client.get(f"{address}{page}").text for page in ("edit/", "partners/")]

    assert [re.search(languages, page)[1] for page in pages] == [' class="hide-s"'] * 2
    assert all(f'<bdi class="hide-s">{campaign.slug}</bdi>' in page for page in pages)


def test_each_topic_of_a_copy_shows_its_language(client, staff, campaign):
    page = client.get(f"/staff/campaigns/{campaign.id}/copy/").text

    labels = re.findall(r'<label for="title_\w+">(.*?)</label>', page)
    assert labels == ["Topic <span>(English)</span>", "Topic <span>(Russian)</span>"]


def test_the_bar_of_a_scheduled_campaign_says_that_changes_open_with_it(client, staff):
    campaign = make_draft()
    action_id = db.session.scalars(select(Action.id)).one()
    texts = [
        f"/staff/campaigns/{campaign.id}/{part}edit/" for part in ("", f"actions/{action_id}/")
    ]
    drafts = [client.get(page).text for page in texts]

    set_opening_time(campaign.id, utc_now() + timedelta(days=1))
    pages = [client.get(page).text for page in texts]

    assert all("not public, so your changes are not public either" in page for page in drafts)
    assert not any("not public, so your changes" in page for page in pages)
    assert all("Your changes will be public from then on." in page for page in pages)
