"""Passwords are hashed here and nowhere else: one at a time in a process, outside the places of requests.

A hash is expensive on purpose. A flood of log-ins waits here, and takes nothing from signers.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from passlib.context import CryptContext

from campaign_actions.core.bulkhead import Bulkhead
from campaign_actions.core.services import Service

AT_ONCE = 1  # hashes in a process: some 40 a second
QUEUE = 20  # log-ins waiting for their turn: half a second
RESERVED = 5  # of them for devices on which someone has logged in before
TIMEOUT = 5.0  # seconds a log-in waits for its turn


@dataclass(frozen=True)
class Checked:
    """Whether a password is right. `rehashed`: a new hash, where the stored one has other parameters."""

    is_right: bool
    rehashed: str | None = None


class PasswordHashing:
    """Hashes and checks passwords. Every check is the same work, whether there is an account or not."""

    def __init__(self, context: CryptContext) -> None:
        self._context = context
        self._decoy = _make_decoy(context)
        self.parameters = parameters_of(self._decoy)
        self.bulkhead = Bulkhead(
            "password hashing",
            max_concurrent=AT_ONCE,
            max_queued=QUEUE,
            timeout=TIMEOUT,
            reserved=RESERVED,
        )

    def hash(self, password: str) -> str:
        """Raises BulkheadFull."""
        with self.bulkhead.enter():
            return str(self._context.hash(password))

    def check(
        self, password: str, known: str | None, *, outdated: Sequence[str], is_stranger: bool
    ) -> Checked:
        """Compare a password with the hash of an account; None: there is no such account.

        `outdated`: stored hashes with other parameters than today's. As long as there are any, each
        check makes one hash with each set of parameters, so that its time says nothing about an address.
        Raises BulkheadFull.
        """
        by_parameters = {parameters_of(other): other for other in (*outdated, self._decoy)}
        if known:
            by_parameters[parameters_of(known)] = known
        with self.bulkhead.enter(is_stranger=is_stranger):
            fits = {
                candidate: self._context.verify(password, candidate)
                for _parameters, candidate in sorted(by_parameters.items())
            }
            if not known or not fits[known]:
                return Checked(is_right=False)
            is_outdated = parameters_of(known) != self.parameters
            return Checked(True, str(self._context.hash(password)) if is_outdated else None)


password_hashing = Service[PasswordHashing]("password_hashing")


def parameters_of(password_hash: str) -> str:
    """The algorithm and its cost, as a hash begins: `$argon2id$v=19$m=19456,t=2,p=1$`."""
    return password_hash.rsplit("$", 2)[0] + "$"


def _make_decoy(context: CryptContext) -> str:
    """A hash of no password, with today's parameters: random bytes, so making one takes no time."""
    scheme = context.handler()
    checksum = secrets.token_bytes(scheme.checksum_size)
    return str(scheme(use_defaults=True, checksum=checksum).to_string())
