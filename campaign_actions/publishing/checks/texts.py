"""Checks for missing texts: campaign, actions, partners, picture description and consent text."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText, Partner, PartnerText
from campaign_actions.core.i18n.formatting import lower_first
from campaign_actions.core.i18n.list_format import join_list, join_with_commas
from campaign_actions.publishing.checks.link_texts import partner_name, partner_place
from campaign_actions.publishing.checks.needed_texts import (
    ACTION_TEXTS,
    CAMPAIGN_TEXTS,
    empty_of,
    labels_of,
    needed_and_optional,
)
from campaign_actions.publishing.findings import (
    Finding,
    consent_url,
    edit_url,
    partners_url,
    picture_url,
)
from campaign_actions.publishing.queries import Plan, text_of, title_of

MAX_NAMED = 5  # people who can approve a text
QUOTATION = {
    "picture_quote": _l("Quotation"),
    "picture_person": _l("Name of the person quoted"),
    "picture_place": _l("Place"),
}


def check_texts(plan: Plan, locale: str, now: datetime) -> Iterator[Finding]:
    yield from _campaign(plan, locale)
    for action in plan.actions:
        yield from _action(plan, action, locale, now)
    yield from _partners(plan, locale)
    yield from _consents(plan, locale)


def check_emptied(plan: Plan, locale: str) -> Iterator[Finding]:
    """Only of texts that no public page may lack, even if it is over."""
    needed = {name: label for name, label in CAMPAIGN_TEXTS.items() if name in CAMPAIGN.needed}
    if missing := empty_of(plan.texts[locale], needed):
        yield _lacking_campaign(plan, locale, missing)
    needed = {name: label for name, label in ACTION_TEXTS.items() if name in ACTION.needed}
    for action in plan.actions:
        text = text_of(action, locale)
        if text and (missing := empty_of(text, labels_of(action, needed))):
            yield _lacking_action(plan, action, locale, missing)


def _lacking_campaign(plan: Plan, locale: str, missing: Mapping[str, str]) -> Finding:
    return Finding(
        "blocker",
        _("The campaign is missing these texts: %(fields)s.", fields=_in_words(missing)),
        _("Add the missing texts, or leave this language out."),
        edit_url(plan.campaign.id, locale=locale, field=next(iter(missing))),
        can_leave_out=True,
    )


def _lacking_action(plan: Plan, action: Action, locale: str, missing: Mapping[str, str]) -> Finding:
    title, tag = title_of(action, locale, plan.campaign.source_locale)
    return Finding(
        "blocker",
        _("This action is missing these texts: %(fields)s.", fields=_in_words(missing)),
        _("Add the missing texts, or leave this language out."),
        edit_url(plan.campaign.id, action.id, locale=locale, field=next(iter(missing))),
        can_leave_out=True,
        subject=title,
        locale=tag,
        action_id=action.id,
    )


def _campaign(plan: Plan, locale: str) -> Iterator[Finding]:
    text, missing = plan.texts[locale], empty_of(plan.texts[locale], CAMPAIGN_TEXTS)
    if missing:
        yield _lacking_campaign(plan, locale, missing)
    else:
        yield Finding("ok", _("The campaign’s texts are complete."))
    if None in plan.pictured:
        source = plan.texts.get(plan.campaign.source_locale)
        yield from _picture(text, source, partial(Finding, url=picture_url(plan.campaign.id)))


def _action(plan: Plan, action: Action, locale: str, now: datetime) -> Iterator[Finding]:
    text, url = (
        text_of(action, locale),
        partial(edit_url, plan.campaign.id, action.id, locale=locale),
    )
    title, tag = title_of(action, locale, plan.campaign.source_locale)
    finding = partial(Finding, subject=title, locale=tag, action_id=action.id)
    if text is None:
        message = _("This action is not available in this language.")
        remedy = _("Add the missing texts, or leave this language out.")
        yield finding("blocker", message, remedy, url(), can_leave_out=True)
        return
    needed, optional = needed_and_optional(plan, action, locale, now)
    if missing := empty_of(text, labels_of(action, needed)):
        yield _lacking_action(plan, action, locale, missing)
    else:
        yield finding("ok", _("The action’s texts are complete."))
    if action.id in plan.pictured:
        source = text_of(action, plan.campaign.source_locale)
        url_of_picture = picture_url(plan.campaign.id, action.id)
        yield from _picture(text, source, partial(finding, url=url_of_picture))
    if empty := empty_of(text, optional):
        message = _("Optional and empty: %(fields)s.", fields=_in_words(empty))
        remedy = _("Add text if there is more to say.")
        yield finding("ok", message, remedy, url(field=next(iter(empty))))


def _picture(
    text: CampaignText | ActionText,
    source: CampaignText | ActionText | None,
    finding: partial[Finding],
) -> Iterator[Finding]:
    """Its description, and its quotation where the source has one."""
    if not text.picture_alt.strip():
        yield finding(
            "blocker",
            _("The picture description is missing in this language."),
            _("Describe it in a few words for people who cannot see it."),
        )
    needed = {
        field: name
        for field, name in QUOTATION.items()
        if source and getattr(source, field).strip()
    }
    if missing := empty_of(text, needed):
        yield finding(
            "blocker",
            _(
                "The picture is missing these texts: %(fields)s.",
                fields=_in_words(missing),
            ),
            _("Add the missing texts, or leave this language out."),
            can_leave_out=True,
        )


def _in_words(fields: Mapping[str, str | LazyString]) -> str:
    """Their labels in a sentence."""
    return join_with_commas(map(lower_first, fields.values()))


def _partners(plan: Plan, locale: str) -> Iterator[Finding]:
    for partner in plan.partners:
        names = {text.locale: text for text in partner.texts if text.name.strip()}
        if locale in names:
            yield _points(plan, partner, names[locale], names.get(plan.campaign.source_locale))
        else:
            yield _nameless(plan, partner, locale)


def _nameless(plan: Plan, partner: Partner, locale: str) -> Finding:
    """Pages in a language without the name leave the partner out; the source must have one."""
    finding = partner_place(plan, partner, "name", locale)
    source = plan.campaign.source_locale
    if locale == source or not partner_name(partner, source)[0]:
        return finding(
            "blocker",
            _("The partner has no name in this language."),
            _("Enter the partner’s name, or leave this language out."),
            can_leave_out=True,
        )
    return finding(
        "warning",
        _("The partner is not shown in this language because it has no name there."),
        _("Enter the name if the partner should be shown."),
    )


def _points(plan: Plan, partner: Partner, text: PartnerText, source: PartnerText | None) -> Finding:
    if text.points.strip():
        words = _("The texts of the partner %(partner)s are complete.", partner=text.name)
        return Finding("ok", words)
    is_agreed = source is not None and bool(source.points.strip())
    return Finding(
        "blocker" if is_agreed else "warning",
        _("There are no action points for %(partner)s in this language.", partner=text.name),
        _("Add the missing texts, or leave this language out.")
        if is_agreed
        else _("Add what you agreed with the partner, if anything."),
        partners_url(plan.campaign.id, partner.id, f"{text.locale}.points"),
        can_leave_out=is_agreed,
    )


def _consents(plan: Plan, locale: str) -> Iterator[Finding]:
    """For each kind of action: that there is a text, or which actions wait for one."""
    for kind in KINDS.values():
        actions = [action for action in plan.actions if action.kind == kind.name]
        if (kind.name, locale) in plan.consents:
            yield from [Finding("ok", str(kind.consent.exists))] if actions else ()
            continue
        for action in actions:
            title, tag = title_of(action, locale, plan.campaign.source_locale)
            finding = partial(
                Finding,
                "blocker",
                url=consent_url(locale, kind.name, plan.campaign.id),
                permission="translations.view",
                can_leave_out=True,
                subject=title,
                locale=tag,
                action_id=action.id,
            )
            yield _unapproved(plan, kind, locale, finding)


def _unapproved(plan: Plan, kind: ActionKind, locale: str, finding: partial[Finding]) -> Finding:
    """A text that is missing, or proposed and not approved yet."""
    able = plan.proposed.get((kind.name, locale))
    if able is None:
        remedy = _("Publish a consent text, or leave this language out.")
        missing = partial(finding, message=str(kind.consent.missing), remedy=remedy)
        return missing(remedy_alone=_("Publish a consent text."))
    if not able:
        message = _("A consent text has been proposed, and nobody else can approve it yet.")
        remedy = _("Invite someone who can approve it, or leave this language out.")
        alone = _("Invite someone who can approve it.")
        return finding(message=message, remedy=remedy, remedy_alone=alone)
    names = join_list(able[:MAX_NAMED])
    message = _("The consent text is pending approval by %(names)s.", names=names)
    remedy = _("It applies once it is approved. You can also leave this language out.")
    alone = _("It applies once it is approved.")
    return finding(message=message, remedy=remedy, remedy_alone=alone, is_pending=True)
