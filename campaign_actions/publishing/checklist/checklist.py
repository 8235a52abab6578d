"""The checklist of a campaign that is not public yet: its steps, worked out.

Nothing is ticked by hand: each step is worked out from what exists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, EmailTrial
from campaign_actions.actions.signatures.try_emails import email_trials, undelivered_trials
from campaign_actions.core.i18n.list_format import join_with_commas, join_with_semicolons
from campaign_actions.core.i18n.locale import language_here, locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.transports import reaches_people
from campaign_actions.core.urls import is_reachable
from campaign_actions.outbox.delivery import words_of
from campaign_actions.publishing.checklist.checks_step import (
    find_unfinished,
    make_checks_step,
    needs_email,
    problem_url,
)
from campaign_actions.publishing.checklist.steps import Checklist, MissingText, Step
from campaign_actions.publishing.checks.language_shares import (
    LanguageShare,
    make_language_shares,
    source_of,
)
from campaign_actions.publishing.checks.needed_texts import missing_of_action, missing_of_campaign
from campaign_actions.publishing.findings import (
    STATUS_URL,
    PreflightResult,
    edit_url,
    new_action_url,
    picture_url,
)
from campaign_actions.publishing.queries import Plan, text_of, title_of


def make_checklist(plan: Plan, result: PreflightResult, *, now: datetime) -> Checklist:
    """`result`: the cheap pre-flight checks of the same plan."""
    trials = email_trials(action.id for action in plan.actions)
    shares, undelivered = make_language_shares(plan), undelivered_trials(trials)
    found = checklist_from(plan, result, trials, shares, undelivered=undelivered, now=now)
    return replace(found, skipped=frozenset(plan.campaign.left_out_steps.split()))


def checklist_from(
    plan: Plan,
    result: PreflightResult,
    trials: Sequence[EmailTrial],
    shares: tuple[LanguageShare, ...],
    *,
    undelivered: Mapping[tuple[int, str], str],
    now: datetime,
) -> Checklist:
    """The same, without asking the database. `undelivered`: of the trials, as undelivered_trials() says."""
    source = source_of(plan)
    addressed = [action for action in plan.actions if KINDS[action.kind].has_addressee]
    text, picture = _text(plan, source), _picture(plan, source)
    addressee = _addressee(plan, addressed, source) if addressed or not plan.actions else None
    written = [step for step in (text, picture, addressee) if step]
    steps = (
        *written,
        _once_written(plan, _languages(plan, source, shares, result)),
        _emails(plan, trials, undelivered),
        make_checks_step(plan, result, shares, said_by=written),
        _publish(plan, result, now),
    )
    return Checklist(steps, result.blocked(), problem_url(plan, result))


def checklist_url(campaign_id: int) -> str:
    return f"/staff/campaigns/{campaign_id}/checklist/"


def _text(plan: Plan, source: str) -> Step:
    url = edit_url(plan.campaign.id)
    if missing := missing_of_campaign(plan, source):
        return _unfinished(missing, f"{url}#texts.{source}")
    if not plan.actions:
        reason = _("Visitors cannot take part in this campaign yet. It needs an action.")
        return Step("text", False, reason, _("Add an action"), new_action_url(plan.campaign.id))
    reason = _("All texts are complete in %(language)s.", language=language_here(source))
    for action in plan.actions:
        missing = missing_of_action(action, source)
        if KINDS[action.kind].has_addressee and missing.pop("addressee", ""):
            reason = _(
                "Apart from the addressee, all texts are complete in %(language)s.",
                language=language_here(source),
            )
        if missing:
            page = edit_url(plan.campaign.id, action.id)
            return _unfinished(missing, f"{page}#texts.{source}", title_of(action, source)[0])
    return Step("text", True, reason, "", url)


def _unfinished(missing: Mapping[str, str], url: str, subject: str = "") -> Step:
    """`missing`: labels of fields by their names; `url`: of all, to which a name is added."""
    fields = tuple(MissingText(label, f"{url}.{name}") for name, label in missing.items())
    todo = _("Finish the action’s text") if subject else _("Finish the campaign’s text")
    return Step("text", False, "", todo, fields[0].url, missing=fields, subject=subject)


def _picture(plan: Plan, source: str) -> Step:
    url = picture_url(plan.campaign.id)
    text = plan.texts.get(source)
    if None not in plan.pictured:
        reason = _("Without a picture, the pages show a drawn crowd.")
        return Step("picture", False, reason, _("Add a picture"), url, can_wait=True)
    if text is None or not text.picture_alt.strip():
        reason = _("The picture has no description for people who cannot see it.")
        return Step("picture", False, reason, _("Describe the picture"), url)
    return Step("picture", True, _("There is a picture with a description."), "", url)


def _addressee(plan: Plan, actions: Sequence[Action], source: str) -> Step:
    """`actions`: those with an addressee; a pledge has none."""
    named = {text.addressee for action in actions if (text := text_of(action, source))}
    for action in actions:
        text = text_of(action, source)
        if text is None or not text.addressee.strip():
            title = title_of(action, source)[0]
            reason = _("“%(title)s” does not say whom it is addressed to.", title=title)
            url = _addressee_url(action, source)
            return Step("addressee", False, reason, _("Name the addressee"), url)
    if not actions:
        reason, url = _("There are no actions yet."), new_action_url(plan.campaign.id)
        return Step("addressee", False, reason, _("Add an action"), url)
    url = _addressee_url(actions[0], source)
    return Step("addressee", True, join_with_semicolons(sorted(named)), "", url)


def _addressee_url(action: Action, source: str) -> str:
    return f"{edit_url(action.campaign_id, action.id)}#texts.{source}.addressee"


def _languages(
    plan: Plan, source: str, shares: tuple[LanguageShare, ...], result: PreflightResult
) -> Step:
    if unfinished := find_unfinished(plan, result, shares):
        return unfinished
    others = [share for share in shares if share.locale != source]
    written = [share for share in others if share.is_begun]
    left = [share for share in written if share.left]
    public = [share for share in left if share.locale in plan.public_locales]
    if first := next(iter(public or left), None):
        names = join_with_commas(language_here(share.locale) for share in public)
        reason = (
            _(
                "These languages will be public, though not everything is translated: %(names)s.",
                names=names,
            )
            if public
            else _("A language can be public once all of it is translated.")
        )
        todo = _("Finish %(language)s", language=language_here(first.locale))
        right = "translate" if first.is_for_translators else "campaigns.edit"
        return Step(
            *("languages", False, reason, todo, first.next_url),
            can_wait=True,
            permission=right,
            is_public=bool(public),
            languages=shares,
        )
    if others and not written:
        reason = _("The campaign is only written in %(language)s.", language=language_here(source))
        todo, url = _("Add a language"), edit_url(plan.campaign.id)
        is_done = any(share.is_begun and not share.left for share in shares if share.is_source)
        return Step("languages", is_done, reason, todo, url, can_wait=True, languages=shares)
    reason = _("Every language is complete. You can add others at any time.")
    return Step("languages", True, reason, "", edit_url(plan.campaign.id), languages=shares)


def _once_written(plan: Plan, languages: Step) -> Step:
    """Not done before there is an action, the texts of which every language needs as well."""
    if plan.actions or not languages.is_done:
        return languages
    reason = _("There are no actions yet.")
    return replace(languages, is_done=False, is_pending=True, reason=reason)


def mail_locales(plan: Plan) -> list[str]:
    """The languages in which the site sends emails, and some action has texts, the source first."""
    written = {text.locale for action in plan.actions for text in action.texts}
    found = [tag for tag in locales() if tag in written]
    return sorted(found, key=lambda tag: tag != plan.campaign.source_locale)


def _emails(
    plan: Plan, trials: Sequence[EmailTrial], undelivered: Mapping[tuple[int, str], str]
) -> Step:
    todo, url = _("Try the emails"), f"{checklist_url(plan.campaign.id)}#emails"
    if not reaches_people():
        state = _("Not possible yet.")
        reason = _("Email is not set up, so none can be sent. Read the emails in the previews.")
        url = f"{checklist_url(plan.campaign.id)}#seen"
        words = f"{state} {reason}"
        return Step("emails", False, words, todo, url, can_wait=True, is_pending=True)
    tried = {(trial.action_id, trial.locale) for trial in trials}
    untried = [
        locale
        for locale in mail_locales(plan)
        if any(
            text_of(action, locale) and (action.id, locale) not in tried for action in plan.actions
        )
    ]
    if untried or not trials:
        reason = _("Send yourself the emails that people get when they take part, and read them.")
        if trials:
            names = join_with_commas(map(language_here, untried))
            reason = _("Not sent in these languages yet: %(languages)s.", languages=names)
        return Step("emails", False, reason, todo, url, can_wait=True)
    if fault := next(filter(None, undelivered.values()), ""):
        reason = _("The emails could not be delivered. %(reason)s", reason=words_of(fault))
        return Step("emails", False, reason, todo, url, can_wait=True, is_pending=True)
    names = join_with_commas(sorted({language_here(trial.locale) for trial in trials}))
    reason = (
        _("The emails are on their way in these languages: %(languages)s.", languages=names)
        if undelivered
        else _("The emails were sent in: %(languages)s.", languages=names)
    )
    return Step("emails", True, reason, todo, url, at=max(trial.tried_at for trial in trials))


def _publish(plan: Plan, result: PreflightResult, now: datetime) -> Step:
    url = f"/staff/campaigns/{plan.campaign.id}/publish/"
    at = plan.campaign.published_at
    if at and at <= now:
        return Step("publish", True, _("Since %(moment)s.", moment=datetime_here(at)), "", url)
    if at:
        return Step("publish", True, _("Opens on %(moment)s.", moment=datetime_here(at)), "", url)
    is_set_up = reaches_people() and is_reachable()
    if needs_email(result) or not (plan.actions or is_set_up):
        reason, todo = _("Pending until email is set up."), _("Set up email")
        return Step(
            *("publish", False, reason, todo, STATUS_URL),
            is_pending=True,
            permission="system.watch",
        )
    reason, todo = _("Now, or at a time you choose."), _("Publish")
    return Step("publish", False, reason, todo, url, permission="campaigns.publish")
