"""Subjects of the signed links in emails: they identify a signature of an action."""

from campaign_actions.actions.models import Signature, SignatureRow
from campaign_actions.actions.queries import find_signature
from campaign_actions.actions.signatures.confirm import signing_id


def signature_subject(signature: Signature | SignatureRow) -> str:
    """The subject of a link to withdraw. It includes the action, so only one partition is searched.

    It has the public id, which is random. After a restore, the database would give the same
    sequential id to another person.
    """
    return f"{signature.action_id}-{signature.public_id}"


def signing_subject(signature: Signature | SignatureRow) -> str:
    """The subject of a link to confirm, which is void once the person has signed again."""
    return f"{signature.action_id}-{signing_id(signature)}"


def find_linked_signature(subject: str) -> Signature | None:
    """The signature that a subject of either kind identifies."""
    action_id, _dash, signing = subject.partition("-")
    public_id = signing.partition("-")[0]
    return find_signature(int(action_id), public_id) if action_id.isdecimal() else None
