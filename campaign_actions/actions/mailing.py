"""What the mails about a signature say, decided when they are delivered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import find_signature_of, find_signed_action
from campaign_actions.core.i18n import locales
from campaign_actions.core.links import public_url_for
from campaign_actions.core.mail import Mail
from campaign_actions.core.tokens import make_token


@dataclass(frozen=True)
class SignatureMail:
    """A mail about one signature: what it says depends on where the signature stands by then.

    `pending` and `settled` are the templates for one that waits and for one that is known; None:
    there is nothing to say. It goes to the address under the signature, not to the spelling that
    was typed last: a link to confirm is for the person who signed.
    """

    pending: str
    settled: str | None
    link_life: timedelta

    def __call__(
        self, about: int | None, email_key: str, locale: str, now: datetime
    ) -> Mail | None:
        signature = find_signature_of(about, email_key) if about else None
        if signature is None or signature.status == "withdrawn":
            return None
        template = self.pending if signature.status == "pending" else self.settled
        if template is None:
            return None
        return Mail(template, self._values(signature, locale, now), to=signature.email)

    def _values(self, signature: Signature, locale: str, now: datetime) -> dict[str, Any]:
        action = find_signed_action(signature.action_id, locales=(locale, *locales()), now=now)
        if action is None:
            raise LookupError(f"Action {signature.action_id} has no text in any language.")
        return {
            "action_title": action.title,
            "days": self.link_life.days,
            "confirm_url": _link("confirm", signature, locale),
            "withdraw_url": _link("withdraw", signature, locale),
            "privacy_url": public_url_for("pages.privacy", locale=locale),
        }


def signature_mails(link_life: timedelta) -> dict[str, SignatureMail]:
    """What is queued by signing, and by reminding."""
    return {
        "sign": SignatureMail("confirm", "already-signed", link_life),
        "remind": SignatureMail("remind", None, link_life),
    }


def _link(purpose: str, signature: Signature, locale: str) -> str:
    token = make_token(purpose, signature.public_id)
    return public_url_for(f"actions.{purpose}", locale=locale, token=token)
