"""Texts that need a second person's approval: the privacy page and consent texts."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.kinds import KINDS
from campaign_actions.catalogs.workflow.translation_approvals import (
    all_consent_drafts,
    unapproved_by_locale,
)
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
                [
                    _("Privacy page"),
                    language_here(locale),
                    *_changed_by(row.staff_id for row in others),
                ],
                url_for("staff_translations_approvals.index", language=locale),
            )
    for draft in all_consent_drafts(tags):
        if draft.staff_id != own and draft.kind in KINDS:
            where = [_("Consent text"), str(KINDS[draft.kind].label), language_here(draft.locale)]
            yield _line(
                1,
                [*where, *_changed_by([draft.staff_id])],
                url_for("staff_translations_consent.edit", language=draft.locale, kind=draft.kind),
            )


def _line(count: int, where: list[str], address: str) -> WaitingItem:
    what = ngettext("Text to approve", "Texts to approve", count)
    return WaitingItem(count, what, where, _("Review changes"), address)


def _changed_by(staff_ids: Iterator[int | None] | list[int | None]) -> list[str]:
    """One name is enough to know whom to ask."""
    return [_("written by %(name)s", name=name) for name in member_names(staff_ids).values()][:1]
