"""A message is shown in its place: on public pages, in mails, in the workspace, in campaign copy."""

import re

import pytest
from lxml import html
from sqlalchemy import delete

from campaign_actions.campaigns.edit import save_campaign
from campaign_actions.catalogs.preview.campaign import campaign_preview
from campaign_actions.catalogs.preview.highlight import RecordingCatalog
from campaign_actions.catalogs.preview.render import PUBLIC_SCENES, render_scene
from campaign_actions.catalogs.preview.sample_campaign import placeholder_sample, sample_in
from campaign_actions.catalogs.preview.scenes import scenes
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.core import paths
from campaign_actions.core.content.blocks import split
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.web.staff.translations.scenes.all_scenes import scenes_with
from tests.support.drafts import make_draft
from tests.support.factories import NOON, make_action, make_campaign, make_staff, make_update
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.translators import HELLO, SKIP, address, begin, copy_of, make_translator, message

SHOWN = 0.94  # of what the public reads: the rest appears in states that are no scene
WHO = "Staff members and their roles."  # a message of the workspace
STATUS = "Emails are delayed"  # of a page that translators may not open


def test_every_scene_can_be_shown(app):
    for scene in scenes():
        page = render_scene(scene, "ar", RecordingCatalog(), placeholder_sample(NOON))
        assert len(page) > 50, scene.name


def test_nearly_all_that_the_public_reads_is_in_a_scene(app):
    public = [m for m in interface_catalog().messages if m.area not in {"staff", "form"}]

    missing = [m.source for m in public if not PUBLIC_SCENES.scenes_with(m)]

    assert len(missing) <= (1 - SHOWN) * len(public), missing


def test_production_code_sends_no_request_to_itself(app):
    dispatching = [
        str(file.relative_to(paths.PACKAGE))
        for file in paths.PACKAGE.rglob("*.py")
        if re.search(r"full_dispatch_request|test_client|wsgi_app\(", file.read_text())
    ]

    assert dispatching == []


@pytest.mark.parametrize("tag", ["ar", "en", "es", "fr", "ru"])
def test_the_sample_campaign_is_written_in_each_shipped_language(app, tag):
    sample = sample_in(tag, now=NOON)

    assert sample.locale == tag
    assert sample.pledge.title != placeholder_sample(NOON).pledge.title


def test_the_sample_campaign_is_in_its_source_where_it_has_no_texts(app):
    assert sample_in("uk", now=NOON) == sample_in("en", now=NOON)


def test_a_message_is_marked_on_its_page_as_it_is_typed(client, ada):
    page = preview(client, HELLO, form="%(organization)s веде цей сайт.")

    assert '<html lang="uk" dir="ltr">' in page.text
    assert '<mark id="highlight">Human Rights Resource Centre веде цей сайт.</mark>' in page.text
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text


def test_a_message_of_a_mail_is_shown_in_its_html_and_in_its_text(client, ada):
    words = "Delete these details or withdraw"

    mail = preview(client, words, form="Скажіть нам.", scene="mail-confirm")
    text = preview(client, words, form="Скажіть нам.", scene="text-confirm")

    assert ">Скажіть нам.</mark>" in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert '<mark id="highlight">Скажіть нам.</mark>' in text.text


def test_an_error_is_shown_beside_the_field_that_has_it(client, ada):
    page = preview(client, "Choose your country from the list.", form="Виберіть країну.")

    assert "Виберіть країну.</mark>" in page.text


def test_a_note_says_where_the_message_is_if_nobody_sees_it(client, ada):
    page = preview(client, "You are here", form="Ви тут")

    assert 'aria-label="Ви тут" data-marked=""' in page.text
    assert "Screen readers read this string aloud" in page.text


def test_a_message_of_the_workspace_is_shown_on_its_page(client, ada):
    page = preview(client, WHO, form="Хто тут працює.")

    assert '<mark id="highlight">Хто тут працює.</mark>' in page.text
    assert '<html lang="uk"' in page.text


def test_translators_see_the_words_of_pages_that_they_may_not_open(client, ada):
    page = preview(client, STATUS, form="Пошта запізнюється")

    assert client.get("/staff/status/").status_code == 403
    assert "Пошта запізнюється</mark>" in page.text


def test_a_page_of_the_workspace_is_shown_with_nobodys_data(app, client, ada):
    make_action(campaign=make_campaign(slug="a-secret"))
    boss = app.test_client()
    log_in(boss, make_staff("administrator", name="Grace"))

    page = preview(boss, WHO, form="Хто тут працює.").text
    campaigns = preview(boss, "No campaigns yet", form="Ще немає").text

    assert "Grace" not in page
    assert "a-secret" not in page + campaigns
    assert set(html.fromstring(page).xpath("//input[@name='csrf_token']/@value")) == {""}


