"""Which spellings of an address are the same person."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaign_actions.core.security.email_address import canonical_email, email_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@example.org", "Ada@Example.ORG"),
        ("ada@example.org", " ada+petition@example.org "),
        ("ada.b@gmail.com", "adab+x@googlemail.com"),
        ("ada-b@yandex.ru", "ada.b@ya.ru"),
        ("ada@proton.me", "a.d-a@pm.me"),
        ("ada@icloud.com", "ada@me.com"),
        ("ada@faß.de", "ada@xn--fa-hia.de"),
        ("иван@почта.рф", "ИВАН@xn--80a1acny.xn--p1ai"),
        ("\u0439@example.org", "\u0438\u0306@example.org"),
    ],
)
def test_spellings_of_one_mailbox_have_one_canonical_form(one, other):
    assert canonical_email(one) == canonical_email(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada.b@example.org", "adab@example.org"),
        ("ada@gmail.com", "ada@example.org"),
        ("ada@mail.ru", "ada@bk.ru"),
        ("+@example.org", "++@example.com"),
        ("ada@straße.de", "ada@strasse.de"),
        ("straße@example.org", "strasse@example.org"),
        ("ﬁn@example.org", "fin@example.org"),
    ],
)
def test_different_mailboxes_have_different_canonical_forms(one, other):
    assert canonical_email(one) != canonical_email(other)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_hash_depends_on_the_key(app):
    under_one_key = email_key("ada@example.org")
    app.config["EMAIL_HASH_KEY"] = "another key"

    assert len(under_one_key) == 40
    assert email_key("ada@example.org") != under_one_key


LOCALS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
DOMAINS = st.sampled_from(["example.org", "пример.рф", "gmail.com", "yandex.ru", "proton.me"])


@given(LOCALS, DOMAINS, LOCALS)
def test_case_space_composition_and_tags_make_no_difference(local, domain, tag):
    assume(local.upper().lower() == local.lower())  # ı and I are two letters in Turkish
    address = f"{local}@{domain}"
    spellings = [
        f"  {address} ",
        f"{local.upper()}@{domain.upper()}",
        unicodedata.normalize("NFD", address),
        f"{local}+{tag}@{domain}",
    ]

    assert {canonical_email(spelling) for spelling in spellings} == {canonical_email(address)}


@given(LOCALS, DOMAINS)
def test_the_canonical_form_is_stable(local, domain):
    once = canonical_email(f"{local}@{domain}")

    assert canonical_email(once) == once
