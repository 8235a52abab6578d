"""Three lines above the button of a form: which of the data entered there each reader gets.

They are made from the purposes of exports and from what the action asks for, so that they promise
exactly what those keep.
"""

from collections.abc import Container, Iterable, Mapping

from flask_babel import LazyString, lazy_pgettext, pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.personal_data.purposes import COLUMN_LABELS, CRM, HANDOVER, TEAM
from campaign_actions.core.i18n.list_format import join_list

REQUIRED = ("given_name", "email", "country_code")
OPTIONAL = ("family_name", "comment")
_NAME = lazy_pgettext("in a short list", "your name")
SHORT_LABELS: Mapping[str, LazyString] = {
    "given_name": _NAME,
    "family_name": _NAME,
    "comment": _l("your comment"),
    "signed_on": _l("the date"),
    "signature_id": _l("a random code"),
    "answers.promise": _l("what you pledge to do"),
}


def who_sees_what(
    kind: ActionKind,
    asks: Mapping[str, bool],
    covered: Container[str] = (),
    questions: Iterable[str] = (),
) -> list[tuple[str, str]]:
    """Readers and what they see. `asks`: the optional fields of the form, and whether it has them.

    `covered`: the later uses that the consent text on the page covers; see later_uses.py. `questions`: the
    purpose of each question that the form asks, which says the same beside it.
    """
    entered = {
        *REQUIRED,
        *(name for name in OPTIONAL if asks[name]),
        *(column.name for column in kind.columns),
    }
    not_asked = set(OPTIONAL) - entered
    handed_over: list[str] = []
    if kind.name in HANDOVER.kinds:
        not_covered = {name for name, use in HANDOVER.later_columns.items() if use not in covered}
        left_out = not_asked | not_covered
        handed_over = [name for name in HANDOVER.columns_of(kind.name) if name not in left_out]
    ours = [
        name for name in TEAM.columns_of(kind.name) if name in entered and name not in handed_over
    ]
    theirs, others = _answers({*questions})
    lines = [(_("The addressee"), _in_words(handed_over, theirs))] if handed_over else []
    return [*lines, (_("Everyone"), _public(asks)), (_us(asks, covered), _in_words(ours, others))]


def is_loaded(asks: Mapping[str, bool], covered: Container[str]) -> bool:
    """Whether people who ask for updates may be loaded into the program that sends them."""
    return asks.get("wants_updates", True) and CRM.later_use in covered


def _answers(purposes: set[str]) -> tuple[list[str], list[str]]:
    """The answers in words that the addressee gets, and those that only we get."""
    others = purposes - {HANDOVER.name}
    if HANDOVER.name not in purposes:
        return [], [_("your answers")] if others else []
    if not others:
        return [_("your answers")], []
    return [_("some of your answers")], [_("your other answers")]


def _us(asks: Mapping[str, bool], covered: Container[str]) -> str:
    """Not “only” us, if people who want updates may be loaded into the program that sends them.

    The consent text below the button and the questions beside the form say what it gets. The first screen
    has no room for a fourth line.
    """
    return str(pgettext("who sees", "Our team") if is_loaded(asks, covered) else _("Only us"))


def _public(asks: Mapping[str, bool]) -> str:
    if asks["show_comment"]:
        return str(_("nothing unless you allow it"))
    return str(_("nothing"))


def _in_words(columns: Iterable[str], answers: Iterable[str]) -> str:
    labels = (str(SHORT_LABELS.get(name) or COLUMN_LABELS[name]) for name in columns)
    return join_list(dict.fromkeys([*labels, *answers]))
