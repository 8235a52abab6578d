"""Scenes of the status page, and of the list of failed emails."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.listing.titles import TitledAction
from campaign_actions.audit.anchors.health import AnchorHealth, FailingDestination
from campaign_actions.catalogs.preview.sample_campaign import (
    EMAIL,
    ID,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.monitoring.failed_emails import (
    CAUSES,
    MAX_LISTED,
    FailedEmail,
    FailedGroup,
)
from campaign_actions.monitoring.health import MAX_DELAY, MAX_UNANNOUNCED_DELAY, classify_delay
from campaign_actions.monitoring.queries import MAX_COUNTED, Load, Rates
from campaign_actions.outbox.delivery import SERVER_FAULTS, Delivery
from campaign_actions.outbox.models import LANES
from campaign_actions.outbox.outcomes import KEEP_DEAD
from campaign_actions.outbox.queries import MailCounts
from campaign_actions.web.staff.failed_emails import MAX_SHOWN
from campaign_actions.web.staff.status import DESTINATION_NAMES
from campaign_actions.web.staff.translations.scenes.samples import PAGE, staff_scene
from campaign_actions.web.staff.translations.scenes.switches import sample_off_items
from campaign_actions.web.staff.waiting.emails import LANE_NAMES

STATUS, FAILED = _l("Status"), _l("Failed emails")
DELAYS = {
    "fine": timedelta(),
    "behind": MAX_UNANNOUNCED_DELAY + timedelta(minutes=1),
    "late": MAX_DELAY + timedelta(minutes=1),
}


def status_scenes() -> Iterator[Scene]:
    for name, delay in DELAYS.items():
        yield staff_scene(f"status-{name}", STATUS, "status", partial(_status, delay=delay))
    yield staff_scene("status-email", STATUS, "status", _status_without_email)
    yield staff_scene("status-address", STATUS, "status", _status_without_address)
    for number, fault in enumerate(SERVER_FAULTS):
        values = partial(_status_without_delivery, reason=fault)
        yield staff_scene(f"status-unsent-{number}", STATUS, "status", values)
    yield staff_scene("status-anchors", STATUS, "status", _status_without_anchors)
    yield staff_scene("status-off", STATUS, "status", _status_while_off)
    for name, number in (("none", 0), ("some", 1), ("many", MAX_LISTED)):
        values = partial(_failed_emails, number=number)
        yield staff_scene(f"failed-emails-{name}", FAILED, "failed_emails", values)


def _status(sample: SampleCampaign, *, delay: timedelta) -> Values:
    mails = MailCounts(due=MAX_COUNTED, waiting=2, failed=1, sent=5)
    load = Load(mails, delay, delay, 5, 5, delay)
    return {
        "now": sample.now,
        "off": [],
        "is_email_off": False,
        "load": load,
        "rates": Rates(1, 10, 60),
        "mail": classify_delay(delay),
        "counts": classify_delay(delay),
        "delivery": Delivery(has_accepted=True),
        "anchors": AnchorHealth(sample.now, is_late=False, failing=()),
        "places": DESTINATION_NAMES,
        "most": MAX_COUNTED,
        "reaches_people": True,
        "is_reachable": True,
        "sender": EMAIL,
        "public_url": "https://example.org",
    }


def _status_without_email(sample: SampleCampaign) -> Values:
    return {**_status(sample, delay=timedelta()), "reaches_people": False, "is_reachable": False}


def _status_without_address(sample: SampleCampaign) -> Values:
    return {**_status(sample, delay=timedelta()), "is_reachable": False}


def _status_without_delivery(sample: SampleCampaign, *, reason: str) -> Values:
    delivery = Delivery(has_accepted=False, reason=reason)
    return {**_status(sample, delay=timedelta()), "delivery": delivery}


def _failed_emails(sample: SampleCampaign, *, number: int) -> Values:
    """`number`: how many failed. There is a group for each cause, some of which may not be retried."""
    groups = []
    for place, cause in enumerate(CAUSES):
        lane = LANES[place % len(LANES)]
        email = FailedEmail(ID, NAME, cause, "550", lane, ID, "", 9, sample.now, sample.now)
        emails = [email] * (MAX_SHOWN + 1)
        domain, is_mine = "" if cause == "other" else NAME, cause != "late"
        groups.append(FailedGroup(domain, cause, "550", emails, place % 3, is_mine))
    return {
        "groups": groups if number else [],
        "page": PAGE,
        "count": number,
        "retriable": min(number, 2),
        "actions": {ID: TitledAction(ID, ID, PLACEHOLDER)},
        "may_see": lambda _email: True,
        "may_retry": lambda _email: True,
        "may_settle": lambda _email: True,
        "members": {},
        "participations": {ID: "public-id"},
        "lanes": LANE_NAMES,
        "most": MAX_LISTED,
        "most_shown": MAX_SHOWN,
        "keep_days": KEEP_DEAD.days,
        "now": sample.now,
    }


def _status_while_off(sample: SampleCampaign) -> Values:
    off = {"off": sample_off_items(sample), "is_email_off": True}
    return {**_status(sample, delay=DELAYS["late"]), **off}


def _status_without_anchors(sample: SampleCampaign) -> Values:
    failing = tuple(
        FailingDestination(place, since, PLACEHOLDER)
        for place in DESTINATION_NAMES
        for since in (sample.now, None)
    )
    anchors = AnchorHealth(None, is_late=True, failing=failing)
    return {**_status(sample, delay=timedelta()), "anchors": anchors}
