"""Metrics of signatures on public pages."""

from prometheus_client import Counter

from campaign_actions.core.observability.metrics import OTHER, REGISTRY

SIGNATURES = Counter(
    "campaign_actions_signatures",
    "Signatures on public pages: accepted (including repeated ones), taken with one press, confirmed or"
    " withdrawn.",
    ["became"],
    registry=REGISTRY,
)
SIGNATURES_ACCEPTED = SIGNATURES.labels("accepted")
SIGNATURES_TAKEN_NEXT = SIGNATURES.labels("next")
SIGNATURES_CONFIRMED = SIGNATURES.labels("confirmed")
SIGNATURES_WITHDRAWN = SIGNATURES.labels("withdrawn")

REFUSALS = {400: "form", 403: "origin", 410: "closed", 413: "size", 429: "limit", 503: "database"}
SIGNATURES_REFUSED = Counter(
    "campaign_actions_signatures_refused",
    "Signatures that were refused on public pages, by reason.",
    ["reason"],
    registry=REGISTRY,
)
PAUSED = "paused"  # switched off
for reason in (*REFUSALS.values(), PAUSED, OTHER):
    SIGNATURES_REFUSED.labels(reason)  # shown as 0 from the start, so that its rate is known


def count_sign_answer(status: int, *, is_paused: bool) -> None:
    """Count a posted signature as accepted or refused, by the status of the response.

    `is_paused`: it was refused because of a switch.
    """
    _count_answer(SIGNATURES_ACCEPTED, status, is_paused=is_paused)


def count_next_answer(status: int, *, is_paused: bool) -> None:
    """The same for one press."""
    _count_answer(SIGNATURES_TAKEN_NEXT, status, is_paused=is_paused)


def _count_answer(accepted: Counter, status: int, *, is_paused: bool) -> None:
    if status == 303:
        accepted.inc()
    else:
        SIGNATURES_REFUSED.labels(PAUSED if is_paused else REFUSALS.get(status, OTHER)).inc()
