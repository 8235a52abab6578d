"""The canonical form of an email address and its keyed hash, which decide who is the same person.

The rules follow the documentation of the providers: which part of an address they ignore, and which of
their domains share a mailbox. Elsewhere only case and a plus tag are ignored.
"""

import hashlib
import unicodedata
from dataclasses import dataclass

import idna
from flask import current_app

KEY_LENGTH = 40  # hexadecimal digits


@dataclass(frozen=True)
class Provider:
    """An email provider and the domains that share a mailbox; the first is the canonical one."""

    domains: tuple[str, ...]
    ignored: str = ""  # characters before the @ that make no difference
    same: tuple[str, str] = ("", "")  # a character, and the one it is equivalent to


PROVIDERS = (
    # support.google.com/mail/answer/7436150: dots don't matter; googlemail.com is gmail.com
    Provider(("gmail.com", "googlemail.com"), ignored="."),
    # yandex.com/support/mail: one mailbox on all domains, dot and hyphen are interchangeable
    Provider(
        ("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"), same=(".", "-")
    ),
    # proton.me/support/addresses-and-aliases: all domains; dots, hyphens, underscores are ignored
    Provider(("proton.me", "protonmail.com", "pm.me"), ignored=".-_"),
    # support.apple.com: @icloud.com, @me.com and @mac.com of one name are one mailbox
    Provider(("icloud.com", "me.com", "mac.com")),
)
PROVIDER_OF = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def email_key(email: str) -> str:
    """The keyed hash that identifies a signer: 40 hexadecimal digits, useless without the key."""
    return keyed_hash(canonical_email(email), size=KEY_LENGTH // 2).hex()


def keyed_hash(text: str, *, size: int) -> bytes:
    """A hash of so many bytes that nobody can compute without EMAIL_HASH_KEY."""
    key = current_app.config["EMAIL_HASH_KEY"]
    if not key:
        raise RuntimeError("EMAIL_HASH_KEY is not set: call ensure_email_key() first.")
    return hashlib.blake2b(text.encode(), key=key.encode()[:64], digest_size=size).digest()


def canonical_email(email: str) -> str:
    """One spelling for all spellings of a mailbox: for comparison, never for sending."""
    local, _at, domain = email.strip().rpartition("@")
    local = unicodedata.normalize("NFC", local).lower()
    domain = _ascii(domain.rstrip("."))
    local = local.partition("+")[0] or local
    if provider := PROVIDER_OF.get(domain):
        domain = provider.domains[0]
        bare = local.translate(str.maketrans("", "", provider.ignored)).replace(*provider.same)
        local = bare or local
    return f"{local}@{domain}"


def _ascii(domain: str) -> str:
    """The domain in ASCII, by the same rules as for delivery (IDNA 2008, UTS 46)."""
    if domain.isascii() and "xn--" not in domain.lower():
        return domain.lower()  # a fast path with the same result, for nearly every domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return unicodedata.normalize("NFC", domain).lower()
