"""The signed links in emails to signers: they identify a signature by its public id, which is random."""

from campaign_actions.actions.models import Signature, SignatureRow
from campaign_actions.actions.queries import find_signature_by_code
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.core.security.signed_tokens import TokenKind

CONFIRM = TokenKind("confirm", "CONFIRM_DAYS")  # void once the person has signed again
WITHDRAW = TokenKind("withdraw")
FILES = TokenKind("files")
UNSUBSCRIBE = TokenKind("unsubscribe")


def confirm_token(signature: Signature | SignatureRow) -> str:
    return CONFIRM.make(signing_id(signature))


def find_linked_signature(subject: str) -> Signature | None:
    """The signature that a public id or signing_id() identifies."""
    return find_signature_by_code(subject.partition("-")[0])
