"""Scenes of marking many signatures invalid, and of deleting those that were."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.models import COUNTED
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.form import InvalidateForm
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.actions.signatures.invalidation.batches import Batch
from campaign_actions.actions.signatures.search import ResultCount
from campaign_actions.actions.signatures.staff_forms import (
    INVALIDATION_REASONS,
    STATUS_LABELS,
)
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.catalogs.preview.sample_campaign import (
    EMAIL,
    ID,
    NAME,
    SLUG,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.web.staff.signatures.next_cluster import NextCluster
from campaign_actions.web.staff.translations.scenes.samples import (
    PAGE,
    make_action,
    staff_scene,
    with_errors,
)
from campaign_actions.web.staff.translations.scenes.signatures import WRONG_FILTER, make_signature

PARTICIPANTS = _l("Participants")


def invalidation_scenes() -> Iterator[Scene]:
    for state in ("new", "wrong", "none", "some", "many", "running", *ENDED):
        values = partial(_many, state=state)
        yield staff_scene(f"invalidate-{state}", PARTICIPANTS, "signatures/bulk_invalidate", values)
    yield staff_scene("delete-batch", PARTICIPANTS, "signatures/delete_batch", _batch_page)
    yield staff_scene("delete-nothing", PARTICIPANTS, "signatures/delete_batch", _empty_batch_page)


def _many(sample: SampleCampaign, *, state: str) -> Values:
    form = InvalidateForm(MultiDict(WRONG_FILTER if state == "wrong" else {}))
    counts = {"none": ResultCount(0), "some": ResultCount(5), "many": ResultCount(10, is_more=True)}
    count = counts.get(state)
    done = [_batch(sample, state=each) for each in ("done", "cancelled", "undone")]
    running = [_batch(sample, state=each) for each in ("counting", "running", "undoing")]
    return {
        "action": make_action(sample),
        "form": with_errors(form) if state == "wrong" else form,
        "wanted": _filter(sample) if count else None,
        "facts_of": partial(filter_facts, sources=SourceNames(()), usual_status=COUNTED),
        "count": count,
        "fall": (12, 5) if state == "some" else None,
        "ended": ENDED[state](sample) if state in ENDED else None,
        "counted": 12,
        "next_cluster": NextCluster({}, left=5) if state == "ended" else None,
        "sample": [make_signature(sample)] if count and count.number else [],
        "sources": [SLUG],
        "source_names": SourceNames(()),
        "running": running if state == "running" else [],
        "batches": [] if state == "new" else done,
        "page": PAGE,
        "reasons": INVALIDATION_REASONS,
        "states": STATUS_LABELS,
        "open_clusters": 3 if state == "new" else 0,
    }


def _filter(sample: SampleCampaign) -> SignatureFilter:
    moment = sample.now.isoformat()
    return SignatureFilter(
        since=moment,
        until=moment,
        language=SOURCE,
        country="RU",
        source=SLUG,
        channel="page",
        without="country",
        domain="example.org",
        name=NAME,
        email=EMAIL,
        ids=(SLUG,),
        fill_time="fast",
        same_comment=SLUG,
    )


def _batch(sample: SampleCampaign, *, state: str = "done") -> Batch:
    """Of seven that matched, five were marked, and three made valid again."""
    is_undone = state in ("undoing", "undone")
    return Batch(
        id=ID,
        action_id=ID,
        at=sample.now,
        author=NAME,
        reason="script",
        state="running" if state == "counting" else state,
        filter=_filter(sample),
        was_named=not is_undone,
        was_timed=is_undone,
        rows=5,
        matching=None if state == "counting" else 7,
        has_rows=not is_undone,
        rows_undone=3 if is_undone else 0,
        undone_at=sample.now if is_undone else None,
        undone_by=NAME,
    )


def _ended(sample: SampleCampaign, **changes: Any) -> Batch:
    return replace(_batch(sample), **changes)


# How the batch ended that was started last.
ENDED: Mapping[str, Callable[[SampleCampaign], Batch]] = {
    "ended": _ended,
    "taken": partial(_ended, rows=0, has_rows=False),
    "empty": partial(_ended, rows=0, matching=0, has_rows=False),
    "undone": partial(_batch, state="undone"),
}


def _batch_page(sample: SampleCampaign) -> Values:
    facts: dict[str, object] = {"batch": _batch(sample), "reasons": INVALIDATION_REASONS, "left": 5}
    return {"action": make_action(sample), **facts}


def _empty_batch_page(sample: SampleCampaign) -> Values:
    return {**_batch_page(sample), "left": 0}
