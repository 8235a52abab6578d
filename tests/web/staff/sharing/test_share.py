"""After publishing: a box for other websites, and telling people who took part earlier."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import delete, select, update

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import Campaign, ChannelName, Partner, PartnerText
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.sharing.links import channels_of
from campaign_actions.publishing.sharing.channels import name_channel
from campaign_actions.staff.permissions import ROLES
from campaign_actions.updates.models import Update
from tests.support.factories import (
    ended,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
    set_count,
)
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of
from tests.support.statements import recorded
from tests.support.switches import action_switch, off

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WHO = {"campaign": "racism", "actor": "ada@example.org"}
THERE = "http://actions.example.org/en/campaigns/racism/hate-crimes/"


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ar"))


def page_of(action, part: str = "") -> str:
    return f"/staff/campaigns/{action.campaign_id}/share/{part}"


def snippet_in(page: str) -> str:
    """What the member copies."""
    found = re.search(r'<textarea id="snippet"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return html.unescape(found[1])


def posts_in(page: str) -> list[str]:
    """The texts to post as they are copied."""
    found = re.findall(r'<output id="(?:short-)?post"[^>]*>(.*?)</output>', page, re.DOTALL)
    return [re.sub("</?bdi[^>]*>", "", text) for text in found]


def test_an_action_has_a_tab_that_leads_to_sharing_it_until_it_is_closed(staff, action):
    tab = f'<a href="{page_of(action)}?of={action.id}">Share</a>'
    there = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"

    before = staff.get(there).text
    db.session.execute(update(Action).values(ended(utc_now() - timedelta(days=1))))
    db.session.commit()

    assert tab in before
    assert tab not in staff.get(there).text


def test_the_links_are_whole_text_and_not_fields_that_cut_them_off(staff, action):
    page = staff.get(page_of(action, "?language=en")).text

    assert f">{THERE}?source=website</output>" in page


def test_posts_are_in_the_words_of_the_organisation_and_not_of_a_signer(staff, action):
    page = html.unescape(staff.get(page_of(action, "?language=en")).text)

    post, short = posts_in(page)
    assert post.splitlines() == [
        "Title of hate-crimes (en)",
        "",
        "Teaser of hate-crimes (en)",
        "",
        "Sign the petition",
        THERE,
    ]
    assert short == f"Teaser of hate-crimes (en) {THERE}"


@pytest.mark.parametrize(
    ("channel", "address"), [("facebook", f"{THERE}?source=facebook"), ("unheard-of", THERE)]
)
def test_posts_have_the_link_of_the_chosen_channel(staff, action, channel, address):
    page = html.unescape(staff.get(page_of(action, f"?language=en&post={channel}")).text)

    assert [post.split()[-1] for post in posts_in(page)] == [address, address]
    assert "Choose where you will post it" in page


def test_a_chosen_channel_stays_in_a_language_whose_pages_do_not_offer_it(staff):
    action = make_action(locales=("en", "ru"))
    assert "facebook" not in channels_of("ru")

    page = html.unescape(staff.get(page_of(action, "?language=ru&post=facebook")).text)

    assert '<option value="facebook" selected>Facebook</option>' in page
    assert all(text.endswith("?source=facebook") for text in posts_in(page))


def test_a_text_that_is_too_long_for_the_chosen_network_says_so(staff, action):
    db.session.execute(update(ActionText).values(teaser="Long. " * 60))
    db.session.commit()

    of_x, of_email = (staff.get(page_of(action) + f"?post={name}").text for name in ("x", "email"))

    assert of_x.count("Too long: the limit is 280.") == 1, "the short one is not"
    assert "Too long" not in of_email


def test_a_link_counts_as_the_network_counts_it(staff, action):
    """Any link counts as 23 characters on X; on Bluesky in full."""
    db.session.execute(update(ActionText).values(teaser="a" * 203))
    db.session.commit()

    of_x, of_bluesky = (
        staff.get(page_of(action) + f"?post={name}").text for name in ("x", "bluesky")
    )

    text = posts_in(html.unescape(of_x))[0]
    address = text.split()[-1]
    assert 280 < len(text) < 320
    assert f"{len(text) - len(address) + 23} characters" in of_x
    assert f"{len(text.replace('=x', '=bluesky'))} characters" in of_bluesky
    assert "Too long" not in of_x
    assert len(ways_in(of_x)["X"]) == 2, "for the feed, too"


def ways_in(page: str) -> dict[str, list[str]]:
    """The addresses that open a service, by label: for the feed, then short."""
    found: dict[str, list[str]] = {}
    for address, label in re.findall(
        r'<a class="btn" href="([^"]+)"(?: target="_blank")? rel="noopener noreferrer">([^<]+)<',
        page,
    ):
        found.setdefault(label, []).append(html.unescape(address))
    return found


def test_services_open_with_the_text_and_a_link_of_their_own_channel(staff, action):
    ways = ways_in(staff.get(page_of(action, "?language=en&post=facebook")).text)

    sent = parse_qs(urlsplit(ways["Telegram"][1]).query)
    assert sent == {"url": [f"{THERE}?source=telegram"], "text": ["Teaser of hate-crimes (en)"]}
    assert ways["WhatsApp"][0].startswith("https://wa.me/?text=Title%20of%20hate-crimes")
    assert ways["Facebook (link only)"][0].endswith("%3Fsource%3Dfacebook")
    assert "Facebook" not in ways


def test_services_open_with_the_link_of_a_channel_of_ones_own(staff, action):
    name_channel(action.campaign_id, "Dublin group", now=utc_now(), **WHO)

    ways = ways_in(staff.get(page_of(action, "?language=en&post=dublin-group")).text)

    assert all(
        "%3Fsource%3Ddublin-group" in address for found in ways.values() for address in found
    )


def test_a_service_is_not_offered_a_text_that_is_too_long_for_it(staff, action):
    db.session.execute(update(ActionText).values(teaser="Long. " * 60))
    db.session.commit()

    ways = ways_in(staff.get(page_of(action, "?language=en")).text)

    assert (len(ways["X"]), len(ways["WhatsApp"])) == (1, 2)


def test_the_address_in_a_text_to_post_has_its_own_direction(staff, action):
    page = staff.get(page_of(action, "?language=ar")).text

    there = THERE.replace("/en/", "/ar/")
    assert f'Sign the petition\n<bdi dir="ltr">{there}</bdi></output>' in page
    assert page.count(f'<bdi dir="ltr">{there}</bdi></output>') == 2


def test_a_source_that_nobody_made_is_in_the_table_and_not_offered_for_posts(staff, action):
    make_confirmed(action, now=utc_now(), source="radio_interviw")
    fold_states(utc_now())

    page = staff.get(page_of(action, "?language=en&post=radio_interviw")).text

    assert '<tr id="of-radio_interviw">' in page
    assert page.count("Only in addresses that people used, and not named by staff") == 1
    assert 'value="telegram"' in page
    assert 'value="radio_interviw"' not in page
    assert posts_in(html.unescape(page))[0].endswith(THERE)


def test_a_new_channel_stays_when_the_language_is_changed(staff, action):
    page = html.unescape(staff.get(page_of(action, "?language=en&channel=Radio")).text)

    switch = re.search(r'<nav class="seg" aria-label="Language of links.*?</nav>', page, re.DOTALL)
    assert switch[0].count("channel=Radio") == 2


def test_a_single_language_is_no_choice(staff, action):
    db.session.execute(delete(ActionText).where(ActionText.locale != "en"))
    db.session.commit()

    assert "Language of links and texts" not in staff.get(page_of(action)).text


def test_a_short_post_leaves_a_long_text_out(staff, action):
    db.session.execute(update(ActionText).values(teaser="word " * 60))
    db.session.commit()

    page = html.unescape(staff.get(page_of(action, "?language=en")).text)

    assert posts_in(page)[1] == f"Title of hate-crimes (en) {THERE}"


def test_the_page_opens_in_the_language_of_the_reader_if_it_is_public(client, action):
    reader = make_staff("campaigner")
    reader.locale = "ar"
    db.session.commit()
    log_in(client, reader)

    page = client.get(page_of(action)).text

    assert re.search(r'lang="ar" aria-current="true">', page)


def test_the_box_links_to_the_page_with_the_name_of_the_site(staff, action):
    snippet = snippet_in(staff.get(page_of(action, "?language=en")).text)

    assert f'href="{THERE}?source=website"' in snippet
    assert "Title of hate-crimes (en)" in snippet
    assert ">Sign the petition</a>" in snippet
    assert "background:#b3181c" in snippet


def test_the_box_has_no_script_and_loads_and_tells_nothing(staff, action):
    snippet = snippet_in(staff.get(page_of(action)).text)

    assert set(re.findall(r"<(\w+)", snippet)) == {"div", "p", "a"}
    assert re.findall(r'(?:src|href|action)="([^"]*)"', snippet) == [f"{THERE}?source=website"]
    assert "url(" not in snippet
    assert 'referrerpolicy="no-referrer"' in snippet


def test_each_partner_has_a_box_of_its_own(staff, action):
    name = PartnerText(locale="en", name="Memory House", points="")
    partner = {"campaign_id": action.campaign_id, "source": "memory-house"}
    db.session.add(Partner(**partner, texts=[name]))
    db.session.commit()

    page = staff.get(page_of(action, "?language=en&site=memory-house")).text
    other = staff.get(page_of(action, "?language=en&site=telegram")).text

    assert f'href="{THERE}?source=memory-house"' in snippet_in(page)
    assert f'href="{THERE}?source=website"' in snippet_in(other)


def test_the_box_has_the_direction_and_the_colour_of_its_page(staff, action):
    db.session.execute(update(Campaign).values(accent="teal"))
    db.session.commit()

    snippet = snippet_in(staff.get(page_of(action, "?language=ar")).text)

    assert snippet.startswith('<div lang="ar" dir="rtl"')
    assert "background:#174b49" in snippet


def test_hostile_texts_stay_text(staff, action):
    hostile = '"><script>alert(1)</script>'
    db.session.execute(update(ActionText).values(title=hostile, button=hostile))
    db.session.commit()

    page = staff.get(page_of(action, "?language=en")).text
    framed = staff.get(page_of(action, f"{action.id}/en/website/snippet/")).text

    assert "<script>alert" not in page
    assert "<script>" not in snippet_in(page)
    assert "<script>" not in framed


def test_the_preview_is_the_box_in_a_frame_that_may_do_nothing(staff, action):
    page = staff.get(page_of(action, "?language=en"))
    address = re.search(r'<iframe class="snippet"[^>]* src="([^"]+)" sandbox>', page.text)[1]

    framed = staff.get(address)

    assert snippet_in(page.text) in framed.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert framed.headers["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.parametrize("place", ["2/en/website", "1/xx/website", "1/en/Bad%20one"])
def test_there_is_no_box_of_nothing(staff, action, place):
    assert staff.get(page_of(action, f"{place}/snippet/")).status_code == 404


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Radio interview", "radio-interview"),
        ("Ραδιόφωνο", "radiofono"),
        ("რადიო", "radio"),
        ("إذاعة", "adaaa"),
        ("日本", "link-cf2abf"),
        ("a" * 60, "a" * 40),
        ("щ" * 60, "shch" * 10),
    ],
)
def test_a_channel_gets_a_link_whatever_its_script_and_length(staff, action, name, source):
    answer = staff.get(page_of(action, f"?language=en&channel={name}"))

    assert f">{THERE}?source={source}</output>" in answer.text
    assert f"<bdi>{name}</bdi>" in answer.text


def test_a_name_that_is_too_long_is_refused_and_kept(staff, action):
    answer = name(staff, action, "a" * 61)

    page = staff.get(answer.location)
    assert page.status_code == 400
    assert "This must be 60 characters or fewer." in page.text
    assert f'value="{"a" * 61}"' in page.text
    assert 'id="channel" name="channel" maxlength' not in page.text


@pytest.mark.parametrize("name", ["!!!", "", "%20", "🙂"])
def test_a_name_of_which_nothing_is_left_is_refused_in_words(staff, action, name):
    answer = staff.get(page_of(action, f"?language=en&channel={name}"))

    assert answer.status_code == 400
    assert "Enter a name with letters or digits" in visible_text(answer.text)
    assert 'aria-invalid="true"' in answer.text


@pytest.fixture
def earlier(action):
    """Another action of the campaign, in which two people asked for updates."""
    campaign = db.session.get(Campaign, action.campaign_id)
    found = make_action(campaign=campaign, slug="speak-up", locales=("en", "ar"))
    for _number in range(2):
        make_confirmed(found, wants_updates=True)
    make_confirmed(found)
    return found


def test_people_who_took_part_earlier_can_be_told(staff, action, earlier):
    page = staff.get(page_of(action, f"?action={action.id}&language=en")).text

    address = (
        f"/staff/campaigns/{action.campaign_id}/actions/{earlier.id}/updates/new/?about={action.id}"
    )
    assert f'href="{address}"' in page
    assert "2 people took part in “Title of speak-up (en)” and asked for updates" in (
        visible_text(page)
    )
    form = staff.get(address).text
    assert 'value="Title of hate-crimes (en)"' in form
    assert f"Teaser of hate-crimes (en)\n\n[Sign the petition]({THERE}?source=update)" in form
    assert "/ar/campaigns/racism/hate-crimes/?source=update" in form
    assert "Say what the new action has to do with theirs." in form
    assert db.session.scalars(select(Update)).all() == []


def test_the_people_of_the_action_itself_can_be_written_to(staff, earlier):
    page = staff.get(page_of(earlier, f"?action={earlier.id}")).text

    assert "Write to the people who took part" in page
    assert f'/actions/{earlier.id}/updates/new/"' in page


def test_nobody_is_told_by_a_member_who_may_not_send_updates(staff, action, earlier, monkeypatch):
    monkeypatch.setitem(ROLES, "campaigner", ROLES["campaigner"] - {"updates.send"})

    page = staff.get(page_of(action)).text

    assert "Tell earlier participants" not in page
    assert "asked for updates" not in page


def test_however_many_actions_there_are_the_recipients_are_counted_at_once(staff, action, earlier):
    with recorded() as statements:
        staff.get(page_of(action))

    assert len([one for one in statements if "wants_updates" in one and "count(" in one]) == 1


@pytest.mark.parametrize("about", ["x", "0", "99", "99999999999"])
def test_an_update_about_nothing_begins_empty_or_is_not_found(staff, action, about):
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/updates/new/"

    answer = staff.get(f"{address}?about={about}")

    assert answer.status_code == (404 if about == "99" else 200)


def test_an_update_about_an_action_of_another_campaign_is_not_found(staff, action):
    other = make_action(campaign=make_campaign(slug="other"), slug="other")
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/updates/new/"

    assert staff.get(f"{address}?about={other.id}").status_code == 404


def test_an_action_that_is_not_public_is_not_announced(staff, action, earlier):
    db.session.execute(update(Action).filter_by(id=action.id).values(published_at=None))
    db.session.commit()
    address = f"/staff/campaigns/{action.campaign_id}/actions/{earlier.id}/updates/new/"

    page = staff.get(f"{address}?about={action.id}").text

    assert "?source=update" not in page
    assert "Say what the new action has to do with theirs." not in page


def test_what_was_typed_is_kept_when_the_update_is_sent_back(staff, action, earlier):
    address = f"/staff/campaigns/{action.campaign_id}/actions/{earlier.id}/updates/new/"
    page = staff.get(f"{address}?about={action.id}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    fields = {"csrf_token": token, "texts.en.subject": "Mine", "texts.en.body": "x" * 20_001}
    answer = staff.post(f"{address}?about={action.id}", data=fields)

    assert answer.status_code == 400
    assert 'value="Mine"' in answer.text


def name(client, there, typed: str, **fields):
    """Send the form for another channel."""
    token = token_of(client.get("/staff/").text)
    data = {"csrf_token": token, "channel": typed, "language": "en", **fields}
    return client.post(page_of(there), data=data)


def test_a_named_channel_stays_on_the_page_and_names_its_people_on_dashboards(staff, action):
    make_confirmed(action, now=utc_now(), source="radio-interview")
    make_confirmed(action, now=utc_now(), source="whatsapp")
    fold_states(utc_now())

    answer = name(staff, action, " Radio interview! ", action=str(action.id))

    assert answer.status_code == 303
    assert "<bdi>Radio interview!</bdi>" in staff.get(answer.location).text
    dashboard = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    for address in (dashboard, "/staff/dashboard/"):
        page = staff.get(address).text
        assert "<bdi>Radio interview!</bdi>" in page
        assert "<bdi>WhatsApp</bdi>" in page
        assert "<bdi>whatsapp</bdi>" not in page


def test_a_name_that_would_make_the_link_of_another_channel_gets_a_link_of_its_own(staff, action):
    for typed in ("Radio ekho", "Radio «Эхо»", "Радио «Эхо»", "Radio, ekho"):
        name(staff, action, typed)

    names = {one.source: one.name for one in db.session.scalars(select(ChannelName))}
    assert names == {
        "radio-ekho": "Radio ekho",
        "radio-ekho-2": "Radio «Эхо»",
        "radio-ekho-3": "Радио «Эхо»",
        "radio-ekho-4": "Radio, ekho",
    }


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("radio INTERVIEW ", "radio-interview"),
        ("Newsletter", "newsletter"),
        ("whatsapp!", "whatsapp"),
        ("Memory House", "memory-house"),
    ],
)
def test_a_channel_that_exists_is_not_made_again_but_shown(staff, action, typed, source):
    text = PartnerText(locale="en", name="Memory House", points="")
    partner = {"campaign_id": action.campaign_id, "source": "memory-house"}
    db.session.add(Partner(**partner, texts=[text]))
    db.session.commit()
    name(staff, action, "Radio interview")

    answer = name(staff, action, typed)

    page = staff.get(answer.location)
    assert page.status_code == 400
    assert f'This channel exists already. <a href="#of-{source}">See its link</a>' in page.text
    assert f'<tr id="of-{source}">' in page.text
    assert ">New</span>" not in page.text
    assert [one.name for one in db.session.scalars(select(ChannelName))] == ["Radio interview"]


def test_a_channel_without_a_name_is_not_kept_and_says_why(staff, action):
    answer = name(staff, action, "!?")

    page = staff.get(answer.location)
    assert page.status_code == 400
    assert "Enter a name with letters or digits" in page.text
    assert 'value="!?"' in page.text
    assert db.session.scalars(select(ChannelName)).all() == []


def test_someone_who_may_not_edit_gets_a_link_that_is_not_kept(client, action):
    log_in(client, make_staff("reviewer"))

    page = client.get(page_of(action, "?language=en&channel=Radio")).text

    assert "?source=radio</output>" in page
    assert '<form class="pad again" method="get"' in page
    assert name(client, action, "Radio").status_code == 403


def rows_in(page: str) -> list[str]:
    """The rows of the table of links, in words, without the files of QR codes."""
    table = re.search(r'<table class="table as-cards channels.*?</table>', page, re.DOTALL)[0]
    rows = [visible_text(row).strip() for row in re.split(r"<tr\b[^>]*>", table)[2:]]
    return [row.removesuffix(" SVG PNG") for row in rows]


def head_of(page: str) -> list[str]:
    """The labels of the columns with figures."""
    return re.findall(r'<th scope="col" class="n">(.*?)</th>', page)


def test_links_are_in_the_order_of_their_results_with_confirmation_rates(staff, action):
    for _number in range(3):
        make_confirmed(action, now=utc_now(), source="telegram")
    make_signature(action, now=utc_now(), source="telegram")
    make_confirmed(action, now=utc_now(), source="leaflet")
    fold_states(utc_now())

    rows = rows_in(staff.get(page_of(action, "?language=en")).text)

    assert rows[0].startswith("Telegram")
    assert rows[0].endswith("3 3 75%")
    assert rows[1].startswith("leaflet")
    assert rows[1].endswith("1 1 100%")
    assert rows[2].startswith("Newsletter")
    assert rows[2].endswith("0 0 –")


def test_the_figures_are_those_of_the_language_and_those_of_all_with_the_rate(staff, action):
    for source, locale, number in (("telegram", "en", 3), ("telegram", "ar", 1), ("vk", "ar", 2)):
        for _number in range(number):
            make_confirmed(action, now=utc_now(), source=source, locale=locale)
    make_signature(action, now=utc_now(), source="telegram", locale="ar")
    fold_states(utc_now())

    page = staff.get(page_of(action, "?language=ar")).text
    rows = rows_in(page)
    telegram = re.search(r'<tr id="of-telegram">.*?</tr>', page, re.DOTALL)[0]
    lists = [html.unescape(one) for one in re.findall(r'href="([^"]*status=[^"]*)"', telegram)]

    labels = ["Confirmed in Arabic", "Confirmed in all languages", "Confirmation rate"]
    assert head_of(page) == labels
    assert re.findall(r'<td class="n" data-l="(.*?)"', telegram) == labels
    assert rows[0].startswith("VK")
    assert rows[0].endswith("2 2 100%")
    assert rows[1].endswith("1 4 80%")
    assert ["language=ar" in one for one in lists] == [True, False]
    assert [staff.get(one).text.count('class="nw"><time') for one in lists] == [1, 4]


def test_a_page_in_one_language_has_one_figure(staff, action):
    db.session.execute(delete(ActionText).where(ActionText.locale != "en"))
    db.session.commit()
    for locale in ("en", "ar"):
        make_confirmed(action, now=utc_now(), source="telegram", locale=locale)
    fold_states(utc_now())

    page = staff.get(page_of(action)).text

    assert head_of(page) == ["Confirmed", "Confirmation rate"]
    assert rows_in(page)[0].endswith("Copy 2 100%")


def test_the_table_adds_up_to_everyone_who_confirmed(staff, action):
    name(staff, action, "Stand")
    for source, locale in (("telegram", "en"), (None, "en"), (None, "ar"), ("stand", "ar")):
        make_confirmed(action, now=utc_now(), source=source, locale=locale)
    token = token_of(staff.get("/staff/").text)
    staff.post(page_of(action, "channels/stand/remove/"), data={"csrf_token": token})
    fold_states(utc_now())

    page = staff.get(page_of(action, "?language=en")).text
    lists = re.findall(r'href="([^"]*status=confirmed[^"]*)"', page.partition('class="sums"')[2])

    assert rows_in(page)[-3:] == [
        "Unknown 1 2 100%",
        "Other and removed channels 0 1 100%",
        "Total 2 4 100%",
    ]
    numbers = [staff.get(html.unescape(one)).text.count('class="nw"><time') for one in lists]
    assert numbers == [1, 2, 2, 4]


def test_the_networks_without_a_share_address_have_links_too(staff, action):
    page = staff.get(page_of(action, "?language=ar")).text

    for source, label in (("mastodon", "Mastodon"), ("bluesky", "Bluesky")):
        assert f"<bdi>{label}</bdi>" in page
        assert f"?source={source}</output>" in page
    assert "Rename or remove" not in page


def test_a_new_channel_is_first_and_marked(staff, action):
    make_confirmed(action, now=utc_now(), source="telegram")
    fold_states(utc_now())

    made = name(staff, action, "Radio interview")

    assert rows_in(staff.get(made.location).text)[0].startswith("Radio interview New")
    assert rows_in(staff.get(page_of(action, "?language=en")).text)[0].startswith("Telegram")


def test_the_table_leads_to_the_figures_of_the_action(staff, action):
    page = staff.get(page_of(action)).text

    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/?range=all#source"
    assert f'<a href="{address}">Channels on the dashboard</a>' in page
    assert 'id="source"' in staff.get(address.replace("#source", "")).text


def test_the_page_says_published_only_on_the_first_day_before_anyone_took_part(staff, action):
    def head() -> str:
        return re.search(r'<h2 id="published">(.*?)</h2>', staff.get(page_of(action)).text)[1]

    def publish(ago: timedelta) -> None:
        db.session.execute(update(Action).values(published_at=utc_now() - ago))
        db.session.execute(update(Campaign).values(published_at=utc_now() - ago))
        db.session.commit()

    publish(timedelta(hours=23))
    first = head()
    set_count(action, 1)
    later = head()
    set_count(action, 0)
    publish(timedelta(hours=25))

    assert (first, later, head()) == ("Published. Share it", "Share", "Share")
    publish(timedelta(hours=23))
    off(action_switch(action))
    assert head() == "Share"
