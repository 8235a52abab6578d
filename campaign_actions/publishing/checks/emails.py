"""Checks that render every email of an action and take a test signature through all its steps."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.newest.pages import find_newest_pages
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.dry_run import DryRunFailed, Lifetimes, dry_run_signature
from campaign_actions.actions.signatures.sample_emails import (
    PLACEHOLDER,
    REQUIRED_LINKS,
    SAMPLE_MAILS,
    sample_mail,
)
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.urls import public_url_for
from campaign_actions.publishing.findings import Finding, edit_url
from campaign_actions.publishing.queries import Plan

FAILED_STEPS = {
    "form": _l("The form did not accept the test entry."),
    "signature": _l("The test entry was not saved."),
    "mail": _l("The confirmation email for the test entry was not created."),
    "confirm": _l("The test entry could not be confirmed."),
    "count": _l("The test entry was not counted."),
    "undone": _l("A test entry passed every step, but could not be removed."),
}


def check_emails(plan: Plan, locale: str, now: datetime, lifetimes: Lifetimes) -> Iterator[Finding]:
    """Actions that have ended are left out."""
    newest = find_newest_pages(plan.campaign.id, locale=locale, now=now)
    for action in newest.actions:
        if plan.has_ended(action.id, now):
            continue
        finding = partial(Finding, subject=action.title, action_id=action.id, locale=locale)
        failed = [
            str(label)
            for name, label in SAMPLE_MAILS.items()
            if not _is_rendered(action, name, lifetimes.link.days)
        ]
        if failed:
            yield finding(
                "blocker",
                _("These emails cannot be created: %(mails)s.", mails=join_with_commas(failed)),
                _(
                    "Check their texts in this language. Then tell someone with access to the"
                    " server."
                ),
                edit_url(plan.campaign.id, action.id),
            )
        else:
            yield finding("ok", _("All emails can be created, with their links."))
        if (action.kind.name, locale) in plan.consents:
            yield _test_signature(action, now, lifetimes, finding)


def _is_rendered(action: PublicAction, name: str, days: int) -> bool:
    try:
        mail = sample_mail(action, name, days=days)
    except Exception:  # a template may fail in any way
        return False
    links = [
        public_url_for(
            f"signature_links.{link.removesuffix('_url')}", locale=action.locale, token=PLACEHOLDER
        )
        for link in REQUIRED_LINKS[name]
    ]
    has_title = bool(mail.subject) and "\n" not in mail.subject and action.title in mail.text
    return has_title and all(link in mail.text and link in mail.html for link in links)


def _test_signature(
    action: PublicAction, now: datetime, lifetimes: Lifetimes, finding: partial[Finding]
) -> Finding:
    if not action.is_open_at(now):
        message = _("This action is closed, so it was not tested with an entry.")
        return finding("warning", message)
    try:
        dry_run_signature(action, now=now, life=lifetimes)
    except DryRunFailed as error:
        return finding(
            "blocker",
            str(FAILED_STEPS[error.step]),
            _("Tell someone with access to the server. Real participants are not affected."),
        )
    message = _("A test entry passed every step and was then removed.")
    return finding("ok", message)
