"""Scenes of signatures, of people who do not exist."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.comments.inbox import STATES
from campaign_actions.actions.models import Comment, Signature
from campaign_actions.actions.signatures.filters.form import SearchForm
from campaign_actions.actions.signatures.keyset_pagination import Key
from campaign_actions.actions.signatures.search import ResultCount, SearchPage
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    COMMENT_STATE_LABELS,
    FILL_TIME_LABELS,
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
from campaign_actions.web.staff.translations.scenes.samples import (
    PAGE,
    make_action,
    staff_scene,
    with_errors,
)

SIGNATURES = _l("Participants")
WRONG_FILTER = {
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
        form = with_errors(
            SearchForm(MultiDict(WRONG_FILTER if state == "wrong" else {"source": "a"}))
        )
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
        "is_revealed": False,
        "back": "/",
        "is_from_clusters": status == "pending",
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
