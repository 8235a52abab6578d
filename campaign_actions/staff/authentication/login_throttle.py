"""Limits on guessing passwords and codes, that nobody can use to lock somebody else out.

A device on which somebody has logged in with every factor carries a cookie that says so, and has tries
of its own (OWASP, device cookies). All others share some an account: who guesses uses up those of
strangers. A member on a new device gets in by a passkey meanwhile, or by a link from their mailbox:
with a new password it leads to the second factor. Codes have a limit of their own: `code_limit`.
"""

import math

from flask_babel import ngettext

from campaign_actions.core.security.rate_limit import seconds_to_wait

SOURCE_LIMIT = "30 per 5 minutes; 200 per hour"  # tries from one source, whoever they are for
ACCOUNT_LIMIT = (
    "10 per 15 minutes; 50 per day"  # for one account, by devices that never logged in to it
)
DEVICE_LIMIT = "10 per 15 minutes; 50 per day"  # for one account, by one device that has
RESET_LIMIT = "10 per 15 minutes; 30 per hour"  # from one source
NETWORK_FACTOR = 4  # so much from an IPv6 /48: no office has that many colleagues on new devices


def throttle_password(account: str, *, device: str) -> int:
    """Count an attempt at an account, existing or not: 0 if it is allowed, else seconds to wait.

    `account` names the address without showing it; `device` is "" if no one has logged in there before.
    """
    if device:
        return seconds_to_wait(DEVICE_LIMIT, "password", whose=device)
    of_source = seconds_to_wait(SOURCE_LIMIT, "password", network_factor=NETWORK_FACTOR)
    return of_source or seconds_to_wait(ACCOUNT_LIMIT, "password", "account", whose=account)


def throttle_reauthentication(session_id: str) -> int:
    """The same for the password of somebody who is logged in: each session has tries of its own."""
    return seconds_to_wait(DEVICE_LIMIT, "password", "session", whose=session_id)


def throttle_factor(what: str, *, device: str) -> int:
    """Count what can not be guessed, or has a limit elsewhere: the machine is not to be kept busy.

    `what`: passkeys at the log-in and second factors are counted apart. A passkey does not say whose
    it is before it is looked at, so any account of the device will do.
    """
    if device:
        return seconds_to_wait(DEVICE_LIMIT, what, whose=device)
    return seconds_to_wait(SOURCE_LIMIT, what, network_factor=NETWORK_FACTOR)


def throttle_reset_request(*, device: str) -> int:
    return seconds_to_wait(RESET_LIMIT, "reset", whose=device, network_factor=NETWORK_FACTOR)


def throttle_message(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    words = ngettext(
        "There were many tries. Please wait %(num)d minute.",
        "There were many tries. Please wait %(num)d minutes.",
        minutes,
    )
    return str(words)
