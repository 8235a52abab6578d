"""What staff let the program compute for long waits in a queue of its own, and takes no signer's place."""

from io import BytesIO

import pytest

from campaign_actions.core.content import images
from campaign_actions.web.staff.access import authorization
from tests.support.bulkheads import full
from tests.support.factories import make_action, make_staff
from tests.support.images import picture
from tests.support.routes import make_world
from tests.support.staff_client import log_in

CATALOG = "/staff/translations/{language}/{catalog}/"
CAMPAIGN = "/staff/campaigns/{campaign_id}/"
SLOW = [
    ("GET", f"{CATALOG}files/download.po"),
    ("POST", f"{CATALOG}files/upload/"),
    ("POST", f"{CATALOG}files/resolve/"),
    ("GET", f"{CATALOG}{{key}}/preview/"),
    ("POST", f"{CAMPAIGN}publish/"),
    ("POST", f"{CAMPAIGN}publish/dry-run/"),
    ("POST", f"{CAMPAIGN}publish/languages/"),
    ("POST", f"{CAMPAIGN}actions/{{action_id}}/open/"),
]
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize(("method", "address"), SLOW)
def test_slow_work_has_a_queue_and_says_when_it_is_full(app, client, method, address):
    app.config["WTF_CSRF_ENABLED"] = False
    world = make_world()
    log_in(client, make_staff("campaigner"))

    with full(authorization.SLOW_WORK):
        answer = client.open(address.format(**world), method=method)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "very busy" in answer.text


@on_sqlite
def test_a_picture_waits_for_its_turn_in_a_queue_of_its_own(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    action = make_action()
    log_in(client, make_staff("campaigner"))
    form = {"file": (BytesIO(picture()), "a.jpg"), "focus": "5", "alt-en": "People"}

    with full(images.BULKHEAD):
        answer = client.post(f"/staff/campaigns/{action.campaign_id}/appearance/", data=form)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
