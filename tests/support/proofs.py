"""Turns on the robot check of an action, and does the work of a browser."""

from altcha import Challenge, Payload, solve_challenge

from campaign_actions.actions.signatures.restrictions import unproved
from tests.support.sign_form import PAGE
from tests.support.switches import off


def check(action) -> None:
    off(unproved(action.id))


def prove(client, address: str = PAGE) -> str:
    """A proof for a new challenge of the page at an address."""
    return solve(client.get(f"{address}challenge.json").get_json())


def solve(challenge: dict) -> str:
    known = Challenge.from_dict(challenge)
    return Payload(known, solve_challenge(known)).to_base64()
