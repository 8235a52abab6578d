"""Scenes of the inbox of comments, and of the question before many are shown or hidden."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.comments.inbox import IS_SHOWN, STATES, CommentFilter, InboxPage
from campaign_actions.actions.models import CommentBatch
from campaign_actions.actions.signatures.staff_forms import COMMENT_STATE_LABELS
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, SLUG, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.web.staff.actions.comment_messages import decision_message
from campaign_actions.web.staff.translations.scenes.samples import make_action, staff_scene
from campaign_actions.web.staff.translations.scenes.signatures import make_signature

COMMENTS = _l("Comments")
MOST = 1000
KEYS = {"0": 1, "1": 4, "2": 100}  # how often each text was sent
NOTHING = CommentFilter("waiting", "…", "0" * 16, SOURCE)
QUESTIONS: Mapping[str, Mapping[str, object]] = {
    "": {},
    "-selected": {"is_whole_list": False},
    "-none": {"count": 0},
    "-private": {"pages": []},
    "-similar": {"wanted": NOTHING, "has_more": True, "searched": 100},
}


def comment_scenes() -> Iterator[Scene]:
    for state in COMMENT_STATE_LABELS:
        for name, make_list in {"comments": _some, "no-comments": _none}.items():
            values = partial(make_list, state=state)
            yield staff_scene(f"{name}-{state}", COMMENTS, "actions/comments", values)
    others = {"looked": _searched, "found": _found, "missing": _missing, "end": _end, "last": _last}
    for name, make in others.items():
        yield staff_scene(f"comments-{name}", COMMENTS, "actions/comments", make)
    yield staff_scene("comments-filtered", COMMENTS, "actions/comments", _filtered)
    for name, changes in QUESTIONS.items():
        for is_shown in (True, False):
            values = partial(_question, is_shown=is_shown, changes=changes)
            title = f"comments-{'show' if is_shown else 'hide'}{name}"
            yield staff_scene(title, COMMENTS, "actions/many_comments", values)


def _rows(sample: SampleCampaign, state: str) -> list[Any]:
    """Signatures with the columns of comments, in place of rows."""
    return [
        make_signature(
            sample,
            id=number,
            public_id=f"{SLUG}{number}",
            arrived_at=sample.now,
            text_key=f"{number}" if number else "",  # the first is too short to compare
            has_contact=number == 1,
            is_repeated=state != "hidden",
            is_shown=IS_SHOWN[state],
            decided_at=sample.now,
            staff_id=ID,
            show_name=number == 0,
            source=SLUG,
        )
        for number in range(len(KEYS))
    ]


def _inbox(
    sample: SampleCampaign, found: InboxPage, wanted: CommentFilter, **changes: object
) -> Values:
    batch = CommentBatch(id=ID, rows=1, is_shown=True)
    opened = found.rows[0] if found.rows else None
    return {
        "action": make_action(sample, shows_comments=not found.rows, asks_comment=not found.rows),
        "wanted": wanted,
        "place": {"state": wanted.state, "q": None, "same": None, "language": None},
        "page": "",
        "states": COMMENT_STATE_LABELS,
        "counts": dict.fromkeys(IS_SHOWN, MOST + 1),
        "most": MOST,
        "found": found,
        "opened": opened,
        "source_names": SourceNames(()),
        "state_of": STATES,
        "is_missing": False,
        "is_named": True,
        "repeats": KEYS,
        "names": {ID: NAME},
        "batch": batch,
        "is_fresh": True,
        "done": decision_message(batch, opened, [(SOURCE, "/")]),
        **changes,
    }


def _some(sample: SampleCampaign, *, state: str) -> Values:
    rows = _rows(sample, state)
    return _inbox(sample, InboxPage(rows, older="x"), CommentFilter(state), opened=rows[1])


def _none(sample: SampleCampaign, *, state: str) -> Values:
    return _inbox(sample, InboxPage([]), CommentFilter(state), done="")


def _searched(sample: SampleCampaign) -> Values:
    return _inbox(sample, InboxPage([], "x", 100), NOTHING, page="x")


def _found(sample: SampleCampaign) -> Values:
    return _inbox(sample, InboxPage(_rows(sample, "hidden"), "x", 100), NOTHING)


def _missing(sample: SampleCampaign) -> Values:
    found = InboxPage(_rows(sample, "waiting"))
    return _inbox(sample, found, CommentFilter(), opened=None, is_missing=True, done="")


def _end(sample: SampleCampaign) -> Values:
    return _inbox(sample, InboxPage([]), CommentFilter(), page="x")


def _last(sample: SampleCampaign) -> Values:
    rows = _rows(sample, "waiting")
    return _inbox(sample, InboxPage(rows, "x"), CommentFilter(), opened=rows[-1])


def _filtered(sample: SampleCampaign) -> Values:
    return _inbox(sample, InboxPage([]), NOTHING)


def _question(sample: SampleCampaign, *, is_shown: bool, changes: Mapping[str, object]) -> Values:
    return {
        "action": make_action(sample),
        "wanted": CommentFilter(),
        "place": {"state": "waiting", "q": None, "same": None},
        "states": COMMENT_STATE_LABELS,
        "is_shown": is_shown,
        "count": 5,
        "listed": _rows(sample, "waiting"),
        "repeats": KEYS,
        "has_more": False,
        "searched": 0,
        "is_whole_list": True,
        "flagged": 2,
        "most": MOST,
        "pages": [(SOURCE, "/")],
        "address": "",
        "until": "0",
        **changes,
    }
