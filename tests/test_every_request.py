"""Whatever a client sends to any address, no response is a 5xx, and none shows a traceback.

Each address of tests/routes.txt is requested with each method. Visitor, form token, origin, path,
query and body are sampled so that each pair of levels occurs, including pairs with an address. Each
form is also sent by someone with permission, with each kind of body: such requests get furthest.
"""

import logging
import random
import re
from datetime import timedelta
from itertools import combinations, cycle, islice
from typing import Any, NamedTuple

import pytest
import structlog
from werkzeug.routing import Rule

from campaign_actions.actions.queries import find_signature
from campaign_actions.campaigns.models import PreviewLink
from campaign_actions.catalogs.workflow.notifications import (
    UNSUBSCRIBE as TRANSLATION_MAILS,
)
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security.email_address import email_key
from campaign_actions.previews.links import share_preview
from campaign_actions.previews.queries import preview_token
from campaign_actions.staff.authentication.password_reset import reset_token
from campaign_actions.staff.invitations import invitation_token
from campaign_actions.staff.permissions import ROLES
from tests.support.factories import link_to, make_staff
from tests.support.routes import make_world, sample_value
from tests.support.staff_client import cookie_of, token_of
from tests.support.staff_forms import fields_of

pytestmark = pytest.mark.slow  # it requests every page

FACTORS: dict[str, tuple[str, ...]] = {
    "method": ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
    "visitor": ("nobody", "garbage", "expired", "staff"),
    "token": ("none", "right", "wrong"),
    "origin": ("none", "same-origin", "cross-site", "here", "elsewhere", "garbage"),
    "path": ("right", "unknown", "huge", "digits", "nul", "not ascii", "not utf-8", "language"),
    "query": ("none", "hostile", "numbers"),
    "body": ("none", "as the page has it", "hostile", "json", "broken multipart", "no boundary"),
}
ROUNDS = 8  # requests to each address: at least the number of levels of the longest factor
EVIL = "https://evil.example"
ORIGINS: dict[str, dict[str, str]] = {
    "none": {},
    "same-origin": {"Sec-Fetch-Site": "same-origin"},
    "cross-site": {"Sec-Fetch-Site": "cross-site", "Origin": EVIL},
    "here": {
        "Origin": "http://actions.example.org",
        "Referer": "http://actions.example.org/staff/",
    },
    "elsewhere": {"Origin": EVIL, "Referer": f"{EVIL}/?a"},
    "garbage": {"Origin": "http://[", "Referer": "http://[::"},
}
PATHS = {  # what replaces a part of an address
    "unknown": "7777",
    "huge": str(2**63),
    "digits": "9" * 5000,  # more than Python converts to a number
    "nul": "x%00y",
    "not ascii": "%D0%B6%F0%9F%99%82",
    "not utf-8": "%FF%ED%A0%80",
    "language": "tlh",
}
QUERIES = {
    "none": "",
    "hostile": "next=//evil.example&page=%00&q=%FF&cursor=%ED%A0%80&scene=..&source=%00&=&%00=1",
    "numbers": f"page=-1&page={'9' * 400}&skip={2**63}&before=1e999&left=1&right=2&country=DE",
}
HOSTILE = ("", "\0", str(2**63), "-1", "ж\u202e", "x" * 3000, "0001-01-01T00:00", "1e999", "../..")
NAMES_ANYWHERE = ("to", "seen", "shown", "key", "all", "wanted", "answer", "asked", "next", "end")


class Asked(NamedTuple):
    method: str
    visitor: str
    token: str
    origin: str
    path: str
    query: str
    body: str


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_request_makes_any_address_fail(app, caplog):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    visits = Visits(app)
    wrong, seen = [], set()

    with structlog.testing.capture_logs() as logs, caplog.at_level(logging.ERROR):
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
            for asked in sampled(rule) + allowed(rule):
                answer = visits.send(rule, asked)
                seen.update(pairs(rule, asked))
                errors = [entry for entry in logs if entry["log_level"] in {"error", "critical"}]
                errors += [record.getMessage() for record in caplog.records]
                if answer.status_code >= 500 or errors or b"Traceback (most" in answer.data:
                    wrong.append((rule.rule, asked, answer.status, errors))
                logs.clear()
                caplog.clear()

    assert wrong == []
    assert seen == all_pairs(app)


def sampled(rule: Rule) -> list[Asked]:
    """Each level of each factor for this address, in a random order that is the same in each run."""
    chosen = random.Random(f"{rule.rule} {rule.endpoint}")
    columns = []
    for levels in FACTORS.values():
        shuffled = chosen.sample(levels, len(levels))
        columns.append(list(islice(cycle(shuffled), ROUNDS)))
        chosen.shuffle(columns[-1])
    return [Asked(*row) for row in zip(*columns, strict=True)]


def allowed(rule: Rule) -> list[Asked]:
    if "POST" not in (rule.methods or ()):
        return []
    as_staff = ("POST", "staff", "right", "same-origin", "right", "none")
    return [Asked(*as_staff, body) for body in FACTORS["body"]]


def pairs(rule: Rule, asked: Asked) -> set[Any]:
    levels = [("address", rule.rule), *asked._asdict().items()]
    return set(combinations(levels, 2))


