"""Comments on the moderation page and on public pages."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from campaign_actions.actions.comments.moderation import decide_comments
from campaign_actions.actions.comments.public import FAR_FUTURE
from campaign_actions.actions.models import CommentDecision
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.keyset_pagination import encode_time
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_confirmed, make_staff
from tests.support.signature_pages import address, entries
from tests.support.staff_client import log_in, token_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PUBLIC = "/en/campaigns/racism/hate-crimes/"


@pytest.fixture
def press(client):
    """Submit buttons of the moderation page, by their names and values."""
    log_in(client, make_staff("campaigner"))

    def press(action, **fields):
        page = address(action, "comments")
        token = token_of(client.get(page).text)
        return client.post(page, data={"csrf_token": token, **fields})

    return press


def test_a_comment_can_be_shown_and_hidden_with_one_button(client, press):
    action = make_action(shows_comments=True)
    signature = make_confirmed(
        action, comment="I saw it", show_comment=True, country_code="DE", family_name="Lovelace"
    )
    signing = signing_id(signature)

    before = client.get(PUBLIC).text
    press(action, show=signing)
    shown = client.get(PUBLIC).text
    press(action, hide=signing)
    hidden = client.get(PUBLIC).text

    assert ["I saw it" in page for page in (before, shown, hidden)] == [False, True, False]
    assert "Someone from Germany" in shown
    assert "Lovelace" not in shown


def test_all_comments_on_a_page_can_be_shown_at_once(client, press):
    action = make_action(shows_comments=True)
    signatures = [
        make_confirmed(action, comment=f"Reason {number}", show_comment=True) for number in range(3)
    ]

    answer = press(action, **{"on-page": [signing_id(s) for s in signatures[:2]]})

    assert answer.status_code == 303
    page = client.get(PUBLIC).text
    assert [f"Reason {number}" in page for number in range(3)] == [True, True, False]


def test_an_action_with_comments_turned_off_shows_none(client, press):
    action = make_action(shows_comments=False)
    press(action, show=signing_id(make_confirmed(action, comment="I saw it", show_comment=True)))

    assert "I saw it" not in client.get(PUBLIC).text
    assert client.get(f"{PUBLIC}comments/").status_code == 404


def test_the_page_of_all_comments_is_public_and_cacheable(client, press):
    action = make_action(shows_comments=True)
    press(
        action,
        show=signing_id(
            make_confirmed(action, comment="<b>I</b>", show_comment=True, show_name=True)
        ),
    )

    page = client.get(f"{PUBLIC}comments/")

    assert "&lt;b&gt;I&lt;/b&gt;" in page.text
    assert "<bdi>Ada</bdi>" in page.text
    assert page.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in page.headers


def test_a_page_of_comments_redirects_to_its_canonical_address(client):
    action = make_action(shows_comments=True)
    times = [NOON + timedelta(hours=hour) for hour in range(3)]
    for now in times:
        signing = signing_id(
            make_confirmed(action, comment=f"Written {now:%H:%M}", show_comment=True)
        )
        facts = {"action": "racism/hate-crimes", "staff_id": 1, "actor": "grace@example.org"}
        decide_comments(action.id, [signing], is_shown=True, now=now, **facts)

    page = client.get(comments_before(times[2]))
    between = client.get(comments_before(times[0] + timedelta(minutes=7)))
    after_all = client.get(comments_before(times[2] + timedelta(days=1)))
    before_all = client.get(comments_before(times[0]))

    assert [f"Written {now:%H:%M}" in page.text for now in times] == [True, True, False]
    assert page.headers["Cache-Control"].startswith("public")
    assert (between.status_code, between.location) == (302, comments_before(times[1]))
    assert (after_all.status_code, after_all.location) == (302, f"{PUBLIC}comments/")
    assert before_all.status_code == 404
    kept = {answer.headers["Cache-Control"] for answer in (between, after_all, before_all)}
    assert kept == {"no-store"}, "invented addresses must not fill caches"


def comments_before(moment) -> str:
    return f"{PUBLIC}comments/{encode_time(moment)}/"


@pytest.mark.parametrize("name", ["x", "-1", "0", "ffffffffffffffffffff", "1e3", "A%00"])
def test_a_malformed_page_of_comments_is_not_found(client, name):
    make_action(shows_comments=True)

    assert client.get(f"{PUBLIC}comments/{name}/").status_code == 404


def test_the_form_says_that_a_comment_may_be_shown(client):
    make_action(asks_comment=True, shows_comments=True)

    assert "we may also show it on our website" in client.get(PUBLIC).text


def test_viewing_comments_is_in_the_audit_log(client):
    action = make_action()
    make_confirmed(action, comment="I saw it", show_comment=True)
    log_in(client, make_staff("campaigner"))

    client.get(address(action, "comments"))

    (entry,) = entries()
    assert (entry.subject, entry.rows, entry.details) == (
        "racism/hate-crimes",
        1,
        {"comments": "waiting"},
    )


def test_malformed_decisions_change_nothing(press):
    action = make_action()
    make_confirmed(action, comment="I saw it", show_comment=True)

    for fields in ({}, {"show": "\0"}, {"hide": "x" * 9000}, {"on-page": ["%", "'"]}):
        assert press(action, **fields).status_code == 303

    assert db.session.scalars(select(CommentDecision)).all() == []


def test_comments_of_a_campaign_under_embargo_are_not_found(client, press):
    action = make_action(shows_comments=True)
    signed = [make_confirmed(action, comment="I saw it", show_comment=True) for _ in range(2)]
    press(action, **{"on-page": [signing_id(signature) for signature in signed]})
    page = comments_before(db.session.scalar(select(func.max(CommentDecision.decided_at))))
    before = client.get(page)

    db.session.execute(update(Campaign).values(published_at=FAR_FUTURE))
    db.session.commit()
    after = client.get(page)

    assert "I saw it" in before.text
    assert after.status_code == 404
    assert after.text == client.get(page.replace("hate-crimes", "never")).text
