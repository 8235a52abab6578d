"""Public pages are independent of the log-in: they read no cookie."""

import pytest

from campaign_actions.web.http.form_parser import Utf8Request
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


class RecordingRequest(Utf8Request):
    """Records the paths of requests whose cookies are read."""

    cookie_reads: list[str] = []

    @property
    def cookies(self):
        self.cookie_reads.append(self.path)
        return super().cookies


@pytest.fixture
def cookie_reads(app, monkeypatch):
    monkeypatch.setattr(app, "request_class", RecordingRequest)
    RecordingRequest.cookie_reads.clear()
    return RecordingRequest.cookie_reads


def test_no_public_page_reads_a_cookie(app, client, cookie_reads):
    action = make_action()
    make_confirmed(action)
    log_in(client, make_staff("reviewer"))
    cookie_reads.clear()
    form = "/en/campaigns/racism/hate-crimes/"
    pages = ["/", "/en/", "/en/campaigns/racism/", form, f"{form}thanks/", f"{form}count.json"]
    pages += [
        "/en/privacy/",
        "/robots.txt",
        "/sitemap.xml",
        "/healthz",
        "/en/nothing/",
        "/en/my/x/",
    ]

    answers = [client.get(page) for page in pages]
    answers.append(client.post(form, data={"given_name": "Ada", "email": "ada@example.org"}))

    assert cookie_reads == []
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert not any("Cookie" in answer.headers.get("Vary", "") for answer in answers)


def test_a_staff_page_reads_its_cookie(app, client, cookie_reads):
    client.get("/staff/")

    assert set(cookie_reads) == {"/staff/"}
