"""Faults of a page: accessibility violations that axe-core finds, and content wider than the window."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # leaving out what passes halves the time
    "iframes": False,  # ours contain emails and previews, which axe may not enter
}
SMALLEST = 320  # pixels: the narrowest window that pages must fit
PHONE, DESK = (SMALLEST, "light"), (1280, "dark")
HEIGHT = 800
# WCAG 2.2, 1.4.12 and 1.4.4. A style sheet of the document, since pages allow none of the browser's.
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    " p { margin-block-end: 2em !important }"
)
TWICE = "html { font-size: 200% !important }"
APPLY = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""


def violations(page: Page) -> list[str]:
    """Violations of WCAG 2.2 A and AA, and of best practice. Never returns if scripts are off."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


def look_at(
    page: Page,
    shots: Path | None = None,
    name: str = "",
    *,
    looks: tuple[tuple[int, str], ...] = (PHONE, DESK),
) -> list[str]:
    """All faults of a page at these widths and colour schemes, and overflow in the narrowest window.

    Nothing overflows with wider spacing of text, or with text of twice the size.
    """
    found = []
    for width, scheme in looks:
        page.emulate_media(color_scheme=scheme)
        found += overflow(page, width)
        save_screenshot(page, shots, f"{name}-{width}-{scheme}")
        show_whole(page, width)
        found += [f"{width} {scheme}: {what}" for what in violations(page)]
    found += overflow(page, SMALLEST)
    for css, width in ((SPACING, SMALLEST), (SPACING + TWICE, DESK[0])):
        page.evaluate(APPLY, css)
        found += [f"{what}, with {css}" for what in overflow(page, width)]
    page.evaluate(APPLY, "")
    return found


def save_screenshot(page: Page, shots: Path | None, name: str) -> None:
    """Save a screenshot, if there is a folder for it."""
    if shots:
        page.screenshot(path=shots / f"{name}.png", full_page=True)


def show_whole(page: Page, width: int) -> None:
    """Make the window as high as the page, and begin at its top: bars at the edges then lie over nothing."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, HEIGHT)})
    page.evaluate("scrollTo(0, 0)")


def overflow(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    shown = page.evaluate("document.documentElement.scrollWidth")
    return [f"{shown} pixels wide in a window of {width}"] if shown > width else []
