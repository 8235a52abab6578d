"""A download that breaks off looks like that, in a browser and to other clients of the real server.

The session of the person who downloads ends in the middle, as when someone revokes it elsewhere.
"""

import http.client
import zlib
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select, text

from campaign_actions.actions.models import Action, Signature
from campaign_actions.core.db.session import db
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.staff.authentication.sessions import WATCH_INTERVAL_SECONDS
from campaign_actions.staff.models import StaffSession
from tests.support.browser.campaigner import press
from tests.support.browser.sites import Place, served
from tests.support.browser.visits import visiting
from tests.support.factories import make_action, make_campaign, make_confirmed, make_staff
from tests.support.servers import until
from tests.support.staff_client import cookie_of, token_of

PEOPLE = (
    20_000  # each with a comment of a kilobyte: more than the buffers between server and client
)
SLOW = {"offline": False, "latency": 0, "downloadThroughput": 2_000_000, "uploadThroughput": -1}
HANDOVER = {"purpose": "handover", "recipient": "City council", "format": "csv"}
INTO_A_FILE = """
// The file is on a disk that takes nothing until the test says so.
window.showSaveFilePicker = async () => {
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle("export", { create: true });
  const createWritable = async () => {
    const writer = (await file.createWritable()).getWriter();
    return new WritableStream({
      async write(chunk) {
        while (!window.isReady) await new Promise((resume) => setTimeout(resume, 20));
        await writer.write(chunk);
      },
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    });
  };
  return { createWritable };
};
"""
SIZE = """async () => {
  const folder = await navigator.storage.getDirectory();
  return (await (await folder.getFileHandle("export")).getFile()).size;
}"""


@pytest.fixture(scope="module")
def place(in_memory: Path) -> Iterator[Place]:
    with served(in_memory / "downloads", "--no-outbox") as place:
        with place.app.app_context():
            _copy(make_confirmed(make_action(campaign=make_campaign(slug="downloads"))))
        yield place


def _copy(signature: Signature) -> None:
    """Many more people like this one."""
    changed = {
        "id": "id + n",
        "public_id": "substr(public_id, 1, 20) || printf('%06d', n)",
        "email_key": "printf('%040d', n)",
        "email": "n || '@example.org'",
        "comment": "hex(randomblob(500))",
    }
    names = [column.name for column in Signature.__table__.columns]
    values = ", ".join(changed.get(name, name) for name in names)
    numbers = (
        f"with recursive numbers (n) as (select 1 union select n + 1 from numbers limit {PEOPLE})"
    )
    copied = f"insert into signatures ({', '.join(names)}) {numbers} select {values}"
    db.session.execute(
        text(f"{copied} from signatures, numbers where id = :id"), {"id": signature.id}
    )
    db.session.commit()


@pytest.fixture
def page(browser, place) -> Iterator[Page]:
    """A browser of someone who may export."""
    with visiting(browser, place.address) as visits:
        page = visits.open()
        place.log_in(page.context, "exporter")
        yield page
        visits.console_errors = [
            e for e in visits.console_errors if "ERR_CONTENT_DECODING" not in e
        ]


def show_preview(page: Page, place: Place) -> None:
    page.goto(_form(place))
    page.check("input[value=handover]")
    page.get_by_label("Who gets the file?").fill("City council")
    page.check("input[value=csv]")
    press(page, "Show the first rows")


def _form(place: Place) -> str:
    with place.app.app_context():
        action = db.session.scalars(select(Action).order_by(Action.id.desc()).limit(1)).one()
        return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/export/"


def state(place: Place) -> str:
    """Of the last export."""
    with place.app.app_context():
        newest = select(ExportRecord.state).order_by(ExportRecord.id.desc())
        return db.session.scalar(newest.limit(1)) or ""


def end_sessions(place: Place) -> None:
    with place.app.app_context():
        db.session.execute(delete(StaffSession))
        db.session.commit()


def test_the_browser_says_that_a_download_failed(page, place):
    page.add_init_script("delete window.showSaveFilePicker")
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    show_preview(page, place)

    with page.expect_download() as download:
        page.click("[data-export] button")
    end_sessions(place)

    assert download.value.failure()
    until(lambda: state(place) == "interrupted")


@pytest.mark.parametrize("cannot", ["throw fault", "return { createWritable }"])
def test_a_browser_that_cannot_write_a_file_downloads_it_as_usual(page, place, cannot):
    page.add_init_script(
        "const fault = new DOMException('', 'NotAllowedError');"
        "const createWritable = async () => { throw fault; };"
        f"window.showSaveFilePicker = async () => {{ {cannot}; }};"
    )
    show_preview(page, place)

    with page.expect_download() as download:
        page.click("[data-export] button")

    assert not download.value.failure()


def test_the_page_says_that_a_download_was_interrupted_and_writes_no_file(page, place):
    page.add_init_script(INTO_A_FILE)
    show_preview(page, place)

    begun = monotonic()
    page.click("[data-export] button")
    progress = page.locator("[data-progress]")
    expect(progress).to_contain_text("downloaded so far")
    end_sessions(place)
    until(lambda: monotonic() > begun + WATCH_INTERVAL_SECONDS)
    page.evaluate("window.isReady = true")

    expect(progress).to_contain_text("The download was interrupted. Nothing was saved.")
    assert page.evaluate(SIZE) == 0
    until(lambda: state(place) == "interrupted")


def test_a_slow_client_cannot_decode_the_end(place):
    with place.app.app_context():
        name, value = cookie_of(
            place.app, make_staff("exporter", tf_primary_method="authenticator")
        )
    headers = {"Cookie": f"{name}={value}", "Accept-Encoding": "gzip", "Origin": place.address}
    server = http.client.HTTPConnection(urlsplit(place.address).netloc)
    form = _form(place)
    server.request("GET", form, headers=headers | {"Accept-Encoding": ""})
    opened = server.getresponse()
    headers["Cookie"] = opened.getheader("Set-Cookie", "").partition(";")[0]
    page = opened.read().decode()
    begun = monotonic()
    fields = HANDOVER | {"csrf_token": token_of(page), "actions": form.split("/")[-3]}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    address = f"{form.partition('actions/')[0]}export/"
    server.request("POST", address, urlencode(fields), headers | kind)
    answer = server.getresponse()
    assert answer.status == 200, (answer.status, answer.headers, answer.read())
    gzip = zlib.decompressobj(31)
    assert gzip.decompress(answer.read(100_000)).startswith(b"given_name,")
    assert state(place) == "running"

    end_sessions(place)
    until(lambda: monotonic() > begun + WATCH_INTERVAL_SECONDS)

    with pytest.raises(zlib.error):
        gzip.decompress(answer.read())
    server.close()
    until(lambda: state(place) == "interrupted")
