"""The values of scenes: what views and email makers would give to the templates."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.appearance import PLAIN
from campaign_actions.catalogs.preview.sample_campaign import (
    ADDRESS,
    COUNT,
    EMAIL,
    NAME,
    SampleCampaign,
)
from campaign_actions.core.content.email_markdown import mail_html, mail_text
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.render import RenderedMail

Values = Mapping[str, object]
LATE, VERY_LATE = 12, 90  # minutes
CONFIRM_DAYS, RESET_HOURS = 14, 1
ANCHOR = "-----BEGIN CAMPAIGN ACTIONS AUDIT ANCHOR-----\n…\n-----END CAMPAIGN ACTIONS AUDIT ANCHOR-----\n"


def on_action(
    action: PublicAction,
    sample: SampleCampaign,
    *,
    sent: Mapping[str, str] | None = None,
    minutes: int = 0,
) -> Values:
    return {
        "action": action,
        "appearance": PLAIN,
        "form": sample_form(action, sent),
        "consent": None,
        "comments": sample.comments if action.shows_comments else None,
        "mail_minutes": minutes,
    }


def sample_form(action: PublicAction, sent: Mapping[str, str] | None) -> SignForm:
    form: SignForm = action.kind.form(None if sent is None else MultiDict(sent))
    form.ask_only(action.asks)
    if sent is not None:
        form.validate()
    return form


def on_link(
    sample: SampleCampaign,
    *,
    status: str,
    kind: str = "petition",
    sent: Mapping[str, str] | None = None,
) -> Values:
    signature, action = sample.signature(status), getattr(sample, kind)
    form = action.kind.form.to_confirm(signature, None if sent is None else MultiDict(sent))
    if sent is not None:
        form.validate()
    return {
        "signature": signature,
        "action": action,
        "appearance": PLAIN,
        "form": form,
        "others": [sample.pledge],
    }


def on_thanks(sample: SampleCampaign, *, minutes: int, kind: str = "petition") -> Values:
    values = {"action": getattr(sample, kind), "appearance": PLAIN, "others": [sample.pledge]}
    return {**values, "mail_minutes": minutes}


def on_home(sample: SampleCampaign, *, is_empty: bool = False, is_late: bool = False) -> Values:
    shown = [] if is_empty else [sample.on_home]
    counts = {"total": 0 if is_empty else 2 * COUNT, "as_of": sample.now, "is_count_late": is_late}
    return {"campaigns": shown, "achieved": shown, **counts}


def on_campaign(sample: SampleCampaign) -> Values:
    actions = [sample.petition, sample.pledge, sample.closed]
    about = {"campaign": sample.campaign, "appearance": PLAIN, "partners": sample.partners}
    return {**about, "actions": actions, "as_of": sample.now}


def on_unsubscribe(
    sample: SampleCampaign, *, is_on: bool = False, everywhere: bool = False
) -> Values:
    signature = sample.signature("confirmed")
    signature.wants_updates = is_on
    return {"signature": signature, "action": sample.petition, "is_everywhere": everywhere}


def mail_values(sample: SampleCampaign) -> Values:
    """For every email to signers and staff; each uses some of them."""
    part = RenderedMail(sample.locale, sample.petition.title, "…\n", "<p>…</p>")
    return {
        **signer_mail_values(sample.petition),
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
        "lines": [(sample.campaign.title, sample.campaign.title, 5)],
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
    }


def signer_mail_values(action: PublicAction) -> Values:
    """For an email about an action; its links lead nowhere."""
    names = (
        *("confirm", "withdraw", "unsubscribe", "invitation", "reset", "login", "privacy"),
        *("translations", "approval"),
    )
    links = {f"{name}_url": ADDRESS for name in names}
    about = {"action_title": action.title, "action_locale": action.locale}
    return {**links, **about, "kind": action.kind, "days": CONFIRM_DAYS, "is_counted": True}
