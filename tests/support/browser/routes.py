"""Every route in tests/routes.txt that answers with a page: its values, and who may see it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from campaign_actions.staff.permissions import ROLES
from tests.support.browser.world import Values, World
from tests.support.factories import PASSWORD
from tests.support.routes import ROUTES, permissions

CAMPAIGN = "/staff/campaigns/<int:campaign_id>/"
ACTION = f"{CAMPAIGN}actions/<int:action_id>/"
CATALOG = "/staff/translations/<language>/<catalog>/"
STRING = f"{CATALOG}<string(length=64):key>/"
PUBLIC = "/<locale>/campaigns/<campaign_slug>/<action_slug>/"
BRAND_PREVIEW = "/staff/organization/brand/preview/"
NO_PAGES = {  # routes that answer GET, but not with a page
    "/": "leads to a language",
    "/demo/mail/<name>/body/": "a mail, in the frame of its page",
    "/brand/<string(length=32):name>.png": "a picture",
    "/brand/<string(length=6):digits>.css": "a style sheet",
    "/favicon.ico": "a picture",
    "/staff/organization/brand/<string(length=32):name>.png": "a picture",
    f"{BRAND_PREVIEW}<any(light,dark):scheme>.css": "a style sheet",
    f"{BRAND_PREVIEW}<any(petition,home,email,imprint):view>/<locale>/<any(light,dark):scheme>/": (
        "a public page or an email, in the frame of the brand page"
    ),
    "/healthz": "for machines",
    "/metrics": "for machines",
    "/pictures/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>": "a picture",
    "/readyz": "for machines",
    "/robots.txt": "for machines",
    "/sitemap.xml": "for machines",
    "/static/<folder>/<path:name>": "files",
    f"{CATALOG}files/download.<any(po,xlf):suffix>": "a file",
    f"{CATALOG}next/": "leads to a message",
    f"{STRING}preview/": "a page in another language, in the frame of its message",
    "/staff/exports/<int:export_id>/manifest.json": "a file",
    f"{PUBLIC}challenge.json": "for scripts",
    f"{PUBLIC}count.json": "for scripts",
    f"{PUBLIC}share.png": "a picture",
    f"{CAMPAIGN}appearance/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>": (
        "a picture"
    ),
    f"{CAMPAIGN}share/<int:action_id>/<text_locale>/<source>.<any(svg,png):suffix>": "a file",
    f"{CAMPAIGN}actions/<int:action_id>/files/<panel>.<any(csv,png):suffix>": "a file",
    f"{CAMPAIGN}dashboard/files/<panel>.<any(csv,png):suffix>": "a file",
    "/staff/dashboard/files/<panel>.<any(csv,png):suffix>": "a file",
    f"{CAMPAIGN}share/<int:action_id>/<text_locale>/<source>/snippet/": (
        "a part of another site, in the frame of its page"
    ),
    f"{ACTION}updates/<int:update_id>/preview/<tag>/email/": "a mail, in the frame of its page",
    "/staff/preview/<locale>/<int:campaign_id>/<int:action_id>/emails/<name>/": (
        "a mail, in the frame of its page"
    ),
    "/staff/preview/shared/<token>/pictures/"
    "<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>": "a picture",
}
# Routes in which a parameter has a different meaning, and the value of the world to use instead.
OVERRIDES = {
    "/<locale>/confirm/": {"token": "confirm"},
    "/<locale>/withdraw/": {"token": "withdraw"},
    "/<locale>/files/": {"token": "files"},
    "/<locale>/unsubscribe/": {"token": "unsubscribe"},
    "/<locale>/mails/": {"token": "mails"},
    "/<locale>/next/": {"token": "next"},
    "/staff/invitation/": {"token": "invitation"},
    "/staff/reset/": {"token": "reset"},
    "/staff/preview/shared/": {"token": "shared", "action_id": "draft_action_id"},
    "/demo/mail/": {"name": "mail"},
    f"{CAMPAIGN}checklist/": {"campaign_id": "draft_campaign_id"},
    f"{CAMPAIGN}languages/": {"campaign_id": "draft_campaign_id"},
    f"{CAMPAIGN}reopen/": {"campaign_id": "closed_campaign_id"},
    f"{ACTION}languages/": {"campaign_id": "draft_campaign_id", "action_id": "draft_action_id"},
}
# Other states of the world in which a page is also checked; `?…` is a query.
OTHER_STATES = {
    "/<locale>/campaigns/<campaign_slug>/": ("closed", "archived"),
    PUBLIC: ("pledge", "ended"),
    "/<locale>/confirm/<token>/": ("confirmed",),
    "/<locale>/next/<token>/": ("next-done", "next-by-email"),
    "/<locale>/withdraw/<token>/": ("taken-back",),
    "/staff/approvals/<int:request_id>/": ("asked", "gone"),
    "/staff/audit/": ("?since=x", "?who=nobody"),
    "/staff/exports/<int:export_id>/": ("increment", "destroyed"),
    CAMPAIGN: ("empty", "draft", "closed", "archived"),
    ACTION: ("draft", "ended"),
    f"{CAMPAIGN}history/": ("draft",),
    f"{CAMPAIGN}partners/": ("draft",),
    f"{CAMPAIGN}appearance/": ("draft",),
    f"{CAMPAIGN}changes/": ("planned", "late", "failed"),
    f"{CAMPAIGN}publish/": ("empty", "draft", "scheduled", "closed", "archived"),
    f"{ACTION}close/": ("ended",),
    f"{ACTION}picture/": ("draft",),
    f"{ACTION}comments/": ("draft", "?state=shown", "?state=flagged", "?c=unknown"),
    f"{ACTION}comments/show/": ("draft",),
    f"{ACTION}signatures/": ("draft", "?q=nobody&status=invalid", "?since=x"),
    f"{ACTION}signatures/<public_id>/": (
        *("pending", "withdrawn", "invalid", "suppressed", "erased"),
    ),
    f"{ACTION}signatures/bulk-invalidate/": ("?since=2020-01-01T00:00&until=2040-01-01T00:00",),
    f"{ACTION}signatures/clusters/": ("draft",),
    f"{ACTION}updates/": ("draft",),
    f"{CAMPAIGN}share/": ("draft", "?of=5"),
    f"{CAMPAIGN}share/<int:action_id>/<locale>/<source>/poster/": ("draft",),
    CATALOG: ("?show=all&q=nobody", "?show=warnings"),
    STRING: ("many",),
    "/staff/translations/add/": ("?q=span",),
    f"{ACTION}updates/<int:update_id>/": ("planned-update", "sending", "stopped", "sent"),
}

READERS = {  # pages for all staff that are empty for everyone but this role
    "/staff/approvals/": "administrator",
    "/staff/approvals/<int:request_id>/": "administrator",
}


@dataclass(frozen=True)
class Spot:
    """A page to check: its route, and the state of the world in which it is checked."""

    route: str
    state: str = ""

    def __str__(self) -> str:
        return f"{self.route} {self.state}".strip()

    @property
    def name(self) -> str:
        """A name for a file."""
        return "-".join(re.findall(r"\w+", str(self)))

    @property
    def status(self) -> int:
        """400 if the page cannot understand the query, 410 if a link no longer works."""
        if self.state == "next-by-email":
            return 410
        return 400 if self.state.endswith("=x") else 200

    @property
    def role(self) -> str:
        """The role that sees most of the page; "" if no login is needed."""
        needed = permissions().get(f"{self.route} GET", "anybody").partition(" ")[0]
        if needed in {"anybody", "token"}:
            return ""
        if needed in {"staff", "request", "own request"}:
            return READERS.get(self.route, "campaigner")
        allowed = {role: rights for role, rights in ROLES.items() if needed in rights}
        return max(allowed, key=lambda role: (role == "campaigner", len(allowed[role])))

    def address(self, world: World, locale: str) -> str:
        query = self.state if self.state.startswith("?") else ""
        values = self._values(world) | {"locale": locale}
        return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda part: str(values[part[1]]), self.route) + query

    def _values(self, world: World) -> Values:
        values = {**world.values, **world.states.get(self.state, {})}
        overrides = next((m for start, m in OVERRIDES.items() if self.route.startswith(start)), {})
        return values | {name: values[other] for name, other in overrides.items()}


def known_routes() -> list[str]:
    """All routes that answer GET."""
    lines = (line.split() for line in ROUTES.read_text().splitlines())
    return [route for route, *methods in lines if "GET" in methods]


def spots() -> list[Spot]:
    pages = [route for route in known_routes() if route not in NO_PAGES]
    return [Spot(route, state) for route in pages for state in ("", *OTHER_STATES.get(route, ()))]


def _enter_password(page: Page) -> None:
    page.goto("/staff/login")
    page.fill("#email", "exporter@world.example")
    page.fill("#password", PASSWORD)
    page.click("form:not(.passkey) button.main")


def _enter_password_again(page: Page) -> None:
    page.goto("/staff/reauthenticate")
    page.fill("#password", PASSWORD)
    page.click("main form:not(.passkey) button")


# Pages that can only be reached by the step before them.
STEPS: dict[str, Callable[[Page], None]] = {
    "/staff/login/second-factor/": _enter_password,
    "/staff/reauthenticate/second-factor/": _enter_password_again,
}
