"""Texts that need a second person's approval, the privacy page and consent texts, and what was sent back."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.consent import existing_consents
from campaign_actions.actions.kinds import KINDS
from campaign_actions.catalogs.workflow.translation_approvals import (
    all_consent_drafts,
    returned_consents,
    unapproved_by_locale,
)
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.staff.queries import member_names
from campaign_actions.web.staff.access.authorization import campaigns_of, current_staff
from campaign_actions.web.staff.access.translation_access import visible_languages
from campaign_actions.web.staff.waiting.item import WaitingItem


def texts_waiting(_now: datetime) -> Iterator[WaitingItem]:
    """Those that someone else wrote. Both are about the whole site, so the right is needed everywhere."""
    if campaigns_of("review") is not None:
        return
    own, tags = current_staff().id, visible_languages()
    for locale, rows in unapproved_by_locale(tags).items():
        others = [row for row in rows if row.staff_id != own]
        if others:
            yield _line(
                len(others),
                [_("Privacy page"), language_here(locale)],
                [row.staff_id for row in others],
                url_for("staff_translations_approvals.index", language=locale),
                is_first=not any(row.approved for row in others),
            )
    in_force = existing_consents()
    for draft in all_consent_drafts(tags):
        if draft.staff_id != own and draft.kind in KINDS:
            where = [_("Consent text"), str(KINDS[draft.kind].label), language_here(draft.locale)]
            yield _line(
                1,
                where,
                [draft.staff_id],
                url_for("staff_translations_consent.edit", language=draft.locale, kind=draft.kind),
                is_first=(draft.kind, draft.locale) not in in_force,
            )


def returned_texts_waiting(_now: datetime) -> Iterator[WaitingItem]:
    """The member's own consent texts that an approver sent back with a note."""
    for draft in returned_consents(current_staff().id):
        if draft.kind in KINDS:
            yield WaitingItem(
                1,
                _("Text sent back"),
                [_("Consent text"), str(KINDS[draft.kind].label), language_here(draft.locale)],
                _("Read the note"),
                url_for("staff_translations_consent.edit", language=draft.locale, kind=draft.kind),
            )


def _line(
    count: int, where: list[str], staff_ids: list[int | None], address: str, *, is_first: bool
) -> WaitingItem:
    """`staff_ids`: of those who wrote it. `is_first`: there is no earlier version of the text."""
    what = ngettext("Text to approve", "Texts to approve", count)
    button = _("Review text") if is_first else _("Review changes")
    names = [*member_names(staff_ids).values()][:1]  # one is enough to know whom to ask
    by = [_("written by %(name)s", name=name) for name in names]
    return WaitingItem(count, what, [*where, *by], button, address, place=join_with_commas(where))
