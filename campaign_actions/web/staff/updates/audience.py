"""The recipients of an update, as its pages show and read them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.counts.queries import count_by_country
from campaign_actions.actions.signatures.filters.source_field import recent_sources
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.updates.audience import Audience, Numbers, audience_of, count_steps
from campaign_actions.updates.forms import AudienceForm
from campaign_actions.updates.models import Update
from campaign_actions.updates.preflight import (
    Readers,
    nobody_in_words,
    not_left_out,
    readers_by_locale,
    took_part_in,
)
from campaign_actions.updates.queries import recipients_by_action
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.updates.segment import segment_in_words


def audience_form(
    action: ActionOverview, audience: Audience, scope: str, *, again: bool = False
) -> AudienceForm:
    """As submitted, or else as it is, or `again` as it is. A form without a scope leaves it as it is."""
    sent = None if again else submitted_form()
    actions = _actions(action)
    titles = {each.id: each.title for each in actions}
    sent = sent if sent and "scope" in sent else None
    return AudienceForm.for_actions(
        titles,
        audience.filter,
        scope=scope,
        chosen=audience.actions,
        sources=SourceNames((action.campaign_id,)),
        submitted=sent,
    )


def audience_values(
    action: ActionOverview, form: AudienceForm, written: Collection[str]
) -> dict[str, Any]:
    """The values of the page with the form: people are counted as it chooses them, saved or not."""
    campaign = get_campaign_overview(action.campaign_id, now=utc_now())
    actions = campaign.actions
    return {
        "source_locale": campaign.source_locale,
        "goes_to": form,
        "actions": actions,
        "asked": recipients_by_action(each.id for each in actions),
        "sources": recent_sources(action.id),
        "countries": _countries(actions, form.country.data or ()),
        "kept_filter": list(filter_facts(form.kept_filter(), form.source.names)),
        **_chosen_people(action, form, written),
    }


def _countries(actions: Iterable[ActionOverview], chosen: Iterable[str]) -> list[tuple[str, int]]:
    """Where people live, and how many; and those that are chosen."""
    found = count_by_country([each.id for each in actions])
    return list((dict.fromkeys(chosen, 0) | found).items())


def _segment(action: ActionOverview, form: AudienceForm) -> str:
    titles = {each.id: each.title for each in _actions(action)}
    chosen, wanted = form.actions(), form.wanted()
    names = form.source.names
    return segment_in_words(chosen, wanted, titles=titles, sources=names, home=action.id)


def _chosen_people(
    action: ActionOverview, form: AudienceForm, written: Collection[str]
) -> dict[str, Any]:
    if not form.validate():
        wrong = next(str(errors[0]) for errors in form.errors.values())
        none = Numbers(0, 0, 0, 0)
        return {
            "readers": [],
            "people": 0,
            "numbers": none,
            "nobody": wrong,
            "segment": "",
            "not_left_out": "",
        }
    chosen = form.actions()
    ids = all_actions_of(action) if chosen is None else tuple(sorted(chosen))
    people = people_values(Audience(ids, form.wanted()), written)
    return {**people, "segment": _segment(action, form)}


def people_values(audience: Audience, written: Collection[str]) -> dict[str, Any]:
    """How many people get it, in which languages, and what left out the others."""
    readers: list[Readers] = readers_by_locale(audience, written)
    people = sum(one.number for one in readers)
    return {
        "readers": readers,
        "people": people,
        "numbers": count_steps(audience, people),
        "nobody": "" if people else nobody_in_words(audience),
        "not_left_out": not_left_out(audience),
    }


def audience_facts(action: ActionOverview, update: Update) -> list[tuple[str, str]]:
    """The recipients, as pairs of label and text; empty: everyone of the one action."""
    audience = audience_of(update)
    facts = list(filter_facts(audience.filter, SourceNames((action.campaign_id,))))
    if update.scope == "campaign":
        return [(_("Sent to"), _("the whole campaign")), *facts]
    if audience.actions != (action.id,):
        titles = {each.id: each.title for each in _actions(action)}
        return [took_part_in(titles[each] for each in audience.actions), *facts]
    return facts


def closing_times(action: ActionOverview, update: Update) -> list[str]:
    """When the actions of an update close, if that lies ahead."""
    ids, now = audience_of(update).actions, utc_now()
    return [
        _("“%(title)s” closes on %(moment)s.", title=each.title, moment=datetime_here(at))
        for each in _actions(action)
        if each.id in ids and (at := each.closes_at) and now < at
    ]


def closing_before(action: ActionOverview, update: Update, at: datetime) -> list[str]:
    """The actions that close before an update about them is sent. That is often right."""
    ids, now = audience_of(update).actions, utc_now()
    return [
        _(
            "“%(title)s” closes on %(moment)s, before the update is sent.",
            title=each.title,
            moment=datetime_here(each.closes_at),
        )
        for each in _actions(action)
        if each.id in ids and each.closes_at and now < each.closes_at <= at
    ]


def _actions(action: ActionOverview) -> tuple[ActionOverview, ...]:
    return get_campaign_overview(action.campaign_id, now=utc_now()).actions


def all_actions_of(action: ActionOverview) -> tuple[int, ...]:
    """The ids of the actions of its campaign, in order."""
    return tuple(sorted(each.id for each in _actions(action)))
