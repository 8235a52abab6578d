"""Encrypted exports: for whom, and what happens to the source, its thread and its context."""

import threading
from contextlib import suppress
from contextvars import ContextVar, copy_context
from itertools import count, repeat

import pyrage
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, literal, select

from campaign_actions.exports import FORMATS, Column, Section
from campaign_actions.exports.encryption import (
    InvalidRecipientKey,
    Recipient,
    SecretKeyEntered,
    encrypt,
    parse_recipient,
)
from tests.support.ssh_keys import private_text, public_text

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = parse_recipient(str(IDENTITY.to_public()))
ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)
PIECE = 64 * 1024  # an age file is encrypted in pieces of this size
OWNER = ContextVar("OWNER", default="nobody")


def encryption_threads():
    return [one for one in threading.enumerate() if one.name == "encryption"]


@pytest.fixture(autouse=True)
def no_thread_is_left():
    yield
    assert encryption_threads() == []


def decrypted(chunks, identity=IDENTITY):
    return pyrage.decrypt(b"".join(encrypt(iter(chunks), RECIPIENT)), [identity])


class Source:
    """A generator of chunks that notes how far it was read, and whether it was closed."""

    def __init__(self, chunks):
        self.taken, self.is_closed = 0, False
        self.chunks = self._generate(chunks)

    def _generate(self, chunks):
        try:
            for chunk in chunks:
                self.taken += 1
                yield chunk
        finally:
            self.is_closed = True


@pytest.mark.parametrize(
    "chunks",
    [
        *([], [b""], [b"a"], [b"", b"a", b"", b"", b"b", b""]),
        *([b"a" * (PIECE - 1)], [b"a" * PIECE], [b"a" * PIECE] * 2, [b"a" * (10 * PIECE + 1)]),
    ],
)
def test_a_file_opens_with_the_key(chunks):
    assert decrypted(chunks) == b"".join(chunks)


