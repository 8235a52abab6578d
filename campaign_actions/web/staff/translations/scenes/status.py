"""Scenes of the status page."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from flask_babel import lazy_gettext as _l

from campaign_actions.audit.anchors.health import AnchorHealth, FailingDestination
from campaign_actions.catalogs.preview.sample_campaign import PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.monitoring.health import MAX_DELAY, MAX_UNANNOUNCED_DELAY, classify_delay
from campaign_actions.monitoring.queries import MAX_COUNTED, Load, Rates
from campaign_actions.outbox.queries import MailCounts
from campaign_actions.web.staff.status import DESTINATION_NAMES
from campaign_actions.web.staff.translations.scenes.samples import staff_scene

STATUS = _l("Status")
DELAYS = {
    "fine": timedelta(),
    "behind": MAX_UNANNOUNCED_DELAY + timedelta(minutes=1),
    "late": MAX_DELAY + timedelta(minutes=1),
}


def status_scenes() -> Iterator[Scene]:
    for name, delay in DELAYS.items():
        yield staff_scene(f"status-{name}", STATUS, "status", partial(_status, delay=delay))
    yield staff_scene("status-anchors", STATUS, "status", _status_without_anchors)


def _status(sample: SampleCampaign, *, delay: timedelta) -> Values:
    mails = MailCounts(due=MAX_COUNTED, waiting=2, failed=1, sent=5)
    load = Load(mails, delay, delay, 5, 5, delay)
    return {
        "now": sample.now,
        "load": load,
        "rates": Rates(1, 10, 60),
        "mail": classify_delay(delay),
        "counts": classify_delay(delay),
        "anchors": AnchorHealth(sample.now, is_late=False, failing=()),
        "places": DESTINATION_NAMES,
        "most": MAX_COUNTED,
    }


def _status_without_anchors(sample: SampleCampaign) -> Values:
    failing = tuple(
        FailingDestination(place, since, PLACEHOLDER)
        for place in DESTINATION_NAMES
        for since in (sample.now, None)
    )
    anchors = AnchorHealth(None, is_late=True, failing=failing)
    return {**_status(sample, delay=timedelta()), "anchors": anchors}
