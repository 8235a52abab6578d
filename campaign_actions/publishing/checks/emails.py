"""Do the mails come out, and does a signature go its whole way? In each language, really tried."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.queries import PublicAction, written_actions
from campaign_actions.actions.signatures.dry_run import DryRunFailed, Lifetimes, dry_run_signature
from campaign_actions.actions.signatures.sample_emails import LINKS, MAILS, SAMPLE, sample_mail
from campaign_actions.core.i18n.lists import join_with_commas
from campaign_actions.core.urls import public_url_for
from campaign_actions.publishing.queries import Plan
from campaign_actions.publishing.result import Finding, edit_address

STEPS = {
    "form": _l("A test signature did not go its whole way: the form was not taken."),
    "signature": _l("A test signature did not go its whole way: it was not stored."),
    "mail": _l("A test signature did not go its whole way: the mail to confirm was not made."),
    "confirm": _l("A test signature did not go its whole way: it could not be confirmed."),
    "count": _l("A test signature did not go its whole way: it was not counted."),
    "undone": _l("A test signature went its whole way, but was not undone."),
}


def look_at_mails(plan: Plan, locale: str, now: datetime, life: Lifetimes) -> Iterator[Finding]:
    """`life`: how long links last, and how soon one is reminded."""
    for action in written_actions(plan.campaign.id, locale=locale, now=now):
        subject: dict[str, Any] = {
            "subject": action.title,
            "action_id": action.id,
            "locale": locale,
        }
        faults = [
            str(words)
            for name, words in MAILS.items()
            if not _comes_out(action, name, life.link.days)
        ]
        if faults:
            yield Finding(
                "mend",
                _("These mails do not come out: %(mails)s.", mails=join_with_commas(faults)),
                _("Look at their texts in this language, and tell who runs the server."),
                edit_address(plan.campaign.id, action.id),
                **subject,
            )
        else:
            yield Finding("ok", _("All mails come out, with their links."), **subject)
        if locale in plan.consents:
            yield _signature(action, now, life, subject)


def _comes_out(action: PublicAction, name: str, days: int) -> bool:
    try:
        mail = sample_mail(action, name, days=days)
    except Exception:  # whatever a template does: it is what we are here to find out
        return False
    links = [
        public_url_for(f"links.{link.removesuffix('_url')}", locale=action.locale, token=SAMPLE)
        for link in LINKS[name]
    ]
    is_said = bool(mail.subject) and "\n" not in mail.subject and action.title in mail.text
    return is_said and all(link in mail.text and link in mail.html for link in links)


def _signature(
    action: PublicAction, now: datetime, life: Lifetimes, subject: dict[str, Any]
) -> Finding:
    if not action.is_open_at(now):
        words = _("This action is closed, so no test signature was made.")
        return Finding("warning", words, **subject)
    try:
        dry_run_signature(action, now=now, life=life)
    except DryRunFailed as error:
        return Finding(
            "mend",
            str(STEPS[error.step]),
            _("Tell who runs the server. Nothing of the test is left."),
            **subject,
        )
    words = _("A test signature was made, mailed, confirmed and counted, and then undone.")
    return Finding("ok", words, **subject)