@given(
    chunks=st.lists(st.integers(0, 3 * PIECE).map(lambda size: b"row,\n" * (size // 5)), max_size=6)
)
def test_chunks_of_any_size_are_encrypted_completely(chunks):
    assert decrypted(chunks) == b"".join(chunks)


@pytest.mark.parametrize("key", [ED25519, RSA])
def test_a_file_for_an_ssh_key_opens_with_it(key):
    recipient = parse_recipient(public_text(key))

    written = b"".join(encrypt(iter([b"names"]), recipient))

    identity = pyrage.ssh.Identity.from_buffer(private_text(key).encode())
    assert pyrage.decrypt(written, [identity]) == b"names"


def test_a_file_does_not_open_with_another_key():
    with pytest.raises(pyrage.DecryptError):
        decrypted([b"names"], pyrage.x25519.Identity.generate())


def test_an_export_is_encrypted_while_it_is_read_from_the_database(connection):
    numbers = select(literal(1, Integer).label("n")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < 5000))
    columns = [Column("n", numbers.c.n, "plain")]
    chunks = FORMATS["csv"].write([Section(columns, select(numbers))], connection)

    assert decrypted(chunks).split() == [b"n", *(str(n).encode() for n in range(1, 5001))]


def test_the_source_is_never_more_than_two_chunks_ahead():
    source = Source(repeat(bytes(PIECE)))
    file = encrypt(source.chunks, RECIPIENT)
    received = 0

    for _ in range(50):
        received += len(next(file))
        assert source.taken * PIECE <= received + 2 * PIECE
    file.close()


def test_what_is_yielded_is_not_much_larger_than_a_chunk():
    parts = list(encrypt(repeat(bytes(1000), 500), RECIPIENT))

    assert max(map(len, parts)) <= PIECE + 1000
    assert all(parts)


def test_an_error_of_the_source_is_raised_unchanged():
    error = LookupError("no such table")

    def failing():
        yield b"a" * PIECE
        raise error

    file = encrypt(failing(), RECIPIENT)
    with pytest.raises(LookupError) as raised:
        list(file)

    assert raised.value is error
    assert encryption_threads() == []


def test_an_error_of_the_library_is_raised():
    source = Source([b"a"])

    with pytest.raises(TypeError, match="recipient"):
        list(encrypt(source.chunks, Recipient("age1", None)))

    assert source.is_closed or not source.taken


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_closing_early_closes_the_source_and_ends_the_thread(parts):
    source = Source(repeat(bytes(PIECE)))
    file = encrypt(source.chunks, RECIPIENT)
    for _ in range(parts):
        next(file)

    file.close()

    assert source.is_closed
    assert encryption_threads() == []


def test_the_thread_ends_when_the_file_is_forgotten():
    source = Source(repeat(bytes(PIECE)))
    file = encrypt(source.chunks, RECIPIENT)
    next(file)
    assert len(encryption_threads()) == 1

    del file

    assert encryption_threads() == []


def test_no_thread_is_started_before_the_first_part_is_taken():
    file = encrypt(iter([b"a"]), RECIPIENT)

    assert encryption_threads() == []
    file.close()


def test_the_source_runs_in_the_thread_and_context_of_whoever_takes_the_next_part():
    """A server may ask for each part in another thread; a database session lives in a context."""
    seen = []

    def source():
        for number in range(8):
            seen.append((threading.get_ident(), OWNER.get()))
            OWNER.set(f"chunk {number}")
            yield bytes(PIECE)

    context, takers = copy_context(), []
    context.run(OWNER.set, "the export")
    file = encrypt(source(), RECIPIENT)

    def take():
        takers.append(threading.get_ident())
        with suppress(StopIteration):
            while True:
                before = len(seen)
                context.run(next, file)
                if len(seen) > before:
                    return

    for _ in range(8):
        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
    context.run(file.close)

    assert {ident for ident, _ in seen} <= set(takers)
    assert [owner for _, owner in seen] == ["the export", *(f"chunk {n}" for n in range(7))]


def test_several_files_are_encrypted_at_the_same_time():
    sources = [[f"{name} {number},".encode() for number in range(9000)] for name in "abc"]
    files = [encrypt(iter(source), RECIPIENT) for source in sources]
    written = [[], [], []]

    for turn in count():
        parts = [next(file, None) for file in files]
        for into, part in zip(written, parts, strict=True):
            into.append(part or b"")
        if parts == [None, None, None]:
            break
        assert turn < 100_000

    for into, source in zip(written, sources, strict=True):
        assert pyrage.decrypt(b"".join(into), [IDENTITY]) == b"".join(source)


@pytest.mark.parametrize("around", ["{}", "  {}\n", "{}\r\n"])
def test_an_age_key_is_recognised(around):
    assert parse_recipient(around.format(RECIPIENT.text)) == RECIPIENT


@pytest.mark.parametrize("key", [ED25519, RSA])
@pytest.mark.parametrize("comment", ["", " ada@laptop", " Ada’s key\n"])
def test_an_ssh_key_is_stored_without_its_comment(key, comment):
    text = public_text(key)

    assert parse_recipient(text + comment).text == text


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "hello", "age1", RECIPIENT.text[:-1], RECIPIENT.text[:-1] + "?"),
        *(f"{RECIPIENT.text} {RECIPIENT.text}", f"{RECIPIENT.text}\n{RECIPIENT.text}"),
        *("ssh-ed25519", "ssh-ed25519 AAAA", public_text(ED25519)[:-4]),
        *(public_text(ED25519).replace(" ", "\n"), "ssh-rsa " + "A" * 400, "\0", "é" * 99),
        public_text(rsa.generate_private_key(65537, 1024)),
        public_text(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=lambda _value: "case",  # keys are made anew each time
)
def test_other_text_is_refused_with_what_a_key_looks_like(text):
    with pytest.raises(InvalidRecipientKey) as refused:
        parse_recipient(text)

    assert not isinstance(refused.value, SecretKeyEntered)
    for example in ("age1…", "ssh-ed25519 …", "ssh-rsa …"):
        assert example in str(refused.value.message)


SECRETS = {
    "age": str(IDENTITY),
    "age in small letters": str(IDENTITY).lower(),
    "half of it": str(IDENTITY)[:40],
    "the file of age-keygen": f"# public key: {RECIPIENT.text}\n{IDENTITY}\n",
    "openssh": private_text(ED25519),
    "without its first line": "".join(private_text(ED25519).splitlines()[1:-1]),
    "in one line": private_text(ED25519).replace("\n", " "),
    "pem": RSA.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode(),
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_key_is_refused_as_secret_and_never_repeated(name):
    text = SECRETS[name]

    with pytest.raises(SecretKeyEntered) as refused:
        parse_recipient(text)

    error = refused.value
    assert "is secret and must not be entered here" in str(error.message)
    assert (error.args, error.__context__, error.__cause__) == ((), None, None)


def test_a_refused_key_is_not_part_of_the_error():
    with pytest.raises(InvalidRecipientKey) as refused:
        parse_recipient(RECIPIENT.text[:-1])

    error = refused.value
    assert (error.args, error.__context__, error.__cause__) == ((), None, None)
