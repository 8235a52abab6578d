"""The emails about a signature. Their template is chosen at delivery, by the current status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from campaign_actions.actions.models import COUNTED, SignatureRow
from campaign_actions.actions.newest.last_public import find_signed_action
from campaign_actions.actions.personal_data.handed_over import HandedOver, find_handed_over
from campaign_actions.actions.queries import PublicAction, find_signature_to_mail
from campaign_actions.actions.signatures.codes.confirm_by_code import CODE_LIFE, shown_code
from campaign_actions.actions.signatures.email_links import WITHDRAW, confirm_token
from campaign_actions.core.content.email_markdown import mail_words
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.mail.render import Mail
from campaign_actions.core.organization import organization_email
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.core.urls import public_url_for
from campaign_actions.outbox.enqueue import new_mail


class FindAction(Protocol):
    """Finds an action in the first of `locales` that it has."""

    def __call__(
        self, action_id: int, *, locales: Sequence[str], now: datetime
    ) -> PublicAction | None: ...


_VALUES = TtlCache[tuple[int, timedelta, str, FindAction], tuple[PublicAction, dict[str, object]]]()
_HANDED_OVER = TtlCache[tuple[int, str], HandedOver]()  # by action and locale


@dataclass(frozen=True)
class SignatureMail:
    """Renders an email about one signature, by its status at the time of delivery.

    `templates`: their names by status. With any other status there is nothing to send.

    The email goes to the address of the signature, not to the spelling that was typed last, because
    its links are for the person who signed. A suppressed signature has no address, so that email
    goes to the one that was typed. It mentions no earlier signature and has no links, because
    occasionally two spellings of one address belong to two people.

    `by_press`: whether it is about taking part with one press. `find`: only a trial before an action is
    public may have texts that are not.
    """

    templates: Mapping[str, str]
    link_life: timedelta
    by_press: bool = False
    find: FindAction = find_signed_action

    def __call__(
        self, about: int | None, email_key: str, locale: str, now: datetime
    ) -> Mail | None:
        signature = find_signature_to_mail(about, email_key) if about else None
        template = self.templates.get(_mailed_status(signature)) if signature else None
        if signature is None or template is None:
            return None
        action, values = _VALUES.get(
            (signature.action_id, self.link_life, locale, self.find),
            lambda: self._values(signature.action_id, locale, now),
        )
        values = {
            **values,
            "is_counted": signature.status == COUNTED,
            "by_press": self.by_press,
        }
        if template == "receipt":
            key = action.id, action.locale
            values |= _HANDED_OVER.get(key, lambda: find_handed_over(action)).of(signature)
        links = links_of(_tokens(signature), locale) if signature.email else {}
        if signature.status == "pending":
            links["code"] = shown_code(signature, now)
        return Mail(template, values, links=links, to=signature.email)

    def _values(
        self, action_id: int, locale: str, now: datetime
    ) -> tuple[PublicAction, dict[str, object]]:
        action = self.find(action_id, locales=(locale, *locales()), now=now)
        if action is None:
            raise LookupError(f"Action {action_id} was never public in any language.")
        can_join = action.has_opened and action.is_open
        days = self.link_life.days
        return action, template_values(action, locale, days=days, can_join=can_join)


def signature_mails(
    link_life: timedelta, find: FindAction = find_signed_action
) -> dict[str, SignatureMail]:
    """The emails that signing, reminding and confirming queue, by name.

    "next": after taking part with one press, which confirms, unless the person had withdrawn.
    """
    not_new = {
        "pending": "confirm",
        "confirmed": "already-signed",
        "invalid": "already-signed",
        "suppressed": "not-accepted",
    }
    templates = {
        "sign": not_new,
        "remind": {"pending": "remind"},
        "receipt": {"confirmed": "receipt"},
        "next": {**not_new, "confirmed": "receipt"},
    }
    return {
        name: SignatureMail(by_status, link_life, by_press=name == "next", find=find)
        for name, by_status in templates.items()
    }


def _mailed_status(signature: SignatureRow) -> str:
    """Someone whose signature was marked invalid before it was confirmed has not taken part."""
    is_new = signature.status == "invalid" and signature.confirmed_at is None
    return "suppressed" if is_new else str(signature.status)


def new_mail_about(signature: SignatureRow, name: str, now: datetime) -> Mapping[str, object]:
    """The row of the outbox that queues one of these emails to a signer."""
    return new_mail(
        name,
        to=signature.email,
        email_key=signature.email_key,
        locale=signature.locale,
        about=signature.action_id,
        now=now,
    )


def template_values(
    action: PublicAction, locale: str, *, days: int, can_join: bool = True
) -> dict[str, object]:
    """The values that all emails about an action need.

    `days`: how long their links work. `can_join`: its page is public and open. An email about one
    signature also needs `is_counted`: whether that signature is; a receipt `by_press`, and the values of
    personal_data/handed_over.py.
    """
    return {
        "kind": action.kind,
        "action_title": action.title,
        "action_locale": action.locale,
        "addressee": action.addressee,
        "thanks": action.thanks,
        "share_text": action.share_text,
        "confirm_words": mail_words(action.confirm_text),
        "receipt_words": mail_words(action.receipt_text),
        "page_url": _page_url(action),
        "can_join": can_join,
        "by_press": False,
        "closes_at": action.closes_at,
        "asks_updates": action.asks_updates,
        "days": days,
        "code_hours": CODE_LIFE // timedelta(hours=1),
        "code_page_url": public_url_for(
            "thanks.show",
            locale=action.locale,
            campaign_slug=action.campaign_slug,
            action_slug=action.slug,
        ),
        "contact": organization_email(locale),
        "privacy_url": public_url_for("site.privacy", locale=locale),
    }


def links_of(tokens: Mapping[str, str], locale: str) -> dict[str, str]:
    """The links in an email, by the names of its template. `tokens`: by purpose."""
    return {
        f"{purpose}_url": public_url_for(f"signature_links.{purpose}", locale=locale, token=token)
        for purpose, token in tokens.items()
    }


def _page_url(action: PublicAction) -> str:
    return public_url_for(
        "actions.show",
        locale=action.locale,
        campaign_slug=action.campaign_slug,
        action_slug=action.slug,
    )


def _tokens(signature: SignatureRow) -> dict[str, str]:
    return {
        "confirm": confirm_token(signature),
        "withdraw": WITHDRAW.make(signature.public_id),
    }
