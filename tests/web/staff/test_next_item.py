"""After a decision, a link leads to what waits next for the member."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from campaign_actions.actions.models import ActionText
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.approvals.request import request_approval
from campaign_actions.catalogs.workflow.translation_approvals import propose_consent
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.dual_control import SetDualControl
from campaign_actions.staff.manage_members import DisableMember
from tests.support.drafts import make_draft
from tests.support.factories import make_action, make_campaign, make_confirmed, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, token_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
TEXT = "We keep your data."


@pytest.fixture(autouse=True)
def mail_server(app):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"


def page_after(client, page: str, *, at: str, **fields) -> str:
    """What a form on the page `at` leads to."""
    token = token_of(client.get(at).text)
    answer = client.post(page, data={"csrf_token": token, **fields})
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


def test_a_text_that_was_sent_back_leads_to_the_next_text(client):
    writer = make_staff("translator")
    for kind in ("petition", "pledge"):
        propose_consent(kind, "ru", TEXT, by=writer, now=utc_now())
    log_in(client, make_staff("reviewer"))

    first, last = (
        page_after(
            client,
            f"/staff/consent/ru/{kind}/send-back/",
            at=f"/staff/consent/ru/{kind}/",
            seen=TEXT,
            note="How long?",
        )
        for kind in ("petition", "pledge")
    )

    assert (
        '<a href="/staff/consent/ru/pledge/">Next: Consent text, Pledge, Russian, review text</a>'
        in first
    )
    assert "Next: " not in visible_text(last)


def test_a_request_leads_on_unless_others_are_on_the_page(client):
    asking, deciding = (make_staff("administrator", name=name) for name in "AB")
    make_staff("reviewer", password=None, invited_at=utc_now() - timedelta(days=8))
    operations = (SetDualControl("on"), *(DisableMember(make_staff().id) for _number in range(2)))
    ids = [request_approval(one, by=asking, reason="Safety", now=utc_now()) for one in operations]
    log_in(client, deciding)

    first, second, last = (
        page_after(
            client,
            f"/staff/approvals/{request_id}/decline/",
            at=f"/staff/approvals/{request_id}/",
            note="",
        )
        for request_id in ids
    )

    assert "Next: " not in visible_text(first)
    assert f'<a href="/staff/approvals/{ids[2]}/">Next: review request</a>' in second
    assert "Next: invite again" in visible_text(last)


def test_the_last_comment_of_an_action_leads_on(client):
    action, other = (
        make_action(campaign=make_campaign(slug=slug), slug=slug, shows_comments=True)
        for slug in ("one", "two")
    )
    details = {"comment": "I saw it", "show_comment": True, "now": utc_now() - timedelta(hours=3)}
    names = [signing_id(make_confirmed(action, **details)) for _number in range(2)]
    make_confirmed(other, **details)
    log_in(client, make_staff("campaigner"))
    page = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/comments/"

    first, last = (page_after(client, page, at=page, hide=name) for name in names)
    hidden = f"{page}?state=hidden"
    changed = page_after(client, hidden, at=hidden, seen="hidden", show=names[0])

    assert "Next: " not in visible_text(first)
    assert "Next: Title of two (en), read comments" in visible_text(last), "it is another campaign"
    assert "Next: " not in visible_text(changed), "it was said when the last one was decided"


def test_strings_to_translate_say_in_which_campaign_and_language(client):
    writer = make_staff("translator")
    propose_consent("petition", "ru", TEXT, by=writer, now=utc_now())
    campaign = make_draft(slug="air")
    db.session.execute(delete(ActionText).filter_by(locale="ru"))
    db.session.commit()
    log_in(client, make_staff("translator", "reviewer"))
    there = "/staff/consent/ru/petition/"

    page = page_after(client, f"{there}send-back/", at=there, seen=TEXT, note="How long?")

    assert f"/staff/translations/ru/campaign-{campaign.id}/next/?show=waiting" in page
    assert "Next: Title of air (en), Russian, translate" in visible_text(page)
