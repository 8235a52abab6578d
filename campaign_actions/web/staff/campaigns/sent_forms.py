"""The forms of a campaign's and an action's texts, with what was sent or else with what is stored."""

from collections.abc import Iterable
from typing import TypeVar

from flask import request
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.edit_forms import ActionForm, ActionTextForm, BilingualActionForm
from campaign_actions.actions.kinds import KINDS
from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.forms import CampaignForm, CampaignTextForm, TextForm
from campaign_actions.campaigns.save_form import choose_locales
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import known_locales, locales, locales_current_first
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import allows
from campaign_actions.web.staff.second_language import last_choice

TEXT_NAME_PARTS = 3  # texts.en.title
Form = TypeVar("Form", bound=TextForm)


def campaign_form(campaign: CampaignOverview, content: Content) -> BilingualForm:
    """Needed texts are required in the public languages, unless this saves a draft of what is public."""
    submitted = submitted_form()
    tags = choose_locales(
        campaign.locales or locales_current_first()[:1],
        request.args if submitted is None else request.form,
        last=last_choice(campaign.locales),
    )
    sent = _submitted_locales(campaign.locales)
    return BilingualForm(
        CampaignForm(submitted),
        _texts(
            CampaignTextForm,
            [*tags, *(sent - {*tags})],
            submitted,
            with_result=_shows_result(campaign, content),
        ),
        content,
        is_submitted=submitted is not None,
        public_locales=campaign.public_locales if campaign.published_at else (),
        is_draft=CAMPAIGN.is_public(db.session.connection(), campaign.id, utc_now()),
        kept=sent - {*tags},
        opened={*tags} - sent if submitted is not None else (),
    )


def action_form(
    campaign: CampaignOverview, action: ActionOverview, content: Content
) -> BilingualForm:
    """Needed texts are required in the public languages of the campaign, as in `campaign_form()`."""
    submitted = submitted_form()
    own = ActionForm(submitted)
    if ACTION.is_fixed(db.session.connection(), action.id):
        own.leave_out(*(name for name in ACTION.fixed if name not in request.form))
    written = action.locales or campaign.locales or locales_current_first()[:1]
    tags = choose_locales(
        written,
        request.args if submitted is None else request.form,
        also=campaign.locales,
        last=last_choice(campaign.locales),
    )
    sent = _submitted_locales((*action.locales, *campaign.locales))
    with_result = _shows_result(campaign, content)
    shown = [*tags, *(sent - {*tags})]
    texts = _texts(ActionTextForm, shown, submitted, with_result=with_result)
    kind = KINDS.get(request.form.get("kind", ""), action.kind)
    for form in texts.values():
        form.use_words_of(kind.editing)
    made = BilingualActionForm(
        own,
        texts,
        content,
        is_submitted=submitted is not None,
        public_locales=campaign.public_locales
        if action.published_at and campaign.published_at
        else (),
        is_draft=ACTION.is_public(db.session.connection(), action.id, utc_now()),
        kept=sent - {*tags},
        opened={*tags} - sent if submitted is not None else (),
    )
    for tag in (texts.keys() - made.known) & {*locales()}:
        is_new = submitted is None or tag in made.opened
        texts[tag].suggest(first_texts(kind.name, tag), is_shown=is_new)
    return made


def first_texts(kind: str, locale: str) -> dict[str, str]:
    """The texts of a new action in a language, which may not be that of the page."""
    with locale_context(locale):
        return {name: str(text) for name, text in KINDS[kind].editing.first_texts.items()}


def _submitted_locales(own: Iterable[str]) -> set[str]:
    """The languages of the submitted texts. `own`: those it is written in, which may not be known now."""
    names = (name.split(".") for name in request.form)
    found = {name[1] for name in names if name[0] == "texts" and len(name) == TEXT_NAME_PARTS}
    return found & {*own, *known_locales()}


def _shows_result(campaign: CampaignOverview, content: Content) -> bool:
    """Only people who may publish write the result, and only once the campaign is public."""
    has_any = any(name.endswith(".result") and value for name, value in content.items())
    return allows("campaigns.publish", campaign.id) and (campaign.is_public or has_any)


def _texts(
    kind: type[Form],
    tags: list[str],
    submitted: MultiDict[str, str] | None,
    *,
    with_result: bool,
) -> dict[str, Form]:
    """A form for each language."""
    forms = {tag: kind(submitted, prefix=f"texts.{tag}.") for tag in tags}
    if not with_result:
        for form in forms.values():
            form.leave_out("result")
    return forms