def all_pairs(app) -> set[Any]:
    rules = tuple({rule.rule for rule in app.url_map.iter_rules()})
    named = [
        [(name, level) for level in levels]
        for name, levels in {"address": rules, **FACTORS}.items()
    ]
    return {(a, b) for left, right in combinations(named, 2) for a in left for b in right}


class Visits:
    """Requests of a client to a site that has something for each part of an address."""

    def __init__(self, app) -> None:
        self.app, self.client = app, app.test_client(use_cookies=False)
        self.member = make_staff(*ROLES, email="grace@world.example")
        self.world = make_world()
        self.tokens = self._tokens()
        self.fields: dict[str, dict[str, str]] = {}  # the fields of the form at each address
        self._log_in()

    def send(self, rule: Rule, asked: Asked):
        answer = self._send(rule, asked)
        if asked.visitor == "staff" and "/staff/login" in (answer.location or ""):
            self._log_in()  # an earlier request ended the session
            answer = self._send(rule, asked)
        return answer

    def _send(self, rule: Rule, asked: Asked):
        path = self._path(rule, asked.path)
        headers = ORIGINS[asked.origin] | {"Cookie": self.cookies[asked.visitor]}
        body = self._body(rule, asked)
        return self.client.open(
            path, query_string=QUERIES[asked.query], method=asked.method, headers=headers, **body
        )

    def _path(self, rule: Rule, kind: str) -> str:
        """The address as it is, or with something hostile in place of one of its parts."""
        parts = re.split(r"(<[^>]+>)", rule.rule)
        places = list(range(1, len(parts), 2))
        hostile = random.Random(rule.rule + kind).choice(places) if places else 0
        if kind == "language" and "<locale>" in parts:
            hostile = parts.index("<locale>")
        for place in places:
            name = parts[place].strip("<>").rpartition(":")[2]
            is_hostile = kind != "right" and place == hostile
            parts[place] = PATHS[kind] if is_hostile else self._value(rule, name)
        return "".join(parts)

    def _value(self, rule: Rule, name: str) -> str:
        if name == "token":
            return self.tokens.get(rule.endpoint, "x")
        if name in self.world:
            return str(self.world[name])
        return str(sample_value(rule._converters[name]))

    def _body(self, rule: Rule, asked: Asked) -> dict[str, Any]:
        form = self._token(asked)
        match asked.body:
            case "as the page has it":
                return {"data": self._fields(rule) | form}
            case "hostile":
                names = [*self._fields(rule), *NAMES_ANYWHERE]
                values = dict(zip(names, cycle(HOSTILE), strict=False))
                return {"data": values | form}
            case "json":
                return {"json": [{"a": None}, form]}
            case "broken multipart":
                start = b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
                return {"data": start, "content_type": "multipart/form-data; boundary=x"}
            case "no boundary":
                return {"data": b"--", "content_type": "multipart/form-data; charset=\xff"}
        return {"data": form} if form else {}

    def _token(self, asked: Asked) -> dict[str, str]:
        if asked.token == "none":
            return {}
        return {"csrf_token": self.form_token if asked.token == "right" else "\0"}

    def _fields(self, rule: Rule) -> dict[str, str]:
        """The fields of the form on the page at this address."""
        if rule.rule not in self.fields:
            staff = {"Cookie": self.cookies["staff"]}
            page = self.client.get(self._path(rule, "right"), headers=staff)
            is_page = page.status_code == 200 and page.mimetype == "text/html"
            self.fields[rule.rule] = fields_of(page.text) if is_page else {}
        return self.fields[rule.rule]

    def _tokens(self) -> dict[str, str]:
        """The tokens of links, by the views that the links lead to."""
        now, signature = utc_now(), find_signature(self.world["action_id"], self.world["public_id"])
        preview = share_preview(
            self.world["campaign_id"],
            label="Elena",
            expires_at=now + timedelta(days=1),
            actor="",
            staff_id=None,
            now=now,
        )
        shared = preview_token(db.session.get_one(PreviewLink, preview))
        return {
            "signature_links.confirm": link_to("confirm", signature).split("/")[3],
            "signature_links.withdraw": link_to("withdraw", signature).split("/")[3],
            "updates.unsubscribe": link_to("unsubscribe", signature).split("/")[3],
            "translation_emails.unsubscribe": TRANSLATION_MAILS.make(email_key(self.member.email)),
            "staff_access_invitations.invitation": invitation_token(make_staff(password=None)),
            "staff_access_invitations.reset_password": reset_token(make_staff()),
            **{
                f"staff_previews_page.shared_{page}": shared
                for page in ("campaign", "action", "thanks", "picture")
            },
        }

    def _log_in(self) -> None:
        """Start a session of the member, with a form token. Add one that has already expired."""
        name, new = cookie_of(self.app, self.member)
        _name, ended = cookie_of(self.app, self.member, now=utc_now() - timedelta(days=2))
        page = self.client.get("/staff/account/", headers={"Cookie": f"{name}={new}"})
        self.form_token = token_of(page.text)
        self.cookies = {
            "nobody": "",
            "garbage": f"{name}=.eJwx.garbage; device-x=%00; \xff=\xff",
            "expired": f"{name}={ended}",
            "staff": page.headers["Set-Cookie"].partition(";")[0],
        }
