"""Who comes in below /staff/, and who does not."""

import pytest

from tests.factories import make_staff
from tests.staff.logging_in import log_in


def test_an_anonymous_visitor_is_led_to_the_log_in(client):
    answer = client.get("/staff/?page=2")

    assert (answer.status_code, answer.location) == (302, "/staff/login?next=/staff/?page%3D2")


def test_who_logged_in_sees_the_workspace(client):
    log_in(client, make_staff("reviewer"))

    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize("is_in", [True, False])
def test_public_pages_send_no_cookie_whether_somebody_is_logged_in_or_not(client, is_in):
    if is_in:
        log_in(client, make_staff("reviewer"))

    answer = client.get("/en/")

    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
