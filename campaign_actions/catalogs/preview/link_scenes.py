"""The states of pages behind a link in an email: confirming, withdrawing, and one press for one more."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign_actions.catalogs.preview.sample_campaign import INVALID_FIELDS
from campaign_actions.catalogs.preview.scene_values import Page, on_files, on_link, on_next

WITHDRAW = _l("Withdrawal page")
NEXT = _l("One press for the next action")
NEXT_STATES: Mapping[str, Mapping[str, Any]] = {
    "ask": {"state": "ask"},
    "pledge": {"state": "ask", "kind": "pledge"},
    "wrong": {"state": "ask", "kind": "pledge", "sent": INVALID_FIELDS},
    "done": {"state": "done"},
    "pledge-done": {"state": "done", "kind": "pledge"},
    "used": {"state": "needs_email", "obstacle": "used"},
    "not-counted": {"state": "needs_email", "obstacle": "not_counted"},
    "consent": {"state": "needs_email", "obstacle": "consent"},
    "paused": {"state": "paused"},
}
LINK_OVER = _l("Confirmation link that no longer works")
LINK_PAGES: tuple[Page, ...] = (
    (
        "confirm",
        _l("Confirmation page"),
        "signature_links/confirm",
        partial(on_link, status="pending"),
    ),
    (
        "confirm-wrong",
        _l("Confirmation page with an error"),
        "signature_links/confirm",
        partial(on_link, status="pending", sent={"country": ""}),
    ),
    (
        "confirmed",
        _l("After confirming"),
        "signature_links/confirm",
        partial(on_link, status="confirmed"),
    ),
    (
        "confirmed-first",
        _l("After confirming"),
        "signature_links/confirm",
        partial(on_link, status="confirmed", kind="starting"),
    ),
    (
        "confirmed-late",
        _l("After confirming"),
        "signature_links/confirm",
        partial(on_link, status="confirmed", has_link=False),
    ),
    *(
        (f"next-{name}", NEXT, "signature_links/next", partial(on_next, **values))
        for name, values in NEXT_STATES.items()
    ),
    *(
        (f"over-{status}", LINK_OVER, "signature_links/confirm", partial(on_link, status=status))
        for status in ("withdrawn", "erased", "invalid", "suppressed")
    ),
    *(
        (
            f"withdraw-{status}",
            WITHDRAW,
            "signature_links/withdraw",
            partial(on_link, status=status),
        )
        for status in ("confirmed", "pending", "invalid", "withdrawn", "erased", "suppressed")
    ),
    *(
        (f"files-{state}", WITHDRAW, "signature_links/files", partial(on_files, state=state))
        for state in ("none", "held", "open", "done")
    ),
    *(
        (
            f"pledge-{page}-{status}",
            _l("Pledge page"),
            f"signature_links/{page}",
            partial(on_link, status=status, kind="pledge"),
        )
        for page, status in (
            ("confirm", "pending"),
            ("confirm", "confirmed"),
            ("confirm", "invalid"),
            ("withdraw", "confirmed"),
            ("withdraw", "withdrawn"),
        )
    ),
)
