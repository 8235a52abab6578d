"""The check of a petition whose addressee changes after people have signed it.

Their consent covers the authority that it named when they signed. A name may be corrected, or an office
renamed, so a person has to confirm that it is the same one.
"""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action
from campaign_actions.actions.personal_data.former_addressees import (
    Addressees,
    find_last_addressees,
    has_other_addressee,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import current_locale, locales_current_first
from campaign_actions.publishing.findings import Finding
from campaign_actions.publishing.queries import Plan, title_of


def check_addressee(plan: Plan, action: Action, now: datetime) -> Iterator[Finding]:
    """Of a petition that has left the site, compared with what the public saw last."""
    count = plan.counts.get(action.id, 0)
    if not (count and KINDS[action.kind].has_addressee) or plan.is_public(action, now):
        return
    before = find_last_addressees(db.session.connection(), action.id)
    after = {text.locale: text.addressee for text in action.texts}
    title, tag = title_of(action, current_locale(), plan.campaign.source_locale)
    yield from new_addressee(before, after, count=count, action_id=action.id, title=title, tag=tag)


def new_addressee(
    before: Addressees, after: Addressees, *, count: int, action_id: int, title: str, tag: str
) -> Iterator[Finding]:
    """In the first of the reader’s languages in which it changes.

    `count`: how many have signed; 0: they can until it is published. `tag`: the language of the title.
    """
    changed = [one for one in before if one in after and has_other_addressee(one, before, after)]
    for locale in (*locales_current_first(), *changed):
        if locale in changed:
            yield Finding(
                "warning",
                _words(before[locale], after[locale], count),
                _("If it is another authority, undo this change and create a new petition."),
                subject=title,
                locale=tag,
                action_id=action_id,
            )
            return


def _words(former: str, new: str, count: int) -> str:
    changes = _("The addressee changes from “%(former)s” to “%(new)s”.", former=former, new=new)
    people = ngettext(
        "%(count)s person has signed and agreed that only the addressee at that time gets their details.",
        "%(count)s people have signed and agreed that only the addressee at that time gets their details.",
        count,
        count=number(count),
    )
    until = _("Until then, people can sign for the former addressee.")
    return f"{changes} {people if count else until}"
