"""Every page and email is valid HTML, according to the Nu checker."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.one_press.links import make_link
from campaign_actions.core.mail.render import render_mail
from campaign_actions.demo.load import load_demo
from tests.support.factories import NOON, link_to, make_confirmed, make_signature

JAR = Path(__file__).parent / "node_modules/vnu-jar/build/dist/vnu.jar"
PAGES = [
    *("", "privacy/", "campaigns/racism/", "campaigns/racism/hate-crimes/", "nothing/"),
    *("campaigns/racism/speak-up/", "campaigns/racism/hate-crimes/thanks/"),
]
MAIL_VALUES = {
    "kind": KINDS["petition"],
    "action_locale": "en",
    "action_title": "A demand",
    "addressee": "Petition to the office",
    "thanks": "Thank you.",
    "share_text": "I have signed this.",
    "page_url": "https://actions.example.org/en/campaigns/racism/hate-crimes/",
    "can_join": True,
    "closes_at": datetime(2026, 12, 10, tzinfo=UTC),
    "asks_updates": True,
    "days": 14,
    "is_counted": True,
    "by_press": False,
    "contact": "team@example.org",
    "confirm_url": "https://actions.example.org/en/confirm/x/",
    "code": "7KQ-M4P",
    "code_hours": 24,
    "code_page_url": "https://actions.example.org/en/campaigns/racism/hate-crimes/thanks/",
    "withdraw_url": "https://actions.example.org/en/withdraw/x/",
    "privacy_url": "https://actions.example.org/en/privacy/",
}


@pytest.fixture
def checker() -> list[str]:
    java = shutil.which("java")
    if not java or not JAR.exists():
        reason = "no Nu checker: install Java, then `npm ci --prefix tests/html`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return [java, "-jar", str(JAR), "--format", "json", "--exit-zero-always"]


@pytest.mark.slow
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_pages_and_mails_are_valid(app, client, checker, tmp_path):
    app.config["DEMO"] = True
    load_demo(now=NOON)
    action = find_action("racism", "hate-crimes", locale="en", now=NOON)
    links = [
        link_to(purpose, make(action)).removeprefix("/en/")
        for purpose in ("confirm", "withdraw")
        for make in (make_signature, make_confirmed)
    ]
    other = find_action("racism", "speak-up", locale="en", now=NOON)
    links.append(f"next/{make_link(make_confirmed(action), other.id, NOON)}/")
    pages = {
        f"{locale}-{number}": client.get(f"/{locale}/{page}").text
        for locale in ("en", "ru")
        for number, page in enumerate([*PAGES, *links])
    }
    pages["mistakes"] = client.post("/en/campaigns/racism/speak-up/").text
    pages |= {name: client.get(f"/demo/{name}/").text for name in ("mail", "components")}
    pages |= {
        f"mail-{name}": render_mail(name, locale="en", values=MAIL_VALUES).html
        for name in ("confirm", "receipt", "already-signed", "not-accepted", "remind")
    }
    for name, text in pages.items():
        (tmp_path / f"{name}.html").write_text(text)

    output = subprocess.run([*checker, str(tmp_path)], capture_output=True, text=True, check=True)

    faults = json.loads(output.stderr)["messages"]
    assert [
        f"{Path(f['url']).stem}:{f['lastLine']} {f['message']} {f.get('extract')}" for f in faults
    ] == []
