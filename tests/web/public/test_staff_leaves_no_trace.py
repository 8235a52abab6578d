"""Public pages have nothing to do with the log-in: they look at no cookie."""

import pytest

from campaign_actions.web.http.form_parser import Utf8Request
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.staff_client import log_in


class Curious(Utf8Request):
    """Tells when somebody looks at the cookies."""

    looked: list[str] = []

    @property
    def cookies(self):
        self.looked.append(self.path)
        return super().cookies


@pytest.fixture
def looked(app, monkeypatch):
    monkeypatch.setattr(app, "request_class", Curious)
    Curious.looked.clear()
    return Curious.looked


def test_no_public_page_looks_at_a_cookie(app, client, looked):
    action = make_action()
    make_confirmed(action)
    log_in(client, make_staff("reviewer"))
    looked.clear()
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

    assert looked == []
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert not any("Cookie" in answer.headers.get("Vary", "") for answer in answers)


def test_a_staff_page_does(app, client, looked):
    client.get("/staff/")

    assert set(looked) == {"/staff/"}
