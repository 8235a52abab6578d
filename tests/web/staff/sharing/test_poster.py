"""The poster that staff print: its code has the channel of posters, or one that they choose for it."""

import pytest

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.sharing.qr_code import qr_code
from campaign_actions.publishing.sharing.channels import name_channel
from tests.support.factories import make_action
from tests.support.page_text import visible_text

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
PUBLIC = "/en/campaigns/racism/hate-crimes/"
WHO = {"campaign": "racism", "actor": "ada@example.org"}


@pytest.fixture
def action(app):
    return make_action()


def code_of(source: str) -> str:
    return str(qr_code(f"http://actions.example.org{PUBLIC}?source={source}"))


@pytest.mark.parametrize("query", ["", "&post=x"])
def test_the_poster_keeps_its_own_channel_whatever_is_chosen_for_texts(staff, action, query):
    share = f"/staff/campaigns/{action.campaign_id}/share/"

    page = staff.get(f"{share}?language=en{query}").text

    form = page.partition(f'<form method="get" action="{share}{action.id}/en/poster/poster/">')[2]
    assert '<option value="poster" selected>Poster</option>' in form.partition("</form>")[0]
    assert form.partition("</form>")[0].count(" selected>") == 1


@pytest.mark.parametrize("source", ["poster", "leaflet-dublin"])
def test_the_poster_has_the_channel_that_is_chosen_for_it(staff, action, source):
    name_channel(action.campaign_id, "Leaflet Dublin", now=utc_now(), **WHO)
    share = f"/staff/campaigns/{action.campaign_id}/share/"

    answer = staff.get(f"{share}{action.id}/en/poster/poster/?channel={source}")
    poster = staff.get(answer.location).text

    assert answer.location == f"{share}{action.id}/en/{source}/poster/"
    assert code_of(source) in poster
    assert f'href="{share}?of={action.id}&amp;language=en#poster"' in poster
    assert "These links work" not in poster


def test_the_poster_is_one_press_away_in_the_other_languages(staff):
    action = make_action(slug="speak-up", locales=("en", "ar"))
    there = f"/staff/campaigns/{action.campaign_id}/share/{action.id}/{{}}/stand/poster/"

    page = staff.get(there.format("en")).text

    switch = page.partition('<nav aria-label="Language of the poster">')[2].partition("</nav>")[0]
    assert f'{there.format("ar")}" lang="ar"' in switch
    assert '<strong lang="en">English</strong>' in switch


def test_the_words_around_a_poster_are_in_the_language_of_the_member(staff):
    action = make_action(slug="speak-up", locales=("en", "ar"))

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/share/{action.id}/ar/x/poster/").text

    controls, _article, sheet = page.partition("<article")
    assert '<html lang="ar" dir="rtl"' in page
    assert '<div lang="en" dir="ltr">' in controls
    assert "Back to the links" in controls
    assert "Print poster" in controls
    assert "Title of speak-up (ar)" in sheet
    assert 'class="masthead"' not in page


def test_the_page_says_in_which_language_the_poster_is_even_if_there_is_one(staff, action):
    page = staff.get(f"/staff/campaigns/{action.campaign_id}/share/{action.id}/en/x/poster/").text

    switch = page.partition('<nav aria-label="Language of the poster">')[2].partition("</nav>")[0]
    assert visible_text(switch).strip() == "Language of the poster English"


def test_the_public_poster_is_the_same_for_every_query(client, action):
    page = client.get(f"{PUBLIC}poster/?source=leaflet-dublin").text

    assert code_of("poster") in page


@pytest.mark.parametrize("source", ["Bad%20one", "x" * 41])
def test_a_source_that_is_none_has_no_poster(staff, action, source):
    there = f"/staff/campaigns/{action.campaign_id}/share/{action.id}/en/{source}/poster/"

    assert staff.get(there).status_code == 404
