"""The values of emails for their previews."""

from campaign_actions.actions.personal_data.handed_over import handed_over_by_all
from campaign_actions.actions.personal_data.purposes import HANDOVER
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.clusters.words import words_of
from campaign_actions.actions.signatures.emails import template_values
from campaign_actions.actions.signatures.sample_emails import SAMPLE_CODE
from campaign_actions.catalogs.preview.sample_campaign import (
    ADDRESS,
    EMAIL,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.core.content.email_markdown import mail_html, mail_text
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.render import RenderedMail

CONFIRM_DAYS, RESET_HOURS = 14, 1
ANCHOR = "-----BEGIN CAMPAIGN ACTIONS AUDIT ANCHOR-----\n…\n-----END CAMPAIGN ACTIONS AUDIT ANCHOR-----\n"


def mail_values(sample: SampleCampaign) -> Values:
    """For every email to signers and staff; each uses some of them."""
    part = RenderedMail(sample.locale, sample.petition.title, "…\n", "<p>…</p>")
    return {
        **signer_mail_values(sample.petition),
        "handed_over": (PLACEHOLDER,),
        "hours": RESET_HOURS,
        "needs_factor": True,
        "contact": EMAIL,
        "subject": sample.campaign.headline,
        "text_locale": sample.locale,
        "body_html": mail_html(sample.campaign.summary),
        "body_text": mail_text(sample.campaign.summary),
        "is_test": True,
        "parts": [part, part],
        "titles": [sample.petition.title, sample.pledge.title],
        "returned": [(sample.campaign.title, sample.campaign.title, ADDRESS)],
        "lines": [(sample.campaign.title, sample.campaign.title, 5)],
        "actions": [
            (
                sample.petition.title,
                ADDRESS,
                ((words_of("domain", "").title, 5, datetime_here(sample.now)),),
            )
        ],
        "names": ["racism-hate-crimes-team-2026-11-20.csv"],
        "more": 5,
        "most": 20,
        "count": 5,
        "who": NAME,
        "title": sample.campaign.headline,
        "expires": datetime_here(sample.now),
        "deleted": 0,
        "state": "declined",
        "anchor": ANCHOR,
        "made_at": sample.now,
        "entry": 1234,
        "stopped": [("", PLACEHOLDER), (PLACEHOLDER, PLACEHOLDER)],
    }


def signer_mail_values(action: PublicAction) -> Values:
    """For an email about an action; its links lead nowhere."""
    names = (
        *("page", "code_page", "confirm", "withdraw", "unsubscribe", "privacy"),
        *("invitation", "reset", "login", "translations", "approval", "exports", "account"),
        "publishing",
    )
    about = template_values(action, action.locale, days=CONFIRM_DAYS, can_join=action.is_open)
    links = {f"{name}_url": ADDRESS for name in names}
    given = handed_over_by_all(action, has_code=action.kind.name in HANDOVER.kinds, is_loaded=True)
    return {**about, **links, **given, "code": SAMPLE_CODE, "is_counted": True}