def test_a_page_in_the_frame_runs_no_script_and_takes_no_focus(client, ada):
    page = html.document_fromstring(preview(client, "Second factor", form="Другий фактор").text)

    assert page.xpath("//script | //*[@autofocus]") == []
    closed = page.xpath("//details[not(@open)]")
    assert {each.get("class") for each in closed} <= {"langs-fold"}
    assert page.xpath("//base/@target") == ["_blank"]


def test_the_menu_of_languages_covers_the_page_only_for_words_in_it(client, ada):
    page = html.document_fromstring(preview(client, HELLO, form="Веде цей сайт.").text)

    assert page.xpath("//mark")
    assert [each.get("open") for each in page.find_class("langs-fold")] == [None]


def test_html_that_would_be_refused_is_shown_as_typed(client, ada):
    page = preview(client, SKIP, form="<img src=x onerror=alert(1)><script>alert(1)</script>")

    assert "<img src=x" not in page.text
    assert "&lt;img src=x" in page.text


@pytest.mark.parametrize("form", ["%(nothing)s", "%", "%(organization)d", "a\x0bb", ""])
def test_a_translation_that_cannot_be_used_breaks_no_preview(client, ada, form):
    assert preview(client, HELLO, form=form).status_code == 200


def test_every_message_has_a_preview_or_a_page_that_says_why_not(client, ada):
    some = interface_catalog().messages[::60]

    answers = {m.source: client.get(f"{address(m.source)}preview/").status_code for m in some}

    assert set(answers.values()) == {200}


def test_nothing_typed_for_a_preview_is_shown_to_the_next_reader(client, ada):
    preview(client, HELLO, form="%(organization)s веде цей сайт.")

    assert "веде цей сайт" not in client.get("/en/privacy/").text
    assert "веде цей сайт" not in client.get(f"{address(HELLO)}preview/").text


def test_a_block_of_campaign_copy_is_marked_on_its_page(client, ada):
    action = make_action()
    catalog = copy_of(action.campaign_id)
    block = next(m for m in catalog.messages if m.source == "Body (en)" and "campaign" in m.context)

    page = preview_of_copy(client, catalog, block, form="Текст (uk)")

    assert '<mark id="highlight">Текст (uk)</mark>' in page.text
    assert "Headline of racism (en)" in page.text, "the rest is shown in its source"


@pytest.mark.parametrize(
    "place", ["campaign", "home", "action/hate-crimes", "confirmed/hate-crimes"]
)
def test_campaign_copy_is_shown_in_all_its_places(client, ada, place):
    action = make_action()
    catalog = copy_of(action.campaign_id)
    of_place = [m for m in catalog.messages if place in m.places]

    pages = [
        preview_of_copy(client, catalog, one, form="Слова", scene=place) for one in of_place[:4]
    ]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert any("Слова</mark>" in page.text for page in pages)


def test_the_title_of_an_action_is_shown_in_the_mail(client, ada):
    action = make_action()
    catalog = copy_of(action.campaign_id)
    title = next(m for m in catalog.messages if m.source == action.title)

    page = preview_of_copy(client, catalog, title, form="Вимога", scene="mail/confirm/hate-crimes")

    assert "Вимога</mark>" in page.text


def test_a_text_of_an_update_is_shown_in_its_email(client, ada):
    action = make_action()
    update = make_update(action, texts={"en": ("It has passed", "The **law**.\n\nThanks.")})
    catalog = copy_of(action.campaign_id)
    thanks = next(m for m in catalog.messages if m.source == "Thanks.")
    (place,) = thanks.places

    page = preview_of_copy(client, catalog, thanks, form="Дякуємо.", scene=place)

    assert place == f"mail/update/hate-crimes/{update.id}"
    assert ">Дякуємо.</mark>" in page.text
    assert "It has passed" in page.text, "the rest is shown in its source"
    assert "<strong>law</strong>" in page.text


@pytest.mark.parametrize(("scope", "is_for_both"), [("campaign", False), ("actions", True)])
def test_an_update_to_several_actions_is_shown_as_the_email_about_the_campaign(
    client, ada, scope, is_for_both
):
    campaign = make_campaign()
    actions = [make_action(campaign=campaign, slug=slug) for slug in ("hate-crimes", "silence")]
    others = actions[1:] if is_for_both else ()
    make_update(actions[0], others=others, texts={"en": ("It has passed", "Thanks.")}, scope=scope)
    catalog = copy_of(campaign.id)
    thanks = next(m for m in catalog.messages if m.source == "Thanks.")

    page = preview_of_copy(client, catalog, thanks, form="Дякуємо.", scene=thanks.places[0])

    text = visible_text(page.text)
    assert "An update on a campaign you took part in: Title of racism (en)" in text
    assert "You took part in: Title of hate-crimes (en)" in text


