"""Password hashing: one hash at a time in each process, outside the concurrency limit for requests.

Hashes are expensive by design. A flood of log-ins queues here and takes no capacity from signers.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from passlib.context import CryptContext

from campaign_actions.core.bulkhead import Bulkhead
from campaign_actions.core.services import Service

MAX_CONCURRENT_HASHES = 1  # in a process: about 40 hashes a second
MAX_QUEUE_LENGTH = 20  # about half a second of work
RESERVED_FOR_KNOWN_DEVICES = 5  # places in the queue
QUEUE_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class PasswordCheck:
    """Whether a password is right. `new_hash`: replaces a stored hash that has outdated parameters."""

    is_right: bool
    new_hash: str | None = None


class PasswordHashing:
    """Hashes and checks passwords. A check takes the same work whether or not the account exists."""

    def __init__(self, context: CryptContext) -> None:
        self._context = context
        self._decoy = _make_decoy(context)
        self.parameters = parameters_of(self._decoy)
        self.bulkhead = Bulkhead(
            "password hashing",
            max_concurrent=MAX_CONCURRENT_HASHES,
            max_queued=MAX_QUEUE_LENGTH,
            timeout=QUEUE_TIMEOUT_SECONDS,
            reserved=RESERVED_FOR_KNOWN_DEVICES,
        )

    def hash(self, password: str) -> str:
        """Raises BulkheadFull."""
        with self.bulkhead.enter():
            return str(self._context.hash(password))

    def unmatched(self) -> str:
        """A hash that no password has. It takes no time."""
        return _make_decoy(self._context)

    def check(
        self, password: str, known: str | None, *, outdated: Sequence[str], is_stranger: bool
    ) -> PasswordCheck:
        """Compare a password with the hash of an account; None: the account does not exist.

        `outdated`: stored hashes with outdated parameters. While there are any, each check makes one hash
        for each set of parameters, so its timing reveals nothing about an address. Raises BulkheadFull.
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
                return PasswordCheck(is_right=False)
            is_outdated = parameters_of(known) != self.parameters
            return PasswordCheck(True, str(self._context.hash(password)) if is_outdated else None)


password_hashing = Service[PasswordHashing]("password_hashing")


def parameters_of(password_hash: str) -> str:
    """The start of a hash, with algorithm and cost: `$argon2id$v=19$m=19456,t=2,p=1$`."""
    return password_hash.rsplit("$", 2)[0] + "$"


def _make_decoy(context: CryptContext) -> str:
    """A hash that no password has, with current parameters. It is random bytes, so it costs nothing."""
    scheme = context.handler()
    checksum = secrets.token_bytes(scheme.checksum_size)
    return str(scheme(use_defaults=True, checksum=checksum).to_string())
