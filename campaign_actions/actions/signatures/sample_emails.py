"""Sample emails about an action as signers will get them, with links to no real signature."""

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.i18n.locale import organization_email
from campaign_actions.core.mail.render import RenderedMail, render_mail
from campaign_actions.core.urls import public_url_for

PLACEHOLDER = "preview"  # instead of a token
SAMPLE_MAILS = {
    "confirm": _l("Mail to confirm"),
    "remind": _l("Reminder"),
    "already-signed": _l("Mail to people who have signed already"),
    "not-accepted": _l("Email to people whose address is not accepted"),
}
REQUIRED_LINKS = {
    "confirm": ("confirm_url", "withdraw_url"),
    "remind": ("confirm_url", "withdraw_url"),
    "already-signed": ("withdraw_url",),
    "not-accepted": (),
}


def sample_mail(action: PublicAction, name: str, *, days: int) -> RenderedMail:
    """One of SAMPLE_MAILS about an action, in its language."""
    locale = action.locale
    links = {
        f"{purpose}_url": public_url_for(
            f"signature_links.{purpose}", locale=locale, token=PLACEHOLDER
        )
        for purpose in ("confirm", "withdraw")
    }
    values = {
        "kind": action.kind,
        "action_title": action.title,
        "action_locale": action.locale,
        "days": days,
        "contact": organization_email(),
        "privacy_url": public_url_for("site.privacy", locale=locale),
    }
    return render_mail(name, locale=locale, values=values, links=links)
