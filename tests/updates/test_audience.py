"""An update goes to those of the people who asked for updates who match a filter, and to nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import UPDATES_TO_SOME
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates import draft, queue_batches, send
from campaign_actions.updates.audience import Audience, audience_of
from campaign_actions.updates.models import Update
from campaign_actions.updates.preflight import readers_by_locale
from tests.support.factories import NOON, make_action, make_confirmed, make_staff
from tests.support.signature_pages import address
from tests.support.staff_client import log_in, token_of

BY = {"name": "racism/hate-crimes", "actor": "grace@example.org"}
TEXTS = {"en": ("News", "The **court** agreed.")}
LATER = NOON + timedelta(hours=1)


def make_people(action) -> None:
    facts = {"wants_updates": True}
    make_confirmed(action, email="ada@example.org", country_code="DE", **facts)
    make_confirmed(action, email="bea@example.org", country_code="RU", channel="api", **facts)
    make_confirmed(action, email="cyd@example.org", country_code="DE")


def mailed() -> list[str]:
    db.session.rollback()
    mails = select(OutboxMail.recipient).where(OutboxMail.template == "update")
    return sorted(db.session.scalars(mails))


def make_draft(action, audience: SignatureFilter) -> int:
    return draft.create_draft(action.id, TEXTS, staff_id=1, now=NOON, audience=audience, **BY)


def start(update_id: int) -> int:
    seen = draft.fingerprint(db.session.connection(), update_id)
    number = send.start(update_id, seen=seen, now=LATER, **BY)
    queue_batches.queue_next_batches(LATER)
    return number


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (SignatureFilter(), ["ada@example.org", "bea@example.org"]),
        (SignatureFilter(country="DE"), ["ada@example.org"]),
        (SignatureFilter(countries=("DE", "FR")), ["ada@example.org"]),
        (SignatureFilter(countries=("DE", "RU")), ["ada@example.org", "bea@example.org"]),
        (SignatureFilter(without="source", channel="api"), ["bea@example.org"]),
    ],
)
def test_only_the_audience_of_those_who_asked_gets_an_update(app, audience, expected):
    action = make_action()
    set_covered("petition", "en", {UPDATES_TO_SOME: 1}, now=NOON)
    make_people(action)

    number = start(make_draft(action, audience))

    assert mailed() == expected
    assert number == len(expected)
    assert (
        sum(one.number for one in readers_by_locale(Audience((action.id,), audience), ["en"]))
        == number
    )


def test_an_update_without_an_audience_cannot_be_sent(app):
    action = make_action()
    make_people(action)
    update_id = make_draft(action, SignatureFilter(country="FR"))

    with pytest.raises(send.NotReady):
        start(update_id)

    assert mailed() == []


def test_the_filters_of_the_list_choose_the_audience(client):
    action = make_action()
    make_people(action)
    log_in(client, make_staff("campaigner"))
    page = address(action, "updates", "new")
    filters = {"country": "DE", "q": "Ada"}

    shown = client.get(page, query_string=filters).text
    form = {
        "csrf_token": token_of(shown),
        "texts.en.subject": "News",
        "texts.en.body": "The court agreed.",
    }
    saved = client.post(page, query_string=filters, data=form)
    edited = client.get(saved.location).text

    db.session.rollback()
    update = db.session.scalars(select(Update)).one()
    assert "Of the people who asked for updates, only these receive it:" in shown
    assert "Of the people who asked for updates, only these receive it:" in edited
    assert audience_of(update).filter.country == "DE"
    assert len(audience_of(update).filter.ids) == 2, "those whom the name finds"
    assert "Ada" not in str(update.filter)


@pytest.mark.parametrize("filters", [{"q": "Nobody"}, {"country": "ZZ"}, {"since": "x"}])
def test_a_filter_that_cannot_be_kept_leads_back_to_the_list(client, filters):
    action = make_action()
    make_people(action)
    log_in(client, make_staff("campaigner"))

    answer = client.get(address(action, "updates", "new"), query_string=filters)

    assert answer.status_code == 303
    assert answer.location.startswith(address(action, "signatures"))
