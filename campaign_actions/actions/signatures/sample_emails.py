"""Sample emails about an action as signers will get them, with links to no real signature."""

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import CODE_IN_HANDOVER, LOADED_INTO_CRM
from campaign_actions.actions.personal_data.handed_over import handed_over_by_all
from campaign_actions.actions.personal_data.later_uses import uses_covered_now
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.emails import links_of, template_values
from campaign_actions.core.mail.render import Mail, RenderedMail, render_mail

PLACEHOLDER = "preview"  # instead of a token
SAMPLE_CODE = "K7M 4PX"
SAMPLE_MAILS = {
    "confirm": _l("Confirmation email"),
    "receipt": _l("Receipt after confirming"),
    "remind": _l("Reminder"),
    "already-signed": _l("Email to people who have already taken part"),
    "not-accepted": _l("Email to people whose address is not accepted"),
}
WRITTEN_MAILS = {
    "confirm": "confirm_text",
    "receipt": "receipt_text",
}  # with words of the action's own
REQUIRED_LINKS = {
    "confirm": ("confirm_url", "withdraw_url"),
    "remind": ("confirm_url", "withdraw_url"),
    "receipt": ("withdraw_url",),
    "already-signed": ("withdraw_url",),
    "not-accepted": (),
}


def sample_mail(action: PublicAction, name: str, *, days: int) -> RenderedMail:
    """One of SAMPLE_MAILS about an action, in its language."""
    mail = sample_of(action, name, days=days)
    return render_mail(mail.template, locale=action.locale, values=mail.values, links=mail.links)


def sample_of(action: PublicAction, name: str, *, days: int) -> Mail:
    """The same before it is rendered."""
    locale = action.locale
    covered = uses_covered_now(action.kind.name, locale)
    return Mail(
        name,
        values={
            **template_values(action, locale, days=days),
            **handed_over_by_all(
                action,
                has_code=CODE_IN_HANDOVER in covered,
                is_loaded=LOADED_INTO_CRM in covered,
            ),
            "is_counted": True,
        },
        links={
            **links_of({"confirm": PLACEHOLDER, "withdraw": PLACEHOLDER}, locale),
            "code": SAMPLE_CODE,
        },
    )
