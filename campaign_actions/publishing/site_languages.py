"""Why nobody can see a campaign in a language that the site itself does not have yet."""

from collections.abc import Collection, Iterator
from functools import partial

from flask_babel import gettext as _

from campaign_actions.actions.kinds import KINDS
from campaign_actions.catalogs.workflow.progress import readiness
from campaign_actions.core.i18n.locale_registry import languages
from campaign_actions.publishing.findings import Finding, consent_url
from campaign_actions.publishing.queries import Plan


def check_site(plan: Plan, locale: str, findings: Collection[Finding]) -> Iterator[Finding]:
    """One for each thing that the language lacks. `findings`: about the campaign, in this language."""
    site = languages()
    lacking = readiness(locale, site.needs, allowed=site.allowed)
    page = f"/staff/translations/{locale}/"
    finding = partial(Finding, "warning", permission="translations.view", is_of_all=True)
    if lacking.untranslated:
        yield finding(
            _("The site is not available in this language yet, so nobody can see it."),
            _("Translate the interface into this language first."),
            page,
        )
    if lacking.lacks_approval:
        yield finding(
            _(
                "The privacy page is pending approval, so nobody can see the campaign in this language."
            ),
            _("Someone else has to approve it first."),
            f"{page}approvals/",
        )
    if lacking.lacks_consent:
        yield from _consent(plan, locale, finding, findings)
    if lacking.is_ready and lacking.is_held_back:
        yield finding(
            _("The LOCALES setting keeps this language from going public."),
            _("Someone with access to the server can change this."),
            page,
        )


def _consent(
    plan: Plan, locale: str, finding: partial[Finding], findings: Collection[Finding]
) -> Iterator[Finding]:
    """Unless one of the findings leads to the text already, as an action needs it."""
    urls = {kind: consent_url(locale, kind, plan.campaign.id) for kind in KINDS}
    if any(one.url in urls.values() for one in findings):
        return
    written = {kind for kind, _locale in plan.consents}
    proposed = {kind for kind, tag in plan.proposed if tag == locale}
    if proposed:
        message = _(
            "The consent text is pending approval, so nobody can see the campaign in this language."
        )
        remedy = _("Someone else has to approve it first.")
    else:
        message = _("There is no consent text, so nobody can see the campaign in this language.")
        remedy = _("Publish a consent text first.")
    kind = next(kind for kind in KINDS if kind in (proposed or written))
    yield finding(message, remedy, urls[kind], is_pending=bool(proposed))
