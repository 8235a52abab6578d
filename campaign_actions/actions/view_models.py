"""Template contexts of public pages, shared by the public site, previews and editors.

The caller adds what depends on the address: `alternates`, and the banner of a preview. Previews pass
the appearance, and partners, that the public may not see yet; those of public pages are cached.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from werkzeug.datastructures import MultiDict

from campaign_actions.actions.comments.public import CommentPage, shown_comments
from campaign_actions.actions.forms import CodeForm, SignForm
from campaign_actions.actions.goals import filled_heads
from campaign_actions.actions.kinds.base import FEW
from campaign_actions.actions.models import Signature
from campaign_actions.actions.personal_data.purposes import (
    CARRIED_OVER,
    CHOSEN_BY,
    CRM,
    HANDOVER,
    TEAM,
    in_words,
)
from campaign_actions.actions.personal_data.readers import covered_uses, readers_of
from campaign_actions.actions.personal_data.who_sees import is_loaded
from campaign_actions.actions.pictures import find_action_appearance
from campaign_actions.actions.queries import PublicAction, action_locales, find_consent
from campaign_actions.actions.questions.sign_form import form_class, others_who_get
from campaign_actions.actions.share_pictures.shared import picture_of_action, picture_of_campaign
from campaign_actions.actions.signatures.codes.confirm_by_code import CODE_LIFE
from campaign_actions.actions.signatures.removals.record import KEEP_LIST_MONTHS
from campaign_actions.campaigns.appearance import PLAIN, PUBLIC, Appearance, find_appearance
from campaign_actions.campaigns.queries import PublicCampaign, PublicPartner, partners_of
from campaign_actions.core.content.drawings.crowd_meter import heads
from campaign_actions.core.i18n.locale import language_name, locales
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.core.urls import path_for, public_url
from campaign_actions.outbox.outcomes import KEEP_DEAD, KEEP_SENT

Context = dict[str, object]
_COMMENTS = TtlCache[int, CommentPage]()  # by action
_CONSENT = TtlCache[tuple[str, str], str | None]()  # by kind and locale
_APPEARANCES = TtlCache[tuple[int, str], Appearance]()  # by action and locale
# The size of a poster's demand, by the most characters that it has.
POSTER_SIZES = ((60, "largest"), (90, "large"), (130, "medium"))


@dataclass(frozen=True)
class HomeCampaign(PublicCampaign):
    """A campaign with its actions and its appearance.

    `own_appearances`: of those actions that have a picture of their own, by id.
    """

    actions: Sequence[PublicAction]
    appearance: Appearance
    own_appearances: Mapping[int, Appearance] = field(default_factory=dict)


def home_page_context(
    campaigns: Sequence[HomeCampaign], partners: Sequence[PublicPartner], *, now: datetime
) -> Context:
    """For `site/home.html`: open actions, each with its appearance, and what was achieved."""
    running = [campaign for campaign in campaigns if not campaign.is_archived_at(now)]
    actions = [action for campaign in running for action in campaign.actions]
    return {
        "open_actions": [
            (action, campaign.own_appearances.get(action.id, campaign.appearance))
            for campaign in running
            for action in campaign.actions
            if action.is_open
        ],
        "campaigns": running,
        "achieved": [campaign for campaign in campaigns if campaign.is_archived_at(now)],
        "achieved_actions": [each for each in actions if not each.is_open and each.result],
        "partners": partners,
        "as_of": min((action.as_of for action in actions), default=now),
        "is_count_late": any(action.is_count_late for action in actions),
        "shared_picture": next(
            filter(None, (picture_of_campaign(one.actions, one.appearance) for one in campaigns)),
            None,
        ),
    }


def campaign_page_context(
    campaign: PublicCampaign,
    actions: Sequence[PublicAction],
    *,
    locale: str,
    now: datetime,
    pictures: str = PUBLIC,
    appearance: Appearance | None = None,
    partners: Sequence[PublicPartner] | None = None,
) -> Context:
    """For `campaigns/show.html`. `pictures`: the address below which its pictures are served."""
    appearance = (appearance or find_appearance(campaign.id, locale)).at(pictures)
    return {
        "campaign": campaign,
        "appearance": appearance,
        "shared_picture": picture_of_campaign(actions, appearance),
        "partners": partners_of(campaign.id, locale) if partners is None else partners,
        "open_actions": [action for action in actions if action.is_open],
        "closed_actions": [action for action in actions if not action.is_open],
        "as_of": min((action.as_of for action in actions), default=now),
    }


def action_page_context(
    action: PublicAction,
    form: SignForm,
    *,
    others: Iterable[PublicAction] = (),
    mail_minutes: int = 0,
    pictures: str = PUBLIC,
    appearance: Appearance | None = None,
) -> Context:
    """For `actions/show.html`. `others`: all of its campaign, if it is closed."""
    form.renew()
    kind, locale, comments = action.kind.name, action.locale, None
    if action.shows_comments:
        comments = _COMMENTS.get(action.id, lambda: shown_comments(action.id))
    appearance = (appearance or cached_appearance(action)).at(pictures)
    return {
        "action": action,
        "appearance": appearance,
        "shared_picture": picture_of_action(action, appearance),
        "form": form,
        "consent": _CONSENT.get((kind, locale), lambda: find_consent(kind, locale)),
        "sees": readers_of(action),
        "is_loaded": is_loaded(action.asks, covered_uses(action)),
        "others": other_open_actions(action, others),
        "comments": comments,
        "mail_minutes": mail_minutes,
    }


def thanks_page_context(
    action: PublicAction,
    actions: Iterable[PublicAction],
    form: CodeForm,
    *,
    mail_minutes: int = 0,
    pictures: str = PUBLIC,
    appearance: Appearance | None = None,
) -> Context:
    """For `actions/thanks.html`. `actions`: all of its campaign."""
    appearance = (appearance or cached_appearance(action)).at(pictures)
    return {
        "action": action,
        "form": form,
        "code_hours": CODE_LIFE // timedelta(hours=1),
        "appearance": appearance,
        "shared_picture": picture_of_action(action, appearance),
        "others": other_open_actions(action, actions),
        "mail_minutes": mail_minutes,
    }


def poster_page_context(
    action: PublicAction, *, pictures: str = PUBLIC, appearance: Appearance | None = None
) -> Context:
    """For `actions/poster.html`."""
    seed = f"{action.campaign_slug}/{action.slug}"
    address = public_url(
        path_for("actions.show", campaign_slug=action.campaign_slug, action_slug=action.slug)
    )
    return {
        "action": action,
        "appearance": (appearance or cached_appearance(action)).at(pictures),
        "seed": seed,
        "heads": heads(seed, filled_heads(action.count, action.goal)),
        "size": next(
            (size for most, size in POSTER_SIZES if len(action.title) <= most), "smallest"
        ),
        "address": address.partition("://")[2],
        "names": [language_name(tag) for tag in action_locales(action.id) if tag in locales()],
    }


def signature_page_context(signature: Signature, action: PublicAction) -> Context:
    """For the pages in `signature_links/`. `total` is how many people have confirmed, with the reader."""
    total = count_with(action, signature)
    return {
        "signature": signature,
        "action": action,
        "total": total,
        "heads": action.heads_with(total),
        "is_few": total < FEW,
        "sees": readers_of(action),
        "others_who_get": others_who_get,
        "purposes": {question.key: question.purpose for question in action.questions},
    }


def privacy_page_context() -> Context:
    """For `site/privacy.html`: who gets what, and how long records of emails are kept."""
    return {
        "carried_over": partial(in_words, CARRIED_OVER),
        "chosen_by": dict.fromkeys(CHOSEN_BY.values()),
        "handover": HANDOVER,
        "crm": CRM,
        "team": TEAM,
        "sent_days": KEEP_SENT.days,
        "failed_days": KEEP_DEAD.days,
        "list_months": KEEP_LIST_MONTHS + 1,  # a file of the list has a whole month
    }


def sign_form(action: PublicAction, sent: MultiDict[str, str] | None = None) -> SignForm:
    """The form of an action, filled with the submitted fields, if any."""
    form: SignForm = form_class(action)(sent)
    form.newest_consent = action.consent_version or 0
    form.ask_only(action.asks)
    if action.sends_receipt:
        form.email.hint = form.receipt_hint
    return form


def count_with(action: PublicAction, signature: Signature) -> int:
    """How many have confirmed, with this confirmed signature, even if the worker has not counted it yet."""
    is_counted = signature.confirmed_at is not None and signature.confirmed_at < action.as_of
    return max(action.count + (not is_counted), 1)


def cached_appearance(action: PublicAction) -> Appearance:
    """Plain if the public no longer sees the action: its signers see no new picture or caption."""
    if not action.has_opened:
        return PLAIN
    return _APPEARANCES.get(
        (action.id, action.locale),
        lambda: find_action_appearance(action.campaign_id, action.id, action.locale),
    )


def other_open_actions(action: PublicAction, actions: Iterable[PublicAction]) -> list[PublicAction]:
    """The open actions other than this one."""
    return [other for other in actions if other.id != action.id and other.is_open]


def next_open_action(
    action: PublicAction, everywhere: Iterable[PublicAction]
) -> PublicAction | None:
    """The first open action other than this one, of its campaign if there is any."""
    others = other_open_actions(action, everywhere)
    return min(others, key=lambda other: other.campaign_id != action.campaign_id, default=None)
