"""Changes of public pages that someone has to publish, one line for each campaign."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.newest.drafts import ChangedCampaign, changed_campaigns
from campaign_actions.actions.newest.schedules import CHANGED, REASONS, Publication
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.web.staff.access.authorization import campaigns_of
from campaign_actions.web.staff.waiting.item import WaitingItem, first_few


def changes_waiting(_now: datetime) -> Iterator[WaitingItem]:
    """Those without a time, and those that are not published at theirs; of archived campaigns as well."""
    found = changed_campaigns(campaigns_of("campaigns.publish"))
    titles = campaign_titles(locales_current_first()) if found else {}
    for campaign in found:
        title = titles.get(campaign.id, "")
        for one in campaign.publications:
            if one.state != "planned":
                yield _stopped(campaign, title, one)
        if campaign.pages:
            yield WaitingItem(
                campaign.pages,
                ngettext("Changed page to publish", "Changed pages to publish", campaign.pages),
                [
                    title,
                    *first_few(_("changed by %(name)s", name=name) for name in campaign.authors),
                ],
                _("Publish changes…"),
                _address(campaign),
                (campaign.id,),
            )


def _stopped(campaign: ChangedCampaign, title: str, one: Publication) -> WaitingItem:
    moment = datetime_here(one.at)
    if one.state == "failed" and not one.is_early:
        what = ngettext(
            "Changed page was not published at its time",
            "Changed pages were not published at their time",
            one.pages,
        )
    else:
        what = ngettext(
            "Changed page will not be published at its time",
            "Changed pages will not be published at their time",
            one.pages,
        )
    where = [title, moment, one.reason or str(REASONS[CHANGED])]
    button = _("Publish changes…")
    return WaitingItem(one.pages, what, where, button, _address(campaign), (campaign.id,))


def _address(campaign: ChangedCampaign) -> str:
    return url_for("staff_publishing_changes.show", campaign_id=campaign.id)
