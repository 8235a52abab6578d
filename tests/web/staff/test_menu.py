"""The main menu of the workspace, on one row, and the tabs of its settings."""

import re

import pytest

from campaign_actions.staff.permissions import ROLES
from campaign_actions.web.staff import menu
from campaign_actions.web.staff.waiting.store import waiting_store
from tests.support.factories import make_action, make_campaign, make_staff, make_update
from tests.support.staff_client import log_in, post

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
CURRENT = re.compile(r'<li><a href="([^"]+)" aria-current="(\w+)">([^<]+)')
EACH_ROLE = {
    "administrator": ["Overview", "Campaigns", "Translations", "Audit log", "Settings"],
    "campaigner": ["Overview", "Campaigns", "Translations", "Settings"],
    "exporter": ["Overview", "Campaigns", "Exported files"],
    "translator": ["Overview", "Campaigns", "Translations"],
    "reviewer": ["Overview", "Campaigns", "Translations"],
}


def entries(page: str) -> list[str]:
    inside = page.partition('id="menu"')[2].partition("</ul>")[0]
    return re.findall(r"<a [^>]*>([^<]*[^< ])", inside)  # without the count of what waits


def tabs(page: str) -> list[str]:
    inside = page.partition('<nav class="tabs" aria-label="Settings">')[2].partition("</nav>")[0]
    return re.findall(r"<a [^>]*>([^<]+)", inside)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_the_entries_it_may_use(client, role):
    log_in(client, make_staff(role))

    page = client.get("/staff/").text

    assert entries(page) == EACH_ROLE[role]


def test_the_menu_is_a_popover_that_opens_without_a_script(client):
    log_in(client, make_staff("campaigner"))

    page = client.get("/staff/").text

    assert re.search(r'<button class="menu-open" type="button" popovertarget="menu">', page)
    assert re.search(r'<nav class="menu" id="menu" popover aria-label="Main">', page)


@pytest.mark.parametrize(
    ("role", "address", "entry"),
    [
        ("campaigner", "dashboard/", "Campaigns"),
        ("campaigner", "preview/en/{}/{}/emails/", "Campaigns"),
        ("campaigner", "consent/", "Settings"),
        ("administrator", "consent/", "Settings"),
        ("administrator", "consent/en/", "Translations"),
        ("campaigner", "consent/en/petition/", "Translations"),
        ("campaigner", "consent/en/petition/?back=all", "Settings"),
        ("translator", "consent/en/", "Translations"),
        ("reviewer", "consent/", "Translations"),
        ("exporter", "approvals/", "Exported files"),
        ("administrator", "approvals/", "Settings"),
    ],
)
def test_a_page_without_an_entry_of_its_own_has_the_nearest_one_marked(
    client, role, address, entry
):
    action = make_action()
    log_in(client, make_staff(role))

    page = client.get(f"/staff/{address.format(action.campaign_id, action.id)}").text

    assert [name for _address, _how, name in CURRENT.findall(page)] == [entry]


def test_the_way_up_from_a_consent_text_stays_in_its_language(client):
    log_in(client, make_staff("campaigner"))

    page = client.get("/staff/consent/en/petition/").text

    crumbs = re.findall(
        r'<a href="([^"]+)">', page.partition('class="trail"')[2].partition("</ol>")[0]
    )
    assert crumbs == ["/staff/translations/", "/staff/translations/en/", "/staff/consent/en/"]


def test_a_consent_text_opened_from_all_of_them_leads_back_there(client):
    log_in(client, make_staff("administrator", "campaigner"))
    link = re.search(
        r'href="(/staff/consent/en/petition/[^"]*)"', client.get("/staff/consent/").text
    )[1]

    page = client.get(link)
    saved = post(client, link, body="People agree to this text when they sign. " * 4)

    for text in (page.text, client.get(saved.location).text):
        crumbs = text.partition('class="trail"')[2].partition("</ol>")[0]
        assert re.findall(r'<a href="([^"]+)">', crumbs) == ["/staff/consent/"]


def test_the_open_page_is_marked_and_named_in_the_bar(client):
    campaign = make_campaign()
    log_in(client, make_staff("campaigner"))

    list_, below = (client.get(f"/staff/campaigns/{each}").text for each in ("", f"{campaign.id}/"))

    assert CURRENT.findall(list_) == [("/staff/campaigns/", "page", "Campaigns")]
    assert CURRENT.findall(below) == [("/staff/campaigns/", "true", "Campaigns")]
    assert '<p class="here" aria-hidden="true">Campaigns</p>' in below


def test_the_settings_are_one_entry_whose_pages_have_tabs(client):
    log_in(client, make_staff("administrator"))

    names = ("people", "approvals", "approvals/two-people", "consent", "status")
    pages = [client.get(f"/staff/{name}/").text for name in names]

    assert {tuple(tabs(page)) for page in pages} == {
        (
            *(
                "Staff",
                "Approvals",
                "Brand",
                "Time zone",
                "Two-person approval",
                "Consent texts",
                "Status",
            ),
            "Emergency switches",
        )
    }
    assert [CURRENT.findall(page)[0][2] for page in pages] == ["Settings"] * 5
    assert [re.findall(r'aria-current="page">([^<]+)', page) for page in pages] == [
        ["Staff"],
        ["Approvals"],
        ["Two-person approval"],
        ["Consent texts"],
        ["Status"],
    ]


def test_a_single_settings_page_goes_by_its_own_name(app):
    with app.test_request_context("/staff/"):
        shown = menu.main_entries(lambda permission: permission == "system.watch")

    assert [entry.name for entry in shown] == ["Overview", "Status"]


def test_what_waits_behind_an_entry_is_counted_beside_it(client, monkeypatch):
    monkeypatch.setitem(menu.COUNTS, menu.HOME, lambda: 1161)
    log_in(client, make_staff("campaigner"))

    page = client.get("/staff/campaigns/").text

    assert 'Overview <span class="badge">1,161</span>' in page


def test_the_menu_counts_the_lines_of_the_overview_where_they_are_not_known(client):
    member = make_staff("campaigner")
    make_update(make_action(), staff_id=member.id)
    log_in(client, member)
    client.get("/staff/")
    lines = waiting_store().lines.pop(member.fs_uniquifier)

    page = client.get("/staff/campaigns/").text

    assert lines > 0
    assert f'Overview <span class="badge">{lines}</span>' in page


def test_nobody_sees_the_menu_before_logging_in(client):
    page = client.get("/staff/login").text

    assert 'id="menu"' not in page
