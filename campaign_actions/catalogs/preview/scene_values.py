"""The values of scenes: what views and email makers would give to the templates."""

from collections.abc import Callable, Mapping

from flask_babel import LazyString
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.forms import CodeForm, SignForm
from campaign_actions.actions.goals import filled_heads
from campaign_actions.actions.personal_data.handed_over import handed_over_by_all
from campaign_actions.actions.personal_data.purposes import HANDOVER, PURPOSES
from campaign_actions.actions.personal_data.who_sees import who_sees_what
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.questions.sign_form import form_class
from campaign_actions.actions.signatures.clusters.words import words_of
from campaign_actions.actions.signatures.sample_emails import SAMPLE_CODE
from campaign_actions.actions.view_models import (
    home_page_context,
    sign_form,
    signature_page_context,
)
from campaign_actions.campaigns.appearance import PLAIN
from campaign_actions.catalogs.preview.sample_campaign import (
    ADDRESS,
    EMAIL,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.core.content.drawings.crowd_meter import heads
from campaign_actions.core.content.email_markdown import mail_html, mail_text, mail_words
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.render import RenderedMail
from campaign_actions.disclosures.files import ContainingFile

Values = Mapping[str, object]
MakeValues = Callable[[SampleCampaign], Values]
Page = tuple[str, LazyString, str, MakeValues]  # name, label, template, values
LINK = "preview"  # in place of a token
LATE, VERY_LATE = 12, 90  # minutes
CONFIRM_DAYS, CODE_HOURS, RESET_HOURS = 14, 24, 1
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
        "sees": who_sees_what(
            action.kind, action.asks, questions=[one.purpose for one in action.questions]
        ),
        "others": [sample.pledge],
        "comments": sample.comments if action.shows_comments else None,
        "mail_minutes": minutes,
    }


def sample_form(action: PublicAction, sent: Mapping[str, str] | None) -> SignForm:
    form = sign_form(action, None if sent is None else MultiDict(sent))
    if sent is not None:
        form.validate()
    return form


def on_link(
    sample: SampleCampaign,
    *,
    status: str,
    kind: str = "petition",
    sent: Mapping[str, str] | None = None,
    has_link: bool = True,
) -> Values:
    signature, action = sample.signature(status), getattr(sample, kind)
    form = form_class(action).to_confirm(signature, None if sent is None else MultiDict(sent))
    if sent is not None:
        form.validate()
    next_action = {"action": sample.pledge, "token": LINK if has_link else None}
    page = signature_page_context(signature, action)
    return {
        **page,
        "appearance": PLAIN,
        "form": form,
        "next_action": next_action,
        "files_url": ADDRESS,
        "withdraw_url": ADDRESS,
    }


def on_files(sample: SampleCampaign, *, state: str) -> Values:
    """The exported files that an entry is in: not withdrawn, not deleted everywhere, or deleted."""
    status = {"held": "confirmed", "none": "erased"}.get(state, "withdrawn")
    deleted = [None, sample.now] if state == "open" else [sample.now if state == "done" else None]
    return {
        "signature": sample.signature(status),
        "action": sample.petition,
        "files": []
        if state == "none"
        else [ContainingFile("team", sample.now, state != "held", at) for at in deleted],
        "purposes": PURPOSES,
    }


def on_thanks(
    sample: SampleCampaign,
    *,
    minutes: int,
    kind: str = "petition",
    sent: Mapping[str, str] | None = None,
) -> Values:
    form = CodeForm(None if sent is None else MultiDict(sent))
    if sent is not None and form.validate():
        form.refuse_code()
    values = {"action": getattr(sample, kind), "appearance": PLAIN, "others": [sample.pledge]}
    return {**values, "form": form, "code_hours": CODE_HOURS, "mail_minutes": minutes}


def on_poster(sample: SampleCampaign) -> Values:
    action = sample.petition
    return {
        "action": action,
        "appearance": PLAIN,
        "seed": action.slug,
        "heads": heads(action.slug, filled_heads(action.count, action.goal)),
        "size": "large",
        "address": ADDRESS.partition("://")[2],
        "names": [],
    }


def on_next(
    sample: SampleCampaign,
    *,
    state: str,
    kind: str = "petition",
    obstacle: str = "",
    sent: Mapping[str, str] | None = None,
) -> Values:
    signature, action = sample.signature("confirmed"), getattr(sample, kind)
    known = {"given_name": NAME, "family_name": "", "country_code": "RU"}
    form = form_class(action).to_take_next(known, None if sent is None else MultiDict(sent))
    form.ask_only(action.asks)
    if sent is not None:
        form.validate()
    about = {"signature": signature, "action": action, "appearance": PLAIN}
    page = {"consent": None, "sees": who_sees_what(action.kind, action.asks)}
    return {**about, **page, "state": state, "form": form, "obstacle": obstacle}


def on_imprint(sample: SampleCampaign) -> Values:
    return {"imprint": PLACEHOLDER, "imprint_locale": sample.locale}


def on_home(sample: SampleCampaign, *, is_empty: bool = False, is_late: bool = False) -> Values:
    shown = [] if is_empty else [sample.on_home, sample.ended_on_home]
    page = home_page_context(shown, [] if is_empty else sample.partners, now=sample.now)
    return {**page, "is_count_late": is_late}


def on_campaign(sample: SampleCampaign) -> Values:
    return {
        "campaign": sample.campaign,
        "appearance": PLAIN,
        "partners": sample.partners,
        "open_actions": [] if sample.campaign.archived_at else [sample.petition, sample.pledge],
        "closed_actions": [sample.closed],
        "as_of": sample.now,
    }


def on_unsubscribe(
    sample: SampleCampaign, *, is_on: bool = False, is_wide: bool = False, everywhere: bool = False
) -> Values:
    signature = sample.signature("confirmed")
    signature.wants_updates = is_on
    about = {"signature": signature, "action": sample.petition}
    return {**about, "is_wide": is_wide, "is_everywhere": everywhere}


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
    }


def signer_mail_values(action: PublicAction) -> Values:
    """For an email about an action; its links lead nowhere."""
    names = (
        *("confirm", "withdraw", "unsubscribe", "invitation", "reset", "login", "privacy"),
        *("translations", "approval", "exports", "account"),
    )
    links = {f"{name}_url": ADDRESS for name in names}
    about = {
        "action_title": action.title,
        "action_locale": action.locale,
        "addressee": action.addressee,
        "thanks": action.thanks,
        "share_text": action.share_text,
        "confirm_words": mail_words(action.confirm_text),
        "receipt_words": mail_words(action.receipt_text),
        "page_url": ADDRESS,
        "can_join": action.is_open,
        "closes_at": action.closes_at,
        "asks_updates": action.asks_updates,
    }
    code = {"code": SAMPLE_CODE, "code_hours": CODE_HOURS, "code_page_url": ADDRESS}
    flags: dict[str, object] = {"is_counted": True, "by_press": False}
    flags |= handed_over_by_all(action, has_code=action.kind.name in HANDOVER.kinds)
    return {**links, **about, **code, **flags, "kind": action.kind, "days": CONFIRM_DAYS}
