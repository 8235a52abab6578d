"""Values that the scenes of updates share."""

from typing import Any

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.catalogs.preview.sample_campaign import (
    ID,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.updates.audience import Numbers
from campaign_actions.updates.checks.translations import stale_words
from campaign_actions.updates.models import NOT_STARTED, Update, UpdateText
from campaign_actions.updates.preflight import Readers, took_part_in
from campaign_actions.updates.queries import Progress
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
)
from campaign_actions.web.staff.updates.segment import segment_in_words

UPDATES = _l("Updates")
STATUSES = ("draft", "scheduled", "sending", "stopped", "sent")
PROGRESS = Progress(left=1, waiting=2, failed=1, done=30)
READERS = [Readers(SOURCE, 30, SOURCE), Readers(OTHER_LOCALE, 4, None)]
TAGS = [SOURCE, OTHER_LOCALE]


def make_audience() -> list[tuple[str, str]]:
    """Of those who took part in one action, or in one of several."""
    return [took_part_in([PLACEHOLDER]), took_part_in([PLACEHOLDER, PLACEHOLDER])]


def make_update(sample: SampleCampaign, *, status: str = "draft", **changes: Any) -> Update:
    now = sample.now
    facts = {
        "id": ID,
        "status": status,
        "made_at": now,
        "action_id": ID,
        "started_at": None if status in NOT_STARTED else now,
        "send_at": now,
        "returned_at": now,
        "ended_at": now if status in {"stopped", "sent"} else None,
        "staff_id": ID,
        "recipients": 34,
    }
    return Update(**facts | changes)


def make_texts(body: str = PLACEHOLDER) -> dict[str, UpdateText]:
    return {tag: UpdateText(locale=tag, subject=PLACEHOLDER, body=body) for tag in TAGS}


def segment_words(status: str) -> str:
    ids = {"draft": (ID,), "scheduled": (ID, ID)}.get(status)
    everyone = SignatureFilter()
    return segment_in_words(ids, everyone, titles={}, sources=SourceNames(()), home=ID)


def make_declined(sample: SampleCampaign) -> ApprovalRequest:
    return ApprovalRequest(id=ID, note=PLACEHOLDER, decided_at=sample.now)


def make_outdated() -> list[str]:
    return [stale_words(OTHER_LOCALE, [PLACEHOLDER])]


def people_values(number: int) -> Values:
    return {
        "readers": READERS if number else [],
        "people": number,
        "numbers": Numbers(asked=50, agreed=45, matching=40, people=number),
        "nobody": "" if number else PLACEHOLDER,
        "not_left_out": PLACEHOLDER,
    }
