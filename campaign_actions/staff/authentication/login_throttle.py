"""Limits on guessing passwords and codes, that nobody can use to lock somebody else out.

A device on which somebody has logged in with every factor carries a cookie that says so, and has tries
of its own (OWASP, device cookies). All others share some an account: who guesses uses up those of
strangers. A member on a new device gets in by a passkey meanwhile, or by a link from their mailbox:
with a new password it leads to the second factor. Codes have a limit of their own: `code_limit`.
"""

import math

from flask_babel import ngettext

from campaign_actions.core.security.rate_limit import seconds_to_wait

SOURCE = "30 per 5 minutes; 200 per hour"  # tries from one source, whoever they are for
ACCOUNT = "10 per 15 minutes; 50 per day"  # for one account, by devices that never logged in to it
DEVICE = "10 per 15 minutes; 50 per day"  # for one account, by one device that has
RESETS = "10 per 15 minutes; 30 per hour"  # from one source
NETWORK_FACTOR = 4  # so much from an IPv6 /48: no office has that many colleagues on new devices


def wait_to_try_password(account: str, *, device: str) -> int:
    """Count an attempt at an account, existing or not: 0 if it is allowed, else seconds to wait.

    `account` names the address without showing it; `device` is "" if no one has logged in there before.
    """
    if device:
        return seconds_to_wait(DEVICE, "password", source=device)
    of_source = seconds_to_wait(SOURCE, "password", network_factor=NETWORK_FACTOR)
    return of_source or seconds_to_wait(ACCOUNT, "password", "account", source=account)


def wait_to_try_again(session_id: str) -> int:
    """The same for the password of somebody who is logged in: each session has tries of its own."""
    return seconds_to_wait(DEVICE, "password", "session", source=session_id)


def wait_to_show(what: str, *, device: str) -> int:
    """Count what can not be guessed, or has a limit elsewhere: the machine is not to be kept busy.

    `what`: passkeys at the log-in and second factors are counted apart. A passkey does not say whose
    it is before it is looked at, so any account of the device will do.
    """
    if device:
        return seconds_to_wait(DEVICE, what, source=device)
    return seconds_to_wait(SOURCE, what, network_factor=NETWORK_FACTOR)


def wait_to_ask_for_reset(*, device: str) -> int:
    return seconds_to_wait(RESETS, "reset", source=device, network_factor=NETWORK_FACTOR)


def in_words(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    words = ngettext(
        "There were many tries. Please wait %(num)d minute.",
        "There were many tries. Please wait %(num)d minutes.",
        minutes,
    )
    return str(words)
