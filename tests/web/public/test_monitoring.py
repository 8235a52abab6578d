"""/metrics: who may read it, and what stands there."""

from datetime import timedelta

import pytest

from campaign_actions import create_app
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.observability.metrics import PAGE_CACHE_HITS
from tests.support.app import SETTINGS
from tests.support.factories import link_to, make_action, make_confirmed, make_signature
from tests.support.metrics import TOKEN, figures
from tests.support.sign_form import PAGE, post


@pytest.fixture
def scrape(app, client):
    """The figures by their names and labels."""
    app.config["METRICS_TOKEN"] = TOKEN

    def read() -> dict[str, float]:
        return figures(client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text)

    return read


def test_without_a_token_in_the_settings_there_is_no_such_page(client):
    answer = client.get("/metrics", headers={"Authorization": "Bearer "})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        *(None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN),
        *(
            f"Bearer {TOKEN}x",
            "Bearer \xff\xfe",
            "Bearer a=b",
            "Basic \xff",
            "Bearer " + "x" * 5000,
        ),
    ],
)
def test_who_does_not_know_the_token_is_told_that_one_is_needed(app, client, sent):
    app.config["METRICS_TOKEN"] = TOKEN

    answer = client.get("/metrics", headers={"Authorization": sent} if sent is not None else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "campaign_actions" not in answer.text


def test_the_figures_are_kept_by_nobody(app, client):
    app.config["METRICS_TOKEN"] = TOKEN

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type.startswith("text/plain; version=")


def test_queues_and_delays_are_those_of_the_database(scrape):
    make_confirmed(make_action(), now=utc_now() - timedelta(minutes=4))

    found = scrape()

    assert found["database_up"] == 1
    assert (found["mails due"], found["mails waiting"], found["mails failed"]) == (1, 0, 0)
    assert 240 <= found["mail_delay_seconds"] < 300
    assert 240 <= found["oldest_mail_seconds"] < 300
    assert 240 <= found["count_delay_seconds"] < 300
    assert (found["ledger_entries"], found["new_signatures_last_minute"]) == (1, 0)


def test_signatures_are_counted_by_what_became_of_them(app, client, scrape):
    make_action()
    before = scrape()

    post(client)
    post(client, email="no address")
    post(client, headers={"Sec-Fetch-Site": "cross-site"})
    app.config.update(RATELIMIT_ENABLED=True, SIGN_LIMIT="0 per minute")
    post(client)
    app.config.update(RATELIMIT_ENABLED=False)
    post(client, data="x" * 100_000)
    after = scrape()

    grew = {name: after[name] - before[name] for name in after if name.startswith("signatures_")}
    assert {name: by for name, by in grew.items() if by} == {
        "signatures_total accepted": 1,
        "signatures_refused_total form": 1,
        "signatures_refused_total origin": 1,
        "signatures_refused_total limit": 1,
        "signatures_refused_total size": 1,
    }


def test_a_closed_action_refuses(client, scrape):
    make_action(closes_at=utc_now() - timedelta(days=1))
    before = scrape()

    client.post(PAGE, data={})

    assert scrape()["signatures_refused_total closed"] == (
        before["signatures_refused_total closed"] + 1
    )


def test_a_signature_is_confirmed_and_withdrawn_once(client, scrape):
    signature = make_signature(make_action(), now=utc_now())
    before = scrape()

    for name in ("confirm", "confirm", "withdraw", "withdraw"):
        client.post(link_to(name, signature), data={"given_name": "A"})
    after = scrape()

    for name in ("signatures_total confirmed", "signatures_total withdrawn"):
        assert after[name] == before[name] + 1


def test_what_the_page_cache_counts_is_shown(scrape):
    before = scrape()["page_cache_total hit"]

    PAGE_CACHE_HITS.inc()

    assert scrape()["page_cache_total hit"] == before + 1


def test_no_person_and_no_address_stands_in_the_figures(app, client, scrape):
    app.config["METRICS_TOKEN"] = TOKEN
    signature = make_signature(make_action(), now=utc_now(), email="ada.lovelace@example.org")
    confirm(signature, now=utc_now())
    link = link_to("withdraw", signature)
    client.get(f"{link}?email=ada.lovelace@example.org")

    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text

    assert 'route="/<locale>/withdraw/<token>/"' in text
    token = link.split("/")[3]
    for private in ("lovelace", "example.org", token, signature.public_id, "127.0.0.1", "racism"):
        assert private not in text


@pytest.mark.parametrize(
    "address", ["postgresql://postgres@127.0.0.1:1/nothing", "sqlite:////nothing/here.sqlite"]
)
def test_with_the_database_away_the_counters_are_still_there(address):
    settings = {"SQLALCHEMY_DATABASE_URI": address, "METRICS_TOKEN": TOKEN}
    client = create_app(SETTINGS | settings).test_client()

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    found = figures(answer.text)
    assert answer.status_code == 200
    assert found["database_up"] == 0
    assert "page_cache_total hit" in found
    assert "mails due" not in found
