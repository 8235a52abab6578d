"""A row for every parameter in addresses, in every state, so that each page has something to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from campaign_actions.actions.comments.public import shown_comments
from campaign_actions.actions.models import ActionText
from campaign_actions.actions.pictures import of_action
from campaign_actions.actions.queries import PublicAction, find_action
from campaign_actions.actions.signatures.invalidation.batches import find_batch
from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.campaigns.models import Partner, PartnerText
from campaign_actions.campaigns.picture import (
    PictureDetails,
    choose_accent,
    of_campaign,
    put_picture,
)
from campaign_actions.core.content.images import process_image
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.switches.state import EXPORT, Switch
from campaign_actions.organization.edit import Brand, save_brand
from campaign_actions.previews.links import revoke_preview, share_preview
from campaign_actions.previews.queries import preview_links, preview_token
from campaign_actions.publishing.archive import archive
from campaign_actions.publishing.close import close_action, close_campaign
from campaign_actions.publishing.sharing.channels import name_channel
from campaign_actions.staff.models import StaffMember
from campaign_actions.switches.switch import switch_off, switch_on
from tests.support.browser.sites import Place
from tests.support.browser.world_changes import fail_emails, make_scheduled_changes
from tests.support.browser.world_exports import make_exports
from tests.support.browser.world_languages import add_pseudo_locales
from tests.support.browser.world_people import make_people, make_requests, make_staff_values
from tests.support.browser.world_questions import add_questions
from tests.support.browser.world_signers import (
    agree_to_newest_texts,
    make_signers,
    make_updates,
)
from tests.support.browser.world_translators import make_translator_values
from tests.support.changes import publish_all
from tests.support.drafts import BOTH_LOCALES, set_opening_time
from tests.support.factories import make_action, make_campaign
from tests.support.images import picture
from tests.support.staff_client import log_in
from tests.support.staff_forms import send

ACTOR = "grace@world.example"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """`values`: address parameters by name. `states`: the same for rows in other states."""

    values: Values
    states: Mapping[str, Values]
    people: Mapping[str, int]  # the id of a member with this role only


def make_world(place: Place) -> World:
    """A world around the demo's campaigns, which have real texts in both languages."""
    with place.app.app_context():
        now = utc_now()
        _write_imprint(now)
        people = make_people(now)
        action = find_action("racism", "hate-crimes", locale="en", now=now)
        pledge = find_action("racism", "speak-up", locale="en", now=now)
        assert action
        assert pledge
        signers, states = make_signers(action, pledge, people["campaigner"], place, now=now)
        updates, update_states = make_updates(action, pledge, now=now)
        exported, export_states = make_exports(action, people["exporter"], now=now)
        translated, translated_states = make_translator_values(people, now)
        values = {
            "locale": "en",
            "text_locale": "ru",
            "tag": "en",
            "number": 2,
            "name": "confirm",
            "view": "petition",
            "scheme": "dark",
            **_campaign_values(action),
            **make_staff_values(people, now),
            **signers,
            **updates,
            **exported,
            **translated,
            "partner_id": _add_appearance(action, now),
            **add_questions(action),
            "page": shown_comments(action.id).older,
            "mail": min((place.folder / "mail").glob("*.eml")).stem,
        }
        requests, request_states = make_requests(people, _deletion(action, signers), now)
        values |= requests
        states |= request_states
        states |= make_scheduled_changes(people["campaigner"], now)
        fail_emails(action, now)
        states |= update_states | export_states | translated_states | _campaigns_in_all_states(now)
        ended = _close_one_action(now)
        _switch_off(ended, now)
        states |= {"pledge": _campaign_values(pledge), "ended": _campaign_values(ended)}
        draft = states["draft"]
        campaign = {"campaign": action.campaign_slug, "actor": ACTOR, "now": now}
        values["source"] = name_channel(action.campaign_id, "Radio interview", **campaign)
        values["shared"] = _share(draft["campaign_id"], now)
        values |= {f"draft_{name}": draft[name] for name in ("campaign_id", "action_id")}
        values["closed_campaign_id"] = states["closed"]["campaign_id"]
        add_pseudo_locales(now)
        _save_revisions(place, people["campaigner"], values)
        agree_to_newest_texts()
        ids = {role: member.id for role, member in people.items()}
    return World(values, states, ids)


def _switch_off(action: PublicAction, now: datetime) -> None:
    """An action is off, which is why staff pages say so. Exports were off for an hour."""
    who: dict[str, Any] = {"actor": ACTOR, "reason": "Thousands of fakes"}
    switch_off(Switch("action", str(action.id)), now=now, **who)
    switch_off(EXPORT, now=now - timedelta(hours=2), **who)
    switch_on(EXPORT, now=now - timedelta(hours=1), **who)


