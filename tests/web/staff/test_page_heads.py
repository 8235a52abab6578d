"""All pages of an action have one head: the way up, its title and state, its tabs. So has a campaign."""

import re

import pytest

from campaign_actions.core.db.session import db, utc_now
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import make_action, make_confirmed, make_staff, make_update, set_count
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
TITLE = "Title of hate-crimes (en)"
ACTION_PAGES = {  # the tab each belongs to
    "": "Dashboard",
    "edit/": "Texts and settings",
    "picture/": "Picture",
    "close/": "Closing time",
    "signatures/": "Participants",
    "signatures/bulk-invalidate/": "Participants",
    "signatures/clusters/": "Participants",
    "robot-check/": "Participants",
    "signatures/{person}/": "Participants",
    "signatures/{person}/invalidate/": "Participants",
    "comments/": "Comments",
    "comments/hide/": "Comments",
    "updates/": "Updates",
    "updates/new/": "Updates",
    "updates/{update}/": "Updates",
    "updates/{update}/preview/en/": "Updates",
    "updates/{update}/check/": "Updates",
    "updates/{update}/delete/": "Updates",
    "export/": "Export",
    "../../share/?of={action}": "Share",
    "history/": "History",
    "/staff/preview/en/{campaign}/{action}/emails/": "Texts and settings",
}
BELOW = {
    page for page in ACTION_PAGES if re.search(r"\}/|bulk|clusters|robot|hide|new|emails", page)
}
CAMPAIGN_PAGES = {
    "": "Actions",
    "tags/": "Actions",
    "dashboard/": "Dashboard",
    "dashboard/actions/": "Dashboard",
    "edit/": "Texts and settings",
    "partners/": "Partners",
    "appearance/": "Picture and colour",
    "publish/": "Publishing and closing",
    "close/": "Publishing and closing",
    "archive/": "Publishing and closing",
    "share/": "Share",
    "export/": "Export",
    "history/": "History",
}


@pytest.fixture
def staff(client):
    log_in(client, make_staff("administrator", "campaigner", "exporter"))
    return client


def head_of(page: str) -> str:
    """From the breadcrumbs to the tabs, without what says which tab is the current one."""
    main = page.partition('<main id="main"')[2].partition('<nav class="tabs"')
    tabs = main[2].partition("</nav>")[0]
    return " ".join(re.sub(r' aria-current="\w+"', "", main[0] + tabs).split())


def current_tab(page: str) -> tuple[str, str]:
    """How it is marked, and its words."""
    tabs = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    (found,) = re.findall(r'aria-current="(\w+)">([^<]*)', tabs)
    return found[0], found[1].strip()


def title_of(page: str) -> str:
    return visible_text(page.partition("<title>")[2].partition("</title>")[0]).translate(
        dict.fromkeys((0x2068, 0x2069))
    )


def test_all_pages_of_an_action_have_one_head(staff):
    action = make_action(shows_comments=True)
    person = make_confirmed(action, now=utc_now())
    update = make_update(action)
    ids = {"person": person.public_id, "update": update.id, "action": action.id}
    ids |= {"campaign": action.campaign_id}
    base = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    db.session.rollback()
    first = head_of(staff.get(base).text)
    assert f">{TITLE}</h1>" in first

    for path, tab in ACTION_PAGES.items():
        address = path.format(**ids).replace("../../", base.partition("actions/")[0])
        answer = staff.get(address if address.startswith("/") else base + address)

        assert answer.status_code == 200, path
        assert head_of(answer.text) == first, path
        assert answer.text.count("<h1") == 1, path
        assert current_tab(answer.text) == ("true" if path in BELOW else "page", tab), path
        name, of, site = title_of(answer.text).rsplit(" · ", 2)
        assert name, path
        assert (of, bool(site)) == (TITLE, True), path
        assert path in BELOW or name.partition(" (")[0] == tab, path


def test_all_pages_of_a_campaign_have_one_head(staff):
    action = make_action()
    base = f"/staff/campaigns/{action.campaign_id}/"
    db.session.rollback()
    first = head_of(staff.get(base).text)

    for path, tab in CAMPAIGN_PAGES.items():
        page = staff.get(base + path).text

        assert head_of(page) == first, path
        assert current_tab(page)[1] == tab, path
        assert page.count("<h1") == 1, path


def tabs_of(page: str) -> list[str]:
    tabs = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    return [words.strip() for words in re.findall(r"<a[^>]*>([^<]*)", tabs)]


def test_a_draft_begins_with_its_checklist_and_offers_no_figures(staff):
    campaign = make_draft()
    base = f"/staff/campaigns/{campaign.id}/"
    action = f"{base}actions/1/"
    db.session.rollback()

    tabs, tabs_of_action = (tabs_of(staff.get(page).text) for page in (base, action))

    assert tabs[:2] == ["Checklist", "Actions"]
    assert {"Dashboard", "Export"} & {*tabs} == set()
    assert "Export" not in tabs_of_action


def test_figures_stay_when_a_campaign_is_a_draft_again(staff):
    action = make_action()
    set_count(action, 2)
    base = f"/staff/campaigns/{action.campaign_id}/"
    set_opening_time(action.campaign_id, None)

    tabs, of_action = (tabs_of(staff.get(page).text) for page in (base, f"{base}actions/1/"))

    assert {"Dashboard", "Export"} <= {*tabs}
    assert "Export" in of_action
