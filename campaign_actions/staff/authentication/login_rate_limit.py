"""Rate limits on log-in attempts, designed so that nobody can lock someone else out.

A device that has logged in with every factor carries a cookie and has its own attempts (OWASP, device
cookies). All other devices share the attempts for an account, so someone guessing uses up only those.
A member on a new device can still log in with a passkey, or reset their password by email and then show
their second factor. Authenticator codes have their own limit, `wrong_code_limit`.
"""

import math

from flask_babel import ngettext

from campaign_actions.core.security.rate_limit import seconds_to_wait

SOURCE_LIMIT = "30 per 5 minutes; 200 per hour"  # from one source, for any account
ACCOUNT_LIMIT = "10 per 15 minutes; 50 per day"  # for one account, from all unknown devices
DEVICE_LIMIT = "10 per 15 minutes; 50 per day"  # for one account, from one known device
RESET_LIMIT = "10 per 15 minutes; 30 per hour"  # from one source
NETWORK_FACTOR = 4  # an IPv6 /48 gets this multiple: enough for an office with new devices


def throttle_password(account: str, *, device: str) -> int:
    """Count a password attempt for an account, known or not; 0 if allowed, else seconds to wait.

    `account`: a hash of the address; `device`: "" if nobody has logged in on it before.
    """
    if device:
        return seconds_to_wait(DEVICE_LIMIT, "password", source=device)
    of_source = seconds_to_wait(SOURCE_LIMIT, "password", network_factor=NETWORK_FACTOR)
    return of_source or seconds_to_wait(ACCOUNT_LIMIT, "password", "account", source=account)


def throttle_reauthentication(session_id: str) -> int:
    """Count a password attempt of someone who is logged in; each session has its own attempts."""
    return seconds_to_wait(DEVICE_LIMIT, "password", "session", source=session_id)


def throttle_factor(factor: str, *, device: str) -> int:
    """Limit the work for factors that cannot be guessed or have a limit elsewhere.

    `factor`: passkeys at log-in and second factors count separately. Whose passkey it is becomes known
    only when it is checked, so a cookie for any account on the device will do.
    """
    if device:
        return seconds_to_wait(DEVICE_LIMIT, factor, source=device)
    return seconds_to_wait(SOURCE_LIMIT, factor, network_factor=NETWORK_FACTOR)


def throttle_reset_request(*, device: str) -> int:
    return seconds_to_wait(RESET_LIMIT, "reset", source=device, network_factor=NETWORK_FACTOR)


def throttle_message(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    words = ngettext(
        "There have been too many attempts. Please try again in %(num)d minute.",
        "There have been too many attempts. Please try again in %(num)d minutes.",
        minutes,
    )
    return str(words)
