"""Signs that a comment needs a second look: a way to contact someone, or a text that others sent too.

Neither decides anything: flagged comments wait for staff like all others.
"""

import hashlib
import unicodedata

import regex

from campaign_actions.actions.models.comments import KEY_LENGTH
from campaign_actions.core.forms.input_text import fold_url_text

MIN_LETTERS = 20  # in shorter texts, such as “Stop!”, people agree without having copied
MAX_LETTERS = 120  # copies often differ at the end
ENDINGS = r"(?:[a-z]{2,24}|xn--[a-z0-9-]+|рф|рус|бел|укр|қаз|срб)"
DOMAIN = rf"(?<![\p{{L}}\p{{N}}-])(?:(?=[\p{{N}}-]*\p{{L}})[\p{{L}}\p{{N}}-]{{2,}}+\.)+{ENDINGS}\b"
LINK = rf"(?i:https?:|www\.)|{DOMAIN}|\b\w\.{ENDINGS}/"
EMAIL = r"[^\s@]@[^\s@]+\.[^\s@]"
PHONE = r"(?<!\d)\+?\d(?:[ \u00a0()-]{0,3}\d){8,14}(?!\d)"
CONTACT = regex.compile(rf"{LINK}|{EMAIL}|{PHONE}")
NOT_LETTERS = regex.compile(r"\P{L}+")


def has_contact(text: str) -> bool:
    """Whether a text has a link, an email address or a telephone number, or something that looks like one."""
    return CONTACT.search(fold_url_text(text)) is not None


def text_key(text: str) -> str | None:
    """The same for texts that are nearly the same; None for short ones.

    Only their first letters are compared: not case, spaces, punctuation, numbers and emoji.
    """
    letters = NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())[:MAX_LETTERS]
    if len(letters) < MIN_LETTERS:
        return None
    return hashlib.sha256(letters.encode()).hexdigest()[:KEY_LENGTH]
