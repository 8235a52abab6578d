"""What signed links in emails name: a signature under its action."""

from typing import Any

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import find_signature
from campaign_actions.actions.signatures.confirm import signing_id


def signature_subject(signature: Any) -> str:
    """What a link names. The action comes first, so that only its partition is searched.

    Not the id: after a restore the database gives the same ids to other people. A public id is random.
    """
    return f"{signature.action_id}-{signature.public_id}"


def signing_subject(signature: Any) -> str:
    """What a link to confirm names: this person's signing of that very moment."""
    return f"{signature.action_id}-{signing_id(signature)}"


def find_linked_signature(subject: str) -> Signature | None:
    """The signature that either kind of subject names."""
    action_id, _dash, signing = subject.partition("-")
    public_id = signing.partition("-")[0]
    return find_signature(int(action_id), public_id) if action_id.isdecimal() else None
