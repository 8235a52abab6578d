"""Channels that staff have named: renaming, removing and restoring them."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.models import ChannelName
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.sharing.channels import name_channel
from tests.support.factories import make_action, make_campaign, make_confirmed, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WHO = {"campaign": "racism", "actor": "ada@example.org"}


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ar"))


@pytest.fixture
def staff(client, action):
    """Someone who may edit, in a campaign with the channel “Radio”."""
    log_in(client, make_staff("campaigner"))
    name_channel(action.campaign_id, "Radio", now=utc_now(), **WHO)
    return client


def share_page(action) -> str:
    return f"/staff/campaigns/{action.campaign_id}/share/"


def send(client, action, part: str = "", source: str = "radio", **fields):
    data = {"csrf_token": token_of(client.get("/staff/").text), **fields}
    return client.post(f"{share_page(action)}channels/{source}/{part}", data=data)


def someone_comes(action, source: str = "radio") -> None:
    make_confirmed(action, now=utc_now(), source=source)


def names() -> dict[str, str]:
    return {one.source: one.name for one in db.session.scalars(select(ChannelName))}


def last_entry() -> AuditEntry:
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()


def test_the_table_leads_to_the_page_of_ones_own_channels_only(staff, action):
    page = staff.get(share_page(action)).text

    assert page.count("Rename or remove</a>") == 1
    assert f"{share_page(action)}channels/radio/?" in page


def test_a_renamed_channel_keeps_its_link_and_its_people(staff, action):
    someone_comes(action)
    fold_states(utc_now())

    answer = send(staff, action, channel="Radio in the morning")

    page = staff.get(answer.location).text
    assert "Channel renamed" in page
    assert "<bdi>Radio in the morning</bdi>" in page
    assert "?source=radio</output>" in page
    dashboard = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    assert "<bdi>Radio in the morning</bdi>" in staff.get(dashboard).text
    entry = last_entry()
    assert (entry.event, entry.details["former_name"]) == ("channel-renamed", "Radio")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("!!", "Enter a name with letters or digits"),
        ("", "Enter a name with letters or digits"),
        ("x" * 61, "This must be 60 characters or fewer."),
        ("telegram", "Another channel has this name."),
        ("STAND", "Another channel has this name."),
        ("unknown", "Dashboards use this word for something else."),
        ("Неизвестен", "Dashboards use this word for something else."),
    ],
)
def test_a_name_that_is_none_or_that_another_channel_has_is_refused(staff, action, typed, reason):
    name_channel(action.campaign_id, "Stand", now=utc_now(), **WHO)

    answer = send(staff, action, channel=typed)

    assert answer.status_code == 400
    assert reason in answer.text
    assert f'value="{typed}"' in answer.text
    assert names()["radio"] == "Radio"


def test_the_former_name_of_a_channel_makes_another_link(staff, action):
    send(staff, action, channel="Morning show")

    source = name_channel(action.campaign_id, "Radio", now=utc_now(), **WHO)

    assert source == "radio-2"
    assert names() == {"radio": "Morning show", "radio-2": "Radio"}


def test_a_channel_that_nobody_used_is_deleted(staff, action):
    warning = visible_text(staff.get(f"{share_page(action)}channels/radio/").text)

    answer = send(staff, action, "remove/")

    assert "will be counted under “radio”" in warning
    page = staff.get(answer.location).text
    assert "Channel removed. Its links still work." in page
    assert "<bdi>Radio</bdi>" not in page
    assert names() == {}
    assert last_entry().event == "channel-removed"


@pytest.mark.parametrize("is_folded", [True, False])
def test_a_channel_that_was_used_leaves_the_page_and_keeps_its_name(staff, action, is_folded):
    someone_comes(action)
    if is_folded:
        fold_states(utc_now())

    answer = send(staff, action, "remove/")
    fold_states(utc_now())

    page = staff.get(answer.location).text
    assert "?source=radio</output>" not in page
    assert re.search(r"1 removed channel\s+Radio\s+1 person confirmed", visible_text(page))
    dashboard = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    assert "<bdi>Radio</bdi>" in staff.get(dashboard).text


def test_a_removed_channel_can_be_restored(staff, action):
    someone_comes(action)
    send(staff, action, "remove/")

    answer = send(staff, action, "restore/")

    assert "#" not in answer.location, "the page would open below the message"
    page = staff.get(answer.location).text
    assert "Channel restored" in page
    assert "?source=radio</output>" in page
    assert last_entry().event == "channel-restored"


def test_the_message_about_a_removed_channel_offers_to_restore_it(staff, action):
    someone_comes(action)

    removed = send(staff, action, "remove/").location

    page = staff.get(removed).text
    notice = re.search(r'<form class="notice good".*?</form>', page, re.DOTALL)[0]
    assert "Channel removed. Its links still work." in notice
    assert f'action="{share_page(action)}channels/radio/restore/' in notice
    assert "Restore channel" in notice
    assert "notice good" not in staff.get(removed).text


def test_the_message_about_a_deleted_channel_has_no_button(staff, action):
    page = staff.get(send(staff, action, "remove/").location).text

    assert "Channel removed. Its links still work." in page
    assert "Restore channel" not in page


def test_a_name_that_makes_the_link_of_a_removed_channel_leads_to_it(staff, action):
    send(staff, action, channel="Morning show")
    someone_comes(action)
    send(staff, action, "remove/")
    token = token_of(staff.get("/staff/").text)
    fields = {"csrf_token": token, "channel": "Radio", "of": str(action.id), "language": "en"}

    answer = staff.post(share_page(action), data=fields)

    page = staff.get(answer.location)
    assert page.status_code == 400
    assert "“Morning show” had this link and was removed." in visible_text(page.text)
    assert f'href="{share_page(action)}channels/radio/?' in page.text
    assert names() == {"radio": "Morning show"}


def test_naming_a_removed_channel_again_restores_it(staff, action):
    someone_comes(action)
    send(staff, action, "remove/")

    name_channel(action.campaign_id, "Radio", now=utc_now(), **WHO)

    assert "?source=radio</output>" in staff.get(share_page(action)).text


def test_a_channel_that_only_links_have_can_be_named(staff, action):
    someone_comes(action, "no-such-channel")
    fold_states(utc_now())
    before = staff.get(share_page(action)).text

    form = staff.get(f"{share_page(action)}channels/no-such-channel/").text
    answer = send(staff, action, source="no-such-channel", channel="Radio in Cork")

    assert f'href="{share_page(action)}channels/no-such-channel/?' in before
    assert "Rename channel" in form
    page = staff.get(answer.location).text
    assert "<bdi>Radio in Cork</bdi>" in page
    assert "?source=no-such-channel</output>" in page
    assert names()["no-such-channel"] == "Radio in Cork"


def test_a_channel_that_only_links_have_can_be_removed_and_restored(staff, action):
    someone_comes(action, "no-such-channel")
    fold_states(utc_now())

    removed = staff.get(send(staff, action, "remove/", "no-such-channel").location).text
    restored = staff.get(send(staff, action, "restore/", "no-such-channel").location).text

    assert "?source=no-such-channel</output>" not in removed
    assert re.search(r"no-such-channel\s+1 person confirmed", visible_text(removed))
    assert "?source=no-such-channel</output>" in restored


@pytest.mark.parametrize("source", ["telegram", "newsletter", "mastodon", "Bad one"])
def test_the_usual_channels_have_no_page_even_if_someone_came_by_them(staff, action, source):
    someone_comes(action, source)

    assert staff.get(f"{share_page(action)}channels/{source}/").status_code == 404
    assert send(staff, action, "remove/", source).status_code == 404


def test_there_is_no_page_of_other_channels(staff, action):
    other = make_campaign(slug="other")
    name_channel(other.id, "Stand", now=utc_now(), campaign="other", actor="ada")

    for source in ("telegram", "stand", "x" * 50):
        assert staff.get(f"{share_page(action)}channels/{source}/").status_code == 404
        for part in ("remove/", "restore/"):
            assert send(staff, action, part, source).status_code == 404


def test_only_members_who_may_edit_can_change_a_channel(client, action):
    name_channel(action.campaign_id, "Radio", now=utc_now(), **WHO)
    log_in(client, make_staff("reviewer"))

    assert "Rename or remove" not in client.get(share_page(action)).text
    for part in ("", "remove/", "restore/"):
        assert send(client, action, part, channel="Mine").status_code == 403
    assert names() == {"radio": "Radio"}
