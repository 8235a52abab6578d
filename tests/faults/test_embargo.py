"""An embargo on the real server with its page cache: no page opens early, and all open soon after."""

import hashlib
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import TimestampSigner

from tests.support.faults.site import SECRETS, Site, assert_quiet
from tests.support.servers import serving, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
SOON = timedelta(seconds=6)
MAX_DELAY = timedelta(seconds=60)
PAGES = [
    f"/{locale}/campaigns/racism/{rest}"
    for locale in ("en", "ru")
    for rest in ("", "hate-crimes/", "hate-crimes/count.json", "hate-crimes/thanks/")
]
PREVIEW_ID = "k3v7q2x5b4n6m2p7r5t3w4y6z2"
LISTS = ("/en/", "/ru/", "/sitemap.xml")


def ask(address: str) -> tuple[int, str]:
    """The status and text of the response."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_campaign_opens_everywhere_at_its_time_and_never_before(site: Site):
    schedule(site, datetime.now(UTC) + timedelta(days=1))
    with serving(site.environment, "--no-outbox", port=site.port, log=site.log) as server:
        instant = datetime.now(UTC) + SOON
        schedule(site, instant)
        seen: dict[str, datetime] = {}
        shared = f"{server.address}/staff/preview/shared/{link(site)}/en/"

        assert [ask(server.address + page)[0] for page in PAGES] == [404] * len(PAGES)
        preview = ask(shared)
        assert datetime.now(UTC) < instant
        until(
            lambda: request_everything(server.address, seen, instant),
            MAX_DELAY.total_seconds() + SOON.total_seconds(),
        )

    assert preview[0] == 200
    assert "Under embargo until" in preview[1]
    assert seen.keys() == {*PAGES, *LISTS}
    assert all(instant <= at <= instant + MAX_DELAY for at in seen.values())
    token = shared.rstrip("/").split("/")[-2]
    assert token not in site.log.read_text()
    assert_quiet(site.log)


def request_everything(address: str, seen: dict[str, datetime], instant: datetime) -> bool:
    """Request everything once, and record since when each page has shown the campaign every time.

    Two processes answer, each with its own cache, so one may be a second behind the other.
    """
    for page in (*PAGES, *LISTS):
        status, text = ask(address + page)
        if status == 200 and (page in PAGES or "/campaigns/racism/" in text):
            assert datetime.now(UTC) >= instant, f"{page} is open before its time"
            seen.setdefault(page, datetime.now(UTC))
        else:
            seen.pop(page, None)
    return len(seen) == len(PAGES) + len(LISTS)


def schedule(site: Site, instant: datetime) -> None:
    moment = f"{instant:%Y-%m-%d %H:%M:%S.%f}"
    campaign = "(select id from campaigns where slug = 'racism')"
    site.rows(f"update campaigns set published_at = '{moment}' where slug = 'racism'")
    site.rows(f"update actions set published_at = '{moment}' where campaign_id = {campaign}")


def link(site: Site) -> str:
    """The token of a preview link like those that staff make."""
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d %H:%M:%S.%f}"
    site.rows(
        "insert into preview_links (id, public_id, campaign_id, label, made_at, expires_at, opened)"
        f" select 1, '{PREVIEW_ID}', id, 'Elena', '2026-11-20 12:00:00', '{tomorrow}', 0"
        " from campaigns where slug = 'racism'"
    )
    key, salt = SECRETS["SECRET_KEY"], "preview"
    return TimestampSigner(key, salt=salt, digest_method=hashlib.sha256).sign(PREVIEW_ID).decode()
