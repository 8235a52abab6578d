"""Every page and email is valid HTML, according to the Nu checker, and names only what may have a name."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.one_press.links import make_link
from campaign_actions.core.content.email_markdown import mail_words
from campaign_actions.core.mail.render import render_mail
from campaign_actions.core.switches.state import EMAIL, SIGN, Switch
from campaign_actions.demo.load import load_demo
from campaign_actions.web.staff.organization.brand_preview import VIEWS
from tests.support.brand_form import ADDRESS as BRAND
from tests.support.brand_form import send as send_brand
from tests.support.brand_form import wordmark
from tests.support.factories import NOON, link_to, make_confirmed, make_signature, make_staff
from tests.support.staff_client import log_in
from tests.support.switches import off

MODULES = Path(__file__).parent / "node_modules"
JAR = MODULES / "vnu-jar/build/dist/vnu.jar"
NAMES = MODULES / "html-validate/bin/html-validate.mjs"
RULES = {"root": True, "rules": {"aria-label-misuse": "error"}}
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
    "has_code": True,
    "is_loaded": True,
    "handed_over": ("How are you involved?", "Organisation"),
    "contact": "team@example.org",
    "confirm_url": "https://actions.example.org/en/confirm/x/",
    "code": "7KQ-M4P",
    "code_hours": 24,
    "confirm_words": mail_words(""),
    "receipt_words": mail_words(""),
    "code_page_url": "https://actions.example.org/en/campaigns/racism/hate-crimes/thanks/",
    "withdraw_url": "https://actions.example.org/en/withdraw/x/",
    "privacy_url": "https://actions.example.org/en/privacy/",
}


@pytest.fixture
def checker() -> list[str]:
    java = shutil.which("java")
    if not java or not JAR.exists() or not NAMES.exists():
        reason = "no checkers: install Java and Node, then `npm ci --prefix tests/html`"
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
    links.append(f"next/{make_link(make_confirmed(action), other, NOON)}/")
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
    assert faults_of(pages, checker, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_staff_pages_with_a_preview_or_markup_are_valid(client, checker, tmp_path):
    load_demo(now=NOON)
    action = find_action("racism", "hate-crimes", locale="en", now=NOON)
    campaign = f"/staff/campaigns/{action.campaign_id}/"
    of_action = f"{campaign}actions/{action.id}/"
    log_in(client, make_staff("administrator"))
    frames = [
        f"{BRAND}preview/{view}/{locale}/{scheme}/"
        for view in VIEWS
        for locale, scheme in (("en", "light"), ("ar", "dark"))
    ]
    pages = {
        str(number): client.get(address).text for number, address in enumerate([BRAND, *frames])
    }
    pages["preview"] = send_brand(client, preview="y", logo=wordmark(), accent="#1f3f77").text
    pages["mistakes"] = send_brand(client, accent="#ffcc00", **{"name-en": "x" * 300}).text
    log_in(client, make_staff("campaigner"))
    dashboards = of_action, f"{campaign}dashboard/", "/staff/dashboard/", f"{of_action}comments/"
    forms = f"{campaign}edit/", f"{of_action}edit/", f"{of_action}updates/new/"
    for address in (*forms, *dashboards, f"{campaign}dashboard/actions/"):
        pages[address.replace("/", "-")] = client.get(address).text

    assert faults_of(pages, checker, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_pages_are_valid_while_something_is_off(client, checker, tmp_path):
    load_demo(now=NOON)
    for switch in (SIGN, EMAIL, Switch("language", "ru")):
        off(switch)
    public = "en/", "ru/", "ar/campaigns/racism/", "ar/campaigns/racism/hate-crimes/"
    log_in(client, make_staff("administrator"))
    pages = {
        address.replace("/", "-"): client.get(f"/{address}").text
        for address in (*public, "staff/", "staff/status/", "staff/switches/")
    }

    assert faults_of(pages, checker, tmp_path) == []


def faults_of(pages: Mapping[str, str], checker: list[str], folder: Path) -> list[str]:
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text)

    output = subprocess.run([*checker, str(folder)], capture_output=True, text=True, check=True)

    faults = [
        f"{Path(found['url']).stem}:{found['lastLine']} {found['message']} {found.get('extract')}"
        for found in json.loads(output.stderr)["messages"]
    ]
    return faults + wrong_names(folder)


def wrong_names(folder: Path) -> list[str]:
    """Every aria-label on an element that may not have one."""
    rules, found_in = folder / "rules.json", folder / "names.json"
    rules.write_text(json.dumps(RULES))
    pages = sorted(str(page) for page in folder.glob("*.html"))
    options = ["--config", str(rules), "--formatter", f"json={found_in}"]
    subprocess.run(["node", str(NAMES), *options, *pages], capture_output=True, check=False)

    return [
        f"{Path(page['filePath']).stem}:{found['line']} {found['message']}"
        for page in json.loads(found_in.read_text())
        for found in page["messages"]
    ]
