"""Rows for tests: make_x() has defaults, so a test names only what matters to it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import Action, ActionCount, ActionText, Signature
from campaign_actions.actions.queries import PublicAction, find_action
from campaign_actions.actions.signatures.confirm import confirm, signing_id
from campaign_actions.actions.signatures.one_press.links import NEXT
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.db.session import db
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.signed_tokens import TokenKind
from campaign_actions.staff.models import RoleCampaign, StaffMember, StaffRole
from campaign_actions.staff.permissions import PERMISSIONS_WITH_FACTOR, ROLES
from campaign_actions.updates.models import Update, UpdateAction, UpdateText
from campaign_actions.web.staff.access.authentication import hash_password

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=400)
ADA = {
    "given_name": "Ada",
    "email": "ada@example.org",
    "country_code": "RU",
    "consent_version": 1,
    "remind_after": timedelta(hours=48),
}
PASSWORD = "correct horse battery staple"
serial = count(1)


def make_campaign(
    *, slug: str = "racism", locales: tuple[str, ...] = ("en",), **values: Any
) -> Campaign:
    """A published campaign, whose texts name it and their language."""
    campaign = Campaign(slug=slug, **{"published_at": LONG_AGO} | values)
    campaign.texts = [
        CampaignText(
            locale=locale,
            title=f"Title of {slug} ({locale})",
            headline=f"Headline of {slug} ({locale})",
            summary=f"Summary of {slug} ({locale})",
            body=f"## Why {slug}\n\nBody ({locale})",
        )
        for locale in locales
    ]
    db.session.add(campaign)
    db.session.commit()
    return campaign


def make_action(
    *,
    campaign: Campaign | None = None,
    slug: str = "hate-crimes",
    kind: str = "petition",
    locales: tuple[str, ...] = ("en",),
    **values: Any,
) -> PublicAction:
    """A published action, as the public sees it in the first of its languages."""
    for locale in locales:
        publish_consent(kind, locale, f"We keep your data for this ({locale}).", now=LONG_AGO)
    campaign = campaign or make_campaign(locales=locales)
    action = Action(
        campaign=campaign,
        slug=slug,
        kind=kind,
        **{"goal": 100, "published_at": LONG_AGO} | ended(values.get("closes_at")) | values,
    )
    action.texts = [
        ActionText(
            locale=locale,
            title=f"Title of {slug} ({locale})",
            addressee="Petition to the office",
            summary=f"Summary of {slug} ({locale})",
            teaser=f"Teaser of {slug} ({locale})",
            button="Sign the petition",
            body=f"## Why it matters\n\nBody ({locale})",
            background=f"## What we ask for\n\nBackground ({locale})",
            thanks="Thank you.",
            share_text="I have signed this." if locale == locales[0] else f"Signed ({locale}).",
        )
        for locale in locales
    ]
    db.session.add(action)
    db.session.commit()
    found = find_action(campaign.slug, slug, locale=locales[0], now=NOON)
    assert found, "the action of a test is public"
    db.session.commit()  # ends the transaction, so that a test sees what other threads write
    return found


def ended(at: datetime | None) -> dict[str, Any]:
    """The columns of an action that ends, or ended, at this time."""
    return {"closes_at": at, "retain_from": at}


def make_signature(
    action: PublicAction, *, now: datetime = NOON, locale: str = "en", **details: Any
) -> Signature:
    """A pending signature, of a new person unless an email address is given."""
    details = ADA | {"email": f"signer-{next(serial)}@example.org"} | details
    sign(action, locale=locale, now=now, **details)
    signature = find_signature_of(action.id, email_key(details["email"]))
    assert signature
    db.session.commit()
    return signature


def make_update(
    action: PublicAction,
    *,
    others: Sequence[PublicAction] = (),
    texts: dict[str, tuple[str, str]] | None = None,
    **values: Any,
) -> Update:
    """An update, by default a draft with one text. `others`: it goes to people of these actions as well."""
    texts = {"en": ("The law has passed", "It **passed** today.")} if texts is None else texts
    update = Update(action_id=action.id, **{"made_at": NOON} | values)
    update.texts = [
        UpdateText(locale=locale, subject=subject, body=body)
        for locale, (subject, body) in texts.items()
    ]
    db.session.add(update)
    db.session.flush()
    chosen = {action.id, *(other.id for other in others)}
    db.session.add_all(UpdateAction(update_id=update.id, action_id=each) for each in chosen)
    db.session.commit()
    return update


def find_signature_of(action_id: int, email_key: str) -> Signature | None:
    of_person = select(Signature).filter_by(action_id=action_id, email_key=email_key)
    return db.session.scalars(of_person).one_or_none()


def make_confirmed(action: PublicAction, *, now: datetime = NOON, **details: Any) -> Signature:
    signature = make_signature(action, now=now, **details)
    confirm(signature, now=now)
    db.session.refresh(signature)
    db.session.commit()
    return signature


def set_count(action: PublicAction, confirmed: int) -> None:
    """As if so many had confirmed and been counted, without a row for each."""
    db.session.merge(ActionCount(action_id=action.id, confirmed=confirmed))
    db.session.commit()


def link_to(purpose: str, signature: Signature, *, locale: str = "en") -> str:
    """The path of a link, such as to confirm or withdraw, as an email contains it."""
    named = signing_id(signature) if purpose == "confirm" else signature.public_id
    return f"/{locale}/{purpose}/{TokenKind(purpose).make(named)}/"


def next_link(signature: Signature, action: PublicAction) -> str:
    """The path of a link to take an action with one press, whether or not that is still possible."""
    token = NEXT.make(signing_id(signature), f"{action.campaign_slug}~{action.slug}")
    return f"/en/next/{token}/"


def make_staff(
    *roles: str, email: str = "", campaigns: tuple[int, ...] = (), **values: Any
) -> StaffMember:
    """A member of staff with a password, and a second factor if the roles need one.

    `campaigns` limits the roles to these campaigns.
    """
    member = StaffMember(
        email=email or f"staff-{next(serial)}@example.org",
        fs_uniquifier=f"uniquifier-{next(serial)}",
        **{"name": "Grace", "password": hash_password(PASSWORD), "invited_at": NOON} | values,
    )
    member.granted = [
        StaffRole(
            role=role,
            is_limited=bool(campaigns),
            campaigns=[RoleCampaign(campaign_id=campaign) for campaign in campaigns],
        )
        for role in roles
    ]
    if (
        any(ROLES[role] & PERMISSIONS_WITH_FACTOR for role in roles)
        and "tf_primary_method" not in values
    ):
        member.tf_primary_method = "authenticator"
    db.session.add(member)
    db.session.commit()
    return member