def _deletion(action: PublicAction, signers: Values) -> EraseBatch:
    """The deletion of the batch that was marked invalid."""
    batch = find_batch(action.id, signers["batch_id"])
    assert batch
    return EraseBatch.of(batch, campaign_id=action.campaign_id, action="racism/hate-crimes")


def _campaign_values(action: Any) -> dict[str, Any]:
    return {
        "campaign_id": action.campaign_id,
        "action_id": action.id,
        "campaign_slug": action.campaign_slug,
        "action_slug": action.slug,
    }


def _add_appearance(action: PublicAction, now: datetime) -> int:
    """Add pictures, an accent and a partner; returns the partner's id."""
    campaign_id = action.campaign_id
    publish_all(now=now)  # a draft of the demo would take the new partner away
    partner = Partner(campaign_id=campaign_id, website="https://partner.example/")
    partner.texts = [
        PartnerText(locale=tag, name="Open Ground", points="- One") for tag in BOTH_LOCALES
    ]
    db.session.add(partner)
    db.session.commit()
    alts = {"en": "A red sign on a blue wall.", "ru": "Красный знак на синей стене."}
    quotation = {"picture_quote": "They asked.", "picture_person": "Zarina, 34"}
    texts = {tag: {"picture_alt": alt, **quotation} for tag, alt in alts.items()}
    details = PictureDetails(texts, focus=5, credit="Ana Lee", licence="cc-by-4.0")
    who: dict[str, Any] = {"actor": ACTOR, "now": now}
    for owner in (of_campaign(campaign_id), of_action(campaign_id, action.id)):
        put_picture(owner, process_image(picture()), details, **who)
    choose_accent(campaign_id, "blue", **who)
    publish_all(now=now)
    return partner.id


def _save_revisions(place: Place, member: StaffMember, values: Values) -> None:
    """Save texts twice, so that there are revisions to compare, and drafts."""
    client = place.app.test_client()
    log_in(client, member)
    campaign = f"/staff/campaigns/{values['campaign_id']}/"
    for page in (campaign, f"{campaign}actions/{values['action_id']}/"):
        for text in ("First.", "A second time, and **longer**."):
            answer = send(client, f"{page}edit/?left=en&right=ru", texts__en__body=text)
            assert answer.status_code == 303


def _campaigns_in_all_states(now: datetime) -> dict[str, Values]:
    """Campaigns with an action each; `empty` has none, and is in one language."""
    made = {}
    for state in ("draft", "scheduled", "closed", "archived"):
        campaign = make_campaign(slug=f"world-{state}", locales=BOTH_LOCALES)
        made[state] = _campaign_values(
            make_action(campaign=campaign, slug=state, locales=BOTH_LOCALES)
        )
    set_opening_time(made["draft"]["campaign_id"], None)
    set_opening_time(made["scheduled"]["campaign_id"], now + timedelta(days=9))
    close_campaign(made["closed"]["campaign_id"], actor=ACTOR, now=now)
    results = {"en": "The law **passed**.", "ru": "Закон **принят**."}
    archive(made["archived"]["campaign_id"], results=results, actor=ACTOR, now=now)
    empty = make_campaign(slug="world-empty")
    set_opening_time(empty.id, None)
    return made | {"empty": {"campaign_id": empty.id}}


def _write_imprint(now: datetime) -> None:
    text = {"footer": "We work in Berlin.", "imprint": "Example Street 1\n10115 Berlin"}
    save_brand(Brand(texts={"en": text}), expected=0, actor=ACTOR, now=now)


def _close_one_action(now: datetime) -> PublicAction:
    """Close one action of a campaign, with a result."""
    ended = find_action("violence-against-women", "protection-law", locale="en", now=now)
    assert ended
    close_action(ended.campaign_id, ended.id, at=now, actor=ACTOR, now=now)
    result = update(ActionText).filter_by(action_id=ended.id).values(result="It **passed**.")
    db.session.execute(result)
    db.session.commit()
    return ended


def _share(campaign_id: int, now: datetime) -> str:
    """Make two preview links of a campaign and revoke one; returns the token of the other."""
    later = now + timedelta(days=7)
    who: dict[str, Any] = {"actor": ACTOR, "now": now}
    for label in ("Elena, evening news", "Boris, radio"):
        link_id = share_preview(campaign_id, label=label, expires_at=later, staff_id=None, **who)
    revoke_preview(campaign_id, link_id, **who)
    return preview_token(preview_links(campaign_id, offset=1, limit=1)[0])
