"""Every page and email is valid HTML, according to the Nu checker."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.queries import find_action
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
    "days": 14,
    "is_counted": True,
    "contact": "team@example.org",
    "confirm_url": "https://actions.example.org/en/confirm/x/",
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
    pages = {
        f"{locale}-{number}": client.get(f"/{locale}/{page}").text
        for locale in ("en", "ru")
        for number, page in enumerate([*PAGES, *links])
    }
    pages["mistakes"] = client.post("/en/campaigns/racism/speak-up/").text
    pages |= {name: client.get(f"/demo/{name}/").text for name in ("mail", "components")}
    pages |= {
        f"mail-{name}": render_mail(name, locale="en", values=MAIL_VALUES).html
        for name in ("confirm", "already-signed", "not-accepted", "remind")
    }
    for name, text in pages.items():
        (tmp_path / f"{name}.html").write_text(text)

    output = subprocess.run([*checker, str(tmp_path)], capture_output=True, text=True, check=True)

    faults = json.loads(output.stderr)["messages"]
    assert [
        f"{Path(f['url']).stem}:{f['lastLine']} {f['message']} {f.get('extract')}" for f in faults
    ] == []
