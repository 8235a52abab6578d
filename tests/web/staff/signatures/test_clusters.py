"""Staff see suspicious clusters with their reasons, review them, mark them invalid or dismiss them."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.clusters import queries
from campaign_actions.actions.signatures.clusters.find import find_clusters
from campaign_actions.actions.signatures.invalidation.batches import batches
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.invalidation.jobs import start_undo
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.content.html_document import parse_document
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import ROLES
from tests.support.batches import WHO, work
from tests.support.clusters import LOW, arrive, cover, make_compared_action, make_ordinary, stored
from tests.support.factories import make_action, make_staff
from tests.support.page_text import visible_text
from tests.support.signature_pages import address, entries
from tests.support.staff_client import log_in, token_of


@pytest.fixture
def action(app):
    action = make_compared_action()
    make_ordinary(action, now=utc_now())
    return action


@pytest.fixture
def grace(client):
    member = make_staff("administrator", email="grace@example.org")
    log_in(client, member)
    return member


def attack(action, number=20, **details) -> None:
    now = utc_now()
    arrive(action, number, now=now, **{"domain": "bulk.example"} | details)
    find_clusters(now, thresholds=LOW)


def page_of(action, *parts: str) -> str:
    return address(action, "signatures", "clusters", *parts)


def press(client, page, **fields):
    token = token_of(client.get("/staff/").text)
    return client.post(page, data={"csrf_token": token, **fields})


def links(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page)]


def figures(page: str) -> list[str]:
    return re.findall(r"<dt>[^<]*</dt><dd>([^<]+)</dd>", page)


def test_a_cluster_has_its_reason_count_filter_and_sample(client, grace, action):
    attack(action)

    page = client.get(page_of(action)).text

    assert "Many email addresses with one domain" in page
    assert "bulk.example" in page
    assert figures(page) == ["20", "20"], "all, and those that count"
    assert page.count("…@bulk.example") == 3
    (viewed,) = entries()
    assert (viewed.actor, viewed.rows) == ("grace@example.org", 3)


def test_the_page_of_its_campaign_leads_to_it(client, grace, action):
    attack(action)

    page = visible_text(client.get(f"/staff/campaigns/{action.campaign_id}/").text)

    assert "1 Suspicious cluster" in page
    assert "Review clusters" in page


def test_the_chart_of_a_cluster_says_which_bars_are_its_own(client, grace, action):
    attack(action)

    chart = client.get(page_of(action)).text.partition("<figure")[2].partition("</figure>")[0]

    assert re.findall(r'<rect class="(s-\w+)"[^>]*/></svg>([^<]+)</li>', chart) == [
        ("s-bad", "In this cluster"),
        ("s-ok", "Other forms"),
    ]


def test_participations_already_marked_invalid_are_counted_apart(client, grace, action):
    attack(action)
    for one in db.session.scalars(
        select(Signature).filter(Signature.email.like("%bulk%")).limit(3)
    ):
        invalidate(one, reason="test", now=utc_now(), **WHO)

    page = client.get(page_of(action)).text
    review = next(each for each in links(page) if "bulk" in each)

    assert figures(page) == ["17", "17"]
    assert "3 already marked invalid" in page
    assert "Mark 17 participations as invalid" in client.get(review).text


def test_clusters_with_one_reason_are_named_apart_by_their_filter(client, grace, action):
    attack(action)
    attack(action, domain="other.example")

    page = parse_document(client.get(page_of(action)).text)

    parts = [section.get("aria-labelledby").split() for section in page.xpath("//section[.//svg]")]
    names = [" ".join(page.get_element_by_id(part).text_content() for part in ids) for ids in parts]
    assert len(names) == len(set(names)) == 2
    assert ["other.example" in name for name in names] == [True, False]


def test_the_list_of_a_cluster_has_exactly_its_signatures(client, grace, action):
    attack(action)
    page = client.get(page_of(action)).text
    link = next(each for each in links(page) if "/signatures/?" in each)

    listed = client.get(link).text

    assert "20 participants" in listed


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"domain": "gmail.com", "comment": "Buy cheap pills"},
        {"domain": "gmail.com", "fill_time": "fast", "source": "bots"},
        {"domain": "gmail.com", "fill_time": "slow"},
    ],
)
def test_a_cluster_is_marked_invalid_with_four_clicks_and_undone(client, grace, action, details):
    attack(action, **details)
    review = next(each for each in links(client.get(page_of(action)).text) if "bulk" in each)
    shown = client.get(review).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown))

    answer = press(client, review.partition("?")[0], **{**hidden, "reason": "script"})

    assert 'value="script" checked' in shown, "the reason need not be chosen"
    assert "Mark 20 participations as invalid" in shown
    assert answer.status_code == 303
    (batch,) = batches(action.id, offset=0, limit=9)
    work(batch.id, utc_now())
    marked = db.session.query(Signature).filter_by(status="invalid").count()
    page = client.get(page_of(action)).text
    start_undo(batch.id, now=utc_now(), **WHO)
    undone = client.get(page_of(action)).text
    assert marked == 20
    assert "There are no suspicious clusters" in page
    assert "Marked invalid" in page
    assert "Invalidated, then undone" in undone
    assert "There are no suspicious clusters" not in undone, "it is open again"
    assert "Decided" not in undone


def test_a_dismissed_cluster_is_listed_as_decided(client, grace, action):
    attack(action)
    (cluster,) = stored()

    answer = press(client, page_of(action, cluster.id, "dismiss"))
    find_clusters(utc_now(), thresholds=LOW)
    page = client.get(answer.location).text

    assert "Marked as not suspicious." in page
    assert "proposed again" not in page, "after some days it is"
    assert "There are no suspicious clusters" in page
    assert "Grace" in page
    (entry,) = entries("cluster-dismissed")
    assert entry.details["domain"] == "bulk.example"
    assert "bulk.example" in client.get("/staff/audit/").text


@pytest.mark.parametrize(
    ("details", "days"),
    [({"domain": "bulk.example"}, "7 days."), ({"fill_time": "slow"}, "1 day.")],
)
def test_it_says_for_how_long_not_suspicious_stops_warnings(client, grace, action, details, days):
    now = utc_now()
    arrive(action, 20, now=now, **details)
    find_clusters(now, thresholds=LOW)

    page = client.get(page_of(action)).text

    assert f"no warnings about forms like these for at least {days}" in page


def test_not_suspicious_is_not_offered_while_all_are_being_made_valid_again(client, grace, action):
    attack(action)
    review = next(each for each in links(client.get(page_of(action)).text) if "bulk-" in each)
    review_and_mark(client, action, review)
    start_undo(batches(action.id, offset=0, limit=1)[0].id, now=utc_now(), **WHO)

    page = client.get(page_of(action)).text

    assert "20 already marked invalid" in page
    assert "/dismiss/" not in page


def test_not_suspicious_is_taken_back(client, grace, action):
    attack(action)
    (cluster,) = stored()
    decided = client.get(press(client, page_of(action, cluster.id, "dismiss")).location).text

    reopen = page_of(action, cluster.id, "reopen")
    page, again = (client.get(press(client, reopen).location).text for _time in range(2))

    assert reopen in decided
    assert "Cluster opened for review again." in page
    assert "Someone has opened this cluster already." in again
    assert page_of(action, cluster.id, "dismiss") in page
    assert "Decided" not in page


def test_a_cluster_with_nobody_left_is_not_opened_again(client, grace, action):
    attack(action)
    review = next(each for each in links(client.get(page_of(action)).text) if "bulk-" in each)
    review_and_mark(client, action, review)

    answer = press(client, page_of(action, stored()[0].id, "reopen"))

    assert "Undo that first." in client.get(answer.location).text
    assert stored()[0].state == "invalidated"


def test_a_decided_cluster_leads_to_its_batch(client, grace, action):
    attack(action)
    review = next(each for each in links(client.get(page_of(action)).text) if "bulk" in each)
    hidden = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', client.get(review).text
    )
    press(client, review.partition("?")[0], **{**dict(hidden), "reason": "script"})
    (batch,) = batches(action.id, offset=0, limit=9)
    work(batch.id, utc_now())

    link = next(each for each in links(client.get(page_of(action)).text) if "?batch=" in each)

    assert "20 participations were marked invalid." in client.get(link).text


def review_and_mark(client, action, review: str) -> str:
    """Follow the link to a review and mark. Returns the page that says how it ended."""
    hidden = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', client.get(review).text
    )
    fields = {**dict(hidden), "reason": "script"}
    answer = press(client, review.partition("?")[0], **fields)
    work(batches(action.id, offset=0, limit=1)[0].id, utc_now())
    return client.get(answer.location).text


def test_a_finished_batch_leads_to_the_next_cluster(client, grace, action):
    attack(action)
    attack(action, 40, domain="other.example")
    attack(action, 30, domain="third.example")
    page = client.get(page_of(action)).text
    ends = []

    review = next(each for each in links(page) if "bulk" in each)
    for _cluster in range(3):
        ends.append(review_and_mark(client, action, review))
        review = next((each for each in links(ends[-1]) if "reason=script" in each), "")

    assert "Clusters can overlap" in page
    assert ["40 participations" in ends[0], "30 participations" in ends[1]] == [True, True]
    assert ["Next cluster (2 left)" in ends[0], "Next cluster (1 left)" in ends[1]] == [True, True]
    assert "Next cluster" not in ends[2]


def test_the_largest_comes_first_though_it_was_small_when_it_was_found(client, grace, action):
    attack(action)
    attack(action, 30, domain="other.example")
    arrive(action, 50, domain="bulk.example", now=utc_now())

    page = client.get(page_of(action)).text
    review = next(each for each in links(page) if "bulk-invalidate" in each)
    ended = review_and_mark(client, action, review)

    assert "domain=bulk.example" in review
    assert "70 participations were marked invalid." in ended


def test_a_page_that_does_not_show_all_clusters_says_so(client, grace, action, monkeypatch):
    monkeypatch.setattr(queries, "MAX_SHOWN", 2)
    attack(action)
    attack(action, 30, domain="other.example")
    of_two = client.get(page_of(action)).text
    attack(action, 25, domain="third.example")
    of_three = client.get(page_of(action)).text

    assert "Clusters shown" not in of_two
    assert (
        "Clusters shown: 2 of 3. When you have decided about one of them, the next one appears."
        in of_three
    )


def test_a_page_that_does_not_list_all_decisions_says_so(client, grace, action, monkeypatch):
    monkeypatch.setattr(queries, "MAX_SHOWN", 2)
    pages = []
    for domain in ("bulk.example", "other.example"):
        attack(action, domain=domain)
        press(client, page_of(action, stored()[-1].id, "dismiss"))
        pages.append(client.get(page_of(action)).text)

    assert "Only the newest decisions are listed" not in pages[0]
    assert "Only the newest decisions are listed: 2." in pages[1]


def test_the_review_shows_the_comment_that_all_have(client, grace, action):
    attack(action, domain="gmail.com", comment="Buy cheap pills")
    review = next(each for each in links(client.get(page_of(action)).text) if "bulk-" in each)

    page = client.get(review).text

    assert re.search("The same comment:.*Buy cheap pills", page)
    assert "Same comment as" not in page


def test_after_a_batch_was_undone_the_clusters_are_one_click_away(client, grace, action):
    attack(action)
    review = next(each for each in links(client.get(page_of(action)).text) if "bulk-" in each)
    review_and_mark(client, action, review)
    (batch,) = batches(action.id, offset=0, limit=1)
    start_undo(batch.id, now=utc_now(), **WHO)
    work(batch.id, utc_now())

    page = client.get(f"{review.partition('?')[0]}?batch={batch.id}").text

    assert "20 participations made valid again" in page
    assert "Review clusters" in page


def test_a_cluster_that_others_have_emptied_is_not_the_next(client, grace, action):
    attack(action)
    attack(action, 30, domain="other.example")
    for one in db.session.scalars(select(Signature).filter(Signature.email.like("%@bulk.%"))):
        invalidate(one, reason="test", now=utc_now(), **WHO)

    review = next(each for each in links(client.get(page_of(action)).text) if "other" in each)
    ended = review_and_mark(client, action, review)

    assert "30 participations were marked invalid." in ended
    assert "Next cluster" not in ended


def test_a_cluster_inside_another_is_closed_with_it(client, grace, action):
    """By the review of the larger one, or by a filter of the list."""
    attack(action, 40)
    attack(action, 20, comment="Buy cheap pills")
    page = client.get(page_of(action)).text
    review = next(each for each in links(page) if "domain=bulk" in each)

    ended = review_and_mark(client, action, review)
    listed = client.get(address(action, "signatures")).text
    decided = client.get(page_of(action)).text

    assert "60 participations were marked invalid." in ended
    assert "Next cluster" not in ended
    assert "suspicious cluster" not in listed
    assert "There are no suspicious clusters" in decided
    assert decided.count("Show batch") == 2


def test_two_people_who_decide_at_once_are_told(client, grace, action):
    attack(action)
    (cluster,) = stored()
    press(client, page_of(action, cluster.id, "dismiss"))

    again = press(client, page_of(action, cluster.id, "dismiss"))

    assert "Someone has decided about this cluster already" in client.get(again.location).text
    assert len(entries("cluster-dismissed")) == 1


def test_a_cluster_of_another_action_is_not_found(client, grace, action):
    attack(action)
    (cluster,) = stored()
    other = make_action(slug="other", campaign=db.session.get(Campaign, action.campaign_id))

    assert press(client, page_of(other, cluster.id, "dismiss")).status_code == 404
    assert stored()[0].state == "open"


def test_those_of_a_cluster_who_have_not_confirmed_are_marked_as_well(client, grace, action):
    attack(action, status="pending")

    page = client.get(page_of(action)).text
    review = next(each for each in links(page) if "bulk" in each)
    shown = client.get(review).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown))
    press(client, review.partition("?")[0], **{**hidden, "reason": "script"})
    (batch,) = batches(action.id, offset=0, limit=9)
    work(batch.id, utc_now())

    assert "None of them is confirmed, so none counts." in page
    assert "Mark 20 participations as invalid" in shown
    assert [one.state for one in stored()] == ["invalidated"]
    assert db.session.query(Signature).filter_by(status="invalid").count() == 20
    assert db.session.query(Signature).filter_by(status="pending").count() == 0


def test_those_who_may_not_see_signatures_get_no_sample_and_no_comment(client, action, monkeypatch):
    monkeypatch.setitem(ROLES, "administrator", ROLES["administrator"] - {"signatures.view"})
    log_in(client, make_staff("administrator"))
    attack(action, domain="gmail.com", comment="Buy cheap pills")

    page = client.get(page_of(action)).text

    assert figures(page) == ["20", "20"]
    assert "Buy cheap pills" not in page
    assert "…@gmail.com" not in page


def test_languages_whose_text_does_not_mention_the_comparison_are_named(client, grace, action):
    with_consent = client.get(page_of(action)).text
    cover(version=None)
    without = client.get(page_of(action)).text

    assert "are not compared" not in with_consent
    assert "are not compared, because the consent text does not mention that: English." in without


def test_the_overview_lists_actions_with_clusters(client, grace, action):
    attack(action)

    home = client.get("/staff/").text

    assert "Suspicious cluster" in home
    assert "20 participants" in home
    assert "at least" not in home
    assert page_of(action) in home


def test_the_emails_are_off_and_can_be_turned_on_and_off_in_the_account(client, grace):
    there = "/staff/account/cluster-emails/"
    found = [wants()]

    for fields in ({"wanted": "y"}, {}):
        press(client, there, **fields)
        found.append(wants())

    assert found == [False, True, False]


def wants() -> bool:
    db.session.rollback()
    return db.session.scalars(select(StaffMember.wants_cluster_mail)).one()


def test_the_filter_shows_on_the_page_of_a_participant(client, grace, action):
    arrive(action, 1, fill_time="slow", given_name="Zaphod", now=utc_now())
    signature = db.session.scalars(select(Signature).filter_by(given_name="Zaphod")).one()

    page = client.get(address(action, "signatures", signature.public_id)).text

    assert "Time to fill in the form" in page
    assert '<dd dir="auto">long</dd>' in page


@pytest.mark.parametrize("to", ["export/", "updates/new/"])
def test_a_file_or_an_update_cannot_keep_the_filter(client, action, to):
    log_in(client, make_staff("campaigner", "exporter"))

    answer = client.get(address(action) + to, query_string={"fill_time": "fast"})

    assert answer.status_code == 303
    assert "fill_time=fast" in answer.location
    assert "Select the participants in the list instead." in client.get(answer.location).text


@pytest.mark.parametrize("wrong", [{"fill_time": "2 s"}, {"same_comment": "x' or 1"}])
def test_other_values_are_refused(client, grace, action, wrong):
    assert client.get(address(action, "signatures"), query_string=wrong).status_code == 400


def test_the_list_and_the_page_of_batches_say_that_clusters_need_a_decision(client, grace, action):
    attack(action)
    attack(action, 40, domain="other.example")
    (cluster, _other) = stored()
    listed = page_of(action).removesuffix("clusters/")
    pages = listed, f"{listed}bulk-invalidate/"

    before = [client.get(each).text for each in pages]
    press(client, page_of(action, cluster.id, "dismiss"))
    one = [client.get(each).text for each in pages]
    filtered = client.get(f"{listed}?status=pending").text

    assert ["2 suspicious clusters need a decision." in each for each in before] == [True, True]
    assert ["1 suspicious cluster needs a decision." in each for each in one] == [True, True]
    assert "needs a decision" not in filtered
    assert all(page_of(action) in links(each) for each in before)


def test_a_person_of_a_cluster_leads_back_to_the_clusters(client, grace, action):
    attack(action)
    there = page_of(action)
    link = re.search(r'href="([^"]+back=clusters)"', client.get(there).text)[1]

    page = client.get(link.replace("&amp;", "&")).text

    assert f'<a href="{there}">Back to the clusters</a>' in page