def test_a_stale_text_is_shown_in_its_earlier_translation(client):
    campaign = make_draft()
    changes = {f"texts.en.{name}": f"A new {name}" for name in ("headline", "summary")}
    save_campaign(campaign.id, changes, opened_at=0, by=make_staff("campaigner"), now=NOON)
    log_in(client, make_translator("ru"))
    stale = next(m for m in copy_of(campaign.id).messages if m.source == "A new headline")

    page = client.get(f"/staff/translations/ru/campaign-{campaign.id}/{stale.key}/preview/").text

    assert ">Headline of racism (ru)</mark>" in page
    assert "A new headline" not in page
    assert "Summary of racism (ru)" in page, "so are the others"
    assert "A new summary" not in page


def test_the_text_of_an_update_that_was_deleted_has_no_preview(client, ada):
    action = make_action()
    update = make_update(action, texts={"en": ("It has passed", "Thanks.")})
    catalog = copy_of(action.campaign_id)
    thanks = next(m for m in catalog.messages if m.source == "Thanks.")
    db.session.execute(delete(UpdateText).filter_by(update_id=update.id))
    db.session.execute(delete(Update).filter_by(id=update.id))
    db.session.commit()

    page = preview_of_copy(client, catalog, thanks, form="Дякуємо.")

    assert page.status_code in (200, 404)
    assert "Дякуємо.</mark>" not in page.text


def test_notes_on_the_interface_are_english_and_those_on_copy_are_translated(client, ada):
    ada.locale = "ru"
    campaign = make_campaign()
    campaign.texts[0].picture_alt = "A crowd"
    db.session.commit()
    alt = next(m for m in copy_of(campaign.id).messages if m.source == "A crowd")
    hidden = next(m for m in interface_catalog().messages if m.notes and not scenes_with(m))
    there = f"/staff/translations/uk/campaign-{campaign.id}/{alt.key}/"

    of_copy = [client.get(f"{there}{rest}").text for rest in ("", "preview/")]
    of_program = [client.get(f"{address(hidden.source)}{rest}").text for rest in ("", "preview/")]

    said = "Описание изображения для тех, кто его не видит."
    assert [tag_of(page, said) for page in of_copy] == ['<p class="words">', "<li>"]
    assert [tag_of(page, hidden.notes[0]) for page in of_program] == [
        '<p class="words" lang="en" dir="ltr">',
        '<li lang="en" dir="ltr">',
    ]


def tag_of(page: str, words: str) -> str:
    """The start tag before these words."""
    return re.search(rf"<[^<>]*>(?={re.escape(words)})", page)[0]


def test_a_campaign_is_previewed_with_its_translations_and_the_rest_in_its_source(app):
    body = "## Why\n\n- **One** two\n- Three\n\n> Four"
    campaign = make_campaign()
    campaign.texts[0].body = body
    db.session.commit()
    begin()
    catalog = copy_of(campaign.id)
    three = next(m for m in catalog.messages if m.source == "Three")

    found = campaign_preview(catalog, "uk", three, ("Три",), now=NOON)

    assert [unit.strip("⸨⸩") for unit in split(found.campaign.body)] == [
        *("Why", "**One** two", "Три", "Four")
    ]


def test_a_message_that_does_not_exist_is_a_404(client, ada):
    page = f"/staff/translations/uk/interface/{'0' * 64}/preview/"

    assert client.get(page).status_code == 404


def test_previews_work_in_every_language(client):
    begin()
    log_in(client, make_translator())

    pages = {tag: client.get(f"{address(SKIP, tag=tag)}preview/") for tag in known_locales()[1:]}

    assert {page.status_code for page in pages.values()} == {200}
    assert 'dir="rtl"' in pages["ar"].text
    assert message(SKIP).area == "pages"


def preview(client, source: str, *, scene: str = "", tag: str = "uk", **fields):
    there = address(source, tag=tag)
    token = token_of(client.get(there).text)
    return client.post(f"{there}preview/?scene={scene}", data={"csrf_token": token, **fields})


def preview_of_copy(client, catalog, block, *, scene: str = "", **fields):
    there = f"/staff/translations/uk/{catalog.name}/{block.key}/"
    token = token_of(client.get(there).text)
    return client.post(f"{there}preview/?scene={scene}", data={"csrf_token": token, **fields})
