"""The plan of the sample campaign, with what its pre-flight checks find."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from campaign_actions.actions.edit_forms import MAX_EMAIL_TEXT_LENGTH
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, PartnerText
from campaign_actions.catalogs.preview.sample_campaign import (
    ACTION_TEXTS,
    ADDRESS,
    CAMPAIGN_TEXTS,
    COUNT,
    ID,
    NAME,
    PLACEHOLDER,
    SLUG,
    SampleCampaign,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.publishing.checks.email_texts import MAX_COMFORTABLE_LENGTH, check_email_texts
from campaign_actions.publishing.checks.emails import FAILED_STEPS
from campaign_actions.publishing.checks.left_out import left_out_finding
from campaign_actions.publishing.checks.texts import check_texts
from campaign_actions.publishing.checks.translations import remedy_of_untranslated
from campaign_actions.publishing.findings import Finding, Section
from campaign_actions.publishing.queries import Plan
from campaign_actions.web.staff.translations.scenes.samples import OTHER_LOCALE

EMAIL_FAULTS = {  # everything that can be wrong with the paragraphs in emails
    "confirm_text": "::: x\nTODO <b>x</b> [x](x) " + "x" * MAX_EMAIL_TEXT_LENGTH,
    "receipt_text": "x" * (MAX_COMFORTABLE_LENGTH + 1),
}


def make_plan(sample: SampleCampaign, opens_at: datetime | None) -> Plan:
    """Complete in the source; in another language it is not, and so left out."""
    texts = {name: getattr(sample.campaign, name) for name in CAMPAIGN_TEXTS}
    pictured = dict.fromkeys(picture_content.TEXTS, PLACEHOLDER)
    whole = CampaignText(locale=SOURCE, is_public=True, result="", **pictured, **texts)
    empty = dict.fromkeys((*CAMPAIGN_TEXTS, *picture_content.TEXTS, "result"), "")
    partner_texts = [PartnerText(locale=SOURCE, name=NAME, points=PLACEHOLDER)]
    campaign = Campaign(
        id=ID,
        slug=SLUG,
        published_at=opens_at,
        source_locale=SOURCE,
        partners=[Partner(website=ADDRESS, texts=partner_texts)],
    )
    action_texts = {name: getattr(sample.petition, name) for name in ACTION_TEXTS}
    actions = [
        Action(id=ID, kind=kind, slug=SLUG, goal=1, published_at=opens_at, closes_at=None)
        for kind in KINDS
    ]
    for action in actions:
        action_texts |= {"background": "", **pictured}
        action.texts = [ActionText(locale=SOURCE, result="", **EMAIL_FAULTS, **action_texts)]
    left_out = CampaignText(locale=OTHER_LOCALE, is_public=False, **empty)
    found = {SOURCE: whole, OTHER_LOCALE: left_out}
    consents = frozenset((kind, SOURCE) for kind in KINDS)
    counts = {ID: COUNT}
    return Plan(campaign, found, actions, counts, {None, ID}, consents=consents)


def make_sections(plan: Plan) -> Iterator[Section]:
    for locale, text in plan.texts.items():
        findings = [*check_texts(plan, locale, utc_now()), *check_email_texts(plan, locale)]
        findings += _untranslated()
        yield Section(locale, text.is_public, tuple(findings))
    steps = tuple(
        Finding("blocker", str(words), external_urls=(ADDRESS,)) for words in FAILED_STEPS.values()
    )
    yield Section("", is_public=True, findings=(*steps, Finding("warning", PLACEHOLDER)))


def _untranslated() -> Iterator[Finding]:
    """Missing and left-out texts: for a reader who may translate, and for one who may not."""
    for may_translate in (True, False):
        for count in (1, 2):
            remedy = remedy_of_untranslated(count, may_translate=may_translate)
            yield Finding("warning", PLACEHOLDER, remedy)
            yield left_out_finding(partial(Finding), count)
