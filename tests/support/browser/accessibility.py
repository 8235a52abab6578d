"""What is wrong with a page for who reads it: what axe-core finds, and what does not fit its window."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what is well is not written down: half the time
    "iframes": False,  # there are mails and previews in ours: axe is not let in
}
PHONE, DESK = (360, "light"), (1280, "dark")
SMALLEST = 320  # pixels, of the windows that pages must fit into
HEIGHT = 800


def violations(page: Page) -> list[str]:
    """By WCAG 2.2 A and AA, and good practice. Axe is a script: without them it waits for ever."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


def look_at(
    page: Page,
    shots: Path | None = None,
    name: str = "",
    *,
    looks: tuple[tuple[int, str], ...] = (PHONE, DESK),
) -> list[str]:
    """Everything wrong with a page in windows of these widths and colours, and in the smallest one."""
    found = []
    for width, scheme in looks:
        page.emulate_media(color_scheme=scheme)
        found += overflow(page, width)
        keep(page, shots, f"{name}-{width}-{scheme}")
        found += [f"{width} {scheme}: {what}" for what in violations(page)]
    return found + overflow(page, SMALLEST)


def keep(page: Page, shots: Path | None, name: str) -> None:
    """A picture, if somebody wants to look at it."""
    if shots:
        page.screenshot(path=shots / f"{name}.png", full_page=True)


def overflow(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    shown = page.evaluate("document.documentElement.scrollWidth")
    return [f"{shown} pixels wide in a window of {width}"] if shown > width else []
