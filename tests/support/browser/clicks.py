"""What someone does on a page, with the clicks counted."""

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.support.browser.campaigner import choose_second_language, press


class Clicks:
    """Counts what someone would click."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, name: str | re.Pattern[str], *, inside: str = "body") -> None:
        self.count += 1
        press(self.page.locator(inside), name)

    def follow(self, name: str, *, inside: str = "body") -> None:
        self.count += 1
        self.page.locator(inside).get_by_role("link", name=name).first.click()

    def open(self, words: str, *, inside: str) -> None:
        """Unfold what is below these words."""
        self.count += 1
        self.page.locator(inside).get_by_text(words, exact=True).click()

    def choose(self, label: str) -> None:
        self.count += 1
        self.page.get_by_label(label).check()

    def choose_second_language(self, locale: str) -> None:
        """A list opens with one click and closes with another."""
        self.count += 2
        choose_second_language(self.page, locale)

    def choose_file(self, file: Path) -> None:
        """The system's window opens with one click; what follows there depends on the system."""
        self.count += 1
        self.page.set_input_files("#file", file)
