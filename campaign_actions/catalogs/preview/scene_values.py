"""The values of scenes: what views and email makers would give to the templates."""

from collections.abc import Callable, Mapping

from flask_babel import LazyString
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.forms import CodeForm, SignForm
from campaign_actions.actions.goals import filled_heads
from campaign_actions.actions.personal_data.purposes import HANDOVER, PURPOSES
from campaign_actions.actions.personal_data.who_sees import who_sees_what
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.questions.sign_form import form_class
from campaign_actions.actions.view_models import (
    home_page_context,
    sign_form,
    signature_page_context,
)
from campaign_actions.campaigns.appearance import PLAIN
from campaign_actions.catalogs.preview.sample_campaign import (
    ADDRESS,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.core.content.drawings.crowd_meter import heads
from campaign_actions.disclosures.files import ContainingFile

Values = Mapping[str, object]
MakeValues = Callable[[SampleCampaign], Values]
Page = tuple[str, LazyString, str, MakeValues]  # name, label, template, values
LINK = "preview"  # in place of a token
LATE, VERY_LATE = 12, 90  # minutes
CODE_HOURS = 24


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
        "is_loaded": action.asks_updates,
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
        else [ContainingFile(HANDOVER.name, sample.now, state != "held", at) for at in deleted],
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
