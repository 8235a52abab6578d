"""Scenes of signatures, of people who do not exist."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.comments.inbox import STATES
from campaign_actions.actions.models import COUNTED, Comment, Signature
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.form import InvalidateForm, SearchForm
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.actions.signatures.invalidation.batches import Batch
from campaign_actions.actions.signatures.keyset_pagination import Key
from campaign_actions.actions.signatures.search import ResultCount, SearchPage
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    COMMENT_STATE_LABELS,
    FILL_TIME_LABELS,
    INVALIDATION_REASONS,
    STATUS_LABELS,
    EraseForm,
    ReasonForm,
    WithdrawalRequestForm,
)
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.catalogs.preview.sample_campaign import (
    EMAIL,
    ID,
    NAME,
    PLACEHOLDER,
    SLUG,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.web.staff.signatures.next_cluster import NextCluster
from campaign_actions.web.staff.translations.scenes.samples import (
    PAGE,
    make_action,
    staff_scene,
    with_errors,
)

SIGNATURES = _l("Participants")
WRONG = {
    "source": "Not a source",
    "country": "XX",
    "status": "x",
    "same_comment": "x",
    "since": "x",
    "until": "x",
}


def signature_scenes() -> Iterator[Scene]:
    for state in (
        "found",
        "filtered",
        "nobody",
        "nobody-there",
        "looked",
        "none",
        "wrong",
        "unclear",
    ):
        values = partial(_list, state=state)
        yield staff_scene(f"signatures-{state}", SIGNATURES, "signatures/index", values)
    for status in STATUS_LABELS:
        values = partial(_one, status=status)
        yield staff_scene(f"signature-{status}", SIGNATURES, "signatures/show", values)
        yield staff_scene(f"withdraw-{status}", SIGNATURES, "signatures/withdraw", values)
    yield staff_scene("signature-invalidate", SIGNATURES, "signatures/invalidate", _invalidate)
    yield staff_scene("signature-erase", SIGNATURES, "signatures/erase", _erase)
    for state in ("new", "wrong", "none", "some", "many", "running", *ENDED):
        values = partial(_many, state=state)
        yield staff_scene(f"invalidate-{state}", SIGNATURES, "signatures/bulk_invalidate", values)
    yield staff_scene("delete-batch", SIGNATURES, "signatures/delete_batch", _batch_page)
    yield staff_scene("delete-nothing", SIGNATURES, "signatures/delete_batch", _empty_batch_page)


def make_signature(sample: SampleCampaign, status: str = "confirmed", **changes: Any) -> Signature:
    """With everything that can be known of one, in this state."""
    signature = sample.signature(status)
    has_ended = status in {"erased", "suppressed"}
    facts: dict[str, object] = {
        "id": ID,
        "public_id": SLUG,
        "email": None if has_ended else EMAIL,
        "locale": SOURCE,
        "comment": PLACEHOLDER,
        "answers": {},
        "consent_version": 1,
        "channel": "page",
        "fill_time": "fast",
        "invalidated_at": sample.now,
        "due_at": sample.now,
        **dict.fromkeys(("signed_at", "confirmed_at", "withdrawn_at", "reminded_at"), sample.now),
    }
    for name, value in (facts | changes).items():
        setattr(signature, name, value)
    return signature


def _list(sample: SampleCampaign, *, state: str) -> Values:
    typed = {"q": NAME, "without": "source", "same_comment": "a" * 26}
    if state == "nobody-there":
        typed = {"without": "source"}
    form = SearchForm(MultiDict({} if state in {"found", "none"} else typed))
    has_rows = state in {"found", "filtered"}
    rows = [make_signature(sample, status) for status in STATUS_LABELS] if has_rows else []
    place = Key(sample.now, ID)
    searched = 100 if state in {"filtered", "looked"} else 0
    found = SearchPage(rows, newer=place, older=place, searched=searched)
    is_wrong = state in {"wrong", "unclear"}
    if is_wrong:  # Telegram is not the only channel with an A
        form = with_errors(SearchForm(MultiDict(WRONG if state == "wrong" else {"source": "a"})))
    return {
        "action": make_action(sample),
        "form": form,
        "found": None if is_wrong else found,
        "count": None if is_wrong else ResultCount(200 * has_rows, searched=searched),
        "number": 2,
        "sources": [SLUG],
        "source_names": SourceNames(()),
        "states": STATUS_LABELS,
        "open_clusters": 3 if state == "found" else 0,
        "chips": [(PLACEHOLDER, PLACEHOLDER, PAGE)] if state == "filtered" else [],
        "max_page": 3,
    }


def _one(sample: SampleCampaign, *, status: str) -> Values:
    changes = {"reminded_at": None} if status == "pending" else {}
    mails = [
        OutboxMail(status=each, queued_at=sample.now, sent_at=sample.now)
        for each in ("sent", "dead", "queued")
    ]
    return {
        "action": make_action(sample),
        "signature": make_signature(sample, status, **changes),
        "mails": mails,
        "answered": [],
        "states": STATUS_LABELS,
        "comment": Comment(is_shown=None) if status == "confirmed" else None,
        "comment_state": STATES,
        "comment_states": COMMENT_STATE_LABELS,
        "channels": CHANNEL_LABELS,
        "source_names": SourceNames(()),
        "fill_times": FILL_TIME_LABELS,
        "suppressed_until": sample.now,
        "form": WithdrawalRequestForm(None),
    }


def _invalidate(sample: SampleCampaign) -> Values:
    form = with_errors(ReasonForm(MultiDict()))
    return {"action": make_action(sample), "signature": make_signature(sample), "form": form}


def _erase(sample: SampleCampaign) -> Values:
    form = EraseForm(MultiDict())
    form.matches(EMAIL)  # sets the error of an address that is not typed
    return {"action": make_action(sample), "signature": make_signature(sample), "form": form}


def _many(sample: SampleCampaign, *, state: str) -> Values:
    form = InvalidateForm(MultiDict(WRONG if state == "wrong" else {}))
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
