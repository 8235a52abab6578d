"""Short codes that people copy by hand from an email. They are derived from SECRET_KEY, and not stored.

The alphabet has no two characters that look alike, no vowels, so that no code is a word, and only
letters that a Cyrillic keyboard has too, because they look the same there.
"""

import hashlib
import hmac
import unicodedata

from flask import current_app

ALPHABET = "23456789CHKMPTXY"  # 16 characters, so that each takes half a byte without bias
LENGTH = 6  # 24 bits; NIST SP 800-63B asks for 20 where tries are limited
NO_CODE = "-" * LENGTH  # never right
# Characters that people type for those that they see: Latin ones that are not in the alphabet, and Cyrillic.
LOOK_ALIKES = str.maketrans("SBZGСНКМРТХУЗ", "5826CHKMPTXY3")


def make_code(purpose: str, subject: str) -> str:
    """The code for `subject`, which must name a moment too if the code is to end."""
    return _derive(current_app.config["SECRET_KEY"], purpose, subject)


def is_code(code: str, purpose: str, subject: str) -> bool:
    """Whether this is the code for `subject`, made with any of our keys. Takes the same time if not."""
    config = current_app.config
    keys = (config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"])
    results = [hmac.compare_digest(code, _derive(key, purpose, subject)) for key in keys]
    return any(results)


def read_code(typed: str) -> str:
    """A code as someone typed it: in any case, with any spaces, dashes or digits. "" if its length is wrong.

    NO_CODE if it has characters that no code has.
    """
    letters = unicodedata.normalize("NFKC", typed).upper().translate(LOOK_ALIKES)
    code = "".join(_plain(letter) for letter in letters if letter.isalnum())
    if len(code) != LENGTH:
        return ""
    return code if set(code) <= set(ALPHABET) else NO_CODE


def in_groups(code: str) -> str:
    """A code as it is shown: in two groups, which are easier to read aloud."""
    return f"{code[:3]} {code[3:]}"


def _plain(letter: str) -> str:
    """Decimal digits of any script as ASCII."""
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _derive(key: str, purpose: str, subject: str) -> str:
    digest = hmac.digest(key.encode(), f"{purpose} code\n{subject}".encode(), hashlib.sha256)
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
