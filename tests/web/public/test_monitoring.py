"""/metrics: access, and the figures it shows."""

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

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both


@pytest.fixture
def scrape(app, client):
    """The figures by their names and labels."""
    app.config["METRICS_TOKEN"] = TOKEN

    def read() -> dict[str, float]:
        return figures(client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text)

    return read


@on_sqlite
def test_without_a_token_in_the_settings_there_are_no_metrics(client):
    answer = client.get("/metrics", headers={"Authorization": "Bearer "})

    assert answer.status_code == 404


@on_sqlite
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
def test_a_wrong_token_is_answered_with_401(app, client, sent):
    app.config["METRICS_TOKEN"] = TOKEN

    answer = client.get("/metrics", headers={"Authorization": sent} if sent is not None else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "campaign_actions" not in answer.text


@on_sqlite
def test_metrics_are_not_cached(app, client):
    app.config["METRICS_TOKEN"] = TOKEN

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type.startswith("text/plain; version=")


def test_queues_and_delays_come_from_the_database(scrape):
    make_confirmed(make_action(), now=utc_now() - timedelta(minutes=4))

    found = scrape()

    assert found["database_up"] == 1
    assert (found["mails due"], found["mails waiting"], found["mails failed"]) == (2, 0, 0)
    assert 240 <= found["mail_delay_seconds"] < 300
    assert 240 <= found["oldest_mail_seconds"] < 300
    assert 240 <= found["count_delay_seconds"] < 300
    assert (found["ledger_entries"], found["new_signatures_last_minute"]) == (1, 0)


def test_answers_to_signatures_are_counted_by_outcome(app, client, scrape):
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


@on_sqlite
def test_a_signature_refused_by_a_closed_action_is_counted(client, scrape):
    make_action(closes_at=utc_now() - timedelta(days=1))
    before = scrape()

    client.post(PAGE, data={})

    assert scrape()["signatures_refused_total closed"] == (
        before["signatures_refused_total closed"] + 1
    )


def test_a_confirmation_and_a_withdrawal_are_counted_once(client, scrape):
    signature = make_signature(make_action(), now=utc_now())
    before = scrape()

    for name in ("confirm", "confirm", "withdraw", "withdraw"):
        client.post(link_to(name, signature), data={"given_name": "A"})
    after = scrape()

    for name in ("signatures_total confirmed", "signatures_total withdrawn"):
        assert after[name] == before[name] + 1


@on_sqlite
def test_hits_of_the_page_cache_are_counted(scrape):
    before = scrape()["page_cache_total hit"]

    PAGE_CACHE_HITS.inc()

    assert scrape()["page_cache_total hit"] == before + 1


def test_metrics_contain_no_personal_data_and_no_addresses(app, client, scrape):
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
def test_counters_are_available_without_the_database(address):
    settings = {"SQLALCHEMY_DATABASE_URI": address, "METRICS_TOKEN": TOKEN}
    client = create_app(SETTINGS | settings).test_client()

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    found = figures(answer.text)
    assert answer.status_code == 200
    assert found["database_up"] == 0
    assert "page_cache_total hit" in found
    assert "mails due" not in found
